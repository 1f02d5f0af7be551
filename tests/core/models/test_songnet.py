import pytest
import torch

from core.models.songnet import SongNet


@pytest.mark.parametrize("n_frames", [8, 39, 387])
def test_songnet_takes_segments_of_any_length(n_frames: int) -> None:
    assert SongNet(7).eval().embed(torch.rand(2, 128, n_frames)).shape == (2, 128)


def test_songnet_reads_mel_bands_as_channels() -> None:
    network = SongNet(7).eval()
    assert network.trunk[0].weight.shape == (64, 128, 3)
    assert network.trunk(torch.rand(2, 128, 80)).shape == (2, 256, 10)


def test_songnet_reads_time_in_order() -> None:
    network = SongNet(7).eval()
    segments = torch.rand(2, 128, 80)
    assert not torch.allclose(network(segments), network(segments.flip(-1)), atol=1e-5)
