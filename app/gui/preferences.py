"""The settings as the window uses them: at hand at once, written beside Tk's thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from app.gui.jobs import Jobs
from app.user_settings import SettingsFile, UserSettings


class Preferences:
    """What the person prefers, now.

    Args:
        file: Where it is kept.
        settings: What the file said.
        jobs: Where writing runs.
        on_problem: Called with a sentence when they cannot be kept.
    """

    def __init__(
        self, file: SettingsFile, settings: UserSettings, jobs: Jobs, on_problem: Callable[[str], None]
    ) -> None:
        self._file = file
        self._jobs = jobs
        self._on_problem = on_problem
        self._followers: list[Callable[[frozenset[str]], None]] = []
        self._lock = threading.Lock()
        self._unsaved: dict[str, Any] = {}
        self.current = settings

    def follow(self, on_change: Callable[[frozenset[str]], None]) -> None:
        """Tell someone of every change, with the names of what has changed."""
        self._followers.append(on_change)

    def change(self, **changes: Any) -> None:
        """Take other values, named as in ``UserSettings``, and keep them.

        Raises:
            ValidationError: When a value is none of those that are allowed; then nothing has changed.
        """
        before = self.current
        self.current = UserSettings.model_validate(before.model_dump() | changes)
        with self._lock:
            self._unsaved |= changes
        self._jobs.submit(self._save, lambda saved: None, self._tell)
        changed = frozenset(name for name in changes if getattr(before, name) != getattr(self.current, name))
        for on_change in tuple(self._followers):
            on_change(changed)

    def save_now(self, **changes: Any) -> None:
        """Keep these and all that is not written yet before returning: the window is closing."""
        with self._lock:
            self._unsaved |= changes
        try:
            self._save()
        except (OSError, ValidationError):
            # Nobody is left to be told.
            return

    def _save(self) -> None:
        # Under the lock: of two changes of one setting, the later one must be written last.
        with self._lock:
            if self._unsaved:
                self._file.change(self._unsaved)
                self._unsaved = {}

    def _tell(self, error: Exception) -> None:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        self._on_problem(f"The settings could not be saved: {reason}.")
