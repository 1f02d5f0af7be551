"""Parent of the window and the API: starts both, and leaves nothing running when it ends, however it ends.

Each child holds one end of a pipe as its standard input. The system closes the other end when the launcher dies, even
by ``kill -9``, and the child ends itself; see ``app.parent_pipe``.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Final, TypeAlias

from app.api_supervisor import ApiSupervisor
from app.child_process import ChildProcess, program_command, stop_children
from app.contract import LauncherMessage
from app.crash import LOG_VARIABLE, threads_logged
from app.logs import start_log
from app.preflight import find_obstacles, find_warnings
from app.settings import PROJECT, TOKEN_VARIABLE
from app.user_settings import AUTOMATIC_DEVICE, SettingsFile, UserSettings

log = logging.getLogger(__name__)

MISSING_EXIT_CODE: Final = 2
#: Windows delivers Ctrl-C to Python only between two waits, which therefore must end.
_WAIT_S: Final = 0.5


@dataclass(frozen=True)
class _WindowEnded:
    exit_code: int


@dataclass(frozen=True)
class _SignalReceived:
    number: int


@dataclass(frozen=True)
class _WishesRefused:
    """The API cannot do with the device or the model that the settings ask for."""

    reason: str


# SimpleQueue, because its put() may be called by a signal handler that interrupts another put().
_Events: TypeAlias = "queue.SimpleQueue[_WindowEnded | _SignalReceived | _WishesRefused]"


def run_launcher(device: str | None = None, backend: str | None = None, *, is_debugging: bool = False) -> int:
    """Open the window, and serve it until it is closed.

    Args:
        device: PyTorch device for the API, or ``None`` for what the settings say.
        backend: What runs the API's models; ``None`` takes PyTorch where it is installed.
        is_debugging: Leave the names of music in the log.

    Returns:
        The exit code: 0 when the window was closed, 1 when something crashed, 2 when something is missing on this
        computer, 128 + n after signal n (130 for Ctrl-C, 143 for SIGTERM).
    """
    obstacles = find_obstacles()
    if obstacles:
        _tell(*obstacles)
        return MISSING_EXIT_CODE
    log_path = start_log(is_debugging=is_debugging)
    where = f"the log is {log_path}" if log_path is not None else "no log could be written"
    events: _Events = queue.SimpleQueue()
    try:
        with threads_logged(log_path), _signals_as(events):
            event = _run_children(device, backend, log_path, events)
    except Exception:
        log.critical("The launcher crashed", exc_info=True)
        _tell(f"The program ended unexpectedly; {where}.")
        return 1
    if isinstance(event, _SignalReceived):
        return 128 + event.number
    if not isinstance(event, _WindowEnded) or event.exit_code == 0:
        return 0
    _tell(f"The window ended unexpectedly ({_describe_exit(event.exit_code)}); {where}.")
    return 1


def _run_children(
    device: str | None, backend: str | None, log_path: Path | None, events: _Events
) -> _WindowEnded | _SignalReceived | _WishesRefused:
    environment = {TOKEN_VARIABLE: secrets.token_urlsafe(32), LOG_VARIABLE: str(log_path or "")}
    # The window first: it is on the screen while the API still imports PyTorch.
    window = ChildProcess("Window", [*program_command(), "window"], environment)
    window.log_further_output()
    threading.Thread(target=lambda: events.put(_WindowEnded(window.wait())), name="window-end", daemon=True).start()
    api_command = [*program_command(), "serve", "--host", "127.0.0.1", "--port", "0", "--watch-parent"]
    if device is not None:
        api_command += ["--device", device]
    if backend is not None:
        api_command += ["--backend", backend]

    def create_command() -> list[str]:
        # Read for each start: after a crash, the model that was chosen meanwhile answers again.
        return [*api_command, *_list_wishes(SettingsFile().read().settings, has_device=device is not None)]

    def send(message: LauncherMessage) -> None:
        window.send_line(message.model_dump_json())

    def send_unless_refused(message: LauncherMessage) -> None:
        if message.api_state == "failed" and create_command() != api_command:
            events.put(_WishesRefused(message.detail or ""))
        else:
            send(message)

    api = ApiSupervisor(create_command, environment, send_unless_refused, log_path)
    try:
        api.start()
        for warning in find_warnings():
            log.warning(warning)
            _tell(warning)
        event = _wait_for_event(events)
        if isinstance(event, _WishesRefused):
            # The person can choose something else only in a window that works.
            log.warning("The settings cannot be followed: %s", event.reason)
            api.stop()
            send_with_note = partial(_send_with_note, send, event.reason)
            api = ApiSupervisor(lambda: api_command, environment, send_with_note, log_path)
            api.start()
            event = _wait_for_event(events)
        return event
    finally:
        stop_children([window, *api.release()])


def _list_wishes(settings: UserSettings, *, has_device: bool) -> list[str]:
    """What the person's settings ask of the API, as arguments."""
    wishes = []
    if settings.device != AUTOMATIC_DEVICE and not has_device:
        wishes += ["--device", settings.device]
    if settings.model is not None:
        # In one word, so that no name can be taken for another option.
        wishes.append(f"--model={settings.model}")
    if settings.min_confidence_percent is not None:
        wishes.append(f"--min-confidence={settings.min_confidence_percent / 100}")
    return wishes


def _send_with_note(send: Callable[[LauncherMessage], None], reason: str, message: LauncherMessage) -> None:
    """Say with the good news that it is not quite what the settings ask for."""
    if message.api_state == "ready":
        note = f"{reason} The program’s own choice is used until the settings are changed."
        message = message.model_copy(update={"detail": note})
    send(message)


def _wait_for_event(events: _Events) -> _WindowEnded | _SignalReceived | _WishesRefused:
    while True:
        with contextlib.suppress(queue.Empty):
            event = events.get(timeout=_WAIT_S)
            log.info("The launcher received %s", event)
            return event


@contextlib.contextmanager
def _signals_as(events: _Events) -> Iterator[None]:
    """Turn what asks the process to end into events."""

    def handle(number: int, frame: FrameType | None) -> None:
        events.put(_SignalReceived(number))

    numbers = [signal.SIGINT, signal.SIGTERM]
    # “nohup” means that the end of the terminal shall be ignored.
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    # Windows: Ctrl-Break and the closing of the console.
    if hasattr(signal, "SIGBREAK"):
        numbers.append(signal.SIGBREAK)
    previous = {number: signal.signal(number, handle) for number in numbers}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _describe_exit(exit_code: int) -> str:
    if exit_code < 0:
        with contextlib.suppress(ValueError):
            return signal.Signals(-exit_code).name
    return f"exit code {exit_code}"


def _tell(*sentences: str) -> None:
    # A windowed executable has no standard error, and a terminal that was closed has a broken one.
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            for sentence in sentences:
                sys.stderr.write(f"{PROJECT}: {sentence}\n")
            sys.stderr.flush()
