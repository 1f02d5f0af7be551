"""Whatever live clients do, each gets one clear answer, its place is free again, and the server goes on."""

import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import psutil
import pytest
from websockets.exceptions import ConnectionClosed

from app.api.live_problems import LIVE_PROBLEMS
from app.api.live_sessions import MAX_SESSIONS
from app.contract import LiveFinal, LivePartial
from app.contract.live import MAX_SOUND_BYTES
from app.gui.api_call import ApiError, ApiUnavailableError
from core.audio.decode import DEFAULT_LIMITS
from tests.app.api.live_clients import (
    HANDSHAKE,
    START,
    assert_alive,
    connect_plainly,
    listen_to,
    open_session,
    problem_of,
    read_gauge,
    read_to_the_end,
    read_until_ready,
    start_message,
    text,
    wait_for_sessions,
)
from tests.app.conftest import TOKEN, RunningApi, assert_predicts, start_api_process, stop_api, wait_until_ready
from tests.sounds import SAMPLE_RATE, make_tune

#: A server as it is shipped, but impatient, and with something broken inside.
_IMPATIENT = """
from app.api import live_stream, slow_clients
from app.api.application import ApiSettings
from app.api.routes import live
from app.api.serve import run_server
def fail(*arguments):
    raise RuntimeError("broken on purpose")
live_stream.LiveStream.denoise = fail
live.SILENT_LINE_S = 1.0
slow_clients.HEAD_S = slow_clients.REST_S = slow_clients.UNREAD_S = 0.5
run_server("127.0.0.1", 0, ApiSettings(device="cpu"), watch_parent=True)
"""

#: Sends sound for ever, until it is killed.
_ENDLESS_CLIENT = f"""
import sys
from app.contract import LiveStart
from app.gui.live_client import LiveSession
session = LiveSession(sys.argv[1], {TOKEN!r}, LiveStart(sample_rate={SAMPLE_RATE}))
print("ready", flush=True)
while True:
    session.send(bytes(40_000))
"""


@pytest.fixture(scope="module")
def impatient_api() -> Iterator[RunningApi]:
    running = start_api_process("-c", _IMPATIENT)
    wait_until_ready(running)
    yield running
    stop_api(running)


def test_no_more_than_a_few_listen_at_once(api: RunningApi) -> None:
    wait_for_sessions(api, 0)
    with contextlib.ExitStack() as stack:
        sessions = [stack.enter_context(open_session(api)) for _ in range(MAX_SESSIONS)]
        with pytest.raises(ApiError, match=f"{MAX_SESSIONS} clients are listening already") as refusal:
            open_session(api)
        assert refusal.value.code == "live_full"
        sessions[0].close()
        wait_for_sessions(api, MAX_SESSIONS - 1)
        stack.enter_context(open_session(api))
    wait_for_sessions(api, 0)


@pytest.mark.parametrize(
    ("sample_rate", "channels", "duration_s"),
    [
        (DEFAULT_LIMITS.min_source_sample_rate, 1, 20),
        (DEFAULT_LIMITS.max_source_sample_rate, DEFAULT_LIMITS.max_channels, 0.05),
    ],
)
def test_extreme_forms_are_heard(api: RunningApi, sample_rate: int, channels: int, duration_s: float) -> None:
    n_samples = round(sample_rate * duration_s)
    samples = np.random.default_rng(0).normal(0, 0.1, (n_samples, channels)).astype(np.float32)
    with open_session(api, sample_rate=sample_rate, channels=channels) as session:
        session.send(samples.tobytes())
        session.stop()
        (*_, final) = session
    assert isinstance(final, LiveFinal)
    assert final.prediction.metadata.duration_s == pytest.approx(duration_s, abs=0.02)


def test_a_huge_message_is_not_even_read(api: RunningApi) -> None:
    with connect_plainly(api) as connection:
        connection.send(START)
        read_until_ready(connection)
        with contextlib.suppress(ConnectionClosed):
            connection.send(bytes(64 * 1024**2))
        events, close_code = read_to_the_end(connection)
    assert not events and close_code in (1009, None)  # the system may tell that the connection is gone before it
    wait_for_sessions(api, 0)
    assert_alive(api)


def test_who_sends_faster_than_the_server_works_has_to_wait(api: RunningApi) -> None:
    server = psutil.Process(api.process.pid)
    sound = np.random.default_rng(0).normal(0, 0.1, SAMPLE_RATE * 5).astype(np.float32).tobytes()
    n_sent = 0

    def send() -> None:
        nonlocal n_sent
        with contextlib.suppress(ApiUnavailableError):  # it is closed in the end
            for _ in range(500):
                session.send(sound)
                n_sent += len(sound)

    listen_to(api, make_tune(12))  # what the work itself needs is not what this is about
    with open_session(api) as session:
        sender = threading.Thread(target=send)
        sender.start()
        before = server.memory_info().rss
        while True:
            event = session.receive(60)
            if isinstance(event, LivePartial) and event.time_s >= 12:
                break
        growth = server.memory_info().rss - before
        n_ahead = n_sent - 12 * SAMPLE_RATE * 4
    sender.join(30)
    assert not sender.is_alive()
    # What lies between is in the buffers of the system and of one message.
    assert n_ahead < 24 * 1024**2 and growth < 32 * 1024**2
    assert_alive(api)


def test_who_vanishes_frees_the_place(api: RunningApi) -> None:
    wait_for_sessions(api, 0)
    client = subprocess.Popen(
        [sys.executable, "-P", "-c", _ENDLESS_CLIENT, api.url], stdout=subprocess.PIPE, text=True, env=os.environ
    )
    assert client.stdout is not None and client.stdout.readline() == "ready\n"
    with connect_plainly(api) as connection:
        connection.send(START)
        connection.send(make_tune(2).tobytes())
        wait_for_sessions(api, 2)
        client.send_signal(signal.SIGKILL)
        client.wait()
        client.stdout.close()
        # A reset instead of a farewell.
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.socket.close()
        wait_for_sessions(api, 0)
    assert_alive(api)


def test_a_line_that_falls_silent_ends_the_session_with_its_answer(impatient_api: RunningApi) -> None:
    with connect_plainly(impatient_api) as connection:
        connection.send(START)
        connection.send(make_tune(6).tobytes())
        events, close_code = read_to_the_end(connection)
    assert problem_of(events).code == "line_silent" and close_code == LIVE_PROBLEMS["line_silent"][0]
    assert isinstance(events[-2], LiveFinal) and events[-2].prediction.label is not None
    with connect_plainly(impatient_api) as connection:
        events, _ = read_to_the_end(connection)
    assert problem_of(events).code == "line_silent"
    wait_for_sessions(impatient_api, 0)


def test_who_reads_nothing_is_cut_off(impatient_api: RunningApi, tmp_path: Path) -> None:
    address = urlsplit(impatient_api.url)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(60)
        connection.connect((address.hostname, address.port))
        head = {"Host": "localhost"} | impatient_api.headers | HANDSHAKE
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        connection.sendall(f"GET /api/live HTTP/1.1\r\n{lines}\r\n".encode())
        assert connection.recv(12) == b"HTTP/1.1 101"
        connection.sendall(_frame(0x81, start_message(sample_rate=1000, sample_format="s16le").encode()))
        wait_for_sessions(impatient_api, 1)
        # Minutes of silence: little work, and much to tell.
        minutes = _frame(0x82, bytes(MAX_SOUND_BYTES))
        with pytest.raises((ConnectionError, BrokenPipeError)):
            for _ in range(200):
                connection.sendall(minutes)
    wait_for_sessions(impatient_api, 0)
    assert_predicts(impatient_api, tmp_path)


def _frame(first_byte: int, payload: bytes) -> bytes:
    """A frame as clients send it, masked with zeros."""
    return struct.pack("!BBQ4x", first_byte, 0x80 | 127, len(payload)) + payload


def test_a_fault_inside_is_owned_up_to(impatient_api: RunningApi) -> None:
    with connect_plainly(impatient_api) as connection:
        connection.send(START)
        read_until_ready(connection)
        connection.send(text(type="denoise", on=True))
        events, close_code = read_to_the_end(connection)
    assert problem_of(events).code == "internal_error" and "log" in problem_of(events).detail
    assert close_code == 1011
    assert_alive(impatient_api)


def test_all_of_them_may_work_at_once_and_files_are_predicted_meanwhile(api: RunningApi, tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        sessions = [stack.enter_context(open_session(api)) for _ in range(MAX_SESSIONS)]
        for session in sessions:
            session.send(make_tune(10).tobytes())
        assert_predicts(api, tmp_path)
        for session in sessions:
            session.stop()
        assert all(isinstance(list(session)[-1], LiveFinal) for session in sessions)
    wait_for_sessions(api, 0)
    assert read_gauge(api, "genrescope_predictions_running") == 0


def test_a_server_that_ends_says_goodbye(impatient_api: RunningApi) -> None:
    """The last test with this server."""
    with open_session(impatient_api) as session:
        stop_api(impatient_api)
        with pytest.raises(ApiUnavailableError, match="cut off"):
            list(session)
    with pytest.raises(ApiUnavailableError, match="does not answer"):
        open_session(impatient_api)
