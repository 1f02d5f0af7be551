"""Connections on which nothing happens are ended: Uvicorn itself waits for ever for a request to begin or to end."""

from __future__ import annotations

import asyncio
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

#: From the first moment of a connection, or the first byte of a further request, to the end of the request's head.
HEAD_S: Final = 10.0
#: For what a client still sends when it has been answered already.
REST_S: Final = 10.0
#: How long a client may leave unread what a WebSocket tells it.
UNREAD_S: Final = 10.0


class ImpatientProtocol(H11Protocol):
    """HTTP/1.1 for clients that keep going. How slow a body may be is for ``BodyLimit`` to say."""

    _end_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Uvicorn's; and the first request's head is expected."""
        super().connection_made(transport)
        self._end_in(HEAD_S)

    def data_received(self, data: bytes) -> None:
        """Uvicorn's; and the time is up for a head that does not come to its end."""
        super().data_received(data)
        if self._is_answering() or self.transport.get_protocol() is not self:  # it has become a WebSocket
            self._keep()
        elif self._end_timer is None:
            self._end_in(HEAD_S)

    def on_response_complete(self) -> None:
        """Uvicorn's; and the rest of a body that nobody waits for is not read for ever."""
        self._keep()
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY and not self._is_answering():
            self._end_in(REST_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """Uvicorn's."""
        self._keep()
        super().connection_lost(exc)

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _end_in(self, duration_s: float) -> None:
        self._end_timer = self.loop.call_later(duration_s, self.transport.close)

    def _keep(self) -> None:
        if self._end_timer is not None:
            self._end_timer.cancel()
            self._end_timer = None


class ImpatientWebSocket(WebSocketsSansIOProtocol):
    """WebSockets for clients that read what they are told, and that leave when all is said.

    Uvicorn itself would wait for ever until the last byte is taken from it. It stops reading while a message waits for
    us to take it, so a client that sends faster than we work is slowed down and costs no memory.
    """

    _end_timer: asyncio.TimerHandle | None = None
    _is_over = False

    def pause_writing(self) -> None:
        """Uvicorn's; and the time is up for a client that reads nothing."""
        super().pause_writing()
        self._end_in(UNREAD_S)

    def resume_writing(self) -> None:
        """Uvicorn's."""
        if not self._is_over:
            self._keep()
        super().resume_writing()

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        """Uvicorn's; and the closing handshake takes its time, but not for ever."""
        super().on_task_complete(task)
        self._is_over = True
        self._end_in(REST_S)

    def connection_lost(self, exc: Exception | None) -> None:
        """Uvicorn's."""
        self._is_over = True
        self._keep()
        super().connection_lost(exc)

    def _end_in(self, duration_s: float) -> None:
        self._keep()
        # Closing would wait for the client to read.
        self._end_timer = self.loop.call_later(duration_s, self.transport.abort)

    def _keep(self) -> None:
        if self._end_timer is not None:
            self._end_timer.cancel()
            self._end_timer = None
