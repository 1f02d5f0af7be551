"""From sound that comes in to what is drawn of it: columns of a spectrogram and a level. In the recording thread."""

from __future__ import annotations

import math
import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.gui import wording
from app.gui.playback.spectrum import N_BANDS, SAMPLE_RATE, band_centres_hz, band_of, hertz

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

N_FFT: Final = 2048
HOP_LENGTH: Final = 1024
COLUMNS_PER_S: Final = SAMPLE_RATE / HOP_LENGTH
MARKS: Final = tuple((band_of(mark_hz), hertz(mark_hz)) for mark_hz in (200, 1000, 4000))

_RANGE_DB: Final = 70.0
#: What is loudest is followed at once upwards, and slowly downwards: a quiet microphone fills the picture too.
_SINK_DB: Final = 0.15
#: Of a band's power below which nothing is music: a silent room must not become a picture of its noise.
_LEAST_LOUD_DB: Final = -15.0
_LOWEST_DB: Final = -100.0
#: What waits to be drawn at most, in columns: the window may be away for a while.
_MAX_WAITING: Final = 400
#: Columns that are put into words.
_N_TOLD: Final = round(5 * COLUMNS_PER_S)


@dataclass(frozen=True)
class Glance:
    """What has come since the last time.

    Attributes:
        columns: Each uint8 ``[N_BANDS]``, low bands first; 255 is as loud as the loudest of late.
        rms_db: Of the last block, in dB below full scale.
        peak_db: Of the loudest sample since the last time, likewise.
    """

    columns: tuple[npt.NDArray[np.uint8], ...]
    rms_db: float
    peak_db: float


class SoundPicture:
    """Looks at a stream. One thread pushes, another one takes.

    The sound is at ``SAMPLE_RATE``.
    """

    def __init__(self) -> None:
        # Made when the first sound comes: numpy takes too long to be imported in Tk's thread.
        self._bands: _Bands | None = None
        self._loudest_db = _LEAST_LOUD_DB
        self._lock = threading.Lock()
        self._waiting: deque[npt.NDArray[np.uint8]] = deque(maxlen=_MAX_WAITING)
        self._recent: deque[npt.NDArray[np.uint8]] = deque(maxlen=_N_TOLD)
        self._rms_db = self._peak_db = _LOWEST_DB

    def push(self, samples: npt.NDArray[np.float32]) -> None:
        """Look at more sound, float32 mono ``[n_samples]``."""
        import numpy as np

        if not len(samples):
            return
        if self._bands is None:
            self._bands = _Bands()
        columns = [self._scale(bands_db) for bands_db in self._bands.push(samples)]
        rms_db = _to_db(float(np.sqrt(np.mean(samples**2))))
        peak_db = _to_db(float(np.abs(samples).max()))
        with self._lock:
            self._waiting.extend(columns)
            self._recent.extend(columns)
            self._rms_db, self._peak_db = rms_db, max(peak_db, self._peak_db)

    def take(self) -> Glance:
        """What has come since the last time."""
        with self._lock:
            glance = Glance(tuple(self._waiting), self._rms_db, self._peak_db)
            self._waiting.clear()
            self._peak_db = _LOWEST_DB
        return glance

    def as_text(self) -> str:
        """The last seconds in words: the picture for those who cannot see it."""
        import numpy as np

        with self._lock:
            recent, rms_db = list(self._recent), self._rms_db
        if not recent:
            return "Nothing was heard yet."
        powers = (10 ** (np.stack(recent) / 255 * _RANGE_DB / 10) - 1).mean(axis=0)
        seconds = max(1, round(len(recent) / COLUMNS_PER_S))
        heading = f"The last {seconds} s, now at {rms_db:.0f}{wording.NO_BREAK_SPACE}dB".replace("-", "−")
        if powers.sum() <= 0:
            return f"{heading}: silence"
        centres_hz = band_centres_hz()
        loudest = hertz(centres_hz[int(powers.argmax())])
        reached = np.cumsum(powers)
        most = hertz(centres_hz[int(np.searchsorted(reached, 0.85 * reached[-1]))])
        return f"{heading}: loudest at {loudest}, most of it below {most}"

    def _scale(self, bands_db: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
        import numpy as np

        self._loudest_db = max(float(bands_db.max()), self._loudest_db - _SINK_DB, _LEAST_LOUD_DB)
        levels: npt.NDArray[np.uint8] = (255 * np.clip((bands_db - self._loudest_db) / _RANGE_DB + 1, 0, 1)).astype(
            "u1"
        )
        return levels


class _Bands:
    """The loudness of bands of a stream."""

    def __init__(self) -> None:
        import numpy as np

        self._window = np.hanning(N_FFT).astype(np.float32)
        bins = np.array([band_of(index * SAMPLE_RATE / N_FFT) * N_BANDS for index in range(N_FFT // 2 + 1)])
        # Bands of low tones are wider than the distance of two bins, so none is empty.
        self._starts = np.searchsorted(bins, np.arange(N_BANDS), side="left")
        self._n_bins = np.diff(self._starts, append=N_FFT // 2 + 1).astype(np.float32)
        self._rest = np.zeros(0, dtype=np.float32)

    def push(self, samples: npt.NDArray[np.float32]) -> list[npt.NDArray[np.float32]]:
        """Take sound, float32 ``[n_samples]``; return what has become complete: in dB, each ``[N_BANDS]``."""
        import numpy as np

        self._rest = np.concatenate((self._rest, samples))
        if len(self._rest) < N_FFT:
            return []
        frames = np.lib.stride_tricks.sliding_window_view(self._rest, N_FFT)[::HOP_LENGTH]
        self._rest = self._rest[len(frames) * HOP_LENGTH :].copy()
        powers = np.abs(np.fft.rfft(frames * self._window)) ** 2
        # Sums, not a product of matrices, for which numpy would wake a thread on each core.
        bands = np.add.reduceat(powers, self._starts, axis=1) / self._n_bins
        return list((10 * np.log10(np.maximum(bands, 1e-10))).astype(np.float32))


def _to_db(amplitude: float) -> float:
    return max(_LOWEST_DB, 20 * math.log10(max(amplitude, 1e-10)))
