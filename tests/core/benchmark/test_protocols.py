from dataclasses import replace

import numpy as np
import pytest
import torch

from core.benchmark.protocols import N_PIECES, create_task, fingerprint_pack
from core.datasets.pack import LogMelPack
from core.errors import DatasetError
from core.features.log_mel import LogMel, split_into_segments
from core.training.config import ScheduleConfig, TrainingConfig
from core.training.presets import PRESETS
from tests.core.training.packs import make_pulse_pack


@pytest.fixture(scope="module")
def pack() -> LogMelPack:
    pack = make_pulse_pack()
    splits = pack.splits.astype("<U5")
    splits[-1] = "test"
    return replace(pack, splits=splits, artists=np.char.add("artist of ", pack.track_ids))


def test_by_artist_the_pack_is_taken_as_it_is(pack: LogMelPack) -> None:
    task = create_task("artists", pack)
    assert task.pack is pack and task.window_frames == 387
    assert all(task.adapt(config) is config for config in PRESETS.values())


def test_by_segment_each_track_becomes_ten_pieces_of_its_genre(pack: LogMelPack) -> None:
    task = create_task("segments", pack)
    n_tracks = int((pack.splits != "test").sum())
    assert task.pack.log_mel.shape == (N_PIECES * n_tracks, 128, 39)
    assert task.window_frames == 387
    assert len(set(task.pack.track_ids.tolist())) == len(task.pack)
    genre_of = dict(zip(pack.track_ids.tolist(), pack.genres.tolist(), strict=True))
    tracks = [track_id.rpartition("#")[0] for track_id in task.pack.track_ids.tolist()]
    assert [genre_of[track] for track in tracks] == task.pack.genres.tolist()
    assert pack.track_ids[-1] not in tracks, "test tracks are kept out"


def test_by_segment_the_split_leaks_as_it_is_meant_to(pack: LogMelPack) -> None:
    task = create_task("segments", pack)
    val = task.pack.select("val")
    assert len(val) == round(0.1 * len(task.pack.splits))
    sides: dict[str, set[str]] = {}
    for track_id, split in zip(task.pack.track_ids.tolist(), task.pack.splits.tolist(), strict=True):
        sides.setdefault(track_id.rpartition("#")[0], set()).add(split)
    heard = [splits for splits in sides.values() if "val" in splits]
    assert sum("train" in splits for splits in heard) > 0.8 * len(heard)
    assert not any(task.pack.artists)
    again = create_task("segments", pack)
    assert np.array_equal(again.pack.splits, task.pack.splits)


def test_pieces_are_cut_where_the_product_cuts_and_scaled_to_their_own_range(pack: LogMelPack) -> None:
    piece = create_task("segments", pack).pack.log_mel[3].astype(float)
    three_seconds = PRESETS["mini_vgg"].features
    segments, _ = split_into_segments(torch.from_numpy(pack.log_mel[0]), three_seconds)
    cut = segments[3].numpy().astype(float)
    assert piece.min() == 0 and piece.max() == 255
    np.testing.assert_allclose(piece, (cut - cut.min()) / (cut.max() - cut.min()) * 255, atol=0.51)


@pytest.mark.parametrize("name", sorted(name for name, config in PRESETS.items() if config.features.n_mels == 128))
def test_by_segment_a_model_is_given_exactly_one_segment(name: str, pack: LogMelPack) -> None:
    config = create_task("segments", pack).adapt(PRESETS[name])
    assert (config.features.segment_frames, config.features.segment_hop_frames) == (39, 39)
    assert split_into_segments(torch.zeros(128, 39), config.features)[0].shape[0] == 1
    window = torch.rand(config.features.window_length)
    assert LogMel.create(config.features)(window).shape == (128, 39), "the checkpoint's front end agrees"


def test_by_segment_ten_times_the_examples_need_a_tenth_of_the_epochs(pack: LogMelPack) -> None:
    config = TrainingConfig(epochs=101, schedule=ScheduleConfig("step", step_epochs=20))
    adapted = create_task("segments", pack).adapt(config)
    assert (adapted.epochs, adapted.schedule.step_epochs) == (11, 2)


def test_an_unknown_protocol_lists_the_known_ones(pack: LogMelPack) -> None:
    with pytest.raises(DatasetError, match="“albums”; known are artists, segments"):
        create_task("albums", pack)


def test_packs_of_different_content_differ(pack: LogMelPack) -> None:
    changed = pack.log_mel.copy()
    changed[0, 0, 0] ^= 1
    others = [replace(pack, log_mel=changed), replace(pack, splits=pack.splits[::-1])]
    assert fingerprint_pack(pack) == fingerprint_pack(replace(pack, log_mel=pack.log_mel.copy()))
    assert fingerprint_pack(pack) not in map(fingerprint_pack, others)
