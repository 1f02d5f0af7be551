"""Music-like sound and files of it, made on the spot so that the benchmarks need no data."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 44_100


def make_music(duration_s: float, seed: int = 0) -> npt.NDArray[np.float32]:
    """Return chords, a bass and drums that change every half second: float32 stereo ``[2, n_samples]``.

    Encoders and decoders work harder on it than on a sine, and about as hard as on music.
    """
    random = np.random.default_rng(seed)
    n_beat = SAMPLE_RATE // 2
    time_s = np.arange(n_beat) / SAMPLE_RATE
    decay = np.exp(-8 * time_s)
    beats = []
    for _ in range(int(np.ceil(duration_s * 2))):
        root_hz = 110 * 2 ** (random.integers(0, 12) / 12)
        chord = sum(np.sin(2 * np.pi * root_hz * ratio * time_s) / ratio for ratio in (0.5, 1, 1.25, 1.5, 2, 3, 4, 6))
        drums = random.normal(0, 1, (2, n_beat)) * decay**3
        beats.append(0.12 * np.stack([chord * decay, chord * decay**0.5]) + 0.15 * drums)
    return np.concatenate(beats, axis=1)[:, : round(duration_s * SAMPLE_RATE)].clip(-1, 1).astype(np.float32)


def encode(path: Path, channels: npt.NDArray[np.float32], codec: str, bit_rate: int | None = None) -> Path:
    """Encode stereo float32 ``[2, n_samples]`` at 44.1 kHz; the suffix chooses the container."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=48_000 if codec == "libopus" else SAMPLE_RATE, layout="stereo")
        assert isinstance(stream, av.AudioStream)
        if bit_rate:
            stream.bit_rate = bit_rate
        for start in range(0, channels.shape[1], SAMPLE_RATE):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(channels[:, start : start + SAMPLE_RATE]), "fltp", "stereo"
            )
            frame.sample_rate = SAMPLE_RATE
            frame.pts = start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def encode_mp3(path: Path, duration_s: float, seed: int = 0) -> Path:
    """Write an MP3 of 192 kbit/s."""
    return encode(path, make_music(duration_s, seed), "libmp3lame", 192_000)
