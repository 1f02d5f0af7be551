import numpy as np
import pytest

from core.errors import FeatureError
from core.features.five_channel import SEGMENT_LENGTH, compute_five_channel
from tests.sounds import SAMPLE_RATE, make_tune

pytest.importorskip("librosa", reason="five-channel features need the extra “train”")


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return compute_five_channel(make_tune(3.0))


def test_the_picture_has_its_shape(picture: np.ndarray) -> None:
    assert picture.shape == (40, 130, 5)
    assert picture.dtype == np.float32
    assert np.isfinite(picture).all()


def test_the_derivative_tells_how_the_mfcc_change(picture: np.ndarray) -> None:
    mfcc, derivative = picture[..., 0], picture[..., 1]
    # The slope of a straight line through nine frames, by least squares.
    offsets = np.arange(-4, 5)
    slope = (mfcc[:, 60:69] * offsets).sum(axis=1) / (offsets**2).sum()
    np.testing.assert_allclose(derivative[:, 64], slope, atol=1e-3)


def test_beat_averages_are_constant_between_beats_and_keep_the_mean(picture: np.ndarray) -> None:
    mfcc, averaged = picture[..., 0], picture[..., 3]
    np.testing.assert_allclose(averaged.mean(axis=1), mfcc.mean(axis=1), rtol=1e-3, atol=1e-3)
    n_steps = np.count_nonzero(np.abs(np.diff(averaged, axis=1)).max(axis=0) > 1e-6)
    # Two beats a second for 3 s, of which the tracker may miss the outer ones.
    assert 3 <= n_steps <= 7


def test_chroma_repeats_each_pitch_class_over_neighbouring_rows() -> None:
    time_s = np.arange(SEGMENT_LENGTH) / SAMPLE_RATE
    chroma = compute_five_channel(np.sin(2 * np.pi * 440 * time_s).astype(np.float32))[..., 4]
    rows_of_a = [row for row in range(40) if row * 12 // 40 == 9]
    assert (chroma[rows_of_a] > 0.9).all()
    assert np.delete(chroma, rows_of_a, axis=0).mean() < 0.2


def test_silence_gives_a_finite_picture() -> None:
    assert np.isfinite(compute_five_channel(np.zeros(SEGMENT_LENGTH, dtype=np.float32))).all()


@pytest.mark.parametrize("shape", [(SEGMENT_LENGTH - 1,), (0,), (2, SEGMENT_LENGTH)])
def test_sound_of_another_length_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(FeatureError, match="66150 samples"):
        compute_five_channel(np.zeros(shape, dtype=np.float32))
