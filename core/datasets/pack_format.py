"""From a clip's sound to its row of a pack.

The rule for log-mels: the STFT of the whole clip gives T centred frames; their log-mel is taken relative to the loudest
of all of them and scaled by the range of all of them; of these, column i is frame
``floor((i + 0.5) / columns_per_clip · T)``.
Measured against the shared GTZAN pack on 53 clips: 0.03 to 0.09 dB apart on average, which is the rounding.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from core.features import five_channel
from core.features.log_mel import LogMel, LogMelConfig
from core.types import FloatArray

PackRow: TypeAlias = npt.NDArray[np.uint8] | npt.NDArray[np.float32]

# A clip that is a little short of 30 s is stretched over all columns, as the shared packs do; a much shorter one would
# sound too fast to the model, and is repeated instead.
_MIN_STRETCHED_PART = 0.95


@dataclass(frozen=True)
class PackFormat:
    """How the clips of a dataset become the rows of a pack.

    Attributes:
        config: The front end with which a model trained on the pack hears sound.
        columns_per_clip: The clip's frames divided by this are one column's stride.
        max_clip_s: What is read of a file at most, in seconds; all of it becomes the clip.
        skip_s: Where the clip starts in a file that is long enough, in seconds: beyond the intro of a whole song.
        features: What the rows hold: one log-mel, or ``five_channel`` pictures of 3 s side by side, their channels one
            above the other.
    """

    config: LogMelConfig
    columns_per_clip: float
    max_clip_s: float
    skip_s: float = 0.0
    features: Literal["log_mel", "five_channel"] = "log_mel"

    @property
    def dtype(self) -> np.dtype[Any]:
        """Of the rows: what is no log-mel has values that 256 levels do not do justice to."""
        return np.dtype(np.uint8 if self.features == "log_mel" else np.float32)

    @property
    def n_columns(self) -> int:
        """Columns in the pack."""
        return int(self.columns_per_clip)

    @property
    def shape(self) -> tuple[int, int]:
        """Of one row of the pack, ``[n_mels, n_frames]``."""
        return self.config.n_mels, self.n_columns

    def to_json(self) -> str:
        """Every value that decides what the pack holds, as text that is the same for the same values."""
        values: dict[str, Any] = asdict(self)
        return json.dumps(values, sort_keys=True)


#: GTZAN's clips are 30 s long and a little more or less; the pack takes each as it is.
GTZAN_FORMAT = PackFormat(LogMelConfig(), columns_per_clip=387.5, max_clip_s=31.0)

#: The first 30 s at 44 100 Hz, the rate of nearly all of FMA's files, with mels to half of it.
FMA_FORMAT = PackFormat(
    LogMelConfig(sample_rate=44_100, fmax=22_050.0, frame_stride=2584 / 128), columns_per_clip=128.0, max_clip_s=30.0
)

#: Whole songs: 30 s from the half-minute on, in the columns of the GTZAN pack.
SONG_FORMAT = PackFormat(LogMelConfig(), columns_per_clip=387.5, max_clip_s=30.0, skip_s=30.0)

#: The 3 s pictures of one published system, ten from a clip.
FIVE_CHANNEL_FORMAT = PackFormat(
    LogMelConfig(
        frame_stride=1.0,
        n_mels=five_channel.N_CHANNELS * five_channel.N_MFCC,
        segment_frames=five_channel.N_FRAMES,
        segment_hop_frames=five_channel.N_FRAMES,
    ),
    columns_per_clip=10 * five_channel.N_FRAMES,
    max_clip_s=30.0,
    features="five_channel",
)


def cut_clip(blocks: Iterable[FloatArray], pack_format: PackFormat) -> FloatArray:
    """The part of a file's sound that goes into the pack.

    The clip starts at ``skip_s``, or as much earlier as it must to be ``max_clip_s`` long. Nothing after its end is
    decoded.

    Args:
        blocks: float32 ``[n_samples]`` each, from the start of the file.
        pack_format: Its rate, ``max_clip_s`` and ``skip_s`` apply.

    Returns:
        float32 ``[n_samples]``; empty when there is no sound.
    """
    sample_rate = pack_format.config.sample_rate
    n_clip = round(pack_format.max_clip_s * sample_rate)
    n_wanted = n_clip + round(pack_format.skip_s * sample_rate)
    taken: list[FloatArray] = []
    n_taken = 0
    for block in blocks:
        taken.append(block)
        n_taken += len(block)
        if n_taken >= n_wanted:
            break
    samples = np.concatenate(taken)[:n_wanted] if taken else np.zeros(0, dtype=np.float32)
    return samples[-n_clip:]


class PackFrontEnd(Protocol):
    """Computes rows of a pack."""

    pack_format: PackFormat

    def compute(self, samples: FloatArray) -> PackRow:
        """The row of one clip.

        Args:
            samples: float32 mono ``[n_samples]`` at the format's rate, at least one sample.

        Returns:
            ``[n_mels, n_frames]`` of the format's ``dtype``, from 0 to 255.
        """


def create_front_end(pack_format: PackFormat) -> PackFrontEnd:
    """What computes the rows of a pack; needs the extra ``train``."""
    return LogMelRows(pack_format) if pack_format.features == "log_mel" else FiveChannelRows(pack_format)


class LogMelRows:
    """Log-mels, by the packs' own rule."""

    def __init__(self, pack_format: PackFormat) -> None:
        self.pack_format = pack_format
        # Every frame, because the loudest of them sets the scale even where it becomes no column.
        self._every_frame = LogMel.create(replace(pack_format.config, frame_stride=1.0))

    def compute(self, samples: FloatArray) -> PackRow:
        """uint8 ``[n_mels, n_frames]``."""
        import torch

        window_length = self.pack_format.config.window_length
        if len(samples) < _MIN_STRETCHED_PART * window_length:
            samples = np.resize(samples, window_length)
        with torch.inference_mode():
            log_mel: FloatArray = self._every_frame(torch.from_numpy(np.ascontiguousarray(samples))).numpy()
        columns = np.arange(self.pack_format.n_columns) + 0.5
        frames = np.floor(columns / self.pack_format.columns_per_clip * log_mel.shape[1]).astype(int)
        return np.rint(255 * log_mel[:, frames]).astype(np.uint8)


class FiveChannelRows:
    """Pictures of 3 s, side by side; each row of a picture's channels is a "band"."""

    def __init__(self, pack_format: PackFormat) -> None:
        self.pack_format = pack_format

    def compute(self, samples: FloatArray) -> PackRow:
        """float32 ``[200, 1300]``."""
        n_pictures = self.pack_format.n_columns // five_channel.N_FRAMES
        clip = np.resize(samples, n_pictures * five_channel.SEGMENT_LENGTH)
        pictures = [five_channel.compute_five_channel(piece) for piece in np.split(clip, n_pictures)]
        # [coefficient, frame, channel] each → channels one above the other, pictures side by side
        row = np.concatenate([picture.transpose(2, 0, 1).reshape(-1, picture.shape[1]) for picture in pictures], axis=1)
        low, high = row.min(), row.max()
        scaled: npt.NDArray[np.float32] = (255 * (row - low) / max(high - low, 1e-6)).astype(np.float32)
        return scaled
