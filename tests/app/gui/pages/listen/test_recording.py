"""The file that is recorded into: whole at any moment, also when the disk is not."""

from __future__ import annotations

import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from app.gui.pages.listen import recording as module
from app.gui.pages.listen.recording import Recording, RecordingError, Recordings
from tests.sounds import SAMPLE_RATE, make_tune


def _read(path: Path) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, SAMPLE_RATE)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32767


def test_what_was_written_can_be_read_while_it_grows() -> None:
    recordings = Recordings()
    recording = recordings.begin(SAMPLE_RATE)
    tune = make_tune(2)
    recording.write(tune[:SAMPLE_RATE])
    assert np.abs(_read(recording.path) - tune[:SAMPLE_RATE]).max() < 1e-4
    recording.write(tune[SAMPLE_RATE:])
    assert recording.duration_s == 2 and recording.is_open
    recording.close()
    recording.close()
    recording.write(tune)
    assert len(_read(recording.path)) == len(tune)
    folder = recording.path.parent
    recordings.delete()
    assert not folder.exists()


def test_samples_that_are_none_or_too_loud_do_no_harm(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "odd.wav", SAMPLE_RATE)
    recording.write(np.array([np.nan, np.inf, -np.inf, 7, -7, 0.5], dtype=np.float32))
    recording.close()
    assert _read(recording.path).tolist() == pytest.approx([0, 1, -1, 1, -1, 0.5], abs=1e-4)


def test_each_recording_has_a_name_of_its_own_and_goes_when_it_is_forgotten() -> None:
    recordings = Recordings()
    first, second = recordings.begin(SAMPLE_RATE), recordings.begin(SAMPLE_RATE)
    assert first.path != second.path and first.path.name.startswith("Heard 20")
    first.forget()
    assert not first.path.exists() and second.path.exists()
    second.forget()
    recordings.delete()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a disk that is always full is there on Linux only")
def test_full_disk_ends_the_recording_with_one_sentence() -> None:
    recording = Recording(Path("/dev/full"), SAMPLE_RATE)
    with pytest.raises(
        RecordingError, match=r"^The recording ends here, because the disk is full; listening goes on\.$"
    ):
        recording.write(make_tune(1))
    assert not recording.is_open
    recording.write(make_tune(1))


def test_recording_holds_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_S", 1)
    recording = Recording(tmp_path / "long.wav", SAMPLE_RATE)
    recording.write(make_tune(1))
    with pytest.raises(RecordingError, match="holds 24 hours"):
        recording.write(make_tune(1))
    assert len(_read(recording.path)) == SAMPLE_RATE


def test_saving_is_whole_or_not_at_all(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "heard.wav", SAMPLE_RATE)
    recording.write(make_tune(1))
    recording.close()
    recording.save(tmp_path / "mine.wav")
    assert (tmp_path / "mine.wav").read_bytes() == recording.path.read_bytes()
    with pytest.raises(RecordingError, match=r"^“mine\.wav” could not be saved: .*Choose another folder or name\.$"):
        recording.save(tmp_path / "no such folder" / "mine.wav")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["heard.wav", "mine.wav"]
