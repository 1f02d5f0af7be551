import csv
from pathlib import Path

import pytest

from core.datasets.registry import DatasetOptions, create_dataset
from core.errors import DatasetError
from tests.core.datasets.sources import write_fma_table

_ROWS: list[tuple[object, ...]] = [
    (2, 1, "training", "small", "Hip-Hop"),
    (5, 1, "training", "medium", "Hip-Hop"),
    (140, 54, "validation", "small", "Folk"),
    (141, 54, "validation", "large", "Folk"),
    (98565, 9, "training", "small", "Rock"),
    (150000, 8, "test", "small", "Rock"),
    (150001, 8, "test", "small", ""),
    (150002, 8, "test", "full", "Rock"),
]


@pytest.fixture
def fma(tmp_path: Path) -> Path:
    write_fma_table(tmp_path / "fma_metadata", _ROWS)
    (tmp_path / "fma_small").mkdir()
    return tmp_path


def test_a_subset_has_its_genres_official_splits_and_paths(fma: Path) -> None:
    dataset = create_dataset("fma", fma)
    tracks = {track.track_id: track for track in dataset.list_tracks()}
    assert list(tracks) == ["000002", "000140", "150000"]
    assert [track.split for track in tracks.values()] == ["train", "val", "test"]
    assert [track.genre for track in tracks.values()] == ["Hip-Hop", "Folk", "Rock"]
    assert tracks["000140"].artist == "54"
    assert tracks["000002"].path == fma / "fma_small" / "000" / "000002.mp3"
    assert [note.split()[0] for note in dataset.notes] == ["1", "1"]
    assert csv.field_size_limit() == 131072


def test_a_larger_subset_holds_the_smaller_ones(fma: Path) -> None:
    (fma / "fma_large").mkdir()
    medium = create_dataset("fma", fma, DatasetOptions(subset="medium")).list_tracks()
    assert [track.track_id for track in medium] == ["000002", "000005", "000140", "150000"]
    assert medium[0].path.parts[-3] == "fma_large"
    large = create_dataset("fma", fma, DatasetOptions(subset="large")).list_tracks()
    assert len(large) == 5


def test_the_audio_folder_itself_may_be_given(fma: Path) -> None:
    assert create_dataset("fma", fma / "fma_small").list_tracks() == create_dataset("fma", fma).list_tracks()


def test_an_artist_in_two_official_splits_is_refused(fma: Path) -> None:
    write_fma_table(fma / "fma_metadata", [*_ROWS, (151000, 54, "training", "small", "Folk")])
    with pytest.raises(DatasetError, match=r"leaks.*54"):
        create_dataset("fma", fma).list_tracks()


def test_what_is_missing_is_told(fma: Path, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no subset “tiny”; it has small, medium, large, full"):
        create_dataset("fma", fma, DatasetOptions(subset="tiny")).list_tracks()
    with pytest.raises(DatasetError, match="fma_full"):
        create_dataset("fma", fma, DatasetOptions(subset="full")).list_tracks()
    (fma / "fma_metadata" / "tracks.csv").write_text("a,b\nc,d\n")
    with pytest.raises(DatasetError, match=r"lacks the columns artist\.id"):
        create_dataset("fma", fma).list_tracks()
    (fma / "fma_metadata" / "tracks.csv").unlink()
    with pytest.raises(DatasetError, match="not FMA"):
        create_dataset("fma", fma).list_tracks()
