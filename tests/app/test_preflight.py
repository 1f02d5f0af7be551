import platform
import sys

import pytest

from app import preflight
from app.preflight import find_obstacles, find_warnings


@pytest.fixture
def linux(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A Debian computer that lacks nothing, to take things from."""
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "freedesktop_os_release", lambda: {"ID": "linuxmint", "ID_LIKE": "ubuntu debian"})
    monkeypatch.setattr(preflight, "_can_open_display", lambda: True)
    monkeypatch.setattr(preflight.ctypes.util, "find_library", lambda name: f"lib{name}.so")
    monkeypatch.setitem(sys.modules, "tkinter", sys)
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return monkeypatch


def test_nothing_missing_is_no_sentence(linux: pytest.MonkeyPatch) -> None:
    assert find_obstacles() == []
    assert find_warnings() == []


def test_missing_tk_names_the_package(linux: pytest.MonkeyPatch) -> None:
    linux.setitem(sys.modules, "tkinter", None)
    [sentence] = find_obstacles()
    assert sentence.endswith("install it with “sudo apt-get install python3-tk”.")


def test_missing_tk_in_an_environment_of_another_python_says_to_make_it_anew(linux: pytest.MonkeyPatch) -> None:
    linux.setitem(sys.modules, "tkinter", None)
    linux.setattr(sys, "base_prefix", "/opt/python")
    linux.setattr(sys, "prefix", "/home/me/.venv")
    [sentence] = find_obstacles()
    assert "python3-tk" in sentence and "delete the folder “/home/me/.venv”" in sentence


@pytest.mark.parametrize(("system", "words"), [("Darwin", "brew install python-tk@"), ("Windows", "tcl/tk and IDLE")])
def test_missing_tk_elsewhere(linux: pytest.MonkeyPatch, system: str, words: str) -> None:
    linux.setattr(platform, "system", lambda: system)
    linux.setitem(sys.modules, "tkinter", None)
    linux.delenv("DISPLAY")
    [sentence] = find_obstacles()
    assert words in sentence


def test_unknown_linux_gets_words_instead_of_a_command(linux: pytest.MonkeyPatch) -> None:
    linux.setattr(platform, "freedesktop_os_release", lambda: {"ID": "nixos"})
    linux.setitem(sys.modules, "tkinter", None)
    assert "your system's package of Tk" in find_obstacles()[0]


def test_missing_display_names_what_needs_none(linux: pytest.MonkeyPatch) -> None:
    linux.delenv("DISPLAY")
    [sentence] = find_obstacles()
    assert "There is no screen" in sentence and "predict" in sentence


def test_wayland_without_x11_names_xwayland(linux: pytest.MonkeyPatch) -> None:
    linux.delenv("DISPLAY")
    linux.setenv("WAYLAND_DISPLAY", "wayland-0")
    [sentence] = find_obstacles()
    assert "xwayland" in sentence


def test_display_that_cannot_be_opened_is_named(linux: pytest.MonkeyPatch) -> None:
    linux.setattr(preflight, "_can_open_display", lambda: False)
    [sentence] = find_obstacles()
    assert "“:7”" in sentence


@pytest.mark.skipif(sys.platform != "linux", reason="X11")
def test_display_that_nobody_serves_cannot_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":9876")
    assert any("“:9876”" in sentence for sentence in find_obstacles())


def test_old_python_is_an_obstacle(linux: pytest.MonkeyPatch) -> None:
    linux.setattr(sys, "version_info", (3, 10, 2))
    assert any("3.11" in sentence for sentence in find_obstacles())


def test_missing_portaudio_only_warns(linux: pytest.MonkeyPatch) -> None:
    linux.setattr(preflight.ctypes.util, "find_library", lambda name: None)
    assert find_obstacles() == []
    [sentence] = find_warnings()
    assert "sudo apt-get install libportaudio2" in sentence
    linux.setattr(platform, "system", lambda: "Darwin")
    assert find_warnings() == []


def test_every_sentence_is_one(linux: pytest.MonkeyPatch) -> None:
    linux.setattr(sys, "version_info", (3, 10, 2))
    linux.setitem(sys.modules, "tkinter", None)
    linux.delenv("DISPLAY")
    sentences = find_obstacles()
    assert len(sentences) == 3
    assert all("\n" not in sentence and sentence.endswith(".") for sentence in sentences)
