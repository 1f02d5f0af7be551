import pytest
import torch

from core.models.crnn import Crnn


@pytest.mark.parametrize("n_frames", [4, 39, 130, 387])
def test_crnn_takes_segments_of_any_length(n_frames: int) -> None:
    assert Crnn(7).eval().embed(torch.rand(2, 128, n_frames)).shape == (2, 128)


def test_crnn_leaves_a_sequence_of_a_segment_of_3_s() -> None:
    assert Crnn(7).eval().trunk(torch.rand(2, 1, 128, 39)).shape == (2, 128, 2, 9)


def test_crnn_takes_other_numbers_of_mel_bands() -> None:
    assert Crnn(7, n_mels=64).eval()(torch.rand(2, 64, 39)).shape == (2, 7)
