"""``genrescope prepare``: a dataset's audio in, a log-mel pack out."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from app.commands.progress_line import ProgressLine
from core.datasets.audio_files import printable_name
from core.datasets.pack import SPLITS
from core.datasets.pack_format import FIVE_CHANNEL_FORMAT
from core.datasets.prepare import PrepareSummary, Unusable, prepare_pack
from core.datasets.registry import DatasetOptions, create_dataset
from core.errors import DatasetError

#: How many tracks of each kind the summary names.
_N_NAMED = 20


def prepare_dataset(
    name: str,
    source: Path,
    output: Path,
    *,
    options: DatasetOptions,
    features: str = "log_mel",
    jobs: int | None = None,
    substitute_silence: bool = False,
) -> int:
    """Make a pack and say what is in it, what is not, and why.

    Args:
        name: Of the dataset.
        source: Its folder.
        output: The pack.
        options: Of the dataset.
        features: ``log_mel``, or ``five_channel`` for the model that reads those.
        jobs: Processes that work at once; 0 does everything in this one, ``None`` takes one for each core.
        substitute_silence: Silence stands for tracks without usable sound; else they are left out.

    Returns:
        The exit code, 0.
    """
    n_processes = (os.cpu_count() or 1) if jobs is None else jobs
    if n_processes < 0:
        raise DatasetError(f"--jobs must be 0 or more, not {n_processes}.")
    dataset = create_dataset(name, source, options)
    if dataset.pack_format is None:
        raise DatasetError(f"The dataset “{name}” holds no audio to prepare.")
    pack_format = FIVE_CHANNEL_FORMAT if features == "five_channel" else dataset.pack_format
    print(f"Looking through {printable_name(source)} …", file=sys.stderr)
    tracks = dataset.list_tracks()
    for note in dataset.notes:
        print(f"Note: {note}", file=sys.stderr)
    unusable = Unusable.SUBSTITUTE_SILENCE if substitute_silence else Unusable.LEAVE_OUT
    progress = ProgressLine("tracks")
    summary = prepare_pack(tracks, pack_format, output, n_processes=n_processes, unusable=unusable, progress=progress)
    _print_summary(summary)
    return 0


def _print_summary(summary: PrepareSummary) -> None:
    counts = ", ".join(f"{summary.n_tracks[split]} {split}" for split in SPLITS)
    print(f"{summary.output}: {summary.n_tracks.total()} tracks ({counts})")
    print(f"{len(summary.substituted)} replaced by silence, {len(summary.left_out)} left out")
    _print_named("Replaced by silence", summary.substituted)
    _print_named("Left out", summary.left_out)
    _print_named("Used although damaged", summary.damaged)
    _print_named("The same sound in two splits", {f"{first} = {second}": "" for first, second in summary.leaking})


def _print_named(title: str, reasons: Mapping[str, str]) -> None:
    if not reasons:
        return
    print(f"{title}: {len(reasons)}")
    for track_id, reason in list(reasons.items())[:_N_NAMED]:
        print(f"  {track_id}: {reason}" if reason else f"  {track_id}")
    if len(reasons) > _N_NAMED:
        print(f"  and {len(reasons) - _N_NAMED} more")
