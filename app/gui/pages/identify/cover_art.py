"""The picture of a record that a file carries. Written by strangers: bounded in bytes and pixels, and never trusted.

Blocks: read it in a job.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

#: What may be read of a file to find its picture; the sound itself is skipped, not read.
MAX_READ_BYTES: Final = 32 * 1024**2
MAX_IMAGE_BYTES: Final = 16 * 1024**2
#: Larger ones would take hundreds of megabytes to unpack, whatever they show.
MAX_PIXELS: Final = 24_000_000
_FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
_CORNER_SHARE: Final = 1 / 8
#: Drawn this much larger, so that its edge is smooth.
_SMOOTH: Final = 4


def read_cover(path: str, size: int) -> bytes | None:
    """The picture as a square with round corners; ``None`` where there is none that can be used.

    Args:
        path: Of the file.
        size: Of the square, in pixels.

    Returns:
        A PNG.
    """
    for image in _find_images(path):
        cover = _paint(image, size) if len(image) <= MAX_IMAGE_BYTES else None
        if cover is not None:
            return cover
    return None


def _find_images(path: str) -> list[bytes]:
    """The pictures in a file's tags, the front of the record first."""
    import mutagen

    try:
        # Not a pipe or a device: opening one would wait for ever.
        if not Path(path).is_file():
            return []
        with Path(path).open("rb") as file:
            known = mutagen.File(_BoundedFile(file, path))
            return (
                [] if known is None else [image for _, image in sorted(_list_images(known), key=lambda item: item[0])]
            )
    # Mutagen has errors of its own, and passes on whatever a damaged tag makes its parsers raise. A missing picture
    # is no reason to disturb anyone.
    except Exception:
        return []


def _list_images(known: Any) -> Iterator[tuple[bool, bytes]]:
    """Whether it is not the front, and the picture."""
    from mutagen.flac import Picture
    from mutagen.mp4 import MP4Cover

    front = 3
    for picture in getattr(known, "pictures", ()):  # FLAC
        yield picture.type != front, picture.data
    tags = known.tags
    if tags is None:
        return
    if hasattr(tags, "getall"):  # ID3, in MP3, AIFF and WAV
        for frame in tags.getall("APIC"):
            yield frame.type != front, frame.data
        return
    for key, values in tags.items():
        name = str(key).lower()
        if name == "covr":  # MP4
            yield from ((False, bytes(value)) for value in values if isinstance(value, MP4Cover))
        elif name == "metadata_block_picture":  # Ogg
            for value in values:
                picture = Picture(base64.b64decode(value))  # type: ignore[no-untyped-call]
                yield picture.type != front, picture.data
        elif name.startswith("cover art"):  # APE: a file's name, a zero byte, the picture
            yield "front" not in name, bytes(values.value).partition(b"\0")[2]
        elif name == "wm/picture":  # ASF: type, length, two texts of UTF-16 that end in two zeros, the picture
            yield from ((value.value[0] != front, _asf_image(value.value)) for value in values)


def _asf_image(value: bytes) -> bytes:
    length = int.from_bytes(value[1:5], "little")
    return value[-length:] if length else b""


def _paint(image: bytes, size: int) -> bytes | None:
    from PIL import Image, ImageDraw, ImageOps

    try:
        with Image.open(io.BytesIO(image), formats=_FORMATS) as opened:
            # Only the header has been read so far. The check of Pillow's own only warns, and allows far more.
            if opened.width * opened.height > MAX_PIXELS:
                return None
            opened.draft("RGB", (2 * size, 2 * size))
            square = ImageOps.fit(opened.convert("RGB"), (size, size), Image.Resampling.LANCZOS)
    # Damaged pictures make Pillow raise nearly anything.
    except Exception:
        return None
    mask = Image.new("L", (_SMOOTH * size, _SMOOTH * size))
    corner = round(_SMOOTH * size * _CORNER_SHARE)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), corner, fill=255)
    square.putalpha(mask.resize((size, size), Image.Resampling.LANCZOS))
    buffer = io.BytesIO()
    square.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


class _BoundedFile:
    """A file of which only so much can be read: tags can claim to be of any length."""

    def __init__(self, file: Any, name: str) -> None:
        self._file = file
        self._n_left = MAX_READ_BYTES
        self.name = name

    def read(self, n_bytes: int = -1) -> bytes:
        data: bytes = self._file.read(self._n_left + 1 if n_bytes < 0 else min(n_bytes, self._n_left + 1))
        self._n_left -= len(data)
        if self._n_left < 0:
            raise OSError("the tags are too large")
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())
