import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.datasets.health import HealthReport, ProblemKind, check_health
from core.errors import DatasetError
from tests.core.audio.encoded import encode
from tests.core.datasets.sources import write_tune
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.sounds import SAMPLE_RATE, encode_wav, make_tune


def _kinds(report: HealthReport) -> dict[str, ProblemKind]:
    return {problem.path.name: problem.kind for problem in report.problems}


def test_a_healthy_folder_has_no_problems(tmp_path: Path) -> None:
    write_tune(tmp_path / "a.wav")
    write_tune(tmp_path / "below" / "b.flac", seed=1)
    (tmp_path / "cover.jpg").write_bytes(b"no sound")
    steps: list[tuple[int, int]] = []
    report = check_health(tmp_path, progress=lambda *step: steps.append(step))
    assert (report.n_files, report.problems) == (2, ())
    assert steps == [(0, 2), (1, 2), (2, 2)]


def test_each_kind_of_problem_is_found_and_explained(tmp_path: Path) -> None:
    write_tune(tmp_path / "good.wav")
    (tmp_path / "garbage.mp3").write_text("no sound")
    (tmp_path / "empty.flac").write_bytes(b"")
    whole = write_tune(tmp_path / "cut.flac", 10, seed=2).read_bytes()
    (tmp_path / "cut.flac").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "silent.wav").write_bytes(encode_wav(np.zeros(6 * SAMPLE_RATE, dtype=np.float32)))
    write_tune(tmp_path / "short.wav", 3, seed=3)
    report = check_health(tmp_path)
    assert _kinds(report) == {
        "garbage.mp3": ProblemKind.CORRUPT,
        "empty.flac": ProblemKind.CORRUPT,
        "cut.flac": ProblemKind.CORRUPT,
        "silent.wav": ProblemKind.SILENT,
        "short.wav": ProblemKind.TOO_SHORT,
    }
    assert all(problem.path.name in problem.reason for problem in report.problems)
    assert "short.wav" not in _kinds(check_health(tmp_path, min_duration_s=2))


@pytest.mark.parametrize("sample_rate", [SAMPLE_RATE, 44_100])
def test_duplicates_are_told_apart_by_bytes_and_by_sound(tmp_path: Path, sample_rate: int) -> None:
    tune = (make_tune(12) * 32767).astype(np.int16)
    soundfile.write(tmp_path / "a.wav", tune, sample_rate, subtype="PCM_16")
    shutil.copy(tmp_path / "a.wav", tmp_path / "b.wav")
    soundfile.write(tmp_path / "c.flac", tune, sample_rate, subtype="PCM_16")
    soundfile.write(tmp_path / "d.wav", np.column_stack((tune, tune)), sample_rate, subtype="PCM_16")
    write_tune(tmp_path / "other.wav", seed=9)
    report = check_health(tmp_path)
    assert _kinds(report) == {
        "b.wav": ProblemKind.DUPLICATE_BYTES,
        "c.flac": ProblemKind.DUPLICATE_SOUND,
        "d.wav": ProblemKind.DUPLICATE_SOUND,
    }
    assert {problem.duplicate_of for problem in report.problems} == {tmp_path / "a.wav"}


def test_an_mp3_with_other_tags_is_the_same_sound(tmp_path: Path) -> None:
    for name, title in (("one.mp3", "One"), ("two.mp3", "A longer title")):
        encode(tmp_path / name, make_tune(6)[np.newaxis], "libmp3lame", SAMPLE_RATE, tags={"title": title})
    assert (tmp_path / "one.mp3").read_bytes() != (tmp_path / "two.mp3").read_bytes()
    assert _kinds(check_health(tmp_path)) == {"two.mp3": ProblemKind.DUPLICATE_SOUND}


def test_silent_files_are_silent_and_not_duplicates(tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        (tmp_path / name).write_bytes(encode_wav(np.zeros(6 * SAMPLE_RATE, dtype=np.float32)))
    assert set(_kinds(check_health(tmp_path)).values()) == {ProblemKind.SILENT}


def test_a_link_is_no_duplicate_of_its_file(tmp_path: Path) -> None:
    song = write_tune(tmp_path / "song.wav")
    try:
        (tmp_path / "link.wav").symlink_to(song)
    except OSError:
        pytest.skip("no links here")
    assert check_health(tmp_path).n_files == 1


def test_a_folder_without_music_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="holds no audio"):
        check_health(tmp_path)
    with pytest.raises(DatasetError, match="cannot be looked through"):
        check_health(tmp_path / "absent")


@needs_shared_data
def test_real_clips_are_healthy() -> None:
    report = check_health(SHARED_DATA / "audio" / "gtzan_val" / "jazz")
    assert report.n_files > 0 and not report.problems
