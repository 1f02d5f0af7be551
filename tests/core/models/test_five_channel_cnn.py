import torch
from torch import nn

from core.models.five_channel_cnn import FiveChannelCnn


def test_five_channel_cnn_has_the_layers_of_its_source() -> None:
    network = FiveChannelCnn(10)
    convolutions = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]
    assert [(layer.in_channels, layer.out_channels) for layer in convolutions] == [(5, 32), (32, 64)]
    assert {layer.p for layer in network.modules() if isinstance(layer, nn.Dropout)} == {0.3}


def test_five_channel_cnn_embeds_the_picture_of_a_segment() -> None:
    assert FiveChannelCnn(10).eval().embed(torch.rand(2, 200, 130)).shape == (2, 128)
