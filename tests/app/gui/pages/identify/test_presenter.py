from pathlib import Path

import pytest

from app.contract import Health, LauncherMessage
from app.gui.api_call import ApiError, ApiUnavailableError
from app.gui.connection import ApiConnection, ApiState
from app.gui.pages.identify.presenter import IdentifyPresenter
from app.gui.pages.identify.view import MessageText, TrackState
from app.gui.widgets.result_text import ResultText
from tests.app.gui.fakes import FakeClient, FakeView, ManualJobs, make_prediction

LOST = ApiUnavailableError("gone")


class Stage:
    """A presenter and everything around it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.view = FakeView()
        self.jobs = ManualJobs()
        self.clients: dict[str, FakeClient] = {}
        self.notice: str | None = None
        self.connection = ApiConnection(self.jobs, self.client)
        self.presenter = IdentifyPresenter(self.view, self.jobs, self.connection, self.say)
        self.presenter.start()

    def say(self, sentence: str | None) -> None:
        self.notice = sentence

    def client(self, url: str) -> FakeClient:
        return self.clients.setdefault(url, FakeClient(url))

    def say_ready(self, url: str = "http://one") -> FakeClient:
        self.connection.handle(LauncherMessage(api_state="ready", api_url=url))
        return self.clients[url]

    def connect(self, url: str = "http://one") -> FakeClient:
        client = self.say_ready(url)
        self.jobs.run_all()
        return client

    def give(self, *names: str) -> None:
        self.presenter.add_names([str(self.folder / name) for name in names])
        self.jobs.run_one()

    @property
    def answers(self) -> list[str]:
        return [row.answer.replace("\N{NO-BREAK SPACE}", " ") for row in self.view.rows.values()]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_starts_empty(stage: Stage) -> None:
    assert stage.view.page == "empty"


def test_files_given_early_wait_and_are_predicted_in_order(stage: Stage) -> None:
    stage.give("a.mp3", "b.mp3")
    assert stage.answers == ["Waiting", "Waiting"]
    assert stage.view.progress == "1 of 2"
    assert stage.view.page == MessageText("a.mp3", "Waiting for the analysis engine…", TrackState.WAITING)
    client = stage.connect()
    assert [Path(path).name for path in client.asked] == ["a.mp3", "b.mp3"]
    assert stage.answers == ["Rock 87 %", "Rock 87 %"]
    assert stage.view.progress is None


def test_one_file_at_a_time(stage: Stage) -> None:
    stage.connect()
    stage.give("a.mp3", "b.mp3")
    assert stage.answers == ["Analysing…", "Waiting"]
    assert len(stage.jobs.waiting) == 1


def test_broken_file_is_explained_and_the_next_goes_on(stage: Stage) -> None:
    client = stage.connect()
    client.answers["b.mp3"] = ApiError("audio_undecodable", "“b.mp3” is not audio.")
    stage.give("a.mp3", "b.mp3", "c.mp3")
    stage.jobs.run_all()
    assert stage.answers == ["Rock 87 %", "Failed", "Rock 87 %"]
    stage.presenter.choose_track("track-2")
    assert stage.view.page == MessageText("b.mp3", "“b.mp3” is not audio.", TrackState.FAILED)


def test_page_keeps_an_answer_until_there_is_the_next(stage: Stage) -> None:
    stage.connect()
    stage.give("a.mp3", "b.mp3")
    stage.jobs.run_one()
    assert stage.answers == ["Rock 87 %", "Analysing…"]
    assert isinstance(stage.view.page, ResultText) and stage.view.selected == "track-1"
    stage.jobs.run_one()
    assert isinstance(stage.view.page, ResultText) and stage.view.selected == "track-2"


def test_page_stays_where_a_person_put_it(stage: Stage) -> None:
    stage.connect()
    stage.give("a.mp3", "b.mp3", "c.mp3")
    stage.jobs.run_one()
    stage.presenter.choose_track("track-3")
    n_pages = len(stage.view.pages)
    stage.jobs.run_one()
    assert all(isinstance(page, MessageText) and page.title == "c.mp3" for page in stage.view.pages[n_pages:])
    stage.jobs.run_one()
    assert isinstance(stage.view.page, ResultText) and stage.view.page.title == "c.mp3"


def test_lost_api_puts_the_file_back_and_a_new_address_resumes(stage: Stage) -> None:
    old = stage.connect()
    old.answers["a.mp3"] = LOST
    old.health_answers = [LOST] * 9
    stage.give("a.mp3", "b.mp3")
    stage.jobs.run_all()
    assert stage.answers == ["Waiting", "Waiting"]
    assert stage.connection.state is ApiState.RESTARTING
    stage.jobs.run_later()
    assert stage.connection.state is ApiState.RESTARTING
    new = stage.connect("http://two")
    assert stage.answers == ["Rock 87 %", "Rock 87 %"]
    assert len(old.asked) == 1 and len(new.asked) == 2


def test_api_that_was_only_out_of_breath_is_asked_again(stage: Stage) -> None:
    client = stage.connect()
    client.answers["a.mp3"] = LOST
    stage.give("a.mp3")
    stage.jobs.run_all()
    client.answers.clear()
    stage.jobs.run_later()
    assert stage.answers == ["Rock 87 %"]


def test_file_that_ends_the_api_twice_is_set_aside(stage: Stage) -> None:
    for url in ("http://one", "http://two"):
        stage.client(url).answers["a.mp3"] = LOST
        stage.client(url).health_answers = [Health(ready=True, version="1"), *[LOST] * 9]
    stage.connect()
    stage.give("a.mp3", "b.mp3")
    stage.jobs.run_all()
    stage.connect("http://two")
    assert stage.answers == ["Failed", "Waiting"]
    stage.connect("http://three")
    assert stage.answers == ["Failed", "Rock 87 %"]


def test_launcher_message_counts_as_an_interruption_only_once(stage: Stage) -> None:
    stage.connect().answers["a.mp3"] = LOST
    stage.give("a.mp3")
    stage.connection.handle(LauncherMessage(api_state="restarting", detail="It stopped."))
    stage.jobs.run_all()
    assert stage.answers == ["Waiting"]
    stage.connect("http://two")
    assert stage.answers == ["Rock 87 %"]


def test_late_answer_of_a_replaced_api_changes_nothing(stage: Stage) -> None:
    stage.connect().answers["a.mp3"] = LOST
    stage.give("a.mp3")
    stage.say_ready("http://two")
    late, *rest = stage.jobs.waiting
    stage.jobs.waiting = rest
    stage.jobs.run_one()
    assert stage.answers == ["Analysing…"]
    late()
    assert stage.answers == ["Analysing…"]
    assert stage.connection.state is ApiState.READY


def test_busy_api_is_asked_again_later(stage: Stage) -> None:
    client = stage.connect()
    client.answers["a.mp3"] = ApiError("busy", "Too many requests.")
    stage.give("a.mp3")
    stage.jobs.run_all()
    assert stage.answers == ["Waiting"]
    client.answers.clear()
    stage.jobs.run_later()
    assert stage.answers == ["Rock 87 %"]


def test_failed_engine_stops_the_progress(stage: Stage) -> None:
    stage.give("a.mp3")
    stage.connection.handle(LauncherMessage(api_state="failed", detail="It does not start."))
    assert stage.view.progress is None
    assert isinstance(stage.view.page, MessageText) and stage.view.page.text == "The analysis engine does not run."


def test_file_given_again_is_shown_and_only_a_failed_one_is_repeated(stage: Stage) -> None:
    client = stage.connect()
    client.answers["b.mp3"] = ApiError("audio_undecodable", "No.")
    stage.give("a.mp3", "b.mp3")
    stage.jobs.run_all()
    client.answers.clear()
    stage.give("a.mp3")
    assert isinstance(stage.view.page, ResultText) and len(stage.view.rows) == 2 and not stage.jobs.waiting
    stage.give("b.mp3")
    stage.jobs.run_all()
    assert stage.answers == ["Rock 87 %", "Rock 87 %"]
    assert [Path(path).name for path in client.asked] == ["a.mp3", "b.mp3", "b.mp3"]


def test_result_page_in_words(stage: Stage) -> None:
    client = stage.connect()
    client.answers["a.mp3"] = make_prediction(warnings=["Cut off."])
    stage.give("a.mp3")
    stage.jobs.run_all()
    page = stage.view.page
    assert isinstance(page, ResultText)
    assert page.title == "a.mp3" and page.credits == ""
    assert page.reason == "Rock reaches 87% over the whole track."
    assert page.warnings == "Note: Cut off."


def test_clear_forgets_and_ignores_what_is_still_computed(stage: Stage) -> None:
    stage.connect()
    stage.give("a.mp3", "b.mp3")
    stage.presenter.clear()
    stage.jobs.run_all()
    assert stage.view.rows == {} and stage.view.page == "empty" and stage.view.progress is None


def test_cancel_stops_what_is_open_and_keeps_what_is_done(stage: Stage) -> None:
    stage.connect()
    stage.give("a.mp3", "b.mp3", "c.mp3")
    stage.jobs.run_one()
    assert stage.presenter.cancel()
    assert stage.answers == ["Rock 87 %", "Cancelled", "Cancelled"]
    assert stage.view.progress is None
    assert stage.notice is not None and stage.notice.startswith("Cancelled: 2 files were not identified.")
    # The answer to the request in flight comes too late.
    stage.jobs.run_all()
    assert stage.answers == ["Rock 87 %", "Cancelled", "Cancelled"]
    assert not stage.presenter.cancel()
    stage.give("c.mp3")
    stage.jobs.run_all()
    assert stage.answers == ["Rock 87 %", "Cancelled", "Rock 87 %"]


def test_many_files_are_taken_in_parts_and_none_is_lost(stage: Stage) -> None:
    names = [f"{index}.mp3" for index in range(180)]
    stage.give(*names)
    assert 0 < len(stage.view.rows) < 180
    assert stage.view.progress == "1 of 180"
    stage.connect()
    stage.give("late.mp3")
    for _ in range(8):
        stage.jobs.run_later()
    assert [row.name for row in stage.view.rows.values()] == [*names, "late.mp3"]
    assert set(stage.answers) == {"Rock 87 %"}


def test_clear_and_cancel_while_files_are_being_taken(stage: Stage) -> None:
    stage.give(*(f"{index}.mp3" for index in range(180)))
    stage.presenter.cancel()
    assert stage.answers == ["Cancelled"] * 180
    stage.presenter.clear()
    stage.give(*(f"{index}.mp3" for index in range(180)))
    stage.presenter.clear()
    stage.jobs.run_later()
    assert stage.view.rows == {} and stage.view.progress is None


def test_page_that_is_opened_late_knows_the_present(stage: Stage) -> None:
    stage.connect()
    view = FakeView()
    late = IdentifyPresenter(view, stage.jobs, stage.connection, stage.say)
    late.start()
    assert dict(view.facts)["Epoch"] == "200"
    late.add_names([str(stage.folder / "a.mp3")])
    stage.jobs.run_all()
    assert [row.state for row in view.rows.values()] == [TrackState.DONE]


def test_who_is_busy_with_a_track_keeps_it(stage: Stage) -> None:
    stage.connect()
    stage.give("a.mp3", "b.mp3")
    stage.jobs.run_one()
    assert isinstance(stage.view.page, ResultText) and stage.view.page.title == "a.mp3"
    stage.presenter.stay()
    stage.jobs.run_all()
    assert stage.view.page.title == "a.mp3"
    assert stage.answers == ["Rock 87 %", "Rock 87 %"]


def test_removed_file_makes_room_for_its_neighbour(stage: Stage) -> None:
    stage.connect()
    stage.give("a.mp3", "b.mp3", "c.mp3")
    stage.jobs.run_all()
    ids = list(stage.view.rows)
    stage.presenter.choose_track(ids[1])
    stage.presenter.remove(ids[1])
    assert list(stage.view.rows) == [ids[0], ids[2]] and stage.view.selected == ids[2]
    stage.presenter.remove(ids[2])
    assert stage.view.selected == ids[0]
    stage.presenter.remove(ids[0])
    assert stage.view.page == "empty" and stage.view.progress is None


def test_removing_the_file_in_flight_goes_on_with_the_next(stage: Stage) -> None:
    client = stage.connect()
    stage.give("a.mp3", "b.mp3")
    stage.presenter.remove(next(iter(stage.view.rows)))
    assert stage.answers == ["Analysing…"]
    stage.jobs.run_all()
    assert stage.answers == ["Rock 87 %"]
    assert [Path(path).name for path in client.asked] == ["a.mp3", "b.mp3"]


def test_removing_what_is_not_there_does_nothing(stage: Stage) -> None:
    stage.give("a.mp3")
    stage.presenter.remove("track-99")
    assert stage.answers == ["Waiting"]


def test_page_knows_where_the_file_lies(stage: Stage) -> None:
    stage.connect()
    stage.give("a.mp3")
    stage.jobs.run_all()
    assert isinstance(stage.view.page, ResultText) and stage.view.page.path == str(stage.folder / "a.mp3")
