"""What every command that makes a model does last."""

from __future__ import annotations

from pathlib import Path

from core.datasets.pack import LogMelPack
from core.models.checkpoint import Checkpoint
from core.training.not_music import teach_not_music


def report_new_model(path: Path, checkpoint: Checkpoint, music: LogMelPack, not_music: Path | None) -> None:
    """Say how good a model is, and teach it what is no music where sounds are given.

    Args:
        path: Of its file, which teaching writes anew.
        checkpoint: What is in it.
        music: That it was trained on.
        not_music: Folder of sounds that are no music (speech).

    Raises:
        GenrescopeError: With one sentence that says what is wrong.
    """
    print(f"{path}: validation accuracy {checkpoint.val_acc:.1%}, loss {checkpoint.val_loss:.3f}")
    if not_music is not None:
        scores = teach_not_music(path, music, not_music.rglob("*.*"))
        print(f"Not music: {scores.caught:.1%} of {scores.n_sounds} held-back sounds caught, "
              f"{scores.music_lost:.1%} of {scores.n_tracks} validation tracks lost")  # fmt: skip
