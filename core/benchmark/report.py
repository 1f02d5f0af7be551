"""A benchmark as one table, one JSON and one picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from core.benchmark.pieces import write_json, write_text
from core.benchmark.significance import McNemar
from core.benchmark.table import Row
from core.evaluation.report import load_figure

_ABOUT_ARTISTS = (
    "Each model was trained on the `train` tracks and scored once on the whole `val` tracks, {n_val} of them, of the "
    "pack's own split."
)
_ABOUT_SEGMENTS = (
    "Each track was cut in ten, and the pieces were dealt out to `train` and `val` ({n_val} pieces) at random. Pieces "
    "of one recording lie on both sides, so that a model scores by recognising recordings that it has heard instead of "
    "hearing the genre. The number says next to nothing about songs that it has not heard, and must not be compared "
    "with one from a split by artist."
)


@dataclass(frozen=True)
class Benchmark:
    """Everything that a benchmark found out.

    Attributes:
        dataset: Name of the pack.
        protocol: ``artists`` or ``segments``.
        n_train: Tracks (or pieces of tracks) that the models were trained on.
        n_val: Likewise, that they were scored on.
        n_seeds: That were asked for.
        rows: One for each model, the best first.
        shipped_id: Of the model that the others are compared with; ``None`` where there is none.
        notes: One sentence each, for the reader.
    """

    dataset: str
    protocol: str
    n_train: int
    n_val: int
    n_seeds: int
    rows: tuple[Row, ...]
    shipped_id: str | None = None
    notes: tuple[str, ...] = ()


def write_benchmark(benchmark: Benchmark, folder: Path) -> None:
    """Write ``benchmark.md``, ``benchmark.json`` and ``benchmark.png``.

    Raises:
        GenrescopeError: When matplotlib (extra ``train``) is missing.
    """
    rows = [
        {**asdict(row), "comparison": None if row.comparison is None else asdict(row.comparison)}
        for row in benchmark.rows
    ]
    write_json(folder / "benchmark.json", {**asdict(benchmark), "rows": rows})
    write_text(folder / "benchmark.md", to_markdown(benchmark))
    draw_accuracies(benchmark, folder / "benchmark.png")


def to_markdown(benchmark: Benchmark) -> str:
    """The table, and what one has to know to read it."""
    about = _ABOUT_ARTISTS if benchmark.protocol == "artists" else _ABOUT_SEGMENTS
    against = f"against {benchmark.shipped_id}" if benchmark.shipped_id else "against the shipped model"
    header = ["model", "accuracy", "95 % interval", "macro-F1", against, "seeds", "parameters", "checkpoint",
              "CPU per clip", "training"]  # fmt: skip
    lines = [
        f"# Models on {benchmark.dataset}, {benchmark.protocol}",
        "",
        about.format(n_val=benchmark.n_val),
        "",
        f"| {' | '.join(header)} |",
        "|---" * len(header) + "|",
        *(f"| {' | '.join(_format_row(row, benchmark.n_seeds))} |" for row in benchmark.rows),
        "",
        "Accuracy and macro-F1: mean ± standard deviation over seeds. 95 % interval: of the mean accuracy, by "
        "bootstrap over what was judged. CPU per clip: the network alone, on one core, over the segments of one clip "
        "of the pack; classical models spend their time on the features. Training: wall-clock minutes for each seed, "
        "on a computer that may have done other work beside.",
        "",
    ]  # fmt: skip
    if benchmark.shipped_id:
        lines += [
            f"A{against[1:]}: tracks that only this model tells right : tracks that only {benchmark.shipped_id} does, "
            "and the two-sided p-value of McNemar's exact test, for the seed with the median p-value; not corrected "
            "for the number of models.",
            "",
        ]  # fmt: skip
    return "\n".join(lines + [line for note in benchmark.notes for line in (note, "")])


def _format_row(row: Row, n_seeds: int) -> list[str]:
    name = f"**{row.model}** (shipped)" if row.kind == "shipped" else row.model
    if row.accuracy is None:
        return [name, f"not measured: {row.obstacle or 'not finished yet'}", *["–"] * 8]
    low, high = row.accuracy_interval or (row.accuracy, row.accuracy)
    return [
        name,
        _format_share(row.accuracy, row.accuracy_sd),
        f"{low:.1%}–{high:.1%}",
        "–" if row.macro_f1 is None else _format_share(row.macro_f1, row.macro_f1_sd),
        _format_comparison(row.comparison),
        "–" if row.kind == "shipped" else f"{len(row.seeds)} of {n_seeds}",
        "–" if row.n_parameters is None else f"{row.n_parameters:,}",
        "–" if row.checkpoint_bytes is None else f"{row.checkpoint_bytes / 1e6:.1f} MB",
        "–" if row.window_ms is None else f"{row.window_ms:.1f} ms",
        "–" if row.train_minutes is None else f"{row.train_minutes:.1f} min",
    ]


def _format_share(mean: float, deviation: float | None) -> str:
    return f"{mean:.1%}" if deviation is None else f"{mean:.1%} ± {100 * deviation:.1f}"


def _format_comparison(comparison: McNemar | None) -> str:
    if comparison is None:
        return "–"
    p_value = "p < 0.001" if comparison.p_value < 0.001 else f"p = {comparison.p_value:.3f}"
    return f"{comparison.n_better} : {comparison.n_worse}, {p_value}"


def draw_accuracies(benchmark: Benchmark, path: Path) -> None:
    """Draw each model's mean accuracy with its interval, and each seed's as a dot.

    Raises:
        GenrescopeError: When matplotlib (extra ``train``) is missing.
    """
    rows = [row for row in benchmark.rows if row.accuracy is not None][::-1]
    figure = load_figure()(figsize=(8, 1.5 + 0.35 * max(1, len(rows))), layout="constrained", dpi=120)
    axes = figure.subplots()
    for height, row in enumerate(rows):
        low, high = row.accuracy_interval or (row.accuracy, row.accuracy)
        colour = {"network": "C0", "classical": "C2"}.get(row.kind, "C1")
        axes.plot([low, high], [height, height], color=colour, linewidth=2)
        axes.plot(row.accuracies, [height] * len(row.accuracies), ".", color=colour, alpha=0.5)
        axes.plot(row.accuracy, height, "o", color=colour)
        if row.kind == "shipped":
            axes.axvline(row.accuracy, color=colour, linestyle="--", linewidth=1)
    axes.set_yticks(range(len(rows)), _name_rows(rows))
    axes.set(
        xlabel="accuracy, with its 95 % interval; small dots are seeds",
        xlim=(0, 1),
        ylim=(-0.5, max(1, len(rows)) - 0.5),
    )
    axes.set_title(f"{benchmark.dataset}, {benchmark.protocol}, {benchmark.n_val} judged")
    axes.grid(axis="x", alpha=0.3)
    temporary = path.with_name(path.name + ".tmp")
    figure.savefig(temporary, format="png")
    temporary.replace(path)


def _name_rows(rows: Sequence[Row]) -> list[str]:
    return [f"{row.model} (shipped)" if row.kind == "shipped" else row.model for row in rows]
