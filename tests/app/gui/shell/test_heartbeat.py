"""The window goes on breathing, whatever is being done."""

import time
from functools import partial
from pathlib import Path

from app.gui.pages.identify.view import TrackState
from app.gui.pages.registry import PAGES
from tests.app.gui.conftest import WindowUser, needs_display
from tests.app.gui.fake_api import run_fake_api
from tests.sounds import encode_wav, make_tune

pytestmark = needs_display

#: What Tk's thread may compute in one go, in seconds: more is felt as a delay (Nielsen, 1993). On a slow computer
#: the thread's own clock has counted 73 ms.
MAX_BUSY_S = 0.1
#: For how long Tk's thread may be away for whatever reason, also because the machine is busy with other things.
MAX_GAP_S = 0.25

N_FILES = 200


class Heart:
    """Beats in Tk's thread, and keeps how long each beat took to come."""

    def __init__(self, user: WindowUser) -> None:
        self._window = user.window
        self._is_over = False
        self._last = self._now()
        self.gaps: list[tuple[float, float]] = []
        self._window.after(5, self._beat)

    def stop(self, user: WindowUser) -> None:
        self._is_over = True
        user.live(0.05)

    @property
    def longest_gap_s(self) -> float:
        return max(gap for gap, _ in self.gaps)

    @property
    def longest_work_s(self) -> float:
        return max(work for _, work in self.gaps)

    def _now(self) -> tuple[float, float]:
        # The second clock goes on only while this thread computes.
        return time.perf_counter(), time.thread_time()

    def _beat(self) -> None:
        now = self._now()
        self.gaps.append((now[0] - self._last[0], now[1] - self._last[1]))
        self._last = now
        if not self._is_over:
            self._window.after(5, self._beat)


def test_window_breathes_while_many_files_are_analysed_and_pages_are_switched(
    idle_user: WindowUser, tmp_path: Path
) -> None:
    paths = [
        tmp_path / f"{'x' * (index % 13)} a song with a name of some length {index}.wav" for index in range(N_FILES)
    ]
    for path in paths:
        path.touch()
    with run_fake_api() as url:
        idle_user.connect(url)
        heart = Heart(idle_user)
        idle_user.window.give([str(path) for path in paths])
        n_switches = 0

        def n_done() -> int:
            return sum(row.state is TrackState.DONE for row in idle_user.rows)

        for n_wanted in range(10, N_FILES + 1, 10):
            idle_user.wait_until(partial(lambda n_wanted: n_done() >= n_wanted, n_wanted), "ten more files are done")
            idle_user.window.navigate(PAGES[n_switches % len(PAGES)].page_id)
            n_switches += 1
        heart.stop(idle_user)
    assert n_switches >= 15 and len(heart.gaps) > N_FILES
    assert heart.longest_work_s < MAX_BUSY_S
    assert heart.longest_gap_s < MAX_GAP_S


def test_window_breathes_while_a_real_engine_computes(user: WindowUser, tmp_path: Path) -> None:
    sound = encode_wav(make_tune(60))
    paths = [tmp_path / f"{index}.wav" for index in range(3)]
    for path in paths:
        path.write_bytes(sound)
    heart = Heart(user)
    user.give(*paths)
    heart.stop(user)
    assert len(heart.gaps) > 10
    assert heart.longest_work_s < MAX_BUSY_S
    assert heart.longest_gap_s < MAX_GAP_S
