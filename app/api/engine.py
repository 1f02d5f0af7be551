"""Holds the one predictor: loads it without keeping anyone waiting, and lets in no more work than fits."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import TypeVar

import anyio
import anyio.to_thread

from core.errors import GenrescopeError
from core.inference.device import leave_a_core_for_decoding
from core.inference.predictor import GenrePredictor

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


class PredictionEngine:
    """The predictor and the queue before it.

    Args:
        model: Id of a shipped model or path of a checkpoint.
        device: A PyTorch device name, or ``None`` for the best that works.
        max_running: Predictions computed at the same time.
        max_waiting: Requests that may wait for their turn.
    """

    def __init__(self, model: str, device: str | None, max_running: int, max_waiting: int) -> None:
        self.model = model
        self._device = device
        self._max_running = max_running
        self._max_waiting = max_waiting
        self._limiter = anyio.CapacityLimiter(max_running)
        self._n_admitted = 0
        self._typical_s = 1.0
        self._predictor: GenrePredictor | None = None
        self.load_error: GenrescopeError | None = None

    def start_loading(self) -> None:
        """Load the model in the background, so that the server answers meanwhile."""
        threading.Thread(target=self._load, name="load-model", daemon=True).start()

    @property
    def is_ready(self) -> bool:
        """Whether predictions can be made now."""
        return self._predictor is not None

    @property
    def predictor(self) -> GenrePredictor:
        """The loaded predictor.

        Raises:
            NotReadyError: While it is being loaded.
            GenrescopeError: The error with which loading ended.
        """
        if self.load_error is not None:
            raise self.load_error
        if self._predictor is None:
            raise NotReadyError("The model is still being loaded; try again in a moment.")
        return self._predictor

    async def run(self, work: Callable[[GenrePredictor], Result]) -> Result:
        """Do ``work`` in a thread, as soon as there is room.

        Raises:
            NotReadyError: While the model is being loaded.
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

    def _load(self) -> None:
        leave_a_core_for_decoding()
        try:
            self._predictor = GenrePredictor.load(self.model, self._device)
        except GenrescopeError as error:
            self.load_error = error
