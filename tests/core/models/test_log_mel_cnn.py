import pytest
import torch

from core.models.log_mel_cnn import LogMelCnn


@pytest.fixture
def network() -> LogMelCnn:
    return LogMelCnn(7).eval()


def test_log_mel_cnn_does_not_depend_on_level_or_contrast(network: LogMelCnn) -> None:
    segments = torch.rand(2, 128, 64)
    torch.testing.assert_close(network(segments), network(3 * segments - 80), atol=1e-4, rtol=1e-3)


def test_log_mel_cnn_of_silence_is_finite(network: LogMelCnn) -> None:
    assert bool(torch.isfinite(network(torch.zeros(2, 128, 64))).all())


@pytest.mark.parametrize("n_frames", [16, 39, 387])
def test_log_mel_cnn_takes_segments_of_any_length(network: LogMelCnn, n_frames: int) -> None:
    assert network.embed(torch.rand(2, 128, n_frames)).shape == (2, 128)
