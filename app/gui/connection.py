"""Follows the API through its life: starting, ready, gone, back under another address."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

from app.contract import Health, LauncherMessage, Metrics, Prediction
from app.gui.client import ApiError, ApiUnavailableError
from app.gui.jobs import Jobs
from app.gui.view import ApiState, Status

#: How often the API is asked whether its model is loaded, and whether it is back.
LOADING_POLL_S: Final = 0.25
LOST_POLL_S: Final = 1.0


class Client(Protocol):
    """What is asked of the API."""

    def health(self) -> Health:
        """Whether the server is alive and its model loaded."""

    def metrics(self) -> Metrics:
        """What the checkpoint says of its training."""

    def predict_path(self, path: str) -> Prediction:
        """Tell the genre of a file on this computer."""


class ApiConnection:
    """The API that the launcher speaks of, once it is able to predict.

    Args:
        jobs: Where questions to the API run.
        create_client: Makes a client for an address.
        on_status: Called with every new state.
        on_ready: Called whenever predictions have become possible.
        on_model: Called with what is known of the model.
    """

    def __init__(
        self,
        jobs: Jobs,
        create_client: Callable[[str], Client],
        *,
        on_status: Callable[[Status], None],
        on_ready: Callable[[], None],
        on_model: Callable[[Metrics, Health], None],
    ) -> None:
        self._jobs = jobs
        self._create_client = create_client
        self._on_status = on_status
        self._on_ready = on_ready
        self._on_model = on_model
        self._candidate: Client | None = None
        self._state = ApiState.STARTING

    @property
    def client(self) -> Client | None:
        """For predictions; ``None`` while there can be none."""
        return self._candidate if self._state is ApiState.READY else None

    @property
    def state(self) -> ApiState:
        """How the analysis engine is doing."""
        return self._state

    def start(self) -> None:
        """Show the first state."""
        self._show(ApiState.STARTING, "Starting…")

    def handle(self, message: LauncherMessage) -> None:
        """Do what a message of the launcher asks for."""
        if message.api_state == "ready" and message.api_url is not None:
            self._candidate = self._create_client(message.api_url)
            self._check(self._candidate)
            return
        self._candidate = None
        if message.api_state == "failed":
            self._show(ApiState.FAILED, "Failed", message.detail or "The analysis engine could not be started.")
        elif message.api_state == "restarting":
            self._show(ApiState.RESTARTING, "Restarting…", message.detail)
        else:
            self._show(ApiState.STARTING, "Starting…")

    def report_lost(self, client: Client) -> None:
        """A request by this client found nobody.

        The launcher will send the new address; asking the old one as well covers an API that was only busy.
        """
        if client is self._candidate:
            self._show(ApiState.RESTARTING, "Restarting…")
            self._check_later(client, LOST_POLL_S)

    def _check(self, client: Client) -> None:
        if client is self._candidate:
            self._jobs.submit(client.health, partial(self._on_health, client), partial(self._on_no_health, client))

    def _check_later(self, client: Client, delay_s: float) -> None:
        self._jobs.call_later(delay_s, partial(self._check, client))

    def _on_health(self, client: Client, health: Health) -> None:
        # An answer from an address that the launcher has replaced meanwhile says nothing any more.
        if client is not self._candidate:
            return
        if health.error is not None:
            self._show(ApiState.FAILED, "Failed", health.error)
        elif not health.ready:
            self._check_later(client, LOADING_POLL_S)
        else:
            self._show(ApiState.READY, f"Ready · {health.device}" if health.device else "Ready")
            self._ask_for_model(client, health)
            self._on_ready()

    def _on_no_health(self, client: Client, error: Exception) -> None:
        if client is not self._candidate:
            return
        if isinstance(error, ApiUnavailableError):
            if self._state is not ApiState.STARTING:
                self._show(ApiState.RESTARTING, "Restarting…")
            self._check_later(client, LOST_POLL_S)
        else:
            detail = error.detail if isinstance(error, ApiError) else str(error)
            self._show(ApiState.FAILED, "Failed", detail)

    def _ask_for_model(self, client: Client, health: Health) -> None:
        def forget(error: Exception) -> None:
            # The card stays as it is: nothing depends on it, and the next question will tell what is wrong.
            if not isinstance(error, (ApiError, ApiUnavailableError)):
                raise error

        self._jobs.submit(client.metrics, lambda metrics: self._on_model(metrics, health), forget)

    def _show(self, state: ApiState, text: str, detail: str | None = None) -> None:
        self._state = state
        self._on_status(Status(state, text, detail))
