"""``GET /metrics`` counts what happens."""

import sys
from pathlib import Path

import pytest
import requests

from app.api.application import ApiSettings, create_app
from tests.app.api.metrics import Values, read_metrics
from tests.app.conftest import RunningApi, assert_predicts


def _growth(api: RunningApi, before: Values, name: str, **labels: str) -> float:
    key = (name, frozenset(labels.items()))
    return read_metrics(api).get(key, 0) - before.get(key, 0)


def test_a_prediction_is_counted_and_timed(api: RunningApi, tmp_path: Path) -> None:
    before = read_metrics(api)
    prediction = assert_predicts(api, tmp_path)
    assert _growth(api, before, "genrescope_predictions_total", decision=prediction.decision) == 1
    for stage, duration_ms in (("decode", prediction.timings.decode_ms), ("total", prediction.timings.total_ms)):
        assert _growth(api, before, "genrescope_prediction_duration_seconds_count", stage=stage) == 1
        growth_s = _growth(api, before, "genrescope_prediction_duration_seconds_sum", stage=stage)
        assert growth_s == pytest.approx(duration_ms / 1000, abs=1e-3)


def test_requests_are_counted_by_the_template_of_their_route(api: RunningApi) -> None:
    before = read_metrics(api)
    requests.get(f"{api.url}/api/models/gtzan", headers=api.headers, timeout=10)
    requests.get(f"{api.url}/api/models/another", headers=api.headers, timeout=10)
    requests.get(f"{api.url}/api/health", headers={"Host": "evil.example"}, timeout=10)
    requests.get(f"{api.url}/made/up/by/a/client", timeout=10)
    requests.request("PROPFIND", f"{api.url}/api/health", timeout=10)

    def growth(route: str, method: str, status: str) -> float:
        return _growth(api, before, "genrescope_requests_total", route=route, method=method, status=status)

    assert growth("/api/models/{model_id}", "GET", "200") == 1
    assert growth("/api/models/{model_id}", "GET", "404") == 1
    assert growth("none", "GET", "400") == 1
    assert growth("none", "GET", "404") == 1
    assert growth("/api/health", "other", "405") == 1
    assert not any("made" in value for _, labels in read_metrics(api) for _, value in labels)


def test_the_model_the_queue_and_the_process_are_shown(api: RunningApi) -> None:
    values = read_metrics(api)
    info = frozenset({"id": "gtzan", "architecture": "genre_duet", "device": "cpu"}.items())
    assert values["genrescope_model_info", info] == 1
    none: frozenset[tuple[str, str]] = frozenset()
    assert values["genrescope_ready", none] == 1
    assert values["genrescope_predictions_running", none] == values["genrescope_predictions_waiting", none] == 0
    if sys.platform == "linux":  # elsewhere the package knows nothing of the process
        assert values["process_resident_memory_bytes", none] > 50e6
        assert values["process_cpu_seconds_total", none] > 0


def test_two_servers_in_one_process_count_apart() -> None:
    first, second = (create_app(ApiSettings(token="x")).state.measurements for _ in range(2))
    first.count_request("/api/health", "GET", 200)
    for _ in range(3):
        second.count_request("/api/health", "GET", 200)
    line = b'genrescope_requests_total{method="GET",route="/api/health",status="200"} '
    assert line + b"1.0" in first.render() and line + b"3.0" in second.render()
