"""A page to draw a report on: text in any script, bars with round ends. In the light colours, as if printed.

Blocks: draw in a job.
"""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFont

from app.gui.style import theme

#: A4 at 150 dots an inch.
WIDTH, HEIGHT = 1240, 1754
MARGIN: Final = 96
#: Drawn this much larger, so that round ends are smooth.
_SMOOTH: Final = 4
#: Asked in turn for what Roboto cannot write; Pillow finds them where each system keeps its fonts.
_OTHER_FONTS: Final = (
    *("NotoSansCJK-Regular.ttc", "NotoSans-Regular.ttf", "DejaVuSans.ttf"),  # Linux
    *("Hiragino Sans GB.ttc", "Arial Unicode.ttf"),  # macOS
    *("msyh.ttc", "YuGothM.ttc", "malgun.ttf", "segoeui.ttf", "arial.ttf"),  # Windows
)
#: A letter that no font has: it looks like every other letter that is missing.
_UNKNOWN_LETTER: Final = "\uffff"


class Sheet:
    """One page."""

    def __init__(self) -> None:
        self._image = Image.new("RGB", (WIDTH, HEIGHT), ink(theme.SURFACE))
        self._draw = ImageDraw.Draw(self._image)

    def write(
        self,
        x: float,
        y: float,
        text: str,
        size: int,
        colour: theme.Colour,
        *,
        anchor: str = "la",
        is_bold: bool = False,
    ) -> None:
        """One line.

        Args:
            x: In pixels.
            y: Likewise.
            text: In any script.
            size: Of the letters, in pixels.
            colour: Its light one is taken.
            anchor: Pillow's: ``l``, ``m`` or ``r``, then ``a`` for the top or ``m`` for the middle.
            is_bold: A little heavier.
        """
        self._draw.text((x, y), text, fill=ink(colour), font=choose_font(text, size, is_bold), anchor=anchor)

    def write_lines(self, y: float, text: str, size: int, colour: theme.Colour, width: float, *, n_lines: int) -> float:
        """Text that breaks where its place ends, and ends with “…” where it is too long.

        Returns:
            Where what comes beneath it may begin.
        """
        lines = [line for part in text.splitlines() for line in _break(part, size, width)]
        for index, line in enumerate(lines[:n_lines]):
            is_cut = index == n_lines - 1 and len(lines) > n_lines
            self.write(MARGIN, y, fit(line + "…", size, width) if is_cut else line, size, colour)
            y += 1.4 * size
        return y

    def fill(self, left: float, top: float, right: float, bottom: float, colour: str) -> None:
        """A box on whole pixels.

        Args:
            left: In pixels, as the others.
            top: Likewise.
            right: Likewise.
            bottom: Likewise.
            colour: ``#RRGGBB``.
        """
        if right - left >= 0.5:
            self._draw.rectangle(
                (round(left), round(top), max(round(right) - 1, round(left)), round(bottom) - 1), colour
            )

    def fill_round(self, left: float, top: float, right: float, bottom: float, colour: str, corner: float) -> None:
        """A box with round corners."""
        width, height = round(right - left), round(bottom - top)
        if width < 1:
            return
        mask = Image.new("L", (_SMOOTH * width, _SMOOTH * height))
        radius = min(corner, width / 2, height / 2) * _SMOOTH
        ImageDraw.Draw(mask).rounded_rectangle((0, 0, mask.width - 1, mask.height - 1), radius, fill=255)
        self._image.paste(colour, (round(left), round(top)), mask.resize((width, height), Image.Resampling.LANCZOS))

    def to_png(self) -> bytes:
        """The page as a file in memory."""
        buffer = io.BytesIO()
        self._image.save(buffer, "PNG", dpi=(150, 150))
        return buffer.getvalue()


def ink(colour: theme.Colour) -> str:
    """The light one of a pair."""
    return colour[0]


def fit(text: str, size: int, width: float) -> str:
    """One line, shortened at its end until it fits ``width`` pixels."""
    font = choose_font(text, size, False)
    while text and font.getlength(text) > width:
        text = text[:-2].rstrip() + "…" if len(text) > 2 else ""
    return text


def _break(text: str, size: int, width: float) -> list[str]:
    font = choose_font(text, size, False)
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(fit(word, size, width))
    return [line for line in lines if line]


def choose_font(text: str, size: int, is_bold: bool) -> Any:
    """The first font that has every letter of a text, or else the first."""
    own = _load_own_font(size, is_bold)
    if _has_all(own, text):
        return own
    others = (font for name in _OTHER_FONTS if (font := _load_font(name, size)) is not None)
    return next((font for font in others if _has_all(font, text)), own)


def _has_all(font: Any, text: str) -> bool:
    missing = bytes(font.getmask(_UNKNOWN_LETTER))
    return all(letter.isspace() or bytes(font.getmask(letter)) != missing for letter in set(text))


@cache
def _load_own_font(size: int, is_bold: bool) -> Any:
    # CustomTkinter brings it along for the window.
    import customtkinter

    folder = Path(customtkinter.__file__).parent / "assets" / "fonts" / "Roboto"
    font = _load_font(str(folder / f"Roboto-{'Medium' if is_bold else 'Regular'}.ttf"), size)
    return font or ImageFont.load_default(size)


@cache
def _load_font(name: str, size: int) -> Any:
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return None
