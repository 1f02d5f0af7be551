"""Pictures in real files of every kind, and pictures that must not be shown."""

import base64
import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import av
import mutagen
import numpy as np
import pytest
from mutagen import flac, id3, mp4
from PIL import Image

from app.gui.pages.identify import cover_art
from app.gui.pages.identify.cover_art import read_cover
from tests.sounds import write_wav

RED, BLUE = (200, 30, 40), (30, 40, 200)


def picture(colour: tuple[int, int, int] = RED, size: tuple[int, int] = (300, 200), form: str = "JPEG") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, form)
    return buffer.getvalue()


def encode(path: Path, codec: str) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=48_000)
        samples = np.zeros((2, 48_000), dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
        frame.sample_rate = 48_000
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return path


def flac_picture(image: bytes, kind: int = 3) -> flac.Picture:
    cover = flac.Picture()
    cover.data, cover.type, cover.mime = image, kind, "image/jpeg"
    return cover


def make_mp3(folder: Path, *images: tuple[int, bytes]) -> Path:
    path = encode(folder / "song.mp3", "libmp3lame")
    tags = id3.ID3()
    for kind, image in images:
        tags.add(id3.APIC(mime="image/jpeg", type=kind, desc=str(kind), data=image))
    tags.save(path)
    return path


def make_flac(folder: Path, image: bytes) -> Path:
    path = encode(folder / "song.flac", "flac")
    file = flac.FLAC(path)
    file.add_picture(flac_picture(image))
    file.save()
    return path


def make_ogg(folder: Path, image: bytes) -> Path:
    path = encode(folder / "song.opus", "libopus")
    file = mutagen.File(path)
    file["metadata_block_picture"] = [base64.b64encode(flac_picture(image).write()).decode()]
    file.save()
    return path


def make_m4a(folder: Path, image: bytes) -> Path:
    path = encode(folder / "song.m4a", "aac")
    file = mp4.MP4(path)
    file["covr"] = [mp4.MP4Cover(image)]
    file.save()
    return path


def make_wav(folder: Path, image: bytes) -> Path:
    path = write_wav(folder / "song.wav", 1)
    file = mutagen.File(path)
    file.add_tags()
    file.tags.add(id3.APIC(mime="image/jpeg", type=3, desc="", data=image))
    file.save()
    return path


def open_cover(cover: bytes | None) -> Image.Image:
    assert cover is not None
    return Image.open(io.BytesIO(cover))


def has_colour(image: Image.Image, colour: tuple[int, int, int]) -> bool:
    middle = image.getpixel((image.width // 2, image.height // 2))
    assert isinstance(middle, tuple)
    return all(abs(one - other) < 12 for one, other in zip(middle, colour, strict=False))


@pytest.mark.parametrize(
    "make", [lambda folder, image: make_mp3(folder, (3, image)), make_flac, make_ogg, make_m4a, make_wav]
)
def test_picture_of_each_kind_of_file(tmp_path: Path, make: Callable[[Path, bytes], Path]) -> None:
    cover = open_cover(read_cover(str(make(tmp_path, picture())), 64))
    assert cover.size == (64, 64) and cover.mode == "RGBA"
    assert has_colour(cover, RED)
    assert cover.getpixel((0, 0))[3] == 0 and cover.getpixel((32, 0))[3] == 255  # type: ignore[index]


def test_front_goes_before_whatever_else(tmp_path: Path) -> None:
    path = make_mp3(tmp_path, (4, picture(BLUE)), (3, picture(RED)))
    assert has_colour(open_cover(read_cover(str(path), 64)), RED)


def test_what_is_broken_makes_room_for_the_next(tmp_path: Path) -> None:
    path = make_mp3(tmp_path, (3, b"\xff\xd8\xff this is no picture"), (4, picture(BLUE)))
    assert has_colour(open_cover(read_cover(str(path), 64)), BLUE)


def test_cut_off_picture_is_ignored(tmp_path: Path) -> None:
    assert read_cover(str(make_mp3(tmp_path, (3, picture(size=(800, 800))[:900]))), 64) is None


def test_file_without_a_picture(tmp_path: Path) -> None:
    assert read_cover(str(write_wav(tmp_path / "plain.wav", 1)), 64) is None


def test_what_is_no_sound_or_no_file(tmp_path: Path) -> None:
    (tmp_path / "text.mp3").write_text("ID3 but not really")
    os.mkfifo(tmp_path / "pipe.mp3")
    for name in ("text.mp3", "missing.mp3", "pipe.mp3", "."):
        assert read_cover(str(tmp_path / name), 64) is None


def bomb() -> bytes:
    """A PNG of a few kilobytes that would unpack to 1.2 GB."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1_000_000), 9)) + chunk(b"IEND", b"")


def test_decompression_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unpack(image: Image.Image, *arguments: object) -> None:
        raise AssertionError("it was unpacked")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", unpack)
    assert read_cover(str(make_mp3(tmp_path, (3, bomb()))), 64) is None


def test_tags_beyond_all_measure_are_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_flac(tmp_path, picture(size=(900, 900)))
    assert read_cover(str(path), 64) is not None
    monkeypatch.setattr(cover_art, "MAX_READ_BYTES", 2000)
    assert read_cover(str(path), 64) is None


def test_picture_of_too_many_bytes_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_flac(tmp_path, picture())
    monkeypatch.setattr(cover_art, "MAX_IMAGE_BYTES", 100)
    assert read_cover(str(path), 64) is None
