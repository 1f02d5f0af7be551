"""Decides what the page of settings shows and keeps. Knows no widget."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from app.contract import Health, Metrics, ModelList
from app.gui.connection import ApiConnection, ApiFollower
from app.gui.jobs import Jobs
from app.gui.pages.settings.microphones import MicrophoneChoice
from app.gui.pages.settings.view import STANDARD_MODEL, SettingsView
from app.gui.preferences import Preferences
from app.user_settings import AUTOMATIC_DEVICE, AccentName, ConfidencePercent, ScalingPercent, ThemeName
from core.audio.port_audio import InputDevice

_DEVICE_NAMES: Final = {
    AUTOMATIC_DEVICE: "Automatic: the best that works",
    "cpu": "CPU",
    "cuda": "NVIDIA GPU (cuda)",
    "mps": "Apple GPU (mps)",
}
_NEXT_START: Final = "Takes effect at the next start."


class SettingsPresenter(ApiFollower):
    """Shows the settings, and keeps what a person chooses.

    Args:
        view: What shows it all.
        jobs: Where blocking work runs.
        connection: The API, which knows the models.
        preferences: Where the settings are kept.
        largest_scaling_percent: Asks how large things can be before the window leaves the screen.
        list_microphones: Asks the system for what is connected; takes a moment.

    Attributes:
        microphones: The choice among them.
    """

    def __init__(
        self,
        view: SettingsView,
        jobs: Jobs,
        connection: ApiConnection,
        preferences: Preferences,
        largest_scaling_percent: Callable[[], int],
        list_microphones: Callable[[], Sequence[InputDevice]],
    ) -> None:
        self.microphones = MicrophoneChoice(view, jobs, preferences, list_microphones)
        self._view = view
        self._jobs = jobs
        self._connection = connection
        self._preferences = preferences
        self._largest_scaling_percent = largest_scaling_percent
        self._model_ids: list[str] = []
        self._started_with = preferences.current

    def start(self) -> None:
        """Show what is known."""
        self._show()
        self._preferences.follow(lambda changed: self._show())
        self._connection.follow(self)
        self.microphones.refresh()

    def refresh(self) -> None:
        """Ask which models and microphones there are now."""
        self._ask_for_models()
        self.microphones.refresh()

    def _ask_for_models(self) -> None:
        client = self._connection.client
        if client is not None:
            self._jobs.submit(client.list_models, self._take_models, self._go_without_models)

    def on_api_ready(self) -> None:
        """Models can be asked for."""
        self._ask_for_models()

    def on_api_model(self, metrics: Metrics, health: Health) -> None:
        """Which model and device answer now."""
        self._show()

    def choose_theme(self, theme: ThemeName) -> None:
        """Light, dark or system."""
        self._preferences.change(theme=theme)

    def choose_accent(self, accent: AccentName) -> None:
        """The one colour."""
        self._preferences.change(accent=accent)

    def choose_scaling(self, percent: ScalingPercent | None) -> None:
        """How large everything is; ``None`` for the desktop's wish."""
        self._preferences.change(scaling_percent=percent)

    def choose_device(self, device: str) -> None:
        """What computes, from the next start on."""
        self._preferences.change(device=device)

    def choose_model(self, model_id: str) -> None:
        """What answers, from the next start on."""
        self._preferences.change(model=model_id or None)

    def choose_min_confidence(self, percent: ConfidencePercent | None) -> None:
        """From where on answers are called confident, from the next start on."""
        self._preferences.change(min_confidence_percent=percent)

    def choose_folder(self, folder: str | None) -> None:
        """Where the choice of files begins; ``None`` leaves it to the desktop."""
        self._preferences.change(browse_folder=folder)

    def _take_models(self, models: ModelList) -> None:
        self._model_ids = [model.id for model in models.models if model.error is None]
        self._show()

    def _go_without_models(self, error: Exception) -> None:
        # An older engine has no such list, and a lost one says so elsewhere: the active model is known all the same.
        self._show()

    def _show(self) -> None:
        settings, view = self._preferences.current, self._view
        view.show_theme(settings.theme)
        view.show_accent(settings.accent)
        view.show_scaling(settings.scaling_percent, self._explain_scaling(settings.scaling_percent))
        view.show_devices(self._name_devices(settings.device), settings.device, self._explain_device())
        view.show_models(self._name_models(settings.model), settings.model or STANDARD_MODEL, self._explain_model())
        view.show_min_confidence(settings.min_confidence_percent, self._explain_min_confidence())
        self.microphones.show()
        view.show_folder(settings.browse_folder)

    def _explain_scaling(self, percent: int | None) -> str:
        largest = self._largest_scaling_percent()
        if percent is None or percent <= largest:
            return ""
        return f"{percent} % does not fit this screen; {largest} % is used."

    def _name_devices(self, chosen: str) -> Mapping[str, str]:
        gpu = "mps" if sys.platform == "darwin" else "cuda"
        return {device: _DEVICE_NAMES.get(device, device) for device in (AUTOMATIC_DEVICE, "cpu", gpu, chosen)}

    def _explain_device(self) -> str:
        health = self._connection.health
        now = f"Now: {health.device}." if health is not None and health.device else ""
        return self._explain_next_start("device", now)

    def _name_models(self, chosen: str | None) -> Mapping[str, str]:
        health = self._connection.health
        known_ids = [*self._model_ids, health.model_id if health is not None else None, chosen]
        return {STANDARD_MODEL: "The program’s own choice"} | {known: known for known in known_ids if known is not None}

    def _explain_model(self) -> str:
        health = self._connection.health
        now = f"Now: {health.model_id}." if health is not None and health.model_id else ""
        if health is not None and health.model_id == self._preferences.current.model:
            # Chosen on the page of models, it answers already.
            return now
        return self._explain_next_start("model", now)

    def _explain_min_confidence(self) -> str:
        now = "Answers below are called unsure." if self._preferences.current.min_confidence_percent else ""
        return self._explain_next_start("min_confidence_percent", now)

    def _explain_next_start(self, name: str, now: str) -> str:
        is_changed = getattr(self._preferences.current, name) != getattr(self._started_with, name)
        return " ".join(part for part in (now, _NEXT_START if is_changed else "") if part)
