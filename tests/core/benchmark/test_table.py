import json
from pathlib import Path

import numpy as np
import pytest

from core.benchmark.entrants import Entrant, Kind
from core.benchmark.pieces import PieceResult
from core.benchmark.report import Benchmark, to_markdown, write_benchmark
from core.benchmark.shipped import ShippedScores
from core.benchmark.significance import McNemar
from core.benchmark.table import Row, create_rows
from core.evaluation.metrics import compute_metrics

N_TRACKS = 40
LABELS = np.arange(N_TRACKS) % 2


def _make_result(model: str, seed: int, n_right: int, window_ms: float | None = 5.0) -> PieceResult:
    predicted = np.where(np.arange(N_TRACKS) < n_right, LABELS, 1 - LABELS)
    return PieceResult(
        model, seed, predicted.tolist(), n_right / N_TRACKS, n_right / N_TRACKS, 120.0 + 60 * seed, "detail",
        1_234_567, 4_900_000, window_ms,
    )  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> ShippedScores:
    hits = np.arange(N_TRACKS) < 20
    probabilities = np.eye(2)[np.where(hits, LABELS, 1 - LABELS)] * 0.8 + 0.1
    metrics = compute_metrics(probabilities, LABELS, ("a", "b"))
    return ShippedScores("gtzan", metrics, hits, "trained somehow", 900_000, 4_200_000, 30.0)


@pytest.fixture(scope="module")
def rows(shipped: ShippedScores) -> list[Row]:
    entrants = [
        Entrant("five_channel_cnn", Kind.NETWORK, obstacle="it reads audio"),
        Entrant("knn", Kind.CLASSICAL),
        Entrant("crnn", Kind.NETWORK),
        Entrant("songnet", Kind.NETWORK),
    ]
    results = [
        _make_result("crnn", 0, 30, 5.0),
        _make_result("crnn", 1, 34, 9.0),
        _make_result("crnn", 2, 26, 6.0),
        PieceResult("knn", 0, (1 - LABELS).tolist(), 0.0, 0.0, 6.0, "detail"),
    ]
    return create_rows(entrants, results, LABELS, shipped)


def test_the_best_come_first_and_those_without_figures_last(rows: list[Row]) -> None:
    assert [row.model for row in rows] == ["crnn", "gtzan", "knn", "songnet", "five_channel_cnn"]


def test_seeds_become_mean_deviation_and_interval(rows: list[Row]) -> None:
    crnn = rows[0]
    assert crnn.accuracy == pytest.approx(0.75)
    assert crnn.accuracy_sd == pytest.approx(0.1)  # of 0.75, 0.85 and 0.65, with n - 1
    assert crnn.accuracy_interval is not None
    low, high = crnn.accuracy_interval
    assert 0.55 < low < 0.75 < high < 0.9
    assert crnn.window_ms == 6.0 and crnn.train_minutes == pytest.approx(3.0)
    assert rows[2].accuracy_sd is None  # one seed has no deviation


def test_every_seed_is_compared_and_the_middle_one_is_shown(rows: list[Row]) -> None:
    counts = [(comparison.n_better, comparison.n_worse) for comparison in rows[0].comparisons]
    assert counts == [(10, 0), (14, 0), (6, 0)]
    assert rows[0].comparison == McNemar(10, 0, 2 / 1024)
    assert rows[1].comparison is None  # the shipped model itself


def _make_benchmark(rows: list[Row], protocol: str = "artists") -> Benchmark:
    return Benchmark("pulses", protocol, 80, N_TRACKS, 3, tuple(rows), "gtzan", ("A note.",))


def test_the_table_has_a_line_for_each_model(rows: list[Row]) -> None:
    text = to_markdown(_make_benchmark(rows))
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len(table) == 2 + len(rows)
    assert len({line.count("|") for line in table}) == 1, "every line has as many cells"
    assert "| crnn | 75.0% ± 10.0 |" in table[2]
    assert "| 10 : 0, p = 0.002 | 3 of 3 | 1,234,567 | 4.9 MB | 6.0 ms | 3.0 min |" in table[2]
    assert table[3].startswith("| **gtzan** (shipped) | 50.0% |")
    assert "| knn | 0.0% | 0.0%–0.0% |" in table[4] and "| 1 of 3 | 1" not in table[4]
    assert "not measured: not finished yet" in table[5]
    assert "not measured: it reads audio" in table[6]
    assert "A note." in text


def test_a_score_by_segment_comes_with_a_warning(rows: list[Row]) -> None:
    text = to_markdown(_make_benchmark(rows, "segments"))
    assert "recognising recordings" in text and "must not be compared" in text
    assert "recognising recordings" not in to_markdown(_make_benchmark(rows))


def test_one_table_one_json_and_one_picture_are_written(rows: list[Row], tmp_path: Path) -> None:
    write_benchmark(_make_benchmark(rows), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"benchmark.md", "benchmark.json", "benchmark.png"}
    assert (tmp_path / "benchmark.png").read_bytes().startswith(b"\x89PNG")
    content = json.loads((tmp_path / "benchmark.json").read_text())
    assert content["rows"][0]["accuracies"] == [0.75, 0.85, 0.65]
    assert content["rows"][0]["comparison"] == {"n_better": 10, "n_worse": 0, "p_value": 2 / 1024}
    assert content["rows"][4]["obstacle"] == "it reads audio"


def test_a_benchmark_without_any_figure_can_be_written(tmp_path: Path) -> None:
    rows = create_rows([Entrant("x", Kind.NETWORK, obstacle="it cannot")], [], LABELS, None)
    write_benchmark(Benchmark("pulses", "artists", 80, N_TRACKS, 1, tuple(rows)), tmp_path)
    assert "not measured: it cannot" in (tmp_path / "benchmark.md").read_text()
