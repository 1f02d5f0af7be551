"""Icons as strokes on a grid of 24 units, drawn by ourselves in any size and colour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from app.gui.style.drawing import Line, Point, arc, polyline

#: How an icon is made: points on the grid in, strokes out.
Icon: TypeAlias = tuple[Line, ...]

GRID: Final = 24
_WIDTH: Final = 2.0


def _strokes(*lines: list[Point]) -> list[Line]:
    return [stroke for points in lines for stroke in polyline(points, _WIDTH)]


def _dot(x: float, y: float, diameter: float) -> Line:
    return Line((x, y), (x, y), diameter)


def _circle(x: float, y: float, radius: float) -> list[Point]:
    return arc((x, y), radius, 0, 360)


def _bars(*bars: Point) -> list[list[Point]]:
    """Upright strokes around the middle: where each is, and how far it reaches up and down."""
    return [[(x, 12 - reach), (x, 12 + reach)] for x, reach in bars]


#: The program's own sign: bars of sound.
EMBLEM: Final[Icon] = tuple(_strokes(*_bars((4, 2), (8, 6), (12, 9), (16, 5), (20, 2))))
#: Sound under a magnifying glass.
IDENTIFY: Final[Icon] = tuple(
    _strokes(
        _circle(10.5, 10.5, 7.5),
        [(16, 16), (21, 21)],
        [(7.75, 9.75), (7.75, 11.25)],
        [(10.5, 7.75), (10.5, 13.25)],
        [(13.25, 9.25), (13.25, 11.75)],
    )
)
#: A list with a note.
LIBRARY: Final[Icon] = (
    *_strokes([(4, 6), (15, 6)], [(4, 12), (11, 12)], [(4, 18), (9, 18)], [(19, 6), (19, 17)], [(19, 6), (21, 7)]),
    _dot(16.5, 17.5, 6),
)
#: A clock that goes back.
HISTORY: Final[Icon] = tuple(
    _strokes(arc((12.5, 12), 8.5, 190, 500), [(12.5, 7.5), (12.5, 12), (15.5, 14)], [(1.5, 8), (4.1, 11.2), (7.2, 8.6)])
)
#: A small network.
MODEL: Final[Icon] = (
    *_strokes([(5, 6), (12, 12), (19, 6)], [(5, 18), (12, 12), (19, 18)]),
    *(_dot(x, y, diameter) for x, y, diameter in ((5, 6, 5), (5, 18, 5), (12, 12, 6.4), (19, 6, 5), (19, 18, 5))),
)
#: A microphone.
LISTEN: Final[Icon] = tuple(
    _strokes(
        [(9, 11), *arc((12, 6), 3, 180, 360), (15, 11), *arc((12, 11), 3, 0, 180)],
        [(5.5, 11), *arc((12, 11.5), 6.5, 180, 0)],
        [(12, 18), (12, 21)],
    )
)
#: Sliders.
SETTINGS: Final[Icon] = tuple(
    _strokes(
        [(3, 6), (6.5, 6)],
        _circle(9, 6, 2.5),
        [(11.5, 6), (21, 6)],
        [(3, 12), (12.5, 12)],
        _circle(15, 12, 2.5),
        [(17.5, 12), (21, 12)],
        [(3, 18), (5.5, 18)],
        _circle(8, 18, 2.5),
        [(10.5, 18), (21, 18)],
    )
)
#: A triangle, filled by strokes.
PLAY: Final[Icon] = (
    *_strokes([(8, 5), (19, 12), (8, 19), (8, 5)]),
    Line((10, 8.5), (10, 15.5), 4),
    Line((12.5, 10), (12.5, 14), 4),
    Line((15, 12), (17, 12), 3),
)
#: Two bars.
PAUSE: Final[Icon] = (Line((8, 6.5), (8, 17.5), 4), Line((16, 6.5), (16, 17.5), 4))
#: A square, filled by strokes.
STOP: Final[Icon] = (
    *(Line((x, 8), (x, 16), 4) for x in (8, 10, 12, 14, 16)),
    *(Line((8, y), (16, y), 4) for y in (8, 16)),
)
#: Around once more.
REFRESH: Final[Icon] = tuple(_strokes(arc((12, 12), 7.5, -20, -290), [(19.5, 4.5), (19.5, 9.5), (14.5, 9.5)]))
#: Chosen.
CHECK: Final[Icon] = tuple(_strokes([(5, 12.5), (10, 17.5), (19, 7)]))


def place_icon(icon: Icon, size: float, left: float, top: float) -> list[Line]:
    """The strokes of an icon in pixels.

    Args:
        icon: One of this file's.
        size: Of its square, in pixels.
        left: Of its square.
        top: Of its square.
    """
    unit = size / GRID
    move: Callable[[Point], Point] = lambda point: (left + point[0] * unit, top + point[1] * unit)  # noqa: E731
    return [Line(move(stroke.start), move(stroke.end), stroke.width * unit) for stroke in icon]
