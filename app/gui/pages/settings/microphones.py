"""Decides what the choice of the microphone shows and keeps. Knows no widget."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.gui.jobs import Jobs
from app.gui.pages.settings.view import SettingsView
from app.gui.preferences import Preferences
from app.user_settings import DEFAULT_MICROPHONE
from core.audio.port_audio import InputDevice


class MicrophoneChoice:
    """The choice among the microphones that are connected, and the one that was chosen once.

    Args:
        view: What shows it.
        jobs: Where the system is asked.
        preferences: Where the choice is kept.
        list_devices: Asks the system; takes a moment, and raises a sentence for the person where it cannot be asked.
    """

    def __init__(
        self,
        view: SettingsView,
        jobs: Jobs,
        preferences: Preferences,
        list_devices: Callable[[], Sequence[InputDevice]],
    ) -> None:
        self._view = view
        self._jobs = jobs
        self._preferences = preferences
        self._list_devices = list_devices
        # None: the system has not answered yet.
        self._devices: Sequence[InputDevice] | None = None
        self._problem = ""
        self._is_asking = False

    def refresh(self) -> None:
        """Ask the system what is connected now."""
        if not self._is_asking:
            self._is_asking = True
            self._jobs.submit(self._list_devices, self._take, self._fail)

    def choose(self, name: str) -> None:
        """Listen through this one from the next time on."""
        self._preferences.change(microphone=name)

    def show(self) -> None:
        """Show what is known."""
        chosen = self._preferences.current.microphone
        devices = self._devices or ()
        favourite = next((device.name for device in devices if device.is_default), None)
        names = {DEFAULT_MICROPHONE: f"System default ({favourite})" if favourite else "System default"}
        names |= {device.name: device.name for device in devices}
        is_gone = self._devices is not None and chosen not in names
        names.setdefault(chosen, f"{chosen} (not connected)" if is_gone else chosen)
        self._view.show_microphones(names, chosen, self._explain(is_gone))

    def _explain(self, is_gone: bool) -> str:
        if self._problem or self._devices is None:
            return self._problem
        if not self._devices:
            return "No microphone was found. Connect one and press “Refresh”."
        return "The system default is used meanwhile." if is_gone else ""

    def _take(self, devices: Sequence[InputDevice], problem: str = "") -> None:
        self._is_asking, self._devices, self._problem = False, devices, problem
        self.show()

    def _fail(self, error: Exception) -> None:
        self._take((), str(error))
