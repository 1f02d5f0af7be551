import pytest

from app.gui.style import theme
from app.gui.widgets.text_labels import elide, scaled_font
from tests.app.gui.conftest import WindowUser

NAME = "02 Die schöne Müllerin – Das Wandern (remastered).mp3"


@pytest.mark.parametrize("width", [60, 150, 200])
def test_elide_keeps_start_and_end_and_fits(idle_user: WindowUser, width: int) -> None:
    font = scaled_font(idle_user.window, theme.body())
    short = elide(NAME, font, width)
    start, end = short.split("…")
    assert NAME.startswith(start) and NAME.endswith(end)
    assert width - 25 < font.measure(short) <= width


def test_elide_leaves_what_fits(idle_user: WindowUser) -> None:
    font = scaled_font(idle_user.window, theme.body())
    assert elide(NAME, font, font.measure(NAME)) == NAME
    assert elide("", font, 10) == ""


def test_elide_where_nothing_fits(idle_user: WindowUser) -> None:
    assert elide(NAME, scaled_font(idle_user.window, theme.body()), 1) == "…"
