"""Start the window and the API, each in a new process, and tell how long it takes until they are there.

The window needs a display; on a machine without one run it as ``xvfb-run -a python -m benchmarks.startup``.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from benchmarks.api_process import ApiProcess
from benchmarks.figures import Figure, create_parser, print_figures

WINDOW_BAR_S = 1.5
API_BAR_S = 6.0

_SHOW_WINDOW = """
from app.gui.main import create_window
window = create_window("token")
window.deiconify()
if not window.winfo_viewable():
    window.wait_visibility()
window.update()
print("shown", flush=True)
window.destroy()
"""


def start_window() -> float:
    """Return the seconds from starting Python until the window is drawn.

    Raises:
        RuntimeError: There is no display, or the window failed.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", _SHOW_WINDOW], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        line = process.stdout.readline()
        elapsed_s = time.perf_counter() - started
        errors = process.stderr.read()
    if line.strip() != "shown":
        raise RuntimeError((errors.strip().splitlines() or ["no answer"])[-1])
    return elapsed_s


def start_api(device: str) -> float:
    """Return the seconds from starting Python until the API can predict."""
    with ApiProcess("--device", device) as api:
        return api.ready_s


def measure(n_runs: int, device: str) -> list[Figure]:
    """Run the benchmark."""
    figures = []
    try:
        times_s = [start_window() for _ in range(n_runs)]
        note = f"median of {n_runs}, first {times_s[0]:.2f} s"
        figures.append(Figure("window on screen", statistics.median(times_s), "s", WINDOW_BAR_S, note))
    except RuntimeError as error:
        figures.append(Figure("window on screen", None, "s", WINDOW_BAR_S, str(error)))
    times_s = [start_api(device) for _ in range(n_runs)]
    note = f"median of {n_runs}, first {times_s[0]:.2f} s"
    figures.append(Figure("API ready", statistics.median(times_s), "s", API_BAR_S, note))
    return figures


def main() -> None:
    """Command line."""
    parser = create_parser(__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    print_figures(measure(arguments.runs, arguments.device), as_json=arguments.json)


if __name__ == "__main__":
    main()
