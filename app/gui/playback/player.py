"""Plays a decoded sound: play, pause, seek. Nothing here waits for the sound card but the threads that it starts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from app.gui.playback.sound import SAMPLE_RATE, DecodedSound
from app.gui.playback.sound_card import N_CHANNELS, Output, PlaybackError, PortAudioOutput, leave_sound_cards

#: Written at once; the position moves in steps of it.
_BLOCK_FRAMES: Final = SAMPLE_RATE // 40
#: A card that takes longer for one block, or to be opened, hangs.
_STALL_S: Final = 8.0
#: What closing the window may wait for a card to let go.
_CLOSE_S: Final = 1.0

OpenOutput = Callable[[int], Output]


@dataclass(frozen=True)
class PlayerStatus:
    """The player at one moment.

    Attributes:
        is_playing: From Play to Pause, or to the end.
        position_s: What is heard now, or where it would go on.
        problem: Why it has stopped, in one sentence, where the person did not want it to.
    """

    is_playing: bool
    position_s: float
    problem: str | None = None


class Player:
    """Plays one sound at a time. Its methods return at once; call them from one thread.

    Args:
        open_output: Opens the sound card for a sample rate.
    """

    def __init__(self, open_output: OpenOutput = PortAudioOutput) -> None:
        self._open_output = open_output
        self._position_s = 0.0
        self._problem: str | None = None
        self._run: _Run | None = None
        # The last one there was: it may still be letting go of the card.
        self._latest: _Run | None = None

    @property
    def status(self) -> PlayerStatus:
        """The player now. A problem is told once."""
        run = self._run
        if run is not None and run.is_over:
            self._position_s, self._problem, self._run = run.position_s, run.problem, None
            run.stop()
        problem, self._problem = self._problem, None
        if self._run is not None:
            return PlayerStatus(True, self._run.position_s)
        return PlayerStatus(False, self._position_s, problem)

    def play(self, sound: DecodedSound, start_s: float, end_s: float | None = None) -> None:
        """Play from a moment on.

        Args:
            sound: Need not be decoded yet.
            start_s: In seconds.
            end_s: Where to stop; ``None`` for the end of the sound.
        """
        self.pause()
        self._position_s = start_s
        end = None if end_s is None else round(end_s * SAMPLE_RATE)
        self._run = self._latest = _Run(sound, round(start_s * SAMPLE_RATE), end, self._open_output)

    def pause(self) -> None:
        """Be silent, and keep the position."""
        run, self._run = self._run, None
        if run is not None:
            self._position_s = run.position_s
            run.stop()

    def seek(self, position_s: float) -> None:
        """Go to another moment, playing or not. What was to be played up to an end is played on beyond it."""
        self._position_s = position_s
        if self._run is not None:
            self._run.seek(round(position_s * SAMPLE_RATE))

    def close(self) -> None:
        """Be silent, and wait for the card to be let go: a process must not end in the middle of a write."""
        self.pause()
        if self._latest is not None and not self._latest.join(_CLOSE_S):
            leave_sound_cards()


class _Run:
    """One stretch of playing in a thread of its own; pausing ends it, so that the card is free for others."""

    def __init__(self, sound: DecodedSound, start: int, end: int | None, open_output: OpenOutput) -> None:
        self._sound = sound
        self._open_output = open_output
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        # Frames: where it began or was moved to, and what is written next.
        self._origin = self._next = start
        self._end = end
        self._latency = 0
        self._waits_since: float | None = time.monotonic()
        self._has_ended = False
        self._problem: str | None = None
        self._thread = threading.Thread(target=self._play, name="playback", daemon=True)
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be heard any more, for whatever reason."""
        with self._lock:
            return self._has_ended or self._is_stalled

    @property
    def problem(self) -> str | None:
        """Why it is over, where that is not because of its end."""
        with self._lock:
            if self._problem is None and not self._has_ended and self._is_stalled:
                return "The sound card does not answer. Choose another one in the system and press Play again."
            return self._problem

    @property
    def position_s(self) -> float:
        """What is heard now."""
        with self._lock:
            # At the end nothing is on its way any more.
            on_its_way = 0 if self._has_ended and self._problem is None else self._latency
            return max(self._origin, self._next - on_its_way) / SAMPLE_RATE

    @property
    def _is_stalled(self) -> bool:
        return self._waits_since is not None and time.monotonic() - self._waits_since > _STALL_S

    def seek(self, frame: int) -> None:
        """Go on from there."""
        with self._lock:
            self._origin = self._next = frame
            self._end = None

    def stop(self) -> None:
        """End soon."""
        self._stopped.set()

    def join(self, timeout_s: float) -> bool:
        """Wait for the card to be let go; whether it was."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    def _play(self) -> None:
        problem: str | None = None
        try:
            with closing(self._open_output(SAMPLE_RATE)) as output:
                self._latency = round(output.latency_s * SAMPLE_RATE)
                self._play_on(output)
        except PlaybackError as error:
            problem = str(error)
        finally:
            with self._lock:
                self._has_ended, self._problem = True, problem

    def _play_on(self, output: Output) -> None:
        while not self._stopped.is_set():
            with self._lock:
                # Waiting for the decoder is no fault of the card's.
                self._waits_since = None
                start, end = self._next, self._end
            n_frames = _BLOCK_FRAMES if end is None else min(_BLOCK_FRAMES, end - start)
            mono = self._sound.read(start, n_frames) if n_frames > 0 else b""
            with self._lock:
                self._waits_since = time.monotonic()
                if self._next != start:
                    continue
                self._next += len(mono) // 2
            if not mono:
                output.finish()
                return
            output.write(_to_channels(mono))


def _to_channels(mono: bytes) -> bytes:
    """The same on every channel."""
    import numpy as np

    return np.frombuffer(mono, "<i2").repeat(N_CHANNELS).tobytes()
