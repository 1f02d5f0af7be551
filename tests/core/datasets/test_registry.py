import importlib
from pathlib import Path

import numpy as np
import pytest

from core.datasets.registry import Dataset, DatasetOptions, Track, create_dataset, list_datasets, register_dataset
from core.errors import DatasetError


def test_all_datasets_are_known_and_documented(tmp_path: Path) -> None:
    names = list_datasets()
    assert {"fma", "folder", "gtzan", "pack"} <= set(names)
    for name in ("fma", "folder", "gtzan", "pack"):
        dataset = create_dataset(name, tmp_path / "absent")
        documentation = importlib.import_module(type(dataset).__module__).__doc__ or ""
        assert "Citation" in documentation and "Licence" in documentation
        with pytest.raises(DatasetError, match="absent"):
            dataset.list_tracks()


def test_an_unknown_name_gets_the_known_ones_and_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"fma, folder, gtzan, pack.*mean “gtzan”"):
        create_dataset("gtzen", tmp_path)


def test_a_pack_lists_its_tracks(tmp_path: Path) -> None:
    np.savez(
        tmp_path / "p.npz",
        log_mel=np.zeros((2, 4, 4), dtype=np.uint8),
        track_id=["a", "b"],
        genre=["rock", "jazz"],
        split=["train", "val"],
        artist=["Ann", ""],
    )
    tracks = create_dataset("pack", tmp_path / "p.npz").list_tracks()
    assert tracks[0] == Track("a", tmp_path / "p.npz", "rock", "Ann", "train")


@pytest.mark.parametrize(
    ("tracks", "message"),
    [
        ([("a", "Ann", "train"), ("b", "Ann", "test")], "leaks.*Ann"),
        ([("a", "", "train"), ("a", "", "train")], "more than one track “a”"),
        ([("a", "", "dev")], "known are train, val, test"),
        ([], "holds no tracks"),
    ],
)
def test_a_dataset_that_cannot_be_right_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tracks: list[tuple[str, str, str]], message: str
) -> None:
    monkeypatch.setattr("core.datasets.registry._DATASETS", {})

    @register_dataset("mine")
    class MyDataset(Dataset):
        def _read_tracks(self) -> list[Track]:
            return [Track(track_id, self.source, "rock", artist, split) for track_id, artist, split in tracks]

    with pytest.raises(DatasetError, match=message):
        create_dataset("mine", tmp_path, DatasetOptions()).list_tracks()
