"""Whatever is sent to the server, it goes on predicting."""

import contextlib
import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import numpy as np
import pytest
import requests
import schemathesis
import soundfile
from schemathesis.specs.openapi.checks import allow_header_conformance, positive_data_acceptance, unsupported_method

from app.api.application import create_app
from app.cli import main
from app.contract import Prediction, Problem
from tests.app.conftest import (
    TOKEN,
    RunningApi,
    assert_predicts,
    start_api,
    start_api_process,
    stop_api,
    wait_until_ready,
)
from tests.sounds import encode_wav, make_tune, write_wav

#: A server as it is shipped, but impatient.
_IMPATIENT = """
from app.api import slow_clients
from app.api.application import ApiSettings
from app.api.serve import run_server
slow_clients.HEAD_S = slow_clients.REST_S = 0.5
run_server("127.0.0.1", 0, ApiSettings(device="cpu", body_grace_s=0.5), watch_parent=True)
"""


@pytest.fixture(scope="module")
def impatient_api() -> Iterator[RunningApi]:
    running = start_api_process("-c", _IMPATIENT)
    wait_until_ready(running)
    yield running
    stop_api(running)


@pytest.fixture(scope="module")
def allowed_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("allowed")


@pytest.fixture(scope="module")
def confined_api(allowed_folder: Path) -> Iterator[RunningApi]:
    """A server that reads inside one folder only, so that no made-up path leads anywhere."""
    running = start_api("--allow-folder", str(allowed_folder))
    wait_until_ready(running)
    yield running
    stop_api(running)


def _connect(api: RunningApi) -> socket.socket:
    address = urlsplit(api.url)
    return socket.create_connection((address.hostname, address.port), timeout=30)


def _upload_head(content_length: int) -> bytes:
    return (
        f"POST /api/predict HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {content_length}\r\n\r\n"
    ).encode()


_UPLOAD_START = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'


def _predict_path(api: RunningApi, path: object) -> requests.Response:
    return requests.post(f"{api.url}/api/predict", json={"path": str(path)}, headers=api.headers, timeout=60)


def _add_model(api: RunningApi, path: object) -> requests.Response:
    return requests.post(f"{api.url}/api/models", json={"path": str(path)}, headers=api.headers, timeout=60)


def _refusal(response: requests.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, Problem.model_validate_json(response.content).code


def _document() -> dict[str, Any]:
    """Without the token: every request brings it, and none must be taken for one without it."""
    document = create_app().openapi()
    for operations in document["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    return document


_schema = schemathesis.openapi.from_dict(_document())


@_schema.parametrize()
@hypothesis.settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_all_that_the_document_allows_is_answered_as_it_says(case: schemathesis.Case, confined_api: RunningApi) -> None:
    case.call_and_validate(
        base_url=confined_api.url,
        headers=confined_api.headers,
        # A path may be well-formed and lead nowhere. Starlette names in “Allow” one route's methods only. A method that
        # a fixed name like “export” does not know is taken for one of “{track_id}”, which “export” is not.
        excluded_checks=[positive_data_acceptance, allow_header_conformance, unsupported_method],
        timeout=60,
    )


def test_the_server_predicts_after_all_that_was_asked_of_it(confined_api: RunningApi, allowed_folder: Path) -> None:
    assert_predicts(confined_api, allowed_folder)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://localhost.evil.example",
        "http://localhost:80@evil.example",
        "http://127.0.0.1.evil.example:8000",
        "file://localhost",
        "localhost",
        "null",
        "",
    ],
)
def test_pages_of_other_computers_are_refused(api: RunningApi, tmp_path: Path, origin: str) -> None:
    headers = api.headers | {"Origin": origin}
    for method, route in (("GET", "/api/health"), ("POST", "/api/predict"), ("OPTIONS", "/api/predict")):
        response = requests.request(method, api.url + route, headers=headers, timeout=10)
        assert _refusal(response) == (403, "origin_refused")
    assert_predicts(api, tmp_path)


def test_pages_of_this_computer_are_answered(api: RunningApi) -> None:
    for origin in ("http://localhost:3000", "http://127.0.0.1", "https://[::1]:8443", api.url):
        assert requests.get(f"{api.url}/api/health", headers={"Origin": origin}, timeout=10).ok


@pytest.mark.parametrize("n_bytes", [0, 40, len(_UPLOAD_START), 2000, 400_000])
def test_an_upload_cut_off_midway_harms_nobody(api: RunningApi, tmp_path: Path, n_bytes: int) -> None:
    body = _UPLOAD_START + encode_wav(make_tune(20)) + b"\r\n--x--\r\n"
    for _ in range(5):
        with _connect(api) as connection:
            connection.sendall(_upload_head(len(body)) + body[:n_bytes])
    assert_predicts(api, tmp_path)


def test_a_body_that_trickles_is_ended_and_holds_up_nobody(impatient_api: RunningApi, tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        tricklers = [stack.enter_context(_connect(impatient_api)) for _ in range(20)]
        for connection in tricklers:
            connection.sendall(_upload_head(100_000) + _UPLOAD_START)
        assert_predicts(impatient_api, tmp_path)
        for connection in tricklers:
            answer = _trickle(connection)
            assert answer.startswith(b"HTTP/1.1 408 ") and b"body_too_slow" in answer
    assert_predicts(impatient_api, tmp_path)


@pytest.mark.parametrize("start", [b"", b"POST /api/predict HTTP/1.1\r\nHost: localhost\r\nX-Long: "])
def test_a_request_that_never_begins_is_ended(impatient_api: RunningApi, tmp_path: Path, start: bytes) -> None:
    with _connect(impatient_api) as connection:
        connection.sendall(start)
        assert_predicts(impatient_api, tmp_path)
        assert _trickle(connection, only_listen=not start) == b""
    assert_predicts(impatient_api, tmp_path)


def test_who_goes_on_sending_after_the_refusal_is_ended(impatient_api: RunningApi, tmp_path: Path) -> None:
    with _connect(impatient_api) as connection:
        connection.sendall(_upload_head(10**12))
        assert _trickle(connection).startswith(b"HTTP/1.1 413 ")
    assert_predicts(impatient_api, tmp_path)


def _trickle(connection: socket.socket, *, only_listen: bool = False) -> bytes:
    """Send a byte again and again until the server ends the connection; returns all that it said."""
    connection.settimeout(0.02)
    answer = b""
    for _ in range(1500):
        try:
            if not only_listen:
                connection.sendall(b"0")
            received = connection.recv(65536)
        except TimeoutError:
            continue
        except OSError:  # it is closed
            return answer
        if not received:
            return answer
        answer += received
    raise AssertionError(f"the server lets the client go on for ever; it said {answer!r}")


def test_bytes_that_are_no_request_harm_nobody(api: RunningApi, tmp_path: Path) -> None:
    random_bytes = np.random.default_rng(0).bytes(2000)
    long_head = b"GET / HTTP/1.1\r\nX: " + b"x" * 200_000 + b"\r\n\r\n"
    bad_chunks = _upload_head(0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked") + b"ffffffffffff\r\nx"
    for nonsense in (random_bytes, long_head, bad_chunks, b"\r\n" * 1000, b"GET http://[ HTTP/1.1\r\n\r\n"):
        with _connect(api) as connection, contextlib.suppress(OSError):
            connection.sendall(nonsense)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(65536):
                pass
    assert_predicts(api, tmp_path)


def test_a_decompression_bomb_is_cut_and_harms_nobody(api: RunningApi, tmp_path: Path) -> None:
    path = tmp_path / "bomb.flac"
    with soundfile.SoundFile(path, "w", 8_000, 1, format="FLAC") as file:
        for _ in range(5 * 60):
            file.write(np.zeros(60 * 8_000, dtype=np.int16))
    assert path.stat().st_size < 1e6
    with ThreadPoolExecutor(1) as executor:
        future = executor.submit(_predict_path, api, path)
        assert_predicts(api, tmp_path)  # meanwhile
        prediction = Prediction.model_validate_json(future.result().content)
    assert prediction.decision == "not_music"
    assert prediction.metadata.duration_s == pytest.approx(4 * 3600) and len(prediction.warnings) == 1
    assert_predicts(api, tmp_path)


def test_what_is_no_plain_file_is_refused_at_once(api: RunningApi, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "zero.wav").symlink_to("/dev/zero")
    (tmp_path / "circle.wav").symlink_to(tmp_path / "circle.wav")
    with socket.socket(socket.AF_UNIX) as unix_socket:
        unix_socket.bind(str(tmp_path / "socket.wav"))
        for path in (*tmp_path.iterdir(), tmp_path, "/dev/stdin", "/dev/tty"):
            assert _refusal(_predict_path(api, path)) == (404, "audio_not_found"), path
            assert _refusal(_add_model(api, path)) == (404, "model_file_not_found"), path
    assert_predicts(api, tmp_path)


def test_dots_and_links_are_followed_where_all_paths_are_allowed(api: RunningApi, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    write_wav(tmp_path / "tune.wav")
    (tmp_path / "link.wav").symlink_to(tmp_path / "tune.wav")
    assert _predict_path(api, tmp_path / "folder" / ".." / "link.wav").json()["metadata"]["file_name"] == "link.wav"


def test_only_allowed_folders_are_read(confined_api: RunningApi, allowed_folder: Path, tmp_path: Path) -> None:
    outside = write_wav(tmp_path / "outside.wav")
    inside = write_wav(allowed_folder / "inside.wav")
    (allowed_folder / "folder").mkdir()
    (allowed_folder / "to inside.wav").symlink_to(inside)
    (allowed_folder / "to outside.wav").symlink_to(outside)
    (allowed_folder / "to folder").symlink_to(tmp_path)
    (allowed_folder / "circle.wav").symlink_to(allowed_folder / "circle.wav")
    os.mkfifo(allowed_folder / "pipe.wav")
    sibling = allowed_folder.with_name(allowed_folder.name + " sibling")
    sibling.mkdir()

    for path in (inside, allowed_folder / "folder" / ".." / "inside.wav", allowed_folder / "to inside.wav"):
        response = _predict_path(confined_api, path)
        assert response.status_code == 200 and response.json()["metadata"]["file_name"] == path.name
    for refused in (
        outside,
        allowed_folder / ".." / ".." / outside.relative_to(allowed_folder.parents[1]),
        allowed_folder / "to outside.wav",
        allowed_folder / "to folder" / "outside.wav",
        allowed_folder / "no" / ".." / ".." / "such.wav",
        write_wav(sibling / "tune.wav"),
        "/dev/zero",
        "/no/such/file.wav",
        f"{allowed_folder}/a\0b.wav",
    ):
        assert _refusal(_predict_path(confined_api, refused)) == (403, "path_refused"), refused
        assert _refusal(_add_model(confined_api, refused)) == (403, "path_refused"), refused
    # Links in a circle lead nowhere; some versions of Python say so when they follow them, others when they open them.
    assert _predict_path(confined_api, allowed_folder / "circle.wav").status_code in (403, 404)
    for nothing in (allowed_folder, allowed_folder / "pipe.wav", allowed_folder / "nothing.wav"):
        assert _refusal(_predict_path(confined_api, nothing)) == (404, "audio_not_found"), nothing
    assert_predicts(confined_api, allowed_folder)


def test_an_allowed_folder_that_does_not_exist_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--port", "0", "--allow-folder", "/no/such"]) == 1
    assert "/no/such" in capsys.readouterr().err
