"""Speaks to the local API over HTTP. Every call blocks: call from a job, never from Tk's thread."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar
from urllib.parse import quote

from pydantic import ValidationError

from app.contract import (
    BatchRequest,
    BatchResult,
    ConfusionMatrix,
    Contract,
    CorrectionPage,
    CorrectionRequest,
    Genres,
    Health,
    History,
    Job,
    JobPage,
    JobRequest,
    Library,
    LiveStart,
    Metrics,
    ModelDetails,
    ModelList,
    ModelSummary,
    Paging,
    Prediction,
    Problem,
    SimilarRequest,
    SimilarTracks,
    Track,
    TrackDetails,
    TrackExport,
    TrackFilters,
    TrackPage,
    TrackQuery,
)
from app.gui.api_call import CONNECT_TIMEOUT_S, READ_TIMEOUT_S, ApiError, ApiUnavailableError

if TYPE_CHECKING:
    import requests

    from app.gui.live_client import LiveSession

#: A recording of many hours on a slow computer.
PREDICT_TIMEOUT_S: Final = 900.0
#: A large checkpoint is read, tried and copied before it is added.
ADD_MODEL_TIMEOUT_S: Final = 120.0
#: A whole library is put into one file.
EXPORT_TIMEOUT_S: Final = 120.0

Message = TypeVar("Message", bound=Contract)


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

    def library(self) -> Library:
        """What is kept of earlier answers, and where; ``is_available`` is false where nothing can be kept."""
        return self._ask(Library, "GET", "/api/library", READ_TIMEOUT_S)

    def list_tracks(self, filters: TrackFilters | None = None, limit: int = 100, offset: int = 0) -> TrackPage:
        """A part of what was identified before, the newest first unless the filters say otherwise."""
        query = TrackQuery(**(filters or TrackFilters()).model_dump(), limit=limit, offset=offset)
        return self._ask(TrackPage, "GET", "/api/tracks", READ_TIMEOUT_S, params=query.model_dump())

    def export_tracks(self, format: Literal["csv", "json", "m3u8"], filters: TrackFilters | None = None) -> bytes:
        """All tracks that the filters let through, as the content of a file. UTF-8."""
        query = TrackExport(**(filters or TrackFilters()).model_dump(), format=format)
        return self._download("/api/tracks/export", params=query.model_dump())

    def track(self, track_id: int) -> TrackDetails:
        """A track with the whole answer that was given."""
        return self._ask(TrackDetails, "GET", f"/api/tracks/{track_id}", READ_TIMEOUT_S)

    def remove_track(self, track_id: int) -> None:
        """Forget a track and its correction; the file itself stays as it is."""
        with self._send("DELETE", f"/api/tracks/{track_id}", READ_TIMEOUT_S):
            pass

    def correct_track(self, track_id: int, label: str | None) -> Track:
        """Set the right genre of a track, in any words; ``None`` takes it back."""
        wanted = CorrectionRequest(track_id=track_id, label=label)
        return self._ask(Track, "POST", "/api/corrections", READ_TIMEOUT_S, json=wanted.model_dump())

    def list_corrections(self, limit: int = 100, offset: int = 0) -> CorrectionPage:
        """A part of the corrected tracks, with their embeddings."""
        query = Paging(limit=limit, offset=offset)
        return self._ask(CorrectionPage, "GET", "/api/corrections", READ_TIMEOUT_S, params=query.model_dump())

    def export_corrections(self) -> bytes:
        """All corrected tracks with their embeddings, as the content of a JSON file."""
        return self._download("/api/corrections/export")

    def list_similar_tracks(self, track_id: int, limit: int = 10) -> SimilarTracks:
        """The tracks that sound most like this one, the nearest first."""
        wanted = SimilarRequest(track_id=track_id, limit=limit)
        return self._ask(SimilarTracks, "POST", "/api/similar", READ_TIMEOUT_S, json=wanted.model_dump())

    def start_job(self, paths: Sequence[str], recursive: bool = True) -> Job:
        """Identify files and all music in folders, in the background; it goes on after a restart.

        Args:
            paths: Absolute.
            recursive: Whether folders inside the folders count too.

        Raises:
            ApiError: When there is no such file or folder.
            ApiUnavailableError: When the API is gone.
        """
        wanted = JobRequest(paths=_validate_text(paths), recursive=recursive)
        return self._ask(Job, "POST", "/api/jobs", READ_TIMEOUT_S, json=wanted.model_dump())

    def list_jobs(self, limit: int = 100, offset: int = 0) -> JobPage:
        """A part of the jobs, the newest first."""
        query = Paging(limit=limit, offset=offset)
        return self._ask(JobPage, "GET", "/api/jobs", READ_TIMEOUT_S, params=query.model_dump())

    def job(self, job_id: int) -> Job:
        """How far a job has come."""
        return self._ask(Job, "GET", f"/api/jobs/{job_id}", READ_TIMEOUT_S)

    def pause_job(self, job_id: int) -> Job:
        """Begin no further file until the job is resumed."""
        return self._change_job(job_id, "pause")

    def resume_job(self, job_id: int) -> Job:
        """Go on with a paused job."""
        return self._change_job(job_id, "resume")

    def cancel_job(self, job_id: int) -> Job:
        """End a job; what it has found out so far stays in the library."""
        return self._change_job(job_id, "cancel")

    def retry_job(self, job_id: int) -> Job:
        """Try the problem files of a job once more."""
        return self._change_job(job_id, "retry")

    def predict_batch(self, paths: Sequence[str]) -> Iterator[BatchResult]:
        """Tell the genres of files, each as soon as it is known; close the iterator to ask for no more.

        Args:
            paths: Absolute.

        Raises:
            ApiError: When the request as a whole is refused; what is wrong with a file is in its result.
            ApiUnavailableError: When the API is gone.
        """
        body = BatchRequest(paths=_validate_text(paths)).model_dump()
        with self._send("POST", "/api/predict/batch", PREDICT_TIMEOUT_S, json=body, stream=True) as response:
            for line in _lines(response):
                yield _parse(line, response.status_code, BatchResult)

    def listen(self, wanted: LiveStart) -> LiveSession:
        """Begin a live session: sound out, events in.

        Raises:
            ApiError: When the API refuses.
            ApiUnavailableError: When the API is gone.
        """
        # Late: it stands on this file.
        from app.gui.live_client import LiveSession

        return LiveSession(self.url, self._token, wanted)

    def _change_job(self, job_id: int, verb: str) -> Job:
        return self._ask(Job, "POST", f"/api/jobs/{job_id}/{verb}", READ_TIMEOUT_S)

    def _download(self, route: str, **query: Any) -> bytes:
        with self._send("GET", route, EXPORT_TIMEOUT_S, **query) as response:
            return response.content

    def _ask(self, answer: type[Message], method: str, route: str, timeout_s: float, **body: Any) -> Message:
        with self._send(method, route, timeout_s, **body) as response:
            return _parse(response.content, response.status_code, answer)

    @contextmanager
    def _send(self, method: str, route: str, timeout_s: float, **body: Any) -> Iterator[requests.Response]:
        # Late: the window is on the screen before the first question is asked.
        import requests

        # A session for each call: sessions are not safe across threads, and jobs come and go.
        with requests.Session() as session:
            # Proxies and .netrc of the environment must not get between two processes of one computer.
            session.trust_env = False
            session.headers["Authorization"] = f"Bearer {self._token}"
            try:
                with session.request(
                    method, self.url + route, timeout=(CONNECT_TIMEOUT_S, timeout_s), allow_redirects=False, **body
                ) as response:
                    if not response.ok:
                        problem = _parse(response.content, response.status_code, Problem)
                        raise ApiError(problem.code, problem.detail)
                    yield response
            except requests.ReadTimeout as error:
                raise ApiError("timeout", f"There was no answer within {timeout_s:.0f} seconds.") from error
            except requests.RequestException as error:
                raise ApiUnavailableError(f"{self.url} does not answer: {error}") from error


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


def _validate_text(paths: Sequence[str]) -> list[str]:
    for path in paths:
        if not _is_text(path):
            detail = f"The name of “{display_name(path)}” is no text; choose the folder in which it lies instead."
            raise ApiError("invalid_request", detail)
    return list(paths)


def _lines(response: requests.Response) -> Iterator[bytes]:
    # What ends a line inside JSON is escaped; the library's own notion of a line's end knows more ends than this one.
    rest = b""
    for chunk in response.iter_content(chunk_size=None):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines


def _parse(content: bytes, status: int, message: type[Message]) -> Message:
    try:
        return message.model_validate_json(content)
    except ValidationError as error:
        detail = f"The analysis engine gave an answer that is not understood (HTTP {status})."
        raise ApiError("answer_invalid", detail) from error
