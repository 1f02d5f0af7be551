import os
import signal
import sys
import time
from pathlib import Path

import pytest

from core.datasets.worker_pool import run_tasks


def _write(path: Path) -> None:
    if path.name == "crash":
        os.kill(os.getpid(), signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
    if path.name == "raise":
        raise ValueError("a fault of the program")
    time.sleep(0.01)
    path.write_text(str(os.getpid()))


@pytest.mark.parametrize("n_processes", [0, 2])
def test_all_tasks_are_done(tmp_path: Path, n_processes: int) -> None:
    paths = [tmp_path / f"{index}" for index in range(30)]
    done = list(run_tasks(_write, paths, n_processes))
    assert sorted(path for path, _ in done) == sorted(paths) and all(survived for _, survived in done)
    pids = {path.read_text() for path in paths}
    assert (pids == {str(os.getpid())}) if n_processes == 0 else (str(os.getpid()) not in pids)


def test_a_task_that_crashes_its_process_is_found_and_the_others_are_done(tmp_path: Path) -> None:
    paths = [tmp_path / f"{index}" for index in range(6)]
    paths.insert(3, tmp_path / "crash")
    done = dict(run_tasks(_write, paths, 1))
    assert [path.name for path, survived in done.items() if not survived] == ["crash"]
    assert len(done) == 7 and sum(path.exists() for path in paths) == 6


def test_a_fault_of_the_program_is_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a fault"):
        list(run_tasks(_write, [tmp_path / "raise"], 1))
