"""Writing a pack row by row, so that a dataset of any size needs the memory of one row."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from core.datasets.pack_format import PackFormat, PackRow
from core.datasets.registry import Track

# The same tracks must give the same bytes, whenever they are written.
_NO_DATE = (1980, 1, 1, 0, 0, 0)


def write_pack(
    path: Path,
    tracks: Sequence[Track],
    rows: Iterable[PackRow],
    pack_format: PackFormat,
) -> None:
    """Write a pack; the file is there when it is complete, and not before.

    Args:
        path: Of the ``.npz``.
        tracks: In the order of ``rows``.
        rows: ``[n_mels, n_frames]`` for each track.
        pack_format: Shape and type of the rows; the front end that hears as the pack does is kept beside them, as JSON.
    """
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            with archive.open(_entry("log_mel"), "w", force_zip64=True) as file:
                header = {
                    "descr": np.lib.format.dtype_to_descr(pack_format.dtype),
                    "fortran_order": False,
                    "shape": (len(tracks), *pack_format.shape),
                }
                np.lib.format.write_array_header_1_0(file, header)
                for row in rows:
                    file.write(np.ascontiguousarray(row).tobytes())
            columns = {
                "track_id": [track.track_id for track in tracks],
                "genre": [track.genre for track in tracks],
                "split": [track.split for track in tracks],
                "artist": [track.artist for track in tracks],
                "feature_config": json.dumps(pack_format.config.to_dict(), sort_keys=True),
            }
            for name, values in columns.items():
                with archive.open(_entry(name), "w") as file:
                    np.lib.format.write_array(file, np.array(values, dtype=np.str_), allow_pickle=False)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(f"{name}.npy", _NO_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
