import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.contract import TrackFilters
from app.library.database import LibraryError
from app.library.user_library import UserLibrary
from tests.app.library.identified_files import make_identified


def _fill(path: Path, n_tracks: int = 1) -> None:
    with closing(UserLibrary(path)) as library:
        for index in range(n_tracks):
            library.tracks.record(make_identified(f"/music/{index}.mp3"))


def test_what_was_kept_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "made on the way" / "library.sqlite3"
    _fill(path, 3)
    with closing(UserLibrary(path)) as library:
        description = library.describe()
        assert (description.is_available, description.n_tracks, description.note) == (True, 3, None)
        assert description.path == str(path)


@pytest.mark.parametrize("offset", [0, 3 * 4096])
def test_a_damaged_file_is_set_aside_and_told(tmp_path: Path, offset: int) -> None:
    path = tmp_path / "library.sqlite3"
    _fill(path, 50)
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(b"damage" * 500)
    damaged = path.read_bytes()
    with closing(UserLibrary(path)) as library:
        description = library.describe()
        assert description.is_available and description.n_tracks == 0
        (aside,) = tmp_path.glob("library.damaged-*.sqlite3")
        assert description.note is not None and aside.name in description.note
        assert aside.read_bytes() == damaged
        library.tracks.record(make_identified())
    with closing(UserLibrary(path)) as library:
        assert (library.describe().n_tracks, library.describe().note) == (1, None)


def test_a_file_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "library.sqlite3"
    _fill(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 1000")
    library = UserLibrary(path)
    assert not library.is_available
    note = library.describe().note
    assert note is not None and "newer" in note and "update" in note
    assert [file.name for file in tmp_path.iterdir() if "damaged" in file.name] == []


def test_where_nothing_can_be_written_there_is_no_library_and_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "no folder").touch()
    library = UserLibrary(tmp_path / "no folder" / "library.sqlite3")
    description = library.describe()
    assert not description.is_available and description.note and str(tmp_path) in description.note
    assert library.keep(make_identified()) is None
    with pytest.raises(LibraryError):
        library.tracks.find(TrackFilters(), 1)


def test_an_answer_that_cannot_be_written_is_told(library: UserLibrary) -> None:
    with closing(sqlite3.connect(library.describe().path)) as connection:
        connection.execute("DROP TABLE answer")
    assert library.keep(make_identified()) is None
    description = library.describe()
    assert description.n_tracks == 0, "half of an answer was kept"
    assert description.note is not None and "could not be kept" in description.note
