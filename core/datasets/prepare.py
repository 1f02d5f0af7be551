"""From a dataset's audio to its pack: in parallel, resumable, and not to be stopped by any file."""

from __future__ import annotations

import functools
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np

from core.audio.decode import open_audio
from core.datasets.audio_files import MIN_CLIP_S, SILENCE_DB, printable_name
from core.datasets.pack_format import PackFormat, PackFrontEnd, PackRow, create_front_end, cut_clip
from core.datasets.pack_writer import write_pack
from core.datasets.registry import Track
from core.datasets.work_folder import PreparedTrack, WorkFolder, save_prepared
from core.datasets.worker_pool import run_tasks
from core.errors import AudioError, DatasetError

#: Called with how many tracks are done and how many there are, first for those that an earlier run has done.
Progress = Callable[[int, int], None]


class Unusable(StrEnum):
    """What becomes of a track without usable sound."""

    LEAVE_OUT = "left out"
    SUBSTITUTE_SILENCE = "replaced by silence"


@dataclass
class PrepareSummary:
    """What came of it.

    Attributes:
        output: The pack.
        n_resumed: Tracks that an earlier, interrupted run had done.
        n_tracks: In the pack, by split.
        left_out: Why, by ``track_id``.
        substituted: Likewise, for tracks that silence stands for.
        damaged: What was wrong with tracks that were used all the same.
        leaking: Pairs of ``track_id`` with the same sound in two splits.
    """

    output: Path
    n_resumed: int = 0
    n_tracks: Counter[str] = field(default_factory=Counter)
    left_out: dict[str, str] = field(default_factory=dict)
    substituted: dict[str, str] = field(default_factory=dict)
    damaged: dict[str, str] = field(default_factory=dict)
    leaking: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Task:
    """One track's work, as it travels to another process."""

    path: Path
    work_file: Path
    pack_format: PackFormat


def prepare_pack(
    tracks: Sequence[Track],
    pack_format: PackFormat,
    output: Path,
    *,
    n_processes: int = 0,
    unusable: Unusable = Unusable.LEAVE_OUT,
    progress: Progress | None = None,
) -> PrepareSummary:
    """Read the tracks' audio and write the pack.

    Killed at any time, it goes on where it was when called again, and ends with the same bytes.

    Args:
        tracks: Of a dataset.
        pack_format: How they become rows.
        output: The ``.npz``; an older one is replaced at the very end.
        n_processes: How many work at once; 0 does everything in this process.
        unusable: What becomes of tracks that cannot be decoded, are too short or silent.
        progress: Told how far it is.

    Raises:
        DatasetError: When no track is usable, the pack cannot be written, or no process can be started.
    """
    if output.suffix.lower() != ".npz":
        raise DatasetError(f"The pack “{output}” must end in .npz.")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        work_folder = WorkFolder(output, pack_format)
        work_files = [work_folder.file_for(track) for track in tracks]
        summary = PrepareSummary(output)
        summary.n_resumed = _compute_missing(tracks, work_files, work_folder, pack_format, n_processes, progress)
        _assemble(tracks, work_files, work_folder, pack_format, unusable, summary)
        work_folder.remove()
    except OSError as error:
        raise DatasetError(f"The pack “{output}” could not be made: {error}") from error
    return summary


def _compute_missing(
    tracks: Sequence[Track],
    work_files: Sequence[Path],
    work_folder: WorkFolder,
    pack_format: PackFormat,
    n_processes: int,
    progress: Progress | None,
) -> int:
    """Fill the work folder; return how many tracks an earlier run had done."""
    # By work file, because a file that is listed twice is read once.
    todo = {
        work_file: _Task(track.path, work_file, pack_format)
        for track, work_file in zip(tracks, work_files, strict=True)
        if work_folder.load(work_file) is None
    }
    n_all = len(set(work_files))
    n_done = n_resumed = n_all - len(todo)
    if progress is not None:
        progress(n_done, n_all)
    for task, has_survived in run_tasks(_prepare_track, list(todo.values()), min(n_processes, len(todo))):
        if not has_survived:
            save_prepared(task.work_file, PreparedTrack(None, "it crashed the decoder"))
        n_done += 1
        if progress is not None:
            progress(n_done, n_all)
    return n_resumed


def _prepare_track(task: _Task) -> None:
    front_end = _create_front_end(task.pack_format)
    try:
        prepared = _read_track(task.path, front_end)
    except AudioError as error:
        prepared = PreparedTrack(None, str(error))
    except Exception as error:  # one file must not stop thousands; it is named with what happened
        prepared = PreparedTrack(None, f"unexpected {type(error).__name__}: {error}")
    save_prepared(task.work_file, prepared)


def _read_track(path: Path, front_end: PackFrontEnd) -> PreparedTrack:
    config = front_end.pack_format.config
    with open_audio(path, sample_rate=config.sample_rate) as stream:
        samples = cut_clip(stream, front_end.pack_format)
        warnings = tuple(stream.warnings)
    name, duration_s = printable_name(path.name), len(samples) / config.sample_rate
    if duration_s < MIN_CLIP_S:
        told = " ".join(("", *warnings))
        return PreparedTrack(None, f"“{name}” has only {duration_s:.1f} s of sound.{told}")
    if np.abs(samples).max() < 10 ** (SILENCE_DB / 20):
        return PreparedTrack(None, f"“{name}” is silent.")
    with _one_thread():
        return PreparedTrack(front_end.compute(samples), warnings=warnings)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keep PyTorch to one thread: the processes share the cores, and the sums are rounded alike everywhere."""
    import torch

    usual = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(usual)


@functools.lru_cache(maxsize=1)
def _create_front_end(pack_format: PackFormat) -> PackFrontEnd:
    try:
        return create_front_end(pack_format)
    except ImportError as error:
        raise DatasetError(
            f"Preparing packs needs the extra “train” (pip install genrescope[train]): {error}"
        ) from error


def _assemble(
    tracks: Sequence[Track],
    work_files: Sequence[Path],
    work_folder: WorkFolder,
    pack_format: PackFormat,
    unusable: Unusable,
    summary: PrepareSummary,
) -> None:
    """Write the pack from the work files, and count what is in it."""
    kept: list[tuple[Track, Path]] = []
    for track, work_file in zip(tracks, work_files, strict=True):
        prepared = _load(work_folder, work_file)
        if prepared.warnings and not prepared.problem:
            summary.damaged[track.track_id] = " ".join(prepared.warnings)
        if prepared.log_mel is None and unusable is Unusable.LEAVE_OUT:
            summary.left_out[track.track_id] = prepared.problem
            continue
        if prepared.log_mel is None:
            summary.substituted[track.track_id] = prepared.problem
        kept.append((track, work_file))
        summary.n_tracks[track.split] += 1
    if len(summary.substituted) == len(kept):
        problems = summary.left_out or summary.substituted
        raise DatasetError(
            f"None of the {len(tracks)} tracks has usable sound; the first: {next(iter(problems.values()), 'none')}"
        )
    first_with_sound: dict[bytes, Track] = {}

    def rows() -> Iterator[PackRow]:
        for track, work_file in kept:
            log_mel = _load(work_folder, work_file).log_mel
            if log_mel is None:
                yield np.zeros(pack_format.shape, pack_format.dtype)
                continue
            twin = first_with_sound.setdefault(hashlib.sha256(log_mel.tobytes()).digest(), track)
            if twin.split != track.split:
                summary.leaking.append((twin.track_id, track.track_id))
            yield log_mel

    kept_tracks = [track for track, _ in kept]
    write_pack(summary.output, kept_tracks, rows(), pack_format)


def _load(work_folder: WorkFolder, work_file: Path) -> PreparedTrack:
    prepared = work_folder.load(work_file)
    if prepared is None:
        raise DatasetError(f"The work file “{work_file}” is gone; run the command again.")
    return prepared
