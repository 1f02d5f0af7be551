"""Have a window analyse songs, go through its pages meanwhile, and tell how long Tk's thread is away.

The engine is a process of its own and computes beside it. Needs a display; on a machine without one run it as
``xvfb-run -a python -m benchmarks.responsiveness``.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import customtkinter as ctk

from app.contract import LauncherMessage
from app.gui.main import create_window
from app.gui.pages.identify.page import IdentifyPage
from app.gui.pages.identify.view import TrackState
from app.gui.pages.registry import PAGES
from app.gui.shell.window import MainWindow
from app.user_settings import CONFIG_VARIABLE
from benchmarks.api_process import ApiProcess
from benchmarks.figures import Figure, create_parser, print_figures
from benchmarks.sounds import encode_mp3

#: Times what it takes to draw twenty buttons: opening a page for the first time costs one to two of them.
WORK_BAR = 3.0
#: What is felt as a delay, and not yet as a break, in seconds.
ABSENCE_BAR_S = 0.25

_BEAT_MS = 5
_SONG_S = 60.0
_PAGE_S = 0.2
_LONGEST_ANALYSIS_S = 300.0
_N_BUTTONS = 20


class Heart:
    """Beats in Tk's thread.

    Attributes:
        absences_s: How long each beat took to come.
        works_s: How long Tk's thread computed meanwhile; its clock stands still while others use the processor.
    """

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.absences_s: list[float] = []
        self.works_s: list[float] = []
        self._last = time.perf_counter(), time.thread_time()
        window.after(_BEAT_MS, self._beat)

    def _beat(self) -> None:
        now = time.perf_counter(), time.thread_time()
        self.absences_s.append(now[0] - self._last[0])
        self.works_s.append(now[1] - self._last[1])
        self._last = now
        self._window.after(_BEAT_MS, self._beat)


def draw_buttons(window: MainWindow) -> float:
    """Return the seconds that Tk's thread computes to put twenty buttons of CustomTkinter on the screen."""
    started = time.thread_time()
    buttons = [ctk.CTkButton(window, text=str(number)) for number in range(_N_BUTTONS)]
    for button in buttons:
        button.place(x=0, y=0)
    window.update()
    work_s = time.thread_time() - started
    for button in buttons:
        button.destroy()
    window.update()
    return work_s


def analyse(window: MainWindow, songs: list[Path]) -> Heart:
    """Have songs analysed, and go from page to page until they are."""
    heart = Heart(window)
    window.give([str(song) for song in songs])
    tracks = window.pages.get(IdentifyPage).tracks
    ends = (TrackState.DONE, TrackState.FAILED)
    next_page = 0

    def is_done() -> bool:
        return len(tracks.rows) == len(songs) and all(row.state in ends for row in tracks.rows)

    deadline = time.monotonic() + _LONGEST_ANALYSIS_S
    while not is_done() or next_page < 2 * len(PAGES):
        if time.monotonic() > deadline:
            raise TimeoutError("the songs were not analysed in time")
        window.navigate(PAGES[next_page % len(PAGES)].page_id)
        next_page += 1
        _live_for(window, _PAGE_S)
    return heart


def measure(n_songs: int) -> list[Figure]:
    """Run the benchmark."""
    with tempfile.TemporaryDirectory() as folder, ApiProcess("--device", "cpu") as api:
        # Not the settings of the person who runs it.
        os.environ[CONFIG_VARIABLE] = folder
        songs = [encode_mp3(Path(folder) / f"{number}.mp3", _SONG_S, seed=number) for number in range(n_songs)]
        window = create_window(api.token)
        window.update()
        window.handle_launcher_message(LauncherMessage(api_state="ready", api_url=api.url))
        _live(window, lambda: str(window.header.chip.cget("text")).startswith("Ready"))
        buttons_s = statistics.median(draw_buttons(window) for _ in range(9))
        heart = analyse(window, songs)
        window.close()
    n_beats = f"{len(heart.works_s)} beats"
    work_s = max(heart.works_s)
    note = f"{1000 * work_s:.0f} ms against {1000 * buttons_s:.0f} ms, {n_beats}"
    return [
        Figure("longest work in one go / drawing twenty buttons", work_s / buttons_s, "x", WORK_BAR, note),
        Figure("longest absence", max(heart.absences_s), "s", ABSENCE_BAR_S, n_beats),
    ]


def _live(window: MainWindow, is_over: Callable[[], bool]) -> None:
    while not is_over():
        window.update()
        time.sleep(0.001)


def _live_for(window: MainWindow, duration_s: float) -> None:
    end_s = time.monotonic() + duration_s
    _live(window, lambda: time.monotonic() > end_s)


def main() -> None:
    """Command line."""
    parser = create_parser(__doc__)
    parser.add_argument("--songs", type=int, default=12)
    arguments = parser.parse_args()
    print_figures(measure(arguments.songs), as_json=arguments.json)


if __name__ == "__main__":
    main()
