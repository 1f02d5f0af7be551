"""What the person prefers, kept as JSON in the user's configuration folder.

The launcher reads it to start the API, the window reads and changes it. Two copies of the program may run at once:
every change is merged into what the file says at that moment, and the file is replaced as a whole.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from platformdirs import user_config_path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from app.settings import PROJECT

#: Names another folder: for a second, separate set of settings, and for tests, which must not touch the user's own.
CONFIG_VARIABLE = "GENRESCOPE_CONFIG"

FILE_NAME: Final = "settings.json"
BROKEN_FILE_NAME: Final = "settings.broken.json"

ThemeName = Literal["system", "light", "dark"]
AccentName = Literal["indigo", "teal", "green", "violet", "rose", "amber"]
ScalingPercent = Literal[100, 125, 150, 175, 200]
ConfidencePercent = Literal[50, 60, 70, 80, 90]
SCALING_PERCENTS: Final[tuple[ScalingPercent, ...]] = (100, 125, 150, 175, 200)
CONFIDENCE_PERCENTS: Final[tuple[ConfidencePercent, ...]] = (50, 60, 70, 80, 90)

AUTOMATIC_DEVICE: Final = "auto"
#: Stands for whichever microphone the system prefers.
DEFAULT_MICROPHONE: Final = ""


class _Settings(BaseModel):
    # What a newer program has written is kept, although this one does not know it.
    model_config = ConfigDict(frozen=True, extra="allow", protected_namespaces=())


class WindowPlace(_Settings):
    """Where the window was.

    Attributes:
        x, y: Of the top left corner, in pixels of the screen.
        width, height: In units of the layout, so that another scaling does not change what fits.
        is_maximised: It filled the screen; the other values are those that it goes back to.
    """

    x: int
    y: int
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    is_maximised: bool = False


class UserSettings(_Settings):
    """All settings, with their defaults.

    Attributes:
        theme: Light, dark, or what the desktop says.
        accent: The one colour.
        scaling_percent: Size of everything; ``None`` follows the desktop.
        device: PyTorch device of the analysis engine, or ``auto`` for the best that works.
        model: Id of the model that is loaded at the start; ``None`` for the program's own choice.
        min_confidence_percent: Answers below it are called unsure; ``None`` for what the model was calibrated for.
        microphone: Name of the one to listen through; empty for the one that the system prefers, which is also used
            while this one is not connected.
        browse_folder: Where the choice of files begins; ``None`` leaves it to the desktop.
        last_page: Shown first at the next start.
        window: Where the window was; ``None`` before it has been closed once.
    """

    theme: ThemeName = "system"
    accent: AccentName = "indigo"
    scaling_percent: ScalingPercent | None = None
    device: Annotated[str, StringConstraints(pattern=r"^(auto|cpu|mps|cuda(:\d+)?)$")] = AUTOMATIC_DEVICE
    model: Annotated[str, StringConstraints(min_length=1)] | None = None
    min_confidence_percent: ConfidencePercent | None = None
    microphone: str = DEFAULT_MICROPHONE
    browse_folder: str | None = None
    last_page: str = "identify"
    window: WindowPlace | None = None


@dataclass(frozen=True)
class LoadedSettings:
    """What came of reading.

    Attributes:
        settings: Valid in any case.
        problem: A sentence for the person, where something of the file could not be used.
    """

    settings: UserSettings
    problem: str | None = None


def config_folder() -> Path:
    """The user's configuration folder as an absolute path; it need not exist yet."""
    chosen = os.environ.get(CONFIG_VARIABLE)
    return Path(chosen).absolute() if chosen else user_config_path(PROJECT, appauthor=False)


class SettingsFile:
    """The file with the settings. Safe to use from several threads.

    Args:
        folder: Where it lies; ``None`` for the user's configuration folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.path = (folder or config_folder()) / FILE_NAME
        self._lock = threading.Lock()

    def read(self) -> LoadedSettings:
        """Read, and leave the file as it is."""
        try:
            values = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return LoadedSettings(UserSettings())
        except OSError as error:
            reason = error.strerror or "unknown error"
            return LoadedSettings(UserSettings(), f"The settings cannot be read ({reason}); the defaults are used.")
        except (ValueError, RecursionError):
            values = None
        if not isinstance(values, dict):
            return LoadedSettings(UserSettings(), f"The settings were damaged; the defaults are used. {_KEPT}")
        return _validate(values)

    def load(self) -> LoadedSettings:
        """Read, and keep a file that could not be used as it was beside the one that will be written."""
        with self._lock:
            loaded = self.read()
            if loaded.problem is not None and self.path.is_file():
                with contextlib.suppress(OSError):
                    self.path.replace(self.path.with_name(BROKEN_FILE_NAME))
                    self._write(loaded.settings)
            return loaded

    def change(self, changes: Mapping[str, Any]) -> None:
        """Write some settings; the others stay as they are on the disk.

        Args:
            changes: Values by name, as ``UserSettings`` has them.

        Raises:
            OSError: When the file cannot be written.
            ValidationError: When a value is none of those that are allowed.
        """
        with self._lock:
            values = self.read().settings.model_dump() | dict(changes)
            self._write(UserSettings.model_validate(values))

    def _write(self, settings: UserSettings) -> None:
        folder = self.path.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # In the same folder, so that replacing is one step: there is always a whole file, the old or the new one.
        descriptor, name = tempfile.mkstemp(prefix=".settings-", suffix=".json", dir=folder)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                # Letters beyond ASCII are written as numbers: names of folders may hold bytes that are no text.
                file.write(json.dumps(settings.model_dump(), indent=2) + "\n")
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


_KEPT: Final = f"The old file is kept as “{BROKEN_FILE_NAME}”."


def _validate(values: dict[str, Any]) -> LoadedSettings:
    """Take what is valid: one wrong value is no reason to lose the others."""
    try:
        return LoadedSettings(UserSettings.model_validate(values))
    except ValidationError as error:
        wrong = sorted({str(detail["loc"][0]) for detail in error.errors() if detail["loc"]})
    settings = UserSettings.model_validate({key: value for key, value in values.items() if key not in wrong})
    names = " and ".join(f"“{name}”" for name in wrong)
    problem = f"The settings for {names} were not understood and have their defaults again. {_KEPT}"
    return LoadedSettings(settings, problem)
