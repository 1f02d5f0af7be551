import pytest
import torch

from core.errors import FeatureError
from core.features.handcrafted import FEATURE_NAMES
from core.models.resnet34_features import N_FEATURES, ResNet34Features


@pytest.fixture(scope="module")
def network() -> ResNet34Features:
    return ResNet34Features(7).eval()


def test_the_features_are_as_many_as_there_are() -> None:
    assert len(FEATURE_NAMES) == N_FEATURES


def test_the_embedding_holds_the_features_beside_the_output(network: ResNet34Features) -> None:
    features = torch.randn(2, 57)
    embedding = network.embed(torch.rand(2, 128, 39), features)
    assert embedding.shape == (2, 1057)
    torch.testing.assert_close(embedding[:, 1000:], features)


def test_the_features_change_the_answer(network: ResNet34Features) -> None:
    segments, features = torch.rand(2, 128, 39), torch.randn(2, 57)
    assert not torch.allclose(network(segments, features), network(segments, features + 1))


def test_missing_features_are_refused(network: ResNet34Features) -> None:
    with pytest.raises(FeatureError, match=r"57 hand-crafted features .* given none"):
        network(torch.rand(2, 128, 39))


def test_features_of_another_shape_are_refused(network: ResNet34Features) -> None:
    with pytest.raises(FeatureError, match=r"given \[1, 57\]"):
        network(torch.rand(2, 128, 39), torch.rand(1, 57))
