import pytest
import torch
from torch import nn

from core.models.resnet34 import ResNet34, ResNet34Trunk


@pytest.fixture(scope="module")
def network() -> ResNet34:
    return ResNet34(7).eval()


def test_resnet34_is_the_standard_network_with_one_input_channel() -> None:
    trunk = ResNet34Trunk()
    # The published network has 21 797 672 parameters, of which 2 · 64 · 7 · 7 see the second and third colour.
    assert sum(parameter.numel() for parameter in trunk.parameters()) == 21_797_672 - 2 * 64 * 49
    weights = [layer for layer in trunk.modules() if isinstance(layer, (nn.Conv2d, nn.Linear))]
    # Not counted in its name: the three convolutions on skip connections.
    assert len(weights) == 34 + 3


def test_resnet34_sees_the_last_stage_at_a_thirty_second_of_the_size(network: ResNet34) -> None:
    assert network.trunk.layers(torch.rand(1, 1, 128, 130)).shape == (1, 512, 4, 5)


def test_resnet34_takes_a_segment_of_3_s_of_a_pack(network: ResNet34) -> None:
    assert network.embed(torch.rand(1, 128, 39)).shape == (1, 1000)
