import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from core.datasets import prepare as prepare_module
from core.datasets.pack import load_pack
from core.datasets.pack_format import FMA_FORMAT, GTZAN_FORMAT
from core.datasets.prepare import Unusable, prepare_pack
from core.datasets.registry import Track
from core.errors import DatasetError
from core.features.log_mel import LogMelConfig
from tests.core.datasets.sources import read_arrays, write_tune
from tests.sounds import SAMPLE_RATE, encode_wav


@pytest.fixture
def tracks(tmp_path: Path) -> list[Track]:
    rows = [
        ("a", "rock", "Ann", "train"),
        ("b", "jazz", "", "train"),
        ("c", "rock", "", "val"),
        ("d", "jazz", "", "test"),
    ]
    return [
        Track(name, write_tune(tmp_path / f"{name}.wav", seed=seed), genre, artist, split)
        for seed, (name, genre, artist, split) in enumerate(rows)
    ]


def _break_some(tracks: list[Track]) -> None:
    tracks[0].path.write_text("no sound")
    tracks[1].path.write_bytes(encode_wav(np.zeros(6 * SAMPLE_RATE, dtype=np.float32)))
    write_tune(tracks[2].path, 2)


def test_the_pack_holds_the_tracks_and_is_read_back(tracks: list[Track], tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    output = tmp_path / "new" / "my_logmel.npz"
    summary = prepare_pack(tracks, GTZAN_FORMAT, output, progress=lambda *step: steps.append(step))
    pack = load_pack(output)
    assert pack.log_mel.shape == (4, 128, 387) and pack.log_mel.max() > 200
    assert pack.track_ids.tolist() == ["a", "b", "c", "d"] and pack.artists.tolist() == ["Ann", "", "", ""]
    assert pack.splits.tolist() == ["train", "train", "val", "test"] and pack.name == "my"
    assert LogMelConfig(**json.loads(str(read_arrays(output)["feature_config"]))) == GTZAN_FORMAT.config
    assert dict(summary.n_tracks) == {"train": 2, "val": 1, "test": 1}
    assert steps == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    assert [path.name for path in output.parent.iterdir()] == ["my_logmel.npz"]


def test_fma_packs_are_at_44_100_hz(tracks: list[Track], tmp_path: Path) -> None:
    prepare_pack(tracks, FMA_FORMAT, tmp_path / "p.npz")
    log_mel = load_pack(tmp_path / "p.npz").log_mel
    assert log_mel.shape == (4, 128, 128)
    assert log_mel[:, 110:].mean() < 5, "files at 22 050 Hz hold nothing in the upper bands"


def test_unusable_tracks_are_left_out_and_named(tracks: list[Track], tmp_path: Path) -> None:
    _break_some(tracks)
    summary = prepare_pack(tracks, GTZAN_FORMAT, tmp_path / "p.npz")
    assert load_pack(tmp_path / "p.npz").track_ids.tolist() == ["d"]
    assert list(summary.left_out) == ["a", "b", "c"] and not summary.substituted
    for track_id, word in (("a", "could not be read"), ("b", "silent"), ("c", "only 2.0 s")):
        assert word in summary.left_out[track_id]


def test_unusable_tracks_are_replaced_by_silence_and_named(tracks: list[Track], tmp_path: Path) -> None:
    _break_some(tracks)
    tracks.append(Track("gone", tmp_path / "gone.wav", "rock", "", "val"))
    summary = prepare_pack(tracks, GTZAN_FORMAT, tmp_path / "p.npz", unusable=Unusable.SUBSTITUTE_SILENCE)
    pack = load_pack(tmp_path / "p.npz")
    assert pack.track_ids.tolist() == ["a", "b", "c", "d", "gone"]
    assert not pack.log_mel[[0, 1, 2, 4]].any() and pack.log_mel[3].any()
    assert list(summary.substituted) == ["a", "b", "c", "gone"] and not summary.left_out


def test_a_damaged_track_is_used_and_told(tracks: list[Track], tmp_path: Path) -> None:
    write_tune(tracks[0].path, 20)
    content = tracks[0].path.read_bytes()
    tracks[0].path.write_bytes(content[: len(content) // 2])
    summary = prepare_pack(tracks, GTZAN_FORMAT, tmp_path / "p.npz")
    assert list(summary.damaged) == ["a"] and not summary.left_out


def test_the_same_sound_in_two_splits_is_told(tracks: list[Track], tmp_path: Path) -> None:
    tracks[2].path.write_bytes(tracks[0].path.read_bytes())
    summary = prepare_pack(tracks, GTZAN_FORMAT, tmp_path / "p.npz")
    assert summary.leaking == [("a", "c")]


def test_a_pack_of_nothing_is_refused(tracks: list[Track], tmp_path: Path) -> None:
    for track in tracks:
        track.path.write_text("no sound")
    for unusable in Unusable:
        with pytest.raises(DatasetError, match="None of the 4 tracks"):
            prepare_pack(tracks, GTZAN_FORMAT, tmp_path / "p.npz", unusable=unusable)
    assert not (tmp_path / "p.npz").exists()
    with pytest.raises(DatasetError, match=r"must end in \.npz"):
        prepare_pack(tracks, GTZAN_FORMAT, tmp_path / "p.wav")


@pytest.fixture
def interrupted(tracks: list[Track], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A pack whose making stopped after two tracks."""
    with monkeypatch.context() as patch:
        original, calls = prepare_module.save_prepared, iter(range(9))

        def stop_at_third(*arguments: object) -> None:
            if next(calls) == 2:
                raise KeyboardInterrupt
            original(*arguments)  # type: ignore[arg-type]

        patch.setattr(prepare_module, "save_prepared", stop_at_third)
        with pytest.raises(KeyboardInterrupt):
            prepare_pack(tracks, GTZAN_FORMAT, tmp_path / "p.npz")
    yield tmp_path / "p.npz"


def test_an_interrupted_run_goes_on_and_ends_with_the_same_bytes(
    tracks: list[Track], interrupted: Path, tmp_path: Path
) -> None:
    prepare_pack(tracks, GTZAN_FORMAT, tmp_path / "whole.npz")
    assert not interrupted.exists()
    assert prepare_pack(tracks, GTZAN_FORMAT, interrupted).n_resumed == 2
    assert interrupted.read_bytes() == (tmp_path / "whole.npz").read_bytes()


def test_what_changed_since_or_is_half_written_is_done_again(
    tracks: list[Track], interrupted: Path, tmp_path: Path
) -> None:
    write_tune(tracks[0].path, 7, seed=77)
    os.utime(tracks[0].path, ns=(1, 1))
    results = sorted(Path(f"{interrupted}.work").rglob("*.track"))
    assert len(results) == 2
    for result in results:
        result.write_bytes(result.read_bytes()[:-100])
    assert prepare_pack(tracks, GTZAN_FORMAT, interrupted).n_resumed == 0
    prepare_pack(tracks, GTZAN_FORMAT, tmp_path / "whole.npz")
    assert interrupted.read_bytes() == (tmp_path / "whole.npz").read_bytes()
    assert not Path(f"{interrupted}.work").exists()


def test_a_work_folder_of_another_format_is_not_taken(tracks: list[Track], interrupted: Path) -> None:
    assert prepare_pack(tracks, FMA_FORMAT, interrupted).n_resumed == 0
    assert load_pack(interrupted).log_mel.shape == (4, 128, 128)
