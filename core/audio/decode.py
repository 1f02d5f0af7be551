"""Decoding any audio file to mono float32, as a stream.

There is one road: ``open_audio`` yields blocks, ``decode_audio`` joins them. PyAV (FFmpeg) is tried first, soundfile
(libsndfile) second. The limits hold while decoding, so a small file that unpacks to gigabytes needs no more memory than
any other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np

from core.audio.backends import Backend, BackendError, OutOfBudgetError
from core.audio.limits import DecodeBudget, DecodeLimits
from core.audio.pyav_backend import PyAVBackend
from core.audio.soundfile_backend import SoundfileBackend
from core.audio.source import AudioSource, GuardedReader, display_name, open_plain_file
from core.errors import AudioDecodeError, AudioEmptyError, AudioLimitError
from core.types import AudioMetadata, FloatArray, Waveform

DEFAULT_SAMPLE_RATE = 22_050
DEFAULT_LIMITS = DecodeLimits()
# Float files may hold anything. Beyond this it is no sound, and its power would overflow float32 in the features.
_LARGEST_SAMPLE = 1e6

_BACKENDS: dict[str, Callable[[GuardedReader, str, int, DecodeBudget], Backend]] = {
    "PyAV": PyAVBackend,
    "soundfile": SoundfileBackend,
}


class AudioStream:
    """The sound of one file, block by block: a context manager and an iterator of float32 ``[n_samples]``.

    A file that cannot be decoded at all has raised before there is an ``AudioStream``. What goes wrong later ends the
    iteration early and is told in ``warnings``.

    Attributes:
        name: Of the file, for messages.
        sample_rate: Of the blocks, in Hz.
        metadata: What the file says of itself.
        warnings: One sentence for each thing that went wrong and did not stop the decoding; complete after the last
            block.
    """

    def __init__(self, file: BinaryIO, *, owns_file: bool, name: str, sample_rate: int, limits: DecodeLimits) -> None:
        self.name = name
        self.sample_rate = sample_rate
        self.metadata = AudioMetadata()
        self.warnings: list[str] = []
        self._file = file
        self._owns_file = owns_file
        self._limits = limits
        self._budget = DecodeBudget(limits)
        self._reader = GuardedReader(file, self._budget, name)
        self._n_decoded = 0
        self._has_bad_samples = False
        self._blocks = self._decode()
        self._first_block: FloatArray | None = None
        try:
            # The first block tells whether the file can be decoded, and by which backend.
            self._first_block = self._advance()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[FloatArray]:
        return self

    def __next__(self) -> FloatArray:
        block, self._first_block = self._first_block, None
        if block is None:
            block = self._advance()
        if block is None:
            raise StopIteration
        return block

    def close(self) -> None:
        """Free the decoder, and close the file unless it was handed in open; more than once does no harm."""
        self._first_block = None
        self._blocks.close()
        if self._owns_file:
            self._file.close()

    def _advance(self) -> FloatArray | None:
        with self._budget.running():
            return next(self._blocks, None)

    def _decode(self) -> Generator[FloatArray]:
        reasons: dict[str, str] = {}
        is_empty = False
        for backend_name, open_backend in _BACKENDS.items():
            try:
                yield from self._decode_with(open_backend)
            except (BackendError, OutOfBudgetError, AudioLimitError) as error:
                if self._n_decoded:
                    self.warnings.append(self._sentence_about_end(error))
                    return
                if isinstance(error, AudioLimitError):
                    raise
                if isinstance(error, OutOfBudgetError):
                    # The next backend would have no time left.
                    raise AudioDecodeError(self.name, {**reasons, backend_name: f"the file {error}"}) from error
                reasons[backend_name] = str(error)
            else:
                if self._n_decoded:
                    return
                is_empty = True
        if is_empty:
            raise AudioEmptyError(f"“{self.name}” holds no sound.")
        raise AudioDecodeError(self.name, reasons)

    def _decode_with(
        self, open_backend: Callable[[GuardedReader, str, int, DecodeBudget], Backend]
    ) -> Iterator[FloatArray]:
        n_longest = int(self._limits.max_duration_s * self.sample_rate)
        self._reader.rewind()
        with closing(open_backend(self._reader, self.name, self.sample_rate, self._budget)) as backend:
            self.metadata = backend.metadata
            for decoded in backend.blocks():
                if not len(decoded):
                    continue
                if self._n_decoded >= n_longest:
                    raise OutOfBudgetError("goes on longer than is allowed")
                block = self._without_bad_samples(decoded[: n_longest - self._n_decoded])
                self._n_decoded += len(block)
                yield block
            if self._n_decoded:
                self.warnings += backend.warnings

    def _without_bad_samples(self, block: FloatArray) -> FloatArray:
        # The comparison is false for NaN too.
        if max(block.max(), -block.min()) <= _LARGEST_SAMPLE:
            return block
        if not self._has_bad_samples:
            self._has_bad_samples = True
            self.warnings.append("The file holds samples that are no numbers or far too large; they count as silence.")
        return np.where(np.abs(block) <= _LARGEST_SAMPLE, block, np.float32(0))

    def _sentence_about_end(self, error: Exception) -> str:
        heard_s = self._n_decoded / self.sample_rate
        if isinstance(error, OutOfBudgetError):
            return f"Only the first {_duration_text(heard_s)} were decoded, because the file {error}."
        return f"The file is damaged after {heard_s:.1f} s, and what follows was left out ({error})."


def open_audio(
    source: AudioSource,
    sample_rate: int = DEFAULT_SAMPLE_RATE,
    limits: DecodeLimits = DEFAULT_LIMITS,
    name: str | None = None,
) -> AudioStream:
    """Open an audio file for decoding.

    Args:
        source: Path of a plain file, or an open, seekable binary file, which is read from its start and stays open.
        sample_rate: Of the blocks, in Hz.
        limits: What the file may cost.
        name: For messages, where ``source`` has none or a meaningless one.

    Raises:
        AudioNotFoundError: There is no such file, it is not a plain file, or it may not be read.
        AudioDecodeError: No backend could read it.
        AudioEmptyError: It was read and holds no sound.
        AudioLimitError: Its channels or sample rate are outside the limits.
        ValueError: ``sample_rate`` is not positive, or ``source`` cannot be moved in.
    """
    if sample_rate < 1:
        raise ValueError(f"sample_rate must be at least 1 Hz, got {sample_rate}")
    shown_name = name or display_name(source)
    owns_file = isinstance(source, (str, bytes, Path))
    file = open_plain_file(source) if isinstance(source, (str, bytes, Path)) else source
    if not file.seekable():
        raise ValueError(f"“{shown_name}” must be a seekable file")
    if file.seek(0, os.SEEK_END) == 0:
        if owns_file:
            file.close()
        raise AudioEmptyError(f"“{shown_name}” is an empty file (0 bytes).")
    return AudioStream(file, owns_file=owns_file, name=shown_name, sample_rate=sample_rate, limits=limits)


def decode_audio(
    source: AudioSource,
    sample_rate: int = DEFAULT_SAMPLE_RATE,
    limits: DecodeLimits = DEFAULT_LIMITS,
    name: str | None = None,
) -> Waveform:
    """Decode a whole audio file at once; ``open_audio`` tells arguments and errors."""
    with open_audio(source, sample_rate, limits, name) as stream:
        samples = np.concatenate(list(stream))
        return Waveform(samples, sample_rate, stream.metadata, tuple(stream.warnings))


def _duration_text(duration_s: float) -> str:
    if duration_s < 60:
        return f"{duration_s:.1f} s"
    minutes, seconds = divmod(round(duration_s), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s"
