"""From a file to what came of it, ready to be kept."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from app.contract import Prediction
from app.conversion import to_contract
from app.library.identified import FileState, Identified, locate
from app.library.user_library import UserLibrary
from core.audio.source import display_name
from core.inference.predictor import GenrePredictor


def identify_file(predictor: GenrePredictor, path: Path, name: str) -> Identified:
    """Tell the genre of a file.

    Args:
        predictor: Whom to ask.
        path: Of the file.
        name: What the file was called by whoever asked.

    Raises:
        AudioError: When the file cannot be used.
        ModelError: When the model's answer is not a number.
    """
    state = FileState.of(path)  # before it is read: what changes meanwhile is another file
    track = predictor.predict_file(path, name=name or None)
    prediction = to_contract(track, predictor.model_id, name)
    located = locate(path)
    return Identified(located, display_name(located), state, predictor.model_id, prediction, track.embedding)


def identify_upload(predictor: GenrePredictor, file: BinaryIO, name: str) -> Identified:
    """Tell the genre of a file that was sent; with the errors of ``identify_file``."""
    track = predictor.predict_file(file, name=name)
    prediction = to_contract(track, predictor.model_id, name)
    shown_name = prediction.metadata.file_name or name
    return Identified(None, shown_name, None, predictor.model_id, prediction, track.embedding)


def keep(library: UserLibrary, identified: Identified) -> Prediction:
    """The answer, with the id by which it is found again where it could be kept."""
    assert identified.prediction is not None  # noqa: S101 - whoever failed has raised
    return identified.prediction.model_copy(update={"track_id": library.keep(identified)})
