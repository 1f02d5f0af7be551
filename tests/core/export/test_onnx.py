"""An exported model: complete, small, and refused where it answers otherwise."""

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

import core.export.parity
from core.datasets.pack import load_pack
from core.errors import DatasetError, FeatureError, ModelError
from core.evaluation.evaluate import evaluate_pack
from core.export.network import export_network
from core.export.onnx import Export, export_onnx
from core.features.log_mel import LogMel, LogMelConfig
from core.inference.onnx_scorer import OnnxScorer
from core.inference.predictor import GenrePredictor
from core.models.checkpoint import Checkpoint, GenreModel
from core.models.files import find_checkpoint
from core.models.registry import create_network, list_architectures
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.sounds import make_tune, write_wav


def _create_checkpoint(model_name: str = "genre_cnn", **features: object) -> Checkpoint:
    config = replace(LogMelConfig(), **features)  # type: ignore[arg-type]
    torch.manual_seed(0)
    network = create_network(model_name, {"num_classes": 3})
    return Checkpoint(
        epoch=1,
        model_state_dict=GenreModel(LogMel.create(config), network).state_dict(),
        val_acc=0.5,
        val_loss=1.0,
        model_name=model_name,
        model_config={"num_classes": 3},
        feature_config=config.to_dict(),
        label_names=["a", "b", "c"],
    )


@pytest.fixture(scope="module")
def gtzan() -> Checkpoint:
    return Checkpoint.load(find_checkpoint("gtzan"))


@pytest.fixture(scope="module")
def int8(gtzan: Checkpoint, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Export]:
    path = tmp_path_factory.mktemp("exported") / "int8.onnx"
    return path, export_onnx(gtzan, path, as_int8=True)


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of one tune: enough for ranges of 8-bit numbers where it doesn't matter how good they are."""
    folder = tmp_path_factory.mktemp("music")
    write_wav(folder / "tune.wav")
    return folder


def test_the_file_is_all_there_is_and_says_nothing_of_this_computer(gtzan_onnx: Path) -> None:
    assert [path.name for path in gtzan_onnx.parent.iterdir()] == [gtzan_onnx.name]
    assert gtzan_onnx.stat().st_size < find_checkpoint("gtzan").stat().st_size
    content = gtzan_onnx.read_bytes()
    assert str(Path(__file__).parents[3]).encode() not in content and b"site-packages" not in content


def test_any_program_can_use_it(gtzan_onnx: Path) -> None:
    session = onnxruntime.InferenceSession(gtzan_onnx, providers=["CPUExecutionProvider"])
    for name, values in {"waveform": make_tune(12), "log_mel": np.eye(128, 200, dtype=np.float32)}.items():
        probabilities, logits = session.run(["probabilities", "segment_logits"], {name: values})
        assert probabilities.shape == (10,) and logits.shape[1] == 10
        assert probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_its_probabilities_are_the_predictors_for_one_window(gtzan_onnx: Path, tmp_path: Path) -> None:
    session = onnxruntime.InferenceSession(gtzan_onnx, providers=["CPUExecutionProvider"])
    log_mel = np.random.default_rng(0).random((128, 387), dtype=np.float32)
    (probabilities,) = session.run(["probabilities"], {"log_mel": log_mel})
    track = GenrePredictor.load(gtzan_onnx).predict_log_mel(log_mel)
    np.testing.assert_allclose(probabilities, track.probabilities, atol=1e-6)


@pytest.mark.parametrize(
    "features",
    [
        {"n_fft": 1024, "hop_length": 512, "n_mels": 64, "segment_frames": 64, "segment_hop_frames": 20},
        {"n_fft": 1500, "hop_length": 441, "frame_stride": 1.0, "segment_frames": 100, "window_s": 5.0},
        {"n_fft": 1103, "hop_length": 500, "frame_stride": 2.5, "segment_frames": 64, "window_s": 5.0},
    ],
)
def test_other_front_ends_answer_as_in_pytorch(features: dict[str, object], tmp_path: Path) -> None:
    """Sizes that are no power of two, hops that do not divide them, and a prime."""
    export = export_onnx(_create_checkpoint(**features), tmp_path / "model.onnx")
    assert export.difference <= 1e-4


def test_a_model_that_answers_otherwise_is_not_written(
    gtzan: Checkpoint, music: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "model.onnx"
    old.write_bytes(b"what was there before")
    monkeypatch.setattr(core.export.parity, "MAX_LOGIT_DIFFERENCE", 0.0)
    with pytest.raises(ModelError, match="nothing is written"):
        export_onnx(gtzan, old)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"what was there before"]
    monkeypatch.setattr(core.export.parity, "MAX_INT8_DIFFERENCE", 0.0)
    with pytest.raises(ModelError, match="nothing is written"):
        export_onnx(_create_checkpoint(), tmp_path / "new.onnx", as_int8=True, calibration=music)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("model_name", ["five_channel_cnn", "resnet34_features"])
def test_a_model_that_reads_more_than_recordings_is_refused(model_name: str) -> None:
    with pytest.raises(ModelError, match="cannot be exported"):
        export_network(create_network(model_name, {"num_classes": 3}).eval(), LogMelConfig())


def test_eight_bits_are_a_third_of_the_size_and_nearly_the_same(
    int8: tuple[Path, Export], gtzan_onnx: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, export = int8
    assert export.n_bytes == path.stat().st_size < 1_500_000
    assert export.n_bytes < 0.4 * gtzan_onnx.stat().st_size
    assert 0 < export.difference < 0.02
    types = {node.op_type for node in onnx.load(path).graph.node}
    assert {"QuantizeLinear", "DequantizeLinear"} <= types
    eight, float32 = (OnnxScorer(model).score_window(make_tune(20)) for model in (path, gtzan_onnx))
    np.testing.assert_array_equal(eight.log_mel, float32.log_mel)  # the front end keeps its precision
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_a_small_network_of_eight_bits_is_smaller_still(tmp_path: Path) -> None:
    assert export_onnx(_create_checkpoint("songnet"), tmp_path / "small.onnx", as_int8=True).n_bytes < 1_200_000


def test_music_sets_the_ranges_of_eight_bits(tmp_path: Path) -> None:
    checkpoint = _create_checkpoint()
    (tmp_path / "music" / "rock").mkdir(parents=True)
    (tmp_path / "music" / "rock" / "broken.mp3").write_bytes(b"no sound")
    write_wav(tmp_path / "music" / "rock" / "tune.wav")
    export_onnx(checkpoint, tmp_path / "folder.onnx", as_int8=True, calibration=tmp_path / "music")
    export_onnx(checkpoint, tmp_path / "sounds.onnx", as_int8=True)
    one, other = ((tmp_path / name).read_bytes() for name in ("folder.onnx", "sounds.onnx"))
    assert one != other
    with pytest.raises(DatasetError, match="empty"):
        (tmp_path / "empty").mkdir()
        export_onnx(checkpoint, tmp_path / "no.onnx", as_int8=True, calibration=tmp_path / "empty")
    with pytest.raises(DatasetError):
        export_onnx(checkpoint, tmp_path / "no.onnx", as_int8=True, calibration=tmp_path / "missing.npz")
    assert not (tmp_path / "no.onnx").exists()


@needs_shared_data
def test_eight_bits_lose_at_most_one_point_of_accuracy(
    gtzan: Checkpoint, tmp_path: Path, int8: tuple[Path, Export]
) -> None:
    pack_path = SHARED_DATA / "gtzan_logmel.npz"
    val = load_pack(pack_path).select("val")
    assert len(val) == 197
    calibrated = tmp_path / "calibrated.onnx"
    export_onnx(gtzan, calibrated, as_int8=True, calibration=pack_path)
    for path in (calibrated, int8[0]):
        accuracy = evaluate_pack(GenrePredictor.load(path), val).metrics.accuracy
        assert accuracy >= gtzan.val_acc - 0.01


def test_a_pack_of_another_front_end_is_refused(gtzan: Checkpoint, tmp_path: Path) -> None:
    path = tmp_path / "small_logmel.npz"
    np.savez(
        path,
        log_mel=np.zeros((2, 64, 387), dtype=np.uint8),
        track_id=np.array(["1", "2"]),
        genre=np.array(["a", "b"]),
        split=np.array(["train", "val"]),
        artist=np.array(["x", "y"]),
    )
    with pytest.raises(FeatureError, match="64 bands"):
        export_onnx(gtzan, tmp_path / "model.onnx", as_int8=True, calibration=path)


@pytest.mark.slow
@pytest.mark.parametrize("as_int8", [False, True])
@pytest.mark.parametrize("model_name", list_architectures())
def test_every_architecture_that_hears_recordings_can_be_exported(
    model_name: str, as_int8: bool, music: Path, tmp_path: Path
) -> None:
    network = create_network(model_name, {"num_classes": 3})
    if network.takes_features or not network.hears_log_mel:
        pytest.skip("it does not hear recordings")
    export_onnx(_create_checkpoint(model_name), tmp_path / "model.onnx", as_int8=as_int8, calibration=music)
