"""The pages of the window, one folder each: ``page.py`` shows, ``presenter.py`` decides.

To add a page:

1.  Make ``app/gui/pages/<name>/page.py`` with a class derived from ``Page``::

        class HistoryPage(Page):
            page_id = "history"
            title = "History"
            icon = icons.HISTORY

            def __init__(self, master: Any, context: PageContext) -> None:
                super().__init__(master, context)
                ...  # build widgets on self; the page is made when it is visited for the first time

            def on_shown(self) -> None: ...

2.  Add the class to ``PAGES`` in ``app/gui/pages/registry.py``. The rail, the keys Ctrl+1, Ctrl+2, … and the list of
    keys in the help follow its order.

A page asks the API in a job and shows the answer in Tk's thread::

        client = self.context.connection.client
        if client is not None:
            self.context.jobs.submit(client.list_models, self._show, self._explain)

Where a call ends with ``ApiUnavailableError``, tell ``context.connection.report_lost(client)``. A presenter that wants
to know when the API is ready, gone, or has another model derives from ``ApiFollower`` and calls
``context.connection.follow(self)``; one that has made another model the active one calls
``context.connection.refresh_model()``. To open files in Identify: ``context.navigate("identify").take_names(names)``.

``app.gui.widgets`` has what pages share: buttons, choices, menus, scrolling, tables, results. What a page draws on a
canvas or in a ttk widget it paints anew by ``repaint_with``. What can be used by mouse takes the keyboard by
``make_focusable``, and every chart has a ``CopyTextButton``. No page imports another. A page that looks through what
was identified derives its presenter from ``TrackBrowser`` and shows its rows in a ``TrackTable``.
"""
