"""Ask the running API for the genre of a 30-second clip, again and again, and tell how long the answers take."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import requests

from benchmarks.api_process import ApiProcess
from benchmarks.figures import Figure, create_parser, print_figures
from benchmarks.sounds import encode_mp3

_N_WARM_UP = 5


def measure_latencies(ask: Callable[[], requests.Response], n_requests: int) -> list[float]:
    """Return the seconds from sending a request to having the whole answer."""
    latencies = []
    for index in range(_N_WARM_UP + n_requests):
        started = time.perf_counter()
        ask().raise_for_status()
        if index >= _N_WARM_UP:
            latencies.append(time.perf_counter() - started)
    return latencies


def measure(duration_s: float, n_requests: int, device: str) -> list[Figure]:
    """Run the benchmark."""
    with tempfile.TemporaryDirectory() as folder, ApiProcess("--device", device) as api:
        path = encode_mp3(Path(folder) / "clip.mp3", duration_s)
        content = path.read_bytes()
        ways: dict[str, Callable[[], requests.Response]] = {
            "upload": lambda: api.predict_upload(path.name, content),
            "path": lambda: api.predict_path(str(path)),
        }
        figures = []
        for way, ask in ways.items():
            latencies_ms = 1000 * np.array(measure_latencies(ask, n_requests))
            for percent in (50, 95):
                figures.append(Figure(f"{way}, p{percent}", float(np.percentile(latencies_ms, percent)), "ms"))
        return figures


def main() -> None:
    """Command line."""
    parser = create_parser(__doc__)
    parser.add_argument("--duration", type=float, default=30, help="of the clip, in seconds")
    parser.add_argument("--requests", type=int, default=100)
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    print_figures(measure(arguments.duration, arguments.requests, arguments.device), as_json=arguments.json)


if __name__ == "__main__":
    main()
