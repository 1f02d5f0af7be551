"""The shipped models in the form that a flavour runs, with what tells that they arrived whole."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from build_app.environment import Flavour
from core.models.files import CHECKPOINT_NAME, MODELS_DIR, ONNX_NAME

_CARD_NAME: Final = "MODEL_CARD.md"
#: What the program's doctor reads.
_CHECKSUMS_NAME: Final = "SHA256SUMS"


def gather_models(flavour: Flavour, folder: Path) -> Path:
    """Put the shipped models into a folder: checkpoints for PyTorch, or ONNX models that are exported now.

    Args:
        flavour: What to build.
        folder: Is made anew.

    Returns:
        The folder.

    Raises:
        subprocess.CalledProcessError: When a model cannot be exported; the reason has been printed.
    """
    shutil.rmtree(folder, ignore_errors=True)
    checksums = []
    for checkpoint in sorted(MODELS_DIR.glob(f"*/{CHECKPOINT_NAME}")):
        model_id = checkpoint.parent.name
        target = folder / model_id / (CHECKPOINT_NAME if flavour == "torch" else ONNX_NAME)
        target.parent.mkdir(parents=True)
        if flavour == "torch":
            shutil.copyfile(checkpoint, target)
        else:
            print(f"Exporting {model_id}…", flush=True)
            _export(checkpoint, target)
        shutil.copyfile(checkpoint.with_name(_CARD_NAME), target.with_name(_CARD_NAME))
        checksum = hashlib.sha256(target.read_bytes()).hexdigest()
        checksums.append(f"{checksum}  {target.relative_to(folder).as_posix()}\n")
    (folder / _CHECKSUMS_NAME).write_text("".join(checksums), encoding="utf-8")
    return folder


def _export(checkpoint: Path, target: Path) -> None:
    # With PyTorch, which the environment that freezes the lite flavour does not have.
    command = [sys.executable, "-P", "-m", "app", "export", "--model", str(checkpoint), "--output", str(target)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
