"""Jobs over many files, by the window's own client over real HTTP, on real sounds."""

import os
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.api.job_runner import MAX_STARTS
from app.contract import Job, Track, TrackFilters
from app.gui.api_call import ApiError
from app.gui.client import ApiClient
from tests.app.api.conftest import run_api, wait_for_job
from tests.app.api.metrics import read_metrics
from tests.app.conftest import RunningApi, assert_predicts
from tests.sounds import encode_wav, make_tune, write_wav


@pytest.fixture(scope="module")
def jobs_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningApi, ApiClient]]:
    with run_api(tmp_path_factory.mktemp("data of the jobs")) as running:
        yield running


@pytest.fixture
def job_client(jobs_api: tuple[RunningApi, ApiClient]) -> ApiClient:
    return jobs_api[1]


def _write_music(folder: Path, n_files: int) -> list[Path]:
    """Different tunes of a second each."""
    folder.mkdir(parents=True, exist_ok=True)
    return [write_wav(folder / f"{index:03}.wav", duration_s=1, seed=index) for index in range(n_files)]


def _is_over(job: Job) -> bool:
    return job.state in ("done", "cancelled")


def _has_begun(job: Job) -> bool:
    return job.n_done > 0


def _run(client: ApiClient, *paths: Path, recursive: bool = True) -> Job:
    return wait_for_job(client, client.start_job([str(path) for path in paths], recursive).id, _is_over)


def _counts(job: Job) -> tuple[str, int, int, int, int]:
    return job.state, job.n_total, job.n_done, job.n_failed, job.n_unchanged


def _tracks(client: ApiClient, job: Job, **filters: bool) -> list[Track]:
    found = TrackFilters.model_validate({"job_id": job.id, "sort": "file_name", "descending": False, **filters})
    return client.list_tracks(found, limit=1000).items


def test_a_folder_is_identified_with_all_that_is_in_it(job_client: ApiClient, tmp_path: Path) -> None:
    music = tmp_path / "music"
    _write_music(music, 2)
    _write_music(music / "deeper" / "still", 1)
    for name in ("cover.jpg", "notes.txt", ".hidden.wav"):
        (music / name).write_bytes(b"no music")
    (music / "circle").symlink_to(music)
    job = _run(job_client, music)
    assert _counts(job) == ("done", 3, 3, 0, 0)
    assert job.finished_at and job.note is None and job.paths == [str(music)] and job.eta_s is None
    tracks = _tracks(job_client, job)
    assert [track.path for track in tracks] == [
        str(music / "000.wav"), str(music / "deeper" / "still" / "000.wav"), str(music / "001.wav"),
    ]  # fmt: skip
    details = job_client.track(tracks[0].id)
    assert details.prediction is not None and details.prediction.metadata.file_name == "000.wav"
    assert _counts(_run(job_client, music, recursive=False)) == ("done", 2, 2, 0, 2)
    assert [found.id for found in job_client.list_jobs(limit=1, offset=1).items] == [job.id]


def test_what_has_not_changed_is_left_out_and_what_has_is_done_again(job_client: ApiClient, tmp_path: Path) -> None:
    files = _write_music(tmp_path / "music", 3)
    before = {track.path: track for track in _tracks(job_client, _run(job_client, tmp_path))}
    files[1].write_bytes(encode_wav(make_tune(2, seed=9)))
    os.utime(files[2], ns=(0, 0))
    job = _run(job_client, tmp_path)
    assert _counts(job) == ("done", 3, 3, 0, 1)
    after = {track.path: track for track in _tracks(job_client, job)}
    assert {path: track.id for path, track in after.items()} == {path: track.id for path, track in before.items()}
    changed = [path for path, track in after.items() if track.analysed_at != before[path].analysed_at]
    assert changed == [str(files[1]), str(files[2])]
    assert after[str(files[1])].duration_s == 2


def test_what_the_window_has_identified_is_not_done_again(job_client: ApiClient, tmp_path: Path) -> None:
    (path,) = _write_music(tmp_path, 1)
    job_client.predict_path(str(path))
    assert _counts(_run(job_client, tmp_path)) == ("done", 1, 1, 0, 1)


def test_problem_files_are_told_and_tried_again(job_client: ApiClient, tmp_path: Path) -> None:
    _write_music(tmp_path, 1)
    (tmp_path / "broken.mp3").write_bytes(b"this is no sound" * 100)
    (tmp_path / "empty.flac").touch()
    os.mkfifo(tmp_path / "pipe.wav")
    named = [tmp_path / "pipe.wav", tmp_path / "missing.mp3", Path("/dev/zero")]
    job = _run(job_client, tmp_path, *named)
    assert _counts(job) == ("done", 6, 6, 5, 0)
    problems = {track.file_name: track.error for track in _tracks(job_client, job, is_failed=True)}
    codes = {name: problem and problem.code for name, problem in problems.items()}
    assert codes.pop("empty.flac") in ("audio_empty", "audio_undecodable")
    not_found = dict.fromkeys(("missing.mp3", "pipe.wav", "zero"), "audio_not_found")
    assert codes == {"broken.mp3": "audio_undecodable", **not_found}
    assert all(problem and name in problem.detail for name, problem in problems.items())
    write_wav(tmp_path / "broken.mp3", duration_s=1)
    job = wait_for_job(job_client, job_client.retry_job(job.id).id, _is_over)
    assert _counts(job) == ("done", 6, 6, 4, 0)
    assert len(_tracks(job_client, job)) == 6


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have no such names")
def test_a_name_that_is_no_text_is_done_like_any_other(job_client: ApiClient, tmp_path: Path) -> None:
    (path,) = _write_music(tmp_path, 1)
    path.rename(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.wav"))
    job = _run(job_client, tmp_path)
    assert _counts(job) == ("done", 1, 1, 0, 0)
    assert [track.file_name for track in _tracks(job_client, job)] == [r"caf\xe9.wav"]
    with pytest.raises(ApiError, match="is no text"):
        job_client.start_job([os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.wav")])


def test_what_cannot_become_a_job_is_refused(job_client: ApiClient, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, code in (
        ("relative", "path_not_absolute"),
        ("/no/such/folder", "audio_not_found"),
        (str(tmp_path / "pipe"), "audio_not_found"),
        (f"{tmp_path}/a\0b", "audio_not_found"),
    ):
        with pytest.raises(ApiError) as caught:
            job_client.start_job([path])
        assert caught.value.code == code, path
    job = _run(job_client, tmp_path)
    assert _counts(job) == ("done", 0, 0, 0, 0) and job.note == "No music was found."
    with pytest.raises(ApiError) as caught:
        job_client.job(10**6)
    assert caught.value.code == "job_unknown"


def test_a_job_is_paused_resumed_and_cancelled(job_client: ApiClient, tmp_path: Path) -> None:
    _write_music(tmp_path, 100)
    job_id = job_client.start_job([str(tmp_path)]).id
    running = wait_for_job(job_client, job_id, lambda job: _has_begun(job) and job.current_file is not None)
    assert running.eta_s is not None and running.current_file in {path.name for path in tmp_path.iterdir()}
    assert job_client.pause_job(job_id).state == job_client.pause_job(job_id).state == "paused"
    # Another job is worked on meanwhile, so no file of this one is under way once that is done.
    (tmp_path / "other").mkdir()
    _run(job_client, *_write_music(tmp_path / "other", 1))
    paused = job_client.job(job_id)
    assert paused.state == "paused" and 0 < paused.n_done < 100
    assert (paused.eta_s, paused.current_file) == (None, None)
    assert job_client.resume_job(job_id).state == "running"
    wait_for_job(job_client, job_id, lambda job: job.n_done > paused.n_done)
    cancelled = job_client.cancel_job(job_id)
    assert cancelled.state == "cancelled" and cancelled.finished_at and cancelled.n_done < 100
    for change in (job_client.pause_job, job_client.resume_job, job_client.retry_job):
        with pytest.raises(ApiError) as caught:
            change(job_id)
        assert caught.value.code == "job_over"


def test_a_job_lets_others_go_first(jobs_api: tuple[RunningApi, ApiClient], tmp_path: Path) -> None:
    api, client = jobs_api
    _write_music(tmp_path / "music", 200)
    job_id = client.start_job([str(tmp_path / "music")]).id
    wait_for_job(client, job_id, _has_begun)
    for _ in range(3):
        assert_predicts(api, tmp_path)
    assert client.job(job_id).n_done < 200, "whoever asked had to wait for the whole job"
    client.cancel_job(job_id)


def test_a_killed_job_goes_on_by_itself_and_does_each_file_once(tmp_path: Path) -> None:
    data, music = tmp_path / "data", tmp_path / "music"
    _write_music(music, 80)
    (music / "broken.mp3").write_bytes(b"this is no sound" * 100)
    with run_api(data) as (api, client):
        job_id = client.start_job([str(music)]).id
        paused_id = client.pause_job(client.start_job([str(music)]).id).id
        wait_for_job(client, job_id, lambda job: job.n_done >= 10)
        before = {track.path: track for track in _tracks(client, client.job(job_id))}
        api.process.kill()
        api.process.wait()
    assert 10 <= len(before) < 81
    with run_api(data) as (_, client):
        job = wait_for_job(client, job_id, _is_over)
        assert _counts(job)[:4] == ("done", 81, 81, 1)
        after = {track.path: track for track in _tracks(client, job)}
        assert len(after) == client.list_tracks().total == 81
        assert {path: after[path] for path in before} == before, "what was done before was done again"
        assert client.job(paused_id).state == "paused"
        resumed = wait_for_job(client, client.resume_job(paused_id).id, _is_over)
        assert _counts(resumed) == ("done", 81, 81, 1, 80)


def test_two_copies_of_the_program_share_the_work_and_do_no_file_twice(tmp_path: Path) -> None:
    data, music = tmp_path / "data", tmp_path / "music"
    _write_music(music, 60)
    with run_api(data) as (first_api, first), run_api(data) as (second_api, second):
        job = first.start_job([str(music)])
        wait_for_job(first, job.id, lambda job: job.n_done >= 20)
        assert _count_predictions(second_api) == 0
        first_api.process.kill()
        first_api.process.wait()
        # The other one notices, and does the rest.
        assert _counts(wait_for_job(second, job.id, _is_over))[:3] == ("done", 60, 60)
        assert 0 < _count_predictions(second_api) <= 40
        # What one copy pauses the other one may resume.
        _write_music(music / "more", 60)
        with run_api(data) as (_, third):
            again = second.pause_job(third.start_job([str(music)]).id)
            wait_for_job(third, third.resume_job(again.id).id, _is_over)


def _count_predictions(api: RunningApi) -> float:
    return sum(value for (name, _), value in read_metrics(api).items() if name == "genrescope_predictions_total")


def test_a_file_that_ends_the_program_again_and_again_is_left_out(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (path,) = _write_music(tmp_path / "music", 1)
    with run_api(data) as (_, client):
        job = _run(client, path)
    # As if the server had been killed so often while it read the file.
    with closing(sqlite3.connect(data / "library.sqlite3")) as connection:
        connection.execute("UPDATE job_file SET state = 'waiting', n_starts = ?", (MAX_STARTS,))
        connection.execute("UPDATE job SET state = 'running'")
        connection.execute("UPDATE track SET mtime_ns = 0")
        connection.commit()
    with run_api(data) as (_, client):
        job = wait_for_job(client, job.id, _is_over)
        (track,) = _tracks(client, job, is_failed=True)
        assert track.error is not None and track.error.code == "program_ended"
        assert _counts(wait_for_job(client, client.retry_job(job.id).id, _is_over)) == ("done", 1, 1, 0, 0)


def test_a_job_stays_inside_the_allowed_folders(tmp_path: Path) -> None:
    allowed, outside = tmp_path / "allowed", tmp_path / "outside"
    _write_music(allowed, 1)
    _write_music(outside, 100)
    (allowed / "to outside").symlink_to(outside)
    (allowed / "to outside.wav").symlink_to(outside / "000.wav")
    with run_api(tmp_path / "data") as (_, client):
        earlier = wait_for_job(client, client.start_job([str(outside)]).id, _has_begun)
        client.pause_job(earlier.id)
    with run_api(tmp_path / "data", "--allow-folder", str(allowed)) as (_, client):
        for path in (outside, allowed / "to outside", allowed / ".." / "outside", "/dev/zero", "/no/such"):
            with pytest.raises(ApiError) as caught:
                client.start_job([str(allowed), str(path)])
            assert caught.value.code == "path_refused", path
        assert _counts(_run(client, allowed)) == ("done", 1, 1, 0, 0)
        n_done = client.job(earlier.id).n_done
        job = wait_for_job(client, client.resume_job(earlier.id).id, _is_over)
        assert _counts(job) == ("done", 100, 100, 100 - n_done, 0), "the server before was allowed more"
        errors = [track.error for track in _tracks(client, job, is_failed=True)]
        assert {error.code for error in errors if error} == {"path_refused"}
