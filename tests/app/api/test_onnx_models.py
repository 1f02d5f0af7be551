"""ONNX models beside checkpoints: both are listed, tried, added and chosen in the same way."""

import shutil
from pathlib import Path

import pytest

from app.api.model_store import ModelStore
from app.gui.api_call import ApiError
from app.gui.client import ApiClient
from core.models.files import CHECKPOINT_NAME, ONNX_NAME, find_checkpoint
from tests.app.api.conftest import activate, find_model, run_api
from tests.app.conftest import assert_predicts


def test_an_onnx_model_is_added_chosen_and_removed(client: ApiClient, gtzan_onnx: Path, tmp_path: Path) -> None:
    source = tmp_path / "small ear.onnx"
    shutil.copy(gtzan_onnx, source)
    (tmp_path / "MODEL_CARD.md").write_text("# A small ear", encoding="utf-8")
    added = client.add_model(str(source))
    assert (added.id, added.format, added.title) == ("small_ear", "onnx", "A small ear")
    assert added.size_bytes == source.stat().st_size
    source.unlink()
    activate(client, added.id)
    assert client.health().device == "cpu"
    shipped, ours = client.model("gtzan"), client.model(added.id)
    assert (ours.genre_scores, ours.val_acc, ours.dataset) == (shipped.genre_scores, shipped.val_acc, shipped.dataset)
    assert find_model(client, "gtzan").format == "pytorch"


def test_a_file_that_is_no_usable_onnx_model_is_refused(client: ApiClient, gtzan_onnx: Path, tmp_path: Path) -> None:
    files = {
        "nothing": b"",
        "letter": b"This is no model.\n" * 100,
        "half": gtzan_onnx.read_bytes()[:1_000_000],
        "checkpoint": find_checkpoint("gtzan").read_bytes(),
    }
    before = client.list_models()
    for name, content in files.items():
        path = tmp_path / f"{name}.onnx"
        path.write_bytes(content)
        with pytest.raises(ApiError) as raised:
            client.add_model(str(path))
        assert raised.value.code == "model_unusable"
        assert str(path) in raised.value.detail
    assert client.list_models() == before


def test_where_a_model_has_both_files_the_backend_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for folder, names in {"both": (CHECKPOINT_NAME, ONNX_NAME), "one": (ONNX_NAME,), "none": ("notes.txt",)}.items():
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / name).touch()
    monkeypatch.setattr("app.api.model_store.MODELS_DIR", tmp_path)
    monkeypatch.setattr("app.api.model_store.user_models_folder", lambda: tmp_path / "none")
    files = {
        backend: {file.id: file.path.name for file in ModelStore("both", backend).list_files()}
        for backend in (None, "torch", "onnx")
    }
    assert files[None] == files["torch"] == {"both": CHECKPOINT_NAME, "one": ONNX_NAME}
    assert files["onnx"] == {"both": ONNX_NAME, "one": ONNX_NAME}


def test_a_server_started_with_the_onnx_backend_answers(gtzan_onnx: Path, tmp_path: Path) -> None:
    with run_api(tmp_path / "data", "--backend", "onnx", "--model", str(gtzan_onnx)) as (api, client):
        assert assert_predicts(api, tmp_path).model_id == client.list_models().active_id == "gtzan_2"
        with pytest.raises(AssertionError):
            activate(client, "fma_small")  # a checkpoint
        error = client.health().activation_error
        assert error is not None and "genrescope export" in error
        assert assert_predicts(api, tmp_path).model_id == "gtzan_2"
