"""Decoding with libsndfile: the second try, for files that FFmpeg refuses."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.audio.backends import BackendError, OutOfBudgetError
from core.audio.limits import DecodeBudget
from core.audio.metadata import metadata_from_tags
from core.audio.resample import MonoResampler
from core.audio.source import GuardedReader
from core.types import FloatArray

_BLOCK_BYTES = 1024 * 1024
_BYTES_PER_SAMPLE = 4


class SoundfileBackend:
    """See ``Backend``."""

    def __init__(self, reader: GuardedReader, name: str, sample_rate: int, budget: DecodeBudget) -> None:
        # Imported here because most programs never need it.
        import soundfile

        self.warnings: list[str] = []
        self._budget = budget
        self._reader = reader
        self._resampler = MonoResampler(sample_rate)
        try:
            self._file = soundfile.SoundFile(_WithoutName(reader))
        except Exception as error:
            raise BackendError(_reason(error)) from error
        try:
            budget.limits.validate_format(name, self._file.channels, self._file.samplerate)
        except Exception:
            self._file.close()
            raise
        self.metadata = metadata_from_tags(
            self._file.copy_metadata(),
            codec=self._file.subtype,
            container=self._file.format_info,
            n_channels=self._file.channels,
            source_sample_rate=self._file.samplerate,
        )

    def blocks(self) -> Iterator[FloatArray]:
        """See ``Backend.blocks``."""
        n_channels = self._file.channels
        n_samples = max(1, min(self._file.samplerate, _BLOCK_BYTES // (n_channels * _BYTES_PER_SAMPLE)))
        buffer = np.empty((n_samples, n_channels), dtype=np.float32)
        while True:
            self._check_budget()
            try:
                channels = self._file.read(out=buffer)
            except Exception as error:
                yield from self._resampler.flush()
                raise BackendError(_reason(error)) from error
            if not len(channels):
                break
            self._budget.note_sound()
            self._budget.decoded_bytes += channels.nbytes
            mono = channels.mean(axis=1, dtype=np.float32)
            yield from self._resampler.push_samples(mono, self._file.samplerate)
        yield from self._resampler.flush()
        self._check_budget()
        if self._reader.read_error:
            raise BackendError(f"reading the file failed: {self._reader.read_error}")

    def close(self) -> None:
        """See ``Backend.close``."""
        self._file.close()

    def _check_budget(self) -> None:
        if reason := self._budget.is_used_up():
            raise OutOfBudgetError(reason)


class _WithoutName:
    """The reader without its name: soundfile would guess “headerless” from the suffixes of some."""

    def __init__(self, reader: GuardedReader) -> None:
        self.read = reader.read
        self.seek = reader.seek
        self.tell = reader.tell


def _reason(error: Exception) -> str:
    text = str(getattr(error, "error_string", None) or error).strip().rstrip(".").removeprefix("Error : ")
    if "not a regular file" in text:  # what libsndfile says when its MP3 decoder finds no frame
        return "no known kind of audio file, or a damaged header"
    return text[:1].lower() + text[1:] if text else type(error).__name__
