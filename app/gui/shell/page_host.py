"""Holds the pages that have been visited, and shows one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from app.gui.pages.page import Page, PageContext
from app.gui.style import theme

_PLACE: Final[dict[str, Any]] = {"row": 2, "column": 1, "sticky": "nsew"}


AnyPage = TypeVar("AnyPage", bound=Page)


class PageHost:
    """The place of the window where the pages are.

    Args:
        area: The pages' parent, laid out as a grid.
        kinds: All pages there are.
        context: What each is given.
        on_change: Called with the page that is on the screen now and the one before.
    """

    def __init__(
        self,
        area: Any,
        kinds: Sequence[type[Page]],
        context: PageContext,
        on_change: Callable[[Page, Page | None], None],
    ) -> None:
        self._area = area
        self._kinds = {kind.page_id: kind for kind in kinds}
        self._context = context
        self._on_change = on_change
        self._pages: dict[str, Page] = {}
        self._current: Page | None = None

    @property
    def current(self) -> Page:
        """The page on the screen.

        Raises:
            RuntimeError: Before the first one was shown.
        """
        if self._current is None:
            raise RuntimeError("No page has been shown yet.")
        return self._current

    @property
    def visited_ids(self) -> list[str]:
        """Of the pages that have been made."""
        return list(self._pages)

    def get(self, kind: type[AnyPage]) -> AnyPage:
        """The page of a kind, whether it is on the screen or not.

        Args:
            kind: One of ``kinds``.
        """
        page = self._pages.get(kind.page_id) or self._create(kind.page_id)
        if not isinstance(page, kind):
            raise TypeError(f"“{kind.page_id}” is the id of {type(page).__name__}.")
        return page

    def show(self, page_id: str) -> Page:
        """Put a page on the screen; it is made when it is visited for the first time.

        Args:
            page_id: Of one of ``kinds``.
        """
        wanted = self._pages.get(page_id) or self._create(page_id)
        before = self._current
        if wanted is not before:
            self._current = wanted
            if before is not None:
                before.grid_remove()
                before.on_hidden()
            wanted.grid()
            self._on_change(wanted, before)
            wanted.on_shown()
        return wanted

    def _create(self, page_id: str) -> Page:
        page = self._kinds[page_id](self._area, self._context)
        page.grid(**_PLACE, padx=(0, theme.SPACE_2), pady=(0, theme.SPACE_2))
        page.grid_remove()
        self._pages[page_id] = page
        return page
