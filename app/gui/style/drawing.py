"""Small pictures with smooth edges, which Tk's canvas cannot draw on X11. In plain Python: they have few pixels.

A shape says how far each point is from its edge; half a pixel on either side of it is blended.
"""

from __future__ import annotations

import math
import struct
import tkinter
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Protocol, TypeAlias

Point: TypeAlias = tuple[float, float]

_N_CHANNELS: Final = 4


class Shape(Protocol):
    """Something filled."""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""

    def distances(self, columns: range, y: float) -> list[float]:
        """To the edge, negative inside and positive outside, from the middles of pixels of one row."""

    def solid(self, y: float) -> range:
        """Columns of one row that lie wholly inside, as far as that is easily said."""


@dataclass(frozen=True)
class Line:
    """A straight stroke with round ends; a dot where both ends are the same."""

    start: Point
    end: Point
    width: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        (x0, y0), (x1, y1), half = self.start, self.end, self.width / 2
        return min(x0, x1) - half, min(y0, y1) - half, max(x0, x1) + half, max(y0, y1) + half

    def distances(self, columns: range, y: float) -> list[float]:
        """To the edge."""
        (x0, y0), (x1, y1), half, hypot = self.start, self.end, self.width / 2, math.hypot
        dx, dy = x1 - x0, y1 - y0
        length = dx * dx + dy * dy
        found = []
        for column in columns:
            x = column + 0.5
            along = min(max(((x - x0) * dx + (y - y0) * dy) / length, 0.0), 1.0) if length else 0.0
            found.append(hypot(x - x0 - along * dx, y - y0 - along * dy) - half)
        return found

    def solid(self, y: float) -> range:
        """Not easily said."""
        return range(0)


@dataclass(frozen=True)
class RoundedBox:
    """A filled box with round corners."""

    left: float
    top: float
    right: float
    bottom: float
    radius: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        return self.left, self.top, self.right, self.bottom

    def distances(self, columns: range, y: float) -> list[float]:
        """To the edge."""
        radius, hypot = self.radius, math.hypot
        middle, half = (self.left + self.right) / 2, (self.right - self.left) / 2 - radius
        dy = abs(y - (self.top + self.bottom) / 2) - (self.bottom - self.top) / 2 + radius
        above = max(dy, 0.0)
        found = []
        for column in columns:
            dx = abs(column + 0.5 - middle) - half
            found.append(hypot(dx, above) - radius if dx > 0 else max(dx, dy) - radius)
        return found

    def solid(self, y: float) -> range:
        """All but the edges."""
        inner = self.radius - 1
        dy = abs(y - (self.top + self.bottom) / 2) - (self.bottom - self.top) / 2 + self.radius
        if dy > max(inner, 0):
            return range(0)
        inset = self.radius - math.sqrt(inner * inner - max(dy, 0) ** 2) if inner > 0 and dy > 0 else 1
        return range(math.ceil(self.left + inset), math.floor(self.right - inset))


@dataclass(frozen=True)
class Outline:
    """The edge of another shape, on its inner side."""

    shape: Shape
    width: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom."""
        return self.shape.box

    def distances(self, columns: range, y: float) -> list[float]:
        """To the edge."""
        half = self.width / 2
        return [abs(distance + half) - half for distance in self.shape.distances(columns, y)]

    def solid(self, y: float) -> range:
        """Not easily said."""
        return range(0)


class Picture:
    """Pixels to paint shapes on, at first transparent.

    Args:
        width: In pixels.
        height: In pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        #: Red, green, blue and opacity of each pixel, row by row.
        self._pixels = bytearray(_N_CHANNELS * width * height)

    def paint(self, shapes: Iterable[Shape], colour: str) -> None:
        """Fill shapes; where they overlap, they are one.

        Args:
            shapes: In pixels.
            colour: ``#RRGGBB``.
        """
        rgb = bytes.fromhex(colour[1:])
        edges: dict[int, float] = {}
        for shape in shapes:
            left, top, right, bottom = shape.box
            first, last = max(0, math.floor(left)), min(self.width, math.ceil(right))
            for row in range(max(0, math.floor(top)), min(self.height, math.ceil(bottom))):
                solid = shape.solid(row + 0.5)
                start, stop = (max(first, solid.start), min(last, solid.stop)) if len(solid) else (last, last)
                start = min(start, last)
                stop = max(start, stop)
                self._fill(row, start, stop, rgb)
                for columns in (range(first, start), range(stop, last)):
                    for column, distance in zip(columns, shape.distances(columns, row + 0.5), strict=True):
                        if distance < 0.5:
                            index = row * self.width + column
                            edges[index] = max(edges.get(index, 0.0), min(0.5 - distance, 1.0))
        for index, covered in edges.items():
            self._blend(_N_CHANNELS * index, rgb, covered)

    def _fill(self, row: int, start: int, stop: int, rgb: bytes) -> None:
        offset = row * self.width
        self._pixels[_N_CHANNELS * (offset + start) : _N_CHANNELS * (offset + stop)] = (rgb + b"\xff") * (stop - start)

    def _blend(self, offset: int, rgb: bytes, opacity: float) -> None:
        below = self._pixels[offset + 3] / 255 * (1 - opacity)
        total = opacity + below
        for channel, value in enumerate(rgb, start=offset):
            self._pixels[channel] = round((value * opacity + self._pixels[channel] * below) / total)
        self._pixels[offset + 3] = round(255 * total)

    def to_png(self) -> bytes:
        """The picture as a file in memory."""
        length = _N_CHANNELS * self.width
        rows = b"".join(b"\0" + self._pixels[start : start + length] for start in range(0, len(self._pixels), length))
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 6, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)

    def to_photo(self, master: tkinter.Misc) -> tkinter.PhotoImage:
        """The picture as Tk shows it. Keep it for as long as it is shown."""
        return tkinter.PhotoImage(master=master, data=self.to_png(), format="png")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def polyline(points: Sequence[Point], width: float) -> list[Line]:
    """Strokes from point to point."""
    return [Line(start, end, width) for start, end in pairwise(points)]


def arc(centre: Point, radius: float, start_degrees: float, end_degrees: float) -> list[Point]:
    """Points along a part of a circle: 0 degrees is right, 90 is down."""
    n_steps = max(2, round(abs(end_degrees - start_degrees) / 12))
    angles = (
        math.radians(start_degrees + (end_degrees - start_degrees) * step / n_steps) for step in range(n_steps + 1)
    )
    return [(centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)) for angle in angles]
