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


def test_the_scale_is_that_of_the_training_tracks_and_travels_with_the_weights() -> None:
    track_features = (torch.randn(50, 57) + 2) * torch.logspace(-3, 6, 57)
    track_features[:, 5] = 7.0
    network = ResNet34Features(7).eval()
    network.fit_feature_scale(track_features)
    again = ResNet34Features(7).eval()
    again.load_state_dict(network.state_dict())
    scaled = again.embed(torch.rand(50, 128, 39), track_features)[:, 1000:]
    varying = [index for index in range(57) if index != 5]
    torch.testing.assert_close(scaled.mean(dim=0), torch.zeros(57), atol=1e-3, rtol=0)
    torch.testing.assert_close(scaled[:, varying].std(dim=0, correction=0), torch.ones(56), atol=1e-3, rtol=0)
    assert (scaled[:, 5] == 0).all()
