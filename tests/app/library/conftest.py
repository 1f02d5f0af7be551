from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.library.tracks import TrackStore
from app.library.user_library import UserLibrary


@pytest.fixture
def library(tmp_path: Path) -> Iterator[UserLibrary]:
    with closing(UserLibrary(tmp_path / "data" / "library.sqlite3")) as library:
        yield library


@pytest.fixture
def tracks(library: UserLibrary) -> TrackStore:
    return library.tracks
