import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.datasets.quarantine import MoveResult, is_quarantine, load_manifest, quarantine_files, restore_files
from core.errors import DatasetError


def _make_files(folder: Path, *names: str) -> dict[Path, bytes]:
    contents = {folder / name: f"content of {name}".encode() for name in names}
    for path, content in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return contents


def _quarantine(files: dict[Path, bytes], source: Path, quarantine: Path) -> MoveResult:
    return quarantine_files([(path, "corrupt", "It is broken.") for path in files], source, quarantine)


def test_files_move_with_their_folders_and_come_back(tmp_path: Path) -> None:
    files = _make_files(tmp_path / "music", "a.mp3", "rock/b.mp3", "jazz/b.mp3")
    result = _quarantine(files, tmp_path / "music", tmp_path / "aside")
    assert len(result.moved) == 3 and not any(path.exists() for path in files)
    assert (tmp_path / "aside" / "rock" / "b.mp3").is_file() and is_quarantine(tmp_path / "aside")
    (move, *_) = load_manifest(result.manifest)
    assert (move.original, move.kind, move.reason) == (tmp_path / "music" / "a.mp3", "corrupt", "It is broken.")
    restored = restore_files(result.manifest)
    assert len(restored.moved) == 3 and not restored.refused
    assert {path: path.read_bytes() for path in files} == files


def test_a_moved_quarantine_still_knows_where_files_belong(tmp_path: Path) -> None:
    files = _make_files(tmp_path / "music", "a.mp3")
    manifest = _quarantine(files, tmp_path / "music", tmp_path / "aside").manifest
    (tmp_path / "aside").rename(tmp_path / "elsewhere")
    restore_files(tmp_path / "elsewhere" / manifest.name)
    assert {path: path.read_bytes() for path in files} == files


def test_names_that_are_taken_get_numbers(tmp_path: Path) -> None:
    results = []
    for _ in range(3):
        files = _make_files(tmp_path / "music", "a.mp3")
        results.append(_quarantine(files, tmp_path / "music", tmp_path / "aside"))
    assert len({result.manifest for result in results}) == 3
    names = {path.name for path in (tmp_path / "aside").iterdir() if path.suffix == ".mp3"}
    assert names == {"a.mp3", "a (2).mp3", "a (3).mp3"}


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell “a” from “A”")
def test_names_that_another_disk_takes_for_the_same_do_not_meet(tmp_path: Path) -> None:
    files = _make_files(tmp_path / "music", "a.mp3", "A.mp3")
    manifest = _quarantine(files, tmp_path / "music", tmp_path / "aside").manifest
    assert len({path.name.casefold() for path in (tmp_path / "aside").iterdir()}) == 3
    restore_files(manifest)
    assert {path: path.read_bytes() for path in files} == files


def test_restoring_overwrites_nothing(tmp_path: Path) -> None:
    files = _make_files(tmp_path / "music", "a.mp3", "b.mp3")
    manifest = _quarantine(files, tmp_path / "music", tmp_path / "aside").manifest
    (tmp_path / "music" / "a.mp3").write_bytes(b"a new file")
    result = restore_files(manifest)
    assert len(result.moved) == 1 and "not overwritten" in result.refused[0]
    assert (tmp_path / "music" / "a.mp3").read_bytes() == b"a new file"
    assert (tmp_path / "aside" / "a.mp3").is_file()
    (tmp_path / "music" / "a.mp3").unlink()
    assert len(restore_files(manifest).moved) == 1


def test_a_file_that_is_gone_from_both_places_is_told(tmp_path: Path) -> None:
    manifest = _quarantine(_make_files(tmp_path / "music", "a.mp3"), tmp_path / "music", tmp_path / "aside").manifest
    (tmp_path / "aside" / "a.mp3").unlink()
    assert "neither" in restore_files(manifest).refused[0]


_KILLED_AT_THIRD_MOVE = """
import os, sys
from pathlib import Path
from core.datasets.quarantine import quarantine_files
rename, calls = Path.rename, iter(range(9))
def rename_or_die(*arguments):
    if next(calls) == 2:
        os.kill(os.getpid(), 9)
    return rename(*arguments)
Path.rename = rename_or_die
folder = Path(sys.argv[1])
quarantine_files([(path, "corrupt", "") for path in sorted(folder.iterdir())], folder, Path(sys.argv[2]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_quarantine_can_be_taken_back(tmp_path: Path) -> None:
    files = _make_files(tmp_path / "music", *(f"{index}.mp3" for index in range(5)))
    program = [sys.executable, "-c", _KILLED_AT_THIRD_MOVE, tmp_path / "music", tmp_path / "aside"]
    assert subprocess.run(program, timeout=60).returncode == -signal.SIGKILL
    assert sum(path.exists() for path in files) == 3
    (manifest,) = (tmp_path / "aside").glob("*.json")
    result = restore_files(manifest)
    assert len(result.moved) == 2 and not result.refused
    assert {path: path.read_bytes() for path in files} == files


def test_files_move_between_disks_and_an_interrupted_copy_is_no_loss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = _make_files(tmp_path / "music", "a.mp3", "b.mp3")
    rename, unlink = Path.rename, Path.unlink

    def rename_on_one_disk(self: Path, target: Path) -> Path:
        if self.parent != target.parent:
            raise OSError(errno.EXDEV, "another disk")
        return rename(self, target)

    def unlink_only_a(self: Path) -> None:
        if self.name == "b.mp3":
            raise PermissionError(errno.EACCES, "interrupted here")
        unlink(self)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename_on_one_disk)
        patch.setattr(Path, "unlink", unlink_only_a)
        result = _quarantine(files, tmp_path / "music", tmp_path / "aside")
    assert [path.name for path in result.moved] == ["a.mp3"] and len(result.refused) == 1
    assert not restore_files(result.manifest).refused
    assert {path: path.read_bytes() for path in files} == files


@pytest.mark.skipif(sys.platform != "linux", reason="other systems' file names are text")
def test_a_name_that_is_no_text_comes_back_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    path = Path(os.fsdecode(os.fsencode(tmp_path / "music") + b"/caf\xe9.mp3"))
    path.write_bytes(b"content")
    manifest = _quarantine({path: b""}, tmp_path / "music", tmp_path / "aside").manifest
    assert not path.exists()
    restore_files(manifest)
    assert path.read_bytes() == b"content"


def test_a_file_that_is_no_manifest_is_refused(tmp_path: Path) -> None:
    for content in ("hello", "[]", '{"moves": [{}]}'):
        (tmp_path / "m.json").write_text(content)
        with pytest.raises(DatasetError, match="not a manifest"):
            restore_files(tmp_path / "m.json")
    with pytest.raises(DatasetError, match="not a manifest"):
        restore_files(tmp_path / "absent.json")


def test_a_quarantine_that_cannot_be_written_moves_nothing(tmp_path: Path) -> None:
    files = _make_files(tmp_path / "music", "a.mp3")
    (tmp_path / "aside").write_text("a file, not a folder")
    with pytest.raises(DatasetError, match="Nothing was moved"):
        _quarantine(files, tmp_path / "music", tmp_path / "aside")
    assert all(path.exists() for path in files)
