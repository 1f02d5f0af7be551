import json
import os
import sys
import threading
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.user_settings import BROKEN_FILE_NAME, CONFIG_VARIABLE, FILE_NAME, SettingsFile, UserSettings, config_folder


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "config")


def write(file: SettingsFile, content: str | bytes) -> None:
    file.path.parent.mkdir(parents=True, exist_ok=True)
    file.path.write_bytes(content.encode() if isinstance(content, str) else content)


def test_defaults_where_nothing_was_kept(file: SettingsFile) -> None:
    loaded = file.load()
    assert loaded.settings == UserSettings() and loaded.problem is None
    assert not file.path.exists()


def test_changes_are_kept(file: SettingsFile) -> None:
    file.change({"accent": "teal", "scaling_percent": 150})
    file.change({"theme": "dark", "window": {"x": -5, "y": 7, "width": 1200, "height": 800}})
    settings = SettingsFile(file.path.parent).load().settings
    assert (settings.accent, settings.scaling_percent, settings.theme) == ("teal", 150, "dark")
    assert settings.window is not None and settings.window.x == -5 and not settings.window.is_maximised


def test_change_of_another_copy_of_the_program_is_not_undone(file: SettingsFile) -> None:
    other = SettingsFile(file.path.parent)
    file.change({"accent": "rose"})
    other.change({"theme": "light"})
    file.change({"last_page": "settings"})
    assert file.read().settings == UserSettings(accent="rose", theme="light", last_page="settings")


def test_unknown_settings_of_a_newer_program_survive(file: SettingsFile) -> None:
    write(file, '{"accent": "amber", "hologram": {"depth": 3}}')
    assert file.load().problem is None
    file.change({"theme": "dark"})
    kept = json.loads(file.path.read_text())
    assert kept["hologram"] == {"depth": 3} and kept["accent"] == "amber" and kept["theme"] == "dark"


@pytest.mark.parametrize("content", ['{"theme": "dar', "[1, 2]", "null", "", b"\xff\xfe{", "[" * 100_000])
def test_damaged_file_is_kept_beside_and_told(file: SettingsFile, content: str | bytes) -> None:
    write(file, content)
    before = file.path.read_bytes()
    loaded = file.load()
    assert loaded.settings == UserSettings()
    assert loaded.problem is not None and BROKEN_FILE_NAME in loaded.problem
    assert file.path.with_name(BROKEN_FILE_NAME).read_bytes() == before
    assert file.load().problem is None


def test_one_wrong_value_does_not_cost_the_others(file: SettingsFile) -> None:
    wrong = '"accent": "plaid", "device": "toaster", "scaling_percent": 3, "microphone": 7'
    write(file, f'{{{wrong}, "theme": "dark", "model": "mine"}}')
    loaded = file.load()
    assert loaded.settings == UserSettings(theme="dark", model="mine")
    assert loaded.problem is not None
    assert all(name in loaded.problem for name in ("“accent”", "“device”", "“microphone”", "“scaling_percent”"))
    assert "plaid" in file.path.with_name(BROKEN_FILE_NAME).read_text()
    assert file.load() == type(loaded)(loaded.settings)


def test_reading_leaves_a_damaged_file_alone(file: SettingsFile) -> None:
    write(file, "{")
    assert file.read().problem is not None
    assert [path.name for path in file.path.parent.iterdir()] == [FILE_NAME]


def test_wrong_change_is_refused_and_nothing_is_written(file: SettingsFile) -> None:
    with pytest.raises(ValidationError):
        file.change({"accent": "plaid"})
    assert not file.path.exists()


@pytest.mark.parametrize("folder", ["/music/caf\udce9", "/music/Die schöne Müllerin 你好"])
def test_folder_of_any_name(file: SettingsFile, folder: str) -> None:
    file.change({"browse_folder": folder})
    assert file.load().settings.browse_folder == folder


@pytest.mark.skipif(not sys.platform.startswith("linux") or os.geteuid() == 0, reason="root may write anywhere")
def test_folder_that_cannot_be_written(file: SettingsFile) -> None:
    file.path.parent.mkdir(mode=0o500)
    with pytest.raises(OSError, match="denied"):
        file.change({"theme": "dark"})


def test_file_in_place_of_the_folder_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file")
    file = SettingsFile(tmp_path / "config")
    assert file.load().settings == UserSettings()
    with pytest.raises(OSError):
        file.change({"theme": "dark"})
    assert (tmp_path / "config").read_text() == "a file"


def test_file_is_whole_at_every_moment(file: SettingsFile) -> None:
    file.change({"accent": "green"})
    problems = []
    is_over = threading.Event()

    def look() -> None:
        while not is_over.is_set():
            problems.append(SettingsFile(file.path.parent).read().problem)

    reader = threading.Thread(target=look)
    reader.start()
    writers = [
        threading.Thread(target=lambda: [file.change({"theme": theme}) for theme in ("dark", "light") * 10])
        for _ in range(2)
    ]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    is_over.set()
    reader.join()
    assert problems and set(problems) == {None}
    assert file.read().settings.accent == "green"
    assert [path.name for path in file.path.parent.iterdir()] == [FILE_NAME]


def test_folder_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(CONFIG_VARIABLE, str(tmp_path / "elsewhere"))
    assert config_folder() == tmp_path / "elsewhere"
    monkeypatch.delenv(CONFIG_VARIABLE)
    assert config_folder().is_absolute() and "genrescope" in str(config_folder()).lower()
