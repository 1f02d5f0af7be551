"""Who may ask, and for how much: Host, Origin, bearer token, folders, size and pace of a request."""

from __future__ import annotations

import hmac
import re
from pathlib import Path
from typing import Annotated

import anyio
import anyio.to_thread
from fastapi import Depends, Request, WebSocket
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import ProblemException, problem_response

#: What comes from a client. A browser lets every page open a WebSocket to any address, so these need the same checks.
_FROM_CLIENTS = ("http", "websocket")
_LOOPBACK_HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]*)?", re.IGNORECASE)

#: Slower than any disk or local program sends.
MIN_BYTES_PER_S = 64 * 1024


def is_loopback_host(host: str) -> bool:
    """Whether ``host`` or ``host:port`` names this computer."""
    return _LOOPBACK_HOST.fullmatch(host) is not None


class HostCheck:
    """Answers only requests that were addressed to this computer.

    Against DNS rebinding: a page from the web whose name is made to point at 127.0.0.1 still sends its own name.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] in _FROM_CLIENTS and not is_loopback_host(Headers(scope=scope).get("host", "")):
            response = problem_response(400, "host_refused", "This API answers to 127.0.0.1 and localhost only.")
            return await response(scope, receive, send)
        await self._app(scope, receive, send)
        return None


class OriginCheck:
    """Refuses what a page of another computer asks the browser to send here.

    Browsers put the page's origin into requests that it sends elsewhere; other programs send none.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] in _FROM_CLIENTS and not all(map(self._is_local, Headers(scope=scope).getlist("origin"))):
            response = problem_response(403, "origin_refused", "Pages of other computers may not use this API.")
            return await response(scope, receive, send)
        await self._app(scope, receive, send)
        return None

    @staticmethod
    def _is_local(origin: str) -> bool:
        scheme, _, host = origin.partition("://")
        return scheme.lower() in ("http", "https") and is_loopback_host(host)


class BodyLimit:
    """Refuses a body that is too large, by its announced length or while it arrives, or that arrives too slowly.

    Args:
        app: What answers otherwise.
        max_body_bytes: Of one request.
        body_grace_s: How far a body may lag behind ``MIN_BYTES_PER_S``, in seconds.
    """

    def __init__(self, app: ASGIApp, max_body_bytes: int, body_grace_s: float) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes
        self._body_grace_s = body_grace_s

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
        is_complete = False
        started = anyio.current_time()

        async def receive_within_limit() -> Message:
            nonlocal n_received, is_complete
            if is_complete:
                return await receive()
            deadline = started + self._body_grace_s + n_received / MIN_BYTES_PER_S
            try:
                with anyio.fail_after(deadline - anyio.current_time()):
                    message = await receive()
            except TimeoutError as error:
                raise ProblemException(
                    408, "body_too_slow", "The body of the request arrives too slowly.", {"Connection": "close"}
                ) from error
            n_received += len(message.get("body", b""))
            is_complete = not message.get("more_body", False)
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
    _validate_token(request, credentials.credentials if credentials else "")


def require_token_of_websocket(websocket: WebSocket) -> None:
    """The same for a WebSocket, before it is accepted.

    Raises:
        ProblemException: 401, without the right token.
    """
    scheme, _, given = websocket.headers.get("authorization", "").partition(" ")
    _validate_token(websocket, given if scheme.lower() == "bearer" else "")


def _validate_token(connection: HTTPConnection, given: str) -> None:
    # Constant time, so that the token cannot be guessed letter by letter.
    if not hmac.compare_digest(given.encode(), connection.app.state.token.encode()):
        raise ProblemException(
            401, "unauthorized", "This needs the token of the server as “Authorization: Bearer …”.",
            {"WWW-Authenticate": "Bearer"},
        )  # fmt: skip


async def resolve_path(request: Request, path: str) -> Path:
    """The file that a request names, once it is certain that this server may read it.

    Args:
        request: Its server knows the folders that it was restricted to.
        path: As the request has it.

    Returns:
        The path as it is where the server was not restricted, else what is left when all links are followed.

    Raises:
        ProblemException: 422, when it is not absolute; 403, when it lies outside those folders, whether it exists
            or not.
    """
    if not Path(path).is_absolute():
        raise ProblemException(422, "path_not_absolute", f"“{path}” is not an absolute path.")
    folders: tuple[Path, ...] = request.app.state.settings.allowed_folders
    if not folders:
        return Path(path)
    # In a thread: a network drive that does not answer must not stop the others.
    resolved = await anyio.to_thread.run_sync(resolve_inside, Path(path), folders)
    if resolved is None:
        raise ProblemException(403, "path_refused", f"“{Path(path).name}” lies outside the folders that may be read.")
    return resolved


def resolve_inside(path: Path, folders: tuple[Path, ...]) -> Path | None:
    """What is left of a path when all links are followed; ``None`` where that lies outside these folders."""
    try:
        resolved = path.resolve()
        return resolved if any(resolved.is_relative_to(folder.resolve()) for folder in folders) else None
    except (OSError, ValueError, RuntimeError):  # no path at all, or links that lead in a circle
        return None
