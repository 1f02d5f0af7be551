import io
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from core.errors import AudioEmptyError, FeatureError
from core.inference.predictor import GenrePredictor
from core.types import Decision
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.sounds import encode_wav, make_tune, write_wav


@pytest.fixture(scope="module")
def predictor() -> GenrePredictor:
    return GenrePredictor.load(device="cpu")


def test_a_tune_gets_a_whole_answer(predictor: GenrePredictor, tmp_path: Path) -> None:
    track = predictor.predict_file(write_wav(tmp_path / "tune.wav", 75))
    assert track.probabilities.sum() == pytest.approx(1, abs=1e-5)
    assert track.label == track.label_names[int(track.probabilities.argmax())]
    assert track.duration_s == pytest.approx(75, abs=0.01)
    assert track.embedding.ndim == 1 and np.isfinite(track.embedding).all()
    assert track.segments[0].start_s == 0
    assert track.segments[-1].end_s == pytest.approx(75, abs=0.2)
    for before, after in zip(track.segments, track.segments[1:], strict=False):
        assert before.start_s < before.end_s <= after.start_s + 1e-6


@pytest.mark.parametrize("duration_s", [0.05, 1.0, 9.0, 29.0, 31.0, 36.0])
def test_any_length_is_answered(predictor: GenrePredictor, duration_s: float) -> None:
    track = predictor.predict_file(io.BytesIO(encode_wav(make_tune(duration_s))), name="tune.wav")
    assert track.segments
    assert track.segments[-1].end_s <= duration_s + 1e-6


def test_a_file_without_a_sample_is_an_error(predictor: GenrePredictor) -> None:
    with pytest.raises(AudioEmptyError):
        predictor.predict_file(io.BytesIO(encode_wav(np.zeros(0, dtype=np.float32))), name="empty.wav")


def test_loudness_does_not_change_the_answer(predictor: GenrePredictor) -> None:
    tune = make_tune(20)
    loud, quiet = (
        predictor.predict_file(io.BytesIO(encode_wav(gain * tune)), name="t.wav").probabilities for gain in (1.0, 0.25)
    )
    assert np.abs(loud - quiet).max() < 0.05


def test_silence_is_not_music_and_silent_parts_do_not_count(predictor: GenrePredictor) -> None:
    silence = np.zeros(30 * 22_050, dtype=np.float32)
    assert predictor.predict_file(io.BytesIO(encode_wav(silence)), name="s.wav").decision is Decision.NOT_MUSIC
    tune = make_tune(30)
    alone = predictor.predict_file(io.BytesIO(encode_wav(tune)), name="t.wav")
    after_silence = predictor.predict_file(io.BytesIO(encode_wav(np.concatenate([silence, tune]))), name="t.wav")
    np.testing.assert_allclose(alone.probabilities, after_silence.probabilities, atol=1e-4)
    assert after_silence.segments[0].start_s >= 29.9


def test_threads_share_one_predictor(predictor: GenrePredictor) -> None:
    files = [encode_wav(make_tune(12, seed)) for seed in range(6)]

    def predict(content: bytes) -> np.ndarray:
        return predictor.predict_file(io.BytesIO(content), name="t.wav").probabilities

    serial = [predict(content) for content in files]
    with ThreadPoolExecutor(6) as executor:
        np.testing.assert_allclose(list(executor.map(predict, files)), serial, atol=1e-5)


def test_a_log_mel_may_have_any_linear_scale(predictor: GenrePredictor) -> None:
    log_mel = np.random.default_rng(0).random((128, 387), dtype=np.float32)
    one, other = (predictor.predict_log_mel(scaled).probabilities for scaled in (log_mel, 80 * log_mel - 80))
    np.testing.assert_allclose(one, other, atol=1e-4)


@pytest.mark.parametrize("log_mel", [np.zeros((64, 387)), np.zeros(387), np.full((128, 387), np.nan)])
def test_an_impossible_log_mel_is_refused(predictor: GenrePredictor, log_mel: np.ndarray) -> None:
    with pytest.raises(FeatureError):
        predictor.predict_log_mel(log_mel)


def test_the_answer_does_not_depend_on_the_number_of_threads(predictor: GenrePredictor, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "tune.wav", 45)
    before = torch.get_num_threads()
    try:
        answers = []
        for n_threads in (1, max(2, os.cpu_count() or 1)):
            torch.set_num_threads(n_threads)
            answers.append(predictor.predict_file(path).probabilities)
    finally:
        torch.set_num_threads(before)
    np.testing.assert_allclose(*answers, atol=1e-5)


@needs_shared_data
def test_real_clips_are_recognised_and_agree_with_the_pack(predictor: GenrePredictor) -> None:
    """The whole product path on the validation clips that exist as audio, beside their log-mels in the pack."""
    clips = sorted((SHARED_DATA / "audio" / "gtzan_val").glob("*/*.flac"))
    assert len(clips) == 53
    with np.load(SHARED_DATA / "gtzan_logmel.npz", allow_pickle=False) as pack:
        log_mels = dict(zip(pack["track_id"].tolist(), pack["log_mel"], strict=True))
    from_audio = [predictor.predict_file(clip).label for clip in clips]
    from_pack = [predictor.predict_log_mel(log_mels[clip.stem]).label for clip in clips]
    accuracy = np.mean([label == clip.parent.name for label, clip in zip(from_audio, clips, strict=True)])
    agreement = np.mean([one == other for one, other in zip(from_audio, from_pack, strict=True)])
    assert accuracy >= 0.64
    assert agreement >= 0.95


@needs_shared_data
def test_the_checkpoint_tells_the_truth_about_its_accuracy(predictor: GenrePredictor) -> None:
    with np.load(SHARED_DATA / "gtzan_logmel.npz", allow_pickle=False) as pack:
        chosen = pack["split"] == "val"
        log_mels, genres = pack["log_mel"][chosen], pack["genre"][chosen]
    assert len(genres) == 197
    hits = [predictor.predict_log_mel(log_mel).label == genre for log_mel, genre in zip(log_mels, genres, strict=True)]
    assert np.mean(hits) == pytest.approx(predictor.metadata.val_acc, abs=0.01)
    assert np.mean(hits) >= 0.65
