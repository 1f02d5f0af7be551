import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="classical models need the extra “train”")

from app.cli import main
from core.evaluation.classical import MODELS, SONGNET_BASELINES, TRANSFORMATIONS
from core.features.handcrafted import FEATURE_NAMES
from tests.core.training.packs import make_pulse_pack, save_pulse_pack


def _write_table(path: Path, n_missing: int = 0) -> Path:
    pack, random = make_pulse_pack(), np.random.default_rng(0)
    lines = [",".join(("track_id", "split", "label", *FEATURE_NAMES))]
    for track_id, genre, split, label in zip(pack.track_ids, pack.genres, pack.splits, pack.labels, strict=True):
        values = random.normal(0, 1, len(FEATURE_NAMES))
        values[3 * label : 3 * label + 3] += 6
        lines.append(",".join((track_id, split, genre, *map(str, values))))
    path.write_text("\n".join(lines[: len(lines) - n_missing]))
    return path


def test_the_table_has_a_row_for_each_model_and_the_random_baseline(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("mlp", "random_forest", "perceptron", "ridge", "decision_tree"):  # slow, and tested elsewhere
        monkeypatch.delitem(MODELS, name)  # type: ignore[arg-type]
    for name in ("rbf", "polynomial"):  # want more tracks than there are
        monkeypatch.delitem(TRANSFORMATIONS, name)  # type: ignore[arg-type]
    features = _write_table(tmp_path / "features.csv")
    arguments = ["classical", "--pack", str(save_pulse_pack(tmp_path)), "--features", str(features)]
    assert main([*arguments, "--output", str(tmp_path / "report")]) == 0
    table = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    assert table[0] == "| model | none | pca |"
    rows = {line.split(" | ")[0].strip("| "): line for line in table[2:]}
    assert set(rows) == {*MODELS, *SONGNET_BASELINES}
    assert rows["random"].endswith("| – |")
    scores = json.loads((tmp_path / "report" / "classical.json").read_text())
    best = {score["model"]: score["val_accuracy"] for score in scores if score["transformation"] == "none"}
    assert best["logistic_regression"] > 0.8 > best["random"]
    assert {path.name for path in (tmp_path / "report").iterdir()} == {
        "classical.json", "classical.md", "classical.png",
    }  # fmt: skip


def test_a_table_without_some_tracks_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    features = _write_table(tmp_path / "features.csv", n_missing=2)
    assert main(["classical", "--pack", str(save_pulse_pack(tmp_path)), "--features", str(features)]) == 1
    assert "lacks 2 of the 36 tracks" in capsys.readouterr().err
