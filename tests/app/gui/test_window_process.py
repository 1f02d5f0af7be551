"""The window as a process of its own, as the launcher starts it."""

import os
import subprocess
import sys
import time

import pytest

from app.contract import LauncherMessage
from app.settings import TOKEN_VARIABLE
from tests.app.conftest import TOKEN, RunningApi
from tests.app.gui.conftest import needs_display

pytestmark = needs_display

#: From the start of Python's imports to a window that can be seen, in seconds.
MAX_START_S = 1.5


def run_python(program: str) -> str:
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return result.stdout.strip()


def test_window_imports_neither_model_nor_server() -> None:
    heavy = ("core", "torch", "numpy", "av", "fastapi", "uvicorn", "app.api", "requests")
    program = f"""
import sys
from app.gui.main import create_window
window = create_window("token")
window.update()
print(*[name for name in {heavy!r} if name in sys.modules])
window.close()
"""
    assert run_python(program) == ""


def test_window_is_on_the_screen_soon() -> None:
    program = """
import time
started = time.perf_counter()
from app.gui.main import create_window
window = create_window("token")
window.update()
assert window.winfo_viewable()
print(time.perf_counter() - started)
window.close()
"""
    # The best of a few: the first one may have to read everything from a cold disk.
    assert min(float(run_python(program)) for _ in range(3)) <= MAX_START_S


def start_window() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "app", "window"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {TOKEN_VARIABLE: TOKEN},
    )


@pytest.mark.parametrize("is_told_anything", [True, False])
def test_window_closes_when_the_launcher_ends(api: RunningApi, is_told_anything: bool) -> None:
    process = start_window()
    assert process.stdin is not None
    if is_told_anything:
        messages = (
            LauncherMessage(api_state="starting"),
            LauncherMessage(api_state="ready", api_url=api.url),
        )
        for message in messages:
            process.stdin.write(message.model_dump_json().encode() + b"\n")
        # A line from a launcher that is newer than the window must not end it.
        process.stdin.write(b'{"api_state": "dancing"}\nno json\n')
        process.stdin.flush()
    time.sleep(1.5)
    assert process.poll() is None
    _, errors = process.communicate(timeout=10)
    assert process.returncode == 0
    assert b"Traceback" not in errors
