"""Saves the answer on the page to a file that the person names: as a picture or as data. Knows no widget."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from app.gui.client import display_name
from app.gui.jobs import Jobs
from app.gui.pages.identify.report import draw_report, write_whole
from app.gui.widgets.result_text import ResultText

#: What no system, or not every one, allows in a name.
_FORBIDDEN: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@dataclass(frozen=True)
class ReportKind:
    """A form in which an answer can be saved."""

    title: str
    suffix: str


PICTURE: Final = ReportKind("Picture of one page", ".png")
DATA: Final = ReportKind("Data", ".json")


class Saving:
    """Saves one answer.

    Args:
        jobs: Where drawing and writing run.
        say: Shows a sentence across the window.
        ask: Lets the person choose where, given the kind and a name to begin with; empty where they changed their mind.
    """

    def __init__(self, jobs: Jobs, say: Callable[[str | None], None], ask: Callable[[ReportKind, str], str]) -> None:
        self._jobs = jobs
        self._say = say
        self._ask = ask
        self._result: ResultText | None = None

    def show(self, result: ResultText | None) -> None:
        """Another answer is on the page, or none."""
        self._result = result

    def save_picture(self) -> None:
        """Save a page to look at."""
        self._save(PICTURE, lambda result: draw_report(result, f"{datetime.now():%Y-%m-%d %H:%M}"))

    def save_data(self) -> None:
        """Save what the API has answered."""
        self._save(DATA, lambda result: result.prediction.model_dump_json(indent=2).encode())

    def _save(self, kind: ReportKind, make: Callable[[ResultText], bytes]) -> None:
        result = self._result
        path = self._ask(kind, f"{_suggest_name(result)}{kind.suffix}") if result is not None else ""
        if result is None or not path:
            return

        def work() -> None:
            write_whole(path, make(result))

        name = display_name(path)
        self._jobs.submit(work, lambda done: self._say(f"Saved as “{name}”."), partial(self._fail, name))

    def _fail(self, name: str, error: Exception) -> None:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        self._say(f"“{name}” could not be saved: {reason}. Choose another folder or name.")


def _suggest_name(result: ResultText) -> str:
    name = display_name(result.path) if result.path is not None else result.title
    return _FORBIDDEN.sub("_", Path(name).stem)[:100] + " – genre"
