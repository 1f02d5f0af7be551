"""``genrescope combine``: two checkpoints in, one out."""

from __future__ import annotations

from pathlib import Path

from app.commands.extras import importing_lab
from core.datasets.pack import load_pack
from core.errors import GenrescopeError
from core.models.checkpoint import Checkpoint


def combine_checkpoints(resnet: Path, texture: Path, *, pack: Path, output: Path, not_music: Path | None) -> int:
    """Make one model of two, and say how good it is.

    Args:
        resnet: A ``genre_resnet``.
        texture: A ``sound_texture``.
        pack: That both were trained on.
        output: The new checkpoint.
        not_music: Folder of sounds that are no music (speech), which the model shall learn to tell from music.

    Returns:
        The exit code, 0.

    Raises:
        GenrescopeError: With one sentence that says what is wrong.
    """
    if output.is_dir():
        raise GenrescopeError(f"“{output}” is a folder; --output names the file of the new checkpoint.")
    with importing_lab("Combining models needs"):
        from app.commands.new_model import report_new_model
        from core.training.combine import combine_models
    music = load_pack(pack)
    checkpoint = combine_models(Checkpoint.load(resnet), Checkpoint.load(texture), music)
    try:
        checkpoint.save(output)
    except OSError as error:
        raise GenrescopeError(f"“{output}” cannot be written: {error.strerror or error}.") from error
    report_new_model(output, checkpoint, music, not_music)
    return 0
