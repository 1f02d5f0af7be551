"""``python -m build_app.container``: what pip installs into the container of the API, as the Containerfile asks."""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from typing import Final

from build_app.environment import ROOT

#: The window's, and PyTorch: ONNX models answer without it.
NOT_SERVED: Final = frozenset(
    {
        *("torch", "customtkinter", "tkinterdnd2", "matplotlib", "pillow", "markdown-it-py"),
        *("sounddevice", "soundcard", "requests"),
    }
)
#: What turns the shipped checkpoints into ONNX models, in a stage of its own.
EXPORTING: Final = frozenset({"torch", "onnx", "onnxscript"})


def list_requirements(stage: str) -> list[str]:
    """Requirements with the bounds of ``pyproject.toml``.

    Args:
        stage: ``serve`` for the container itself, ``export`` for what makes its models.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    served = [line for line in project["dependencies"] if _name_of(line) not in NOT_SERVED]
    if stage == "serve":
        return served
    extras = [line for lines in project["optional-dependencies"].values() for line in lines]
    return [*served, *(line for line in [*project["dependencies"], *extras] if _name_of(line) in EXPORTING)]


def _name_of(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0].lower()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m build_app.container", description=__doc__)
    parser.add_argument("stage", choices=("serve", "export"))
    sys.stdout.write("\n".join(list_requirements(parser.parse_args().stage)) + "\n")
