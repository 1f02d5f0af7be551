"""Records in a thread of its own: opens a source, and passes its sound on to the file, the picture and the engine."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from app.gui.pages.listen.recording import Recording, RecordingError, Recordings
from app.gui.pages.listen.sound_picture import SoundPicture

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class SoundSourceError(Exception):
    """Nothing can be heard, or nothing any more; the message is a sentence for the person."""


class SoundSource(Protocol):
    """Something that is open and can be listened to; used in one thread."""

    @property
    def name(self) -> str:
        """As the system calls it."""

    @property
    def sample_rate(self) -> int:
        """Of what is read, in Hz."""

    @property
    def is_mute(self) -> bool:
        """Whether nothing but zeros has come from the start on; a note has said so."""

    def read(self) -> npt.NDArray[np.float32]:
        """Wait a moment for more sound, float32 mono ``[n_samples]``.

        Raises:
            SoundSourceError: It is gone.
        """

    def take_notes(self) -> list[str]:
        """Sentences for the person, each told once."""

    def close(self) -> None:
        """Let go of it."""


@dataclass(frozen=True)
class Opened:
    """The source is open, and everything that is heard from now on is recorded."""

    source_name: str
    recording: Recording | None


@dataclass(frozen=True)
class Noted:
    """Something that the person should know, and that stops nothing; empty when it is over."""

    sentence: str


@dataclass(frozen=True)
class Ended:
    """No more sound comes.

    Attributes:
        problem: Why, where nobody wanted it.
    """

    problem: str | None


Happening = Opened | Noted | Ended


class Recorder:
    """One time of listening. Everything returns at once; what happens is told by ``take``.

    Args:
        open_source: Opens the source, or raises ``SoundSourceError``. Called in the recording thread.
        recordings: Where the sound is kept.
        picture: Looks at the sound.
        hear: Is given all sound, float32 mono ``[n_samples]``. Called in the recording thread; must not wait.
    """

    def __init__(
        self,
        open_source: Callable[[], SoundSource],
        recordings: Recordings,
        picture: SoundPicture,
        hear: Callable[[npt.NDArray[np.float32]], None],
    ) -> None:
        self._open_source = open_source
        self._recordings = recordings
        self._picture = picture
        self._hear = hear
        self._happenings: queue.SimpleQueue[Happening] = queue.SimpleQueue()
        self._stopped = threading.Event()
        # A daemon: a sound card that never answers must not keep the window's process alive.
        self._thread = threading.Thread(target=self._run, name="listening", daemon=True)
        self._thread.start()

    def take(self) -> list[Happening]:
        """What has happened since the last time."""
        happenings: list[Happening] = []
        while not self._happenings.empty():
            happenings.append(self._happenings.get_nowait())
        return happenings

    def stop(self) -> None:
        """End it soon."""
        self._stopped.set()

    def wait(self, timeout_s: float) -> None:
        """End it, and wait until it has ended."""
        self.stop()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        problem = None
        try:
            self._record()
        except SoundSourceError as error:
            problem = str(error)
        except Exception as error:
            # A thread that ends silently would leave the page listening for ever.
            problem = f"Listening ended unexpectedly: {error}"
            raise
        finally:
            self._happenings.put(Ended(problem))

    def _record(self) -> None:
        source = self._open_source()
        recording = None
        try:
            recording = self._begin(source.sample_rate)
            self._happenings.put(Opened(source.name, recording))
            was_mute = False
            while not self._stopped.is_set():
                samples = source.read()
                if was_mute and not source.is_mute:
                    self._happenings.put(Noted(""))
                was_mute = source.is_mute
                for note in source.take_notes():
                    self._happenings.put(Noted(note))
                self._hear(samples)
                self._picture.push(samples)
                if recording is not None:
                    self._write(recording, samples)
        finally:
            source.close()
            if recording is not None:
                recording.close()

    def _begin(self, sample_rate: int) -> Recording | None:
        try:
            return self._recordings.begin(sample_rate)
        except RecordingError as error:
            self._happenings.put(Noted(str(error)))
            return None

    def _write(self, recording: Recording, samples: npt.NDArray[np.float32]) -> None:
        try:
            recording.write(samples)
        except RecordingError as error:
            self._happenings.put(Noted(str(error)))
