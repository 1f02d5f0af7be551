"""Pages of tracks without Tk, threads or HTTP."""

from app.contract import LauncherMessage, TrackFilters, TrackPage
from app.gui.api_call import ApiError, ApiUnavailableError
from app.gui.connection import ApiConnection, ApiState
from app.gui.track_pages import PAGE_SIZE, TrackPages
from tests.app.gui.fake_library import make_track
from tests.app.gui.fakes import FakeClient, ManualJobs


class PagingClient(FakeClient):
    """Knows many tracks and remembers which pages it was asked for."""

    def __init__(self) -> None:
        super().__init__("http://one")
        self.n_tracks = 50_000
        self.offsets: list[int] = []
        self.error: Exception | None = None

    def list_tracks(self, filters: TrackFilters, limit: int, offset: int) -> TrackPage:
        if self.error is not None:
            raise self.error
        self.offsets.append(offset)
        numbers = range(self.n_tracks - offset, max(self.n_tracks - offset - limit, 0), -1)
        items = [make_track(number, label=filters.label or "rock") for number in numbers]
        return TrackPage(items=items, total=self.n_tracks, limit=limit, offset=offset)


class Stage:
    def __init__(self) -> None:
        self.jobs = ManualJobs()
        self.client = PagingClient()
        self.connection = ApiConnection(self.jobs, lambda url: self.client)
        self.connection.handle(LauncherMessage(api_state="ready", api_url="http://one"))
        self.jobs.run_all()
        self.n_changes = 0
        self.failures: list[str] = []
        self.pages = TrackPages(self.jobs, self.connection, self.count, self.failures.append)
        self.pages.refresh()
        self.jobs.run_all()

    def count(self) -> None:
        self.n_changes += 1


def test_only_what_is_in_view_is_fetched() -> None:
    stage = Stage()
    assert stage.pages.total == 50_000 and stage.client.offsets == [0]
    stage.pages.want(30_000, 30_020)
    assert stage.pages.get(30_010) is None
    stage.jobs.run_all()
    assert stage.pages.get(30_010) == make_track(50_000 - 30_010, label="rock")
    assert len(stage.client.offsets) <= 3


def test_pages_that_were_scrolled_past_are_not_fetched() -> None:
    stage = Stage()
    for first in range(0, 50_000, 500):
        stage.pages.want(first, first + 20)
    stage.jobs.run_all()
    assert stage.pages.get(49_500) is not None
    assert len(stage.client.offsets) < 8


def test_pages_far_from_the_view_are_forgotten() -> None:
    stage = Stage()
    for first in range(0, 50_000, PAGE_SIZE):
        stage.pages.want(first, first + 20)
        stage.jobs.run_all()
    assert stage.pages.get(0) is None
    stage.pages.want(0, 20)
    stage.jobs.run_all()
    assert stage.pages.get(0) is not None


def test_answers_to_an_earlier_question_are_dropped() -> None:
    stage = Stage()
    stage.pages.refresh()
    stage.pages.ask(TrackFilters(label="jazz"))
    stage.jobs.run_all()
    first = stage.pages.get(0)
    assert first is not None and first.label == "jazz"


def test_old_rows_stay_until_the_new_ones_come_and_are_found_again() -> None:
    stage = Stage()
    stage.client.n_tracks += 5
    stage.pages.refresh()
    assert stage.pages.find(50_000) == 0
    stage.jobs.run_all()
    assert stage.pages.find(50_000) == 5 and stage.pages.total == 50_005


def test_changed_track_is_replaced_at_once() -> None:
    stage = Stage()
    stage.pages.replace(make_track(49_998, corrected_label="jazz"))
    changed = stage.pages.get(2)
    assert changed is not None and changed.corrected_label == "jazz"


def test_failure_is_told_once_and_the_next_question_is_asked_all_the_same() -> None:
    stage = Stage()
    stage.client.error = ApiError("library_unusable", "The disk is full.")
    stage.pages.refresh()
    stage.jobs.run_all()
    assert stage.failures == ["The disk is full."]
    stage.client.error = None
    stage.pages.refresh()
    stage.jobs.run_all()
    assert stage.pages.get(0) is not None


def test_lost_api_is_reported_and_the_rows_stay() -> None:
    stage = Stage()
    stage.client.error = ApiUnavailableError("gone")
    stage.pages.refresh()
    stage.jobs.run_all()
    assert stage.connection.state is ApiState.RESTARTING
    assert stage.failures == [] and stage.pages.get(0) is not None
