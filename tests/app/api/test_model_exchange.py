"""Which model answers can be changed while the server works."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from app.api.engine import ModelInUseError, ModelLoadingError, PredictionEngine
from app.api.model_files import ModelFile, load_predictor
from app.api.model_store import ModelStore
from app.contract import Health, Prediction
from app.gui.api_call import ApiError
from app.gui.client import ApiClient
from core.inference.predictor import GenrePredictor
from tests.app.api.checkpoints import write_checkpoint
from tests.app.api.conftest import activate, find_model, wait_until_loaded
from tests.app.conftest import TOKEN, RunningApi, assert_predicts, start_api, stop_api, wait_until_ready
from tests.sounds import write_wav


def test_a_model_that_fails_while_it_loads_leaves_the_old_one_answering(
    client: ApiClient, own_api: RunningApi, tmp_path: Path
) -> None:
    added = client.add_model(str(write_checkpoint(tmp_path / "soon-broken.pt")))
    activate(client, added.id)
    path = Path(client.metrics().model_path)
    activate(client, "gtzan")
    write_checkpoint(path, model_state_dict={})  # it can be read, and cannot work
    assert client.activate_model(added.id).id == added.id
    wait_until_loaded(client)
    failed = find_model(client, added.id)
    assert failed.state == "failed" and failed.error and "contradicts itself" in failed.error
    health = Health.model_validate_json(requests.get(f"{own_api.url}/api/health", timeout=10).content)
    assert health.ready and health.error is None and health.model_id == "gtzan"
    assert health.activation_error and added.id in health.activation_error
    assert assert_predicts(own_api, tmp_path).model_id == "gtzan"
    activate(client, "fma_small")
    assert client.health().activation_error is None


def test_running_predictions_finish_on_the_model_they_began_with(
    client: ApiClient, own_api: RunningApi, tmp_path: Path
) -> None:
    path = write_wav(tmp_path / "long.wav", duration_s=240)
    n_predictions = 10

    def predict() -> Prediction:
        return client.predict_path(str(path))

    with ThreadPoolExecutor(n_predictions) as executor:
        futures = [executor.submit(predict) for _ in range(n_predictions)]
        while _queue_length(own_api) + sum(future.done() for future in futures) < n_predictions:
            time.sleep(0.01)
        activate(client, "fma_small")
        assert not all(future.done() for future in futures), "the change came too late to prove anything"
        after = client.predict_path(str(write_wav(tmp_path / "short.wav", 5)))
        assert {future.result().model_id for future in futures} == {"gtzan"}
    assert after.model_id == "fma_small"


def _queue_length(api: RunningApi) -> int:
    text = requests.get(f"{api.url}/metrics", timeout=10).text
    names = ("genrescope_predictions_running", "genrescope_predictions_waiting")
    families = text_string_to_metric_families(text)
    return round(sum(family.samples[0].value for family in families if family.name in names))


def test_the_old_model_answers_while_the_new_one_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Held at the moment of loading, which a real file passes too fast to look at."""
    gate = threading.Event()

    def load_when_told(file: ModelFile, *arguments: Any, **options: Any) -> GenrePredictor:
        if file.id == "fma_small":
            assert gate.wait(30)
        return load_predictor(file, *arguments, **options)

    monkeypatch.setattr("app.api.engine.load_predictor", load_when_told)
    store = ModelStore("gtzan")
    engine = PredictionEngine(store, "cpu", max_running=1, max_waiting=1)
    gtzan, fma_small = store.find("gtzan"), store.find("fma_small")
    engine.activate(gtzan)
    _wait_for(lambda: engine.active_id == "gtzan")
    engine.activate(fma_small)
    try:
        assert (engine.active_id, engine.loading_id) == ("gtzan", "fma_small")
        assert engine.state_of(fma_small) == ("loading", None) and engine.state_of(gtzan) == ("active", None)
        assert engine.predictor.predict_log_mel(np.eye(128, dtype=np.float32)).label_names[0] == "blues"
        engine.activate(fma_small)  # asking twice changes nothing
        with pytest.raises(ModelLoadingError, match="fma_small"):
            engine.activate(gtzan)
        with pytest.raises(ModelInUseError):
            engine.remove(fma_small)
    finally:
        gate.set()
    _wait_for(lambda: engine.active_id == "fma_small")
    assert engine.state_of(gtzan) == ("available", None)


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_checkpoint_given_at_the_start_is_listed_and_never_deleted(tmp_path: Path) -> None:
    path = write_checkpoint(tmp_path / "gtzan" / "best_model.pt")
    running = start_api("--model", str(path))
    try:
        wait_until_ready(running)
        client = ApiClient(running.url, TOKEN)
        listed = client.list_models()
        assert listed.active_id == "gtzan_2"
        assert [model.is_shipped for model in listed.models if model.id.startswith("gtzan")] == [True, False]
        activate(client, "gtzan")
        with pytest.raises(ApiError, match="model_kept"):
            client.remove_model("gtzan_2")
        assert path.is_file()
    finally:
        stop_api(running)


def test_a_server_without_its_model_can_be_given_another_one(tmp_path: Path) -> None:
    running = start_api("--model", "no-such-model")
    try:
        client = ApiClient(running.url, TOKEN)
        assert "no-such-model" in (client.health().error or "")
        assert client.list_models().active_id is None
        with pytest.raises(ApiError, match="model_unavailable"):
            client.history()
        activate(client, "gtzan")
        assert client.health().error is None
        assert_predicts(running, tmp_path)
    finally:
        stop_api(running)
