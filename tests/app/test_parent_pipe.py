import subprocess
import sys

import pytest

PROGRAM = """
import sys, threading
from app import parent_pipe
ended = threading.Event()
parent_pipe.HARD_EXIT_S = {hard_exit_s}
{before}
def on_line(line):
    print(repr(line), flush=True)
    if line == "bad":
        raise ValueError
parent_pipe.read_parent_lines(on_line, {on_end})
sys.exit(0 if ended.wait(10) else 9)
"""


def run(
    given: bytes, before: str = "", on_end: str = "ended.set", hard_exit_s: float = 6.0
) -> subprocess.CompletedProcess[bytes]:
    program = PROGRAM.format(before=before, on_end=on_end, hard_exit_s=hard_exit_s)
    return subprocess.run([sys.executable, "-c", program], input=given, capture_output=True, timeout=20)


def test_lines_come_whole_and_the_end_is_noticed() -> None:
    result = run("läuft\nsecond\r\n\nlast".encode())
    assert result.returncode == 0, result.stderr
    assert result.stdout.decode().splitlines() == ["'läuft'", "'second'", "''"]
    assert result.stderr == b""


def test_a_line_that_cannot_be_handled_does_not_hide_the_end() -> None:
    result = run(b"bad\ngood\n")
    assert result.returncode == 0
    assert b"'good'" in result.stdout and b"ValueError" in result.stderr


@pytest.mark.parametrize("before", ["sys.stdin = None", "import os; os.close(0)"])
def test_no_standard_input_is_an_end(before: str) -> None:
    assert run(b"", before=before).returncode == 0


def test_a_process_that_does_not_end_by_itself_is_ended() -> None:
    assert run(b"", on_end="lambda: None", hard_exit_s=0.2).returncode == 1


def test_a_process_that_ends_by_itself_is_not_disturbed_by_the_waiting_thread() -> None:
    program = "from app.parent_pipe import read_parent_lines; read_parent_lines(print, print)"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.wait(10) == 0
        assert process.stderr is not None and process.stderr.read() == b""
