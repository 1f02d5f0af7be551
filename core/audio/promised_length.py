"""The length that a file's header promises: less sound than that means that the file was cut off."""

from __future__ import annotations

import io

import av
from av.audio.stream import AudioStream
from av.container import InputContainer

from core.audio.source import GuardedReader

# Formats whose header tells the length exactly. The others estimate it from the bit rate, which says nothing where
# the bit rate varies.
_FORMATS_WITH_LENGTH = frozenset(
    {
        "aiff",
        "ape",
        "asf",
        "caf",
        "flac",
        "matroska,webm",
        "mov,mp4,m4a,3gp,3g2,mj2",
        "mpc",
        "mpc8",
        "tta",
        "w64",
        "wav",
        "wv",
    }
)
_RIFF_HEADER_BYTES = 8
_LARGEST_TOLD_RIFF_BYTES = 0x7FFF_0000
_ID3_HEADER_BYTES = 10
_MP3_HEAD_BYTES = 4096


def promised_length_s(container: InputContainer, stream: AudioStream, reader: GuardedReader) -> float | None:
    """Return the length in seconds, or ``None`` where the header tells none or an estimate.

    Args:
        container: An open file that has been read to its end; reading on is not possible afterwards.
        stream: The track.
        reader: The same file's bytes.
    """
    if container.format.name == "mp3":
        return _mp3_length_s(stream, reader)
    if container.format.name not in _FORMATS_WITH_LENGTH:
        return None
    if stream.duration is not None and stream.time_base is not None:
        length_s = float(stream.duration * stream.time_base)
        return length_s * _missing_factor(reader) if container.format.name == "wav" else length_s
    # The container's length is that of its longest track, which may be the film.
    if container.duration is not None and len(container.streams) == 1:
        return container.duration / av.time_base
    return None


def _missing_factor(reader: GuardedReader) -> float:
    """Return how many times longer a WAV says it is than the file; FFmpeg's length is that of the file."""
    reader.rewind()
    head = reader.read(_RIFF_HEADER_BYTES)
    promised = int.from_bytes(head[4:], "little") + _RIFF_HEADER_BYTES
    # Who writes a WAV into a pipe does not know its length, and puts the largest number there.
    if not head.startswith(b"RIFF") or promised > _LARGEST_TOLD_RIFF_BYTES:
        return 1.0
    return max(1.0, promised / max(1, reader.seek(0, io.SEEK_END)))


def _mp3_length_s(stream: AudioStream, reader: GuardedReader) -> float | None:
    """Return the length that the first frame tells, in the way of Xing (and LAME) or of VBRI (Fraunhofer)."""
    reader.rewind()
    head = reader.read(_ID3_HEADER_BYTES)
    if head.startswith(b"ID3") and len(head) == _ID3_HEADER_BYTES:
        # The size of an ID3v2 tag has seven bits in each byte.
        size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:], (21, 14, 7, 0), strict=True))
        reader.seek(_ID3_HEADER_BYTES + size)
    else:
        reader.rewind()
    first_frame = reader.read(_MP3_HEAD_BYTES)
    n_frames = _mp3_frame_count(first_frame)
    context = stream.codec_context
    if not n_frames or not context.frame_size or not context.sample_rate:
        return None
    return n_frames * context.frame_size / context.sample_rate


def _mp3_frame_count(first_frame: bytes) -> int:
    for mark in (b"Xing", b"Info"):
        start = first_frame.find(mark)
        if start >= 0:
            flags = int.from_bytes(first_frame[start + 4 : start + 8], "big")
            return int.from_bytes(first_frame[start + 8 : start + 12], "big") if flags & 1 else 0
    start = first_frame.find(b"VBRI")
    return int.from_bytes(first_frame[start + 14 : start + 18], "big") if start >= 0 else 0
