import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.contract import JobRequest
from app.library import jobs
from app.library.jobs import NoSuchJobError
from app.library.user_library import UserLibrary


def test_old_jobs_that_have_ended_are_forgotten_with_their_files(
    library: UserLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = library.jobs
    monkeypatch.setattr(jobs, "MAX_JOBS", 3)
    request = JobRequest(paths=["/music"])
    paused, *ended = (store.create(request).id for _ in range(3))
    store.change_state(paused, "paused")
    for job_id in ended:
        store.add_files(job_id, [Path("/music/a.wav"), Path("/music/b.wav")], None)
        store.change_state(job_id, "cancelled")
    newest = [store.create(request).id for _ in range(2)]
    assert [job.id for job in store.find(10).items] == [*reversed(newest), ended[1], paused]
    with pytest.raises(NoSuchJobError):
        store.load(ended[0])
    with closing(sqlite3.connect(tmp_path / "data" / "library.sqlite3")) as connection:
        assert {job_id for (job_id,) in connection.execute("SELECT job_id FROM job_file")} == {ended[1]}
