import pytest

from core.benchmark.entrants import Kind, choose_entrants
from core.benchmark.protocols import Task, create_task
from core.errors import DatasetError, GenrescopeError, UnknownModelError
from core.evaluation.classical import MODELS
from core.models.registry import list_architectures
from core.training.presets import PRESETS
from tests.core.benchmark.conftest import make_feature_table
from tests.core.training.packs import make_pulse_pack


@pytest.fixture(scope="module")
def task() -> Task:
    """Without a feature table."""
    return create_task("artists", make_pulse_pack(n_per_genre=3))


@pytest.fixture(scope="module")
def task_with_features() -> Task:
    pack = make_pulse_pack(n_per_genre=3)
    return create_task("artists", pack.attach_features(make_feature_table(pack)))


def test_everyone_takes_part_and_those_who_cannot_say_why(task_with_features: Task) -> None:
    entrants = {entrant.name: entrant for entrant in choose_entrants(None, task_with_features)}
    assert set(entrants) == {*list_architectures(), *MODELS}
    obstacles = {name: entrant.obstacle for name, entrant in entrants.items() if entrant.obstacle}
    assert set(obstacles) == {"five_channel_cnn", "genre_duet"}
    assert "no recipe" in obstacles["genre_duet"]  # it is put together from two that have one
    assert obstacles["five_channel_cnn"] == "it reads 200 values a column, and the pack has 128"


def test_without_features_only_networks_take_part(task: Task) -> None:
    entrants = choose_entrants(None, task)
    assert {entrant.kind for entrant in entrants} == {Kind.NETWORK}
    (fused,) = (entrant for entrant in entrants if entrant.name == "resnet34_features")
    assert fused.obstacle is not None and "--features" in fused.obstacle


def test_models_that_were_asked_for_come_once_and_in_order(task_with_features: Task) -> None:
    entrants = choose_entrants(["knn", "mini_vgg", "knn"], task_with_features, epochs=3)
    assert [entrant.name for entrant in entrants] == ["knn", "mini_vgg"]
    assert entrants[1].config is not None and entrants[1].config.epochs == 3


def test_two_recipes_of_one_architecture_are_two_models(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRESETS, "crnn_slowly", PRESETS["crnn"])
    entrants = choose_entrants(["crnn", "crnn_slowly"], task)
    assert [entrant.name for entrant in entrants] == ["crnn", "crnn_slowly"]
    everyone = choose_entrants(None, task)
    assert "crnn_slowly" not in {entrant.name for entrant in everyone}


def test_an_unknown_model_gets_the_nearest_name(task: Task) -> None:
    with pytest.raises(UnknownModelError, match=r"“minivgg”; known are crnn.*Did you mean “mini_vgg”\?$"):
        choose_entrants(["minivgg"], task)
    with pytest.raises(UnknownModelError, match="Did you mean “random_forest”"):
        choose_entrants(["random_forrest"], task)


def test_a_classical_model_without_features_is_refused(task: Task) -> None:
    with pytest.raises(DatasetError, match="“knn” reads hand-crafted features"):
        choose_entrants(["knn"], task)


def test_impossible_epochs_are_refused(task: Task) -> None:
    with pytest.raises(GenrescopeError, match="epochs is 0"):
        choose_entrants(["crnn"], task, epochs=0)


def test_classical_models_cannot_judge_segments() -> None:
    pack = make_pulse_pack(n_per_genre=3)
    task = create_task("segments", pack.attach_features(make_feature_table(pack)))
    (entrant,) = choose_entrants(["knn"], task)
    assert entrant.obstacle is not None and "whole clips" in entrant.obstacle


def test_an_architecture_without_a_recipe_says_so(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(PRESETS, "songnet")
    (entrant,) = choose_entrants(["songnet"], task)
    assert entrant.obstacle is not None and "no recipe" in entrant.obstacle


def test_a_network_that_cannot_read_such_short_segments_says_so() -> None:
    pack = make_pulse_pack(n_per_genre=3)
    short = create_task("segments", type(pack)(pack.log_mel[:, :, :128], pack.track_ids, pack.genres, pack.splits,
                                               pack.artists, pack.label_names, pack.name))  # fmt: skip
    (entrant,) = choose_entrants(["log_mel_cnn"], short)
    assert entrant.obstacle == "it cannot read segments of 128 × 13"
