import pytest
import torch
from torch import nn

from core.models.mini_vgg import MiniVgg


@pytest.mark.parametrize(("n_blocks", "n_channels"), [(2, [32, 32, 64, 64]), (3, [32, 32, 64, 64, 128, 128])])
def test_mini_vgg_has_two_convolutions_in_each_block(n_blocks: int, n_channels: list[int]) -> None:
    network = MiniVgg(7, n_blocks=n_blocks)
    convolutions = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]
    assert [layer.out_channels for layer in convolutions] == n_channels
    assert network.eval()(torch.rand(2, 128, 39)).shape == (2, 7)


@pytest.mark.parametrize("n_frames", [16, 39, 130])
def test_mini_vgg_takes_segments_of_any_length(n_frames: int) -> None:
    assert MiniVgg(7).eval().embed(torch.rand(2, 128, n_frames)).shape == (2, 512)
