from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from app.contract import DatasetDescription, LauncherMessage, ModelList, ModelSummary
from app.gui.api_call import ApiError
from app.gui.connection import ApiConnection
from app.gui.pages.settings.presenter import SettingsPresenter
from app.gui.pages.settings.view import STANDARD_MODEL
from app.gui.preferences import Preferences
from app.user_settings import SettingsFile, UserSettings
from core.audio.port_audio import InputDevice
from core.errors import MicrophoneError
from tests.app.gui.fakes import FakeClient, ManualJobs


class FakeSettingsView:
    """Remembers what it was told last."""

    def __init__(self) -> None:
        self.shown: dict[str, object] = {}
        self.names: dict[str, Mapping[str, str]] = {}
        self.notes: dict[str, str] = {}

    def show_theme(self, theme: str) -> None:
        self.shown["theme"] = theme

    def show_accent(self, accent: str) -> None:
        self.shown["accent"] = accent

    def show_scaling(self, percent: int | None, note: str) -> None:
        self.shown["scaling"], self.notes["scaling"] = percent, note

    def show_devices(self, names: Mapping[str, str], device: str, note: str) -> None:
        self.shown["device"], self.names["device"], self.notes["device"] = device, names, note

    def show_models(self, names: Mapping[str, str], model_id: str, note: str) -> None:
        self.shown["model"], self.names["model"], self.notes["model"] = model_id, names, note

    def show_min_confidence(self, percent: int | None, note: str) -> None:
        self.shown["min_confidence"], self.notes["min_confidence"] = percent, note

    def show_microphones(self, names: Mapping[str, str], name: str, note: str) -> None:
        self.shown["microphone"], self.names["microphone"], self.notes["microphone"] = name, names, note

    def show_folder(self, folder: str | None) -> None:
        self.shown["folder"] = folder


def summary(model_id: str, error: str | None = None) -> ModelSummary:
    return ModelSummary(
        id=model_id,
        title=model_id,
        genres=[],
        dataset=DatasetDescription(),
        size_bytes=1,
        is_shipped=True,
        state="failed" if error else "available",
        error=error,
    )


class Stage:
    """A presenter and everything around it."""

    def __init__(self, folder: Path, settings: UserSettings) -> None:
        self.file = SettingsFile(folder)
        self.jobs = ManualJobs()
        self.client = FakeClient("http://one")
        self.problems: list[str] = []
        self.preferences = Preferences(self.file, settings, self.jobs, self.problems.append)
        self.connection = ApiConnection(self.jobs, lambda url: self.client)
        self.view = FakeSettingsView()
        self.connected: list[str] = ["Built-in", "Desk"]
        self.presenter = SettingsPresenter(
            self.view, self.jobs, self.connection, self.preferences, lambda: 150, self.list_microphones
        )
        self.presenter.start()

    def list_microphones(self) -> Sequence[InputDevice]:
        if not self.connected:
            raise MicrophoneError("Nothing can be heard.")
        return [InputDevice(index, name, 1, 48_000, index == 0) for index, name in enumerate(self.connected)]

    def connect(self) -> None:
        self.connection.handle(LauncherMessage(api_state="ready", api_url="http://one"))
        self.jobs.run_all()


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, UserSettings())


def test_choices_are_shown_and_kept(stage: Stage) -> None:
    stage.presenter.choose_theme("dark")
    stage.presenter.choose_accent("rose")
    stage.presenter.choose_folder("/music")
    assert (stage.view.shown["theme"], stage.view.shown["accent"]) == ("dark", "rose")
    stage.jobs.run_all()
    assert stage.file.read().settings == UserSettings(theme="dark", accent="rose", browse_folder="/music")
    stage.presenter.choose_folder(None)
    stage.jobs.run_all()
    assert stage.file.read().settings.browse_folder is None


def test_the_threshold_is_the_models_own_until_the_person_sets_one(stage: Stage) -> None:
    assert (stage.view.shown["min_confidence"], stage.view.notes["min_confidence"]) == (None, "")
    stage.presenter.choose_min_confidence(80)
    assert stage.view.shown["min_confidence"] == 80
    assert stage.view.notes["min_confidence"] == "Answers below are called unsure. Takes effect at the next start."
    stage.jobs.run_all()
    assert stage.file.read().settings.min_confidence_percent == 80


def test_size_that_does_not_fit_the_screen_is_explained(stage: Stage) -> None:
    stage.presenter.choose_scaling(150)
    assert stage.view.notes["scaling"] == ""
    stage.presenter.choose_scaling(200)
    assert stage.view.notes["scaling"] == "200 % does not fit this screen; 150 % is used."


def test_models_come_from_the_api_and_broken_ones_are_left_out(stage: Stage) -> None:
    stage.client.models = ModelList(models=[summary("gtzan"), summary("mine"), summary("torn", "It is damaged.")])
    stage.connect()
    assert list(stage.view.names["model"]) == [STANDARD_MODEL, "gtzan", "mine"]
    stage.presenter.choose_model("mine")
    assert stage.view.shown["model"] == "mine"
    assert stage.view.notes["model"] == "Now: gtzan. Takes effect at the next start."
    stage.presenter.choose_model(STANDARD_MODEL)
    assert stage.preferences.current.model is None
    assert stage.view.notes["model"] == "Now: gtzan."


def test_without_a_list_only_the_active_model_can_be_chosen(stage: Stage) -> None:
    stage.client.models = ApiError("not_found", "There is nothing here.")
    stage.connect()
    assert list(stage.view.names["model"]) == [STANDARD_MODEL, "gtzan"]


def test_chosen_model_and_device_that_are_gone_stay_visible(tmp_path: Path) -> None:
    stage = Stage(tmp_path, UserSettings(model="removed", device="cuda:3"))
    stage.connect()
    assert "removed" in stage.view.names["model"] and stage.view.shown["model"] == "removed"
    assert "cuda:3" in stage.view.names["device"] and stage.view.shown["device"] == "cuda:3"
    assert stage.view.notes["device"] == "Now: cpu."


def test_a_microphone_that_is_gone_stays_chosen(tmp_path: Path) -> None:
    stage = Stage(tmp_path, UserSettings(microphone="Studio"))
    assert stage.view.names["microphone"] == {"": "System default", "Studio": "Studio"}
    stage.jobs.run_all()
    assert stage.view.names["microphone"] == {
        "": "System default (Built-in)",
        "Built-in": "Built-in",
        "Desk": "Desk",
        "Studio": "Studio (not connected)",
    }
    assert stage.view.shown["microphone"] == "Studio"
    assert stage.view.notes["microphone"] == "The system default is used meanwhile."
    stage.presenter.microphones.choose("Desk")
    assert list(stage.view.names["microphone"]) == ["", "Built-in", "Desk"]
    assert (stage.view.shown["microphone"], stage.view.notes["microphone"]) == ("Desk", "")
    stage.connected.append("Studio")
    stage.presenter.refresh()
    stage.jobs.run_all()
    assert list(stage.view.names["microphone"]) == ["", "Built-in", "Desk", "Studio"]
    assert stage.file.read().settings.microphone == "Desk"


def test_why_no_microphone_can_be_chosen_is_told(stage: Stage) -> None:
    stage.connected.clear()
    stage.jobs.run_all()
    assert stage.view.names["microphone"] == {"": "System default"}
    assert stage.view.notes["microphone"] == "Nothing can be heard."


def test_settings_that_cannot_be_written_are_told_and_used_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    stage = Stage(tmp_path / "file" / "folder", UserSettings())
    stage.presenter.choose_theme("dark")
    stage.jobs.run_all()
    assert stage.view.shown["theme"] == "dark"
    assert len(stage.problems) == 1 and stage.problems[0].startswith("The settings could not be saved")
