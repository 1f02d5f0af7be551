"""What is drawn of a model: each chart knows its picture and its text. Drawn beside Tk's thread, see ``rendering``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from app.contract import ConfusionMatrix, History, Reliability
from app.gui import wording
from app.gui.pages.model.model_text import count
from app.gui.style import theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Of a letter of tick labels, in units of the layout.
_LETTER_WIDTH: Final = 7
#: What the names beside and below the cells of a matrix take, roughly.
_NAMES_WIDTH: Final = 90
_NAMES_HEIGHT: Final = 56
_LINE_HEIGHT: Final = 14
#: More figures than this in a row cannot be read.
_MOST_WRITTEN_CELLS: Final = 16


@dataclass(frozen=True)
class ChartLook:
    """The colours and the size of one picture.

    Attributes:
        width, height: In pixels.
        scaling: Pixels for one unit of the layout.
        family: The window's font.
        ground: What it lies on.
        ink: Headings and figures.
        quiet: Labels, and what is only compared with.
        line: Grid and axes.
        faint: Areas that hardly count.
        accent: What it is about.
        on_accent: Figures on the accent.
    """

    width: int
    height: int
    scaling: float
    family: str
    ground: str
    ink: str
    quiet: str
    line: str
    faint: str
    accent: str
    on_accent: str


class Chart(Protocol):
    """Something that can be drawn."""

    @property
    def missing(self) -> str:
        """Why there is nothing to draw; empty where there is."""

    def as_text(self) -> str:
        """All that it shows, a line for each thing."""

    def draw(self, figure: Figure, look: ChartLook) -> None:
        """Draw on an empty figure. Not in Tk's thread."""


@dataclass(frozen=True)
class TrainingChart:
    """Loss and accuracy over the epochs."""

    history: History

    @property
    def missing(self) -> str:
        """Without points there are no curves."""
        if any(_is_drawn(name) and any(map(_is_number, values)) for name, values in self.history.curves.items()):
            return ""
        return "This checkpoint does not tell how its training went; those of “genrescope train” do."

    def as_text(self) -> str:
        """A line for each epoch."""
        lines = []
        for index, epoch in enumerate(self.history.epochs):
            figures = (
                f"{name.replace('_', ' ')} {value:.4g}"
                for name, values in self.history.curves.items()
                if (value := values[index]) is not None
            )
            lines.append(f"Epoch {epoch}: {', '.join(figures)}")
        return "\n".join(lines) or self.missing

    def draw(self, figure: Figure, look: ChartLook) -> None:
        """Loss on the left, accuracy on the right."""
        loss, accuracy = figure.subplots(1, 2)
        self._draw_curves(loss, "loss", look, place="upper right")
        loss.set_title("Loss")
        self._draw_curves(accuracy, "acc", look, place="lower right")
        accuracy.set_title("Accuracy")
        _show_percent(accuracy.yaxis)
        if accuracy.lines:
            accuracy.set_ylim(bottom=0)

    def _draw_curves(self, axes: Any, kind: str, look: ChartLook, place: str) -> None:
        epochs = self.history.epochs
        for name, values in self.history.curves.items():
            if not _is_of(name, kind):
                continue
            is_validation = name.startswith("val")
            axes.plot(
                epochs,
                [math.nan if value is None else value for value in values],
                color=look.accent if is_validation else look.quiet,
                linestyle="-" if is_validation else (0, (3, 2)),
                marker="o" if len(epochs) == 1 else None,
                label=_curve_name(name),
            )
        axes.set_xlabel("Epoch")
        axes.xaxis.get_major_locator().set_params(integer=True)
        if axes.lines:
            axes.legend(loc=place, frameon=False)


@dataclass(frozen=True)
class ConfusionChart:
    """What is taken for what."""

    confusions: ConfusionMatrix

    @property
    def missing(self) -> str:
        """A checkpoint need not have a matrix."""
        if sum(map(sum, self.confusions.matrix)) > 0:
            return ""
        return "This checkpoint has no confusion matrix; “genrescope evaluate” makes one for any model."

    def as_text(self) -> str:
        """A line for each genre: how often it was known, and what it was taken for."""
        labels, lines = self.confusions.labels, []
        for index, (label, row) in enumerate(zip(labels, self.confusions.matrix, strict=False)):
            wrong = sorted(
                ((n, other) for other, n in zip(labels, row, strict=True) if other != label and n), reverse=True
            )
            taken_for = ", ".join(f"{wording.genre_within_sentence(other)} {n}" for n, other in wrong)
            line = f"{wording.genre_name(label)}: {row[index]} of {count(sum(row), 'track')} right"
            lines.append(f"{line}; taken for {taken_for}" if taken_for else line)
        return "\n".join(lines) or self.missing

    def draw(self, figure: Figure, look: ChartLook) -> None:
        """A row for what each track is, a column for what it was taken for; the darker, the larger its share."""
        from matplotlib.colors import LinearSegmentedColormap

        matrix, names = self.confusions.matrix, [wording.genre_name(label) for label in self.confusions.labels]
        n_genres = len(names)
        shares = [[n / max(sum(row), 1) for n in row] for row in matrix]
        colours = LinearSegmentedColormap.from_list("shares", [look.faint, look.accent])
        axes = figure.subplots()
        axes.grid(visible=False)
        axes.pcolormesh(shares, cmap=colours, vmin=0, vmax=1, edgecolors=look.ground, linewidth=2)
        axes.invert_yaxis()
        axes.spines[:].set_visible(False)
        cell_width = (look.width / look.scaling - _NAMES_WIDTH) / n_genres
        cell_height = (look.height / look.scaling - _NAMES_HEIGHT) / n_genres
        _name_axes(axes, names, cell_width, cell_height)
        if n_genres <= _MOST_WRITTEN_CELLS and cell_height >= _LINE_HEIGHT:
            _write_cells(axes, matrix, shares, look)


@dataclass(frozen=True)
class ReliabilityChart:
    """Whether confidence can be trusted."""

    reliability: Reliability

    @property
    def missing(self) -> str:
        """A checkpoint need not tell."""
        if sum(self.reliability.n_tracks) > 0:
            return ""
        return (
            "This checkpoint does not tell how often it is right at which confidence; those of “genrescope train” do."
        )

    def as_text(self) -> str:
        """A line for each bin of confidence."""
        lines = [
            f"Confidence {wording.exact_percent(confidence)}: {wording.exact_percent(accuracy)} "
            f"of {count(n_tracks, 'track')} right"
            for confidence, accuracy, n_tracks in self._bins()
        ]
        return "\n".join(lines) or self.missing

    def draw(self, figure: Figure, look: ChartLook) -> None:
        """Accuracy over confidence, and beneath it how many tracks there are."""
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
        confidences, accuracies, n_tracks = zip(*self._bins(), strict=True)
        above.plot([0, 1], [0, 1], color=look.quiet, linestyle=(0, (3, 2)), label="Perfectly calibrated")
        for confidence, accuracy, _ in self._bins():
            above.plot([confidence, confidence], [confidence, accuracy], color=look.faint, linewidth=4, zorder=1)
        above.plot(confidences, accuracies, color=look.accent, marker="o", label="This model")
        above.set(xlim=(0, 1), ylim=(0, 1.02), ylabel="Right answers")
        above.legend(loc="upper left", frameon=False)
        below.bar(confidences, n_tracks, width=0.04, color=look.accent)
        below.set(ylabel="Tracks", xlabel="Confidence")
        below.yaxis.get_major_locator().set_params(integer=True, nbins=2)
        _show_percent(above.yaxis)
        _show_percent(below.xaxis)
        figure.align_ylabels()

    def _bins(self) -> list[tuple[float, float, int]]:
        known = self.reliability
        bins = zip(known.confidence, known.accuracy, known.n_tracks, strict=True)
        return sorted(one for one in bins if one[2] > 0)


def _is_number(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _is_of(name: str, kind: str) -> bool:
    return kind in name.rpartition("_")[2]


def _is_drawn(name: str) -> bool:
    return _is_of(name, "loss") or _is_of(name, "acc")


def _curve_name(name: str) -> str:
    return {"train": "Training", "val": "Validation"}.get(name.partition("_")[0], name.replace("_", " "))


def _show_percent(axis: Any) -> None:
    from matplotlib.ticker import PercentFormatter

    axis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=f"{wording.NO_BREAK_SPACE}%"))


def _name_axes(axes: Any, names: Sequence[str], cell_width: float, cell_height: float) -> None:
    is_narrow = max(map(len, names)) * _LETTER_WIDTH > cell_width
    for axis, room in ((axes.xaxis, cell_width), (axes.yaxis, cell_height)):
        # Where not every name has room, every second or third one is there.
        step = max(1, math.ceil(_LINE_HEIGHT / max(room, 1)))
        axis.set_ticks([index + 0.5 for index in range(0, len(names), step)], names[::step])
    if is_narrow:
        axes.tick_params(axis="x", labelrotation=40)
        for label in axes.get_xticklabels():
            label.set(horizontalalignment="right", rotation_mode="anchor")


def _write_cells(
    axes: Any, matrix: Sequence[Sequence[int]], shares: Sequence[Sequence[float]], look: ChartLook
) -> None:
    for row, (counts, row_shares) in enumerate(zip(matrix, shares, strict=True)):
        for column, (n_tracks, share) in enumerate(zip(counts, row_shares, strict=True)):
            if n_tracks == 0:
                continue
            ground = theme.mix(look.faint, look.accent, share)
            colour = max((look.ink, look.on_accent), key=lambda ink: theme.contrast(ink, ground))
            axes.text(column + 0.5, row + 0.5, f"{n_tracks}", color=colour, fontsize=11, ha="center", va="center")
