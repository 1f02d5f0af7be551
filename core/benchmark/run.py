"""Runs a benchmark piece by piece, and goes on where it was interrupted."""

from __future__ import annotations

import hashlib
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.benchmark.classical import run_classical
from core.benchmark.entrants import Entrant, Kind, choose_entrants
from core.benchmark.networks import run_network, seed_config
from core.benchmark.pieces import PieceResult, read_json, write_json
from core.benchmark.protocols import Task, create_task
from core.benchmark.report import Benchmark, write_benchmark
from core.benchmark.shipped import ShippedScores, score_shipped
from core.benchmark.table import create_rows
from core.datasets.pack import LogMelPack
from core.errors import GenrescopeError
from core.features.handcrafted import FeatureTable
from core.models.files import DEFAULT_MODEL_ID, find_checkpoint
from core.training.run_folder import RunFolder
from core.types import FloatArray

_SETUP_NAME = "setup.json"


@dataclass(frozen=True)
class BenchmarkOptions:
    """What to compare, and how.

    Attributes:
        models: Architectures and classical models; ``None`` takes all.
        n_seeds: Each model is trained with the seeds 0 to ``n_seeds`` - 1.
        epochs: Of every network, instead of its preset's.
        protocol: ``artists`` or ``segments``.
        shipped: Id of the model to compare with, or the path of its checkpoint.
        device: A PyTorch device for the training, or ``None`` for the best that works.

    Raises:
        GenrescopeError: When there is nothing to do.
    """

    models: tuple[str, ...] | None = None
    n_seeds: int = 3
    epochs: int | None = None
    protocol: str = "artists"
    shipped: str = DEFAULT_MODEL_ID
    device: str | None = None

    def __post_init__(self) -> None:
        if self.n_seeds < 1:
            raise GenrescopeError(f"The number of seeds is {self.n_seeds}; it must be at least 1.")
        if self.models is not None and not self.models:
            raise GenrescopeError("No model to compare was named.")


@dataclass(frozen=True)
class Piece:
    """One model with one seed.

    Attributes:
        entrant: The model.
        seed: Of everything random.
        folder: Its own.
    """

    entrant: Entrant
    seed: int
    folder: Path

    @property
    def is_finished(self) -> bool:
        """Whether its result is there, and the model that it belongs to."""
        is_trained = self.entrant.kind is Kind.CLASSICAL or RunFolder(self.folder).is_finished
        return is_trained and PieceResult.load(self.folder) is not None


@dataclass(frozen=True)
class Progress:
    """What is about to be done.

    Attributes:
        position: Of the piece, counted from 1.
        n_pieces: How many there are.
        model: Of the piece.
        seed: Of the piece.
        is_known: Its result is there already.
        left_s: How long this piece and all after it will take, in seconds; ``None`` where nothing tells.
    """

    position: int
    n_pieces: int
    model: str
    seed: int
    is_known: bool
    left_s: float | None


def run_benchmark(
    pack: LogMelPack,
    output: Path,
    options: BenchmarkOptions,
    features: FeatureTable | None = None,
    *,
    progress: Callable[[Progress], None] | None = None,
) -> Benchmark:
    """Train and score all models; the report is written anew after every piece.

    Args:
        pack: With the splits ``train`` and ``val``.
        output: Folder of the benchmark; pieces that are finished there are not done again.
        options: What to compare, and how.
        features: Hand-crafted features of the pack's tracks, for the models that read them.
        progress: Called before each piece.

    Raises:
        DatasetError: When pack or features do not do.
        ModelError: When a model is unknown, or the shipped one cannot be read.
        GenrescopeError: When the folder holds a benchmark of something else.
    """
    pack = pack if features is None else pack.attach_features(features)
    task = create_task(options.protocol, pack)
    entrants = choose_entrants(options.models, task, epochs=options.epochs)
    find_checkpoint(options.shipped)
    features_print = _fingerprint(task.pack.track_features)
    _claim(output, {"protocol": options.protocol, "pack": task.fingerprint, "features": features_print})
    compared = score_shipped(options.shipped, task)
    pieces = [
        Piece(entrant, seed, output / f"{entrant.name}-seed{seed}")
        for seed in range(options.n_seeds)  # outside: after the first round, every model has a number
        for entrant in entrants
        if entrant.obstacle is None
    ]
    results: list[PieceResult] = []
    for index, piece in enumerate(pieces):
        is_known = piece.is_finished
        if progress is not None:
            left_s = estimate_left_s(pieces[index:], results)
            progress(Progress(index + 1, len(pieces), piece.entrant.name, piece.seed, is_known, left_s))
        results.append(_run_piece(piece, task, options.device))
        if not is_known:
            write_benchmark(_sum_up(task, options, entrants, results, compared), output)
    benchmark = _sum_up(task, options, entrants, results, compared)
    write_benchmark(benchmark, output)
    return benchmark


def _run_piece(piece: Piece, task: Task, device: str | None) -> PieceResult:
    name, config = piece.entrant.name, piece.entrant.config
    if config is not None:
        return run_network(name, seed_config(config, piece.seed), task, piece.folder, device)
    return run_classical(name, piece.seed, task.pack, piece.folder)


def estimate_left_s(pieces: Sequence[Piece], results: Sequence[PieceResult]) -> float | None:
    """How long the pieces will take, judged by what others took: those of the same model, else all.

    Args:
        pieces: That are left.
        results: Of those that are done.

    Returns:
        Seconds; 0 for what is finished already. ``None`` where nothing has been done yet.
    """
    if not results:
        return None
    left = [piece for piece in pieces if not piece.is_finished]
    usual_s = statistics.mean(result.train_s for result in results)
    same_model_s: Mapping[str, float] = {result.model: result.train_s for result in results}
    return sum(same_model_s.get(piece.entrant.name, usual_s) for piece in left)


def _sum_up(
    task: Task,
    options: BenchmarkOptions,
    entrants: Sequence[Entrant],
    results: Sequence[PieceResult],
    compared: ShippedScores | str,
) -> Benchmark:
    shipped = compared if isinstance(compared, ShippedScores) else None
    val = task.pack.select("val")
    note = f"{shipped.model_id} is the shipped model: {shipped.protocol}." if shipped else str(compared)
    return Benchmark(
        dataset=task.pack.name,
        protocol=task.protocol,
        n_train=len(task.pack.select("train")),
        n_val=len(val),
        n_seeds=options.n_seeds,
        rows=tuple(create_rows(entrants, results, val.labels, shipped)),
        shipped_id=None if shipped is None else shipped.model_id,
        notes=(note,),
    )


def _claim(output: Path, setup: dict[str, str | None]) -> None:
    """Make the folder this benchmark's own: scores on different data must not meet in one table.

    Args:
        output: The folder.
        setup: What the data is; a feature table may come later, or be left out this time.
    """
    if output.exists() and not output.is_dir():
        raise GenrescopeError(f"“{output}” is a file; a benchmark needs a folder.")
    before = read_json(output / _SETUP_NAME) or {}
    for name, what in (("pack", "another pack"), ("protocol", "another protocol"), ("features", "other features")):
        if before.get(name) and setup[name] and before[name] != setup[name]:
            raise GenrescopeError(f"“{output}” holds a benchmark of {what}: choose another folder.")
    output.mkdir(parents=True, exist_ok=True)
    write_json(output / _SETUP_NAME, {**setup, "features": setup["features"] or before.get("features")})


def _fingerprint(features: FloatArray | None) -> str | None:
    return None if features is None else hashlib.sha256(features.tobytes()).hexdigest()[:16]
