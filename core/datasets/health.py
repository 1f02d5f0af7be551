"""Finding files in a music folder that do more harm than good: broken, silent, too short, or there twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np

from core.audio.decode import open_audio
from core.audio.limits import DecodeLimits
from core.datasets.audio_files import MIN_CLIP_S, SILENCE_DB, find_audio_files, printable_name
from core.datasets.quarantine import is_quarantine
from core.datasets.splits import digest_file
from core.errors import AudioError, DatasetError

#: Called after each file with how many are done and how many there are.
Progress = Callable[[int, int], None]

# The sound is not kept, so a long recording is no danger; only one that takes for ever to decode is.
_LIMITS = DecodeLimits(max_duration_s=7 * 24 * 3600.0, max_decoded_bytes=1024**4)


class ProblemKind(StrEnum):
    """What can be wrong with a file."""

    CORRUPT = "corrupt"
    SILENT = "silent"
    TOO_SHORT = "too short"
    DUPLICATE_BYTES = "identical bytes"
    DUPLICATE_SOUND = "identical sound"


@dataclass(frozen=True)
class Problem:
    """What is wrong with one file.

    Attributes:
        path: Of the file.
        kind: What.
        reason: One sentence.
        duplicate_of: The file that stays, for duplicates.
    """

    path: Path
    kind: ProblemKind
    reason: str
    duplicate_of: Path | None = None


@dataclass(frozen=True)
class HealthReport:
    """What a folder holds.

    Attributes:
        folder: That was looked through.
        n_files: Audio files in it.
        problems: One at most for each file, in the order of the paths.
    """

    folder: Path
    n_files: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class _Finding:
    """What one file is by itself."""

    path: Path
    bytes_digest: str | None
    sound_digest: str = ""
    problem: Problem | None = None


def check_health(
    folder: Path, *, min_duration_s: float = MIN_CLIP_S, n_threads: int = 2, progress: Progress | None = None
) -> HealthReport:
    """Decode every audio file of a folder from end to end.

    Of files that are the same, the one whose path comes first is healthy. Quarantine folders are passed over.

    Args:
        folder: With any folders in it.
        min_duration_s: What has less sound is too short, in seconds.
        n_threads: How many files are decoded at once.
        progress: Told how far it is.

    Raises:
        DatasetError: When there is no such folder, or no audio in it.
    """
    try:
        paths = find_audio_files(folder, is_passed_over=is_quarantine)
    except OSError as error:
        raise DatasetError(f"The folder “{printable_name(folder)}” cannot be looked through: {error}") from error
    if not paths:
        raise DatasetError(f"The folder “{printable_name(folder)}” holds no audio files.")
    findings: list[_Finding] = []
    if progress is not None:
        progress(0, len(paths))
    with ThreadPoolExecutor(n_threads, thread_name_prefix="health") as executor:
        for finding in executor.map(lambda path: _examine(path, min_duration_s), paths):
            findings.append(finding)
            if progress is not None:
                progress(len(findings), len(paths))
    return HealthReport(folder, len(paths), tuple(_collect_problems(findings)))


def _examine(path: Path, min_duration_s: float) -> _Finding:
    bytes_digest = digest_file(path)
    try:
        digest, n_samples, peak, warnings, sample_rate = _digest_sound(path)
    except AudioError as error:
        return _Finding(path, bytes_digest, problem=Problem(path, ProblemKind.CORRUPT, str(error)))
    name, duration_s = printable_name(path.name), n_samples / sample_rate
    problem = None
    if warnings:
        problem = Problem(path, ProblemKind.CORRUPT, f"“{name}”: {' '.join(warnings)}")
    elif peak < 10 ** (SILENCE_DB / 20):
        problem = Problem(path, ProblemKind.SILENT, f"“{name}” is silent from end to end.")
    elif duration_s < min_duration_s:
        reason = f"“{name}” has {duration_s:.1f} s of sound, less than {min_duration_s:g} s."
        problem = Problem(path, ProblemKind.TOO_SHORT, reason)
    return _Finding(path, bytes_digest, digest, problem)


def _digest_sound(path: Path) -> tuple[str, int, float, list[str], int]:
    """Digest, number of samples, loudest sample, warnings and sample rate of a file's sound."""
    sound = hashlib.sha256()
    n_samples, peak = 0, 0.0
    with open_audio(path, limits=_LIMITS) as stream:
        for block in stream:
            # In 16 bits, because the last bits of the floats depend on how the container cuts the sound into frames.
            sound.update(np.rint(block.clip(-1, 1) * 32767).astype("<i2").tobytes())
            n_samples += len(block)
            peak = max(peak, float(np.abs(block).max()))
        return sound.hexdigest(), n_samples, peak, stream.warnings, stream.sample_rate


def _collect_problems(findings: Sequence[_Finding]) -> list[Problem]:
    """The problem of each file that has one; a file that is bad by itself is no duplicate of another."""
    first_with_bytes: dict[str, Path] = {}
    first_with_sound: dict[str, Path] = {}
    problems = []
    for finding in findings:
        problem = finding.problem
        if problem is None:
            twin = first_with_bytes.get(finding.bytes_digest or "")
            same_sound = first_with_sound.get(finding.sound_digest)
            if twin is not None:
                problem = _duplicate(finding.path, ProblemKind.DUPLICATE_BYTES, twin)
            elif same_sound is not None:
                problem = _duplicate(finding.path, ProblemKind.DUPLICATE_SOUND, same_sound)
            else:
                first_with_sound[finding.sound_digest] = finding.path
            if finding.bytes_digest:
                first_with_bytes.setdefault(finding.bytes_digest, finding.path)
        if problem is not None:
            problems.append(problem)
    return problems


def _duplicate(path: Path, kind: ProblemKind, twin: Path) -> Problem:
    reason = f"“{printable_name(path.name)}” has {kind.value} with “{printable_name(twin)}”."
    return Problem(path, kind, reason, twin)
