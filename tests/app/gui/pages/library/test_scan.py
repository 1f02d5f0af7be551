"""The work on folders in words."""

from app.gui.pages.library.scan import describe_job
from tests.app.gui.fake_library import make_job


def test_counting_has_no_share_yet() -> None:
    text = describe_job(make_job(1, ["/music/Vinyl"]))
    assert text.title == "Looking through “Vinyl”" and text.share is None and text.can_pause


def test_running_tells_progress_time_and_problems() -> None:
    job = make_job(
        1, ["/a/Vinyl", "/b"], is_counting=False, n_total=20_000, n_done=5120, n_failed=12, n_unchanged=300, eta_s=4300
    )
    text = describe_job(job, n_waiting=2)
    assert text.title == "“Vinyl” and 1 more: 5,120 of 20,000 · about 1 h 10 min left"
    assert text.detail == "Slow River.flac · 12 problems · 300 known already · 2 more to come after this"
    assert text.share == 0.256 and not text.is_over


def test_paused_can_be_resumed_only() -> None:
    text = describe_job(make_job(1, ["/music"], state="paused", is_counting=False, n_total=10, n_done=4))
    assert text.title == "“music”: paused at 4 of 10"
    assert text.can_resume and not text.can_pause and not text.is_over


def test_end_tells_what_came_of_it() -> None:
    done = make_job(1, ["/music"], state="done", is_counting=False, n_total=1, n_done=1, n_failed=1)
    assert describe_job(done).title == "“music”: done, 1 song"
    assert describe_job(done).detail == "1 problem" and describe_job(done).can_retry
    nothing = make_job(1, ["/music"], state="done", is_counting=False, note="“x” could not be read.")
    assert describe_job(nothing).detail == "No music was found there. · “x” could not be read."
    cancelled = make_job(1, ["/"], state="cancelled", is_counting=False, n_total=10, n_done=4, n_failed=1)
    assert describe_job(cancelled).title == "“/”: cancelled after 4 of 10"
    assert not describe_job(cancelled).can_retry
