"""Decoding with FFmpeg, through PyAV: the first try, for everything."""

from __future__ import annotations

from collections.abc import Iterator

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.packet import Packet

from core.audio.backends import BackendError, OutOfBudgetError
from core.audio.ffmpeg_input import choose_stream, open_container, prepare_decoder, reason_of, refuse_unsafe_layouts
from core.audio.limits import DecodeBudget
from core.audio.metadata import metadata_from_tags
from core.audio.promised_length import promised_length_s
from core.audio.resample import FrameForm, MonoResampler
from core.audio.source import GuardedReader
from core.errors import AudioLimitError
from core.types import FloatArray

_MOST_READ_ERRORS_IN_A_ROW = 16
_MOST_DECODE_ERRORS_IN_A_ROW = 2000
# Tags behind the sound look like a few damaged frames; that is no damage.
_LEAST_ERRORS_AT_END = 20
# How much sound may be missing without a warning.
_MISSING_S = 1.0
_MISSING_PART = 0.02


class PyAVBackend:
    """See ``Backend``."""

    def __init__(self, reader: GuardedReader, name: str, sample_rate: int, budget: DecodeBudget) -> None:
        self.warnings: list[str] = []
        self._name = name
        self._reader = reader
        self._budget = budget
        self._resampler = MonoResampler(sample_rate)
        self._form: FrameForm | None = None
        self._decoded_s = 0.0
        self._n_errors = 0
        self._n_errors_at_end = 0
        self._first_error_s = 0.0
        self._last_reason = ""
        self._container = open_container(reader, budget)
        try:
            self._stream = choose_stream(self._container)
            context = self._stream.codec_context
            n_channels = prepare_decoder(self._stream)
            if n_channels and context.sample_rate:
                budget.limits.validate_format(name, n_channels, context.sample_rate)
            self.metadata = metadata_from_tags(
                {**self._stream.metadata, **self._container.metadata},
                codec=context.codec.canonical_name,
                container=self._container.format.long_name,
                n_channels=n_channels or None,
                source_sample_rate=context.sample_rate or None,
            )
        except (av.FFmpegError, RuntimeError) as error:
            self._container.close()
            raise BackendError(reason_of(error)) from error
        except BaseException:
            self._container.close()
            raise

    def blocks(self) -> Iterator[FloatArray]:
        """See ``Backend.blocks``."""
        failure: Exception | None = None
        try:
            for frame in self._frames():
                self._budget.decoded_bytes += frame.samples * frame.layout.nb_channels * frame.format.bytes
                yield from self._convert(frame)
        except (BackendError, OutOfBudgetError, AudioLimitError) as error:
            # What the resampler still holds was decoded before the failure, and belongs to the sound.
            failure = error
        try:
            yield from self._resampler.flush()
        except (av.FFmpegError, ValueError) as error:
            failure = failure or BackendError(f"its sound cannot be resampled: {reason_of(error)}")
        if failure:
            raise failure
        self._warn_of_damage()

    def close(self) -> None:
        """See ``Backend.close``."""
        self._container.close()

    def _convert(self, frame: AudioFrame) -> list[FloatArray]:
        form = FrameForm.of(frame)
        if form != self._form:
            self._budget.limits.validate_format(self._name, frame.layout.nb_channels, form.sample_rate)
            self._form = form
        self._decoded_s += frame.samples / form.sample_rate
        try:
            return self._resampler.push(frame, form)
        except (av.FFmpegError, ValueError) as error:
            raise BackendError(f"its sound cannot be resampled: {reason_of(error)}") from error

    def _frames(self) -> Iterator[AudioFrame]:
        for packet in self._packets():
            self._check_budget()
            try:
                frames = self._stream.codec_context.decode(packet)
            except Exception as error:  # PyAV raises a dozen kinds here; all mean that this packet is no good
                self._note_error(error)
                if self._n_errors_at_end > _MOST_DECODE_ERRORS_IN_A_ROW:
                    raise BackendError(self._last_reason) from error
                continue
            if frames:
                self._n_errors_at_end = 0
                self._budget.note_sound()
                refuse_unsafe_layouts(frames)
                yield from frames
        self._check_budget()
        if not self._decoded_s:
            self._explain_silence()

    def _check_budget(self) -> None:
        if reason := self._budget.is_used_up():
            raise OutOfBudgetError(reason)

    def _packets(self) -> Iterator[Packet[AudioStream] | None]:
        """Yield the track's packets, the last one being the signal to the decoder to give what it still holds.

        Raises:
            BackendError: The file could not be read to its end.
        """
        n_in_a_row = 0
        while n_in_a_row <= _MOST_READ_ERRORS_IN_A_ROW:
            try:
                for packet in self._container.demux(self._stream):
                    yield packet
                    n_in_a_row = 0
                break
            except Exception as error:  # as above; some formats can be read on behind the damage
                self._note_error(error)
                n_in_a_row += 1
        else:
            yield None
            raise BackendError(self._last_reason)
        if self._reader.read_error:
            raise BackendError(f"reading the file failed: {self._reader.read_error}")

    def _note_error(self, error: Exception) -> None:
        if not self._n_errors:
            self._first_error_s = self._decoded_s
        self._n_errors += 1
        self._n_errors_at_end += 1
        self._last_reason = reason_of(error)

    def _explain_silence(self) -> None:
        """Tell a file that lost its sound from one that never had any."""
        if self._n_errors:
            raise BackendError(self._last_reason)
        if promised_s := promised_length_s(self._container, self._stream, self._reader):
            raise BackendError(f"its header promises {promised_s:.1f} s of sound, and none is there")

    def _warn_of_damage(self) -> None:
        promised_s = promised_length_s(self._container, self._stream, self._reader) or 0.0
        n_errors = self._n_errors - (self._n_errors_at_end if self._n_errors_at_end < _LEAST_ERRORS_AT_END else 0)
        if promised_s - self._decoded_s > max(_MISSING_S, _MISSING_PART * promised_s):
            self.warnings.append(
                f"The file is cut off or damaged: it promises {promised_s:.1f} s of sound and holds "
                f"{self._decoded_s:.1f} s."
            )
        elif n_errors:
            pieces = "1 piece" if n_errors == 1 else f"{n_errors} pieces"
            self.warnings.append(
                f"The file is damaged: decoding failed for {pieces} of it, first after {self._first_error_s:.1f} s."
            )
