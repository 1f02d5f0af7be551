from pathlib import Path

import pytest

pytest.importorskip("lightning", reason="a benchmark needs the extra “train”")

from app.cli import main
from tests.core.benchmark.conftest import shipped as shipped
from tests.core.benchmark.conftest import tiny_recipes as tiny_recipes
from tests.core.training.conftest import one_thread as one_thread
from tests.core.training.packs import save_pulse_pack


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_pulse_pack(tmp_path_factory.mktemp("pack"))


def _benchmark(*arguments: object) -> int:
    return main(["benchmark", "--device", "cpu", *map(str, arguments)])


def test_a_pack_becomes_a_table(pack: Path, shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "my benchmark"
    arguments = ("--pack", pack, "--models", "genre_resnet, five_channel_cnn", "--seeds", 1, "--epochs", 1,
                 "--shipped", shipped, "--output", output)  # fmt: skip
    assert _benchmark(*arguments) == 0
    told = capsys.readouterr()
    assert told.out == (output / "benchmark.md").read_text() + "\n", "only the table goes to standard output"
    assert "| genre_resnet |" in told.out and "| **beats** (shipped) |" in told.out
    assert "Piece 1 of 1: genre_resnet, seed 0" in told.err
    assert f"Written to {output}." in told.err

    assert _benchmark(*arguments) == 0
    assert "Piece 1 of 1: genre_resnet, seed 0 (finished before)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--models", "genre_resnit"], "Did you mean “genre_resnet”?"),
        (["--models", "knn"], "give their table (--features)"),
        (["--models", ","], "No model to compare was named."),
        (["--seeds", 0], "The number of seeds is 0; it must be at least 1."),
        (["--epochs", 0], "epochs is 0; it must be at least 1."),
        (["--shipped", "nothing"], "No model “nothing”"),
        (["--features", "nowhere.csv"], "“nowhere.csv” is not a feature table"),
        (["--pack", "nowhere.npz"], "“nowhere.npz” is not a log-mel pack"),
    ],
)
def test_wrong_options_get_one_sentence(
    pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[object], message: str
) -> None:
    assert _benchmark("--pack", pack, "--output", tmp_path / "new", *arguments) == 1
    told = capsys.readouterr().err
    assert told.startswith("Genrescope: ") and len(told.splitlines()) == 1 and message in told
    assert not (tmp_path / "new").exists()


def test_a_file_in_the_place_of_the_folder_gets_one_sentence(
    pack: Path, shipped: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("not a folder")
    arguments = ("--pack", pack, "--models", "crnn", "--shipped", shipped, "--output", tmp_path / "file")
    assert _benchmark(*arguments) == 1
    assert "is a file; a benchmark needs a folder." in capsys.readouterr().err
