import pytest
import torch

from core.errors import UnknownModelError
from core.models.registry import SegmentClassifier, create_network, list_architectures


@pytest.fixture(scope="module", params=list_architectures())
def network(request: pytest.FixtureRequest) -> SegmentClassifier:
    """Each architecture in turn, as it is born."""
    return create_network(request.param, {"num_classes": 7})


def _make_inputs(network: SegmentClassifier, batch: int) -> list[torch.Tensor]:
    """Random tensors, one for each argument of ``embed``."""
    return [torch.rand(batch, *shape) for shape in network.input_shapes]


def test_there_are_architectures() -> None:
    assert "genre_resnet" in list_architectures()


def test_every_architecture_turns_segments_into_logits(network: SegmentClassifier) -> None:
    inputs = _make_inputs(network.eval(), 3)
    embedding = network.embed(*inputs)
    assert embedding.ndim == 2 and len(embedding) == 3
    logits = network(*inputs)
    assert logits.shape == (3, 7) and bool(torch.isfinite(logits).all())
    torch.testing.assert_close(network.classify(embedding), logits)


def test_every_architecture_scores_a_segment_alone_as_in_a_batch(network: SegmentClassifier) -> None:
    inputs = _make_inputs(network.eval(), 3)
    alone = network(*(tensor[1:2] for tensor in inputs))
    torch.testing.assert_close(network(*inputs)[1:2], alone, atol=1e-5, rtol=1e-4)


def test_every_parameter_of_every_architecture_learns(network: SegmentClassifier) -> None:
    network(*_make_inputs(network.train(), 2)).square().mean().backward()
    assert [key for key, value in network.named_parameters() if value.grad is None] == []


def test_an_unknown_architecture_names_the_nearest() -> None:
    with pytest.raises(UnknownModelError, match="Did you mean “genre_resnet”"):
        create_network("genre_resnt", {"num_classes": 2})


def test_genre_resnet_does_not_hear_an_equaliser() -> None:
    network = create_network("genre_resnet", {"num_classes": 7}).eval()
    segments = torch.rand(2, 128, 128)
    equaliser = torch.linspace(-0.2, 0.2, 128)[:, None]
    torch.testing.assert_close(network(segments), network(segments + equaliser), atol=1e-4, rtol=1e-3)
