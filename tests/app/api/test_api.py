import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from app.cli import main
from app.contract import Genres, Health, Metrics, Prediction, Problem, ProjectIndex
from tests.app.api.conftest import run_api
from tests.app.conftest import RunningApi, assert_predicts, start_api, stop_api, wait_until_ready
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.sounds import encode_wav, make_tune, write_wav


def _problem(response: requests.Response) -> Problem:
    assert response.headers["content-type"] == "application/problem+json"
    problem = Problem.model_validate_json(response.content)
    assert problem.status == response.status_code
    return problem


def _predict_path(api: RunningApi, path: object) -> requests.Response:
    return requests.post(f"{api.url}/api/predict", json={"path": str(path)}, headers=api.headers, timeout=60)


def test_the_index_names_every_endpoint(api: RunningApi) -> None:
    index = ProjectIndex.model_validate_json(requests.get(f"{api.url}/", timeout=10).content)
    assert index.project == "Genrescope"
    assert {"GET /api/health", "GET /api/metrics", "GET /api/genres", "POST /api/predict"} <= index.endpoints.keys()


def test_health_tells_the_device(api: RunningApi) -> None:
    health = Health.model_validate_json(requests.get(f"{api.url}/api/health", timeout=10).content)
    assert (health.ready, health.device, health.model_id) == (True, "cpu", "gtzan")


def test_metrics_are_those_of_the_checkpoint(api: RunningApi) -> None:
    metrics = Metrics.model_validate_json(requests.get(f"{api.url}/api/metrics", timeout=10).content)
    assert metrics.model_exists and metrics.ready
    assert Path(metrics.model_path).is_file()
    assert metrics.val_acc is not None and 0.5 < metrics.val_acc < 1
    assert metrics.epoch and metrics.val_loss


def test_genres_are_the_ten_of_gtzan(api: RunningApi) -> None:
    genres = Genres.model_validate_json(requests.get(f"{api.url}/api/genres", timeout=10).content)
    assert len(genres.genres) == 10 and "jazz" in genres.genres


def test_a_path_is_predicted(api: RunningApi, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "Ünïcode {tune} 音.wav", duration_s=40)
    prediction = Prediction.model_validate_json(_predict_path(api, path).content)
    assert prediction.metadata.file_name == path.name
    assert prediction.metadata.duration_s == pytest.approx(40, abs=0.1)
    assert sum(prediction.probabilities.values()) == pytest.approx(1, abs=1e-4)
    assert prediction.label == next(iter(prediction.probabilities))
    assert prediction.confidence == prediction.probabilities[prediction.label]
    assert max(prediction.waveform_peaks) <= 1
    starts = [segment.start_s for segment in prediction.segments]
    ends = [segment.end_s for segment in prediction.segments]
    assert starts[0] == 0 and ends[-1] == pytest.approx(40, abs=0.5)
    assert all(end <= start + 0.01 for end, start in zip(ends, starts[1:], strict=False))


def test_an_upload_gives_the_answer_of_its_path(api: RunningApi, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "tune.wav")
    by_path = _predict_path(api, path).json()
    uploaded = requests.post(
        f"{api.url}/api/predict", files={"file": ("tune.wav", path.read_bytes())}, headers=api.headers, timeout=60
    ).json()
    for answer in (by_path, uploaded):
        del answer["timings"], answer["track_id"]
    assert uploaded == by_path


def test_a_spectrogram_is_predicted(api: RunningApi) -> None:
    spec = [[float((band * frame) % 255) for frame in range(387)] for band in range(128)]
    response = requests.post(f"{api.url}/api/predict", json={"spec": spec}, headers=api.headers, timeout=60)
    prediction = Prediction.model_validate_json(response.content)
    assert prediction.metadata.duration_s == pytest.approx(30, abs=0.1)
    assert prediction.metadata.file_name is None


@needs_shared_data
@pytest.mark.parametrize(("min_confidence", "decision"), [("0", "confident"), ("1", "unsure")])
def test_the_threshold_of_confident_can_be_set(tmp_path: Path, min_confidence: str, decision: str) -> None:
    song = min((SHARED_DATA / "audio" / "gtzan_val").rglob("*.*"))
    with run_api(tmp_path / "data", "--min-confidence", min_confidence) as (_, client):
        assert client.predict_path(str(song)).decision == decision


def test_a_threshold_that_is_no_probability_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["serve", "--min-confidence", "80"])
    assert "80 is not between 0 and 1" in capsys.readouterr().err


def test_silence_is_not_music(api: RunningApi, tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    path.write_bytes(encode_wav(0 * make_tune(10)))
    prediction = Prediction.model_validate_json(_predict_path(api, path).content)
    assert (prediction.decision, prediction.label, prediction.segments) == ("not_music", None, [])


@pytest.mark.parametrize("authorization", [None, "Bearer wrong", "Bearer ", "Basic abc", "Bearer täken"])
def test_prediction_needs_the_token(api: RunningApi, tmp_path: Path, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization.encode("latin-1")}
    response = requests.post(f"{api.url}/api/predict", json={"path": "/etc/hosts"}, headers=headers, timeout=10)
    assert _problem(response).code == "unauthorized"
    assert response.headers["www-authenticate"] == "Bearer"
    assert_predicts(api, tmp_path)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", ""])
def test_a_foreign_host_is_refused(api: RunningApi, tmp_path: Path, host: str) -> None:
    response = requests.get(f"{api.url}/api/health", headers={"Host": host}, timeout=10)
    assert _problem(response).code == "host_refused"
    assert_predicts(api, tmp_path)


def test_this_computers_names_are_answered(api: RunningApi) -> None:
    port = urlsplit(api.url).port
    for host in ("localhost", f"127.0.0.1:{port}", f"[::1]:{port}", "LOCALHOST"):
        assert requests.get(f"{api.url}/api/health", headers={"Host": host}, timeout=10).ok


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "json_invalid"),
        (b"\xff\xfe", "application/json", 400, "json_invalid"),
        (b"[]", "application/json", 422, "invalid_request"),
        (b"{}", "application/json", 422, "invalid_request"),
        (b'{"path": 5}', "application/json", 422, "invalid_request"),
        (b'{"path": ""}', "application/json", 422, "invalid_request"),
        (b'{"path": "song.mp3"}', "application/json", 422, "path_not_absolute"),
        (b'{"path": "/no/such/song.mp3"}', "application/json", 404, "audio_not_found"),
        (b'{"path": "/a\\u0000b"}', "application/json", 404, "audio_not_found"),
        (b'{"path": "/dev/zero"}', "application/json", 404, "audio_not_found"),
        (b'{"path": "/tmp"}', "application/json", 404, "audio_not_found"),
        (b'{"path": "/a", "spec": [[1]]}', "application/json", 422, "invalid_request"),
        (b'{"spec": []}', "application/json", 422, "spec_invalid"),
        (b'{"spec": [[]]}', "application/json", 422, "spec_invalid"),
        (b'{"spec": [[1, 2], [1]]}', "application/json", 422, "spec_invalid"),
        (b'{"spec": [[1, 2], [1, 2]]}', "application/json", 422, "spec_invalid"),
        (b'{"spec": [[NaN]]}', "application/json", 422, "spec_invalid"),
        (b"[" * 100_000, "application/json", 400, "json_invalid"),
        (b"file", "text/plain", 415, "media_type_unsupported"),
        (b"", "", 415, "media_type_unsupported"),
        (b"garbage", "multipart/form-data", 400, "bad_request"),
        (b"garbage", "multipart/form-data; boundary=x", 400, "bad_request"),
        (b"--x--\r\n", "multipart/form-data; boundary=x", 422, "file_missing"),
    ],
)
def test_a_bad_request_is_told_what_is_wrong(
    api: RunningApi, body: bytes, content_type: str, status: int, code: str
) -> None:
    headers = api.headers | ({"Content-Type": content_type} if content_type else {})
    response = requests.post(f"{api.url}/api/predict", data=body, headers=headers, timeout=30)
    problem = _problem(response)
    assert (problem.status, problem.code) == (status, code), problem


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "audio_empty"),
        (b"just text", 415, "audio_undecodable"),
        (encode_wav(make_tune(0.001))[:44], 422, "audio_empty"),
    ],
)
def test_an_upload_that_is_no_sound_is_told_so(api: RunningApi, content: bytes, status: int, code: str) -> None:
    response = requests.post(
        f"{api.url}/api/predict", files={"file": ("a.wav", content)}, headers=api.headers, timeout=30
    )
    problem = _problem(response)
    assert (problem.status, problem.code) == (status, code), problem
    assert "a.wav" in problem.detail


def test_unknown_routes_and_methods_are_problems(api: RunningApi) -> None:
    assert _problem(requests.get(f"{api.url}/nothing", timeout=10)).code == "not_found"
    assert _problem(requests.get(f"{api.url}/api/predict", timeout=10)).code == "method_not_allowed"


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(api: RunningApi, tmp_path: Path) -> None:
    address = urlsplit(api.url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(
            b"POST /api/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 99999999999\r\n\r\n"
        )
        assert b" 413 " in connection.recv(4096)
    assert_predicts(api, tmp_path)


def test_a_body_of_unknown_length_is_cut_off_at_the_limit(api: RunningApi, tmp_path: Path) -> None:
    chunk = b" " * 1024**2
    response = requests.post(
        f"{api.url}/api/predict",
        data=(chunk for _ in range(20)),
        headers=api.headers | {"Content-Type": "application/json"},
        timeout=60,
    )
    assert _problem(response).code == "body_too_large"
    assert_predicts(api, tmp_path)


def test_concurrent_answers_equal_serial_ones(api: RunningApi, tmp_path: Path) -> None:
    paths = [write_wav(tmp_path / f"{seed}.wav", 8 + seed, seed) for seed in range(6)]
    serial = [_predict_path(api, path).json() for path in paths]
    with ThreadPoolExecutor(6) as executor:
        concurrent = list(executor.map(lambda path: _predict_path(api, path).json(), paths))
    for one, other in zip(serial, concurrent, strict=True):
        assert one["label"] == other["label"]
        assert one["probabilities"] == pytest.approx(other["probabilities"], abs=1e-5)


def test_more_requests_than_fit_are_turned_away_and_none_is_lost(api: RunningApi, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "long.wav", duration_s=120)
    with ThreadPoolExecutor(80) as executor:
        responses = list(executor.map(lambda _: _predict_path(api, path), range(80)))
    statuses = {response.status_code for response in responses}
    assert statuses == {200, 503}
    refused = next(response for response in responses if response.status_code == 503)
    assert _problem(refused).code == "busy"
    assert int(refused.headers["retry-after"]) >= 1
    assert len({response.json()["label"] for response in responses if response.ok}) == 1
    assert_predicts(api, tmp_path)


def test_64_uploads_at_once_are_all_answered(api: RunningApi, tmp_path: Path) -> None:
    content = encode_wav(make_tune(30))

    def upload(index: int) -> requests.Response:
        files = {"file": (f"{index}.wav", content)}
        return requests.post(f"{api.url}/api/predict", files=files, headers=api.headers, timeout=60)

    with ThreadPoolExecutor(64) as executor:
        responses = list(executor.map(upload, range(64)))
    assert {response.status_code for response in responses} <= {200, 503}
    assert sum(response.ok for response in responses) >= 32
    for index, response in enumerate(responses):
        if response.ok:
            assert Prediction.model_validate_json(response.content).metadata.file_name == f"{index}.wav"
        else:
            assert _problem(response).code == "busy"
    assert_predicts(api, tmp_path)


def test_openapi_documents_the_three_ways_and_the_errors(api: RunningApi) -> None:
    document = requests.get(f"{api.url}/openapi.json", timeout=10).json()
    operation = document["paths"]["/api/predict"]["post"]
    assert operation["requestBody"]["content"].keys() == {"multipart/form-data", "application/json"}
    assert {"200", "400", "401", "404", "413", "415", "422", "503"} <= operation["responses"].keys()
    assert operation["responses"]["404"]["content"]["application/problem+json"]["schema"]["title"] == "Problem"
    assert operation["security"]


def test_a_missing_model_is_told_and_does_not_end_the_server() -> None:
    running = start_api("--model", "no-such-model")
    try:
        deadline = time.monotonic() + 30
        while not (health := requests.get(f"{running.url}/api/health", timeout=10).json())["error"]:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert "no-such-model" in health["error"]
        assert requests.get(f"{running.url}/api/metrics", timeout=10).json()["model_exists"] is False
        assert _problem(_predict_path(running, "/no/such.wav")).code == "model_unavailable"
    finally:
        stop_api(running)


def test_predictions_before_the_model_is_ready_are_asked_to_come_back(tmp_path: Path) -> None:
    running = start_api()
    try:
        path = write_wav(tmp_path / "tune.wav", 5)
        while (response := _predict_path(running, path)).status_code == 503:
            assert _problem(response).code == "model_not_ready"
            assert response.headers["retry-after"] == "1"
        assert response.ok
    finally:
        stop_api(running)


def test_the_server_ends_when_its_parent_is_gone_even_while_it_works(tmp_path: Path) -> None:
    running = start_api()
    wait_until_ready(running)
    path = write_wav(tmp_path / "long.wav", 120)

    def ask() -> None:
        try:
            _predict_path(running, path)
        except requests.RequestException:
            return  # the server went away under it, as it should

    clients = [threading.Thread(target=ask) for _ in range(8)]
    for client in clients:
        client.start()
    time.sleep(0.2)
    stop_api(running)  # closes its standard input, waits for its end
    for client in clients:
        client.join(timeout=20)
    assert running.process.poll() is not None
