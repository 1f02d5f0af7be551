"""What a run of ``prepare`` has done so far: one small file for each track, from which a killed run goes on.

A work file's name is the digest of everything that decides its content, so a file that was changed in between, or
another format, is computed anew, and nothing stale is taken. A work file appears complete or not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.datasets.pack_format import PackFormat, PackRow
from core.datasets.registry import Track

_SUFFIX = ".track"
_HALF_WRITTEN = ".half"


@dataclass(frozen=True)
class PreparedTrack:
    """What became of one track.

    Attributes:
        log_mel: ``[n_mels, n_frames]``; ``None`` where there is no usable sound.
        problem: Why there is none; empty where there is.
        warnings: What went wrong and did not stop it.
    """

    log_mel: PackRow | None
    problem: str = ""
    warnings: tuple[str, ...] = ()


class WorkFolder:
    """The folder ``NAME.npz.work`` beside the pack that is being made.

    Attributes:
        path: Of the folder.
    """

    def __init__(self, output: Path, pack_format: PackFormat) -> None:
        self.path = output.with_name(f"{output.name}.work")
        self._format_text = pack_format.to_json()
        self._row_shape, self._row_dtype = pack_format.shape, pack_format.dtype

    def file_for(self, track: Track) -> Path:
        """Where the track's result is kept; its folder is made."""
        try:
            status = track.path.stat()
            state = f"{status.st_size} {status.st_mtime_ns}"
        except OSError:
            state = "absent"
        key = "\n".join((self._format_text, os.fspath(track.path.absolute()), state))
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        # In subfolders, because some file systems grow slow with a hundred thousand files in one.
        folder = self.path / digest[:2]
        folder.mkdir(parents=True, exist_ok=True)
        return folder / (digest + _SUFFIX)

    def load(self, file: Path) -> PreparedTrack | None:
        """The result in a work file; ``None`` when there is none, or none that is whole."""
        try:
            header, _, data = file.read_bytes().partition(b"\n")
            content = json.loads(header)
            if not content["has_sound"]:
                return PreparedTrack(None, content["problem"], tuple(content["warnings"]))
            log_mel = np.frombuffer(data, dtype=self._row_dtype).reshape(self._row_shape)
            return PreparedTrack(log_mel, "", tuple(content["warnings"]))
        except (OSError, ValueError, KeyError, TypeError):
            # After a power failure a file can have its name and not its content.
            return None

    def remove(self) -> None:
        """Delete the work files and the folders that are empty then; nothing that is not ours."""
        if not self.path.is_dir():
            return
        for folder in self.path.iterdir():
            if folder.is_dir():
                for file in folder.iterdir():
                    if file.suffix in (_SUFFIX, _HALF_WRITTEN):
                        file.unlink(missing_ok=True)
                _remove_if_empty(folder)
        _remove_if_empty(self.path)


def save_prepared(file: Path, prepared: PreparedTrack) -> None:
    """Write a work file in one step."""
    header = {
        "has_sound": prepared.log_mel is not None,
        "problem": prepared.problem,
        "warnings": list(prepared.warnings),
    }
    data = b"" if prepared.log_mel is None else prepared.log_mel.tobytes()
    half_written = file.with_name(f"{file.stem}.{os.getpid()}{_HALF_WRITTEN}")
    half_written.write_bytes(json.dumps(header).encode() + b"\n" + data)
    half_written.replace(file)


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return
