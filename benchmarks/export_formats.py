"""Compare a model in PyTorch, as ONNX and as ONNX with 8-bit numbers: size, time, and accuracy on a pack.

What is told is the processor's time on one core, which others on the same machine hardly change, and its ratio to
PyTorch's in the same run. All take turns; starting is measured in fresh processes.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure, create_parser, print_figures
from benchmarks.sounds import SAMPLE_RATE, encode_mp3, make_music
from core.audio.resample import MonoResampler
from core.datasets.pack import load_pack
from core.evaluation.evaluate import evaluate_pack
from core.export.onnx import export_onnx
from core.inference.predictor import GenrePredictor
from core.models.checkpoint import Checkpoint
from core.models.files import DEFAULT_MODEL_ID, find_checkpoint

SIZE_BAR_MB = 1.2
LOSS_BAR_POINTS = 1.0
_PYTORCH = "PyTorch"
_N_STARTS = 5

_START = """
import sys
from core.inference.predictor import GenrePredictor
GenrePredictor.load(sys.argv[1], "cpu", n_threads=1).predict_file(sys.argv[2])
"""


def measure(model: str, n_runs: int, pack: Path | None) -> list[Figure]:
    """Run the benchmark."""
    with tempfile.TemporaryDirectory() as folder_name:
        files = export_all(model, Path(folder_name), pack)
        predictors = {name: GenrePredictor.load(path, "cpu", n_threads=1) for name, path in files.items()}
        sizes = [
            Figure(f"{name}: file", path.stat().st_size / 1e6, "MB", _size_bar(name)) for name, path in files.items()
        ]
        song = encode_mp3(Path(folder_name) / "song.mp3", 30)
        return [
            *sizes,
            *_compare("one window, one core", _measure_in_turns(_list_windows(predictors), n_runs, time.process_time)),
            *_compare(
                "start, load, predict", _measure_in_turns(_list_starts(files, song), _N_STARTS, _time_of_children)
            ),
            *([] if pack is None else _measure_accuracy(predictors, pack)),
        ]


def export_all(model: str, folder: Path, pack: Path | None) -> dict[str, Path]:
    """Return the model's files, by what they are."""
    path = find_checkpoint(model)
    checkpoint = Checkpoint.load(path)
    float32, int8 = folder / "float32.onnx", folder / "int8.onnx"
    export_onnx(checkpoint, float32)
    export_onnx(checkpoint, int8, as_int8=True, calibration=pack)
    return {_PYTORCH: path, "ONNX": float32, "ONNX, 8 bits": int8}


def _list_windows(predictors: dict[str, GenrePredictor]) -> dict[str, Callable[[], object]]:
    config = predictors[_PYTORCH].feature_config
    resampler = MonoResampler(config.sample_rate)
    blocks = [*resampler.push_samples(make_music(config.window_s)[0], SAMPLE_RATE), *resampler.flush()]
    window = np.concatenate(blocks)[: config.window_length]
    return {name: partial(predictor.score_window, window) for name, predictor in predictors.items()}


def _list_starts(files: dict[str, Path], song: Path) -> dict[str, Callable[[], object]]:
    def start(path: Path) -> None:
        subprocess.run([sys.executable, "-c", _START, str(path), str(song)], check=True)

    return {name: partial(start, path) for name, path in files.items()}


def _measure_in_turns(
    actions: dict[str, Callable[[], object]], n_runs: int, clock: Callable[[], float]
) -> dict[str, list[float]]:
    """Seconds of each action, after one run of each that does not count."""
    for action in actions.values():
        action()
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(n_runs):
        for name, action in actions.items():
            started = clock()
            action()
            times[name].append(clock() - started)
    return times


def _time_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _compare(what: str, times: dict[str, list[float]]) -> list[Figure]:
    figures = []
    for name, values in times.items():
        ratio = statistics.median(ours / theirs for ours, theirs in zip(values, times[_PYTORCH], strict=True))
        note = "" if name == _PYTORCH else f"{ratio:.2f} times PyTorch's"
        figures.append(Figure(f"{name}: {what}", 1000 * statistics.median(values), "ms", note=note))
    return figures


def _measure_accuracy(predictors: dict[str, GenrePredictor], pack: Path) -> list[Figure]:
    val = load_pack(pack).select("val")
    evaluations = {name: evaluate_pack(predictor, val) for name, predictor in predictors.items()}
    expected = evaluations[_PYTORCH]
    figures = []
    for name, evaluation in evaluations.items():
        loss = 100 * (expected.metrics.accuracy - evaluation.metrics.accuracy)
        same = (evaluation.probabilities.argmax(axis=1) == expected.probabilities.argmax(axis=1)).mean()
        note = f"accuracy {evaluation.metrics.accuracy:.1%}, {same:.1%} of {len(val)} labels as PyTorch's"
        figures.append(Figure(f"{name}: accuracy lost", loss, "points", LOSS_BAR_POINTS, note))
    return figures


def _size_bar(name: str) -> float | None:
    return SIZE_BAR_MB if "8 bits" in name else None


def main() -> None:
    """Command line."""
    parser = create_parser(__doc__)
    parser.add_argument("--model", default=DEFAULT_MODEL_ID, help="model id or checkpoint")
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument(
        "--pack", type=Path, help="also compare accuracy on its val split, after calibrating with train"
    )
    arguments = parser.parse_args()
    print_figures(measure(arguments.model, arguments.runs, arguments.pack), as_json=arguments.json)


if __name__ == "__main__":
    main()
