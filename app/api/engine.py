"""Holds the predictor that answers: loads and exchanges it without keeping anyone waiting, and bounds the work."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import anyio
import anyio.to_thread

from app.api.model_files import ModelFile, load_predictor
from app.api.model_store import ModelStore
from app.contract import ModelState
from core.errors import GenrescopeError
from core.inference.predictor import GenrePredictor
from core.models.files import Backend

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class NotReadyError(GenrescopeError):
    """The model is still being loaded."""

    retry_after_s = 1


class BusyError(GenrescopeError):
    """More requests than the machine can hold.

    Attributes:
        retry_after_s: When it is worth asking again, in whole seconds.
    """

    def __init__(self, retry_after_s: int) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"Too many requests are waiting; try again in {retry_after_s} s.")


class ModelInUseError(GenrescopeError):
    """The model answers now or is being loaded, so it cannot be removed."""


class ModelLoadingError(GenrescopeError):
    """Another model is being loaded, so this one must wait."""


@dataclass(frozen=True)
class ActiveModel:
    """The model that answers: one value, so that a thread sees the old pair or the new one."""

    file: ModelFile
    predictor: GenrePredictor


class PredictionEngine:
    """The predictor and the queue before it.

    Args:
        store: Knows the models.
        device: A PyTorch device name, or ``None`` for the best that works.
        max_running: Predictions computed at the same time.
        max_waiting: Requests that may wait for their turn.
        min_confidence: Below it an answer is ``unsure``, 0..1; ``None`` leaves it to each model.
        backend: What shall run models; ``None`` for whatever runs each.

    Attributes:
        store: As given.
        active: The model that answers; ``None`` before the first one is loaded.
        load_error: Why there is no model, when the first one could not be loaded.
        activation_error: Why the last model that was to be activated could not be loaded, where it could not.
    """

    def __init__(
        self,
        store: ModelStore,
        device: str | None,
        max_running: int,
        max_waiting: int,
        min_confidence: float | None = None,
        backend: Backend | None = None,
    ) -> None:
        self.store = store
        self._min_confidence = min_confidence
        self._device = device
        self._backend = backend
        self._max_running = max_running
        self._max_waiting = max_waiting
        self._limiter = anyio.CapacityLimiter(max_running)
        self._n_admitted = 0
        self._typical_s = 1.0
        self._lock = threading.Lock()
        self.active: ActiveModel | None = None
        self._loading: ModelFile | None = None
        self._failures: dict[str, str] = {}
        self.load_error: GenrescopeError | None = None
        self.activation_error: str | None = None

    def start_loading(self) -> None:
        """Load the model that the server was started with in the background; the server answers meanwhile."""
        try:
            self.activate(self.store.find_given())
        except GenrescopeError as error:
            self.load_error = error

    def activate(self, file: ModelFile) -> None:
        """Load a model in the background; the one before answers until it is ready, and goes on if it fails.

        Raises:
            ModelLoadingError: While another one is being loaded.
        """
        with self._lock:
            if self._loading is not None and self._loading.id != file.id:
                raise ModelLoadingError(f"“{self._loading.id}” is being loaded; try again when it is ready.")
            if self._loading is not None or self.active_id == file.id:
                return
            self._loading = file
            self._failures.pop(file.id, None)
            self.load_error = self.activation_error = None
        threading.Thread(target=self._load, args=(file,), name="load-model", daemon=True).start()

    def remove(self, file: ModelFile) -> None:
        """Delete the copy of a model that was added.

        Raises:
            ModelInUseError: When it answers now or is being loaded.
            GenrescopeError: When the store refuses.
        """
        with self._lock:
            if file.id in (self.active_id, self.loading_id):
                raise ModelInUseError(f"“{file.id}” is in use; activate another model before you remove it.")
            self.store.remove(file)
            self._failures.pop(file.id, None)

    def state_of(self, file: ModelFile) -> tuple[ModelState, str | None]:
        """What is being done with a model, and why it failed if it did when it was last loaded."""
        if file.id == self.loading_id:
            return "loading", None
        if file.id == self.active_id:
            return "active", None
        failure = self._failures.get(file.id)
        return ("failed", failure) if failure is not None else ("available", None)

    @property
    def active_id(self) -> str | None:
        """Id of the model that answers; ``None`` before the first one is loaded."""
        return None if self.active is None else self.active.file.id

    @property
    def loading_id(self) -> str | None:
        """Id of the model that is being loaded."""
        loading = self._loading
        return None if loading is None else loading.id

    @property
    def is_ready(self) -> bool:
        """Whether predictions can be made now."""
        return self.active is not None

    @property
    def ready_model(self) -> ActiveModel:
        """The model that answers.

        Raises:
            NotReadyError: While the first one is being loaded.
            GenrescopeError: The error with which loading ended.
        """
        active, load_error = self.active, self.load_error
        if active is not None:
            return active
        if load_error is not None:
            raise load_error
        raise NotReadyError("The model is still being loaded; try again in a moment.")

    @property
    def predictor(self) -> GenrePredictor:
        """That of ``ready_model``, with the same errors."""
        return self.ready_model.predictor

    @property
    def n_running(self) -> int:
        """Predictions that are being computed."""
        return self._limiter.borrowed_tokens

    @property
    def n_waiting(self) -> int:
        """Requests that wait for their turn."""
        return max(0, self._n_admitted - self.n_running)

    @property
    def is_asked(self) -> bool:
        """Whether somebody waits for an answer now."""
        return self._n_admitted > 0

    async def run(self, work: Callable[[GenrePredictor], Result]) -> Result:
        """Do ``work`` in a thread, as soon as there is room, with the model that answers at this moment.

        Raises:
            NotReadyError: While the first model is being loaded.
            BusyError: When too many are waiting already.
        """
        predictor = self.predictor
        if self._n_admitted >= self._max_running + self._max_waiting:
            rounds = self._n_admitted / self._max_running
            raise BusyError(max(1, math.ceil(rounds * self._typical_s)))
        self._n_admitted += 1
        try:
            return await anyio.to_thread.run_sync(self._timed, work, predictor, limiter=self._limiter)
        finally:
            self._n_admitted -= 1

    def _timed(self, work: Callable[[GenrePredictor], Result], predictor: GenrePredictor) -> Result:
        started = time.perf_counter()
        try:
            return work(predictor)
        finally:
            self._typical_s += 0.2 * (time.perf_counter() - started - self._typical_s)

    def _load(self, file: ModelFile) -> None:
        try:
            predictor = load_predictor(file, self._device, self._min_confidence, backend=self._backend)
        except GenrescopeError as error:
            self._fail(file, error)
        except Exception:
            log.exception("A model could not be loaded")
            self._fail(file, GenrescopeError("Something went wrong inside Genrescope; its log says more."))
        else:
            with self._lock:
                self.active, self._loading = ActiveModel(file, predictor), None

    def _fail(self, file: ModelFile, error: GenrescopeError) -> None:
        with self._lock:
            self._loading = None
            self._failures[file.id] = str(error)
            if self.active is None:
                self.load_error = error
            else:
                self.activation_error = f"“{file.id}” could not be loaded: {error}"
