"""Who may ask, and for how much: Host check, bearer token, size of a request."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import ProblemException, problem_response

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})


class HostCheck:
    """Answers only requests that were addressed to this computer.

    Against DNS rebinding: a page from the web whose name is made to point at 127.0.0.1 still sends its own name.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http" and not self._is_local(Headers(scope=scope).get("host", "")):
            response = problem_response(400, "host_refused", "This API answers to 127.0.0.1 and localhost only.")
            return await response(scope, receive, send)
        await self._app(scope, receive, send)
        return None

    @staticmethod
    def _is_local(host: str) -> bool:
        name = host[: host.index("]") + 1] if host.startswith("[") and "]" in host else host.partition(":")[0]
        return name.lower() in LOOPBACK_HOSTS


class BodyLimit:
    """Refuses a body larger than ``max_body_bytes``, by its announced length or while it arrives."""

    def __init__(self, app: ASGIApp, max_body_bytes: int) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > self._max_body_bytes:
            refusal = self._refuse()
            response = problem_response(refusal.status_code, refusal.code, refusal.detail)
            return await response(scope, receive, send)
        n_received = 0

        async def receive_within_limit() -> Message:
            nonlocal n_received
            message = await receive()
            n_received += len(message.get("body", b""))
            if n_received > self._max_body_bytes:
                raise self._refuse()
            return message

        await self._app(scope, receive_within_limit, send)
        return None

    def _refuse(self) -> ProblemException:
        limit_mib = self._max_body_bytes // 1024**2
        detail = f"The request is larger than {limit_mib} MiB. Send the path of the file instead of the file."
        return ProblemException(413, "body_too_large", detail)


_bearer = HTTPBearer(auto_error=False, description="The token that the server was started with")


def require_token(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> None:
    """Dependency of every route that reads a file or changes state.

    Raises:
        ProblemException: 401, without the right token.
    """
    given = credentials.credentials if credentials else ""
    # Constant time, so that the token cannot be guessed letter by letter.
    if not hmac.compare_digest(given.encode(), request.app.state.token.encode()):
        raise ProblemException(
            401, "unauthorized", "This needs the token of the server as “Authorization: Bearer …”.",
            {"WWW-Authenticate": "Bearer"},
        )  # fmt: skip
