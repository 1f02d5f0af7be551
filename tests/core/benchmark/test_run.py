import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.benchmark import classical as classical_pieces
from core.benchmark import networks as network_pieces
from core.benchmark.report import Benchmark
from core.benchmark.run import BenchmarkOptions, Progress, run_benchmark
from core.datasets.pack import LogMelPack
from core.errors import DatasetError, GenrescopeError, UnknownModelError
from core.inference.predictor import GenrePredictor
from core.models.checkpoint import Checkpoint
from core.training.module import GenreTraining
from core.training.presets import PRESETS
from tests.core.benchmark.conftest import TINY, make_feature_table
from tests.core.training.packs import make_pulse_pack


@pytest.fixture(scope="module")
def pack() -> LogMelPack:
    return make_pulse_pack()


@pytest.fixture(scope="module")
def options(shipped: Path) -> BenchmarkOptions:
    return BenchmarkOptions(("genre_resnet", "knn", "five_channel_cnn"), n_seeds=2, shipped=str(shipped), device="cpu")


@pytest.fixture(scope="module")
def folder(pack: LogMelPack, options: BenchmarkOptions, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("benchmark")
    told: list[Progress] = []
    run_benchmark(pack, folder, options, make_feature_table(pack), progress=told.append)
    assert [(each.position, each.n_pieces, each.model, each.seed) for each in told] == [
        (1, 4, "genre_resnet", 0), (2, 4, "knn", 0), (3, 4, "genre_resnet", 1), (4, 4, "knn", 1),
    ]  # fmt: skip
    assert told[0].left_s is None
    assert all(each.left_s is not None and each.left_s > 0 and not each.is_known for each in told[1:])
    return folder


def _read_rows(folder: Path) -> dict[str, dict[str, object]]:
    return {row["model"]: row for row in json.loads((folder / "benchmark.json").read_text())["rows"]}


def test_every_model_and_seed_has_a_folder_of_its_own(folder: Path) -> None:
    assert {path.name for path in folder.iterdir() if path.is_dir()} == {
        "genre_resnet-seed0", "genre_resnet-seed1", "knn-seed0", "knn-seed1",
    }  # fmt: skip
    seeds = [Checkpoint.load(folder / f"genre_resnet-seed{seed}" / "best_model.pt").dataset["seed"] for seed in (0, 1)]
    assert seeds == [0, 1]


def test_the_figures_are_those_of_the_checkpoints(folder: Path, pack: LogMelPack) -> None:
    row = _read_rows(folder)["genre_resnet"]
    checkpoint_path = folder / "genre_resnet-seed1" / "best_model.pt"
    checkpoint = Checkpoint.load(checkpoint_path)
    assert row["accuracies"][1] == pytest.approx(checkpoint.val_acc)
    assert row["checkpoint_bytes"] == checkpoint_path.stat().st_size
    predictor = GenrePredictor.load(checkpoint_path, "cpu")
    val = pack.select("val")
    told = [predictor.predict_log_mel(log_mel).label for log_mel in val.log_mel]
    piece = json.loads((folder / "genre_resnet-seed1" / "piece.json").read_text())
    assert [pack.label_names[label] for label in piece["predicted_labels"]] == told
    assert 0 < row["window_ms"] < 5000 and 0 < row["train_minutes"] < 5
    names = [name for name in checkpoint.model_state_dict if name.startswith("network.") and "running" not in name]
    learnt = sum(checkpoint.model_state_dict[name].numel() for name in names if "num_batches" not in name)
    assert row["n_parameters"] == learnt


def test_classical_predictions_are_those_that_were_scored(folder: Path, pack: LogMelPack) -> None:
    piece = json.loads((folder / "knn-seed0" / "piece.json").read_text())
    hits = np.array(piece["predicted_labels"]) == pack.select("val").labels
    assert piece["accuracy"] == pytest.approx(hits.mean())
    assert "chosen by cross-validation" in piece["detail"]
    row = _read_rows(folder)["knn"]
    assert row["n_parameters"] is None and row["window_ms"] is None


def test_the_shipped_model_is_scored_on_the_same_tracks(folder: Path, shipped: Path) -> None:
    row = _read_rows(folder)["beats"]
    assert row["kind"] == "shipped"
    assert row["accuracy"] == pytest.approx(Checkpoint.load(shipped).val_acc)
    for comparison in _read_rows(folder)["genre_resnet"]["comparisons"]:
        assert 0 <= comparison["p_value"] <= 1
    text = (folder / "benchmark.md").read_text()
    assert "against beats" in text and "not measured: it reads 200 values a column" in text


def _forbid_work(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("this was finished already")

    monkeypatch.setattr(GenreTraining, "training_step", refuse)
    monkeypatch.setattr(network_pieces, "_measure", refuse)
    monkeypatch.setattr(classical_pieces, "evaluate_classical", refuse)


def test_what_is_finished_is_not_done_again(
    folder: Path, pack: LogMelPack, options: BenchmarkOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (folder / "benchmark.md").read_text()
    _forbid_work(monkeypatch)
    told: list[Progress] = []
    run_benchmark(pack, folder, options, make_feature_table(pack), progress=told.append)
    assert [each.is_known for each in told] == [True] * 4
    assert told[-1].left_s == 0
    # The shipped model's speed is measured each time; nothing else may differ.
    assert _drop_row(before, "beats") == _drop_row((folder / "benchmark.md").read_text(), "beats")


def _drop_row(text: str, model: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith(f"| **{model}**")]


def test_fewer_models_make_a_smaller_table(folder: Path, pack: LogMelPack, options: BenchmarkOptions) -> None:
    only = replace(options, models=("genre_resnet",), n_seeds=1)
    benchmark = run_benchmark(pack, folder, only)
    assert {row.model for row in benchmark.rows} == {"genre_resnet", "beats"}
    run_benchmark(pack, folder, options, make_feature_table(pack))  # and the larger one comes back


def test_a_training_that_was_measured_by_nobody_is_not_repeated(
    pack: LogMelPack, options: BenchmarkOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PowerCutError(Exception):
        pass

    def cut_power(*arguments: object) -> None:
        raise PowerCutError

    only = replace(options, models=("genre_resnet",), n_seeds=1, epochs=1)
    with monkeypatch.context() as patch, pytest.raises(PowerCutError):
        patch.setattr(network_pieces, "_measure", cut_power)
        run_benchmark(pack, tmp_path, only)
    assert (tmp_path / "genre_resnet-seed0" / "best_model.pt").is_file()
    monkeypatch.setattr(GenreTraining, "training_step", cut_power)
    benchmark = run_benchmark(pack, tmp_path, only)
    assert benchmark.rows[0].accuracy is not None


def test_two_recipes_of_one_architecture_have_a_row_each(
    pack: LogMelPack, options: BenchmarkOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PRESETS, "genre_resnet_slow", replace(TINY, learning_rate=1e-5))
    both = replace(options, models=("genre_resnet", "genre_resnet_slow"), n_seeds=1, epochs=1)
    rows = {row.model: row for row in run_benchmark(pack, tmp_path, both).rows}
    assert rows["genre_resnet"].seeds == rows["genre_resnet_slow"].seeds == (0,)


def test_another_recipe_is_not_mixed_into_a_finished_benchmark(
    folder: Path, pack: LogMelPack, options: BenchmarkOptions
) -> None:
    with pytest.raises(GenrescopeError, match=r"other settings \(epochs 2 → 5\)"):
        run_benchmark(pack, folder, replace(options, models=("genre_resnet",), epochs=5))


def test_other_data_is_not_mixed_into_a_finished_benchmark(
    folder: Path, pack: LogMelPack, options: BenchmarkOptions
) -> None:
    with pytest.raises(GenrescopeError, match="holds a benchmark of another pack"):
        run_benchmark(make_pulse_pack(n_per_genre=6), folder, replace(options, models=("crnn",)))
    with pytest.raises(GenrescopeError, match="holds a benchmark of another protocol"):
        run_benchmark(pack, folder, replace(options, models=("crnn",), protocol="segments"))
    table = make_feature_table(pack)
    with pytest.raises(GenrescopeError, match="holds a benchmark of other features"):
        run_benchmark(pack, folder, options, replace(table, features=table.features + 1))


def test_a_table_that_lacks_tracks_is_refused(pack: LogMelPack, options: BenchmarkOptions, tmp_path: Path) -> None:
    table = make_feature_table(pack)
    short = replace(table, track_ids=np.where(table.track_ids == "slow.35", "other", table.track_ids))
    with pytest.raises(DatasetError, match=r"lacks 1 of the 36 tracks of the pack “pulses”, slow\.35 for one"):
        run_benchmark(pack, tmp_path / "new", options, short)
    assert not (tmp_path / "new").exists()


def test_a_shipped_model_that_is_not_there_is_told_before_anything_is_written(
    pack: LogMelPack, options: BenchmarkOptions, tmp_path: Path
) -> None:
    with pytest.raises(UnknownModelError, match="No model “nothing”"):
        run_benchmark(pack, tmp_path / "new", replace(options, models=("crnn",), shipped="nothing"))
    assert not (tmp_path / "new").exists()


def test_a_shipped_model_of_other_genres_is_left_out(
    pack: LogMelPack, options: BenchmarkOptions, tmp_path: Path
) -> None:
    names = {"fast": "gabber", "medium": "house", "slow": "dub"}
    genres = np.array([names[genre] for genre in pack.genres.tolist()])
    renamed = replace(pack, genres=genres, label_names=("dub", "gabber", "house"))
    benchmark = run_benchmark(renamed, tmp_path, replace(options, models=("five_channel_cnn",)))
    assert benchmark.shipped_id is None
    assert "left out: it tells other genres (fast, medium, slow)" in benchmark.notes[0]


def test_nothing_to_do_is_refused() -> None:
    with pytest.raises(GenrescopeError, match="seeds is 0"):
        BenchmarkOptions(n_seeds=0)
    with pytest.raises(GenrescopeError, match="No model"):
        BenchmarkOptions(models=())


@pytest.fixture(scope="module")
def by_segment(
    pack: LogMelPack, options: BenchmarkOptions, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Benchmark, Path]:
    folder = tmp_path_factory.mktemp("segments")
    chosen = replace(options, models=("genre_resnet", "knn"), n_seeds=1, epochs=1, protocol="segments")
    return run_benchmark(pack, folder, chosen, make_feature_table(pack)), folder


def test_by_segment_the_same_training_is_scored_on_segments(by_segment: tuple[Benchmark, Path]) -> None:
    benchmark, folder = by_segment
    assert (benchmark.n_train, benchmark.n_val) == (324, 36)
    rows = {row.model: row for row in benchmark.rows}
    assert rows["genre_resnet"].accuracy is not None
    assert rows["knn"].obstacle is not None and "whole clips" in rows["knn"].obstacle
    checkpoint = Checkpoint.load(folder / "genre_resnet-seed0" / "best_model.pt")
    assert checkpoint.feature_config["segment_frames"] == 39 != TINY.features.segment_frames
    assert np.sum(checkpoint.confusion_matrix) == 36


def test_by_segment_the_report_says_why_the_number_means_little(by_segment: tuple[Benchmark, Path]) -> None:
    benchmark, folder = by_segment
    text = (folder / "benchmark.md").read_text()
    assert "says next to nothing about songs that it has not heard" in text
    assert benchmark.shipped_id is None and "“beats” is left out" in text
