"""Runs the API as a process: own port, own log handling, and an end when the parent ends."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import threading

import uvicorn

from app.api.application import ApiSettings, create_app
from app.api.slow_clients import ImpatientProtocol
from app.parent_pipe import read_parent_lines
from core.errors import GenrescopeError

#: How long running requests may take to finish when the server is told to stop, in seconds.
GRACE_S = 3


def run_server(host: str, port: int, settings: ApiSettings, *, watch_parent: bool = False) -> int:
    """Serve until interrupted.

    Prints one line of JSON on standard output once it listens: ``{"api_url": "http://127.0.0.1:PORT"}``.

    Args:
        host: A loopback address.
        port: TCP port; 0 takes a free one.
        settings: Of the API.
        watch_parent: End when standard input ends, which it does when the parent process is gone.

    Raises:
        GenrescopeError: When the host is not loopback, the port is taken, or an allowed folder does not exist.
    """
    for folder in settings.allowed_folders:
        if not folder.is_dir():
            raise GenrescopeError(f"“{folder}” is no folder; --allow-folder takes one that exists.")
    listener = _listen(host, port)
    # Uvicorn's own logging asks standard output whether it is a terminal; a windowed executable has none.
    config = uvicorn.Config(
        create_app(settings), http=ImpatientProtocol, log_config=None, timeout_graceful_shutdown=GRACE_S
    )
    server = uvicorn.Server(config)
    if watch_parent:
        read_parent_lines(lambda line: None, lambda: _stop(server))
    shown_host = f"[{host}]" if ":" in host else host
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
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        return socket.create_server((str(address), port), family=family, backlog=128)
    except (OSError, OverflowError) as error:
        raise GenrescopeError(f"Port {port} on {host} cannot be used: {error}. Try --port 0.") from error


def _stop(server: uvicorn.Server) -> None:
    server.should_exit = True
    # A request stuck in foreign code must not outlive the parent.
    hard_stop = threading.Timer(GRACE_S + 2, os._exit, args=(1,))
    hard_stop.daemon = True
    hard_stop.start()
