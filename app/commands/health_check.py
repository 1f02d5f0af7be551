"""``genrescope health-check``: finds files that spoil a music folder, puts them aside, and puts them back."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from pathlib import Path

from app.commands.progress_line import ProgressLine
from core.datasets.audio_files import printable_name
from core.datasets.health import HealthReport, check_health
from core.datasets.quarantine import MoveResult, quarantine_files, restore_files
from core.errors import DatasetError


def check_folder(folder: Path, *, min_duration_s: float, quarantine: Path | None, as_json: bool) -> int:
    """Check a folder and print what is wrong with which file.

    Args:
        folder: With any folders in it.
        min_duration_s: What has less sound is too short, in seconds.
        quarantine: Where files with problems are moved; ``None`` leaves them where they are.
        as_json: Print one JSON object instead of lines.

    Returns:
        0 when all files are healthy, else 1.
    """
    if min_duration_s < 0:
        raise DatasetError(f"--min-duration must be 0 or more, not {min_duration_s:g}.")
    report = check_health(
        folder, min_duration_s=min_duration_s, n_threads=os.cpu_count() or 1, progress=ProgressLine("files")
    )
    moves = None
    if quarantine is not None and report.problems:
        files = [(problem.path, problem.kind.value, problem.reason) for problem in report.problems]
        moves = quarantine_files(files, folder, quarantine)
    if as_json:
        print(_to_json(report, moves))
    else:
        _print_lines(report, moves)
    return 1 if report.problems else 0


def restore_folder(manifest: Path, *, as_json: bool) -> int:
    """Put the files of a manifest back, and say which could not be.

    Args:
        manifest: That ``check_folder`` wrote.
        as_json: Print one JSON object instead of lines.

    Returns:
        0 when all files are in their old places, else 1.
    """
    result = restore_files(manifest)
    if as_json:
        print(json.dumps({"restored": len(result.moved), "refused": result.refused}, ensure_ascii=False))
    else:
        print(f"{_count(len(result.moved), 'file')} put back, {len(result.refused)} not")
        _print_refused(result)
    return 1 if result.refused else 0


def _print_lines(report: HealthReport, moves: MoveResult | None) -> None:
    for problem in report.problems:
        print(f"{problem.kind.value}: {printable_name(problem.path)}: {problem.reason}")
    kinds = Counter(problem.kind.value for problem in report.problems)
    told = ", ".join(f"{count} {kind}" for kind, count in kinds.items()) or "no problems"
    print(f"{_count(report.n_files, 'file')}: {told}")
    if moves is not None:
        print(f"{_count(len(moves.moved), 'file')} moved; put back with --restore {printable_name(moves.manifest)}")
        _print_refused(moves)


def _print_refused(result: MoveResult) -> None:
    for reason in result.refused:
        print(reason, file=sys.stderr)


def _to_json(report: HealthReport, moves: MoveResult | None) -> str:
    content = {
        "folder": printable_name(report.folder),
        "n_files": report.n_files,
        "problems": [
            {
                "path": printable_name(problem.path),
                "kind": problem.kind.value,
                "reason": problem.reason,
                "duplicate_of": None if problem.duplicate_of is None else printable_name(problem.duplicate_of),
            }
            for problem in report.problems
        ],
        "manifest": None if moves is None else printable_name(moves.manifest),
        "refused": [] if moves is None else moves.refused,
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
