"""What the tests of the live route do again and again."""

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import numpy.typing as npt
import requests
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from app.contract import LiveEvent, LiveProblem, LiveReady, LiveStart
from app.contract.live import live_event
from app.gui.live_client import LiveSession
from tests.app.api.metrics import read_metrics
from tests.app.conftest import TOKEN, RunningApi
from tests.sounds import SAMPLE_RATE

Samples = npt.NDArray[np.float32]

HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(),
    "Sec-WebSocket-Version": "13",
}
START = LiveStart(sample_rate=SAMPLE_RATE).model_dump_json()


def open_session(api: RunningApi, **changes: Any) -> LiveSession:
    """The window's client, for mono float32 at the tests' rate unless said otherwise."""
    return LiveSession(api.url, TOKEN, LiveStart(**({"sample_rate": SAMPLE_RATE} | changes)))


def listen_to(api: RunningApi, samples: Samples, block_s: float = 0.5, **changes: Any) -> list[LiveEvent]:
    """All events of a sound that is sent faster than anybody could hear it; float32 ``[n_samples(, n_channels)]``."""
    with open_session(api, **changes) as session:
        n_block = round(block_s * changes.get("sample_rate", SAMPLE_RATE))
        for first in range(0, len(samples), n_block):
            session.send(samples[first : first + n_block].tobytes())
        session.stop()
        return list(session)


@contextmanager
def connect_plainly(api: RunningApi, **options: Any) -> Iterator[ClientConnection]:
    """A connection for clients that do not keep to the rules."""
    url = f"ws{api.url.removeprefix('http')}/api/live"
    with connect(url, additional_headers=api.headers, compression=None, proxy=None, **options) as connection:
        yield connection


def read_until_ready(connection: ClientConnection) -> None:
    assert isinstance(live_event.validate_json(connection.recv(30)), LiveReady)


def read_to_the_end(connection: ClientConnection) -> tuple[list[LiveEvent], int | None]:
    """Events, and the code with which the server closed."""
    events: list[LiveEvent] = []
    try:
        while True:
            events.append(live_event.validate_json(connection.recv(30)))
    except ConnectionClosed as error:
        return events, error.rcvd.code if error.rcvd is not None else None


def problem_of(events: list[LiveEvent]) -> LiveProblem:
    """The one problem, which must be the last event, in one sentence or two."""
    problems = [event for event in events if isinstance(event, LiveProblem)]
    assert len(problems) == 1 and events[-1] is problems[0]
    assert 0 < len(problems[0].detail) < 300
    return problems[0]


def read_gauge(api: RunningApi, name: str = "genrescope_live_sessions") -> float:
    return read_metrics(api)[name, frozenset()]


def wait_for_sessions(api: RunningApi, n_open: int) -> None:
    """Wait until so many sessions go on."""
    deadline = time.monotonic() + 30
    while (now := read_gauge(api)) != n_open:
        assert time.monotonic() < deadline, f"{now:g} sessions go on, not {n_open}"
        time.sleep(0.02)


def assert_alive(api: RunningApi) -> None:
    assert requests.get(f"{api.url}/api/health", timeout=30).json()["ready"]


def text(**fields: Any) -> str:
    return json.dumps(fields)


def start_message(**changes: Any) -> str:
    return text(**({"type": "start", "sample_rate": SAMPLE_RATE} | changes))
