"""The window goes on breathing, whatever is being done."""

from functools import partial
from pathlib import Path

from app.gui.pages.identify.view import TrackState
from app.gui.pages.registry import PAGES
from tests.app.gui.conftest import WindowUser, needs_display
from tests.app.gui.fake_api import run_fake_api
from tests.sounds import encode_wav, make_tune

pytestmark = needs_display

N_FILES = 200


class Heart:
    """Beats in Tk's thread: it stands still while that waits for somebody.

    How long the thread is away is measured by ``benchmarks/responsiveness.py``.
    """

    def __init__(self, user: WindowUser) -> None:
        self._window = user.window
        self._is_over = False
        self.n_beats = 0
        self._window.after(5, self._beat)

    def stop(self, user: WindowUser) -> None:
        self._is_over = True
        user.live(0.05)

    def _beat(self) -> None:
        self.n_beats += 1
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
    assert n_switches >= 15 and heart.n_beats > N_FILES


def test_window_breathes_while_a_real_engine_computes(user: WindowUser, tmp_path: Path) -> None:
    sound = encode_wav(make_tune(60))
    paths = [tmp_path / f"{index}.wav" for index in range(3)]
    for path in paths:
        path.write_bytes(sound)
    heart = Heart(user)
    user.give(*paths)
    heart.stop(user)
    # Many more than it asks and answers.
    assert heart.n_beats > 10 * len(paths)
