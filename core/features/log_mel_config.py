"""What decides how sound becomes a log-mel; without PyTorch, because the ONNX backend needs it too."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class LogMelConfig:
    """Everything that decides what the model sees.

    Attributes:
        sample_rate: Of the waveform, in Hz.
        window_s: Length of sound that shares one scaling, in seconds: the clip of the datasets.
        n_fft: STFT size and Hann window, in samples.
        hop_length: Distance of two STFT frames, in samples.
        frame_stride: How many frames one column stands for; only frame ``floor((i + 0.5) · frame_stride)`` is
            computed for column i. 3.337 is the rule of the GTZAN pack: 387 columns from 30 s.
        n_mels: Mel bands, on Slaney's scale with Slaney's area normalisation.
        fmin: Lower edge of the first band, in Hz.
        fmax: Upper edge of the last band, in Hz.
        top_db: What lies further below the loudest value is raised to it, in dB.
        segment_frames: Columns of one model input.
        segment_hop_frames: Largest distance of two segments, in columns.
    """

    sample_rate: int = 22_050
    window_s: float = 30.0
    n_fft: int = 2048
    hop_length: int = 512
    frame_stride: float = 3.337
    n_mels: int = 128
    fmin: float = 0.0
    fmax: float = 11_025.0
    top_db: float = 80.0
    segment_frames: int = 128
    segment_hop_frames: int = 64

    @property
    def frame_s(self) -> float:
        """Time from one column to the next, in seconds."""
        return self.hop_length * self.frame_stride / self.sample_rate

    @property
    def window_length(self) -> int:
        """Samples in a full window."""
        return round(self.window_s * self.sample_rate)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as the checkpoint keeps them."""
        return asdict(self)
