"""Where the program keeps what belongs to the user: own models, the library."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path

from app.settings import PROJECT

#: Names another folder: for a second, separate set of data, and for tests, which must not touch the user's own.
DATA_VARIABLE = "GENRESCOPE_DATA"


def user_data_folder() -> Path:
    """The user's data folder as an absolute path; it need not exist yet, whoever writes first creates it."""
    chosen = os.environ.get(DATA_VARIABLE)
    return Path(chosen).absolute() if chosen else user_data_path(PROJECT, appauthor=False)


def user_models_folder() -> Path:
    """Where the models lie that the user added: ``<id>/best_model.pt``."""
    return user_data_folder() / "models"


def library_path() -> Path:
    """Where what was identified is kept, an SQLite file."""
    return user_data_folder() / "library.sqlite3"
