import os
import shutil
import sys
from pathlib import Path

import pytest

from core.datasets.registry import DatasetOptions, create_dataset
from core.errors import DatasetError
from tests.core.datasets.sources import write_tune


def test_genre_is_the_folder_and_artists_come_from_the_tags(tmp_path: Path) -> None:
    for index in range(6):
        write_tune(
            tmp_path / "jazz" / "Some Album" / f"{index}.flac", 1, index, artist=["Ann", "ann ", "Bob"][index % 3]
        )
        write_tune(tmp_path / "rock" / f"{index}.flac", 1, 10 + index, artist=f"Band {index}")
    (tmp_path / "jazz" / "cover.jpg").write_bytes(b"no sound")
    (tmp_path / "jazz" / ".hidden.flac").write_bytes(b"no sound")
    write_tune(tmp_path / "stray.wav", 1)
    dataset = create_dataset("folder", tmp_path)
    tracks = {track.track_id: track for track in dataset.list_tracks()}
    assert len(tracks) == 12
    assert tracks["jazz/Some Album/0.flac"].genre == "jazz"
    assert tracks["jazz/Some Album/0.flac"].artist == tracks["jazz/Some Album/1.flac"].artist == "Ann"
    assert len({track.split for track in tracks.values() if track.artist == "Ann"}) == 1
    assert {track.split for track in tracks.values() if track.genre == "rock"} == {"train", "val", "test"}
    assert "no genre's folder" in dataset.notes[0]


def test_the_same_seed_gives_the_same_split(tmp_path: Path) -> None:
    for index in range(20):
        write_tune(tmp_path / "rock" / f"{index}.flac", 1, index, artist=f"Band {index}")
    first = create_dataset("folder", tmp_path, DatasetOptions(seed=1)).list_tracks()
    assert create_dataset("folder", tmp_path, DatasetOptions(seed=1)).list_tracks() == first
    assert create_dataset("folder", tmp_path, DatasetOptions(seed=2)).list_tracks() != first


def test_copies_and_broken_files_without_an_artist_are_listed(tmp_path: Path) -> None:
    song = write_tune(tmp_path / "rock" / "song.wav", 1)
    for index in range(6):
        write_tune(tmp_path / "rock" / f"other{index}.wav", 1, index + 1)
    (tmp_path / "jazz").mkdir()
    shutil.copy(song, tmp_path / "jazz" / "copy.wav")
    (tmp_path / "jazz" / "broken.wav").write_text("no sound")
    dataset = create_dataset("folder", tmp_path)
    splits = {track.track_id: track.split for track in dataset.list_tracks()}
    assert splits["rock/song.wav"] == splits["jazz/copy.wav"]
    assert "jazz/broken.wav" in splits
    assert "name no artist" in dataset.notes[0]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems' file names are text")
def test_a_name_that_is_no_text_becomes_a_track_id_that_is(tmp_path: Path) -> None:
    song = write_tune(tmp_path / "rock" / "song.wav", 1)
    song.rename(os.fsdecode(os.fsencode(song.parent) + b"/caf\xe9.wav"))
    (track,) = create_dataset("folder", tmp_path).list_tracks()
    assert track.track_id == "rock/caf\\xe9.wav"


def test_a_folder_without_music_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="holds no tracks"):
        create_dataset("folder", tmp_path).list_tracks()
    song = write_tune(tmp_path / "song.wav", 1)
    with pytest.raises(DatasetError, match="not a folder"):
        create_dataset("folder", song).list_tracks()
