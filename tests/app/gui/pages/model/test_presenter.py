from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest

from app.contract import ConfusionMatrix, History, LauncherMessage, ModelDetails, ModelList, ModelSummary, Problem
from app.gui.api_call import ApiError, ApiUnavailableError
from app.gui.connection import ApiConnection, ApiState
from app.gui.pages.model.presenter import ModelPresenter
from app.gui.pages.model.view import ModelHeading, ModelRow, Particulars
from app.gui.pages.page import PageContext
from app.gui.preferences import Preferences
from app.gui.widgets.message_panel import TRY_AGAIN, Message
from app.user_settings import SettingsFile, UserSettings
from tests.app.gui.fake_models import BAD_NAME, N_LISTS_WHILE_LOADING, FakeModels
from tests.app.gui.fakes import FakeClient, ManualJobs

Answer = TypeVar("Answer")


class ClientOfModels(FakeClient):
    """Answers as the fake API would, or with an error."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.store = FakeModels()
        #: By the name of the method: what it raises.
        self.errors: dict[str, Exception] = {}
        self.n_asked: dict[str, int] = {}

    def list_models(self) -> ModelList:
        return self._answer("list_models", self.store.list_models)

    def model(self, model_id: str) -> ModelDetails:
        return self._answer("model", self.store.get, f"/api/models/{model_id}", None)

    def history(self, model_id: str | None = None) -> History:
        return self._answer("history", self.store.get, "/api/history", model_id)

    def confusion_matrix(self, model_id: str | None = None) -> ConfusionMatrix:
        return self._answer("confusion_matrix", self.store.get, "/api/confusion-matrix", model_id)

    def activate_model(self, model_id: str) -> ModelSummary:
        return self._answer("activate_model", self.store.activate, model_id)

    def add_model(self, path: str) -> ModelSummary:
        return self._answer("add_model", self.store.add, path)

    def remove_model(self, model_id: str) -> ModelList:
        return self._answer("remove_model", self.store.remove, model_id)

    def _answer(self, name: str, ask: Any, *arguments: Any) -> Any:
        self.n_asked[name] = self.n_asked.get(name, 0) + 1
        if name in self.errors:
            raise self.errors[name]
        answer = ask(*arguments)
        if isinstance(answer, Problem):
            raise ApiError(answer.code, answer.detail)
        return answer


class FakeModelView:
    """Remembers what it was told last."""

    def __init__(self) -> None:
        self.message: Message | None = None
        self.rows: dict[str, ModelRow] = {}
        self.looked_at = ""
        self.heading: ModelHeading | None = None
        self.particulars: Particulars | None = None
        self.reason: Message | None = None
        self.progress: str | None = None

    def show_message(self, message: Message) -> None:
        self.message = message

    def show_models(self, rows: Sequence[ModelRow], looked_at: str) -> None:
        self.message, self.rows, self.looked_at = None, {row.model_id: row for row in rows}, looked_at

    def show_heading(self, heading: ModelHeading) -> None:
        self.heading = heading

    def show_particulars(self, particulars: Particulars) -> None:
        self.particulars, self.reason = particulars, None

    def show_no_particulars(self, message: Message | None) -> None:
        self.particulars, self.reason = None, message

    def show_progress(self, text: str | None) -> None:
        self.progress = text


class Stage:
    """A presenter and everything around it."""

    def __init__(self, folder: Path) -> None:
        self.jobs = ManualJobs()
        self.clients: dict[str, ClientOfModels] = {}
        self.said: list[str | None] = []
        self.preferences = Preferences(SettingsFile(folder), UserSettings(), self.jobs, self.said.append)
        self.connection = ApiConnection(self.jobs, lambda url: self.clients.setdefault(url, ClientOfModels(url)))
        self.view = FakeModelView()
        context = PageContext(
            connection=self.connection,
            jobs=self.jobs,
            preferences=self.preferences,
            navigate=lambda page_id: pytest.fail("nobody goes elsewhere"),
            browse=lambda: None,
            say=self.said.append,
        )
        self.presenter = ModelPresenter(self.view, context)
        self.presenter.start()

    def connect(self, url: str = "http://one") -> ClientOfModels:
        self.connection.handle(LauncherMessage(api_state="ready", api_url=url))
        self.jobs.run_all()
        return self.clients[url]

    def load(self) -> None:
        """Until the model has been loaded."""
        for _ in range(N_LISTS_WHILE_LOADING + 2):
            self.jobs.run_all()
            self.jobs.run_later()

    @property
    def heading(self) -> ModelHeading:
        assert self.view.heading is not None
        return self.view.heading


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_before_the_engine_is_ready_its_start_is_told(stage: Stage) -> None:
    assert stage.view.message is not None and not stage.view.message.is_error
    assert "starting" in stage.view.message.title


def test_engine_that_cannot_start_is_told_with_what_to_do(stage: Stage) -> None:
    stage.connection.handle(LauncherMessage(api_state="failed", detail="It stopped three times in a row."))
    message = stage.view.message
    assert message is not None and message.is_error
    assert message.sentence.startswith("It stopped three times in a row. Start the program again")


def test_models_are_listed_and_the_active_one_is_looked_at(stage: Stage) -> None:
    stage.connect()
    assert list(stage.view.rows) == ["gtzan", "fma_small", "my_bands", "torn"]
    assert stage.view.looked_at == "gtzan" and stage.view.rows["gtzan"].is_active
    assert stage.view.particulars is not None and stage.view.particulars.history.model_id == "gtzan"
    assert {fact.name: fact.value for fact in stage.heading.facts}["Calibration error"].startswith("4.4")


def test_what_was_asked_once_is_not_asked_again(stage: Stage) -> None:
    client = stage.connect()
    for model_id in ("fma_small", "gtzan", "fma_small"):
        stage.presenter.look_at(model_id)
        stage.jobs.run_all()
        assert stage.view.particulars is not None and stage.view.particulars.details.id == model_id
    assert client.n_asked["model"] == 2


def test_quick_changes_end_with_the_last_one(stage: Stage) -> None:
    stage.connect()
    stage.presenter.look_at("fma_small")
    stage.presenter.look_at("my_bands")
    stage.jobs.run_one()
    assert stage.view.particulars is None
    stage.jobs.run_all()
    assert stage.view.particulars is not None and stage.view.particulars.details.id == "my_bands"


def test_chosen_model_answers_when_it_is_loaded_and_is_remembered(stage: Stage, tmp_path: Path) -> None:
    client = stage.connect()
    stage.presenter.look_at("fma_small")
    stage.presenter.use()
    assert stage.view.progress == "Loading “fma_small”…" and stage.heading.state == "Loading…"
    assert stage.view.rows["gtzan"].is_active and not stage.heading.can_use
    assert stage.preferences.current.model is None
    stage.load()
    assert stage.view.progress is None and stage.heading.state == "In use"
    assert stage.view.rows["fma_small"].is_active and not stage.view.rows["gtzan"].is_active
    assert SettingsFile(tmp_path).read().settings.model == "fma_small"
    assert client.n_asked["activate_model"] == 1 and stage.jobs.later == []


def test_list_from_before_the_choice_says_nothing_of_it(stage: Stage) -> None:
    stage.connect()
    stage.presenter.look_at("fma_small")
    stage.jobs.run_all()
    stage.presenter.refresh()
    stage.presenter.use()
    stage.jobs.run_one()
    assert stage.heading.state == "Loading…" and stage.said[-1] is None
    stage.load()
    assert stage.heading.state == "In use" and stage.preferences.current.model == "fma_small"


def test_model_that_cannot_be_loaded_leaves_the_old_one_and_says_why(stage: Stage) -> None:
    client = stage.connect()
    stage.presenter.add(f"/home/me/{BAD_NAME}_weights.pt")
    stage.jobs.run_all()
    assert stage.view.looked_at == "bad_weights"
    stage.presenter.use()
    stage.load()
    assert client.store.active_id == "gtzan" and stage.preferences.current.model is None
    assert stage.said[-1] is not None and stage.said[-1].endswith("“gtzan” goes on answering.")
    assert "weights do not fit" in stage.said[-1] and "weights do not fit" in stage.heading.note
    assert stage.heading.can_use and stage.heading.can_remove


def test_refused_activation_is_told_and_undone(stage: Stage) -> None:
    client = stage.connect()
    client.errors["activate_model"] = ApiError("model_loading", "“other” is being loaded; try again when it is ready.")
    stage.presenter.look_at("fma_small")
    stage.presenter.use()
    stage.jobs.run_all()
    assert stage.said[-1] == "“fma_small” cannot be used: “other” is being loaded; try again when it is ready."
    assert stage.view.progress is None and stage.heading.can_use


def test_checkpoint_is_added_and_looked_at(stage: Stage) -> None:
    stage.connect()
    stage.presenter.add("/home/me/village.pt")
    assert stage.view.progress == "Trying “village.pt”…"
    stage.presenter.add("/home/me/second.pt")
    assert stage.said[-1] == "“second.pt” was not added: “village.pt” is being added. Try again when that is done."
    stage.jobs.run_all()
    assert stage.view.looked_at == "village" and stage.view.progress is None
    assert "second" not in stage.view.rows


def test_file_that_is_no_checkpoint_is_refused_with_a_sentence(stage: Stage) -> None:
    stage.connect()
    stage.presenter.add(f"/home/me/{BAD_NAME}.pt")
    stage.jobs.run_all()
    assert stage.said[-1] == "“bad.pt” was not added: “bad.pt” is not a checkpoint of this program."
    assert stage.view.progress is None and stage.view.looked_at == "gtzan"


def test_removed_model_is_gone_and_no_longer_wanted_at_the_start(stage: Stage) -> None:
    stage.connect()
    stage.preferences.change(model="my_bands")
    stage.presenter.look_at("my_bands")
    stage.presenter.remove()
    stage.jobs.run_all()
    assert "my_bands" not in stage.view.rows and stage.view.looked_at == "gtzan"
    assert stage.preferences.current.model is None


def test_list_that_fails_can_be_asked_for_again(stage: Stage) -> None:
    client = ClientOfModels("http://one")
    client.errors["list_models"] = ApiError("timeout", "There was no answer within 15 seconds.")
    stage.clients["http://one"] = client
    stage.connect()
    assert stage.view.message is not None and stage.view.message.action == TRY_AGAIN
    assert stage.view.message.sentence.startswith("There was no answer within 15 seconds. Try again")
    client.errors.clear()
    stage.presenter.show_again()
    stage.jobs.run_all()
    assert stage.view.message is None and stage.view.rows


def test_figures_that_fail_can_be_asked_for_again(stage: Stage) -> None:
    client = stage.connect()
    client.errors["history"] = ApiError("model_unusable", "its file has been changed.")
    stage.presenter.look_at("fma_small")
    stage.jobs.run_all()
    assert stage.view.reason is not None and stage.view.reason.action == TRY_AGAIN
    assert stage.view.reason.sentence == "Its file has been changed. Choose another model, or try again."
    client.errors.clear()
    stage.presenter.show_again()
    stage.jobs.run_all()
    assert stage.view.particulars is not None and stage.view.reason is None


def test_engine_that_dies_while_a_model_is_added_is_told(stage: Stage) -> None:
    client = stage.connect()
    client.errors["add_model"] = ApiUnavailableError("gone")
    stage.presenter.add("/home/me/village.pt")
    stage.jobs.run_all()
    assert stage.said[-1] == ("“village.pt” was not added: the analysis engine stopped. Try again when it is ready.")
    assert stage.connection.state is ApiState.RESTARTING and stage.view.progress is None
    stage.presenter.add("/home/me/village.pt")
    assert stage.said[-1] is not None and "the analysis engine is not ready" in stage.said[-1]


def test_another_engine_begins_anew(stage: Stage) -> None:
    stage.connect()
    stage.presenter.look_at("fma_small")
    stage.presenter.use()
    stage.connection.handle(LauncherMessage(api_state="restarting"))
    assert stage.view.progress is None
    stage.connect("http://two")
    stage.load()
    assert stage.view.rows["gtzan"].is_active and stage.heading.can_use
    assert stage.preferences.current.model is None


def test_model_that_is_loaded_by_somebody_else_is_followed(stage: Stage) -> None:
    client = stage.connect()
    client.store.activate("fma_small")
    stage.presenter.refresh()
    stage.jobs.run_all()
    assert stage.view.progress == "Loading “fma_small”…"
    stage.load()
    assert stage.view.rows["fma_small"].is_active
    # The person has chosen nothing.
    assert stage.preferences.current.model is None
