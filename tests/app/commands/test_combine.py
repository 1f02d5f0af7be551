from pathlib import Path

import pytest

pytest.importorskip("lightning", reason="training needs the extra “train”")

from app.cli import main
from core.models.checkpoint import Checkpoint
from tests.core.training.conftest import one_thread as one_thread
from tests.core.training.packs import save_pulse_pack


def test_two_trained_models_become_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = save_pulse_pack(tmp_path)
    for preset in ("genre_resnet", "sound_texture"):
        arguments = ("--preset", preset, "--epochs", 1, "--output", tmp_path / preset, "--device", "cpu")
        assert main(["train", "--pack", *map(str, (pack, *arguments))]) == 0
    parts = [str(tmp_path / name / "best_model.pt") for name in ("genre_resnet", "sound_texture")]
    output = tmp_path / "both.pt"
    assert main(["combine", *parts, "--pack", str(pack), "--output", str(output)]) == 0
    assert f"{output}: validation accuracy" in capsys.readouterr().out
    assert Checkpoint.load(output).model_name == "genre_duet"

    assert main(["combine", *reversed(parts), "--pack", str(pack), "--output", str(output)]) == 1
    message = capsys.readouterr().err
    assert "not sound_texture and genre_resnet" in message and len(message.splitlines()) == 1

    (tmp_path / "file").touch()
    for wrong, reason in ((tmp_path, "is a folder"), (tmp_path / "file" / "both.pt", "cannot be written")):
        assert main(["combine", *parts, "--pack", str(pack), "--output", str(wrong)]) == 1
        message = capsys.readouterr().err
        assert f"“{wrong}” {reason}" in message and len(message.splitlines()) == 1
