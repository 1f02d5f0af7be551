"""Every error that Genrescope raises on purpose.

    GenrescopeError
    ├── AudioError                  something is wrong with the file, not with the program
    │   ├── AudioNotFoundError      no such file, not a plain file, or not readable
    │   ├── AudioDecodeError        no backend could read it
    │   ├── AudioEmptyError         it was read, and holds no sound
    │   └── AudioLimitError         it is larger than the limits allow
    ├── FeatureError                a feature array of the wrong shape or with impossible values
    ├── DeviceError                 the device that was asked for cannot compute
    ├── MicrophoneError             sound cannot be recorded, or no longer
    ├── PlaybackError               sound cannot be played, or no longer
    ├── DatasetError                a dataset, pack or split that cannot be used
    └── ModelError
        ├── UnknownModelError       no such model or architecture
        └── CheckpointError         the file is not a checkpoint of ours, or a damaged one

The message of each is one or two sentences for the user: what is wrong, and what to do.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping


class GenrescopeError(Exception):
    """Base of every error that Genrescope raises on purpose."""


class AudioError(GenrescopeError):
    """Something is wrong with an audio file."""


class AudioNotFoundError(AudioError):
    """There is no such file, it is not a plain file, or it may not be read."""


class AudioDecodeError(AudioError):
    """No backend could decode the file.

    Attributes:
        reasons: What each backend said, by its name (``{"PyAV": "...", "soundfile": "..."}``).
    """

    def __init__(self, name: str, reasons: Mapping[str, str]) -> None:
        self.reasons = dict(reasons)
        tried = "; ".join(f"{backend}: {reason}" for backend, reason in self.reasons.items())
        super().__init__(f"“{name}” could not be read as audio. It may be damaged or no audio file. ({tried})")


class AudioEmptyError(AudioError):
    """The file was read and holds no sound."""


class AudioLimitError(AudioError):
    """The file is larger than the limits allow."""


class FeatureError(GenrescopeError):
    """A feature array has the wrong shape or impossible values."""


class DeviceError(GenrescopeError):
    """The device that was asked for cannot compute."""


class MicrophoneError(GenrescopeError):
    """Sound cannot be recorded, or no longer."""


class PlaybackError(GenrescopeError):
    """Sound cannot be played, or no longer."""


class DatasetError(GenrescopeError):
    """A dataset, pack or split cannot be used."""


class ModelError(GenrescopeError):
    """Something is wrong with a model."""


class UnknownModelError(ModelError):
    """There is no such model or architecture."""


class CheckpointError(ModelError):
    """The file is not a checkpoint of ours, or a damaged one."""


def describe_unknown_name(what: str, name: str, known: Iterable[str]) -> str:
    """The message for a name that stands for nothing: what there is, and what may have been meant.

    Args:
        what: Kind of thing, with a capital letter nowhere: ``model``.
        name: As it was given.
        known: All names that there are.
    """
    names = sorted(known)
    nearest = difflib.get_close_matches(name, names, n=1)
    hint = f" Did you mean “{nearest[0]}”?" if nearest else ""
    return f"No {what} “{name}”; known are {', '.join(names)}.{hint}"
