"""The window as a process of its own, as the launcher starts it."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.contract import LauncherMessage
from app.settings import TOKEN_VARIABLE
from app.user_settings import BROKEN_FILE_NAME, CONFIG_VARIABLE, FILE_NAME
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
    heavy = ("torch", "numpy", "core.inference", "av", "fastapi", "uvicorn", "app.api", "requests")
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


def test_next_start_is_where_the_last_one_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path))
    run_python("""
from app.gui.main import create_window
window = create_window("token")
window.geometry("1100x700+60+40")
window.navigate("settings")
window.preferences.change(accent="rose", theme="dark")
window.update()
window.close()
""")
    seen = run_python("""
from app.gui.main import create_window
from app.gui.style import theme
from app.gui.style.appearance import pick
window = create_window("token")
window.update()
print(window.header.title, window.pages.visited_ids, window.geometry(), pick(theme.PRIMARY))
window.close()
""")
    assert seen == "Settings ['settings'] 1100x700+60+40 #FFB0C8"


def test_place_on_a_monitor_that_is_gone_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path))
    place = {"x": 9000, "y": 200, "width": 1100, "height": 700}
    (tmp_path / FILE_NAME).write_text(json.dumps({"window": place, "last_page": "a page of a newer program"}))
    seen = run_python("""
from app.gui.main import create_window
window = create_window("token")
window.update()
print(window.header.title, 0 <= window.winfo_rootx() < window.winfo_screenwidth())
window.close()
""")
    assert seen == "Identify True"


def test_damaged_settings_are_told_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path))
    (tmp_path / FILE_NAME).write_text("{ not json")
    program = """
from app.gui.main import create_window
window = create_window("token")
window.update()
print(window.notice.text)
window.close()
"""
    assert run_python(program).startswith("The settings were damaged; the defaults are used.")
    assert (tmp_path / BROKEN_FILE_NAME).read_text() == "{ not json"
    assert run_python(program) == ""
