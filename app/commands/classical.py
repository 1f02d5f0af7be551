"""``genrescope classical``: hand-crafted features in, the table of classical models out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.extras import importing_lab
from core.datasets.pack import load_pack

if TYPE_CHECKING:
    from core.evaluation.classical import ClassicalScore


def compare_classical(pack: Path, features: Path, *, seed: int, output: Path | None) -> int:
    """Score eight classical models after four transformations, and the baselines of SongNet, and print the table.

    Args:
        pack: Whose genres, artists and splits count, an ``.npz``.
        features: Table of hand-crafted features of its tracks.
        seed: Of everything random.
        output: Folder for the report.

    Returns:
        The exit code, 0.

    Raises:
        GenrescopeError: With one sentence that says what is wrong.
    """
    with importing_lab("Classical models need"):
        from core.evaluation.classical import MODELS, SONGNET_BASELINES, TRANSFORMATIONS, evaluate_classical
        from core.evaluation.classical.report import to_markdown, write_classical_report
        from core.features.handcrafted import load_feature_table
    tracks = load_pack(pack).attach_features(load_feature_table(features))
    assert tracks.track_features is not None  # noqa: S101 -- attached just now
    data = (tracks.track_features, tracks.genres, tracks.artists, tracks.splits)
    scores = evaluate_classical(*data, seed=seed, progress=_show_score)
    # Those that are in the table need not be fitted again.
    rest = {name: model for name, model in SONGNET_BASELINES.items() if name not in MODELS}
    untransformed = {"none": TRANSFORMATIONS["none"]}
    scores += evaluate_classical(*data, rest, untransformed, seed=seed, progress=_show_score)
    if output is not None:
        write_classical_report(scores, output)
    print(to_markdown(scores))
    return 0


def _show_score(score: ClassicalScore) -> None:
    print(
        f"{score.model}, {score.transformation}: {score.val_accuracy:.1%} ({score.duration_s:.1f} s)", file=sys.stderr
    )
