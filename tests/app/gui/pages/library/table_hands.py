"""What a person does on the page of the library."""

import tkinter

from app.gui.pages.library.page import LibraryPage
from tests.app.gui.conftest import WindowUser


def visit(user: WindowUser) -> LibraryPage:
    """Go there, and ask for all songs as at the first visit."""
    user.window.navigate(LibraryPage.page_id)
    page = user.window.pages.get(LibraryPage)
    user.wait_until(lambda: page.is_built, "the parts are there")
    page.presenter.show_all()
    page.presenter.narrow(sort="analysed_at", descending=True)
    page.show_sort("analysed_at", descending=True)
    user.wait_until(lambda: page.presenter.rows.total is not None, "the first answer")
    wait_for_rows(user, page)
    page.table.go_to_top()
    return page


def wait_for_rows(user: WindowUser, page: LibraryPage) -> None:
    user.wait_until(lambda: not page.presenter.rows.is_asking, "the rows are there")
    user.window.update()


def songs(page: LibraryPage) -> list[str]:
    return [texts[0] for texts in page.table.texts]


def column(page: LibraryPage, key: str) -> list[str]:
    index = [shown.key for shown in page.table.lines.shown_columns].index(key)
    return [texts[index] for texts in page.table.texts]


def press_at(widget: tkinter.Misc, x: int, y: int, *events: str) -> None:
    for event in events:
        widget.event_generate(event, x=x, y=y)
    widget.update()


def row_y(page: LibraryPage, line: int) -> int:
    box = page.table.lines.bbox(f"line-{line}")
    return box[1] + box[3] // 2
