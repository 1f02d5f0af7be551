import pytest
import torch

from core.errors import UnknownModelError
from core.models.registry import create_network, list_architectures


def test_there_are_architectures() -> None:
    assert "genre_resnet" in list_architectures()


@pytest.mark.parametrize("name", list_architectures())
def test_every_architecture_turns_segments_into_logits(name: str) -> None:
    network = create_network(name, {"num_classes": 7}).eval()
    segments = torch.rand(3, 128, 128)
    embedding = network.embed(segments)
    assert embedding.ndim == 2 and len(embedding) == 3
    torch.testing.assert_close(network.classify(embedding), network(segments))
    assert network(segments).shape == (3, 7)


@pytest.mark.parametrize("name", list_architectures())
def test_every_architecture_scores_a_segment_alone_as_in_a_batch(name: str) -> None:
    network = create_network(name, {"num_classes": 7}).eval()
    segments = torch.rand(3, 128, 128)
    torch.testing.assert_close(network(segments)[1:2], network(segments[1:2]), atol=1e-5, rtol=1e-4)


def test_an_unknown_architecture_names_the_nearest() -> None:
    with pytest.raises(UnknownModelError, match="Did you mean “genre_resnet”"):
        create_network("genre_resnt", {"num_classes": 2})


def test_genre_resnet_does_not_hear_an_equaliser() -> None:
    network = create_network("genre_resnet", {"num_classes": 7}).eval()
    segments = torch.rand(2, 128, 128)
    equaliser = torch.linspace(-0.2, 0.2, 128)[:, None]
    torch.testing.assert_close(network(segments), network(segments + equaliser), atol=1e-4, rtol=1e-3)
