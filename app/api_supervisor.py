"""Keeps the API running: starts it, says when it is ready, and starts it again when it dies."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import ValidationError

from app.child_process import ChildProcess, stop_children
from app.contract import Health, LauncherMessage

log = logging.getLogger(__name__)

#: More crashes than this in a row, and the API is given up. An API that could predict for STEADY_S begins a new row.
MAX_CRASHES: Final = 5
STEADY_S: Final = 60.0
#: The pause before the n-th restart in a row is n - 1 times this, in seconds.
RESTART_PAUSE_S: Final = 0.5

_POLL_S: Final = 0.1
_HEALTH_TIMEOUT_S: Final = 10.0


class ApiSupervisor:
    """The API's process, one after the other.

    Args:
        create_command: Asked before each start for what starts the API; see ``app.api.serve`` for what it prints.
        environment: What it sees in addition to the launcher's own variables.
        send: Takes the messages for the window; called in the supervisor's thread.
        log_path: Named to the user when the API is given up.
    """

    def __init__(
        self,
        create_command: Callable[[], Sequence[str]],
        environment: Mapping[str, str],
        send: Callable[[LauncherMessage], None],
        log_path: Path | None,
    ) -> None:
        self._create_command = create_command
        self._environment = environment
        self._send = send
        self._log_path = log_path
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._child: ChildProcess | None = None
        self._thread = threading.Thread(target=self._run, name="api-supervisor", daemon=True)

    def start(self) -> None:
        """Begin, in a thread."""
        self._thread.start()

    def release(self) -> list[ChildProcess]:
        """Start no further API.

        Returns:
            The one that may be running, for the caller to stop.
        """
        with self._lock:
            self._stopping.set()
            return [self._child] if self._child is not None else []

    def stop(self) -> None:
        """End the API for good."""
        stop_children(self.release())
        self._thread.join(timeout=1.0)

    def _run(self) -> None:
        n_crashes = 0
        self._send(LauncherMessage(api_state="starting"))
        while True:
            was_ready_s = self._run_once()
            if self._stopping.is_set():
                return
            n_crashes = 1 if was_ready_s >= STEADY_S else n_crashes + 1
            if n_crashes > MAX_CRASHES:
                self._give_up(n_crashes)
                return
            self._send(
                LauncherMessage(
                    api_state="restarting",
                    detail="The analysis engine stopped unexpectedly and is being started again.",
                )
            )
            self._stopping.wait(RESTART_PAUSE_S * (n_crashes - 1))

    def _run_once(self) -> float:
        """Start the API and follow it to its end.

        Returns:
            For how long it was ready, in seconds.
        """
        try:
            child = self._start()
        except OSError as error:
            log.error("The API could not be started: %s", error)
            return 0.0
        if child is None:
            return 0.0
        url = _read_url(child)
        child.log_further_output()
        ready_at = None
        if url is not None:
            log.info("The API of process %d listens on %s", child.pid, url)
            if self._wait_until_ready(child, url):
                ready_at = time.monotonic()
        child.wait()
        child.close_input()
        return time.monotonic() - ready_at if ready_at is not None else 0.0

    def _start(self) -> ChildProcess | None:
        # Under the lock, so that no API starts after release() has handed out the last one.
        with self._lock:
            if self._stopping.is_set():
                return None
            self._child = ChildProcess("API", self._create_command(), self._environment)
            return self._child

    def _wait_until_ready(self, child: ChildProcess, url: str) -> bool:
        while child.is_running and not self._stopping.is_set():
            health = _ask_health(url)
            if health is not None and health.error is not None:
                # Another start would end the same way: the model or the device is at fault.
                log.error("The API cannot predict: %s", health.error)
                self._send(LauncherMessage(api_state="failed", detail=health.error))
                return False
            if health is not None and health.ready:
                log.info("The API of process %d is ready", child.pid)
                self._send(LauncherMessage(api_state="ready", api_url=url))
                return True
            self._stopping.wait(_POLL_S)
        return False

    def _give_up(self, n_crashes: int) -> None:
        where = f"the log is {self._log_path}" if self._log_path is not None else "no log could be written"
        detail = f"The analysis engine stopped {n_crashes} times in a row and is not started again; {where}."
        log.error(detail)
        self._send(LauncherMessage(api_state="failed", detail=detail))


def _read_url(child: ChildProcess) -> str | None:
    # A library may print something of its own before.
    for line in child.read_lines():
        with contextlib.suppress(ValueError, TypeError, KeyError):
            return str(json.loads(line)["api_url"])
        log.info("%s: %s", child.name, line)
    return None


def _ask_health(url: str) -> Health | None:
    """Ask without a proxy, which the user's settings may name even for this computer; ``None`` without an answer."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=_HEALTH_TIMEOUT_S)
    try:
        connection.request("GET", "/api/health")
        return Health.model_validate_json(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValidationError):
        return None
    finally:
        connection.close()
