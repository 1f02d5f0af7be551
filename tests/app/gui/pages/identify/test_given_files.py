import os
import sys
from pathlib import Path

import pytest

from app.gui.pages.identify import given_files
from app.gui.pages.identify.given_files import collect_given_files, find_existing_path


def touch(*paths: Path) -> None:
    for path in paths:
        path.touch()


def test_files_are_taken_once_in_the_order_given(tmp_path: Path) -> None:
    second, first = tmp_path / "a b.mp3", tmp_path / "z {ü}.wav"
    touch(first, second)
    assert collect_given_files([str(first), str(second), str(first)]).paths == [str(first), str(second)]


def test_file_of_any_name_is_taken_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "song.xyz"
    touch(path)
    assert collect_given_files([str(path)]).paths == [str(path)]


def test_missing_file_is_kept_so_that_the_page_can_tell(tmp_path: Path) -> None:
    assert collect_given_files([str(tmp_path / "gone.mp3")]).paths == [str(tmp_path / "gone.mp3")]


def test_folder_gives_the_audio_files_directly_inside(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    touch(tmp_path / "b.MP3", tmp_path / "A.flac", tmp_path / "cover.jpg", tmp_path / ".hidden.mp3")
    touch(tmp_path / "deeper" / "c.mp3")
    given = collect_given_files([str(tmp_path)])
    assert given.paths == [str(tmp_path / "A.flac"), str(tmp_path / "b.MP3")]
    assert given.notice is None


def test_folder_without_audio_is_explained(tmp_path: Path) -> None:
    given = collect_given_files([str(tmp_path)])
    assert given.paths == []
    assert given.notice is not None and tmp_path.name in given.notice


def test_too_many_files_are_cut_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(given_files, "MAX_FILES", 3)
    touch(*(tmp_path / f"{index}.mp3" for index in range(5)))
    given = collect_given_files([str(tmp_path)])
    assert len(given.paths) == 3
    assert given.notice == "Taken: the first 3 of 5 files."


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have no such names")
def test_name_that_tk_misread_is_found(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9 \xc3\xbc.wav"))
    touch(path)
    assert find_existing_path(str(tmp_path / "café ü.wav")) == path
    assert find_existing_path(str(tmp_path / "é.wav")) == tmp_path / "é.wav"
