"""Starts, feeds and ends one child process of the launcher."""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Final, cast

from app.windows_job import KillOnCloseJob

log = logging.getLogger(__name__)

#: How long a child may take to end by itself, and then to end when told to, in seconds.
CLOSE_S: Final = 1.0
TERMINATE_S: Final = 2.0

_LONGEST_LINE: Final = 8192

# For the life of the launcher, because closing it ends the children.
_job = KillOnCloseJob()


def program_command() -> list[str]:
    """How this program starts itself again, to be followed by a verb."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    # -P: a folder “app” in the directory that the user happens to be in must not be taken for the program.
    return [sys.executable, "-P", "-m", "app"]


class ChildProcess:
    """A child whose standard input is its lifeline: while the launcher lives, it stays open.

    What the child prints to standard error goes to the log, by a thread that always reads, so that a full pipe never
    stops the child. The child has a process group of its own: Ctrl-C reaches only the launcher.

    Args:
        name: For the log.
        command: Program and arguments.
        environment: What the child sees in addition to the launcher's own variables.

    Raises:
        OSError: When the system cannot start it.
    """

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self._input_lock = threading.Lock()
        # Python marks pipes as not inheritable, so no sibling holds the other end and each sees its own end of file.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # A crash inside FFmpeg or PyTorch leaves a traceback instead of nothing.
            env={**os.environ, "PYTHONFAULTHANDLER": "1", **environment},
            # Not the launcher's directory, which may be on a stick that the user wants to take out.
            cwd=_find_home(),
            start_new_session=True,
            creationflags=_creation_flags(),
        )
        if sys.platform == "win32":
            _job.add(int(self._process._handle))  # type: ignore[attr-defined]
        # All three are pipes, which Popen's types cannot tell.
        self._input = cast(IO[bytes], self._process.stdin)
        self._output = cast(IO[bytes], self._process.stdout)
        log.info("%s started as process %d", name, self.pid)
        _log_lines_later(name, cast(IO[bytes], self._process.stderr))

    @property
    def pid(self) -> int:
        """The system's number of the process."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def wait(self) -> int:
        """Wait until it has ended.

        Returns:
            Its exit code; on POSIX the negative number of the signal that ended it.
        """
        exit_code = self._process.wait()
        log.info("%s (process %d) ended with exit code %d", self.name, self.pid, exit_code)
        return exit_code

    def send_line(self, line: str) -> None:
        """Write a line to its standard input; a child that has ended does not mind."""
        with self._input_lock, contextlib.suppress(OSError):
            if not self._input.closed:
                self._input.write(line.encode() + b"\n")
                self._input.flush()

    def read_lines(self) -> Iterator[str]:
        """Lines of its standard output, until it ends or ``log_further_output`` takes over."""
        return _decode_lines(self._output)

    def log_further_output(self) -> None:
        """Send the rest of its standard output to the log, so that it never waits for a reader."""
        _log_lines_later(self.name, self._output)

    def close_input(self) -> None:
        """End its standard input, which asks it to end."""
        with self._input_lock, contextlib.suppress(OSError):
            self._input.close()


def stop_children(children: Sequence[ChildProcess]) -> None:
    """End children together: close their input, then ask the system to end them, then force it."""
    for child in children:
        child.close_input()
    running = _wait_for(children, CLOSE_S)
    for child in running:
        child._process.terminate()
    running = _wait_for(running, TERMINATE_S)
    for child in running:
        log.warning("%s (process %d) did not end and is killed", child.name, child.pid)
        child._process.kill()
    _wait_for(running, TERMINATE_S)


def _wait_for(children: Sequence[ChildProcess], timeout_s: float) -> list[ChildProcess]:
    deadline = time.monotonic() + timeout_s
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child._process.wait(max(0.0, deadline - time.monotonic()))
    return [child for child in children if child.is_running]


def _find_home() -> Path | None:
    home = Path("~").expanduser()
    return home if home.is_dir() and os.access(home, os.X_OK) else None


def _creation_flags() -> int:
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
    return flags


def _decode_lines(stream: IO[bytes]) -> Iterator[str]:
    for line in iter(lambda: stream.readline(_LONGEST_LINE), b""):
        yield line.decode("utf-8", errors="replace").rstrip()


def _log_lines_later(name: str, stream: IO[bytes]) -> None:
    def read() -> None:
        with stream:
            for line in _decode_lines(stream):
                log.info("%s: %s", name, line)

    threading.Thread(target=read, name=f"log-{name}", daemon=True).start()
