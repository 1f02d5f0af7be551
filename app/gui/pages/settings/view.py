"""What the presenter tells the page of settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from app.user_settings import AccentName, ConfidencePercent, ScalingPercent, ThemeName

#: Stands for “no choice of one's own”: the model that the program comes with.
STANDARD_MODEL = ""


class SettingsView(Protocol):
    """The page as the presenter sees it. Called in Tk's thread only."""

    def show_theme(self, theme: ThemeName) -> None:
        """Light, dark or system."""

    def show_accent(self, accent: AccentName) -> None:
        """The chosen colour."""

    def show_scaling(self, percent: ScalingPercent | None, note: str) -> None:
        """The chosen size, and what is to be said of it."""

    def show_devices(self, names: Mapping[str, str], device: str, note: str) -> None:
        """The devices that can be chosen, by id, the chosen one, and what is to be said of it."""

    def show_models(self, names: Mapping[str, str], model_id: str, note: str) -> None:
        """The models that can be chosen, by id, the chosen one, and what is to be said of it."""

    def show_min_confidence(self, percent: ConfidencePercent | None, note: str) -> None:
        """From where on answers are called confident, and what is to be said of it."""

    def show_microphones(self, names: Mapping[str, str], name: str, note: str) -> None:
        """The microphones that can be chosen, by name, the chosen one, and what is to be said of it."""

    def show_folder(self, folder: str | None) -> None:
        """Where the choice of files begins; ``None`` where the desktop decides."""
