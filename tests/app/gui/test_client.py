import os
import socket
import sys
from pathlib import Path

import pytest

from app.gui.api_call import ApiError, ApiUnavailableError
from app.gui.client import ApiClient, display_name
from tests.app.conftest import TOKEN, RunningApi
from tests.sounds import write_wav


@pytest.fixture
def client(api: RunningApi) -> ApiClient:
    return ApiClient(api.url, TOKEN)


def test_questions_without_audio(client: ApiClient) -> None:
    assert client.health().ready
    assert client.metrics().model_exists
    assert len(client.genres().genres) > 1


def test_predict_path_with_any_letters(client: ApiClient, tmp_path: Path) -> None:
    path = write_wav(tmp_path / "Die schöne {Müllerin} 你好.wav")
    prediction = client.predict_path(str(path))
    assert prediction.metadata.file_name == path.name
    assert prediction.metadata.duration_s == pytest.approx(12, abs=0.1)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have no such names")
def test_predict_path_with_a_name_that_is_no_text(client: ApiClient, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.wav"))
    write_wav(path)
    assert display_name(str(path)) == r"caf\xe9.wav"
    assert client.predict_path(str(path)).label is not None
    path.unlink()
    with pytest.raises(ApiError, match="cannot be read"):
        client.predict_path(str(path))


def test_broken_file_raises_the_readable_problem(client: ApiClient, tmp_path: Path) -> None:
    path = tmp_path / "broken.mp3"
    path.write_bytes(b"this is no sound" * 100)
    with pytest.raises(ApiError, match=r"broken\.mp3") as caught:
        client.predict_path(str(path))
    assert caught.value.code == "audio_undecodable"


def test_wrong_token_is_an_api_error(api: RunningApi, tmp_path: Path) -> None:
    with pytest.raises(ApiError) as caught:
        ApiClient(api.url, "wrong").predict_path(str(tmp_path / "a.wav"))
    assert caught.value.code == "unauthorized"


def test_nobody_there_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(ApiUnavailableError):
        ApiClient(f"http://127.0.0.1:{port}", TOKEN).health()


def test_proxy_of_the_environment_is_not_used(client: ApiClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert client.health().ready
