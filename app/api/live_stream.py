"""One client's sound on its way to the predictor, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np

from app.api.live_problems import LiveProblemError
from app.contract import (
    LiveEvent,
    LiveFinal,
    LiveLevel,
    LiveNoiseSampled,
    LivePartial,
    LiveSongChange,
    LiveStart,
    Prediction,
)
from app.contract.live import SampleFormat
from app.conversion import to_contract
from app.library.identified import Identified
from core.audio.denoise import N_FFT, estimate_noise
from core.audio.resample import MonoResampler
from core.inference import live
from core.inference.predictor import GenrePredictor
from core.types import Decision, FloatArray, TrackPrediction

_SAMPLE_TYPES: Final[dict[SampleFormat, np.dtype[Any]]] = {"f32le": np.dtype("<f4"), "s16le": np.dtype("<i2")}
_FULL_SCALE: Final = 32768
_LARGEST_SAMPLE: Final = 1e6
#: How much is judged in one turn, so that a client with minutes in one message does not keep the others waiting.
_TURN_S: Final = 1.0
#: Levels are told about as often.
_GATHERED_S: Final = 0.1
#: What is shorter than this is no song that anybody wants to find again, in seconds.
_SHORTEST_KEPT_S: Final = 3.0


def decode_sound(sound: bytes, start: LiveStart) -> list[FloatArray]:
    """The samples of a binary message.

    Args:
        sound: As it came.
        start: Tells its form.

    Returns:
        float32 ``[n_samples, n_channels]``, in parts that are worth one turn each.

    Raises:
        LiveProblemError: It ends within a sample, or holds what is no number.
    """
    kind = _SAMPLE_TYPES[start.sample_format]
    n_frame = kind.itemsize * start.channels
    if len(sound) % n_frame:
        raise LiveProblemError(
            "sound_invalid",
            f"A binary message has {len(sound)} bytes; send whole samples of all channels, multiples of {n_frame}.",
        )
    samples = np.frombuffer(sound, dtype=kind).reshape(-1, start.channels).astype(np.float32)
    # The comparison is false for NaN too.
    if not (np.abs(samples) <= _LARGEST_SAMPLE).all():
        raise LiveProblemError(
            "sound_invalid",
            f"The sound holds samples that are no numbers, or far too large ones; is it really {start.sample_format}?",
        )
    if kind.kind == "i":
        samples /= _FULL_SCALE
    n_turn = max(1, round(start.sample_rate * _TURN_S))
    return [samples[first : first + n_turn] for first in range(0, len(samples), n_turn)]


class LiveStream:
    """Resamples, samples noise, takes it away, and predicts. In bounded memory; one call at a time.

    The model is the one that it began with. A song that is on keeps its evidence so, and an answer cannot jump because
    somebody activates another model.

    Args:
        start: What the client sends.
        predictor: The model; may be shared.
        keep: Keeps the answer for a song that is over, and returns it with its id in the library.
    """

    def __init__(self, start: LiveStart, predictor: GenrePredictor, keep: Callable[[Identified], Prediction]) -> None:
        self._keep = keep
        self._source_rate = start.sample_rate
        self._denoises = start.denoise
        self._predictor = predictor
        self._sample_rate = predictor.feature_config.sample_rate
        self._resampler = MonoResampler(self._sample_rate, _GATHERED_S)
        self._live = live.LivePredictor(predictor)
        # Where what the predictor knows begins: sampled noise is before it.
        self._begin_s = 0.0
        self._n_heard = 0
        self._noise: list[FloatArray] = []
        self._n_noise_missing = 0
        self._noise_magnitude: FloatArray | None = None
        self._has_concluded = False

    def push(self, samples: FloatArray) -> list[LiveEvent]:
        """Take sound, float32 ``[n_samples, n_channels]``; return what happened meanwhile.

        Raises:
            ModelError: When the model's answer is not a number.
        """
        mono = samples.mean(axis=1, dtype=np.float32)
        return list(self._take(self._resampler.push_samples(mono, self._source_rate)))

    def sample_noise(self, duration_s: float) -> list[LiveEvent]:
        """Take the next seconds as noise; return what was still to come of the song until now."""
        events = [*self._end_song()]
        self._noise = []
        self._n_noise_missing = max(N_FFT, round(duration_s * self._sample_rate))
        return events

    def denoise(self, on: bool) -> list[LiveEvent]:
        """Begin or cease to take the sampled noise away."""
        self._denoises = on
        return [self._tell(event) for event in self._subtract_noise()]

    def finish(self) -> list[LiveEvent]:
        """The sound is over: return what was still to come, with the answer for the last song.

        Where there was none but silence, and no song before, that is the answer.
        """
        return [*self._end_song(tells_silence=not self._has_concluded)]

    def _take(self, blocks: Iterable[FloatArray]) -> Iterator[LiveEvent]:
        for block in blocks:
            rest = block
            if self._n_noise_missing:
                noise, rest = block[: self._n_noise_missing], block[self._n_noise_missing :]
                yield from self._take_noise(noise)
            self._n_heard += len(rest)
            yield from map(self._tell, self._live.push(rest, self._sample_rate))

    def _take_noise(self, samples: FloatArray) -> Iterator[LiveEvent]:
        self._n_heard += len(samples)
        self._n_noise_missing -= len(samples)
        self._noise.append(samples)
        peak = float(np.abs(samples).max(initial=0))
        yield LiveLevel(time_s=self._time_s, rms_db=_measure_db(samples), peak_db=_to_db(peak))
        if not self._n_noise_missing:
            noise, self._noise = np.concatenate(self._noise), []
            self._noise_magnitude = estimate_noise(noise)
            self._subtract_noise()
            self._begin_s = self._n_heard / self._sample_rate
            yield LiveNoiseSampled(time_s=self._time_s, rms_db=_measure_db(noise))

    def _subtract_noise(self) -> list[live.LiveEvent]:
        return self._live.subtract(self._noise_magnitude if self._denoises else None)

    def _end_song(self, *, tells_silence: bool = False) -> Iterator[LiveEvent]:
        yield from self._take(self._resampler.flush())
        for event in self._live.finish():
            if not isinstance(event, live.FinalEvent) or event.answer.label is not None or tells_silence:
                yield self._tell(event)
        self._live = live.LivePredictor(self._predictor)
        self._subtract_noise()
        self._begin_s = self._n_heard / self._sample_rate

    @property
    def _time_s(self) -> float:
        return round(self._n_heard / self._sample_rate, 3)

    def _tell(self, event: live.LiveEvent) -> LiveEvent:
        """The contract's message of an event."""
        time_s = round(self._begin_s + event.time_s, 3)
        if isinstance(event, live.LevelEvent):
            return LiveLevel(time_s=time_s, rms_db=round(event.rms_db, 1), peak_db=round(event.peak_db, 1))
        start_s = round(self._begin_s + event.start_s, 3)
        if isinstance(event, live.SongChangeEvent):
            return LiveSongChange(time_s=time_s, start_s=start_s, reason=event.reason)
        prediction = to_contract(event.answer, self._predictor.model_id, None)
        if isinstance(event, live.PartialEvent):
            return LivePartial(time_s=time_s, start_s=start_s, prediction=prediction)
        self._has_concluded = True
        kept = self._keep_song(event.answer, time_s - start_s)
        return LiveFinal(time_s=time_s, start_s=start_s, prediction=kept or prediction)

    def _keep_song(self, answer: TrackPrediction, ago_s: float) -> Prediction | None:
        """Keep a song that began so long ago, as an upload is kept: without a file. ``None`` for what is none."""
        if answer.label is None or answer.decision is Decision.NOT_MUSIC or answer.duration_s < _SHORTEST_KEPT_S:
            return None
        name = f"Heard at {datetime.now() - timedelta(seconds=ago_s):%H:%M}, {answer.duration_s:.0f} s"
        model_id = self._predictor.model_id
        return self._keep(Identified(None, name, None, model_id, to_contract(answer, model_id, name), answer.embedding))


def _measure_db(samples: FloatArray) -> float:
    return _to_db(float(np.sqrt(np.mean(samples**2, dtype=np.float64))))


def _to_db(amplitude: float) -> float:
    return round(max(live.LOWEST_DB, 20 * float(np.log10(max(amplitude, 1e-10)))), 1)
