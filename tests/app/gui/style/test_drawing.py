import struct
import tkinter
import zlib

import pytest

from app.gui.style import icons
from app.gui.style.drawing import Line, Outline, Picture, RoundedBox
from app.gui.style.icons import place_icon
from tests.app.gui.conftest import WindowUser, needs_display


def pixels(picture: Picture) -> list[list[tuple[int, ...]]]:
    """What a reader of the PNG finds: rows of red, green, blue and opacity."""
    png = picture.to_png()
    start = png.index(b"IDAT")
    (length,) = struct.unpack(">I", png[start - 4 : start])
    raw = zlib.decompress(png[start + 4 : start + 4 + length])
    row_length = 1 + 4 * picture.width
    rows = [raw[index + 1 : index + row_length] for index in range(0, len(raw), row_length)]
    return [[tuple(row[column : column + 4]) for column in range(0, len(row), 4)] for row in rows]


def test_box_is_filled_and_its_corners_are_smooth() -> None:
    picture = Picture(20, 12)
    picture.paint([RoundedBox(0, 0, 20, 12, 6)], "#4257A8")
    rows = pixels(picture)
    assert rows[6][10] == (0x42, 0x57, 0xA8, 255)
    assert rows[0][0][3] == 0
    assert any(0 < pixel[3] < 255 for pixel in rows[1])


def test_dot_is_as_large_as_asked() -> None:
    picture = Picture(30, 30)
    picture.paint([Line((15, 15), (15, 15), 20)], "#000000")
    area = sum(pixel[3] / 255 for row in pixels(picture) for pixel in row)
    assert area == pytest.approx(3.14159 * 100, rel=0.01)


def test_outline_leaves_the_middle_empty() -> None:
    picture = Picture(20, 20)
    picture.paint([Outline(RoundedBox(0, 0, 20, 20, 8), 2)], "#FF0000")
    rows = pixels(picture)
    assert rows[10][10][3] == 0 and rows[10][0][3] == 255 and rows[10][19][3] == 255


def test_later_colours_cover_earlier_ones() -> None:
    picture = Picture(4, 4)
    picture.paint([RoundedBox(0, 0, 4, 4, 0)], "#FFFFFF")
    picture.paint([RoundedBox(0, 0, 4, 4, 0)], "#123456")
    assert pixels(picture)[2][2] == (0x12, 0x34, 0x56, 255)


ICONS = {name: icon for name, icon in vars(icons).items() if name.isupper() and isinstance(icon, tuple)}


def test_icons_stay_on_their_grid() -> None:
    assert len(ICONS) >= 7
    for name, icon in ICONS.items():
        for stroke in place_icon(icon, 48, 0, 0):
            left, top, right, bottom = stroke.box
            assert min(left, top) >= 0 and max(right, bottom) <= 48, name


@needs_display
def test_tk_shows_a_picture(idle_user: WindowUser) -> None:
    picture = Picture(8, 8)
    picture.paint([RoundedBox(0, 0, 8, 8, 0)], "#00696B")
    photo = picture.to_photo(idle_user.window)
    assert isinstance(photo, tkinter.PhotoImage)
    assert photo.get(4, 4) == (0x00, 0x69, 0x6B)
