"""``WS /api/live``: what is sent is judged as a file is, and said while it is sent."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import requests

from app.api.describe import PAGE
from app.api.live_description import EXAMPLE
from app.contract import (
    LiveEvent,
    LiveFinal,
    LiveLevel,
    LiveNoiseSampled,
    LivePartial,
    LiveSongChange,
    Prediction,
)
from app.gui.client import ApiClient
from core.audio.decode import decode_audio
from tests.app.api.checkpoints import write_checkpoint
from tests.app.api.conftest import activate
from tests.app.api.live_clients import (
    START,
    Samples,
    connect_plainly,
    listen_to,
    open_session,
    read_until_ready,
    wait_for_sessions,
)
from tests.app.conftest import TOKEN, RunningApi
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.sounds import SAMPLE_RATE, make_tune, write_wav


def _predict(api: RunningApi, path: Path) -> Prediction:
    response = requests.post(f"{api.url}/api/predict", json={"path": str(path)}, headers=api.headers, timeout=60)
    return Prediction.model_validate_json(response.content)


def _finals(events: list[LiveEvent]) -> list[LiveFinal]:
    return [event for event in events if isinstance(event, LiveFinal)]


def _noise(duration_s: float, amplitude: float = 0.05) -> Samples:
    return np.random.default_rng(1).normal(0, amplitude, round(duration_s * SAMPLE_RATE)).astype(np.float32)


def test_a_streamed_tune_is_judged_as_its_file_is(api: RunningApi, tmp_path: Path) -> None:
    prediction = _predict(api, write_wav(tmp_path / "tune.wav", 12))
    events = listen_to(api, make_tune(12))
    assert isinstance(events[-1], LiveFinal) and len(_finals(events)) == 1
    assert events[-1].prediction.label == prediction.label
    assert events[-1].prediction.confidence == pytest.approx(prediction.confidence, abs=0.1)
    assert events[-1].prediction.segments and events[-1].prediction.model_id == prediction.model_id
    partials = [event for event in events if isinstance(event, LivePartial)]
    assert [event.time_s for event in partials] == pytest.approx(list(range(1, 13)), abs=0.2)
    levels = [event for event in events if isinstance(event, LiveLevel)]
    assert len(levels) == pytest.approx(120, abs=2)
    assert all(-30 < event.rms_db < event.peak_db <= 0.1 for event in levels)


@needs_shared_data
@pytest.mark.parametrize("name", ["blues/blues.00000", "disco/disco.00002", "jazz/jazz.00006"])
def test_a_streamed_clip_gets_the_label_of_its_file(api: RunningApi, name: str) -> None:
    path = SHARED_DATA / "audio" / "gtzan_val" / f"{name}.flac"
    prediction = _predict(api, path)
    waveform = decode_audio(path)
    events = listen_to(api, waveform.samples, sample_rate=waveform.sample_rate)
    assert {event.prediction.label for event in _finals(events)} == {prediction.label}


def _to_16_bits(samples: Samples) -> Samples:
    return (samples * 32767).astype("<i2")  # type: ignore[return-value]


def _to_stereo(samples: Samples) -> Samples:
    return np.stack([0.5 * samples, 1.5 * samples], axis=1)


def _to_44_100_hz(samples: Samples) -> Samples:
    times = np.arange(2 * len(samples)) / 2
    return np.interp(times, np.arange(len(samples)), samples).astype(np.float32)


@pytest.mark.parametrize(
    ("convert", "form"),
    [
        (_to_16_bits, {"sample_format": "s16le"}),
        (_to_stereo, {"channels": 2}),
        (_to_44_100_hz, {"sample_rate": 44_100}),
    ],
)
def test_every_form_of_the_same_sound_gets_the_same_answer(
    api: RunningApi, convert: Callable[[Samples], Samples], form: dict[str, object]
) -> None:
    plain, converted = (
        _finals(events)[-1].prediction
        for events in (listen_to(api, make_tune(6)), listen_to(api, convert(make_tune(6)), **form))
    )
    assert converted.label == plain.label
    assert converted.metadata.duration_s == pytest.approx(6, abs=0.05)
    # Resampling by straight lines is not perfect.
    assert converted.confidence == pytest.approx(plain.confidence, abs=0.1)


def test_however_the_sound_is_cut_into_messages(api: RunningApi) -> None:
    tune = make_tune(4)
    answers = [_finals(listen_to(api, tune, block_s))[-1].prediction.probabilities for block_s in (0.011, 0.3, 4)]
    assert answers[1] == pytest.approx(answers[0], abs=0.01) and answers[2] == pytest.approx(answers[0], abs=0.01)


def test_two_clients_at_once_get_each_their_own_answers(api: RunningApi) -> None:
    sounds = [make_tune(10), _noise(10)]
    alone = [_finals(listen_to(api, sound))[-1].prediction.probabilities for sound in sounds]
    with ThreadPoolExecutor(2) as executor:
        together = [_finals(events)[-1] for events in executor.map(lambda sound: listen_to(api, sound), sounds)]
    assert alone[0] != pytest.approx(alone[1], abs=0.01)
    for event, probabilities in zip(together, alone, strict=True):
        assert event.prediction.probabilities == pytest.approx(probabilities, abs=1e-4)


def test_a_pause_ends_a_song_and_another_one_begins(api: RunningApi) -> None:
    silence = np.zeros(4 * SAMPLE_RATE, dtype=np.float32)
    events = listen_to(api, np.concatenate([make_tune(7), silence, make_tune(7, seed=1)]))
    assert [event.start_s for event in _finals(events)] == pytest.approx([0, 11], abs=0.3)
    (change,) = [event for event in events if isinstance(event, LiveSongChange)]
    assert (change.reason, change.start_s) == ("pause", pytest.approx(11, abs=0.3))


@pytest.mark.parametrize("duration_s", [0, 0.01, 3])
def test_silence_gets_an_answer_too(api: RunningApi, duration_s: float) -> None:
    events = listen_to(api, np.zeros(round(duration_s * SAMPLE_RATE), dtype=np.float32))
    (final,) = _finals(events)
    assert events[-1] is final
    assert (final.prediction.label, final.prediction.decision) == (None, "not_music")


def test_sampled_noise_is_taken_away_and_let_be_again(api: RunningApi) -> None:
    def mean_level_db(events: list[LiveEvent], from_s: float = 0.0) -> float:
        levels_db = [event.rms_db for event in events if isinstance(event, LiveLevel) and event.time_s > from_s]
        return float(np.mean(levels_db))

    with open_session(api) as session:

        def hear(duration_s: float, until_s: float) -> list[LiveEvent]:
            """What is told until then, of noise that is sent."""
            session.send(_noise(duration_s).tobytes())
            events: list[LiveEvent] = []
            while not events or (getattr(events[-1], "time_s", 0) < until_s):
                event = session.receive(30)
                assert event is not None
                events.append(event)
            return events

        before = hear(2, until_s=1.5)
        session.sample_noise(2.0)
        sampling = hear(2.5, until_s=4.3)
        session.denoise(True)
        with_denoising = hear(3, until_s=7.0)
        session.denoise(False)
        without = hear(3, until_s=10.0)

    # The noise until then was a “song”, which ends where sampling begins; time goes on.
    assert [event.time_s for event in _finals(sampling)] == pytest.approx([2], abs=0.1)
    (sampled,) = [event for event in sampling if isinstance(event, LiveNoiseSampled)]
    assert sampled.time_s == pytest.approx(4, abs=0.1) and sampled.rms_db == pytest.approx(-26, abs=0.5)
    times_s = [
        event.time_s for event in [*before, *sampling, *with_denoising, *without] if isinstance(event, LiveLevel)
    ]
    assert times_s == sorted(times_s)
    assert mean_level_db(before) == pytest.approx(-26, abs=0.5)
    assert mean_level_db(with_denoising, from_s=5) < -36
    assert mean_level_db(without, from_s=8) == pytest.approx(-26, abs=0.5)


def test_denoising_may_be_wished_from_the_start(api: RunningApi) -> None:
    with open_session(api, denoise=True) as session:
        session.sample_noise(0.5)
        session.send(_noise(5).tobytes())
        session.stop()
        events = list(session)
    (sampled,) = [event for event in events if isinstance(event, LiveNoiseSampled)]
    later_db = [event.rms_db for event in events if isinstance(event, LiveLevel) and event.time_s > 1]
    assert len(later_db) > 30 and np.mean(later_db) < sampled.rms_db - 8
    assert isinstance(events[-1], LiveFinal)


def test_a_session_goes_on_with_the_model_that_it_began_with(
    own_api: RunningApi, client: ApiClient, tmp_path: Path
) -> None:
    added = client.add_model(str(write_checkpoint(tmp_path / "another.pt")))
    with open_session(own_api) as session:
        session.send(make_tune(3).tobytes())
        activate(client, added.id)
        session.send(make_tune(3, seed=1).tobytes())
        session.stop()
        events = list(session)
    answers = {event.prediction.model_id for event in events if isinstance(event, LivePartial | LiveFinal)}
    assert answers == {session.ready.model_id} == {"gtzan"}
    with open_session(own_api) as session:
        assert session.ready.model_id == added.id


def test_sessions_are_counted(api: RunningApi) -> None:
    def n_requests() -> float:
        line = 'genrescope_requests_total{method="GET",route="/api/live",status="101"} '
        metrics = requests.get(f"{api.url}/metrics", timeout=10).text
        return float(metrics.partition(line)[2].partition("\n")[0] or 0)

    wait_for_sessions(api, 0)
    before = n_requests()
    with open_session(api):
        wait_for_sessions(api, 1)
    wait_for_sessions(api, 0)
    assert n_requests() == before + 1


def test_the_route_is_told_where_all_routes_are(api: RunningApi) -> None:
    assert "WS /api/live" in requests.get(api.url, timeout=10).json()["endpoints"]


def test_pages_of_this_computer_may_listen(api: RunningApi) -> None:
    for origin in ("http://localhost:3000", "http://127.0.0.1"):
        with connect_plainly(api, origin=origin) as connection:
            connection.send(START)
            read_until_ready(connection)


def test_the_example_of_the_page_works(api: RunningApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert EXAMPLE in examples
    code = EXAMPLE
    song = str(write_wav(tmp_path / "song.wav", 3))
    for written, real in (("song.wav", song), ("http://127.0.0.1:8000", api.url), ("choose-a-secret", TOKEN)):
        assert written in code
        code = code.replace(written, real)
    exec(code, {})  # noqa: S102 - our own page
    assert re.fullmatch(r"(partial [123] s \w+ \w+\n){3}final 3 s \w+ \w+\n", capsys.readouterr().out)
