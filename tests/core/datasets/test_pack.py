from pathlib import Path

import numpy as np
import pytest

from core.datasets.pack import load_pack
from core.errors import DatasetError


def _save(path: Path, **changes: object) -> Path:
    arrays: dict[str, object] = {
        "log_mel": np.zeros((4, 128, 10), dtype=np.uint8),
        "track_id": ["a1", "a2", "b1", "b2"],
        "genre": ["rock", "jazz", "rock", "jazz"],
        "split": ["train", "train", "val", "val"],
        "artist": ["Ann", "", "Bob", ""],
    }
    np.savez(path, **(arrays | changes))  # type: ignore[arg-type]
    return path


def test_a_pack_gives_its_splits(tmp_path: Path) -> None:
    pack = load_pack(_save(tmp_path / "my_logmel.npz"))
    assert (pack.name, pack.label_names) == ("my", ("jazz", "rock"))
    train = pack.select("train")
    assert train.track_ids.tolist() == ["a1", "a2"]
    assert train.labels.tolist() == [1, 0]
    assert train.label_names == pack.label_names


def test_an_artist_in_two_splits_is_refused_by_name(tmp_path: Path) -> None:
    path = _save(tmp_path / "leak.npz", artist=["Ann", "", "Ann", ""])
    with pytest.raises(DatasetError, match=r"leaks.*Ann"):
        load_pack(path)


def test_a_missing_split_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="“test”; it has train, val"):
        load_pack(_save(tmp_path / "p.npz")).select("test")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"log_mel": np.zeros((4, 128, 10), dtype=np.float64)}, "must be uint8"),
        ({"genre": ["rock"]}, "different lengths"),
        ({"split": ["train", "train", "dev", "dev"]}, "splits"),
    ],
)
def test_a_pack_that_cannot_be_right_is_refused(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        load_pack(_save(tmp_path / "p.npz", **changes))


def test_a_file_that_is_no_pack_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p.npz").write_text("hello")
    with pytest.raises(DatasetError, match="not a log-mel pack"):
        load_pack(tmp_path / "p.npz")
    np.savez(tmp_path / "q.npz", log_mel=np.zeros(3))
    with pytest.raises(DatasetError, match="not a log-mel pack"):
        load_pack(tmp_path / "q.npz")
