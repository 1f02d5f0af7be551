"""``genrescope predict``: files in, a table or JSON lines out."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from app.contract import Prediction
from app.conversion import escape_file_name, to_contract
from core.errors import AudioError
from core.inference.backend import count_threads_beside_decoding
from core.inference.predictor import GenrePredictor
from core.models.files import Backend

_DECISIONS = {"confident": "confident", "unsure": "unsure", "not_music": "not music"}
_TRACK_WIDTH = 44


def predict_files(
    files: Sequence[str], *, model: str, device: str | None, backend: Backend | None, as_json: bool, top: int
) -> int:
    """Predict files one after the other, each shown as soon as it is known.

    Args:
        files: Paths.
        model: Id of a shipped model or path of a model file.
        device: A PyTorch device name, or ``None`` for the best that works.
        backend: What runs the model; ``None`` takes PyTorch where it is installed.
        as_json: Print the contract's ``Prediction``, one per line, with ``path`` beside it; else a table.
        top: How many genres the table shows for each track.

    Returns:
        0 when all were predicted, 1 when some failed; the reasons are on standard error.
    """
    predictor = GenrePredictor.load(model, device, backend=backend, n_threads=count_threads_beside_decoding())
    n_failed = 0
    if not as_json:
        print(_format_row("Track", "Genre", "Confidence", "Decision"))
    for file in files:
        path = Path(file)
        try:
            track = predictor.predict_file(path)
        except AudioError as error:
            n_failed += 1
            print(f"{escape_file_name(file)}: {error}", file=sys.stderr)
            continue
        prediction = to_contract(track, predictor.model_id, path.name)
        print(_to_json_line(file, prediction) if as_json else _to_rows(prediction, top), flush=True)
        for warning in prediction.warnings:
            print(f"{escape_file_name(file)}: warning: {warning}", file=sys.stderr)
    return 1 if n_failed else 0


def _to_json_line(file: str, prediction: Prediction) -> str:
    # The peaks are for drawing; on a command line they would drown the rest.
    content = prediction.model_dump(exclude={"waveform_peaks"})
    return json.dumps({"path": escape_file_name(file), **content}, ensure_ascii=False)


def _to_rows(prediction: Prediction, top: int) -> str:
    ranked = list(prediction.probabilities.items())[: max(1, top)]
    if prediction.label is None:
        return _format_row(prediction.metadata.file_name or "", "—", "", _DECISIONS[prediction.decision])
    rows = []
    for rank, (genre, probability) in enumerate(ranked):
        track = (prediction.metadata.file_name or "") if rank == 0 else ""
        decision = _DECISIONS[prediction.decision] if rank == 0 else ""
        rows.append(_format_row(track, genre, f"{probability:.1%}", decision))
    return "\n".join(rows)


def _format_row(track: str, genre: str, confidence: str, decision: str) -> str:
    return f"{_fit(track, _TRACK_WIDTH)}  {genre:<14}{confidence:>10}  {decision}".rstrip()


def _fit(text: str, width: int) -> str:
    """Cut or pad text to ``width`` terminal columns; East Asian letters take two."""
    shown, used = "", 0
    for letter in text:
        columns = 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        if used + columns > width - 1 and used + columns + _columns(text[len(shown) + 1 :]) > width:
            return shown + "…" + " " * (width - used - 1)
        shown, used = shown + letter, used + columns
    return shown + " " * (width - used)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
