"""The window's process: connects the launcher, the API's address and the window."""

from __future__ import annotations

import logging
import os
import signal
from functools import partial

from pydantic import ValidationError

from app.contract import LauncherMessage
from app.gui.client import ApiClient
from app.gui.shell.window import MainWindow
from app.parent_pipe import read_parent_lines
from app.settings import TOKEN_VARIABLE
from app.user_settings import SettingsFile

log = logging.getLogger(__name__)


def run_window() -> int:
    """Show the window until it is closed or the launcher ends.

    Returns:
        The exit code.
    """
    window = create_window(os.environ.get(TOKEN_VARIABLE, ""))
    window.trouble.watch_threads()
    read_parent_lines(
        lambda line: window.jobs.post(partial(_handle_line, window, line)),
        lambda: window.jobs.post(window.close),
    )
    # Ctrl-C in a terminal reaches the window as well as the launcher. Raised inside a callback it would be swallowed.
    signal.signal(signal.SIGINT, lambda number, frame: window.jobs.post(window.close))
    window.mainloop()
    return 0


def create_window(token: str) -> MainWindow:
    """The window, ready to be shown.

    Args:
        token: What the API was started with.
    """
    return MainWindow(lambda url: ApiClient(url, token), SettingsFile())


def _handle_line(window: MainWindow, line: str) -> None:
    try:
        message = LauncherMessage.model_validate_json(line)
    except ValidationError as error:
        log.warning("A line from the launcher is not understood: %s", error)
        return
    window.handle_launcher_message(message)
