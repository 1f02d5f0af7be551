"""Limits hold while decoding, whatever the header says."""

from __future__ import annotations

import gc
import struct
from pathlib import Path

import numpy as np
import psutil
import pytest

from core.audio.decode import decode_audio, open_audio
from core.audio.limits import DecodeBudget, DecodeLimits
from core.errors import AudioDecodeError, AudioError, AudioLimitError
from tests.core.audio.encoded import SOURCE_RATE, TARGET_RATE, encode, make_sine, write


@pytest.fixture(scope="module")
def bomb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An hour of silence: a small file, 318 MB of 16-bit samples, 635 MB as float32."""
    path = tmp_path_factory.mktemp("bomb") / "silence.flac"
    silence = np.zeros((1, 3600 * SOURCE_RATE), np.int16)
    write(path, silence, "PCM_16")
    assert path.stat().st_size < 2_000_000
    return path


def test_bomb_needs_little_memory(bomb: Path) -> None:
    process = psutil.Process()
    with open_audio(bomb) as stream:
        gc.collect()
        before = process.memory_info().rss
        n_samples, most = 0, 0
        for index, block in enumerate(stream):
            n_samples += len(block)
            if index % 100 == 0:
                most = max(most, process.memory_info().rss - before)
    assert n_samples == 3600 * TARGET_RATE
    assert most < 50_000_000


def test_long_sound_is_cut_with_a_warning(bomb: Path) -> None:
    waveform = decode_audio(bomb, limits=DecodeLimits(max_duration_s=90.5))
    assert len(waveform.samples) == round(90.5 * TARGET_RATE)
    assert waveform.warnings == (
        "Only the first 1 min 30 s were decoded, because the file goes on longer than is allowed.",
    )


def test_sound_of_just_the_allowed_length_is_whole(tmp_path: Path) -> None:
    path = write(tmp_path / "sine.wav", make_sine(duration_s=5), "PCM_16")
    waveform = decode_audio(path, limits=DecodeLimits(max_duration_s=5))
    assert waveform.duration_s == 5
    assert waveform.warnings == ()


@pytest.mark.parametrize("limit", [1, 10_000_000])
def test_decoded_bytes_are_limited(bomb: Path, limit: int) -> None:
    waveform = decode_audio(bomb, limits=DecodeLimits(max_decoded_bytes=limit))
    # What is decoded while the limit is passed is kept: not more than about a second.
    assert 0 < waveform.duration_s < limit / (2 * SOURCE_RATE) + 1.5
    assert "decodes to more data than is allowed" in waveform.warnings[0]


def test_limits_hold_in_the_second_backend(tmp_path: Path) -> None:
    path = write(tmp_path / "sphere.nist", make_sine(duration_s=30), "PCM_16", format="NIST")
    cut = decode_audio(path, limits=DecodeLimits(max_decoded_bytes=1_000_000))
    assert 5 < cut.duration_s < 8
    assert "decodes to more data" in cut.warnings[0]
    with pytest.raises(AudioLimitError, match="44100 Hz"):
        decode_audio(path, limits=DecodeLimits(max_source_sample_rate=40_000))


def test_deadline_ends_the_decoding(bomb: Path) -> None:
    with open_audio(bomb, limits=DecodeLimits(deadline_s=0.05)) as stream:
        n_samples = sum(len(block) for block in stream)
    assert 0 < n_samples < 3600 * TARGET_RATE
    assert "took longer than 0.05 s" in stream.warnings[0]


def test_time_of_the_consumer_does_not_count() -> None:
    budget = DecodeBudget(DecodeLimits(deadline_s=1e-9, stall_s=1e-9))
    assert budget.is_used_up() is None
    with budget.running():
        assert budget.is_used_up() is not None
    assert budget.is_used_up() is None


def test_standstill_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "sine.wav", make_sine(), "PCM_16")
    with pytest.raises(AudioDecodeError, match="gave no more sound within 0 s"):
        decode_audio(path, limits=DecodeLimits(stall_s=0))


def test_gigabytes_without_sound_are_not_gathered(tmp_path: Path) -> None:
    path = encode(tmp_path / "sine.mp3", make_sine(), "libmp3lame")
    with path.open("r+b") as file:
        file.truncate(300_000_000)
    process = psutil.Process()
    before = process.memory_info().rss
    waveform = decode_audio(path, limits=DecodeLimits(max_soundless_bytes=5_000_000))
    assert waveform.duration_s == pytest.approx(3, abs=0.2)
    assert waveform.warnings
    assert process.memory_info().rss - before < 100_000_000


def test_many_channels_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "stereo.wav", np.tile(make_sine(), (2, 1)), "PCM_16")
    with pytest.raises(AudioLimitError, match="claims to have 2 channels"):
        decode_audio(path, limits=DecodeLimits(max_channels=1))


@pytest.mark.parametrize("sample_rate", [1, 999, 768_001, 2_000_000_000])
def test_impossible_rate_is_refused(tmp_path: Path, sample_rate: int) -> None:
    path = write(tmp_path / "sine.wav", make_sine(), "PCM_16")
    content = bytearray(path.read_bytes())
    content[24:28] = struct.pack("<I", sample_rate)
    path.write_bytes(content)
    with pytest.raises(AudioLimitError, match=f"{sample_rate} Hz"):
        decode_audio(path)


@pytest.mark.parametrize("n_channels", [0, 65, 65_535])
def test_impossible_channels_are_refused(tmp_path: Path, n_channels: int) -> None:
    path = write(tmp_path / "sine.wav", make_sine(), "PCM_16")
    content = bytearray(path.read_bytes())
    content[22:24] = struct.pack("<H", n_channels)
    path.write_bytes(content)
    with pytest.raises(AudioError):
        decode_audio(path)
