"""A server whose models the tests may change, and what they do with it again and again."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.contract import Job, ModelSummary
from app.gui.client import ApiClient
from app.user_data import DATA_VARIABLE
from tests.app.conftest import TOKEN, RunningApi, start_api, stop_api, wait_until_ready


@pytest.fixture(scope="session")
def own_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApi]:
    """A server whose models these tests may change."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATA_VARIABLE, str(tmp_path_factory.mktemp("data of the models")))
        running = start_api()
    wait_until_ready(running)
    yield running
    stop_api(running)


@pytest.fixture
def client(own_api: RunningApi) -> Iterator[ApiClient]:
    """The window's client; afterwards the server is as it was."""
    client = ApiClient(own_api.url, TOKEN)
    yield client
    activate(client, "gtzan")
    for model in client.list_models().models:
        if not model.is_shipped:
            client.remove_model(model.id)


def find_model(client: ApiClient, model_id: str) -> ModelSummary:
    return next(model for model in client.list_models().models if model.id == model_id)


def wait_until_loaded(client: ApiClient) -> None:
    deadline = time.monotonic() + 60
    while client.list_models().loading_id is not None:
        assert time.monotonic() < deadline, "the model was not loaded"
        time.sleep(0.02)


def activate(client: ApiClient, model_id: str) -> None:
    client.activate_model(model_id)
    wait_until_loaded(client)
    assert client.list_models().active_id == model_id


@contextmanager
def run_api(data: Path, *arguments: str) -> Iterator[tuple[RunningApi, ApiClient]]:
    """A server with a data folder of its own, and the window's client of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(DATA_VARIABLE, str(data))
        running = start_api(*arguments)
    try:
        wait_until_ready(running)
        yield running, ApiClient(running.url, TOKEN)
    finally:
        stop_api(running)


def wait_for_job(client: ApiClient, job_id: int, is_reached: Callable[[Job], bool]) -> Job:
    """The job, as soon as it is so."""
    deadline = time.monotonic() + 60
    while not is_reached(job := client.job(job_id)):
        assert time.monotonic() < deadline, f"this was not reached: {job}"
        time.sleep(0.01)
    return job
