import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

pytest.importorskip("lightning", reason="training needs the extra “train”")

from app.cli import main
from core.models.checkpoint import Checkpoint
from tests.core.training.conftest import one_thread as one_thread
from tests.core.training.packs import save_pulse_pack


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_pulse_pack(tmp_path_factory.mktemp("pack"))


def _train(*arguments: object) -> int:
    return main(["train", "--device", "cpu", *map(str, arguments)])


def _refuse(capsys: pytest.CaptureFixture[str], arguments: Sequence[object]) -> str:
    assert _train(*arguments) == 1
    message = capsys.readouterr().err
    assert message.startswith("Genrescope: ") and len(message.splitlines()) == 1
    return message


def test_a_pack_becomes_a_zipped_run_folder(pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "my run"
    options = ("--preset", "songnet", "--epochs", 1, "--masks", 1, "--seed", 3, "--zip")
    assert _train("--pack", pack, "--output", output, *options) == 0
    told = capsys.readouterr().out
    assert f"{output / 'best_model.pt'}: validation accuracy" in told
    checkpoint = Checkpoint.load(output / "best_model.pt")
    assert (checkpoint.model_name, checkpoint.epoch, checkpoint.dataset["seed"]) == ("songnet", 1, 3)
    augmentation = json.loads((output / "config.json").read_text())["augmentation"]
    assert augmentation["n_masks"] == 1 and augmentation["max_mask_frames"] > 0
    with zipfile.ZipFile(tmp_path / "my run.zip") as archive:
        packed = {name for name in archive.namelist() if not name.endswith("/")}
        assert packed == {f"my run/{path.name}" for path in output.iterdir()}
        assert archive.testzip() is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["my run", "my run.zip"]

    message = _refuse(capsys, ["--pack", pack, "--output", output, *options])
    assert "already holds a training run" in message and "--resume" in message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--preset", "genre_resnit"], "Did you mean “genre_resnet”?"),
        (["--epochs", 0], "epochs is 0; it must be at least 1."),
        (["--seed", -1], "seed is -1; it must be at least 0."),
        (["--devices", 0], "at least one device"),
        (["--init", "nowhere.pt"], "There is no model at “nowhere.pt”."),
    ],
)
def test_wrong_options_get_one_sentence(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[object], message: str
) -> None:
    assert message in _refuse(capsys, ["--pack", pack, "--output", tmp_path / "run", *arguments])
    assert not (tmp_path / "run").exists()


def test_a_missing_pack_gets_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "“nowhere.npz” is not a log-mel pack" in _refuse(capsys, ["--pack", "nowhere.npz", "--output", tmp_path])


def test_a_file_in_the_place_of_the_run_folder_gets_one_sentence(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run").write_text("not a folder")
    assert "is a file" in _refuse(capsys, ["--pack", pack, "--output", tmp_path / "run"])
