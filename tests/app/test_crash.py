"""Crashes of each part of the program, on a real file: the log tells what happened, and not what was listened to."""

import contextlib
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from app import launcher, logs
from app.child_process import ChildProcess
from app.crash import LOG_VARIABLE, log_of_launcher, threads_logged
from app.settings import TOKEN_VARIABLE
from tests.app.test_launcher import Launched, has_ended, wait_for
from tests.app.x11 import needs_screen
from tests.sounds import write_wav

NAME = "Nobody Knows (Müll) I Love it.wav"
SECRETS = ("Nobody", "Knows", "Müll", "Love", "Guilty Pleasures", "Guilty%20")

DECODE = "import sys; from core.audio.decode import decode_audio; decode_audio(sys.argv[1])"
#: Dies inside a library, with the file open.
DIE = """
import ctypes, sys
def read_samples(path):
    with open(path, "rb") as file:
        ctypes.string_at(0)
read_samples(sys.argv[1])
"""
#: What a broken file may one day do to FFmpeg, by the size of the file: its name must not be in the code.
POISON = """
import sys
if "serve" in sys.argv or "serve" in getattr(sys, "orig_argv", ()):
    import ctypes, os
    import core.audio.decode as decode
    original = decode.open_audio
    def open_poison(source, *arguments, **options):
        size = os.path.getsize(source) if isinstance(source, (str, os.PathLike)) else 0
        if size == 1:
            raise RuntimeError(f"{source}: FFmpeg is out of its mind")
        if size == 2:
            ctypes.string_at(0)
        return original(source, *arguments, **options)
    decode.open_audio = open_poison
"""


@pytest.fixture
def music(tmp_path: Path) -> Path:
    path = tmp_path / "Guilty Pleasures" / NAME
    path.parent.mkdir()
    return path


@pytest.fixture
def start_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    monkeypatch.setattr(logging, "raiseExceptions", True)
    monkeypatch.setattr(logs, "user_log_path", lambda *names, **options: tmp_path / "logs")
    logger = logging.getLogger("app")
    before = (logger.level, logger.propagate, list(logger.handlers))

    def start(*, is_debugging: bool = False) -> Path:
        path = logs.start_log(is_debugging=is_debugging)
        assert path is not None
        return path

    yield start
    for handler in logger.handlers:
        if handler not in before[2]:
            handler.close()
    logger.level, logger.propagate, logger.handlers = before


def crash_child(code: str, path: Path) -> int:
    """The exit code, once all that it said is in the log."""
    child = ChildProcess("API", [sys.executable, "-c", code, str(path)], {})
    child.log_further_output()
    exit_code = child.wait()
    for thread in threading.enumerate():
        if thread.name == "log-API":
            thread.join(10)
    child.close_input()
    return exit_code


def assert_tells_no_secret(text: str) -> None:
    assert [secret for secret in SECRETS if secret in text] == []


@pytest.mark.parametrize("is_debugging", [False, True])
def test_exception_of_a_child_is_logged_without_the_name(
    start_log: Callable[..., Path], music: Path, is_debugging: bool
) -> None:
    music.write_bytes(b"this is no sound at all" * 64)
    log_path = start_log(is_debugging=is_debugging)
    assert crash_child(DECODE, music) == 1
    text = log_path.read_text()
    assert "Traceback" in text and "AudioDecodeError" in text and "decode.py" in text
    if is_debugging:
        assert NAME in text
    else:
        assert_tells_no_secret(text)


def test_hard_crash_of_a_child_is_logged_without_the_name(start_log: Callable[..., Path], music: Path) -> None:
    write_wav(music)
    log_path = start_log()
    assert crash_child(DIE, music) != 0
    text = log_path.read_text()
    assert "Segmentation fault" in text or "access violation" in text
    assert "in read_samples" in text
    assert_tells_no_secret(text)


def test_crash_of_the_launcher_is_one_sentence_and_logged(
    start_log: Callable[..., Path], music: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = []

    def start(*, is_debugging: bool) -> Path:
        paths.append(start_log(is_debugging=is_debugging))
        return paths[0]

    def crash(*arguments: object) -> None:
        music.read_bytes()

    monkeypatch.setattr(launcher, "find_obstacles", list)
    monkeypatch.setattr(launcher, "start_log", start)
    monkeypatch.setattr(launcher, "_run_children", crash)
    assert launcher.run_launcher() == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and str(paths[0]) in told
    text = paths[0].read_text()
    assert "The launcher crashed" in text and "FileNotFoundError" in text
    assert_tells_no_secret(text)


def test_crash_of_a_thread_of_the_launcher_is_logged(start_log: Callable[..., Path], music: Path) -> None:
    log_path = start_log()
    with threads_logged(log_path):
        thread = threading.Thread(target=music.read_bytes, name="supervisor")
        thread.start()
        thread.join()
    text = log_path.read_text()
    assert "thread supervisor crashed" in text and "FileNotFoundError" in text
    assert_tells_no_secret(text)


@pytest.mark.parametrize("code", ["ctypes.string_at(0)", "pass"])
def test_hard_crash_of_the_launcher_is_written_beside_the_log(tmp_path: Path, code: str) -> None:
    program = f"""
import ctypes, pathlib, sys
from app.crash import threads_logged
with threads_logged(pathlib.Path(sys.argv[1])):
    {code}
"""
    command = [sys.executable, "-c", program, str(tmp_path / "one.log")]
    result = subprocess.run(command, capture_output=True, timeout=30)
    crash = tmp_path / "one.log.crash"
    if code == "pass":
        assert (result.returncode, crash.exists()) == (0, False)
    else:
        assert result.returncode != 0 and "most recent call first" in crash.read_text()


def test_window_finds_the_log_of_its_launcher(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LOG_VARIABLE, "/somewhere/1.log")
    assert log_of_launcher() == Path("/somewhere/1.log")
    monkeypatch.setenv(LOG_VARIABLE, "")
    assert log_of_launcher() is None


@needs_screen
def test_whole_program_goes_on_and_its_log_tells_no_name(
    tmp_path: Path, music: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "poison").mkdir()
    (tmp_path / "poison" / "sitecustomize.py").write_text(POISON)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "poison"))
    copy = Launched(tmp_path / "home", tmp_path, "--device", "cpu")
    try:
        copy.wait_for_window()
        url, first = copy.wait_for_ready_api(), copy.api
        headers = {"Authorization": f"Bearer {first.environ()[TOKEN_VARIABLE]}"}

        def ask() -> requests.Response:
            return requests.post(f"{url}/api/predict", json={"path": str(music)}, headers=headers, timeout=30)

        music.write_bytes(b"1")
        assert ask().status_code == 500
        copy.wait_for_log("RuntimeError")
        music.write_bytes(b"22")
        with contextlib.suppress(requests.ConnectionError):
            ask()
        wait_for(lambda: has_ended(first), 20, "the end of the first API")
        copy.wait_for_log("Segmentation fault")
        copy.wait_for_ready_api()
        text = copy.read_log()
        assert "in open_poison" in text and "Exception in ASGI application" in text
        assert_tells_no_secret(text)
        copy.process.terminate()
        assert copy.end()[0] == 143
        # Without a crash of its own the launcher leaves none behind.
        assert list(tmp_path.rglob("*.crash")) == []
    finally:
        copy.kill()
