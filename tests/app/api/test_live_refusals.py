"""What live clients may not do gets one clear answer: within the handshake, or as a problem."""

import base64

import numpy as np
import pytest
import requests

from app.api.live_problems import LIVE_PROBLEMS
from app.contract import LiveStart, Problem
from app.contract.live import MAX_SOUND_BYTES, MAX_TEXT_LENGTH
from core.audio.decode import DEFAULT_LIMITS
from tests.app.api.live_clients import (
    HANDSHAKE,
    assert_alive,
    connect_plainly,
    problem_of,
    read_to_the_end,
    read_until_ready,
    start_message,
    text,
)
from tests.app.conftest import TOKEN, RunningApi


def _f32(*values: float) -> bytes:
    return np.array(values, dtype="<f4").tobytes()


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"Authorization": ""}, 401, "unauthorized"),
        ({"Authorization": "Bearer wrong"}, 401, "unauthorized"),
        ({"Authorization": f"Basic {TOKEN}"}, 401, "unauthorized"),
        ({"Host": "evil.example"}, 400, "host_refused"),
        ({"Origin": "https://evil.example"}, 403, "origin_refused"),
        ({"Origin": "null"}, 403, "origin_refused"),
    ],
)
def test_who_may_not_listen_is_refused_within_the_handshake(
    api: RunningApi, headers: dict[str, str], status: int, code: str
) -> None:
    response = requests.get(f"{api.url}/api/live", headers=api.headers | HANDSHAKE | headers, timeout=10)
    assert response.headers["content-type"] == "application/problem+json"
    assert (response.status_code, Problem.model_validate_json(response.content).code) == (status, code)
    assert_alive(api)


def test_a_damaged_handshake_or_another_route_harms_nobody(api: RunningApi) -> None:
    for route, changes in (
        ("/api/live", {"Sec-WebSocket-Key": "short"}),
        ("/api/live", {"Sec-WebSocket-Version": "1"}),
        ("/api/health", {}),
        ("/nowhere", {}),
    ):
        headers = api.headers | HANDSHAKE | changes
        assert 400 <= requests.get(api.url + route, headers=headers, timeout=10).status_code < 500
    assert requests.get(f"{api.url}/api/live", headers=api.headers, timeout=10).status_code == 404
    assert_alive(api)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (start_message(sample_rate=1), "start_invalid"),
        (start_message(sample_rate=10**9), "start_invalid"),
        (start_message(sample_rate=-44_100), "start_invalid"),
        (start_message(sample_rate="fast"), "start_invalid"),
        (start_message(channels=0), "start_invalid"),
        (start_message(channels=65), "start_invalid"),
        (start_message(sample_format="f64le"), "start_invalid"),
        (start_message(colour="blue"), "start_invalid"),
        (text(type="start"), "start_invalid"),
        (text(type="stop"), "start_invalid"),
        (text(type="fly"), "start_invalid"),
        ("", "start_invalid"),
        ("hello", "start_invalid"),
        ("[]", "start_invalid"),
        ("{}", "start_invalid"),
        ("[" * MAX_TEXT_LENGTH, "start_invalid"),
        ("x" * (MAX_TEXT_LENGTH + 1), "message_too_large"),
        (b"", "sound_before_start"),
        (_f32(0.0), "sound_before_start"),
    ],
)
def test_a_start_that_is_none_gets_one_problem(api: RunningApi, message: str | bytes, code: str) -> None:
    with connect_plainly(api) as connection:
        connection.send(message)
        events, close_code = read_to_the_end(connection)
    assert problem_of(events).code == code and len(events) == 1
    assert close_code == LIVE_PROBLEMS[code][0]
    assert_alive(api)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (bytes(3), "sound_invalid"),
        (bytes(4), "sound_invalid"),  # one channel of two
        (_f32(0.1, float("nan")), "sound_invalid"),
        (_f32(0.1, float("-inf")), "sound_invalid"),
        (_f32(0.1, 3e38), "sound_invalid"),
        (bytes(MAX_SOUND_BYTES + 8), "message_too_large"),
        (base64.b64encode(bytes(2000)).decode(), "message_invalid"),
        (start_message(), "message_invalid"),
        (text(type="sample_noise", seconds=1e9), "message_invalid"),
        ('{"type": "sample_noise", "seconds": NaN}', "message_invalid"),
        (text(type="denoise", on="perhaps"), "message_invalid"),
        (text(type="fly" * 1000), "message_invalid"),
        (text(type="stop", **{"fly" * 1000: 1}), "message_invalid"),
        ("x" * (MAX_TEXT_LENGTH + 1), "message_too_large"),
    ],
)
def test_what_is_no_sound_and_no_message_gets_one_problem(api: RunningApi, message: str | bytes, code: str) -> None:
    with connect_plainly(api) as connection:
        connection.send(start_message(channels=2))
        read_until_ready(connection)
        connection.send(message)
        events, close_code = read_to_the_end(connection)
    assert problem_of(events).code == code
    assert close_code == LIVE_PROBLEMS[code][0]
    assert_alive(api)


def test_the_contract_takes_the_forms_that_can_be_resampled() -> None:
    bounds = LiveStart.model_json_schema()["properties"]
    lowest, highest = DEFAULT_LIMITS.min_source_sample_rate, DEFAULT_LIMITS.max_source_sample_rate
    assert (bounds["sample_rate"]["minimum"], bounds["sample_rate"]["maximum"]) == (lowest, highest)
    assert bounds["channels"]["maximum"] == DEFAULT_LIMITS.max_channels
