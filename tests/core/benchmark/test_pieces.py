import json
import os
import time
from pathlib import Path

import pytest

from core.benchmark.pieces import PieceResult, Stopwatch

RESULT = PieceResult("crnn", 2, [0, 1, 1], 2 / 3, 0.6, 12.5, "last epoch's weights", 1000, 4000, 3.5)


def test_a_result_is_read_as_it_was_written(tmp_path: Path) -> None:
    RESULT.save(tmp_path)
    assert PieceResult.load(tmp_path) == RESULT
    assert [path.name for path in tmp_path.iterdir()] == ["piece.json"]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"model": "crnn"}', "null"])
def test_half_a_result_is_none(content: str, tmp_path: Path) -> None:
    (tmp_path / "piece.json").write_text(content)
    assert PieceResult.load(tmp_path) is None


def test_no_result_is_none(tmp_path: Path) -> None:
    assert PieceResult.load(tmp_path / "nowhere") is None


def test_a_stopwatch_counts_what_was_kept_before_it_was_killed(tmp_path: Path) -> None:
    mark, now = tmp_path / "resume.ckpt", time.time()
    mark.touch()
    os.utime(mark, (now - 40, now - 40))
    (tmp_path / "timing.json").write_text(json.dumps({"before_s": 5.0, "begun": now - 100}))
    assert Stopwatch(tmp_path, [mark, tmp_path / "nowhere"]).read() == pytest.approx(65, abs=0.5)
    # Killed at once: nothing was written meanwhile.
    assert Stopwatch(tmp_path, [mark]).read() == pytest.approx(65, abs=0.5)


def test_a_new_stopwatch_starts_at_nothing(tmp_path: Path) -> None:
    assert Stopwatch(tmp_path / "new", []).read() == pytest.approx(0, abs=0.5)
