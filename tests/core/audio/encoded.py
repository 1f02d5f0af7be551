"""Sounds and files that the audio tests make themselves, with FFmpeg's and libsndfile's encoders."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import soundfile

FloatArray = npt.NDArray[np.float32]

SOURCE_RATE = 44_100
TARGET_RATE = 22_050


def make_sine(
    frequency_hz: float = 440.0, duration_s: float = 3.0, level: float = 0.5, sample_rate: int = SOURCE_RATE
) -> FloatArray:
    """float32 ``[n_samples]``."""
    time_s = np.arange(round(duration_s * sample_rate)) / sample_rate
    return (level * np.sin(2 * np.pi * frequency_hz * time_s)).astype(np.float32)


def encode(
    path: Path,
    channels: FloatArray,
    codec: str,
    sample_rate: int = SOURCE_RATE,
    *,
    options: dict[str, str] | None = None,
    bit_rate: int | None = None,
    tags: dict[str, str] | None = None,
) -> Path:
    """Encode float32 ``[n_channels, n_samples]`` with FFmpeg; the suffix chooses the container."""
    channels = np.atleast_2d(channels)
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[len(channels)]
    with av.open(str(path), "w", options=options or {}) as container:
        container.metadata.update(tags or {})
        stream = container.add_stream(codec, rate=sample_rate, layout=layout)
        if bit_rate:
            stream.bit_rate = bit_rate
        for start in range(0, channels.shape[1], sample_rate):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(channels[:, start : start + sample_rate]), "fltp", layout
            )
            frame.sample_rate = sample_rate
            frame.pts = start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write(path: Path, channels: FloatArray, subtype: str, sample_rate: int = SOURCE_RATE, **kwargs: str) -> Path:
    """Write float32 ``[n_channels, n_samples]`` with libsndfile; the suffix chooses the container."""
    soundfile.write(path, np.atleast_2d(channels).T, sample_rate, subtype=subtype, **kwargs)
    return path


def write_caf_with_channel_labels(
    path: Path, labels: list[int], n_samples: int, sample_rate: int = SOURCE_RATE
) -> Path:
    """Write a Core Audio file whose channels are named one by one (1 left, 2 right, 3 centre, 4 LFE …)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return kind + struct.pack(">q", len(data)) + data

    n_channels = len(labels)
    tone = (make_sine(duration_s=n_samples / sample_rate, sample_rate=sample_rate) * 32767).astype(">i2")
    description = struct.pack(">d4sIIIII", sample_rate, b"lpcm", 0, 2 * n_channels, 1, n_channels, 16)
    layout = struct.pack(">III", 0, 0, n_channels) + b"".join(
        struct.pack(">II3f", label, 0, 0, 0, 0) for label in labels
    )
    data = struct.pack(">I", 0) + np.repeat(tone, n_channels).tobytes()
    path.write_bytes(
        b"caff" + struct.pack(">HH", 1, 0) + chunk(b"desc", description) + chunk(b"chan", layout) + chunk(b"data", data)
    )
    return path


def loudest_frequency_hz(samples: FloatArray, sample_rate: int = TARGET_RATE) -> float:
    """The frequency with the most power, exact to about 1 Hz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), n=2**17))
    return float(np.argmax(spectrum) * sample_rate / 2**17)


def rms(samples: FloatArray) -> float:
    """Root of the mean square."""
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))
