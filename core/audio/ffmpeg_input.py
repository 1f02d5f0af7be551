"""Opening a file with FFmpeg so that it can neither reach other files nor end the process."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable
from functools import cache
from typing import NoReturn

import av
from av.audio.frame import AudioFrame
from av.audio.layout import AudioLayout
from av.audio.stream import AudioStream
from av.container import InputContainer

from core.audio.backends import BackendError, OutOfBudgetError
from core.audio.limits import DecodeBudget
from core.audio.source import GuardedReader

# Formats that hold sound in the file itself. What is missing is missing on purpose: playlists and descriptions that
# make FFmpeg open other files or addresses (hls, concat, dash, sdp, image2), pictures, subtitles, and headerless
# formats that any garbage is taken for.
_FORMATS = (
    "aa,aac,ac3,aea,aiff,amr,ape,asf,asf_o,au,avi,bonk,caf,dsf,dts,dtshd,eac3,flac,flv,gsm,iff,loas,matroska,mlp,"
    "mmf,mov,mp3,mpc,mpc8,mpeg,mpegts,nut,ogg,oma,osq,pvf,qcp,qoa,rka,rm,shn,sox,spdif,tak,truehd,tta,voc,vqf,w64,"
    "wav,wavarc,webm,wsd,wtv,wv,xwma"
)
_READ_BYTES = 64 * 1024
_MOST_CHANNELS_WITH_USUAL_LAYOUT = 8


def open_container(reader: GuardedReader, budget: DecodeBudget) -> InputContainer:
    """Let FFmpeg look at the file.

    Raises:
        BackendError: It is of no format that holds sound itself, or its header is damaged.
        OutOfBudgetError: Looking took too long.
    """
    options = {
        "format_whitelist": _FORMATS,
        # FFmpeg probes pictures and films with their decoders; only sound needs to be known here.
        "codec_whitelist": _audio_decoders(),
        # No protocol at all: the file's own bytes come through the reader. ``io_open`` says the same a second time.
        "protocol_whitelist": "",
    }
    try:
        return av.open(
            reader,
            mode="r",
            container_options=options,
            metadata_errors="surrogateescape",
            buffer_size=_READ_BYTES,
            # Against loops in FFmpeg that read nothing, where the reader cannot end them. Waiting for the disk counts
            # here, so it is the long limit.
            timeout=(budget.limits.deadline_s, None),
            io_open=_refuse_other_files,
        )
    except Exception as error:  # FFmpeg's errors, and whatever PyAV's callbacks raise
        if reason := budget.is_used_up():
            raise OutOfBudgetError(reason) from error
        if isinstance(error, av.ArgumentError):
            raise BackendError("not a format that holds sound itself") from error
        if isinstance(error, av.InvalidDataError):
            raise BackendError("no known kind of audio file, or a damaged header") from error
        raise BackendError(reason_of(error)) from error


def choose_stream(container: InputContainer) -> AudioStream:
    """Return FFmpeg's favourite among the sound tracks that can be decoded.

    Raises:
        BackendError: There is none.
    """
    streams = container.streams.audio
    if not streams:
        raise BackendError("it holds no sound track")
    decodable = [stream for stream in streams if stream.codec_context is not None]
    if not decodable:
        raise BackendError("no decoder for its kind of sound")
    best = container.streams.best("audio")
    return next((stream for stream in decodable if stream is best), decodable[0])


def prepare_decoder(stream: AudioStream) -> int:
    """Make the decoder safe to use, before its first packet.

    Returns:
        The number of channels, 0 if the header does not tell.
    """
    context = stream.codec_context
    # Sound decodes faster than threads are worth it, and a library scan has work for the other cores.
    context.thread_type = "NONE"
    context.thread_count = 1
    layout = context.layout
    n_channels = layout.nb_channels
    if _is_unsafe(layout):
        _never_free(layout)
        # “2c” is FFmpeg's usual layout of two channels; “9 channels” leaves open what they are.
        has_usual = n_channels <= _MOST_CHANNELS_WITH_USUAL_LAYOUT
        context.layout = f"{n_channels}c" if has_usual else f"{n_channels} channels"
    return n_channels


def refuse_unsafe_layouts(frames: Iterable[AudioFrame]) -> None:
    """Look at all frames of a packet before any of them is freed.

    Raises:
        BackendError: Freeing one of them would end the process; they are kept for ever instead.
    """
    unsafe = [frame.layout for frame in frames if _is_unsafe(frame.layout)]
    for layout in unsafe:
        _never_free(layout)
    if unsafe:
        raise BackendError("its channels are in an order of its own")


def reason_of(error: Exception) -> str:
    """Return what an error of FFmpeg or PyAV means, in plain words."""
    # FFmpeg's parsers have numbers of their own for damage, which PyAV does not know.
    if isinstance(error, (av.InvalidDataError, av.UndefinedError)):
        return "damaged data"
    if isinstance(error, av.EOFError):
        return "the file ends too early"
    if isinstance(error, av.PatchWelcomeError):
        return "a form that FFmpeg cannot read"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text[:1].lower() + text[1:]


@cache
def _audio_decoders() -> str:
    names = []
    for name in av.codecs_available:
        try:
            if av.Codec(name, "r").type == "audio":
                names.append(name)
        except ValueError:  # the name of an encoder
            continue
    return ",".join(names)


def _refuse_other_files(url: str, flags: int, options: dict[str, str]) -> NoReturn:
    raise PermissionError("this file may not open others")


def _is_unsafe(layout: AudioLayout) -> bool:
    """Return whether PyAV would free this layout's memory a second time, which ends the process.

    A layout with an order of its own, “2 channels (FR+FL)”, points to memory that belongs to the decoder, and PyAV's
    copy of it (18.1, ``get_audio_layout``) frees it as well.
    """
    return "channels (" in layout.name


def _never_free(layout: AudioLayout) -> None:
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(layout))
