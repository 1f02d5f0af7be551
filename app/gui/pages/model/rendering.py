"""Draws charts beside Tk's thread: matplotlib without its windows and without the state that pyplot keeps."""

from __future__ import annotations

import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.gui.pages.model.charts import Chart, ChartLook

if TYPE_CHECKING:
    from PIL.Image import Image

#: One unit of the layout is one point of the figure.
_POINTS_PER_INCH: Final = 72
_FALLBACK_FAMILY: Final = "DejaVu Sans"
#: For names of genres in other scripts, where the system has one of them.
_OTHER_SCRIPTS: Final = ("Noto Sans CJK JP", "Noto Sans", "Microsoft YaHei", "Hiragino Sans", "Segoe UI Emoji")

#: Matplotlib may be used by one thread at a time.
_lock: Final = threading.Lock()


def render(chart: Chart, look: ChartLook) -> Image:
    """The picture of a chart. Takes a tenth of a second, the first time one second more: never in Tk's thread.

    Args:
        chart: Something to draw.
        look: Its colours and its size.

    Returns:
        RGB, ``look.width`` by ``look.height`` pixels.
    """
    with _lock, warnings.catch_warnings():
        # A name in letters that no font here has becomes boxes, which is all that can be done.
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        # In a small window, or at a large size of everything, labels may come to lie close together.
        warnings.filterwarnings("ignore", message="constrained_layout not applied", category=UserWarning)
        # Late: the window is on the screen long before a chart is wanted.
        import matplotlib as mpl
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
        from PIL import Image

        dpi = _POINTS_PER_INCH * look.scaling
        with mpl.rc_context(_style(look)):
            figure = Figure(figsize=(look.width / dpi, look.height / dpi), dpi=dpi, layout="constrained")
            canvas: Any = FigureCanvasAgg(figure)
            chart.draw(figure, look)
            canvas.draw()
            return Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba()).convert("RGB")


def _style(look: ChartLook) -> Any:
    return {
        # Names of genres are anybody's: a “$” in one of them is no formula.
        "text.parse_math": False,
        "font.family": _families(look.family),
        "font.size": 12,
        "axes.titlesize": 14,
        "axes.titlelocation": "left",
        "axes.titlecolor": look.ink,
        "axes.titlepad": 12,
        "text.color": look.quiet,
        "axes.labelcolor": look.quiet,
        "xtick.color": look.quiet,
        "ytick.color": look.quiet,
        "xtick.labelcolor": look.quiet,
        "ytick.labelcolor": look.quiet,
        "figure.facecolor": look.ground,
        "axes.facecolor": look.ground,
        "axes.edgecolor": look.line,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "grid.color": look.line,
        "grid.linewidth": 0.75,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "xtick.major.pad": 8,
        "ytick.major.pad": 8,
        "axes.labelpad": 8,
        "lines.linewidth": 2,
        "lines.markersize": 6,
        "lines.solid_capstyle": "round",
        "figure.constrained_layout.w_pad": 4 / _POINTS_PER_INCH,
        "figure.constrained_layout.h_pad": 4 / _POINTS_PER_INCH,
        "figure.constrained_layout.wspace": 0.04,
    }


def _families(wanted: str) -> list[str]:
    """The window's font where matplotlib finds it, and what has the letters that it lacks."""
    from matplotlib.font_manager import fontManager

    known = {font.name for font in fontManager.ttflist}
    if wanted not in known and wanted == "Roboto":
        known |= _add_roboto()
    return [family for family in (wanted, _FALLBACK_FAMILY, *_OTHER_SCRIPTS) if family in known]


def _add_roboto() -> set[str]:
    """CustomTkinter brings it along; matplotlib knows only what lay on the system when it was first used."""
    import customtkinter as ctk
    from matplotlib.font_manager import fontManager

    path = Path(ctk.__file__).parent / "assets" / "fonts" / "Roboto" / "Roboto-Regular.ttf"
    if not path.is_file():
        return set()
    fontManager.addfont(path)
    return {"Roboto"}
