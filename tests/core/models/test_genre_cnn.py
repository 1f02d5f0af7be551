import pytest
import torch
from torch import nn

from core.models.genre_cnn import GenreCnn


@pytest.fixture
def network() -> GenreCnn:
    return GenreCnn(16).eval()


def test_genre_cnn_has_the_layers_of_its_source(network: GenreCnn) -> None:
    layers = [layer for layer in network.modules() if isinstance(layer, nn.Linear)]
    assert [(layer.in_features, layer.out_features) for layer in layers] == [(1024, 128), (128, 16)]
    assert network.dropout.p == 0.3


def test_genre_cnn_pads_a_short_segment_with_zeros(network: GenreCnn) -> None:
    segments = torch.rand(2, 128, 200)
    padded = torch.cat([segments, torch.zeros(2, 128, 1080)], dim=-1)
    torch.testing.assert_close(network(segments), network(padded))


def test_genre_cnn_cuts_a_long_segment(network: GenreCnn) -> None:
    segments = torch.rand(2, 128, 1300)
    torch.testing.assert_close(network(segments), network(segments[..., :1280]))


def test_genre_cnn_can_be_made_for_a_pack_with_fewer_frames() -> None:
    network = GenreCnn(10, n_frames=384).eval()
    segments = torch.rand(2, 128, 387)
    torch.testing.assert_close(network(segments), network(segments[..., :384]))
