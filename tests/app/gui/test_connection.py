import pytest

from app.contract import Health, LauncherMessage
from app.gui.api_call import ApiUnavailableError
from app.gui.connection import ApiConnection, ApiState
from tests.app.gui.fakes import FakeClient, ManualJobs, StatusRecorder

LOST = ApiUnavailableError("gone")


class Line:
    """A connection, whoever follows it, and the API at its other end."""

    def __init__(self) -> None:
        self.jobs = ManualJobs()
        self.clients: dict[str, FakeClient] = {}
        self.connection = ApiConnection(self.jobs, self.client)
        self.follower = StatusRecorder()
        self.connection.follow(self.follower)

    def client(self, url: str) -> FakeClient:
        return self.clients.setdefault(url, FakeClient(url))

    def hear(self, state: str, url: str | None = None, detail: str | None = None) -> None:
        self.connection.handle(LauncherMessage(api_state=state, api_url=url, detail=detail))
        self.jobs.run_all()

    @property
    def state(self) -> ApiState:
        assert self.follower.status is not None
        return self.follower.status.state


@pytest.fixture
def line() -> Line:
    return Line()


def test_ready_only_when_the_model_is_loaded(line: Line) -> None:
    assert line.state is ApiState.STARTING
    line.client("http://one").health_answers = [LOST, Health(ready=False, version="1")]
    line.hear("ready", "http://one")
    assert line.state is ApiState.STARTING and line.connection.client is None
    line.jobs.run_later()
    assert line.state is ApiState.STARTING
    line.jobs.run_later()
    assert line.follower.status is not None and line.follower.status.text == "Ready · cpu"
    assert line.follower.model_ids == ["gtzan"] and line.connection.client is not None


def test_model_that_cannot_be_loaded_is_told(line: Line) -> None:
    line.client("http://one").health_answers = [Health(ready=False, version="1", error="The model is damaged.")]
    line.hear("ready", "http://one")
    assert line.follower.status is not None
    assert line.state is ApiState.FAILED and line.follower.status.detail == "The model is damaged."


def test_detail_of_the_launcher_is_passed_on(line: Line) -> None:
    line.hear("restarting", detail="It stopped.")
    assert line.follower.status is not None and line.follower.status.detail == "It stopped."
    line.hear("ready", "http://one", detail="The device “cuda” cannot compute.")
    assert line.state is ApiState.READY
    assert line.follower.status.detail == "The device “cuda” cannot compute."
    line.hear("ready", "http://two")
    assert line.follower.status.detail is None


def test_who_follows_late_is_told_the_present(line: Line) -> None:
    line.hear("ready", "http://one")
    late = StatusRecorder()
    line.connection.follow(late)
    assert late.status == line.follower.status
    assert late.n_ready == 1 and late.model_ids == ["gtzan"]


def test_another_model_is_asked_for_and_told(line: Line) -> None:
    line.hear("ready", "http://one")
    line.client("http://one").health_answers = [Health(ready=True, version="1", model_id="mine", device="cpu")]
    line.connection.refresh_model()
    line.jobs.run_all()
    assert line.follower.model_ids == ["gtzan", "mine"]
    assert line.connection.health is not None and line.connection.health.model_id == "mine"
