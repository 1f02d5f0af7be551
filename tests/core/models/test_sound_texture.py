import numpy as np
import pytest
import torch
from torch import Tensor

from core.models.registry import create_network
from core.models.sound_texture import TextureStatistics


@pytest.fixture(scope="module")
def statistics() -> TextureStatistics:
    return TextureStatistics()


@pytest.fixture
def segment() -> Tensor:
    return torch.rand(1, 128, 128, generator=torch.Generator().manual_seed(0))


def test_texture_does_not_hear_an_equaliser(statistics: TextureStatistics, segment: Tensor) -> None:
    equaliser = torch.linspace(-0.2, 0.2, 128)[:, None]
    torch.testing.assert_close(statistics(segment), statistics(segment + equaliser), atol=2e-3, rtol=1e-3)


def test_texture_does_not_hear_where_in_the_segment_something_is(
    statistics: TextureStatistics, segment: Tensor
) -> None:
    levels, backwards = statistics.compute(segment), statistics.compute(segment.flip(2))
    for one, other in zip(levels[:5], backwards[:5], strict=True):
        torch.testing.assert_close(one, other, atol=1e-3, rtol=1e-3)


def test_correlations_are_those_of_the_merged_bands(statistics: TextureStatistics, segment: Tensor) -> None:
    bands = segment[0].reshape(32, 4, 128).mean(dim=1).numpy()
    expected = np.corrcoef(bands)[np.triu_indices(32, 1)]
    np.testing.assert_allclose(statistics.compute(segment)[2][0].numpy(), expected, atol=2e-3)


def test_a_beat_stands_out_in_the_rhythm_at_its_pace(statistics: TextureStatistics) -> None:
    def find_peak(n_beats: int) -> int:
        beat = 0.5 + 0.4 * torch.sin(2 * torch.pi * n_beats * torch.arange(128) / 128)
        rhythm = statistics.compute(beat.expand(1, 128, 128))[4]
        return int(rhythm.reshape(32, -1)[0].argmax())

    assert find_peak(2) < find_peak(8) < find_peak(32)


def test_ripples_know_whether_a_sound_rises_or_falls(statistics: TextureStatistics) -> None:
    bands, columns = torch.meshgrid(torch.arange(128.0), torch.arange(128.0), indexing="ij")
    rising = 0.5 + 0.4 * torch.cos(2 * torch.pi * (columns * 6 - bands * 4) / 128)
    ripples, mirrored = (statistics.compute(sound[None])[-1][0] for sound in (rising, rising.flip(0)))
    half = len(ripples) // 2
    assert abs(ripples[:half].max() - ripples[half:].max()) > 1
    torch.testing.assert_close(ripples[:half].max(), mirrored[half:].max(), atol=0.05, rtol=0)


def test_silence_has_a_texture_too() -> None:
    network = create_network("sound_texture", {"num_classes": 3}).eval()
    assert torch.isfinite(network(torch.zeros(2, 128, 128))).all()
