"""The spectrogram of a file, for eyes: mel bands over time, as loud as they are. Blocks: compute it in a job."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from app.gui import wording
from app.gui.playback.sound_card import PlaybackError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SAMPLE_RATE: Final = 22_050
N_BANDS: Final = 96
#: More would not be seen on any screen; longer recordings are looked at in wider steps.
MAX_COLUMNS: Final = 8192
_N_FFT: Final = 2048
_HOP_LENGTH: Final = 1024
_RANGE_DB: Final = 80.0
#: Of the text that stands for the picture.
_N_STRETCHES: Final = 12
#: What the most of a sound is: as usual for the “spectral rolloff”.
_MOST: Final = 0.85


@dataclass(frozen=True)
class Spectrogram:
    """Loudness of each band over time.

    Attributes:
        levels: uint8 ``[N_BANDS, n_columns]``, low bands first; 255 is the loudest spot, 0 is 80 dB below it.
        duration_s: Of all columns together.
    """

    levels: npt.NDArray[np.uint8]
    duration_s: float

    def as_text(self) -> str:
        """The picture in words, a line for each of a dozen stretches."""
        n_columns = self.levels.shape[1]
        n_stretches = min(_N_STRETCHES, n_columns)
        bounds = [index * n_columns // n_stretches for index in range(n_stretches + 1)]
        moments = [wording.clock(bound / n_columns * self.duration_s) for bound in bounds]
        return "\n".join(
            f"{moments[index]}–{moments[index + 1]}  {self._describe_columns(bounds[index], bounds[index + 1])}"
            for index in range(n_stretches)
        )

    def _describe_columns(self, start: int, end: int) -> str:
        import numpy as np

        powers = (10 ** (self.levels[:, start:end] / 255 * _RANGE_DB / 10) - 1).mean(axis=1)
        if powers.sum() <= 0:
            return "silence"
        edges_hz = _band_edges_hz()
        reached = np.cumsum(powers * np.diff(edges_hz))
        most_hz = edges_hz[int(np.searchsorted(reached, _MOST * reached[-1])) + 1]
        return f"loudest at {hertz(band_centres_hz()[int(powers.argmax())])}, most of it below {hertz(most_hz)}"


def compute_spectrogram(path: str, duration_s: float, is_wanted: Callable[[], bool]) -> Spectrogram | None:
    """Decode a file and look at its bands.

    Args:
        path: Of the file.
        duration_s: Of its sound, as the API has told.
        is_wanted: Asked now and then, whether to go on.

    Returns:
        ``None`` where it was not wanted any more.

    Raises:
        PlaybackError: The file cannot be read any more.
    """
    import numpy as np

    from core.audio.decode import open_audio
    from core.errors import AudioError

    hop_length = max(_HOP_LENGTH, -(-int(duration_s * SAMPLE_RATE) // MAX_COLUMNS))
    columns = []
    n_samples = 0
    try:
        with open_audio(path, SAMPLE_RATE) as stream:
            for n_samples, powers in _compute_band_powers(stream, hop_length):  # noqa: B007 - the last one is the length
                if not is_wanted():
                    return None
                columns.append(powers)
    except AudioError as error:
        raise PlaybackError(str(error)) from error
    powers = np.concatenate(columns)
    decibels = 10 * np.log10(np.maximum(powers, 1e-10))
    levels = np.clip((decibels - decibels.max()) / _RANGE_DB + 1, 0, 1) if powers.max() > 1e-10 else 0 * decibels
    return Spectrogram((255 * levels).astype(np.uint8).T, n_samples / SAMPLE_RATE)


def band_centres_hz() -> list[float]:
    """The middle of each band in Hz."""
    return [(low + high) / 2 for low, high in pairwise(_band_edges_hz())]


def band_of(frequency_hz: float) -> float:
    """Where a frequency lies among the bands: 0 is the lowest edge, 1 the highest."""
    return _mel(frequency_hz) / _mel(SAMPLE_RATE / 2)


def hertz(frequency_hz: float) -> str:
    """A frequency in words, for example “220 Hz” or “3.4 kHz”."""
    if frequency_hz < 1000:
        return f"{round(frequency_hz, -1):.0f}{wording.NO_BREAK_SPACE}Hz"
    return f"{frequency_hz / 1000:.2g}{wording.NO_BREAK_SPACE}kHz"


def _compute_band_powers(blocks: Any, hop_length: int) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
    """Samples so far, and float32 ``[n_frames, N_BANDS]`` of what has become complete; the end is filled up."""
    import numpy as np

    window = np.hanning(_N_FFT).astype(np.float32)
    starts = np.round(np.array(_band_edges_hz()[:-1]) / SAMPLE_RATE * _N_FFT).astype(int)
    n_bins = np.diff(starts, append=_N_FFT // 2 + 1).astype(np.float32)

    def look(sound: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        frames = np.lib.stride_tricks.sliding_window_view(sound, _N_FFT)[::hop_length]
        powers = np.abs(np.fft.rfft(frames * window)) ** 2
        # Sums, not a product of matrices, for which numpy would wake a thread on each core.
        return (np.add.reduceat(powers, starts, axis=1) / n_bins).astype(np.float32)

    rest = np.zeros(0, dtype=np.float32)
    n_samples = n_to_skip = 0
    for block in blocks:
        n_samples += len(block)
        rest = np.concatenate((rest, block))
        rest, n_to_skip = rest[n_to_skip:], max(0, n_to_skip - len(rest))
        if len(rest) >= _N_FFT:
            n_frames = (len(rest) - _N_FFT) // hop_length + 1
            yield n_samples, look(rest[: (n_frames - 1) * hop_length + _N_FFT])
            n_used = n_frames * hop_length
            rest, n_to_skip = rest[n_used:], max(0, n_used - len(rest))
    if len(rest) or n_samples < _N_FFT:
        yield n_samples, look(np.pad(rest, (0, max(0, _N_FFT - len(rest)))))


@cache
def _band_edges_hz() -> list[float]:
    top = _mel(SAMPLE_RATE / 2)
    return [700 * (10 ** (top * index / N_BANDS / 2595) - 1) for index in range(N_BANDS + 1)]


def _mel(frequency_hz: float) -> float:
    """O'Shaughnessy's formula."""
    import math

    return 2595 * math.log10(1 + frequency_hz / 700)
