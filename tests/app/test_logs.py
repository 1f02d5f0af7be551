import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import logs


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(logging, "raiseExceptions", True)
    monkeypatch.setattr(logs, "user_log_path", lambda *names, **options: tmp_path / "logs")
    logger = logging.getLogger("app")
    before = (logger.level, logger.propagate, list(logger.handlers))
    yield tmp_path / "logs"
    for handler in logger.handlers:
        if handler not in before[2]:
            handler.close()
    logger.level, logger.propagate, logger.handlers = before


def test_each_start_has_its_own_file_and_the_oldest_are_removed(folder: Path) -> None:
    folder.mkdir()
    for number in range(20):
        (folder / f"20000101-0000{number:02}-1.log").touch()
    path = logs.start_log()
    assert path is not None and path.exists()
    assert len(list(folder.iterdir())) == logs.MAX_FILES
    assert (folder / "20000101-000019-1.log").exists()


def test_a_file_does_not_grow_without_bound(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "MAX_BYTES", 1000)
    logs.start_log()
    for _ in range(100):
        logging.getLogger("app.anything").info("x" * 100)
    sizes = [path.stat().st_size for path in folder.iterdir()]
    assert len(sizes) == 2 and max(sizes) <= 1000


def test_a_folder_that_cannot_be_written_is_no_error(folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    assert logs.start_log() is None
    logging.getLogger("app.anything").error("lost")
