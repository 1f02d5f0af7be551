"""What comes out of a file is what was put in: pitch, level, length."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.audio.decode import decode_audio, open_audio
from core.errors import AudioDecodeError, AudioEmptyError
from tests.core.audio.encoded import (
    SOURCE_RATE,
    TARGET_RATE,
    FloatArray,
    encode,
    loudest_frequency_hz,
    make_sine,
    rms,
    write,
)

# Suffix and codec, and how far length (in ms) and level may be off.
FFMPEG_FORMATS = [
    ("wav", "pcm_s16le", 0.1, 0.01),
    ("flac", "flac", 0.1, 0.01),
    ("mp3", "libmp3lame", 5, 0.03),
    ("m4a", "aac", 30, 0.03),
    ("m4a", "alac", 0.1, 0.01),
    ("opus", "libopus", 5, 0.03),
    ("webm", "libopus", 25, 0.03),
    ("mka", "flac", 0.1, 0.01),
    ("wma", "wmav2", 100, 0.05),
    ("wv", "wavpack", 0.1, 0.01),
    ("tta", "tta", 0.1, 0.01),
    ("aac", "aac", 60, 0.03),
    ("mp2", "mp2", 60, 0.03),
    ("ac3", "ac3", 60, 0.03),
]
LIBSNDFILE_FORMATS = [
    ("wav", "PCM_U8", 0.02),
    ("wav", "PCM_16", 0.01),
    ("wav", "PCM_24", 0.01),
    ("wav", "PCM_32", 0.01),
    ("wav", "FLOAT", 0.01),
    ("wav", "DOUBLE", 0.01),
    ("wav", "ULAW", 0.03),
    ("aiff", "PCM_16", 0.01),
    ("aiff", "PCM_24", 0.01),
    ("au", "PCM_16", 0.01),
    ("caf", "PCM_16", 0.01),
    ("w64", "PCM_16", 0.01),
    ("flac", "PCM_24", 0.01),
    ("ogg", "VORBIS", 0.03),
]


def assert_is_sine(samples: FloatArray, *, duration_s: float, duration_ms: float, level: float) -> None:
    assert samples.dtype == np.float32
    assert len(samples) / TARGET_RATE == pytest.approx(duration_s, abs=duration_ms / 1000)
    middle = samples[TARGET_RATE // 2 : -TARGET_RATE // 2]
    assert loudest_frequency_hz(middle) == pytest.approx(440, abs=1)
    assert rms(middle) == pytest.approx(0.5 / np.sqrt(2), rel=level)


@pytest.mark.parametrize("n_channels", [1, 2])
@pytest.mark.parametrize(("suffix", "codec", "duration_ms", "level"), FFMPEG_FORMATS)
def test_sine_survives_encoding(
    tmp_path: Path, suffix: str, codec: str, duration_ms: float, level: float, n_channels: int
) -> None:
    sample_rate = 48_000 if codec == "libopus" else SOURCE_RATE
    sine = np.tile(make_sine(sample_rate=sample_rate), (n_channels, 1))
    waveform = decode_audio(encode(tmp_path / f"sine.{suffix}", sine, codec, sample_rate, bit_rate=192_000))
    assert_is_sine(waveform.samples, duration_s=3, duration_ms=duration_ms, level=level)
    assert waveform.sample_rate == TARGET_RATE
    assert waveform.warnings == ()
    assert waveform.metadata.n_channels == n_channels
    assert waveform.metadata.source_sample_rate == sample_rate


@pytest.mark.parametrize(("suffix", "subtype", "level"), LIBSNDFILE_FORMATS)
def test_sine_survives_sample_formats(tmp_path: Path, suffix: str, subtype: str, level: float) -> None:
    waveform = decode_audio(write(tmp_path / f"sine.{suffix}", make_sine(), subtype))
    assert_is_sine(waveform.samples, duration_s=3, duration_ms=0.1, level=level)
    assert waveform.warnings == ()


@pytest.mark.parametrize("source_rate", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000])
def test_source_rate_is_resampled(tmp_path: Path, source_rate: int) -> None:
    path = write(tmp_path / "sine.wav", make_sine(sample_rate=source_rate), "PCM_16", source_rate)
    assert_is_sine(decode_audio(path).samples, duration_s=3, duration_ms=0.1, level=0.01)


@pytest.mark.parametrize("sample_rate", [8_000, 16_000, 44_100, 48_000])
def test_target_rate_is_met(tmp_path: Path, sample_rate: int) -> None:
    waveform = decode_audio(write(tmp_path / "sine.wav", make_sine(), "PCM_16"), sample_rate)
    assert len(waveform.samples) == pytest.approx(3 * sample_rate, abs=1)
    assert loudest_frequency_hz(waveform.samples, sample_rate) == pytest.approx(440, abs=1)


@pytest.mark.parametrize("subtype", ["PCM_16", "FLOAT"])
def test_stereo_becomes_mean_of_channels(tmp_path: Path, subtype: str) -> None:
    left, right = make_sine(level=0.9), make_sine(level=0.3)
    mixed = decode_audio(write(tmp_path / "stereo.wav", np.stack([left, right]), subtype))
    assert rms(mixed.samples) == pytest.approx(0.6 / np.sqrt(2), rel=0.01)
    opposite = decode_audio(write(tmp_path / "opposite.wav", np.stack([left, -left]), subtype))
    assert rms(opposite.samples) == pytest.approx(0, abs=1e-4)


def test_surround_does_not_clip(tmp_path: Path) -> None:
    loud = np.tile(make_sine(level=0.99), (6, 1))
    waveform = decode_audio(write(tmp_path / "surround.wav", loud, "PCM_16", format="WAVEX"))
    assert np.abs(waveform.samples).max() <= 1.001
    assert loudest_frequency_hz(waveform.samples) == pytest.approx(440, abs=1)


def test_channels_without_a_layout_are_averaged(tmp_path: Path) -> None:
    channels = np.zeros((24, 3 * SOURCE_RATE), dtype=np.float32)
    channels[::2] = make_sine()
    waveform = decode_audio(write(tmp_path / "many.wav", channels, "PCM_16", format="WAVEX"))
    assert len(waveform.samples) == 3 * TARGET_RATE
    assert rms(waveform.samples) == pytest.approx(0.25 / np.sqrt(2), rel=0.01)


def test_stream_yields_the_whole_in_blocks(tmp_path: Path) -> None:
    path = write(tmp_path / "sine.flac", make_sine(duration_s=20), "PCM_16")
    with open_audio(path) as stream:
        assert stream.metadata.codec == "flac"
        assert stream.sample_rate == TARGET_RATE
        blocks = list(stream)
    assert len(blocks) > 10
    assert all(block.dtype == np.float32 and block.ndim == 1 and len(block) for block in blocks)
    np.testing.assert_array_equal(np.concatenate(blocks), decode_audio(path).samples)


def test_stream_can_be_left_early(tmp_path: Path) -> None:
    path = write(tmp_path / "sine.wav", make_sine(duration_s=20), "PCM_16")
    with open_audio(path) as stream:
        next(stream)
    stream.close()
    with pytest.raises(StopIteration):
        next(stream)
    path.unlink()


def encoded_bytes(tmp_path: Path, suffix: str) -> bytes:
    codec = {"mp3": "libmp3lame", "m4a": "aac", "wav": "pcm_s16le"}[suffix]
    return encode(tmp_path / f"encoded.{suffix}", make_sine(), codec).read_bytes()


@pytest.mark.parametrize("suffix", ["mp3", "m4a", "wav"])
def test_open_file_is_read_from_its_start_and_stays_open(tmp_path: Path, suffix: str) -> None:
    file = io.BytesIO(encoded_bytes(tmp_path, suffix))
    file.seek(1000)
    first = decode_audio(file, name="upload")
    assert not file.closed
    np.testing.assert_array_equal(decode_audio(file).samples, first.samples)


def test_suffix_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "really an m4a.mp3"
    path.write_bytes(encoded_bytes(tmp_path, "m4a"))
    assert decode_audio(path).metadata.codec == "aac"


def test_joined_files_of_different_form_are_all_decoded(tmp_path: Path) -> None:
    parts = [
        encode(tmp_path / "1.aac", make_sine(), "aac", SOURCE_RATE),
        encode(tmp_path / "2.aac", np.tile(make_sine(sample_rate=48_000), (2, 1)), "aac", 48_000),
        encode(tmp_path / "3.aac", make_sine(sample_rate=22_050), "aac", 22_050),
    ]
    joined = tmp_path / "joined.aac"
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    samples = decode_audio(joined).samples
    assert len(samples) / TARGET_RATE == pytest.approx(9, abs=0.3)
    for middle_s in (1.5, 4.6, 7.7):
        start = round((middle_s - 0.5) * TARGET_RATE)
        part = samples[start : start + TARGET_RATE]
        assert loudest_frequency_hz(part) == pytest.approx(440, abs=2)
        assert rms(part) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


def test_cover_picture_is_ignored(tmp_path: Path) -> None:
    cover = b"\xff\xd8\xff\xe0" + bytes(2000)
    frame = b"APIC" + (len(cover) + 14).to_bytes(4, "big") + b"\0\0" + b"\0image/jpeg\0\x03\0" + cover
    size = bytes((len(frame) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    path = tmp_path / "cover.mp3"
    path.write_bytes(b"ID3\x03\0\0" + size + frame + encoded_bytes(tmp_path, "mp3"))
    assert decode_audio(path).duration_s == pytest.approx(3, abs=0.06)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e30])
def test_samples_that_are_no_numbers_become_silence(tmp_path: Path, bad: float) -> None:
    samples = make_sine(duration_s=4)
    samples[SOURCE_RATE : SOURCE_RATE + 100] = bad
    waveform = decode_audio(write(tmp_path / "bad.wav", samples, "FLOAT"))
    assert np.isfinite(waveform.samples).all()
    assert np.abs(waveform.samples[2 * TARGET_RATE :]).max() == pytest.approx(0.5, abs=0.01)
    assert len(waveform.warnings) == 1
    assert "no numbers" in waveform.warnings[0]


def test_second_backend_reads_what_the_first_refuses(tmp_path: Path) -> None:
    waveform = decode_audio(write(tmp_path / "sphere.nist", make_sine(), "PCM_16", format="NIST"))
    assert_is_sine(waveform.samples, duration_s=3, duration_ms=0.1, level=0.01)
    assert waveform.metadata.codec == "PCM_16"
    assert waveform.warnings == ()


@pytest.mark.parametrize("content", [b"This is no music.\n" * 100, bytes(5000), b"\xff\xfb\x90\x00" + bytes(50), b"R"])
def test_both_reasons_are_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.mp3"
    path.write_bytes(content)
    with pytest.raises(AudioDecodeError, match=r"letter\.mp3") as caught:
        decode_audio(path)
    assert set(caught.value.reasons) == {"PyAV", "soundfile"}
    assert all(reason and len(reason) < 100 and reason in str(caught.value) for reason in caught.value.reasons.values())


def test_empty_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "nothing.mp3"
    path.touch()
    with pytest.raises(AudioEmptyError, match="0 bytes"):
        decode_audio(path)


def test_file_without_samples_is_told(tmp_path: Path) -> None:
    with pytest.raises(AudioEmptyError, match="holds no sound"):
        decode_audio(write(tmp_path / "silent.wav", np.zeros((1, 0), np.float32), "PCM_16"))


def write_short_wav(path: Path) -> Path:
    return write(path.with_suffix(".wav"), make_sine(duration_s=10), "PCM_16")


def write_short_flac(path: Path) -> Path:
    return write(path.with_suffix(".flac"), make_sine(duration_s=10), "PCM_16")


def write_short_mp3(path: Path) -> Path:
    return encode(path.with_suffix(".mp3"), make_sine(duration_s=10), "libmp3lame")


def write_short_m4a(path: Path) -> Path:
    return encode(path.with_suffix(".m4a"), make_sine(duration_s=10), "aac", options={"movflags": "faststart"})


WRITERS = [write_short_wav, write_short_flac, write_short_mp3, write_short_m4a]


@pytest.mark.parametrize("write_file", WRITERS)
def test_truncated_file_keeps_its_beginning(tmp_path: Path, write_file: Callable[[Path], Path]) -> None:
    path = write_file(tmp_path / "sine")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 6 // 10])
    waveform = decode_audio(path)
    assert 4 < waveform.duration_s < 7.5
    assert loudest_frequency_hz(waveform.samples[: 3 * TARGET_RATE]) == pytest.approx(440, abs=1)
    assert len(waveform.warnings) == 1
    assert "damaged" in waveform.warnings[0]


@pytest.mark.parametrize("write_file", WRITERS[1:])
def test_damaged_middle_is_skipped(tmp_path: Path, write_file: Callable[[Path], Path]) -> None:
    path = write_file(tmp_path / "sine")
    content = bytearray(path.read_bytes())
    start, end = len(content) * 5 // 10, len(content) * 6 // 10
    content[start:end] = np.random.default_rng(0).bytes(end - start)
    path.write_bytes(content)
    waveform = decode_audio(path)
    assert 8 < waveform.duration_s < 11
    assert loudest_frequency_hz(waveform.samples[-2 * TARGET_RATE :]) == pytest.approx(440, abs=2)


def test_header_without_its_sound_is_told_apart_from_an_empty_file(tmp_path: Path) -> None:
    path = write_short_m4a(tmp_path / "sine")
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"mdat") + 4])
    with pytest.raises(AudioDecodeError, match=r"promises 10\.0 s of sound, and none is there"):
        decode_audio(path)


def test_tags_behind_the_sound_are_no_damage(tmp_path: Path) -> None:
    path = write_short_mp3(tmp_path / "sine")
    items = b"".join(
        len(value).to_bytes(4, "little") + bytes(4) + key + b"\0" + value
        for key, value in itertools.product([b"Title", b"Artist"], [b"something" * 10])
    )
    footer = b"APETAGEX" + (2000).to_bytes(4, "little") + (len(items) + 32).to_bytes(4, "little") + bytes(16)
    path.write_bytes(path.read_bytes() + items + footer + b"TAG" + b"title".ljust(125, b"\0"))
    waveform = decode_audio(path)
    assert waveform.warnings == ()
    assert waveform.duration_s == pytest.approx(10, abs=0.1)


def test_unusable_arguments_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="sample_rate"):
        open_audio(tmp_path, sample_rate=0)
