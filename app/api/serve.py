"""Runs the API as a process: own port, own log handling, and an end when the parent ends."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import threading

import uvicorn

from app.api.application import ApiSettings, create_app
from app.api.slow_clients import ImpatientProtocol, ImpatientWebSocket
from app.parent_pipe import read_parent_lines
from app.settings import TOKEN_VARIABLE
from core.errors import GenrescopeError
from core.inference.backend import list_backends

#: How long running requests may take to finish when the server is told to stop, in seconds.
GRACE_S = 3
#: Of one message of a WebSocket; what is larger is not even read. Smaller ones get a sentence from their route.
MAX_MESSAGE_BYTES = 4 * 1024**2
#: The fewest letters of a token that other computers may try to guess.
MIN_CONTAINER_TOKEN = 16


def run_server(
    host: str, port: int, settings: ApiSettings, *, watch_parent: bool = False, in_container: bool = False
) -> int:
    """Serve until interrupted.

    Prints one line of JSON on standard output once it listens: ``{"api_url": "http://127.0.0.1:PORT"}``.

    Args:
        host: A loopback address.
        port: TCP port; 0 takes a free one.
        settings: Of the API.
        watch_parent: End when standard input ends, which it does when the parent process is gone.
        in_container: Listen on every address instead, where the container decides which of them can be reached; only
            with a token that was chosen for it. Requests must be addressed to 127.0.0.1 or localhost all the same.

    Raises:
        GenrescopeError: When the host is not loopback, the port is taken, an allowed folder does not exist, the
            backend is not installed, or a container's token is too short.
    """
    for folder in settings.allowed_folders:
        if not folder.is_dir():
            raise GenrescopeError(f"“{folder}” is no folder; --allow-folder takes one that exists.")
    list_backends(settings.backend)  # raises where it is not installed
    listener = _listen_in_container(port) if in_container else _listen(host, port)
    # Uvicorn's own logging asks standard output whether it is a terminal; a windowed executable has none.
    config = uvicorn.Config(
        create_app(settings),
        http=ImpatientProtocol,
        ws=ImpatientWebSocket,
        ws_max_size=MAX_MESSAGE_BYTES,
        ws_per_message_deflate=False,  # sound does not get smaller by it, and a kilobyte could unpack to megabytes
        log_config=None,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = uvicorn.Server(config)
    if watch_parent:
        read_parent_lines(lambda line: None, lambda: _stop(server))
    shown_host = "127.0.0.1" if in_container else f"[{host}]" if ":" in host else host
    print(json.dumps({"api_url": f"http://{shown_host}:{listener.getsockname()[1]}"}), flush=True)  # noqa: T201
    server.run(sockets=[listener])
    return 0


def _listen(host: str, port: int) -> socket.socket:
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError as error:
        raise GenrescopeError(f"“{host}” is not an IP address; use 127.0.0.1.") from error
    if not address.is_loopback:
        raise GenrescopeError(f"{host} can be reached from other computers; Genrescope serves 127.0.0.1 only.")
    return _bind(str(address), port, socket.AF_INET6 if address.version == 6 else socket.AF_INET)


def _listen_in_container(port: int) -> socket.socket:
    # Made up and printed, as on a computer of one's own, it would be read by whoever reads the container's log.
    if len(os.environ.get(TOKEN_VARIABLE, "")) < MIN_CONTAINER_TOKEN:
        raise GenrescopeError(
            f"--in-container needs a secret of {MIN_CONTAINER_TOKEN} letters or more in {TOKEN_VARIABLE}, "
            "because other computers may reach a container."
        )
    return _bind("0.0.0.0", port, socket.AF_INET)  # noqa: S104 - that is what was asked for


def _bind(host: str, port: int, family: socket.AddressFamily) -> socket.socket:
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError) as error:
        raise GenrescopeError(f"Port {port} on {host} cannot be used: {error}. Try --port 0.") from error


def _stop(server: uvicorn.Server) -> None:
    server.should_exit = True
    # A request stuck in foreign code must not outlive the parent.
    hard_stop = threading.Timer(GRACE_S + 2, os._exit, args=(1,))
    hard_stop.daemon = True
    hard_stop.start()
