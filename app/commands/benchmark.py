"""``genrescope benchmark``: a pack in, all models side by side out."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.extras import importing_lab
from app.commands.progress_line import format_duration
from core.datasets.pack import load_pack

if TYPE_CHECKING:
    from core.benchmark.run import Progress


def benchmark_models(
    pack: Path, *, models: str | None, seeds: int, epochs: int | None, features: Path | None,
    protocol: str,    shipped: str, output: Path, device: str | None,
) -> int:  # fmt: skip
    """Compare models and print the table.

    Args:
        pack: The dataset, an ``.npz`` of log-mels.
        models: Names with commas between them; ``None`` takes all.
        seeds: How many times each model is trained.
        epochs: Of every network, instead of its preset's.
        features: Table of hand-crafted features, for the models that read them.
        protocol: ``artists`` or ``segments``.
        shipped: The model to compare with, by its id or file.
        output: Folder of the benchmark.
        device: A PyTorch device name, or ``None`` for the best that works.

    Returns:
        The exit code, 0.

    Raises:
        GenrescopeError: With one sentence that says what is wrong.
    """
    with importing_lab("A benchmark needs"):
        from core.benchmark.report import to_markdown
        from core.benchmark.run import BenchmarkOptions, run_benchmark
        from core.features.handcrafted import load_feature_table
    names = None if models is None else tuple(name.strip() for name in models.split(",") if name.strip())
    options = BenchmarkOptions(names, seeds, epochs, protocol, shipped, device)
    table = None if features is None else load_feature_table(features)
    # Lightning draws its progress bars on standard output, where only the table belongs.
    with contextlib.redirect_stdout(sys.stderr):
        benchmark = run_benchmark(
            load_pack(pack),
            output,
            options,
            table,
            progress=_show_progress,
        )
    print(to_markdown(benchmark))
    print(f"Written to {output}.", file=sys.stderr)
    return 0


def _show_progress(progress: Progress) -> None:
    text = f"Piece {progress.position} of {progress.n_pieces}: {progress.model}, seed {progress.seed}"
    if progress.is_known:
        text += " (finished before)"
    elif progress.left_s is not None:
        text += f"; about {format_duration(progress.left_s)} to go"
    print(text, file=sys.stderr, flush=True)
