import pytest

from app.gui.shell.window_place import Screen, is_reachable
from app.user_settings import WindowPlace

TWO_MONITORS = Screen(-1920, 0, 3840, 1080)
ONE_MONITOR = Screen(0, 0, 1920, 1080)


@pytest.mark.parametrize(
    ("x", "y", "screen", "is_there"),
    [
        (100, 100, ONE_MONITOR, True),
        (-1500, 100, TWO_MONITORS, True),
        (-1500, 100, ONE_MONITOR, False),
        (1850, 100, ONE_MONITOR, False),
        (-1100, 0, ONE_MONITOR, True),
        (100, 1060, ONE_MONITOR, False),
        (100, -30, ONE_MONITOR, False),
    ],
)
def test_window_goes_only_where_it_can_be_caught(x: int, y: int, screen: Screen, is_there: bool) -> None:
    assert is_reachable(WindowPlace(x=x, y=y, width=1248, height=800), screen, scaling=1.0) == is_there


def test_scaling_makes_a_window_wider() -> None:
    place = WindowPlace(x=-1200, y=0, width=1000, height=700)
    assert not is_reachable(place, ONE_MONITOR, scaling=1.0)
    assert is_reachable(place, ONE_MONITOR, scaling=2.0)
