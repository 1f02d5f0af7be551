import numpy as np
import pytest
import torch

pytest.importorskip("sklearn", reason="classical models need the extra “train”")

from core.errors import DatasetError
from core.evaluation.classical import MODELS, SONGNET_BASELINES, TRANSFORMATIONS, ClassicalScore, evaluate_classical
from core.evaluation.classical.evaluate import _number_artists
from core.evaluation.classical.mlp import MlpClassifier
from core.evaluation.classical.models import Candidate

RANDOM = np.random.default_rng(0)
N_TRACKS = 480


@pytest.fixture(scope="module")
def tracks() -> dict[str, np.ndarray]:
    """Three genres as three well separated clouds, with one artist for every four tracks and some unknown ones."""
    genres = np.array(["a", "b", "c"])[np.arange(N_TRACKS) % 3]
    centres = RANDOM.choice([-1, 1], (3, 6))
    features = RANDOM.normal(0, 0.4, (N_TRACKS, 6)) + centres[np.arange(N_TRACKS) % 3]
    artists = np.where(np.arange(N_TRACKS) % 7 == 0, "", np.char.mod("artist %d", np.arange(N_TRACKS) // 4))
    return {
        # Scales as different as those of real features.
        "features": features * 10.0 ** np.arange(-3, 3),
        "labels": genres,
        "artists": artists,
        "splits": np.where(np.arange(N_TRACKS) % 4 == 0, "val", "train"),
    }


def _first_settings(candidates: dict[str, Candidate]) -> dict[str, Candidate]:
    """The same steps, with one value of each setting: a test needs no search."""
    return {
        name: Candidate(each.create, {key: values[:1] for key, values in each.settings.items()})
        for name, each in candidates.items()
    }


def test_the_table_has_eight_models_and_four_transformations() -> None:
    assert (len(MODELS), len(TRANSFORMATIONS)) == (8, 4)


@pytest.mark.parametrize("name", [name for name in MODELS if name != "random_forest"])
def test_every_model_learns_what_is_easy(name: str, tracks: dict[str, np.ndarray]) -> None:
    models = _first_settings({name: MODELS[name]})
    (score,) = evaluate_classical(**tracks, models=models, transformations={"none": TRANSFORMATIONS["none"]}, n_folds=3)
    assert (score.model, score.transformation) == (name, "none")
    assert score.val_accuracy > 0.9 and score.val_macro_f1 > 0.9 and score.cv_accuracy > 0.9


@pytest.mark.parametrize("name", list(TRANSFORMATIONS))
def test_every_transformation_keeps_what_is_easy(name: str, tracks: dict[str, np.ndarray]) -> None:
    models = _first_settings({"ridge": MODELS["ridge"]})
    transformations = _first_settings({name: TRANSFORMATIONS[name]})
    (score,) = evaluate_classical(**tracks, models=models, transformations=transformations, n_folds=3)
    assert score.val_accuracy > 0.9


def test_songnet_baselines_are_scored_by_the_same_function(tracks: dict[str, np.ndarray]) -> None:
    told: list[ClassicalScore] = []
    scores = evaluate_classical(
        **tracks,
        models=_first_settings(dict(SONGNET_BASELINES)),
        transformations={"none": TRANSFORMATIONS["none"]},
        n_folds=3,
        progress=told.append,
    )
    assert told == scores
    accuracies = {score.model: score.val_accuracy for score in scores}
    assert list(accuracies) == ["random", "knn", "linear_svm", "logistic_regression"]
    assert accuracies["random"] < 0.6 < min(accuracies[name] for name in accuracies if name != "random")


def test_the_search_chooses_the_better_setting(tracks: dict[str, np.ndarray]) -> None:
    tree = Candidate(MODELS["decision_tree"].create, {"max_depth": (1, 5)})
    (score,) = evaluate_classical(
        **tracks, models={"tree": tree}, transformations={"none": TRANSFORMATIONS["none"]}, n_folds=3
    )
    assert score.settings == {"model__max_depth": 5}


def test_no_artist_is_in_two_folds(tracks: dict[str, np.ndarray]) -> None:
    # Features that tell the artist and nothing of the genre: only a fold that leaks could be told right.
    n_artists = 40
    artist = np.arange(N_TRACKS) % n_artists
    genre_of_artist = RANDOM.permutation(np.repeat(["a", "b"], n_artists // 2))
    (score,) = evaluate_classical(
        features=np.eye(n_artists)[artist],
        labels=genre_of_artist[artist],
        artists=np.char.mod("artist %d", artist),
        splits=tracks["splits"],
        models=_first_settings({"knn": MODELS["knn"]}),
        transformations={"none": TRANSFORMATIONS["none"]},
    )
    assert score.cv_accuracy < 0.7


def test_tracks_without_an_artist_are_groups_of_their_own() -> None:
    numbers = _number_artists(np.array(["x", "", "y", " ", "x"]))
    assert numbers.tolist() == [0, 1, 2, 3, 0]


def test_a_missing_split_is_refused(tracks: dict[str, np.ndarray]) -> None:
    with pytest.raises(DatasetError, match="both splits"):
        evaluate_classical(**{**tracks, "splits": np.full(N_TRACKS, "train")})


def test_fewer_artists_than_folds_are_refused(tracks: dict[str, np.ndarray]) -> None:
    with pytest.raises(DatasetError, match="5 folds need as many artists; the training tracks have 1"):
        evaluate_classical(**{**tracks, "artists": np.full(N_TRACKS, "x")})


def test_the_mlp_is_reproducible_and_leaves_other_randomness_alone() -> None:
    features, labels = RANDOM.normal(size=(33, 4)), np.arange(33) % 3
    torch.manual_seed(1)
    expected = torch.rand(1)
    torch.manual_seed(1)
    first = MlpClassifier(epochs=3).fit(features, labels)
    assert torch.equal(torch.rand(1), expected)
    second = MlpClassifier(epochs=3).fit(features, labels)
    for one, other in zip(first.network_.parameters(), second.network_.parameters(), strict=True):
        assert torch.equal(one, other)
