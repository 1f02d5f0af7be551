"""What there is to listen to, and which of it is chosen. Knows no widget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from app.gui.jobs import Jobs
from app.gui.pages.listen.view import ListenView

#: The id of whatever microphone the system prefers; each other one is known by its name, in the settings too.
DEFAULT_ID: Final = ""


class Sources:
    """The choice of a source.

    Args:
        view: What shows it.
        jobs: Where the system is asked.
        list_sources: Asks the system for ids; may take a while.
        chosen_id: What was chosen before, perhaps long ago.
    """

    def __init__(self, view: ListenView, jobs: Jobs, list_sources: Callable[[], Sequence[str]], chosen_id: str) -> None:
        self._view = view
        self._jobs = jobs
        self._list_sources = list_sources
        self._source_ids: tuple[str, ...] = ()
        self._is_asking = self._is_outdated = self._has_asked = False
        self._can_choose = True
        self.chosen_id = chosen_id

    def refresh(self) -> None:
        """Ask the system what there is now."""
        # What the system is being asked now may be older than what made somebody ask again.
        self._is_outdated = self._is_asking
        if not self._is_asking:
            self._is_asking = True
            self._jobs.submit(self._list_sources, self._take, self._fail)

    def choose(self, source_id: str) -> None:
        """Listen to this one from the next time on."""
        self.chosen_id = source_id
        self.show()

    def allow_choice(self, can_choose: bool) -> None:
        """While something is being listened to, nothing else can be chosen."""
        if can_choose != self._can_choose:
            self._can_choose = can_choose
            self.show()

    def show(self) -> None:
        """Show what is known."""
        names = {DEFAULT_ID: "Default microphone"}
        names |= {source_id: source_id for source_id in self._source_ids}
        if self.chosen_id not in names:
            # A device that is not there now may be there again tomorrow.
            is_gone = self._has_asked
            names[self.chosen_id] = f"{self.chosen_id} (not connected)" if is_gone else self.chosen_id
        self._view.show_sources(names, self.chosen_id, can_choose=self._can_choose)

    def _take(self, source_ids: Sequence[str]) -> None:
        self._is_asking, self._has_asked = False, True
        self._source_ids = tuple(source_ids)
        self.show()
        if self._is_outdated:
            self.refresh()

    def _fail(self, error: Exception) -> None:
        # Whoever wants to listen is told why it is not possible.
        self._take(())
