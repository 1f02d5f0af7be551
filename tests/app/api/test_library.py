"""What was identified is found again, by the window's own client over real HTTP."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import requests

from app.contract import CorrectionPage, TrackFilters
from app.gui.api_call import ApiError
from app.gui.client import ApiClient
from tests.app.api.conftest import run_api
from tests.app.conftest import RunningApi, assert_predicts
from tests.sounds import SAMPLE_RATE, encode_wav, make_tune, write_wav


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data of the library")


@pytest.fixture(scope="module")
def library_api(data: Path) -> Iterator[tuple[RunningApi, ApiClient]]:
    with run_api(data) as running:
        yield running


@pytest.fixture
def api_client(library_api: tuple[RunningApi, ApiClient]) -> Iterator[ApiClient]:
    """A library that holds nothing yet."""
    client = library_api[1]
    for track in client.list_tracks(limit=1000).items:
        client.remove_track(track.id)
    yield client


def test_the_library_says_where_it_is(api_client: ApiClient, data: Path) -> None:
    library = api_client.library()
    assert Path(library.path) == data / "library.sqlite3" and Path(library.path).is_file()
    assert (library.is_available, library.n_tracks, library.note) == (True, 0, None)


def test_an_answer_is_kept_and_the_same_file_is_one_track(api_client: ApiClient, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    path = write_wav(tmp_path / "Die schöne {Müllerin}.wav")
    prediction = api_client.predict_path(str(path))
    assert prediction.track_id is not None
    again = api_client.predict_path(str(tmp_path / "folder" / ".." / path.name))
    assert again.track_id == prediction.track_id
    details = api_client.track(prediction.track_id)
    assert details.prediction == again
    assert (details.track.path, details.track.file_name) == (str(path), path.name)
    assert (details.track.label, details.track.duration_s) == (prediction.label, 12)
    assert api_client.list_tracks().total == 1


def test_an_upload_is_kept_and_a_spectrogram_or_a_failure_is_not(
    library_api: tuple[RunningApi, ApiClient], api_client: ApiClient, tmp_path: Path
) -> None:
    api, url = library_api[0], f"{library_api[0].url}/api/predict"
    files = {"file": ("tune.wav", encode_wav(make_tune(6)))}
    uploaded = requests.post(url, files=files, headers=api.headers, timeout=60).json()
    spec = [[float((band * frame) % 255) for frame in range(387)] for band in range(128)]
    assert requests.post(url, json={"spec": spec}, headers=api.headers, timeout=60).json()["track_id"] is None
    (tmp_path / "broken.mp3").write_bytes(b"this is no sound" * 100)
    with pytest.raises(ApiError):
        api_client.predict_path(str(tmp_path / "broken.mp3"))
    (track,) = api_client.list_tracks().items
    assert (track.id, track.path, track.file_name) == (uploaded["track_id"], None, "tune.wav")


def test_tracks_are_filtered_sorted_paged_and_exported_alike(api_client: ApiClient, tmp_path: Path) -> None:
    for name in ("b.wav", "a.wav", "Größe.wav"):
        api_client.predict_path(str(write_wav(tmp_path / name, duration_s=6)))
    by_name = TrackFilters(sort="file_name", descending=False)
    page = api_client.list_tracks(by_name, limit=1, offset=1)
    assert ([track.file_name for track in page.items], page.total, page.limit, page.offset) == (["b.wav"], 3, 1, 1)
    found = TrackFilters(text="GRÖSSE", is_failed=False)
    assert [track.file_name for track in api_client.list_tracks(found).items] == ["Größe.wav"]
    assert [row["file_name"] for row in json.loads(api_client.export_tracks("json", found))] == ["Größe.wav"]
    table = csv.DictReader(io.StringIO(api_client.export_tracks("csv", by_name).decode("utf-8"), newline=""))
    assert [row["file_name"] for row in table] == ["a.wav", "b.wav", "Größe.wav"]


def test_playlists_hold_the_music_of_a_genre_as_the_person_says(api_client: ApiClient, tmp_path: Path) -> None:
    for name in ("Größe.wav", "hush.wav"):
        (tmp_path / name).write_bytes(encode_wav(np.zeros(6 * SAMPLE_RATE, dtype=np.float32)))
        api_client.predict_path(str(tmp_path / name))
    assert api_client.export_tracks("m3u8") == b"#EXTM3U\n"
    (silence,) = api_client.list_tracks(TrackFilters(text="größe")).items
    api_client.correct_track(silence.id, "Ambient")
    playlist = ["#EXTM3U", "#EXTINF:6,Größe.wav", str(tmp_path / "Größe.wav")]
    assert api_client.export_tracks("m3u8").decode("utf-8").splitlines() == playlist
    assert api_client.export_tracks("m3u8", TrackFilters(label="Ambient")).decode("utf-8").splitlines() == playlist
    assert api_client.export_tracks("m3u8", TrackFilters(label="jazz")) == b"#EXTM3U\n"


def test_a_genre_finds_what_was_corrected_to_it(api_client: ApiClient, tmp_path: Path) -> None:
    track_id = api_client.predict_path(str(write_wav(tmp_path / "tune.wav"))).track_id
    (track,) = api_client.list_tracks().items
    assert track_id == track.id and api_client.list_tracks(TrackFilters(label=track.label)).total == 1
    api_client.correct_track(track.id, "Chamber Pop")
    assert api_client.list_tracks(TrackFilters(label="Chamber Pop")).total == 1
    assert api_client.list_tracks(TrackFilters(label=track.label)).total == 0


def test_a_correction_stays_and_comes_with_its_embedding(api_client: ApiClient, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "tune.wav")
    track_id = api_client.predict_path(str(path)).track_id
    assert track_id is not None
    assert api_client.correct_track(track_id, "Chamber Pop").corrected_label == "Chamber Pop"
    api_client.predict_path(str(path))
    page = api_client.list_corrections()
    assert [item.track.corrected_label for item in page.items] == ["Chamber Pop"]
    assert len(page.items[0].embedding) > 10
    assert CorrectionPage.model_validate_json(api_client.export_corrections()).items == page.items
    assert api_client.library().n_corrections == 1
    assert api_client.correct_track(track_id, None).corrected_label is None
    assert api_client.list_corrections().total == 0


def test_the_tune_that_sounds_alike_is_the_most_similar(api_client: ApiClient, tmp_path: Path) -> None:
    tune, other = make_tune(12, seed=1), make_tune(12, seed=2)
    sounds = {"tune": tune, "quieter": 0.7 * tune, "other": other[::-1].copy()}
    ids = {}
    for name, samples in sounds.items():
        path = tmp_path / f"{name}.wav"
        path.write_bytes(encode_wav(samples))
        ids[name] = api_client.predict_path(str(path)).track_id
    assert ids["tune"] is not None
    found = api_client.list_similar_tracks(ids["tune"], limit=5).items
    assert [item.track.id for item in found] == [ids["quieter"], ids["other"]]
    assert 1.001 > found[0].similarity > found[1].similarity


def test_a_track_that_is_gone_is_a_problem(api_client: ApiClient, tmp_path: Path) -> None:
    track_id = api_client.predict_path(str(write_wav(tmp_path / "tune.wav"))).track_id
    assert track_id is not None
    api_client.remove_track(track_id)
    asks = (
        api_client.track,
        api_client.remove_track,
        api_client.list_similar_tracks,
        lambda track_id: api_client.correct_track(track_id, "jazz"),
    )
    for ask in asks:
        with pytest.raises(ApiError) as caught:
            ask(track_id)
        assert caught.value.code == "track_unknown"


def test_the_library_outlives_the_server_and_damage_is_told(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with run_api(data) as (api, _):
        track_id = assert_predicts(api, tmp_path).track_id
        api.process.kill()
    with run_api(data) as (_, client):
        assert track_id is not None and client.track(track_id).prediction is not None
    (data / "library.sqlite3").write_bytes(b"damage" * 1000)
    with run_api(data) as (api, client):
        assert assert_predicts(api, tmp_path).track_id is not None
        library = client.library()
        assert library.n_tracks == 1 and library.note and "library.damaged-" in library.note


def test_without_a_library_predictions_go_on_and_it_says_why(tmp_path: Path) -> None:
    (tmp_path / "no folder").touch()
    with run_api(tmp_path / "no folder") as (api, client):
        assert assert_predicts(api, tmp_path).track_id is None
        library = client.library()
        assert not library.is_available and library.note
        for ask in (client.list_tracks, client.list_jobs, lambda: client.start_job([str(tmp_path)])):
            with pytest.raises(ApiError) as caught:
                ask()
            assert caught.value.code == "library_unavailable"


def test_the_library_needs_the_token(library_api: tuple[RunningApi, ApiClient]) -> None:
    for route in ("library", "tracks", "tracks/1", "tracks/export?format=csv", "corrections", "jobs", "jobs/1"):
        assert requests.get(f"{library_api[0].url}/api/{route}", timeout=10).status_code == 401, route


def test_a_batch_gives_a_line_for_each_file_as_it_is_ready(api_client: ApiClient, tmp_path: Path) -> None:
    good = [str(write_wav(tmp_path / f"{seed}.wav", duration_s=6, seed=seed)) for seed in range(3)]
    (tmp_path / "broken.mp3").write_bytes(b"this is no sound" * 100)
    paths = [*good, str(tmp_path / "broken.mp3"), str(tmp_path / "missing.mp3"), "relative.mp3", str(tmp_path)]
    results = {result.index: result for result in api_client.predict_batch(paths)}
    assert [results[index].path for index in range(len(paths))] == paths
    for index in range(3):
        prediction = results[index].prediction
        assert prediction is not None and prediction.track_id is not None and results[index].problem is None
    codes = [problem.code for index in range(3, 7) if (problem := results[index].problem)]
    assert codes == ["audio_undecodable", "audio_not_found", "path_not_absolute", "audio_not_found"]
    assert api_client.list_tracks().total == 3


def test_a_batch_ends_when_the_client_goes(
    library_api: tuple[RunningApi, ApiClient], api_client: ApiClient, tmp_path: Path
) -> None:
    paths = [str(write_wav(tmp_path / f"{seed}.wav", duration_s=6, seed=seed)) for seed in range(40)]
    lines = api_client.predict_batch(paths)
    assert next(lines).prediction is not None
    lines.close()
    # Others are answered, and what was not begun when the client went is not begun any more.
    for _ in range(3):
        assert_predicts(library_api[0], tmp_path)
    assert api_client.list_tracks().total < len(paths) / 2
