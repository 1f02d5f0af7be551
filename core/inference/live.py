"""Live recognition: a stream of sound in, events out.

The song that is heard is judged as a file is: by windows of the front end's length that share one scaling, their
segments, and the mean of the segments' log-probabilities. Two things are different. The last window is not awaited but
judged anew every second, reaching back from now; and a segment counts the less the older it is, because the song may
have changed unnoticed. Where steady noise is taken away, the sound with it is judged beside the sound without.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from core.audio.decode import DEFAULT_LIMITS
from core.audio.denoise import SpectralSubtractor
from core.audio.resample import MonoResampler
from core.inference.evidence import SongEvidence
from core.inference.predictor import GenrePredictor
from core.types import FloatArray, TrackPrediction

#: A segment counts half of one that is this much younger, in seconds.
HALF_LIFE_S: Final = 20.0
#: A pause of so many seconds ends a song.
PAUSE_S: Final = 3
#: The quietest level that is told, in dB below full scale.
LOWEST_DB: Final = -100.0

_UPDATE_S = 1.0
_LEVELS_PER_UPDATE = 10
# What the resampler holds back, in seconds.
_GATHERED_S = 0.05
# Beyond this it is no sound, and its power would overflow float32 in the features.
_LARGEST_SAMPLE = 1e6
# Answers that are remembered: a change of song is noticed about ten seconds late.
_N_ANSWERS = 30


@dataclass(frozen=True)
class LevelEvent:
    """How loud it is, ten times a second.

    Attributes:
        time_s: End of the sound that it tells of, in seconds from the start of the stream.
        rms_db: In dB below full scale, at least ``LOWEST_DB``; without the noise that is taken away.
        peak_db: Of the loudest sample, likewise.
    """

    time_s: float
    rms_db: float
    peak_db: float


@dataclass(frozen=True)
class PartialEvent:
    """The answer so far, every second; while it is silent, that it is.

    Attributes:
        time_s: End of the sound that it tells of, in seconds from the start of the stream.
        start_s: Where the song begins, likewise.
        answer: Its ``duration_s`` is how much of the song was heard, and its segments count from the song's start.
    """

    time_s: float
    start_s: float
    answer: TrackPrediction


@dataclass(frozen=True)
class FinalEvent:
    """The answer for a song that is over, because another one began, a pause came, or the stream ended.

    Attributes:
        time_s: When this was noticed, in seconds from the start of the stream.
        start_s: Where the song began, likewise.
        answer: As in ``PartialEvent``.
    """

    time_s: float
    start_s: float
    answer: TrackPrediction


@dataclass(frozen=True)
class SongChangeEvent:
    """Another song began; what was heard before counts no longer.

    Attributes:
        time_s: When this was noticed, in seconds from the start of the stream.
        start_s: Where the song begins, likewise.
        reason: Whether it sounds different, or came after a pause.
    """

    time_s: float
    start_s: float
    reason: Literal["sound", "pause"]


LiveEvent = LevelEvent | PartialEvent | FinalEvent | SongChangeEvent


class LivePredictor:
    """Tells the genre of what is heard, in bounded memory for any time. For one stream and one thread.

    Args:
        predictor: The model; may be shared.
        half_life_s: A segment counts half of one that is this much younger, in seconds. ``None`` forgets nothing: all
            that is heard is one song and is judged as a file is.

    Attributes:
        sample_rate: The model's, in Hz: sound of this rate need not be resampled.
    """

    def __init__(self, predictor: GenrePredictor, half_life_s: float | None = HALF_LIFE_S) -> None:
        self._predictor = predictor
        self._half_life_s = half_life_s
        self.sample_rate = predictor.feature_config.sample_rate
        self._n_level = max(1, round(_UPDATE_S * self.sample_rate / _LEVELS_PER_UPDATE))
        self._resampler = MonoResampler(self.sample_rate, _GATHERED_S)
        self._silence = 10 ** (predictor.decision_config.silence_db / 20)
        self._subtractor: SpectralSubtractor | None = None
        # What the subtractor has not given back yet, as it was heard.
        self._heard = np.zeros(0, dtype=np.float32)
        # All sound from here on is float32 [2, n_samples]: without noise, and as it was heard.
        self._rest = np.zeros((2, 0), dtype=np.float32)
        self._step: list[FloatArray] = []
        self._n_heard = 0
        self._n_silent = 0
        # As in a file, nothing is left out where nothing is forgotten, not even silence at the beginning.
        self._song = SongEvidence(predictor, half_life_s, 0) if half_life_s is None else None
        self._answers: deque[PartialEvent] = deque(maxlen=_N_ANSWERS)
        self._has_concluded = False

    def push(self, samples: npt.ArrayLike, sample_rate: int) -> list[LiveEvent]:
        """Take the next sound.

        Args:
            samples: float32 ``[n_samples]`` or ``[n_samples, n_channels]``, nominally in -1..1, of any length. The
                channels are mixed; samples that are no numbers count as silence.
            sample_rate: In Hz; it may change from call to call.

        Returns:
            What happened meanwhile, in order of time.

        Raises:
            AudioLimitError: Rate or number of channels are impossible.
            ValueError: The array has another shape.
        """
        block = np.asarray(samples, dtype=np.float32)
        if block.ndim == 1:
            block = block[:, np.newaxis]
        if block.ndim != 2:
            raise ValueError(f"samples must be [n_samples] or [n_samples, n_channels], got {list(block.shape)}")
        DEFAULT_LIMITS.validate_format("live sound", block.shape[1], sample_rate)
        if not len(block):
            return []
        with np.errstate(over="ignore", invalid="ignore"):
            mono = block.mean(axis=1, dtype=np.float32)
        # The comparison is false for NaN too.
        mono = np.where(np.abs(mono) <= _LARGEST_SAMPLE, mono, np.float32(0))
        return list(self._take(self._resampler.push_samples(mono, sample_rate)))

    def subtract(self, noise_magnitude: FloatArray | None) -> list[LiveEvent]:
        """Take steady noise away from what follows, or no longer.

        Args:
            noise_magnitude: As ``estimate_noise`` gives it for the model's sample rate; ``None`` to cease.

        Returns:
            What happened meanwhile, in order of time.
        """
        events = list(self._flush())
        self._subtractor = None if noise_magnitude is None else SpectralSubtractor(noise_magnitude)
        return events

    def finish(self) -> list[LiveEvent]:
        """The stream is over: return what was still to come, with the answer for the last song."""
        events = list(self._flush())
        rest = np.concatenate([*self._step, self._rest], axis=1)
        self._n_heard += self._rest.shape[1]
        self._step, self._rest = [], np.zeros((2, 0), dtype=np.float32)
        if self._song is None and not self._has_concluded and self._is_heard(rest):
            self._song, rest = self._begin_song(rest)
        if self._song is not None:
            answer = self._song.conclude(rest)
            events.append(FinalEvent(self._time_s, self._song.start / self.sample_rate, answer))
        elif not self._has_concluded:
            silence = self._hear_silence()
            events.append(FinalEvent(silence.time_s, silence.start_s, silence.answer))
        self._song, self._has_concluded = None, True
        return events

    @property
    def _time_s(self) -> float:
        return self._n_heard / self.sample_rate

    def _take(self, blocks: Iterable[FloatArray]) -> Iterator[LiveEvent]:
        for block in blocks:
            if self._subtractor is None:
                yield from self._hear(np.stack((block, block)))
            else:
                self._heard = np.concatenate((self._heard, block))
                yield from self._hear_beside(self._subtractor.push(block))

    def _flush(self) -> Iterator[LiveEvent]:
        yield from self._take(self._resampler.flush())
        if self._subtractor is not None:
            yield from self._hear_beside(self._subtractor.flush())

    def _hear_beside(self, without: FloatArray) -> Iterator[LiveEvent]:
        heard, self._heard = np.split(self._heard, [len(without)])
        yield from self._hear(np.stack((without, heard)))

    def _hear(self, samples: FloatArray) -> Iterator[LiveEvent]:
        self._rest = np.concatenate((self._rest, samples), axis=1)
        while self._rest.shape[1] >= self._n_level:
            part, self._rest = np.split(self._rest, [self._n_level], axis=1)
            self._n_heard += self._n_level
            self._step.append(part)
            rms, peak = float(np.sqrt(np.mean(part[0] ** 2))), float(np.abs(part[0]).max())
            yield LevelEvent(self._time_s, _to_db(rms), _to_db(peak))
            if len(self._step) == _LEVELS_PER_UPDATE:
                step, self._step = np.concatenate(self._step, axis=1), []
                yield from self._update(step)

    def _update(self, step: FloatArray) -> Iterator[LiveEvent]:
        n_step = step.shape[1]
        self._n_silent = 0 if self._is_heard(step) else self._n_silent + n_step
        if self._song is None and self._n_silent:
            yield self._hear_silence()
            return
        if self._song is None:
            self._song, step = self._begin_song(step)
            if self._has_concluded:
                yield SongChangeEvent(self._time_s, self._song.start / self.sample_rate, "pause")
        self._song.add(step)
        if self._half_life_s is not None and self._n_silent >= PAUSE_S * n_step:
            yield self._conclude(self._song.start, self._n_heard - self._n_silent)
            self._song = None
            yield self._hear_silence()
            return
        answer = self._song.judge()
        change = self._song.find_change() if self._half_life_s is not None else None
        if change is not None:
            yield self._conclude(self._song.start, change)
            self._song = self._song.split(change)
            yield SongChangeEvent(self._time_s, self._song.start / self.sample_rate, "sound")
            answer = self._song.judge()
        yield self._partial(answer, self._song.start)

    def _is_heard(self, samples: FloatArray) -> bool:
        return bool((np.abs(samples[0]) >= self._silence).any())

    def _begin_song(self, samples: FloatArray) -> tuple[SongEvidence, FloatArray]:
        """A song that begins with the first sound in the latest samples, and what of them belongs to it."""
        first = int((np.abs(samples[0]) >= self._silence).argmax())
        start = self._n_heard - samples.shape[1] + first
        return SongEvidence(self._predictor, self._half_life_s, start), samples[:, first:]

    def _hear_silence(self) -> PartialEvent:
        """Between two songs, or before the first."""
        answer = self._predictor.conclude_segments(None, self._n_silent / self.sample_rate)
        return PartialEvent(self._time_s, (self._n_heard - self._n_silent) / self.sample_rate, answer)

    def _partial(self, answer: TrackPrediction, start: int) -> PartialEvent:
        event = PartialEvent(self._time_s, start / self.sample_rate, answer)
        self._answers.append(event)
        return event

    def _conclude(self, start: int, end: int) -> FinalEvent:
        """The song's answer as it was when the song ended, before other sound was taken for a part of it."""
        of_song = [event for event in self._answers if event.start_s == start / self.sample_rate]
        in_time = [event for event in of_song if event.time_s <= end / self.sample_rate]
        self._has_concluded = True
        return FinalEvent(self._time_s, start / self.sample_rate, (in_time or of_song[:1])[-1].answer)


def _to_db(amplitude: float) -> float:
    return max(LOWEST_DB, 20 * math.log10(max(amplitude, 1e-10)))
