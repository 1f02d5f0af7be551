"""What a start does to the fonts of its user, and with that to the windows that are open."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.gui.conftest import needs_display

pytestmark = [
    needs_display,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere no font is installed"),
]


def start(home: Path) -> str:
    """Open a window and close it; how CustomTkinter draws round corners there."""
    program = """
from app.gui.main import create_window
import customtkinter
window = create_window("token")
window.update()
print(customtkinter.DrawEngine.preferred_drawing_method)
window.close()
"""
    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"HOME": str(home)},
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_fonts_that_are_there_are_not_written_again(tmp_path: Path) -> None:
    assert start(tmp_path) == "font_shapes"
    fonts = sorted((tmp_path / ".fonts").iterdir())
    assert [font.name for font in fonts] == ["CustomTkinter_shapes_font.otf", "Roboto-Medium.ttf", "Roboto-Regular.ttf"]
    before = [(font.stat().st_ino, font.stat().st_mtime_ns) for font in fonts]
    assert start(tmp_path) == "font_shapes"
    assert [(font.stat().st_ino, font.stat().st_mtime_ns) for font in fonts] == before


def test_damaged_font_is_replaced_and_not_written_over(tmp_path: Path) -> None:
    damaged = tmp_path / ".fonts" / "Roboto-Regular.ttf"
    damaged.parent.mkdir()
    damaged.write_bytes(b"half of it")
    # As a program has it that is drawing with it.
    with damaged.open("rb") as opened:
        start(tmp_path)
        assert opened.read() == b"half of it"
    assert damaged.stat().st_size > 100_000
    assert len(list(damaged.parent.iterdir())) == 3


def test_without_room_for_fonts_the_window_draws_in_a_plainer_way(tmp_path: Path) -> None:
    (tmp_path / ".fonts").write_text("no folder")
    assert start(tmp_path) == "circle_shapes"
