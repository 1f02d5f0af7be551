"""Models are listed, looked at, added and removed."""

from pathlib import Path

import pytest
import requests

from app.api.model_description import score_genres
from app.contract import ModelDetails, Problem
from app.gui.api_call import ApiError
from app.gui.client import ApiClient
from app.user_data import DATA_VARIABLE, user_data_folder, user_models_folder
from tests.app.api.checkpoints import SHIPPED, write_checkpoint, write_pickle_bomb, write_zip_bomb
from tests.app.api.conftest import activate, find_model
from tests.app.conftest import RunningApi, assert_predicts

CARD = "# mine: two of a kind\n\nMade for a test.\n"


def _refusal(response: requests.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, Problem.model_validate_json(response.content).code


def test_the_shipped_models_are_listed(client: ApiClient) -> None:
    answer = client.list_models()
    assert answer.active_id == "gtzan" and answer.loading_id is None
    models = {model.id: model for model in answer.models}
    assert {"gtzan", "fma_small"} <= models.keys()
    gtzan, fma_small = models["gtzan"], models["fma_small"]
    assert (gtzan.state, fma_small.state) == ("active", "available")
    assert gtzan.is_shipped and gtzan.error is None
    assert gtzan.title == "gtzan: ten genres from the sound alone"
    assert len(gtzan.genres) == 10 and len(fma_small.genres) == 8
    assert gtzan.size_bytes == SHIPPED.stat().st_size
    assert gtzan.dataset.name == "gtzan" and gtzan.dataset.n_val == 197
    assert gtzan.architecture == "genre_duet" and gtzan.created
    assert gtzan.val_acc and gtzan.val_loss and gtzan.temperature and gtzan.min_confidence and gtzan.epoch


def test_details_agree_with_the_model_card(client: ApiClient) -> None:
    details = client.model("gtzan")
    assert details.card is not None
    assert details.card.startswith("# gtzan")
    assert [score.genre for score in details.genre_scores] == details.genres
    for score in details.genre_scores:
        row = f"| {score.genre} | {score.precision:.0%} | {score.recall:.0%} | {score.support} |"
        assert row.replace("%", " %") in details.card


def test_scores_of_a_matrix_that_can_be_counted_by_hand() -> None:
    jazz, rock, pop = score_genres(["jazz", "rock", "pop"], [[3, 1, 0], [0, 2, 0], [0, 0, 0]])
    assert (jazz.precision, jazz.recall, jazz.support) == (1, 0.75, 4)
    assert jazz.f1 == pytest.approx(2 * 0.75 / 1.75)
    assert (rock.precision, rock.recall, rock.support) == (pytest.approx(2 / 3), 1, 2)
    assert (pop.precision, pop.recall, pop.f1, pop.support) == (0, 0, 0, 0)
    assert score_genres(["jazz", "rock"], []) == []


def test_history_and_confusion_matrix_are_those_of_the_model_asked_for(client: ApiClient) -> None:
    history = client.history()
    assert history.model_id == "gtzan"
    assert {"train_loss", "val_loss", "val_acc"} <= history.curves.keys()
    assert all(len(values) == len(history.epochs) > 1 for values in history.curves.values())
    assert history.epochs == sorted(history.epochs)
    assert client.history("fma_small").epochs != history.epochs
    matrix = client.confusion_matrix()
    assert matrix.model_id == "gtzan" and sum(map(sum, matrix.matrix)) == 197
    other = client.confusion_matrix("fma_small")
    assert other.model_id == "fma_small" and len(other.labels) == len(other.matrix) == 8


def test_a_model_is_added_chosen_and_removed(client: ApiClient, own_api: RunningApi, tmp_path: Path) -> None:
    source = write_checkpoint(
        tmp_path / "Mein Modell ü 音 (1)" / "best_model.pt",
        label_names=[f"genre {index}" for index in range(10)],
        reliability={"confidence": [0.4, 0.9], "accuracy": [0.5, 0.8], "n_tracks": [40, 157]},
        val_loss=float("nan"),
    )
    source.with_name("MODEL_CARD.md").write_text(CARD, encoding="utf-8")
    added = client.add_model(str(source))
    assert (added.id, added.title, added.state) == ("Mein_Modell_u_1", "mine: two of a kind", "available")
    assert added.val_loss is None and not added.is_shipped
    details = client.model(added.id)
    assert details.card == CARD and details.reliability.n_tracks == [40, 157]
    assert client.add_model(str(source)).id == "Mein_Modell_u_1_2"
    assert find_model(client, added.id).title == "mine: two of a kind"

    activate(client, added.id)
    source.unlink()  # it was a copy that was kept
    prediction = assert_predicts(own_api, tmp_path)
    assert prediction.model_id == added.id and prediction.label in details.genres
    assert client.genres().genres == details.genres
    assert Path(client.metrics().model_path).parts[-3:] == ("models", added.id, "best_model.pt")
    with pytest.raises(ApiError, match="model_in_use"):
        client.remove_model(added.id)

    activate(client, "gtzan")
    assert assert_predicts(own_api, tmp_path).model_id == "gtzan"
    left = client.remove_model(added.id)
    assert added.id not in {model.id for model in left.models}
    with pytest.raises(ApiError, match="model_unknown"):
        client.model(added.id)


def test_a_model_is_named_by_its_file_where_that_says_more(client: ApiClient, tmp_path: Path) -> None:
    assert client.add_model(str(write_checkpoint(tmp_path / "jazz-or-not.pt"))).id == "jazz-or-not"
    assert client.add_model(str(write_checkpoint(tmp_path / "CON.pt"))).id == "model_CON"
    assert client.add_model(str(write_checkpoint(tmp_path / "音.pt"))).id == "model"
    # A shipped id stays the shipped model's.
    assert client.add_model(str(write_checkpoint(tmp_path / "GTZAN.pt"))).id == "GTZAN_2"


def test_shipped_models_are_never_removed(client: ApiClient) -> None:
    for model_id, code in (("gtzan", "model_in_use"), ("fma_small", "model_kept")):
        with pytest.raises(ApiError) as caught:
            client.remove_model(model_id)
        assert caught.value.code == code
        assert client.model(model_id).size_bytes > 0


def test_the_token_is_needed_for_all_of_it(own_api: RunningApi) -> None:
    routes = [
        ("GET", "/api/models"),
        ("POST", "/api/models"),
        ("GET", "/api/models/gtzan"),
        ("DELETE", "/api/models/gtzan"),
        ("POST", "/api/models/fma_small/activate"),
        ("GET", "/api/history"),
        ("GET", "/api/confusion-matrix"),
    ]
    for method, route in routes:
        response = requests.request(method, own_api.url + route, timeout=10)
        assert _refusal(response) == (401, "unauthorized"), route


@pytest.mark.parametrize("model_id", ["no-such-model", "..", "%2e%2e%2fgtzan", "..%2f..%2fetc", "a%00b", "%ff"])
def test_an_unknown_id_is_told(own_api: RunningApi, model_id: str) -> None:
    for method, route in (("GET", ""), ("DELETE", ""), ("POST", "/activate")):
        request = requests.Request(method, own_api.url, headers=own_api.headers).prepare()
        request.url = f"{own_api.url}/api/models/{model_id}{route}"  # as it is: requests would tidy it up
        with requests.Session() as session:
            status, code = _refusal(session.send(request, timeout=10))
        assert (status, code) in {(404, "model_unknown"), (404, "not_found"), (405, "method_not_allowed")}
    for route in ("history", "confusion-matrix"):
        response = requests.get(f"{own_api.url}/api/{route}?model={model_id}", headers=own_api.headers, timeout=10)
        assert _refusal(response) == (404, "model_unknown")


def _tiny_checkpoints(folder: Path) -> dict[str, Path]:
    front_end = {"feature_config": {"n_mels": 10**9, "n_fft": 10**9}}
    (folder / "text.pt").write_text("just text")
    (folder / "empty.pt").touch()
    (folder / "cut.pt").write_bytes(SHIPPED.read_bytes()[:100_000])
    return {
        "text": folder / "text.pt",
        "empty": folder / "empty.pt",
        "cut off": folder / "cut.pt",
        "zip bomb": write_zip_bomb(folder / "zip.pt"),
        "one label too few": write_checkpoint(folder / "labels.pt", label_names=["a", "b"], confusion_matrix=[]),
        "a label without letters": write_checkpoint(folder / "letters.pt", label_names=[*"abcdefghi", ""]),
        "labels twice": write_checkpoint(folder / "twice.pt", label_names=["a"] * 10),
        "unknown architecture": write_checkpoint(folder / "architecture.pt", model_name="genre_resnot"),
        "a network of terabytes": write_checkpoint(folder / "huge.pt", model_config={"num_classes": 10**12}),
        "a front end of terabytes": write_checkpoint(folder / "mels.pt", **front_end),
        "another network's weights": write_checkpoint(folder / "weights.pt", model_state_dict={}),
        "no dict": write_checkpoint(folder / "dict.pt", model_state_dict=[1, 2]),
        "matrix of another size": write_checkpoint(folder / "matrix.pt", confusion_matrix=[[1, 2], [3, 4]]),
        "history of other lengths": write_checkpoint(folder / "history.pt", history={"epoch": [1], "val_acc": [1, 2]}),
        "accuracy in words": write_checkpoint(folder / "words.pt", val_acc="good"),
        "unknown front end": write_checkpoint(folder / "front.pt", feature_config={"nonsense": 1}),
        "unknown threshold": write_checkpoint(folder / "threshold.pt", decision_config={"nonsense": 1}),
    }


def test_a_file_that_is_no_usable_checkpoint_is_refused(client: ApiClient, own_api: RunningApi, tmp_path: Path) -> None:
    for what, path in _tiny_checkpoints(tmp_path).items():
        with pytest.raises(ApiError) as caught:
            client.add_model(str(path))
        assert caught.value.code == "model_unusable", what
        assert "\n" not in caught.value.detail and ".adding" not in caught.value.detail, what
    assert all(model.is_shipped for model in client.list_models().models)
    assert_predicts(own_api, tmp_path)


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/proc/self/mem", "/no/such/model.pt", "/usr", "/a\0b"])
def test_a_path_that_is_no_plain_file_is_refused(client: ApiClient, path: str) -> None:
    with pytest.raises(ApiError) as caught:
        client.add_model(path)
    assert caught.value.code == "model_file_not_found"


@pytest.mark.parametrize("as_checkpoint", [True, False])
def test_a_pickle_bomb_is_never_executed(
    client: ApiClient, own_api: RunningApi, tmp_path: Path, as_checkpoint: bool
) -> None:
    marker = tmp_path / "executed"
    bomb = write_pickle_bomb(tmp_path / "bomb.pt", marker, as_checkpoint=as_checkpoint)
    with pytest.raises(ApiError) as caught:
        client.add_model(str(bomb))
    assert caught.value.code == "model_unusable"

    # Put among the models by hand, it is listed with what is wrong, and cannot be chosen.
    good = client.add_model(str(write_checkpoint(tmp_path / "good.pt")))
    activate(client, good.id)
    path = Path(client.metrics().model_path).parents[1] / "bomb" / "best_model.pt"
    activate(client, "gtzan")
    path.parent.mkdir()
    path.write_bytes(bomb.read_bytes())
    listed = find_model(client, "bomb")
    assert listed.state == "failed" and listed.error and listed.genres == []
    assert client.model("bomb").state == "failed"
    response = requests.post(f"{own_api.url}/api/models/bomb/activate", headers=own_api.headers, timeout=30)
    assert _refusal(response) == (422, "model_unusable")
    assert not marker.exists()
    assert assert_predicts(own_api, tmp_path).model_id == "gtzan"


def test_the_data_folder_is_the_users_unless_another_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    assert user_data_folder() == tmp_path and user_models_folder() == tmp_path / "models"
    monkeypatch.delenv(DATA_VARIABLE)
    assert user_data_folder().name == "Genrescope" and user_data_folder().is_absolute()


def test_details_of_every_shipped_model_can_be_read(client: ApiClient) -> None:
    shipped = [model.id for model in client.list_models().models if model.is_shipped]
    assert shipped
    for model_id in shipped:
        details = client.model(model_id)
        assert isinstance(details, ModelDetails) and details.genre_scores and details.card
