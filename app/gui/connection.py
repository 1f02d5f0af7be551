"""Follows the API through its life: starting, ready, gone, back under another address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Final

from app.contract import Health, LauncherMessage, Metrics
from app.gui.api_call import ApiError, ApiUnavailableError
from app.gui.client import ApiClient
from app.gui.jobs import Jobs

#: How often the API is asked whether its model is loaded, and whether it is back.
LOADING_POLL_S: Final = 0.25
LOST_POLL_S: Final = 1.0


class ApiState(Enum):
    """How the analysis engine is doing."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"


@dataclass(frozen=True)
class Status:
    """The engine's state in words.

    Attributes:
        state: Decides the colour.
        text: A word or two.
        detail: A sentence, where there is something to say.
    """

    state: ApiState
    text: str
    detail: str | None = None


class ApiFollower:
    """Is told how the API is doing. Override what matters; everything is called in Tk's thread."""

    def on_api_status(self, status: Status) -> None:
        """There is a new state."""

    def on_api_ready(self) -> None:
        """Questions have become possible, perhaps to another process than before."""

    def on_api_model(self, metrics: Metrics, health: Health) -> None:
        """This is known of the model that answers."""

    def on_api_replaced(self, *, has_crashed: bool) -> None:
        """The process is given up: do not wait for what it was asked.

        Args:
            has_crashed: It ended by itself, perhaps because of what it was asked.
        """


class ApiConnection:
    """The API that the launcher speaks of, once it is able to predict.

    Args:
        jobs: Where questions to the API run.
        create_client: Makes a client for an address.
    """

    def __init__(self, jobs: Jobs, create_client: Callable[[str], ApiClient]) -> None:
        self._jobs = jobs
        self._create_client = create_client
        self._followers: list[ApiFollower] = []
        self._candidate: ApiClient | None = None
        self._status = Status(ApiState.STARTING, "Starting…")
        self._model: tuple[Metrics, Health] | None = None
        self._note: str | None = None

    @property
    def client(self) -> ApiClient | None:
        """For questions; ``None`` while there can be none. Its methods block: call them in a job."""
        return self._candidate if self.state is ApiState.READY else None

    @property
    def state(self) -> ApiState:
        """How the analysis engine is doing."""
        return self._status.state

    @property
    def health(self) -> Health | None:
        """What the API last said of itself; ``None`` before it was ready for the first time."""
        return self._model[1] if self._model is not None else None

    def follow(self, follower: ApiFollower) -> None:
        """Tell someone of the present and of all that comes."""
        self._followers.append(follower)
        follower.on_api_status(self._status)
        if self._model is not None:
            follower.on_api_model(*self._model)
        if self.client is not None:
            follower.on_api_ready()

    def handle(self, message: LauncherMessage) -> None:
        """Do what a message of the launcher asks for."""
        # A request to an API that the launcher has given up may hang.
        for follower in self._followers:
            follower.on_api_replaced(has_crashed=message.api_state == "restarting")
        if message.api_state == "ready" and message.api_url is not None:
            self._candidate = self._create_client(message.api_url)
            self._note = message.detail
            self._check(self._candidate)
            return
        self._candidate = None
        if message.api_state == "failed":
            self._show(ApiState.FAILED, "Failed", message.detail or "The analysis engine could not be started.")
        elif message.api_state == "restarting":
            self._show(ApiState.RESTARTING, "Restarting…", message.detail)
        else:
            self._show(ApiState.STARTING, "Starting…")

    def report_lost(self, client: ApiClient) -> None:
        """A request by this client found nobody.

        The launcher will send the new address; asking the old one as well covers an API that was only busy.
        """
        if client is self._candidate:
            self._show(ApiState.RESTARTING, "Restarting…")
            self._check_later(client, LOST_POLL_S)

    def refresh_model(self) -> None:
        """Another model may answer now: ask which, and tell those who follow."""
        if self.client is not None:
            self._check(self.client)

    def _check(self, client: ApiClient) -> None:
        if client is self._candidate:
            self._jobs.submit(client.health, partial(self._on_health, client), partial(self._on_no_health, client))

    def _check_later(self, client: ApiClient, delay_s: float) -> None:
        self._jobs.call_later(delay_s, partial(self._check, client))

    def _on_health(self, client: ApiClient, health: Health) -> None:
        # An answer from an address that the launcher has replaced meanwhile says nothing any more.
        if client is not self._candidate:
            return
        if health.error is not None:
            self._show(ApiState.FAILED, "Failed", health.error)
        elif not health.ready:
            self._check_later(client, LOADING_POLL_S)
        else:
            self._show(ApiState.READY, f"Ready · {health.device}" if health.device else "Ready", self._note)
            self._ask_for_model(client, health)
            for follower in self._followers:
                follower.on_api_ready()

    def _on_no_health(self, client: ApiClient, error: Exception) -> None:
        if client is not self._candidate:
            return
        if isinstance(error, ApiUnavailableError):
            if self.state is not ApiState.STARTING:
                self._show(ApiState.RESTARTING, "Restarting…")
            self._check_later(client, LOST_POLL_S)
        else:
            detail = error.detail if isinstance(error, ApiError) else str(error)
            self._show(ApiState.FAILED, "Failed", detail)

    def _ask_for_model(self, client: ApiClient, health: Health) -> None:
        def tell(metrics: Metrics) -> None:
            self._model = (metrics, health)
            for follower in self._followers:
                follower.on_api_model(metrics, health)

        def forget(error: Exception) -> None:
            # What is shown stays as it is: nothing depends on it, and the next question will tell what is wrong.
            if not isinstance(error, (ApiError, ApiUnavailableError)):
                raise error

        self._jobs.submit(client.metrics, tell, forget)

    def _show(self, state: ApiState, text: str, detail: str | None = None) -> None:
        self._status = Status(state, text, detail)
        for follower in self._followers:
            follower.on_api_status(self._status)
