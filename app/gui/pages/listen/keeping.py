"""Keeps a recording: in a file that the person names, or as one more file for Identify. Knows no widget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from app.gui.client import display_name
from app.gui.jobs import Jobs
from app.gui.pages.listen.recording import Recording


class Keeping:
    """The recording of the last time of listening, if there is one.

    Args:
        jobs: Where copying runs.
        say: Shows a sentence across the window.
        ask: Lets the person choose where, given a name to begin with; empty where they changed their mind.
        identify: Gives files to Identify and goes there.
    """

    def __init__(
        self,
        jobs: Jobs,
        say: Callable[[str | None], None],
        ask: Callable[[str], str],
        identify: Callable[[Sequence[str]], object],
    ) -> None:
        self._jobs = jobs
        self._say = say
        self._ask = ask
        self._identify = identify
        self._recording: Recording | None = None
        #: The recording under the name that the person gave it.
        self._saved: Path | None = None
        self._is_lent = False

    @property
    def duration_s(self) -> float | None:
        """How long it is; ``None`` where there is none."""
        return self._recording.duration_s if self._recording is not None else None

    @property
    def path(self) -> Path | None:
        """Where it lies until it is saved."""
        return self._recording.path if self._recording is not None else None

    @property
    def can_keep(self) -> bool:
        """Whether there is one that grows no more."""
        recording = self._recording
        return recording is not None and not recording.is_open and recording.duration_s > 0

    def hold(self, recording: Recording | None) -> None:
        """Another recording begins. The one before is deleted, unless Identify still needs it."""
        if self._recording is not None and not self._is_lent:
            self._recording.forget()
        self._recording, self._saved, self._is_lent = recording, None, False

    def save(self) -> None:
        """Save it where the person wants it."""
        recording = self._recording
        name = self._ask(recording.path.name) if recording is not None and self.can_keep else ""
        if recording is None or not name:
            return
        target = Path(name)
        if not target.suffix:
            target = target.with_suffix(".wav")
        self._jobs.submit(partial(recording.save, target), lambda done: self._take_saved(recording, target), self._fail)

    def identify(self) -> None:
        """Have the whole of it identified as a file."""
        if self._recording is not None and self.can_keep:
            # A file that was saved may have been moved meanwhile.
            is_saved = self._saved is not None and self._saved.is_file()
            path = self._saved if is_saved and self._saved is not None else self._recording.path
            self._is_lent |= not is_saved
            self._identify([str(path)])

    def _take_saved(self, recording: Recording, target: Path) -> None:
        if recording is self._recording:
            self._saved = target
        self._say(f"Saved as “{display_name(str(target))}”.")

    def _fail(self, error: Exception) -> None:
        self._say(str(error))
