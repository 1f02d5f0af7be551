import numpy as np
import pytest
import torch

from core.errors import FeatureError
from core.features.log_mel import LogMel, LogMelConfig, scale_log_mel, split_into_segments


@pytest.fixture(scope="module")
def front_end() -> LogMel:
    return LogMel.create(LogMelConfig())


def _sine(frequency_hz: float, duration_s: float = 30.0) -> torch.Tensor:
    time_s = torch.arange(round(22_050 * duration_s)) / 22_050
    return torch.sin(2 * torch.pi * frequency_hz * time_s)


def test_log_mel_has_the_columns_of_the_pack(front_end: LogMel) -> None:
    assert front_end(_sine(440)).shape == (128, 387)


def test_log_mel_does_not_depend_on_loudness(front_end: LogMel) -> None:
    noise = torch.randn(22_050, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(front_end(noise), front_end(0.01 * noise), atol=1e-4, rtol=0)


@pytest.mark.parametrize("frequency_hz", [220.0, 1000.0, 5000.0])
def test_log_mel_peaks_at_the_band_of_a_sine(front_end: LogMel, frequency_hz: float) -> None:
    librosa = pytest.importorskip("librosa", reason="librosa is the reference for the bands")
    centres_hz = librosa.mel_frequencies(130, fmin=0, fmax=11_025)[1:-1]
    loudest = int(front_end(_sine(frequency_hz)).mean(dim=1).argmax())
    assert abs(loudest - int(np.abs(centres_hz - frequency_hz).argmin())) <= 1


def test_log_mel_of_silence_is_finite_and_zero(front_end: LogMel) -> None:
    assert torch.count_nonzero(front_end(torch.zeros(22_050))) == 0


@pytest.mark.parametrize("n_samples", [1, 300, 2047, 22_050])
def test_log_mel_of_a_short_sound_has_a_column(front_end: LogMel, n_samples: int) -> None:
    log_mel = front_end(torch.ones(n_samples))
    assert log_mel.shape[1] >= 1
    assert bool(torch.isfinite(log_mel).all())


def test_scale_log_mel_undoes_any_linear_scale() -> None:
    log_mel_db = -80 * torch.rand(128, 50)
    torch.testing.assert_close(scale_log_mel(log_mel_db), scale_log_mel(255 * (log_mel_db + 80) / 80))


@pytest.mark.parametrize("n_frames", [1, 60, 128, 129, 200, 387, 400])
def test_segments_cover_the_window_evenly(n_frames: int) -> None:
    config = LogMelConfig()
    segments, starts = split_into_segments(torch.rand(128, n_frames), config)
    assert segments.shape[1:] == (128, config.segment_frames)
    assert starts[0] == 0
    assert starts[-1] == max(0, n_frames - config.segment_frames)
    assert bool((starts.diff() <= config.segment_hop_frames).all())


@pytest.mark.parametrize("shape", [(64, 387), (128, 0)])
def test_segments_of_a_wrong_shape_are_refused(shape: tuple[int, int]) -> None:
    with pytest.raises(FeatureError, match="this model takes"):
        split_into_segments(torch.rand(shape), LogMelConfig())
