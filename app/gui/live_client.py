"""Speaks to the live route of the local API: sound out, events in. Blocks: never call from Tk's thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from pydantic import ValidationError

from app.contract import (
    LiveDenoise,
    LiveEvent,
    LiveProblem,
    LiveReady,
    LiveRequest,
    LiveSampleNoise,
    LiveStart,
    LiveStop,
    Problem,
)
from app.contract.live import MAX_SOUND_BYTES, live_event
from app.gui.api_call import CONNECT_TIMEOUT_S, READ_TIMEOUT_S, ApiError, ApiUnavailableError

if TYPE_CHECKING:
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import ClientConnection

_MAX_EVENT_BYTES: Final = 16 * 1024**2
#: Sound that waits to be sent may keep the farewell from getting through.
_CLOSE_TIMEOUT_S: Final = 2.0
_TOO_LARGE: Final = 1009
_BYTES_PER_SAMPLE: Final = {"f32le": 4, "s16le": 2}


class LiveSession:
    """One live session. One thread may send while another one receives, and any thread may close.

    Args:
        url: ``http://127.0.0.1:PORT``.
        token: What the API was started with.
        wanted: What will be sent.

    Attributes:
        ready: What the server said to it.

    Raises:
        ApiError: When the server refuses: the model is not loaded yet, or too many are listening.
        ApiUnavailableError: When the API is gone.
    """

    def __init__(self, url: str, token: str, wanted: LiveStart) -> None:
        self._frame_bytes = wanted.channels * _BYTES_PER_SAMPLE[wanted.sample_format]
        with ExitStack() as opening:
            self._connection = _connect(url, token, opening)
            self._tell(wanted)
            first = self.receive(READ_TIMEOUT_S)
            if not isinstance(first, LiveReady):
                raise ApiError("answer_invalid", "The analysis engine did not say that it is ready to listen.")
            self.ready = first
            self._open = opening.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __iter__(self) -> Iterator[LiveEvent]:
        """All events until the session is over, with the errors of ``receive``."""
        while (event := self.receive()) is not None:
            yield event

    def send(self, sound: bytes) -> None:
        """Send sound, of any length; waits while the server has enough to do. ``samples.tobytes()`` of an array.

        Raises:
            ApiUnavailableError: When the session is over; why, ``receive`` tells.
        """
        n_bytes = max(self._frame_bytes, MAX_SOUND_BYTES // self._frame_bytes * self._frame_bytes)
        for first in range(0, len(sound), n_bytes):
            self._send(sound[first : first + n_bytes])

    def sample_noise(self, seconds: float = 2.0) -> None:
        """Have the next seconds taken as noise; ``noise_sampled`` tells when it is done."""
        self._tell(LiveSampleNoise(seconds=seconds))

    def denoise(self, on: bool) -> None:
        """Have sampled noise taken away, or no longer."""
        self._tell(LiveDenoise(on=on))

    def stop(self) -> None:
        """Say that the sound is over. What was still to come can be received then, with the last answer."""
        self._tell(LiveStop())

    def receive(self, timeout_s: float | None = None) -> LiveEvent | None:
        """Wait for the next event; ``None`` when the session is over.

        Raises:
            ApiError: When the server ended the session; its code and detail say why.
            ApiUnavailableError: When the API went away.
            TimeoutError: When nothing happened for so long.
        """
        from websockets.exceptions import ConnectionClosed, ConnectionClosedOK

        try:
            event = None
            while event is None:
                event = _parse(self._connection.recv(timeout_s))
        except ConnectionClosedOK:
            return None
        except ConnectionClosed as error:
            if error.rcvd is not None and error.rcvd.code == _TOO_LARGE:
                raise ApiError("message_too_large", "The sound came in too large a message.") from error
            raise ApiUnavailableError(f"The live session was cut off: {error}") from error
        if isinstance(event, LiveProblem):
            raise ApiError(event.code, event.detail)
        return event

    def close(self) -> None:
        """End the session without another word; more than once does no harm."""
        self._open.close()

    def _tell(self, message: LiveRequest) -> None:
        self._send(message.model_dump_json())

    def _send(self, message: str | bytes) -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            self._connection.send(message)
        except ConnectionClosed as error:
            raise ApiUnavailableError(f"The live session is over: {error}") from error


def _connect(url: str, token: str, opening: ExitStack) -> ClientConnection:
    """Connect, and have the connection closed with ``opening``."""
    # Late, as in the other client: the window is on the screen before anybody listens.
    from websockets.exceptions import InvalidHandshake, InvalidStatus
    from websockets.sync.client import connect

    try:
        return opening.enter_context(
            connect(
                f"ws{url.rstrip('/').removeprefix('http')}/api/live",
                additional_headers={"Authorization": f"Bearer {token}"},
                compression=None,  # sound does not get smaller by it
                proxy=None,  # nothing gets between two processes of one computer
                open_timeout=CONNECT_TIMEOUT_S,
                close_timeout=_CLOSE_TIMEOUT_S,
                max_size=_MAX_EVENT_BYTES,
                max_queue=None,  # whoever sends a whole recording first and receives then shall not wait for ever
            )
        )
    except InvalidStatus as error:
        raise _to_api_error(error) from error
    except (OSError, InvalidHandshake) as error:
        raise ApiUnavailableError(f"{url} does not answer: {error}") from error


def _to_api_error(error: InvalidStatus) -> ApiError:
    response = error.response
    try:
        problem = Problem.model_validate_json(response.body or b"")
    except ValidationError:
        detail = f"The analysis engine gave an answer that is not understood (HTTP {response.status_code})."
        return ApiError("answer_invalid", detail)
    return ApiError(problem.code, problem.detail)


def _parse(text: str | bytes) -> LiveEvent | None:
    """The event; ``None`` for one of a newer server, which does not concern us."""
    try:
        return live_event.validate_json(text)
    except ValidationError as error:
        if error.errors()[0]["type"] == "union_tag_invalid":
            return None
        raise ApiError("answer_invalid", "The analysis engine told an event that is not understood.") from error
