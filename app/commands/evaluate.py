"""``genrescope evaluate``: a model and labelled music in, honest figures out."""

from __future__ import annotations

import sys
from pathlib import Path

from core.datasets.pack import load_pack
from core.evaluation.evaluate import evaluate_folder, evaluate_pack
from core.evaluation.report import to_json, to_markdown, write_report
from core.inference.backend import count_threads_beside_decoding
from core.inference.predictor import GenrePredictor
from core.models.files import Backend


def evaluate_model(
    *, model: str, device: str | None, backend: Backend | None, pack: Path | None, split: str | None,
    folder: Path | None, output: Path | None, as_json: bool,
) -> int:  # fmt: skip
    """Evaluate and print the figures; with ``output``, also write them and their pictures there.

    Args:
        model: Id of a shipped model or path of a model file.
        device: A PyTorch device name, or ``None`` for the best that works.
        backend: What runs the model; ``None`` takes PyTorch where it is installed.
        pack: The labelled music as log-mels, or ``None`` to take ``folder``.
        split: Of the pack; ``None`` takes all tracks.
        folder: The labelled music as audio, one folder per genre.
        output: Folder for the report.
        as_json: Print JSON instead of Markdown.

    Returns:
        The exit code, 0.
    """
    predictor = GenrePredictor.load(model, device, backend=backend, n_threads=count_threads_beside_decoding())
    if pack is not None:
        tracks = load_pack(pack)
        evaluation = evaluate_pack(predictor, tracks.select(split) if split else tracks, _show_progress)
    else:
        evaluation = evaluate_folder(predictor, folder or Path(), _show_progress)
    if output is not None:  # first, so that a reader who has seen enough cannot keep it from being written
        write_report(evaluation, output)
        print(f"Written to {output}.", file=sys.stderr)
    print(to_json(evaluation) if as_json else to_markdown(evaluation))
    return 0


def _show_progress(n_done: int, n_tracks: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{n_done} of {n_tracks} tracks", end="\n" if n_done == n_tracks else "", file=sys.stderr, flush=True)
