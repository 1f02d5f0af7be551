"""Mixing to mono and resampling, as a stream, with FFmpeg's resampler."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import av
import numpy as np

from core.types import FloatArray

# Frames of a codec are short (MP3: 26 ms). Gathering about a second of them before each call takes a quarter off the
# time of decoding and resampling together; the second bound keeps files of many channels from needing much memory.
_GATHERED_S = 1.0
_GATHERED_BYTES = 4 * 1024 * 1024
_MOST_CHANNELS_WITH_MATRIX = 8


class FrameForm(NamedTuple):
    """What must stay the same between two frames for one resampler to take both."""

    sample_rate: int
    sample_format: str
    layout: str

    @classmethod
    def of(cls, frame: av.AudioFrame) -> FrameForm:
        """Return the form of a frame."""
        return cls(frame.sample_rate, frame.format.name, frame.layout.name)


class MonoResampler:
    """Turns frames of any rate, sample format and channel layout into mono float32 blocks of one rate.

    The sound may change its form between two frames. Stereo becomes the mean of both channels; surround is mixed by
    FFmpeg's matrix for its layout, scaled so that it cannot clip; layouts that FFmpeg has no matrix for become the
    mean of all channels.

    Args:
        sample_rate: Of the blocks, in Hz.
        gathered_s: How much sound is gathered before it is worked on, in seconds: what is live must not wait.
    """

    def __init__(self, sample_rate: int, gathered_s: float = _GATHERED_S) -> None:
        self.sample_rate = sample_rate
        self._gathered_s = gathered_s
        self._form: FrameForm | None = None
        self._mixes_itself = False
        self._n_gathered = 0
        self._fifo = av.AudioFifo()
        self._resampler = self._create_resampler()
        self._converter: av.AudioResampler | None = None

    def push(self, frame: av.AudioFrame, form: FrameForm) -> list[FloatArray]:
        """Take one decoded frame; return the blocks that became ready, most often none.

        Args:
            frame: Decoded sound; its time stamp is taken away.
            form: ``FrameForm.of(frame)``, which the caller needs too.

        Raises:
            av.FFmpegError: The form cannot be converted.
            ValueError: The same, where PyAV's own checks say it.
        """
        blocks: list[FloatArray] = []
        if form != self._form:
            blocks = self.flush()
            self._begin(form, frame)
        # Time stamps of damaged files jump; only the order of samples matters here.
        frame.pts = None
        self._fifo.write(frame)
        if self._fifo.samples >= self._n_gathered:
            blocks += self._drain()
        return blocks

    def push_samples(self, samples: FloatArray, source_sample_rate: int) -> list[FloatArray]:
        """Take mono samples, float32 ``[n_samples]``; return the blocks that became ready."""
        frame = _mono_frame(samples, source_sample_rate)
        return self.push(frame, FrameForm.of(frame))

    def flush(self) -> list[FloatArray]:
        """Return what is left inside, and be ready for another sound."""
        blocks = self._drain()
        # PyAV answers [None] where source and target have the same form and nothing had to be done.
        blocks += [_to_block(frame) for frame in self._resampler.resample(None) if frame is not None]
        self._form = None
        self._resampler = self._create_resampler()
        return blocks

    def _create_resampler(self) -> av.AudioResampler:
        # Without rematrix_maxval, swresample mixes float stereo as 0.71·(left + right), which is 3 dB too loud and
        # clips, but integer stereo as 0.5·(left + right): the level would depend on the codec.
        return av.AudioResampler("fltp", "mono", self.sample_rate, options={"rematrix_maxval": "1.0"})

    def _begin(self, form: FrameForm, frame: av.AudioFrame) -> None:
        self._form = form
        n_channels = frame.layout.nb_channels
        bytes_per_sample = max(1, n_channels * frame.format.bytes)
        self._n_gathered = max(1, min(int(form.sample_rate * self._gathered_s), _GATHERED_BYTES // bytes_per_sample))
        # One FIFO serves one form only: it does not notice when a frame has fewer channels than the one before.
        self._fifo = av.AudioFifo()
        self._mixes_itself = n_channels > _MOST_CHANNELS_WITH_MATRIX
        self._converter = None

    def _drain(self) -> list[FloatArray]:
        frame = self._fifo.read(0)
        if frame is None:
            return []
        frame.pts = None
        if not self._mixes_itself:
            try:
                return [_to_block(mono) for mono in self._resampler.resample(frame)]
            except (av.FFmpegError, ValueError):
                self._resampler = self._create_resampler()
                self._mixes_itself = True
        return [_to_block(mono) for mixed in self._mix(frame) for mono in self._resampler.resample(mixed)]

    def _mix(self, frame: av.AudioFrame) -> list[av.AudioFrame]:
        if self._converter is None:
            # Packed, because PyAV walks the planes of more than eight planar channels past their end.
            self._converter = av.AudioResampler("flt")
        mixed = []
        for packed in self._converter.resample(frame):
            channels = packed.to_ndarray().reshape(-1, packed.layout.nb_channels)
            mixed.append(_mono_frame(channels.mean(axis=1, dtype=np.float32), packed.sample_rate))
        return mixed


def _mono_frame(samples: FloatArray, sample_rate: int) -> av.AudioFrame:
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[np.newaxis, :]), "fltp", "mono")
    frame.sample_rate = sample_rate
    frame.time_base = Fraction(1, sample_rate)
    return frame


def _to_block(frame: av.AudioFrame) -> FloatArray:
    block: FloatArray = frame.to_ndarray()[0]
    return block
