"""The real launcher with its real children: however one of them ends, nothing is left running."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import psutil
import pytest
import requests

from app.settings import TOKEN_VARIABLE
from app.user_settings import CONFIG_VARIABLE, FILE_NAME
from tests.app.x11 import ask_to_close, find_visible_windows, needs_screen

pytestmark = needs_screen

MARK = "GENRESCOPE_TEST_MARK"

Answer = TypeVar("Answer")


def wait_for(ask: Callable[[], Answer | None], timeout_s: float, what: str) -> Answer:
    deadline = time.monotonic() + timeout_s
    while True:
        answer = ask()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {timeout_s} s: {what}"
        time.sleep(0.05)


def has_ended(process: psutil.Process) -> bool:
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Launched:
    """One running copy of the program. Its processes are known by a mark in their environment."""

    def __init__(self, home: Path, cwd: Path, *arguments: str) -> None:
        self.mark = uuid.uuid4().hex
        # So that logs and settings stay in the test's own folder.
        folders = {f"XDG_{kind}_HOME": str(home / kind) for kind in ("STATE", "CACHE", "CONFIG", "DATA")}
        self.home = home
        self._older_windows = find_visible_windows()
        self._own_windows: set[int] = set()
        # The tests may run under nohup, which a child inherits and the launcher respects.
        inherited = signal.signal(signal.SIGHUP, signal.SIG_DFL)
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "app", *arguments],
            env=os.environ | folders | {"HOME": str(home), CONFIG_VARIABLE: str(home / "config"), MARK: self.mark},
            cwd=cwd,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        signal.signal(signal.SIGHUP, inherited)

    def tree(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get(MARK) == self.mark and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def child(self, verb: str) -> psutil.Process:
        def find() -> psutil.Process | None:
            with contextlib.suppress(psutil.Error):
                for child in psutil.Process(self.process.pid).children():
                    # Between fork and exec a child still has the launcher's own command line.
                    if verb in child.cmdline():
                        return child
            return None

        return wait_for(find, 15, f"a process “{verb}”")

    @property
    def window(self) -> psutil.Process:
        return self.child("window")

    @property
    def api(self) -> psutil.Process:
        return self.child("serve")

    def wait_for_window(self) -> int:
        def find() -> set[int]:
            assert self.process.poll() is None, self.read_log()
            return find_visible_windows() - self._older_windows

        self._own_windows = wait_for(find, 20, "the window on the screen")
        [window] = self._own_windows
        return window

    def wait_for_ready_api(self) -> str:
        def find() -> str | None:
            with contextlib.suppress(psutil.Error, requests.RequestException):
                for connection in self.api.net_connections("tcp"):
                    url = f"http://127.0.0.1:{connection.laddr.port}"
                    if connection.status == psutil.CONN_LISTEN and is_ready(url):
                        return url
            return None

        return wait_for(find, 60, "an API that is ready")

    def wait_for_log(self, text: str) -> None:
        wait_for(lambda: text in self.read_log(), 20, f"“{text}” in the log")

    def read_log(self) -> str:
        return "".join(path.read_text() for path in self.home.rglob("*.log"))

    def end(self) -> tuple[int, str]:
        """Exit code and standard error, once nothing of the tree is left."""
        _, errors = self.process.communicate(timeout=10)
        deadline = time.monotonic() + 10
        while left := self.tree():
            assert time.monotonic() < deadline, f"left behind: {left}"
            time.sleep(0.05)
        self._wait_until_off_screen()
        # Whether this computer has PortAudio is not the question here.
        kept = [line for line in errors.splitlines(keepends=True) if "PortAudio" not in line]
        return self.process.returncode, "".join(kept)

    def kill(self) -> None:
        print(self.read_log())  # shown where a test fails
        for process in self.tree():
            with contextlib.suppress(psutil.Error):
                process.kill()
        self.process.communicate(timeout=10)
        self._wait_until_off_screen()

    def _wait_until_off_screen(self) -> None:
        # The screen gives the numbers of windows to the next process, a moment after the last one has ended.
        wait_for(lambda: not find_visible_windows() & self._own_windows, 10, "a screen without the window")


def is_ready(url: str) -> bool:
    health = requests.get(f"{url}/api/health", timeout=5).json()
    assert health["error"] is None
    return bool(health["ready"])


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[[], Launched]]:
    launched: list[Launched] = []
    # A folder “app” where the program is started from must not be taken for the program.
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("raise SystemExit('the wrong package')")

    def start(settings: dict[str, object] | None = None) -> Launched:
        home = tmp_path / f"home {len(launched)} ä"
        (home / "config").mkdir(parents=True)
        if settings is not None:
            (home / "config" / FILE_NAME).write_text(json.dumps(settings))
        # Settings decide about the device only where nothing is said of it.
        launched.append(Launched(home, tmp_path, *(("--device", "cpu") if settings is None else ())))
        return launched[-1]

    yield start
    for copy in reversed(launched):
        copy.kill()


def test_closing_the_window_ends_all(launch: Callable[[], Launched]) -> None:
    copy = launch()
    window = copy.wait_for_window()
    copy.wait_for_ready_api()
    assert len(copy.tree()) == 3
    ask_to_close(window)
    assert copy.end() == (0, "")


def test_closing_the_window_ends_all_while_the_api_is_starting(launch: Callable[[], Launched]) -> None:
    copy = launch()
    ask_to_close(copy.wait_for_window())
    assert copy.end() == (0, "")


@pytest.mark.parametrize(
    ("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=lambda n: str(n)
)
def test_signals_end_all(launch: Callable[[], Launched], number: signal.Signals, exit_code: int) -> None:
    copy = launch()
    copy.wait_for_window()
    copy.child("serve")
    # To the whole group, as a terminal sends Ctrl-C: the children must be out of its reach.
    os.killpg(copy.process.pid, number)
    assert copy.end() == (exit_code, "")
    assert "Window (process" in copy.read_log() and "ended with exit code 0" in copy.read_log()


def test_killing_the_window_ends_all(launch: Callable[[], Launched]) -> None:
    copy = launch()
    copy.wait_for_window()
    copy.window.kill()
    exit_code, errors = copy.end()
    assert exit_code == 1
    assert errors.startswith("Genrescope: The window ended unexpectedly (SIGKILL); the log is ")
    assert errors.count("\n") == 1


@pytest.mark.parametrize("is_api_ready", [True, False], ids=["ready", "starting"])
def test_killing_the_launcher_ends_all(launch: Callable[[], Launched], is_api_ready: bool) -> None:
    copy = launch()
    copy.wait_for_window()
    if is_api_ready:
        copy.wait_for_ready_api()
    assert len(copy.tree()) == 3
    copy.process.kill()
    assert copy.end() == (-signal.SIGKILL, "")


def test_killing_the_api_starts_another(launch: Callable[[], Launched]) -> None:
    copy = launch()
    copy.wait_for_window()
    first_url, first_api = copy.wait_for_ready_api(), copy.api
    (copy.home / "config" / FILE_NAME).write_text(json.dumps({"model": "fma_small"}))  # as the window keeps a choice
    first_api.kill()
    first_api.wait(10)
    second_url = copy.wait_for_ready_api()
    assert copy.api.pid != first_api.pid
    assert copy.api.cmdline()[-1] == "--model=fma_small"
    with contextlib.suppress(requests.ConnectionError):
        assert second_url == first_url or not is_ready(first_url)
    # The window was told, and did not end with the API.
    copy.wait_for_log(f"The API of process {copy.api.pid} is ready")
    assert_input_is_only_the_launchers(copy, copy.window)
    assert_input_is_only_the_launchers(copy, copy.api)
    copy.process.terminate()
    assert copy.end()[0] == 143


def assert_input_is_only_the_launchers(copy: Launched, child: psutil.Process) -> None:
    """A sibling that held the pipe too would keep the child from noticing the launcher's death."""
    pipe = open_files(child)["0"]
    assert pipe.startswith("pipe:")
    holders = {process.pid for process in copy.tree() if pipe in open_files(process).values()}
    assert holders == {copy.process.pid, child.pid}


def open_files(process: psutil.Process) -> dict[str, str]:
    """What each file descriptor of a process is."""
    found = {}
    for descriptor in Path(f"/proc/{process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found[descriptor.name] = str(descriptor.readlink())
    return found


def test_two_copies_work_at_once(launch: Callable[[], Launched]) -> None:
    first = launch()
    first.wait_for_window()
    second = launch()
    second.wait_for_window()
    assert first.wait_for_ready_api() != second.wait_for_ready_api()
    tokens = {process.environ()[TOKEN_VARIABLE] for copy in (first, second) for process in (copy.window, copy.api)}
    assert len(tokens) == 2
    lines = [line for copy in (first, second) for process in copy.tree() for line in process.cmdline()]
    assert not any(token in line for token in tokens for line in lines)
    first.process.terminate()
    assert first.end()[0] == 143
    assert len(second.tree()) == 3
    second.wait_for_ready_api()


def test_window_does_not_wait_for_the_api(launch: Callable[[], Launched]) -> None:
    copy = launch()
    api = copy.api
    api.suspend()
    copy.wait_for_window()
    assert not api.net_connections("tcp")
    api.resume()
    copy.wait_for_ready_api()


def test_hung_children_are_killed(launch: Callable[[], Launched]) -> None:
    copy = launch()
    copy.wait_for_window()
    copy.api.suspend()
    copy.window.suspend()
    copy.process.terminate()
    assert copy.end()[0] == 143


def test_missing_screen_is_one_sentence(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    command = [sys.executable, "-P", "-m", "app"]
    result = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert result.returncode == 2
    assert result.stderr.startswith("Genrescope: There is no screen") and result.stderr.count("\n") == 1


def test_the_api_runs_models_with_the_backend_asked_for(tmp_path: Path) -> None:
    copy = Launched(tmp_path / "home", tmp_path, "--backend", "onnx")
    try:
        assert copy.api.cmdline()[-2:] == ["--backend", "onnx"]
    finally:
        copy.kill()


def test_settings_decide_what_the_api_computes_on_and_with(launch: Callable[..., Launched]) -> None:
    copy = launch({"device": "cpu", "model": "gtzan", "min_confidence_percent": 80})
    copy.wait_for_ready_api()
    assert copy.api.cmdline()[-4:] == ["--device", "cpu", "--model=gtzan", "--min-confidence=0.8"]
    copy.process.terminate()
    assert copy.end()[0] == 143


@pytest.mark.parametrize("settings", [{"device": "cuda:99"}, {"model": "removed"}], ids=["device", "model"])
def test_settings_that_cannot_be_followed_do_not_stop_the_program(
    launch: Callable[..., Launched], settings: dict[str, object]
) -> None:
    copy = launch(settings)
    copy.wait_for_log("The settings cannot be followed")
    wait_for(lambda: copy.read_log().count("API started") == 2, 20, "an API that asks for nothing")
    copy.wait_for_ready_api()
    assert copy.api.cmdline()[-1] == "--watch-parent"
    copy.process.terminate()
    assert copy.end()[0] == 143
