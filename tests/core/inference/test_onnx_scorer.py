"""The same answers from ONNX Runtime as from PyTorch."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from core.errors import CheckpointError, DeviceError, FeatureError, ModelError, UnknownModelError
from core.inference.live import FinalEvent, LiveEvent, LivePredictor, PartialEvent
from core.inference.onnx_scorer import METADATA_KEY, OnnxScorer, encode_metadata, read_metadata
from core.inference.predictor import GenrePredictor
from core.models.checkpoint import Checkpoint
from core.models.files import find_checkpoint
from core.models.metadata import ModelMetadata
from core.types import TrackPrediction
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.sounds import SAMPLE_RATE, encode_wav, make_tune


@pytest.fixture(scope="module")
def in_onnx(gtzan_onnx: Path) -> GenrePredictor:
    return GenrePredictor.load(gtzan_onnx)


@pytest.fixture(scope="module")
def in_torch() -> GenrePredictor:
    return GenrePredictor.load("gtzan", "cpu", backend="torch")


def _assert_same(one: TrackPrediction, other: TrackPrediction) -> None:
    assert (one.label, one.decision, one.reason) == (other.label, other.decision, other.reason)
    np.testing.assert_allclose(one.probabilities, other.probabilities, atol=1e-4)
    np.testing.assert_allclose(one.embedding, other.embedding, atol=1e-3)
    assert len(one.segments) == len(other.segments)
    for ours, theirs in zip(one.segments, other.segments, strict=True):
        assert (ours.start_s, ours.end_s) == (theirs.start_s, theirs.end_s)
        np.testing.assert_allclose(ours.probabilities, theirs.probabilities, atol=1e-4)


@pytest.mark.parametrize("duration_s", [0.05, 1.0, 9.0, 30.0, 36.0, 75.0])
def test_a_file_of_any_length_gets_the_same_answer(
    in_onnx: GenrePredictor, in_torch: GenrePredictor, duration_s: float
) -> None:
    content = encode_wav(make_tune(duration_s))
    ours, theirs = (each.predict_file(io.BytesIO(content), name="tune.wav") for each in (in_onnx, in_torch))
    _assert_same(ours, theirs)


def test_silence_and_noise_get_the_same_answer(in_onnx: GenrePredictor, in_torch: GenrePredictor) -> None:
    hiss = np.random.default_rng(0).normal(0, 0.1, 20 * SAMPLE_RATE).astype(np.float32)
    for sound in (np.zeros(10 * SAMPLE_RATE, dtype=np.float32), hiss, np.concatenate((0 * hiss, hiss, 0 * hiss))):
        content = encode_wav(sound)
        _assert_same(*(each.predict_file(io.BytesIO(content), name="s.wav") for each in (in_onnx, in_torch)))


@pytest.mark.parametrize("n_frames", [1, 127, 128, 387, 1033])
def test_a_log_mel_of_any_length_gets_the_same_answer(
    in_onnx: GenrePredictor, in_torch: GenrePredictor, n_frames: int
) -> None:
    log_mel = 80 * np.random.default_rng(0).random((128, n_frames), dtype=np.float32) - 80
    _assert_same(in_onnx.predict_log_mel(log_mel), in_torch.predict_log_mel(log_mel))


def test_what_is_heard_live_is_the_same(in_onnx: GenrePredictor, in_torch: GenrePredictor) -> None:
    hiss = np.random.default_rng(0).normal(0, 0.1, 14 * SAMPLE_RATE).astype(np.float32)
    sound = np.concatenate((make_tune(24), hiss))
    events: list[list[LiveEvent]] = []
    for predictor in (in_onnx, in_torch):
        live = LivePredictor(predictor)
        events.append(live.push(sound, SAMPLE_RATE) + live.finish())
    for one, other in zip(*events, strict=True):
        assert type(one) is type(other)
        if isinstance(one, PartialEvent | FinalEvent) and isinstance(other, PartialEvent | FinalEvent):
            assert one.start_s == pytest.approx(other.start_s)
            np.testing.assert_allclose(one.answer.probabilities, other.answer.probabilities, atol=1e-3)


def test_the_file_says_of_itself_what_the_checkpoint_says(in_onnx: GenrePredictor, in_torch: GenrePredictor) -> None:
    assert encode_metadata(in_onnx.metadata) == encode_metadata(in_torch.metadata)
    assert in_onnx.label_names == in_torch.label_names
    assert in_onnx.feature_config == in_torch.feature_config
    assert in_onnx.decision_config == in_torch.decision_config
    assert in_onnx.device == "cpu"


def test_a_history_with_values_that_are_no_numbers_is_json_all_the_same() -> None:
    metadata = ModelMetadata(
        epoch=1, val_acc=float("nan"), val_loss=float("inf"), model_name="m", model_config={}, feature_config={},
        label_names=["a"], history={"val_loss": [1.0, float("nan")]},
    )  # fmt: skip
    text = encode_metadata(metadata)
    assert "NaN" not in text and "Infinity" not in text and '"val_loss": [1.0, null]' in text


def test_threads_share_one_model(in_onnx: GenrePredictor) -> None:
    sounds = [make_tune(12, seed) for seed in range(4)]
    serial = [in_onnx.score_window(sound).segments.logits for sound in sounds]
    with ThreadPoolExecutor(4) as executor:
        parallel = list(executor.map(lambda sound: in_onnx.score_window(sound).segments.logits, sounds))
    np.testing.assert_allclose(parallel, serial, atol=1e-5)


@pytest.mark.parametrize("log_mel", [np.zeros((64, 387)), np.zeros(387), np.zeros((128, 0)), np.full((128, 9), np.inf)])
def test_an_impossible_log_mel_is_refused(in_onnx: GenrePredictor, log_mel: np.ndarray) -> None:
    with pytest.raises(FeatureError):
        in_onnx.predict_log_mel(log_mel)


def test_only_the_processor_computes(gtzan_onnx: Path) -> None:
    assert OnnxScorer(gtzan_onnx, "cpu").device == OnnxScorer(gtzan_onnx, "auto").device == "cpu"
    with pytest.raises(DeviceError, match="cuda:0"):
        OnnxScorer(gtzan_onnx, "cuda:0")


def test_a_file_that_is_no_model_of_ours_is_refused(gtzan_onnx: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownModelError, match="genrescope export"):
        read_metadata(tmp_path / "missing.onnx")
    content = gtzan_onnx.read_bytes()
    for name, damaged in (("empty", b""), ("letter", b"no model\n" * 99), ("cut", content[: len(content) // 2])):
        path = tmp_path / f"{name}.onnx"
        path.write_bytes(damaged)
        with pytest.raises(CheckpointError, match=f"{name}.onnx"):
            OnnxScorer(path)
    for text in (None, "[1]", '{"epoch": 1}', "{"):
        model = onnx.load(gtzan_onnx)
        entry = next(entry for entry in model.metadata_props if entry.key == METADATA_KEY)
        if text is None:
            model.metadata_props.remove(entry)
        else:
            entry.value = text
        onnx.save(model, tmp_path / "foreign.onnx")
        with pytest.raises(CheckpointError, match="foreign"):
            read_metadata(tmp_path / "foreign.onnx")


def test_a_model_runs_in_the_backend_that_its_file_is_for(gtzan_onnx: Path) -> None:
    with pytest.raises(ModelError, match="--backend onnx"):
        GenrePredictor.load(gtzan_onnx, backend="torch")
    with pytest.raises(ModelError, match="genrescope export"):
        GenrePredictor.load(find_checkpoint("gtzan"), backend="onnx")


def test_the_file_can_be_read_under_any_name(gtzan_onnx: Path, tmp_path: Path) -> None:
    path = tmp_path / "Größe 音 {1}.ONNX"
    path.write_bytes(gtzan_onnx.read_bytes())
    assert read_metadata(path).label_names[0] == "blues"


@needs_shared_data
def test_real_clips_get_the_same_label(in_onnx: GenrePredictor, in_torch: GenrePredictor) -> None:
    clips = sorted((SHARED_DATA / "audio" / "gtzan_val").glob("*/*.flac"))
    assert len(clips) == 53
    for clip in clips:
        ours, theirs = (each.predict_file(clip) for each in (in_onnx, in_torch))
        assert (ours.label, ours.decision) == (theirs.label, theirs.decision), clip
        np.testing.assert_allclose(ours.probabilities, theirs.probabilities, atol=1e-4)


def test_a_temperature_that_was_changed_counts_in_both(gtzan_onnx: Path, tmp_path: Path) -> None:
    """What the file says of itself is used, and not what this program's own model says."""
    checkpoint = replace(Checkpoint.load(find_checkpoint("gtzan")), temperature=5.0)
    model = onnx.load(gtzan_onnx)
    next(entry for entry in model.metadata_props if entry.key == METADATA_KEY).value = encode_metadata(checkpoint)
    onnx.save(model, tmp_path / "soft.onnx")
    log_mel = np.eye(128, dtype=np.float32)
    soft, usual = (GenrePredictor.load(path).predict_log_mel(log_mel) for path in (tmp_path / "soft.onnx", gtzan_onnx))
    assert soft.label == usual.label and soft.confidence < usual.confidence
