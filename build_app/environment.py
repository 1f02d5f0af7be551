"""The environment that a flavour is built in: what it runs with, PyInstaller, and nothing else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

Flavour = Literal["torch", "lite"]

ROOT: Final = Path(__file__).resolve().parents[1]
#: One release behind nothing: torchaudio, which pins what the laboratory trains with, is not in here.
TORCH: Final = "torch==2.13.0"
#: PyTorch's own index of builds for the CPU. On Linux the one of the usual package index brings 4 GB of CUDA.
CPU_INDEX: Final = "https://download.pytorch.org/whl/cpu"

_STAMP: Final = "genrescope-requirements.txt"


def make_environment(flavour: Flavour, folder: Path, torch_index: str | None = None) -> Path:
    """Make the environment, or take the one of the last build when it fits.

    Args:
        flavour: What to build.
        folder: Where it lies.
        torch_index: Where PyTorch is taken from instead of the usual places.

    Returns:
        Its Python.

    Raises:
        subprocess.CalledProcessError: When pip fails; it has said why.
    """
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    requirements = list_requirements(flavour)
    stamp = folder / _STAMP
    if stamp.is_file() and stamp.read_text(encoding="utf-8").splitlines() == requirements:
        return python
    print(f"Making the environment {folder}…", flush=True)
    venv.create(folder, clear=True, with_pip=True, symlinks=sys.platform != "win32")
    if flavour == "torch":
        index = torch_index or _choose_torch_index(python)
        _pip(python, "install", TORCH, *(["--index-url", index] if index else []))
    _pip(python, "install", *requirements)
    # For the metadata, which tell the version; the code is taken from where it lies.
    _pip(python, "install", "--no-deps", "--editable", str(ROOT))
    stamp.write_text("\n".join(requirements) + "\n", encoding="utf-8")
    return python


def list_requirements(flavour: Flavour) -> list[str]:
    """What pip is asked for: the program's own dependencies, with another PyTorch or none, and PyInstaller."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [line for line in project["dependencies"] if _name_of(line) != "torch"]
    further = {"pyinstaller", "onnxruntime"} if flavour == "lite" else {"pyinstaller"}
    for extra in project["optional-dependencies"].values():
        wanted += [line for line in extra if _name_of(line) in further]
    if flavour == "torch":
        wanted.append(TORCH)
    return sorted(set(wanted))


def _name_of(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower()


def _choose_torch_index(python: Path) -> str | None:
    """PyTorch's CPU index where the usual index would bring CUDA along."""
    if sys.platform != "linux":
        return None
    report = _pip(python, "install", "--dry-run", "--no-deps", "--report", "-", TORCH)
    version = json.loads(report)["install"][0]["metadata"]["version"]
    return None if version.endswith("+cpu") else CPU_INDEX


def _pip(python: Path, *arguments: str) -> str:
    command: Sequence[str] = [
        *(str(python), "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check"),
        *arguments,
    ]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT).stdout
