"""After a crash the window says so calmly and offers the log, in a process of its own with a log of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.crash import LOG_VARIABLE
from app.settings import TOKEN_VARIABLE
from tests.app.conftest import TOKEN, RunningApi
from tests.app.gui.conftest import needs_display

pytestmark = [
    needs_display,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="stands in for xdg-open"),
]

BEGIN = """
import sys, threading, time, tkinter
from pathlib import Path
from app.contract import LauncherMessage
from app.gui.main import create_window
from tests.app.gui.hands import click_button
window = create_window("%s")
window.trouble.watch_threads()
opened, url = Path(sys.argv[1]), sys.argv[2]
def wait_until(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, window.notice.text
        window.update()
        time.sleep(0.01)
def log_buttons():
    return [child for child in window.notice.winfo_children()
            if getattr(child, "cget", None) and child.winfo_ismapped() and "Open log" in str(vars(child).get("_text"))]
window.update()
"""
END = "window.close()\n"


class Desk:
    """A computer with a program for files, which notes what it is given, and a log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "logs ä" / "1.log"
        self.log.parent.mkdir()
        self.log.touch()
        self.opened = folder / "opened"
        (folder / "bin").mkdir()
        self.set_opener('printf "%s\\n%s\\n" "$1" "${' + TOKEN_VARIABLE + ':-no token}" >"' + str(self.opened) + '"')

    def set_opener(self, command: str) -> None:
        program = self.folder / "bin" / "xdg-open"
        program.write_text(f"#!/bin/sh\n{command}\n")
        program.chmod(0o755)

    def run(self, program: str, url: str = "", *, has_log: bool = True) -> str:
        """What it prints, and below it what it says on standard error."""
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        result = subprocess.run(
            [sys.executable, "-c", (BEGIN % TOKEN) + program + END, str(self.opened), url],
            env=os.environ | {"PATH": path, TOKEN_VARIABLE: TOKEN, LOG_VARIABLE: str(self.log) if has_log else ""},
            cwd=Path(__file__).resolve().parents[4],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout + result.stderr


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_exception_in_the_window_is_told_and_logged_and_the_log_can_be_opened(desk: Desk) -> None:
    said = desk.run("""
def crash():
    raise RuntimeError("a callback broke")
for _ in range(20):
    window.after(0, crash)
wait_until(lambda: window.notice.text)
print(window.notice.text)
[button] = log_buttons()
click_button(button)
wait_until(opened.exists)
window.notice.dismiss()
threading.Thread(target=crash).start()
wait_until(lambda: window.notice.text)
window.notice.say("Saved as “report.png”.")
window.update()
assert not log_buttons()
""")
    assert "Something went wrong in the window." in said
    assert 1 <= said.count("RuntimeError: a callback broke") <= 4, "one fault must not fill the log"
    # Other programs have no business with the token.
    assert desk.opened.read_text() == f"{desk.log}\nno token\n"


def test_crash_of_the_engine_is_told_until_it_has_been_read(desk: Desk, api: RunningApi) -> None:
    said = desk.run(
        """
window.handle_launcher_message(LauncherMessage(api_state="restarting", detail="The engine stopped."))
window.update()
print(window.notice.text, len(log_buttons()))
window.handle_launcher_message(LauncherMessage(api_state="ready", api_url=url))
wait_until(lambda: window.connection.client is not None)
print(window.notice.text, len(log_buttons()))
window.notice.dismiss()
window.handle_launcher_message(LauncherMessage(api_state="ready", api_url=url, detail="The device is used."))
wait_until(lambda: "device" in window.notice.text)
print(len(log_buttons()))
""",
        api.url,
    )
    assert said.splitlines() == [
        "The engine stopped. 1",
        "The analysis engine had stopped unexpectedly, and works again. 1",
        "0",
    ]


def test_where_nothing_opens_the_log_its_place_is_told(desk: Desk) -> None:
    desk.set_opener("exit 3")
    said = desk.run("""
window.trouble.open_log()
wait_until(lambda: window.notice.text)
print(window.notice.text)
""")
    assert f"It is “{desk.log}”." in said


def test_without_a_log_none_is_offered(desk: Desk) -> None:
    said = desk.run(
        """
window.after(0, lambda: [][1])
wait_until(lambda: window.notice.text)
window.update()
print(len(log_buttons()))
""",
        has_log=False,
    )
    assert said.startswith("0\n")


def test_about_copies_the_doctors_report_and_opens_the_folder(desk: Desk) -> None:
    said = desk.run("""
page = window.navigate("settings")
wait_until(lambda: page.is_built)
about = page.about
click_button(about.open)
wait_until(opened.exists)
click_button(about.copy)
wait_until(lambda: about.line.remark == "The report is on the clipboard.")
print(window.clipboard_get())
""")
    assert desk.opened.read_text().splitlines()[0] == str(desk.log.parent)
    assert "ok    program         Genrescope" in said and "storage" in said
