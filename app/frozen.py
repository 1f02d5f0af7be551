"""What is different in the frozen program: it brings its own Python and libraries, and leaves the laboratory out."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import ctypes.util
import faulthandler
import importlib.util
import multiprocessing
import os
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from app.settings import PROJECT

#: Where the build puts Linux' PortAudio and what it needs: out of the way of the system's own, which is preferred.
PORT_AUDIO_FOLDER: Final = "portaudio"
PORT_AUDIO_NAME: Final = "libportaudio.so.2"

#: What the verbs of the laboratory run. The build leaves out those that it cannot serve.
LAB_COMMANDS: Final = ("prepare", "train", "evaluate", "classical", "benchmark", "export")


def is_frozen() -> bool:
    """Whether this program was built by PyInstaller."""
    return bool(getattr(sys, "frozen", False))


def prepare_process() -> None:
    """To be called before anything else is imported; without effect outside the frozen program."""
    if not is_frozen():
        return
    # Worker processes are this executable again, and must not parse its command line.
    multiprocessing.freeze_support()
    # The frozen interpreter ignores the variable that the launcher sets for its children.
    if os.environ.get("PYTHONFAULTHANDLER") and sys.stderr is not None:
        faulthandler.enable()
    if sys.platform == "linux":
        _speak_utf_8()
        _offer_bundled_port_audio()


def leave_out_missing_verbs(parsers: Mapping[str, argparse.ArgumentParser]) -> dict[str, argparse.ArgumentParser]:
    """Parsers for the verbs whose code the frozen program does not hold; each only says so.

    Args:
        parsers: Of all verbs.
    """
    missing = [verb for verb in LAB_COMMANDS if importlib.util.find_spec(f"app.commands.{verb}") is None]
    return {verb: _create_refusal(verb) for verb in missing if verb in parsers}


def _create_refusal(verb: str) -> argparse.ArgumentParser:
    # Whatever follows the verb is taken, so that nobody is told to correct arguments that are of no use.
    parser = argparse.ArgumentParser(prefix_chars="\0", add_help=False)
    parser.add_argument("ignored", nargs="*")
    parser.set_defaults(run=partial(_refuse, verb))
    return parser


def _refuse(verb: str, options: argparse.Namespace) -> int:
    if sys.stderr is not None:
        sys.stderr.write(
            f"{PROJECT}: “{verb}” is left out of this program, which is built to listen, not to train: "
            f"use {PROJECT}'s source code (README, “Train your own”).\n"
        )
    return 2


def _speak_utf_8() -> None:
    """Where nothing says what file names are written in, do as Python outside of the frozen program does (PEP 538).

    Tcl takes them for ASCII otherwise, and cannot open its own files in a folder with other letters.
    """
    if os.environ.get("LC_ALL"):
        return
    if (os.environ.get("LC_CTYPE") or os.environ.get("LANG") or "C") in ("C", "POSIX"):
        os.environ["LC_CTYPE"] = "C.UTF-8"


def _offer_bundled_port_audio() -> None:
    """Let ``find_library`` name the PortAudio that travels along where the system has none."""
    bundled = Path(getattr(sys, "_MEIPASS", "")) / PORT_AUDIO_FOLDER
    find = ctypes.util.find_library

    def find_library(name: str) -> str | None:
        found = find(name)
        if found is None and name == "portaudio" and (bundled / PORT_AUDIO_NAME).is_file():
            _load_what_it_needs(bundled)
            return str(bundled / PORT_AUDIO_NAME)
        return found

    ctypes.util.find_library = find_library


def _load_what_it_needs(bundled: Path) -> None:
    # Loaded first, each serves whoever asks for its name later. The system's ALSA knows the system's sound server.
    waiting = [library for library in bundled.glob("*.so*") if library.name != PORT_AUDIO_NAME]
    # They need one another in an order that only their contents tell.
    for _ in range(len(waiting)):
        waiting = [library for library in waiting if not _load(library)]


def _load(library: Path) -> bool:
    for name in (library.name, str(library)):
        with contextlib.suppress(OSError):
            ctypes.CDLL(name)
            return True
    return False
