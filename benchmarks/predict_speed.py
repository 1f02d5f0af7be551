"""Predict a four-minute MP3 and compare with what only decoding and resampling it takes.

Bare decoding is PyAV's plain loop in the same process; the two take turns, so that a busy machine slows down both.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np

from benchmarks.figures import Figure, create_parser, print_figures
from benchmarks.sounds import encode_mp3
from core.audio.decode import open_audio
from core.inference.backend import count_threads_beside_decoding
from core.inference.predictor import GenrePredictor
from core.models.files import DEFAULT_MODEL_ID

RATIO_BAR = 1.3
DECODE_RATIO_BAR = 1.05


def decode_bare(path: Path, sample_rate: int) -> int:
    """Decode with PyAV as its documentation shows; return the number of samples."""
    blocks = []
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=sample_rate)
        for frame in container.decode(audio=0):
            blocks += [resampled.to_ndarray() for resampled in resampler.resample(frame)]
        blocks += [resampled.to_ndarray() for resampled in resampler.resample(None)]
    return int(np.concatenate(blocks, axis=1).shape[1])


def decode_ours(path: Path, sample_rate: int) -> int:
    """Decode with the product's decoder; return the number of samples."""
    with open_audio(path, sample_rate) as stream:
        return sum(len(block) for block in stream)


def measure_in_turns(actions: dict[str, Callable[[], object]], n_runs: int) -> dict[str, list[float]]:
    """Return the times of each action in seconds, after one run of each that does not count."""
    for action in actions.values():
        action()
    times: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(n_runs):
        for name, action in actions.items():
            started = time.perf_counter()
            action()
            times[name].append(time.perf_counter() - started)
    return times


def measure(duration_s: float, n_runs: int, model: str | None, device: str) -> list[Figure]:
    """Run the benchmark."""
    # As every program that predicts does.
    n_threads = count_threads_beside_decoding()
    predictor = GenrePredictor.load(model or DEFAULT_MODEL_ID, device, n_threads=n_threads)
    sample_rate = predictor.feature_config.sample_rate
    with tempfile.TemporaryDirectory() as folder:
        path = encode_mp3(Path(folder) / "song.mp3", duration_s)
        times = measure_in_turns(
            {
                "bare": lambda: decode_bare(path, sample_rate),
                "ours": lambda: decode_ours(path, sample_rate),
                "predict": lambda: predictor.predict_file(path),
            },
            n_runs,
        )
    bare, ours, predict = (statistics.median(times[name]) for name in ("bare", "ours", "predict"))
    ratios = [slow / fast for slow, fast in zip(times["predict"], times["bare"], strict=True)]
    return [
        Figure("bare PyAV decode and resample", bare, "s", note=f"median of {n_runs}"),
        Figure("open_audio, all blocks", ours, "s"),
        Figure("predict_file, warm", predict, "s", note=f"{duration_s / predict:.0f} times real time"),
        Figure("open_audio / bare", ours / bare, "×", DECODE_RATIO_BAR),
        Figure("predict_file / bare", predict / bare, "×", RATIO_BAR, f"{min(ratios):.2f} to {max(ratios):.2f}"),
    ]


def main() -> None:
    """Command line."""
    parser = create_parser(__doc__)
    parser.add_argument("--duration", type=float, default=240, help="of the song, in seconds")
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--model", help="model id or checkpoint; without it the shipped one")
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    figures = measure(arguments.duration, arguments.runs, arguments.model, arguments.device)
    print_figures(figures, as_json=arguments.json)


if __name__ == "__main__":
    main()
