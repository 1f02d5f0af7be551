"""Checkpoints as people may have them: good ones, contradictory ones, and ones that attack."""

import os
import pickle
import zipfile
from pathlib import Path
from typing import Any

import torch

from core.models.files import CHECKPOINT_NAME, MODELS_DIR

SHIPPED = MODELS_DIR / "gtzan" / CHECKPOINT_NAME


def write_checkpoint(path: Path, **changes: Any) -> Path:
    """The shipped checkpoint with other values under some names."""
    content = torch.load(SHIPPED, weights_only=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(content | changes, path)
    return path


class _Bomb:
    """Creates a file when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self._marker),)


def write_pickle_bomb(path: Path, marker: Path, *, as_checkpoint: bool = True) -> Path:
    """A file that creates the folder ``marker`` when it is unpickled, as PyTorch saves it or as plain pickle."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if as_checkpoint:
        return write_checkpoint(path, dataset=_Bomb(marker))
    path.write_bytes(pickle.dumps(_Bomb(marker)))
    return path


def write_zip_bomb(path: Path) -> Path:
    """A few megabytes that unpack to more than one gigabyte."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("archive/data.pkl", "w", force_zip64=True) as entry,
    ):
        for _ in range(68):
            entry.write(bytes(16 * 1024**2))
    return path
