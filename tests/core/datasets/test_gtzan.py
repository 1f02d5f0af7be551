from pathlib import Path

import pytest

from core.datasets.registry import DatasetOptions, create_dataset
from core.errors import DatasetError
from tests.core.datasets.sources import make_gtzan

_LISTS = {
    "train_filtered.txt": "blues/blues.00000.wav\nrock/rock.00001.wav\n",
    "valid_filtered.txt": "blues/blues.00002.wav\n",
    "test_filtered.txt": "rock/rock.00003.wav\nrock/rock.00077.wav\n",
}


def _write_lists(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in _LISTS.items():
        (folder / name).write_text(content)
    return folder


@pytest.fixture
def gtzan(tmp_path: Path) -> Path:
    return make_gtzan(tmp_path / "Data" / "genres_original").parents[1]


def test_the_published_split_is_taken_where_its_lists_lie(gtzan: Path) -> None:
    _write_lists(gtzan)
    dataset = create_dataset("gtzan", gtzan)
    found = {track.track_id: (track.genre, track.split) for track in dataset.list_tracks()}
    assert found == {
        "blues.00000": ("blues", "train"),
        "rock.00001": ("rock", "train"),
        "blues.00002": ("blues", "val"),
        "rock.00003": ("rock", "test"),
    }
    assert dataset.notes == ["1 of 5 tracks of the split lists have no audio here."]


def test_the_lists_may_lie_elsewhere(gtzan: Path, tmp_path: Path) -> None:
    lists = _write_lists(tmp_path / "lists")
    assert len(create_dataset("gtzan", gtzan, DatasetOptions(split_lists=lists)).list_tracks()) == 4
    (lists / "test_filtered.txt").unlink()
    with pytest.raises(DatasetError, match=r"lacks test_filtered\.txt"):
        create_dataset("gtzan", gtzan, DatasetOptions(split_lists=lists)).list_tracks()


def test_without_lists_the_split_is_drawn_by_track_and_said_to_flatter(gtzan: Path) -> None:
    dataset = create_dataset("gtzan", gtzan)
    tracks = dataset.list_tracks()
    assert len(tracks) == 8 and {track.split for track in tracks} == {"train", "val", "test"}
    assert "flatter" in dataset.notes[0]
    assert create_dataset("gtzan", gtzan).list_tracks() == tracks


def test_an_artist_index_groups_the_drawn_split(gtzan: Path) -> None:
    lines = [f"{genre}.{index:05d}.wav ::: {genre} artist {index // 2} ::: Song" for genre in ("blues", "rock")
             for index in range(4)]  # fmt: skip
    (gtzan / "GTZANindex.txt").write_text("# Sturm's index\n" + "\n".join(lines), encoding="utf-8")
    tracks = create_dataset("gtzan", gtzan).list_tracks()
    splits = {track.artist: set[str]() for track in tracks}
    for track in tracks:
        splits[track.artist].add(track.split)
    assert set(splits) == {f"{genre} artist {index}" for genre in ("blues", "rock") for index in (0, 1)}
    assert all(len(found) == 1 for found in splits.values())


def test_published_lists_that_leak_an_artist_are_refused(gtzan: Path) -> None:
    _write_lists(gtzan)
    (gtzan / "GTZANindex.txt").write_text("blues.00000.wav ::: B. B. King ::: A\nblues.00002.wav ::: B. B. King ::: B")
    with pytest.raises(DatasetError, match=r"leaks.*B\. B\. King"):
        create_dataset("gtzan", gtzan).list_tracks()


@pytest.mark.parametrize(
    ("content", "message"),
    [("blues/blues.00000.wav\n", "blues.00000.* in train and in val"), ("what is this\n", "is no track of GTZAN")],
)
def test_split_lists_that_cannot_be_right_are_refused(gtzan: Path, content: str, message: str) -> None:
    (_write_lists(gtzan) / "valid_filtered.txt").write_text(content)
    with pytest.raises(DatasetError, match=message):
        create_dataset("gtzan", gtzan).list_tracks()


def test_a_folder_that_is_not_gtzan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="not GTZAN"):
        create_dataset("gtzan", tmp_path).list_tracks()
