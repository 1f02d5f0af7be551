"""Speaks to the local API over HTTP. Every call blocks: call from a job, never from Tk's thread."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote

from pydantic import ValidationError

from app.contract import (
    ConfusionMatrix,
    Contract,
    Genres,
    Health,
    History,
    Metrics,
    ModelDetails,
    ModelList,
    ModelSummary,
    Prediction,
    Problem,
)

if TYPE_CHECKING:
    import requests

CONNECT_TIMEOUT_S: Final = 5.0
#: For questions that need no computing.
READ_TIMEOUT_S: Final = 15.0
#: A recording of many hours on a slow computer.
PREDICT_TIMEOUT_S: Final = 900.0
#: A large checkpoint is read, tried and copied before it is added.
ADD_MODEL_TIMEOUT_S: Final = 120.0

Message = TypeVar("Message", bound=Contract)


class ApiError(Exception):
    """The API answered that it could not do what was asked.

    Attributes:
        code: Stable, for programs.
        detail: For people.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class ApiUnavailableError(Exception):
    """There is no API at this address, or it went away before it answered."""


class ApiClient:
    """One address and its token. Safe to use from several threads: each call has a connection of its own.

    Args:
        url: ``http://127.0.0.1:PORT``.
        token: What the API was started with.
    """

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self._token = token

    def health(self) -> Health:
        """Whether the server is alive and its model loaded."""
        return self._ask(Health, "GET", "/api/health", READ_TIMEOUT_S)

    def metrics(self) -> Metrics:
        """What the checkpoint says of its training."""
        return self._ask(Metrics, "GET", "/api/metrics", READ_TIMEOUT_S)

    def genres(self) -> Genres:
        """The genres that the model knows."""
        return self._ask(Genres, "GET", "/api/genres", READ_TIMEOUT_S)

    def predict_path(self, path: str) -> Prediction:
        """Tell the genre of a file on this computer.

        Args:
            path: Absolute. Where its name holds bytes that are no text, which JSON cannot carry, the file itself
                is sent instead.

        Raises:
            ApiError: When the file cannot be used.
            ApiUnavailableError: When the API is gone.
        """
        if _is_text(path):
            return self._ask(Prediction, "POST", "/api/predict", PREDICT_TIMEOUT_S, json={"path": path})
        try:
            with Path(path).open("rb") as file:
                files = {"file": (display_name(path), file)}
                return self._ask(Prediction, "POST", "/api/predict", PREDICT_TIMEOUT_S, files=files)
        except OSError as error:
            reason = error.strerror or "unknown error"
            raise ApiError("audio_not_found", f"“{display_name(path)}” cannot be read: {reason}.") from error

    def list_models(self) -> ModelList:
        """Every model that can be chosen, which one answers now, and which one is being loaded."""
        return self._ask(ModelList, "GET", "/api/models", READ_TIMEOUT_S)

    def model(self, model_id: str) -> ModelDetails:
        """All that a model says of itself: its scores by genre, its reliability, its model card."""
        return self._ask(ModelDetails, "GET", _model_route(model_id), READ_TIMEOUT_S)

    def activate_model(self, model_id: str) -> ModelSummary:
        """Load a model in the background; until it is ready, the one before answers. Watch ``list_models``."""
        return self._ask(ModelSummary, "POST", f"{_model_route(model_id)}/activate", READ_TIMEOUT_S)

    def add_model(self, path: str) -> ModelSummary:
        """Keep a copy of a checkpoint on this computer among the models.

        Args:
            path: Absolute.

        Raises:
            ApiError: When it is no checkpoint that can be used.
            ApiUnavailableError: When the API is gone.
        """
        return self._ask(ModelSummary, "POST", "/api/models", ADD_MODEL_TIMEOUT_S, json={"path": path})

    def remove_model(self, model_id: str) -> ModelList:
        """Delete the copy of a model that was added; what is left.

        Raises:
            ApiError: When it came with the program, or is in use.
            ApiUnavailableError: When the API is gone.
        """
        return self._ask(ModelList, "DELETE", _model_route(model_id), READ_TIMEOUT_S)

    def history(self, model_id: str | None = None) -> History:
        """The curves of a model's training; without an id, of the model in use."""
        return self._ask(History, "GET", "/api/history", READ_TIMEOUT_S, params={"model": model_id})

    def confusion_matrix(self, model_id: str | None = None) -> ConfusionMatrix:
        """What a model takes for what; without an id, the model in use."""
        return self._ask(ConfusionMatrix, "GET", "/api/confusion-matrix", READ_TIMEOUT_S, params={"model": model_id})

    def _ask(self, answer: type[Message], method: str, route: str, timeout_s: float, **body: Any) -> Message:
        # Late: the window is on the screen before the first question is asked.
        import requests

        # A session for each call: sessions are not safe across threads, and jobs come and go.
        with requests.Session() as session:
            # Proxies and .netrc of the environment must not get between two processes of one computer.
            session.trust_env = False
            session.headers["Authorization"] = f"Bearer {self._token}"
            try:
                response = session.request(
                    method, self.url + route, timeout=(CONNECT_TIMEOUT_S, timeout_s), allow_redirects=False, **body
                )
            except requests.ReadTimeout as error:
                raise ApiError("timeout", f"There was no answer within {timeout_s:.0f} seconds.") from error
            except requests.RequestException as error:
                raise ApiUnavailableError(f"{self.url} does not answer: {error}") from error
            return _read(response, answer)


def display_name(path: str) -> str:
    """The file's name as text that can be shown and sent: bytes that are no text become hexadecimal numbers."""
    return os.fsencode(Path(path).name).decode("utf-8", "backslashreplace")


def _model_route(model_id: str) -> str:
    return f"/api/models/{quote(model_id, safe='')}"


def _is_text(path: str) -> bool:
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _read(response: requests.Response, answer: type[Message]) -> Message:
    try:
        if response.ok:
            return answer.model_validate_json(response.content)
        problem = Problem.model_validate_json(response.content)
    except ValidationError as error:
        detail = f"The analysis engine gave an answer that is not understood (HTTP {response.status_code})."
        raise ApiError("answer_invalid", detail) from error
    raise ApiError(problem.code, problem.detail)
