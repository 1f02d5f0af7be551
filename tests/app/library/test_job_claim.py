from pathlib import Path

from app.library.job_claim import JobClaim


def test_one_of_two_has_it_until_it_lets_go(tmp_path: Path) -> None:
    first, second = JobClaim(tmp_path / "library.claim"), JobClaim(tmp_path / "library.claim")
    assert first.take() and first.take()
    assert not second.take()
    first.release()
    assert second.take() and not first.take()


def test_where_nothing_can_be_locked_jobs_are_done_all_the_same(tmp_path: Path) -> None:
    assert JobClaim(tmp_path / "gone" / "library.claim").take()
