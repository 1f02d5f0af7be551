"""``WS /api/live``: sound in, events out. The protocol is told in ``app.contract.live``."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import anyio
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError

from app.api.engine import PredictionEngine
from app.api.identify import keep
from app.api.live_problems import LiveProblemError, describe_invalid
from app.api.live_sessions import LiveSessions
from app.api.live_stream import LiveStream, decode_sound
from app.api.security import require_token_of_websocket
from app.contract import (
    LiveDenoise,
    LiveEvent,
    LiveProblem,
    LiveReady,
    LiveRequest,
    LiveSampleNoise,
    LiveStart,
    LiveStop,
)
from app.contract.live import MAX_SOUND_BYTES, MAX_TEXT_LENGTH, live_request
from core.errors import ModelError
from core.inference.predictor import GenrePredictor

log = logging.getLogger(__name__)

router = APIRouter(tags=["prediction"])

#: OpenAPI knows no WebSockets, so the documents take it from here.
SUMMARY: Final = "Tell the genre of sound while it is heard"
#: A client that says nothing for so long has no microphone any more, or is stuck, in seconds.
SILENT_LINE_S: Final = 10.0
_NORMAL_CLOSE: Final = 1000


@router.websocket("/api/live")
async def listen(websocket: WebSocket) -> None:
    """Refuses, while it is a mere HTTP request, whoever may not or cannot be served; else goes on to the end."""
    sessions: LiveSessions = websocket.app.state.live_sessions
    engine: PredictionEngine = websocket.app.state.engine
    require_token_of_websocket(websocket)
    with sessions.take_place():
        predictor = engine.predictor
        try:
            await websocket.accept()
            await _serve(websocket, sessions, predictor)
        except WebSocketDisconnect:
            pass  # it left, which every client may do at any time


async def _serve(websocket: WebSocket, sessions: LiveSessions, predictor: GenrePredictor) -> None:
    try:
        await _Session(websocket, sessions, predictor).run()
        await websocket.close(_NORMAL_CLOSE)
    except LiveProblemError as error:
        await _refuse(websocket, error)
    except ModelError as error:
        await _refuse(websocket, LiveProblemError("model_unavailable", str(error)))
    except WebSocketDisconnect:
        raise
    except Exception:
        log.exception("A live session failed")
        detail = "Something went wrong inside Genrescope; its log says more."
        await _refuse(websocket, LiveProblemError("internal_error", detail))


async def _refuse(websocket: WebSocket, error: LiveProblemError) -> None:
    await websocket.send_text(LiveProblem(code=error.code, detail=error.detail).model_dump_json())
    await websocket.close(error.close_code)


class _Session:
    """One client, from its ``start`` on.

    A message is read when all that came of the one before has been told. Until then nothing is read from the socket,
    and a client that sends faster than it is served has to wait: dropping sound would change the answer, and whoever
    records knows best what may be dropped.
    """

    def __init__(self, websocket: WebSocket, sessions: LiveSessions, predictor: GenrePredictor) -> None:
        self._websocket = websocket
        self._sessions = sessions
        self._predictor = predictor

    async def run(self) -> None:
        """Serve until “stop”.

        Raises:
            LiveProblemError: When the client does what it may not.
            ModelError: When the model's answer is not a number.
            WebSocketDisconnect: When the client leaves.
        """
        start = await self._receive_start()
        stream = LiveStream(start, self._predictor, partial(keep, self._websocket.app.state.library))
        await self._tell([LiveReady(model_id=self._predictor.model_id, genres=list(self._predictor.label_names))])
        while not isinstance(message := await self._receive_within_time(stream), LiveStop):
            if isinstance(message, bytes):
                for part in decode_sound(message, start):
                    await self._work(partial(stream.push, part))
            elif isinstance(message, LiveSampleNoise):
                await self._work(partial(stream.sample_noise, message.seconds))
            elif isinstance(message, LiveDenoise):
                await self._work(partial(stream.denoise, message.on))
            else:
                raise LiveProblemError("message_invalid", "This session has started already; begin another one.")
        await self._work(stream.finish)

    async def _receive_within_time(self, stream: LiveStream) -> LiveRequest | bytes:
        try:
            return await self._receive()
        except LiveProblemError as error:
            if error.code == "line_silent":
                await self._work(stream.finish)  # what was heard shall not be lost
            raise

    async def _receive_start(self) -> LiveStart:
        message = await self._receive("start_invalid")
        if isinstance(message, bytes):
            raise LiveProblemError("sound_before_start", "Send “start” before sound, so that its form is known.")
        if not isinstance(message, LiveStart):
            raise LiveProblemError("start_invalid", f"The first message must be “start”, not “{message.type}”.")
        return message

    async def _receive(self, code_of_invalid: str = "message_invalid") -> LiveRequest | bytes:
        try:
            with anyio.fail_after(SILENT_LINE_S):
                message = await self._websocket.receive()
        except TimeoutError as error:
            detail = f"Nothing came for {SILENT_LINE_S:g} s; begin another session to go on."
            raise LiveProblemError("line_silent", detail) from error
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message["code"])
        sound: bytes | None = message.get("bytes")
        if sound is not None:
            _validate_size(len(sound), MAX_SOUND_BYTES, "bytes of sound")
            return sound
        text: str = message["text"]
        _validate_size(len(text), MAX_TEXT_LENGTH, "characters of text; sound is sent as binary messages")
        try:
            return live_request.validate_json(text)
        except ValidationError as error:
            raise LiveProblemError(
                code_of_invalid,
                f"The text message is not valid: {describe_invalid(error)}. Sound is sent as binary messages.",
            ) from error

    async def _work(self, work: Callable[[], Sequence[LiveEvent]]) -> None:
        await self._tell(await self._sessions.run(work))

    async def _tell(self, events: Sequence[LiveEvent]) -> None:
        for event in events:
            await self._websocket.send_text(event.model_dump_json())


def _validate_size(size: int, limit: int, unit: str) -> None:
    if size > limit:
        raise LiveProblemError("message_too_large", f"One message may hold {limit} {unit}; this one holds {size}.")
