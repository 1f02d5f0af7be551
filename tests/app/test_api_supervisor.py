"""The supervisor with stand-ins for the API; test_launcher.py has the real one."""

import queue
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from app import api_supervisor
from app.api_supervisor import MAX_CRASHES, ApiSupervisor
from app.contract import Health, LauncherMessage

# Prints an address, then ends when its standard input does.
WAITING_API = "import sys; print('hello from a library'); print(sys.argv[1], flush=True); sys.stdin.read()"

Messages = queue.SimpleQueue[LauncherMessage]
Supervise = Callable[..., tuple[ApiSupervisor, Messages]]


@pytest.fixture
def supervise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervise]:
    monkeypatch.setattr(api_supervisor, "RESTART_PAUSE_S", 0.0)
    started: list[ApiSupervisor] = []

    def start(*command: str) -> tuple[ApiSupervisor, Messages]:
        messages: Messages = queue.SimpleQueue()
        supervisor = ApiSupervisor(lambda: command, {}, messages.put, tmp_path / "the.log")
        started.append(supervisor)
        supervisor.start()
        return supervisor, messages

    yield start
    for supervisor in started:
        supervisor.stop()


@pytest.fixture
def health_url() -> Iterator[Callable[[Health], str]]:
    """Answers every request with the health that it is given."""
    servers: list[HTTPServer] = []

    def serve(health: Health) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(health.model_dump_json().encode())

            def log_message(self, *arguments: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def take(messages: Messages, number: int) -> list[LauncherMessage]:
    return [messages.get(timeout=20) for _ in range(number)]


def test_an_api_that_always_crashes_is_given_up(supervise: Supervise, tmp_path: Path) -> None:
    _, messages = supervise(sys.executable, "-S", "-c", "raise SystemExit(3)")
    states = take(messages, MAX_CRASHES + 2)
    assert [message.api_state for message in states] == ["starting", *["restarting"] * MAX_CRASHES, "failed"]
    assert states[-1].detail is not None
    assert f"stopped {MAX_CRASHES + 1} times" in states[-1].detail and str(tmp_path / "the.log") in states[-1].detail


def test_an_api_that_cannot_be_started_is_given_up(supervise: Supervise, tmp_path: Path) -> None:
    _, messages = supervise(str(tmp_path / "no such program"))
    assert take(messages, MAX_CRASHES + 2)[-1].api_state == "failed"


def test_ready_carries_the_address(supervise: Supervise, health_url: Callable[[Health], str]) -> None:
    url = health_url(Health(ready=True, version="1"))
    _, messages = supervise(sys.executable, "-c", WAITING_API, f'{{"api_url": "{url}"}}')
    assert take(messages, 2)[1] == LauncherMessage(api_state="ready", api_url=url)


def test_a_model_that_cannot_be_loaded_is_no_reason_to_start_again(
    supervise: Supervise, health_url: Callable[[Health], str]
) -> None:
    url = health_url(Health(ready=False, version="1", error="The checkpoint is damaged."))
    supervisor, messages = supervise(sys.executable, "-c", WAITING_API, f'{{"api_url": "{url}"}}')
    assert take(messages, 2)[1] == LauncherMessage(api_state="failed", detail="The checkpoint is damaged.")
    supervisor.stop()
    assert messages.empty()


def test_proxy_settings_are_not_used_for_this_computer(
    supervise: Supervise, health_url: Callable[[Health], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    test_ready_carries_the_address(supervise, health_url)


def test_an_api_that_prints_much_is_not_stopped_by_full_pipes(
    supervise: Supervise, health_url: Callable[[Health], str], tmp_path: Path
) -> None:
    url = health_url(Health(ready=True, version="1"))
    program = f"""
import pathlib, sys
sys.stderr.write("warning\\n" * 100_000)
print('{{"api_url": "{url}"}}', flush=True)
sys.stdout.write("progress\\n" * 100_000)
pathlib.Path({str(tmp_path / "done")!r}).touch()
sys.stdin.read()
"""
    supervisor, messages = supervise(sys.executable, "-c", program)
    assert take(messages, 2)[1].api_state == "ready"
    supervisor.stop()
    assert (tmp_path / "done").exists()
