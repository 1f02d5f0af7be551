"""What the window has other programs do: the desktop's show a file, the doctor examines this computer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from app.child_process import program_command
from app.settings import TOKEN_VARIABLE

#: A slow disk reads PyTorch and the models for the first time.
EXAMINE_TIMEOUT_S: Final = 120.0


def open_on_desktop(path: Path) -> None:
    """Show a file or folder in the program that the person uses for such. Blocks: call from a job.

    Raises:
        OSError: When there is no such program, or it refuses.
    """
    if sys.platform == "win32":
        os.startfile(path)  # noqa: S606 - the person's own program for such files
        return
    command = ["open" if sys.platform == "darwin" else "xdg-open", str(path)]
    quiet = subprocess.DEVNULL
    ended = subprocess.run(
        command, env=_environment_of_others(), stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
    )
    if ended.returncode != 0:
        raise OSError(f"{command[0]} ended with {ended.returncode}")


def examine_this_computer() -> str:
    """What ``genrescope doctor`` says, some lines. Blocks for several seconds: call from a job.

    Raises:
        OSError: When it cannot be started or says nothing.
        subprocess.TimeoutExpired: When it hangs.
    """
    examined = subprocess.run(
        [*program_command(), "doctor"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        # Both ends use the encoding of this computer.
        text=True,
        errors="replace",
        timeout=EXAMINE_TIMEOUT_S,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    # It ends with 1 where something fails, which is what the report is for.
    if not examined.stdout.strip():
        raise OSError(f"it ended with {examined.returncode} and said nothing")
    return examined.stdout


def _environment_of_others() -> dict[str, str]:
    """This process's environment without what concerns nobody else: the token, and a frozen program's libraries."""
    environment = dict(os.environ)
    environment.pop(TOKEN_VARIABLE, None)
    environment.pop("LD_LIBRARY_PATH_ORIG", None)
    if getattr(sys, "frozen", False):
        # PyInstaller keeps the value that was there before.
        original = os.environ.get("LD_LIBRARY_PATH_ORIG")
        if original is None:
            environment.pop("LD_LIBRARY_PATH", None)
        else:
            environment["LD_LIBRARY_PATH"] = original
    return environment
