"""The folder of one training run: what it was asked, how it went, and what came of it."""

from __future__ import annotations

import csv
import json
import logging
import os
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import CheckpointError, GenrescopeError
from core.evaluation.report import draw_confusion_matrix
from core.models.checkpoint import Checkpoint
from core.models.files import CHECKPOINT_NAME
from core.training.plots import draw_curves

#: Set by whatever starts the processes of a distributed run; a process that finds none of them is alone.
_RANK_VARIABLES = ("RANK", "LOCAL_RANK", "NODE_RANK", "SLURM_PROCID")


def is_first_process() -> bool:
    """Whether this process writes the run folder, as far as the environment tells before the processes have met."""
    return all(os.environ.get(name, "0") == "0" for name in _RANK_VARIABLES)


@dataclass(frozen=True)
class RunFolder:
    """Paths and files of a run.

    ``config.json`` says what was asked, ``metrics.csv`` grows by a row with every validation, ``train.log`` tells the
    story, ``resume.ckpt`` exists while the run is unfinished; ``metrics.json``, ``curves.png``,
    ``confusion_matrix.png`` and ``best_model.pt`` are written at its end.

    Attributes:
        path: Of the folder.
    """

    path: Path

    @property
    def checkpoint(self) -> Path:
        """The model that came of the run."""
        return self.path / CHECKPOINT_NAME

    @property
    def resume_point(self) -> Path:
        """The state after the last finished epoch of an unfinished run."""
        return self.path / "resume.ckpt"

    @property
    def is_finished(self) -> bool:
        """Whether there is nothing left to do."""
        return self.checkpoint.is_file() and not self.resume_point.is_file()

    def claim(self, settings: Mapping[str, Any], *, resume: bool) -> None:
        """Make the folder this run's own.

        Args:
            settings: Everything that decides the outcome; an interrupted run goes on with the same ones only.
            resume: Go on with the run that the folder holds, if it holds one.

        Raises:
            GenrescopeError: When it holds another run, or is no folder.
        """
        config = self.path / "config.json"
        settings = json.loads(json.dumps(settings))
        if self.path.exists() and not self.path.is_dir():
            raise GenrescopeError(f"“{self.path}” is a file; a training run needs a folder.")
        if any(path.exists() for path in (config, self.checkpoint, self.resume_point)):
            if not resume:
                raise GenrescopeError(
                    f"“{self.path}” already holds a training run: choose another folder, or go on with it (--resume)."
                )
            _validate_same_run(self.path, _read_json(config), settings)
        self.path.mkdir(parents=True, exist_ok=True)
        _write_text(config, json.dumps(settings, indent=2) + "\n")

    def find_resume_point(self) -> Path | None:
        """The file to resume from, or ``None`` when no epoch was finished.

        Raises:
            CheckpointError: When it is damaged.
        """
        if not self.resume_point.exists():
            return None
        if not zipfile.is_zipfile(self.resume_point):  # which finds the end of the file, and so what was cut off
            raise CheckpointError(f"“{self.resume_point}” is damaged: remove it to train from the start.")
        return self.resume_point

    def write_history(self, history: Mapping[str, Sequence[float]]) -> None:
        """Write ``metrics.csv``: a row for each validated epoch."""
        temporary = self.path / "metrics.csv.tmp"
        with temporary.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(history)
            writer.writerows(zip(*history.values(), strict=True))
        temporary.replace(self.path / "metrics.csv")

    def finish(self, checkpoint: Checkpoint) -> None:
        """Write what came of the run; the model comes last, so that its presence means that all is there."""
        self.write_history(checkpoint.history)
        metrics = {
            "val_acc": checkpoint.val_acc,
            "val_loss": checkpoint.val_loss,
            "epoch": checkpoint.epoch,
            "history": checkpoint.history,
        }
        _write_text(self.path / "metrics.json", json.dumps(metrics, indent=2) + "\n")
        draw_curves(checkpoint.history, checkpoint.epoch, self.path / "curves.png")
        draw_confusion_matrix(
            np.array(checkpoint.confusion_matrix),
            checkpoint.label_names,
            f"{checkpoint.model_name} on {checkpoint.dataset['name']}, val",
            self.path / "confusion_matrix.png",
        )
        checkpoint.save(self.checkpoint)
        self.resume_point.unlink(missing_ok=True)

    @contextmanager
    def logging(self) -> Iterator[None]:
        """Let ``train.log`` take what the training says meanwhile."""
        logger = logging.getLogger("core.training")
        handler = logging.FileHandler(self.path / "train.log", encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        level = logger.level
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        try:
            yield
        except BaseException as error:
            logger.error("Ended by %s: %s", type(error).__name__, error)
            raise
        finally:
            logger.removeHandler(handler)
            logger.setLevel(level)
            handler.close()

    def pack(self) -> Path:
        """Pack the folder into a ``.zip`` beside it.

        Returns:
            The archive; its files lie under the folder's name.
        """
        folder = self.path.resolve()
        archive = folder.with_name(folder.name + ".zip")
        temporary = shutil.make_archive(str(folder.with_name(folder.name + ".part")), "zip", folder.parent, folder.name)
        Path(temporary).replace(archive)
        return archive


def _validate_same_run(folder: Path, before: Any, now: Mapping[str, Any]) -> None:
    if not isinstance(before, dict):
        raise GenrescopeError(f"“{folder}” does not say what its run was asked (config.json): start in another folder.")
    old, new = _flatten(before), _flatten(now)
    changes = [f"{name} {old.get(name)} → {new.get(name)}" for name in {**old, **new} if old.get(name) != new.get(name)]
    if changes:
        changes = [*changes[:3], f"and {len(changes) - 3} more"] if len(changes) > 4 else changes
        raise GenrescopeError(f"“{folder}” holds a run with other settings ({'; '.join(changes)}): it cannot go on so.")


def _flatten(settings: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in settings.items():
        flat.update(_flatten(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value})
    return flat


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _write_text(path: Path, text: str) -> None:
    """Write a small file so that an interruption leaves the old one or the new one."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
