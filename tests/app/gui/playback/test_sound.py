import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from app.gui.playback.sound import N_FINE_PEAKS, SAMPLE_RATE, DecodedSound
from app.gui.playback.sound_card import PlaybackError
from tests.app.gui.hands import write_broken
from tests.app.gui.playback.tones import write_tones
from tests.sounds import write_wav


def test_sound_is_what_the_file_holds(tmp_path: Path) -> None:
    sound = DecodedSound(str(write_tones(tmp_path / "tones.wav", (440, 2), (880, 1))))
    peaks = sound.decode()
    assert len(peaks) == N_FINE_PEAKS and max(peaks) == pytest.approx(0.4, abs=0.02)
    samples = np.frombuffer(sound.read(0, 10 * SAMPLE_RATE), "<i2")
    assert len(samples) == pytest.approx(3 * SAMPLE_RATE, abs=2)
    tone = np.frombuffer(sound.read(2 * SAMPLE_RATE + 1000, SAMPLE_RATE // 2), "<i2")
    assert np.abs(np.fft.rfft(tone)).argmax() * 2 == 880
    assert sound.read(4 * SAMPLE_RATE, 100) == b""
    sound.close()


def test_what_is_not_decoded_yet_is_waited_for(tmp_path: Path) -> None:
    sound = DecodedSound(str(write_wav(tmp_path / "tune.wav", 3)))
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(sound.read(2 * SAMPLE_RATE, 1000)))
    reader.start()
    assert read == []
    sound.decode()
    reader.join(timeout=20)
    assert len(read[0]) == 2000
    sound.close()


def test_closing_ends_whoever_waits(tmp_path: Path) -> None:
    sound = DecodedSound(str(write_wav(tmp_path / "tune.wav", 3)))
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(sound.read(0, 1000)))
    reader.start()
    sound.close()
    reader.join(timeout=20)
    assert read == [b""]
    assert sound.decode() == ()


def test_file_that_is_gone_is_told_to_both_sides(tmp_path: Path) -> None:
    sound = DecodedSound(str(tmp_path / "gone.wav"))
    with pytest.raises(PlaybackError, match=r"There is no file “gone\.wav”"):
        sound.decode()
    assert sound.has_failed
    with pytest.raises(PlaybackError, match="There is no file"):
        sound.read(0, 100)


def test_file_that_is_no_sound(tmp_path: Path) -> None:
    with pytest.raises(PlaybackError, match=r"“broken\.mp3” could not be read as audio"):
        DecodedSound(str(write_broken(tmp_path / "broken.mp3"))).decode()


def test_no_room_for_the_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "no such folder"))
    sound = DecodedSound(str(write_wav(tmp_path / "tune.wav", 1)))
    with pytest.raises(PlaybackError, match="folder for temporary files: No such file or directory"):
        sound.decode()


def test_hearing_and_seeing_a_file_needs_no_pytorch(tmp_path: Path) -> None:
    path = str(write_wav(tmp_path / "tune.wav", 1))
    program = f"""
import sys
import app.gui.main
from app.gui.playback.sound import DecodedSound
from app.gui.playback.spectrum import compute_spectrogram
DecodedSound({path!r}).decode()
compute_spectrogram({path!r}, 1.0, lambda: True)
print(*[name for name in ("torch", "fastapi", "uvicorn", "app.api") if name in sys.modules])
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=100)
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == ""
