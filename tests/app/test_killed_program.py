"""The whole program analyses a folder, is killed half-way without warning, and is started again."""

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.contract import Job, Track
from app.gui.client import ApiClient
from app.settings import TOKEN_VARIABLE
from app.user_data import DATA_VARIABLE
from core.audio.decode import decode_audio
from tests.app.test_launcher import Launched, wait_for
from tests.app.x11 import needs_screen
from tests.shared_data import SHARED_DATA
from tests.sounds import SAMPLE_RATE, encode_wav, make_tune

pytestmark = [needs_screen, pytest.mark.timeout(300)]

N_FILES = 300
CUT_S = 5
KILL_AFTER = 100


def _write_cuts(folder: Path) -> None:
    """Files of a few seconds: cuts of real music where there is some, else of sounds that are made here."""
    real = sorted((SHARED_DATA / "audio" / "gtzan_val").rglob("*.*"))
    sounds = [decode_audio(path, SAMPLE_RATE).samples for path in real] or [make_tune(30, seed) for seed in range(50)]
    for index in range(N_FILES):
        sound, start = sounds[index % len(sounds)], CUT_S * SAMPLE_RATE * (index // len(sounds))
        path = folder / f"{index % 7}" / f"{index:03}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_wav(sound[start : start + CUT_S * SAMPLE_RATE]))


@pytest.fixture
def program_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    return tmp_path


@contextlib.contextmanager
def _launch(folder: Path) -> Iterator[tuple[Launched, ApiClient]]:
    launched = Launched(folder / "home", folder, "--device", "cpu")
    try:
        # The token is the program's secret; the user whose program it is may look at it.
        yield launched, ApiClient(launched.wait_for_ready_api(), launched.api.environ()[TOKEN_VARIABLE])
    finally:
        launched.kill()


def test_each_file_is_done_exactly_once_although_the_program_was_killed(program_folder: Path) -> None:
    music = program_folder / "Müsik 音楽"
    _write_cuts(music)
    with _launch(program_folder) as (launched, client):
        job = client.start_job([str(music)])

        def has_begun() -> Job | None:
            seen = client.job(job.id)
            return seen if seen.n_done >= KILL_AFTER else None

        before = wait_for(has_begun, 120, f"{KILL_AFTER} files")
        assert before.n_done < N_FILES, "it was killed too late to show anything"
        done_before = _list_tracks(client)
        # Only the launcher: the window and the API notice.
        launched.process.send_signal(signal.SIGKILL)
        wait_for(lambda: not launched.tree(), 20, "the end of all processes")
    with _launch(program_folder) as (_, client):
        after = wait_for(lambda: _when_over(client.job(job.id)), 120, "the end of the job")
        assert (after.state, after.n_total, after.n_done, after.n_failed) == ("done", N_FILES, N_FILES, 0)
        tracks = _list_tracks(client)
        assert len(tracks) == N_FILES
        assert all(track.label is not None for track in tracks.values())
        assert all(tracks[path].analysed_at == track.analysed_at for path, track in done_before.items())


def _when_over(job: Job) -> Job | None:
    return job if job.state == "done" else None


def _list_tracks(client: ApiClient) -> dict[str | None, Track]:
    page = client.list_tracks(limit=1000)
    assert page.total == len({track.path for track in page.items}), "a file was recorded twice"
    return {track.path: track for track in page.items}
