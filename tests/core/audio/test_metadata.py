"""Tags are read, and made safe to show."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.audio.decode import decode_audio
from core.audio.metadata import clean_tag, metadata_from_tags, parse_year
from tests.core.audio.encoded import encode, make_sine, write

TAGS = {"title": "Ein Lied — 歌", "artist": "Jemand", "album": "Platte", "date": "1987-03-01", "genre": "Jazz"}


@pytest.mark.parametrize(
    ("suffix", "codec"),
    [("mp3", "libmp3lame"), ("flac", "flac"), ("opus", "libopus"), ("m4a", "aac"), ("mka", "flac")],
)
def test_tags_are_read_from_every_container(tmp_path: Path, suffix: str, codec: str) -> None:
    sample_rate = 48_000
    path = encode(tmp_path / f"tagged.{suffix}", make_sine(sample_rate=sample_rate), codec, sample_rate, tags=TAGS)
    metadata = decode_audio(path).metadata
    assert (metadata.title, metadata.artist, metadata.album) == (TAGS["title"], TAGS["artist"], TAGS["album"])
    assert metadata.year == 1987
    assert metadata.genre_tag == "Jazz"
    assert metadata.codec == {"libmp3lame": "mp3", "libopus": "opus"}.get(codec, codec)
    assert metadata.container
    assert metadata.n_channels == 1
    assert metadata.source_sample_rate == sample_rate


def test_file_without_tags_tells_none(tmp_path: Path) -> None:
    metadata = decode_audio(write(tmp_path / "sine.wav", make_sine(), "PCM_16")).metadata
    assert metadata.title is metadata.artist is metadata.album is metadata.year is metadata.genre_tag is None


def test_tag_in_an_old_encoding_is_read(tmp_path: Path) -> None:
    path = encode(tmp_path / "old.mp3", make_sine(), "libmp3lame", options={"write_id3v2": "0", "id3v2_version": "0"})
    tag = b"TAG" + "Motörhead’s".encode("cp1252").ljust(30, b"\0") + bytes(90) + b"1979" + bytes(30)
    path.write_bytes(path.read_bytes() + tag[:128].ljust(128, b"\0"))
    assert decode_audio(path).metadata.title == "Motörhead’s"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (None, None),
        ("", None),
        (" \0\t\n ", None),
        ("two\nlines\0and\x1b[31mmore", "two lines and [31mmore"),
        ("  wide   gaps ", "wide gaps"),
        ("x" * 10_000, "x" * 500),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("caf\udce9", "café"),
        ("\udcff\udcfe", "ÿþ"),
        ("音楽 👩‍🎤", "音楽 👩‍🎤"),
    ],
)
def test_tags_become_one_printable_line(raw: str | None, clean: str | None) -> None:
    assert clean_tag(raw) == clean


@pytest.mark.parametrize(
    ("raw", "year"),
    [
        ("1987", 1987),
        ("1987-03-01", 1987),
        ("19870301", 1987),
        ("(P) 2003 Label", 2003),
        ("87", None),
        ("0000", None),
        ("123456", None),
        ("", None),
        (None, None),
    ],
)
def test_year_is_four_digits(raw: str | None, year: int | None) -> None:
    assert parse_year(raw) == year


def test_names_of_tags_in_any_case() -> None:
    metadata = metadata_from_tags(
        {"TITLE": "a", "Album_Artist": "b", "YEAR": "2001"},
        codec=None,
        container=None,
        n_channels=None,
        source_sample_rate=None,
    )
    assert (metadata.title, metadata.artist, metadata.year) == ("a", "b", 2001)
