import csv
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from core.audio.decode import decode_audio
from core.errors import DatasetError, FeatureError
from core.features import handcrafted
from core.features.handcrafted import FEATURE_NAMES, compute_handcrafted, load_feature_table
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.sounds import SAMPLE_RATE, make_tune

needs_librosa = pytest.mark.skipif(find_spec("librosa") is None, reason="librosa comes with the extra “train”")


def _by_name(samples: np.ndarray) -> dict[str, float]:
    return dict(zip(FEATURE_NAMES, compute_handcrafted(samples).tolist(), strict=True))


def test_there_are_57_different_features() -> None:
    assert len(FEATURE_NAMES) == len(set(FEATURE_NAMES)) == 57


@needs_librosa
def test_features_of_a_sine_are_those_of_a_sine() -> None:
    time_s = np.arange(5 * SAMPLE_RATE) / SAMPLE_RATE
    features = _by_name((0.5 * np.sin(2 * np.pi * 1000 * time_s)).astype(np.float32))
    assert features["rms_mean"] == pytest.approx(0.5 / np.sqrt(2), rel=0.02)
    assert features["spectral_centroid_mean"] == pytest.approx(1000, rel=0.02)
    assert features["zero_crossing_rate_mean"] == pytest.approx(2 * 1000 / SAMPLE_RATE, rel=0.02)
    # A steady tone is all harmony and no percussion.
    assert features["harmony_var"] == pytest.approx(0.125, rel=0.02)
    assert features["perceptr_var"] < 1e-3


@needs_librosa
def test_only_the_length_that_the_table_describes_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert handcrafted.MAX_LENGTH == 661_500
    monkeypatch.setattr(handcrafted, "MAX_LENGTH", SAMPLE_RATE)
    tune = make_tune(1.5)
    np.testing.assert_array_equal(compute_handcrafted(tune), compute_handcrafted(tune[:SAMPLE_RATE]))


@needs_librosa
def test_features_of_silence_are_finite() -> None:
    features = _by_name(np.zeros(SAMPLE_RATE, dtype=np.float32))
    assert np.isfinite(list(features.values())).all()
    assert features["tempo"] == 0


@needs_librosa
def test_sound_too_short_for_a_frame_is_refused() -> None:
    with pytest.raises(FeatureError, match="2048 samples or more"):
        compute_handcrafted(np.zeros(2047, dtype=np.float32))


@needs_librosa
@needs_shared_data
@pytest.mark.parametrize("track_id", ["blues.00000", "classical.00001"])
def test_features_of_a_real_clip_are_those_of_the_table(track_id: str) -> None:
    path = SHARED_DATA / "audio" / "gtzan_val" / track_id.split(".")[0] / f"{track_id}.flac"
    table = load_feature_table(SHARED_DATA / "gtzan_features_30s.csv")
    expected = table.features[table.track_ids.tolist().index(track_id)]
    np.testing.assert_allclose(compute_handcrafted(decode_audio(path).samples), expected, rtol=1e-4)


def _write_table(path: Path, columns: list[str], rows: list[list[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


COLUMNS = ["track_id", "split", *FEATURE_NAMES, "label"]


def test_a_table_comes_back_as_it_was_written(tmp_path: Path) -> None:
    rows = [["a.1", "train", *range(57), "a"], ["b.1", "val", *range(57, 114), "b"]]
    table = load_feature_table(_write_table(tmp_path / "table.csv", COLUMNS, rows))
    assert table.track_ids.tolist() == ["a.1", "b.1"]
    assert table.genres.tolist() == ["a", "b"]
    assert table.splits.tolist() == ["train", "val"]
    np.testing.assert_array_equal(table.features, np.arange(114.0).reshape(2, 57))


@pytest.mark.parametrize(
    ("columns", "rows", "match"),
    [
        (["track_id", "split", "label"], [["a.1", "val", "a"]], "lacks the column 'chroma_stft_mean'"),
        (COLUMNS, [], "no rows"),
        (COLUMNS, [["a.1", "val", "loud", *range(56), "a"]], "could not convert"),
        (COLUMNS, [["a.1", "val", 1, 2]], "cannot be|can be read"),
        (COLUMNS, [["a.1", "val", "nan", *range(56), "a"]], "not finite"),
    ],
)
def test_a_damaged_table_is_refused(columns: list[str], rows: list[list[object]], match: str, tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=match):
        load_feature_table(_write_table(tmp_path / "table.csv", columns, rows))


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="can be read"):
        load_feature_table(tmp_path / "none.csv")
