"""Putting files aside and back again. Files are moved, never deleted, and never over another one.

A manifest tells where each file came from. It is complete on the disk before the first file moves, so that a move that
was interrupted anywhere can be taken back: where a file is then tells how far it got.
"""

from __future__ import annotations

import errno
import filecmp
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.datasets.audio_files import printable_name
from core.errors import DatasetError

#: Manifests are ``genrescope-quarantine-1.json`` and so on; a folder that holds one is a quarantine.
MANIFEST_PREFIX = "genrescope-quarantine-"

_HALF_COPIED = ".half-copied"


@dataclass(frozen=True)
class Move:
    """One file put aside.

    Attributes:
        original: Where it was, absolute.
        quarantined: Where it is, absolute.
        kind: What was wrong with it.
        reason: Likewise, as a sentence.
    """

    original: Path
    quarantined: Path
    kind: str
    reason: str


@dataclass
class MoveResult:
    """What came of moving several files.

    Attributes:
        manifest: Which tells of all of them.
        moved: Where they were before.
        refused: Why a file stayed where it was, one sentence each.
    """

    manifest: Path
    moved: list[Path] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def is_quarantine(folder: Path) -> bool:
    """Whether files were put aside in this folder."""
    return any(folder.glob(f"{MANIFEST_PREFIX}*.json"))


def quarantine_files(files: Sequence[tuple[Path, str, str]], source: Path, quarantine: Path) -> MoveResult:
    """Move files aside, in the same folders below ``quarantine`` as they had below ``source``.

    Args:
        files: Each with its kind of problem and the reason.
        source: The folder that holds them.
        quarantine: Where they go; made if it is not there.

    Raises:
        DatasetError: When the manifest cannot be written; nothing was moved then.
    """
    source, quarantine = source.absolute(), quarantine.absolute()
    taken: set[str] = set()
    moves = []
    for path, kind, reason in files:
        original = path.absolute()
        target = _free_name(quarantine / original.relative_to(source), taken)
        taken.add(os.fspath(target).casefold())
        moves.append(Move(original, target, kind, reason))
    try:
        quarantine.mkdir(parents=True, exist_ok=True)
        manifest = _write_manifest(quarantine, moves)
    except OSError as error:
        raise DatasetError(
            f"The quarantine “{printable_name(quarantine)}” cannot be written to: {error}. Nothing was moved."
        ) from error
    result = MoveResult(manifest)
    for move in moves:
        _move_or_refuse(move.original, move.quarantined, result)
    return result


def restore_files(manifest: Path) -> MoveResult:
    """Move the files of a manifest back to where they were, wherever its moves were interrupted.

    A file that has come back already is passed over in silence, and one whose place is taken stays in quarantine.

    Raises:
        DatasetError: When the manifest cannot be read.
    """
    result = MoveResult(manifest)
    for move in load_manifest(manifest):
        if not _is_there(move.quarantined):
            if not _is_there(move.original):
                result.refused.append(
                    f"“{printable_name(move.original)}” is neither in quarantine nor in its old place."
                )
            continue
        if _is_there(move.original) and filecmp.cmp(move.original, move.quarantined, shallow=False):
            # A copy to or from another disk was interrupted before its source was taken away.
            continue
        _move_or_refuse(move.quarantined, move.original, result)
    return result


def load_manifest(manifest: Path) -> list[Move]:
    """The moves that a manifest tells of.

    Raises:
        DatasetError: When it is missing or no manifest.
    """
    try:
        content: dict[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))
        # Relative to the manifest, so that the whole quarantine may be moved.
        folder = manifest.absolute().parent
        return [
            Move(Path(entry["original"]), folder / entry["quarantined"], entry["kind"], entry["reason"])
            for entry in content["moves"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"“{printable_name(manifest)}” is not a manifest that can be read: {error}") from error


def _write_manifest(quarantine: Path, moves: Sequence[Move]) -> Path:
    entries = [
        {
            "original": os.fspath(move.original),
            "quarantined": move.quarantined.relative_to(quarantine).as_posix(),
            "kind": move.kind,
            "reason": move.reason,
        }
        for move in moves
    ]
    number = 1
    while _is_there(manifest := quarantine / f"{MANIFEST_PREFIX}{number}.json"):
        number += 1
    temporary = manifest.with_suffix(f".{os.getpid()}.tmp")
    with temporary.open("w", encoding="utf-8") as file:
        # ASCII: file names may hold bytes that are no text, and come back from their escapes as they were.
        json.dump({"moves": entries}, file, indent=1, ensure_ascii=True)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(manifest)
    return manifest


def _move_or_refuse(source: Path, target: Path, result: MoveResult) -> None:
    try:
        _move(source, target)
    except FileExistsError:
        result.refused.append(f"“{printable_name(target)}” is there already, and was not overwritten.")
    except OSError as error:
        result.refused.append(f"“{printable_name(source)}” could not be moved: {error.strerror or error}.")
    else:
        result.moved.append(source)


def _move(source: Path, target: Path) -> None:
    """Move a file; at no time is there less than one whole copy of it.

    Raises:
        FileExistsError: Something has the target's name.
        OSError: The system refuses.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if _is_there(target):
        raise FileExistsError(errno.EEXIST, "exists", os.fspath(target))
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        half = target.with_name(target.name + _HALF_COPIED)
        shutil.copy2(source, half)
        half.rename(target)
        source.unlink()


def _free_name(target: Path, taken: set[str]) -> Path:
    """The name itself, or the first of “name (2)”, “name (3)” … that neither a file nor a planned move has."""
    number, candidate = 1, target
    while _is_there(candidate) or os.fspath(candidate).casefold() in taken:
        number += 1
        candidate = target.with_name(f"{target.stem} ({number}){target.suffix}")
    return candidate


def _is_there(path: Path) -> bool:
    # Dangling links count too: moving over one would lose it.
    return os.path.lexists(path)
