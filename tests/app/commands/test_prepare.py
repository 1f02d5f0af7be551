import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from app.commands.progress_line import ProgressLine, format_duration
from core.datasets.pack import load_pack
from core.datasets.pack_format import GTZAN_FORMAT
from core.datasets.prepare import prepare_pack
from core.datasets.registry import create_dataset
from tests.core.datasets.sources import make_gtzan, write_tune

_GENRES = ("blues", "jazz", "metal", "pop", "rock")


def _command(*arguments: object) -> list[str]:
    return [sys.executable, "-P", "-m", "app", "prepare", *map(str, arguments)]


def _prepare(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(_command(*arguments), capture_output=True, text=True, timeout=100)


def test_own_music_becomes_a_pack_and_the_summary_tells_of_the_rest(tmp_path: Path) -> None:
    for index in range(4):
        write_tune(tmp_path / "music" / "rock" / f"{index}.wav", seed=index)
    (tmp_path / "music" / "jazz").mkdir()
    (tmp_path / "music" / "jazz" / "broken.mp3").write_text("no sound")
    arguments = ("--dataset", "folder", "--source", tmp_path / "music", "--jobs", 0)
    result = _prepare(*arguments, "--output", tmp_path / "p.npz")
    assert result.returncode == 0, result.stderr
    assert "4 tracks (2 train, 1 val, 1 test)" in result.stdout
    assert "0 replaced by silence, 1 left out" in result.stdout and "jazz/broken.mp3" in result.stdout
    assert "5 of 5 tracks" in result.stderr and "name no artist" in result.stderr
    assert len(load_pack(tmp_path / "p.npz")) == 4
    result = _prepare(*arguments, "--output", tmp_path / "q.npz", "--substitute-silence")
    assert "1 replaced by silence, 0 left out" in result.stdout
    assert len(load_pack(tmp_path / "q.npz")) == 5
    result = _prepare(*arguments, "--output", tmp_path / "r.npz", "--features", "five_channel")
    assert result.returncode == 0, result.stderr
    assert load_pack(tmp_path / "r.npz").log_mel.shape == (4, 200, 1300)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--dataset", "gtzann"), "known are fma, folder, gtzan, pack. Did you mean “gtzan”?"),
        (("--dataset", "gtzan"), "not GTZAN"),
        (("--dataset", "folder", "--jobs", "-1"), "--jobs"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    result = _prepare(*arguments, "--source", tmp_path, "--output", tmp_path / "p.npz")
    assert result.returncode == 1
    assert message in result.stderr and "Traceback" not in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_run_leaves_no_process_and_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    source = make_gtzan(tmp_path / "gtzan", 7, _GENRES)
    output, work_folder = tmp_path / "p.npz", tmp_path / "p.npz.work"
    arguments = ("--dataset", "gtzan", "--source", source, "--output", output)
    process = subprocess.Popen(_command(*arguments, "--jobs", 2), stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(list(work_folder.rglob("*.track"))) < 2:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)
    children = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert len(children) >= 2
    _, alive = psutil.wait_procs(children, timeout=20)
    assert not alive
    n_done = len(list(work_folder.rglob("*.track")))
    assert 2 <= n_done < 35 and not output.exists()
    result = _prepare(*arguments, "--jobs", 1)
    assert result.returncode == 0, result.stderr
    assert f"Going on after {n_done} of 35 tracks" in result.stderr
    prepare_pack(create_dataset("gtzan", source).list_tracks(), GTZAN_FORMAT, tmp_path / "whole.npz")
    assert output.read_bytes() == (tmp_path / "whole.npz").read_bytes()
    assert not work_folder.exists()


def test_progress_tells_what_is_left(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([100.0, 101.0, 120.0, 150.0])
    monkeypatch.setattr("app.commands.progress_line.time.monotonic", lambda: next(clock))
    progress = ProgressLine("tracks")
    for n_done in (10, 11, 20, 50):
        progress(n_done, 50)
    assert capsys.readouterr().err.splitlines() == [
        "Going on after 10 of 50 tracks.",
        "10 of 50 tracks",
        "20 of 50 tracks, 1 min 3 s to go",
        "50 of 50 tracks",
    ]
    assert format_duration(7260) == "2 h 1 min"
