from dataclasses import replace
from pathlib import Path

import librosa
import numpy as np
import pytest

from core.audio.decode import decode_audio
from core.datasets.pack import load_pack
from core.datasets.pack_format import (
    FIVE_CHANNEL_FORMAT,
    FMA_FORMAT,
    GTZAN_FORMAT,
    SONG_FORMAT,
    create_front_end,
    cut_clip,
)
from core.features.five_channel import compute_five_channel
from core.types import FloatArray
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.sounds import SAMPLE_RATE, make_tune


def _blocks(n_samples: int, n_block: int = 1000) -> list[FloatArray]:
    samples = np.arange(n_samples, dtype=np.float32)
    return [samples[start : start + n_block] for start in range(0, n_samples, n_block)]


@pytest.mark.parametrize(
    ("duration_s", "start_s", "end_s"), [(200, 30, 60), (60, 30, 60), (45, 15, 45), (20, 0, 20), (0, 0, 0)]
)
def test_a_song_is_heard_beyond_its_intro(duration_s: int, start_s: int, end_s: int) -> None:
    pack_format = replace(SONG_FORMAT, config=replace(SONG_FORMAT.config, sample_rate=100))
    clip = cut_clip(_blocks(100 * duration_s), pack_format)
    assert len(clip) == 100 * (end_s - start_s)
    if len(clip):
        assert (clip[0], clip[-1]) == (100 * start_s, 100 * end_s - 1)


def test_nothing_after_the_clip_is_decoded() -> None:
    blocks = iter(_blocks(200 * SAMPLE_RATE, SAMPLE_RATE))
    cut_clip(blocks, GTZAN_FORMAT)
    assert len(list(blocks)) == 200 - 31


@pytest.mark.parametrize("pack_format", [GTZAN_FORMAT, FMA_FORMAT])
@pytest.mark.parametrize("duration_s", [29.9, 30.0])
def test_the_row_is_what_librosa_computes_by_the_packs_rule(pack_format: object, duration_s: float) -> None:
    assert isinstance(pack_format, type(GTZAN_FORMAT))
    config = pack_format.config
    samples = np.resize(make_tune(10), round(duration_s * config.sample_rate))
    row = create_front_end(pack_format).compute(samples)
    power = librosa.feature.melspectrogram(
        y=samples, sr=config.sample_rate, n_fft=2048, hop_length=512, n_mels=128, fmax=config.fmax, pad_mode="constant"
    )
    log_mel_db = librosa.power_to_db(power, ref=np.max, top_db=80)
    n_frames = log_mel_db.shape[1]
    columns = [int((index + 0.5) / pack_format.columns_per_clip * n_frames) for index in range(row.shape[1])]
    expected = 255 * (log_mel_db[:, columns] - log_mel_db.min()) / (log_mel_db.max() - log_mel_db.min())
    assert row.shape == pack_format.shape == (128, 387 if pack_format is GTZAN_FORMAT else 128)
    assert np.abs(row - expected).max() <= 0.51


def test_a_short_clip_is_repeated_and_not_slowed_down() -> None:
    front_end = create_front_end(GTZAN_FORMAT)
    tune = make_tune(10)
    repeated = front_end.compute(np.tile(tune, 3))
    assert np.array_equal(front_end.compute(tune), repeated)


@needs_shared_data
def test_real_clips_become_the_rows_of_the_shared_pack() -> None:
    pack = load_pack(SHARED_DATA / "gtzan_logmel.npz")
    row_of = dict(zip(pack.track_ids.tolist(), pack.log_mel, strict=True))
    clips = sorted(Path(SHARED_DATA / "audio" / "gtzan_val").glob("*/*.flac"))
    assert len(clips) == 53
    front_end = create_front_end(GTZAN_FORMAT)
    differences_db = []
    for clip in clips:
        row = front_end.compute(cut_clip([decode_audio(clip).samples], GTZAN_FORMAT))
        differences_db.append(np.abs(row.astype(float) - row_of[clip.stem]).mean() * 80 / 255)
    assert sum(difference <= 0.2 for difference in differences_db) >= 50
    assert max(differences_db) < 0.15, "all of them are within rounding and resampling, not only 50"


def test_five_channel_pictures_lie_side_by_side() -> None:
    front_end = create_front_end(FIVE_CHANNEL_FORMAT)
    random = np.random.default_rng(0)
    samples = (0.1 * random.normal(size=30 * SAMPLE_RATE)).astype(np.float32)
    samples[6 * SAMPLE_RATE :] = np.resize(make_tune(10), 24 * SAMPLE_RATE)
    row = front_end.compute(samples)
    assert row.dtype == np.float32 and row.shape == FIVE_CHANNEL_FORMAT.shape == (200, 1300)
    assert row.min() == 0 and row.max() == pytest.approx(255)
    third = compute_five_channel(samples[6 * SAMPLE_RATE : 9 * SAMPLE_RATE])
    picture = row[:, 260:390].reshape(5, 40, 130).transpose(1, 2, 0)
    # Equal up to the clip's own scale.
    assert np.corrcoef(picture.ravel(), third.ravel())[0, 1] > 0.99999
