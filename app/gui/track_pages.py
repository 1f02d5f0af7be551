"""The tracks of the library, fetched a page at a time as they come into view: tens of thousands stay where they are."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from app.contract import Track, TrackFilters, TrackPage
from app.gui.api_call import ApiError, ApiUnavailableError
from app.gui.client import ApiClient
from app.gui.connection import ApiConnection
from app.gui.jobs import Jobs

PAGE_SIZE: Final = 200
#: Beyond what is in view, so that a turn of the wheel finds its rows there.
_MARGIN: Final = 100
_MAX_IN_FLIGHT: Final = 2
#: Pages that are kept; the farthest from the view are forgotten first.
_MAX_PAGES: Final = 40


class TrackPages:
    """The rows of one table, in the order that the server gives them.

    Args:
        jobs: Where questions run.
        connection: The API.
        on_change: Called whenever there are other rows than before.
        on_failure: Called with a sentence when the API could not answer.
    """

    def __init__(
        self,
        jobs: Jobs,
        connection: ApiConnection,
        on_change: Callable[[], None],
        on_failure: Callable[[str], None],
    ) -> None:
        self._jobs = jobs
        self._connection = connection
        self._on_change = on_change
        self._on_failure = on_failure
        self.filters = TrackFilters()
        #: How many rows there are; ``None`` before the first answer.
        self.total: int | None = None
        self._pages: dict[int, list[Track]] = {}
        #: Shown until newer ones come, so that nothing flickers.
        self._old_pages: dict[int, list[Track]] = {}
        #: Answers to an earlier question than this one are not wanted any more.
        self._question = 0
        self._in_flight: set[int] = set()
        self._view = (0, 0)
        self._is_other_list = False

    @property
    def is_asking(self) -> bool:
        """Whether an answer is awaited."""
        return bool(self._in_flight)

    def ask(self, filters: TrackFilters) -> None:
        """Show other tracks, or in another order."""
        self.filters = filters
        self._is_other_list = True
        self._view = (0, 0)
        self.refresh()

    def refresh(self) -> None:
        """Ask again: tracks may have come, gone or changed."""
        self._question += 1
        self._old_pages = self._old_pages | self._pages
        self._pages = {}
        self._in_flight.clear()
        self._fetch()

    def want(self, first: int, last: int) -> None:
        """These rows are in view, the last one excluded."""
        if (first, last) != self._view:
            self._view = (first, last)
            self._fetch()

    def get(self, index: int) -> Track | None:
        """A row; ``None`` where it is not there yet."""
        number, place = divmod(index, PAGE_SIZE)
        page = self._pages.get(number) or self._old_pages.get(number, [])
        return page[place] if place < len(page) else None

    def find(self, track_id: int) -> int | None:
        """Where a track is, among the rows that are there."""
        for number in self._old_pages | self._pages:
            page = self._pages.get(number) or self._old_pages[number]
            for place, track in enumerate(page):
                if track.id == track_id:
                    return number * PAGE_SIZE + place
        return None

    def replace(self, track: Track) -> None:
        """A track has changed."""
        for pages in (self._pages, self._old_pages):
            for page in pages.values():
                page[:] = [track if known.id == track.id else known for known in page]
        self._on_change()

    def _fetch(self) -> None:
        client = self._connection.client
        if client is None:
            return
        for number in self._missing():
            if len(self._in_flight) >= _MAX_IN_FLIGHT:
                return
            self._in_flight.add(number)
            self._jobs.submit(
                partial(client.list_tracks, self.filters, PAGE_SIZE, number * PAGE_SIZE),
                partial(self._take, self._question, number),
                partial(self._fail, self._question, client),
            )

    def _missing(self) -> list[int]:
        """Pages to fetch, what is in view first."""
        first, last = self._view
        end = max(last, 1) if self.total is None or self._is_other_list else min(last + _MARGIN, self.total)
        wanted = range(max(first - _MARGIN, 0) // PAGE_SIZE, -(-max(end, 1) // PAGE_SIZE))
        missing = [number for number in wanted if number not in self._pages and number not in self._in_flight]
        return sorted(missing, key=lambda number: abs(number * PAGE_SIZE + PAGE_SIZE // 2 - (first + last) // 2))

    def _take(self, question: int, number: int, page: TrackPage) -> None:
        if question != self._question:
            return
        if self._is_other_list:
            self._is_other_list = False
            self._old_pages = {}
        self._in_flight.discard(number)
        self._pages[number] = list(page.items)
        self.total = page.total
        self._forget_far_pages()
        self._on_change()
        self._fetch()

    def _forget_far_pages(self) -> None:
        middle = sum(self._view) // 2 // PAGE_SIZE
        last = max(self.total or 0, 1) - 1
        for pages in (self._pages, self._old_pages):
            near = sorted(pages, key=lambda number: abs(number - middle))
            for number in pages.keys() - set(near[:_MAX_PAGES]):
                del pages[number]
        for number in [number for number in self._old_pages if number > last // PAGE_SIZE]:
            del self._old_pages[number]

    def _fail(self, question: int, client: ApiClient, error: Exception) -> None:
        if isinstance(error, ApiUnavailableError):
            # What is shown stays; the rows are asked for again once the API is back.
            self._connection.report_lost(client)
        if question != self._question:
            return
        self._in_flight.clear()
        if not isinstance(error, ApiUnavailableError):
            self._question += 1
            self._on_failure(error.detail if isinstance(error, ApiError) else str(error))
