"""The pieces that a benchmark is made of: one model with one seed each, kept in a folder of its own."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

RESULT_NAME = "piece.json"
_TIMING_NAME = "timing.json"


@dataclass(frozen=True)
class PieceResult:
    """What one model reached with one seed.

    Attributes:
        model: Name.
        seed: Of everything random.
        predicted_labels: Index of the genre told, for each ``val`` track in the pack's order.
        accuracy: Share of them told right, 0..1.
        macro_f1: Mean F1 of the genres that have a track, 0..1.
        train_s: Time that training took, interruptions left out, in seconds.
        detail: What came of the training, in a few words.
        n_parameters: Of a network.
        checkpoint_bytes: Of its checkpoint file.
        window_ms: Time in which it judges a whole clip, in milliseconds.
    """

    model: str
    seed: int
    predicted_labels: list[int]
    accuracy: float
    macro_f1: float
    train_s: float
    detail: str
    n_parameters: int | None = None
    checkpoint_bytes: int | None = None
    window_ms: float | None = None

    def save(self, folder: Path) -> None:
        """Keep it in the piece's folder."""
        write_json(folder / RESULT_NAME, asdict(self))

    @classmethod
    def load(cls, folder: Path) -> PieceResult | None:
        """What is kept in the folder; ``None`` where the piece is not finished."""
        content = read_json(folder / RESULT_NAME)
        try:
            return cls(**content)
        except TypeError:
            return None


class Stopwatch:
    """How long the work in a folder took, also when it was killed and went on later."""

    def __init__(self, folder: Path, marks: Iterable[Path]) -> None:
        """Start it.

        Args:
            folder: Where it keeps its notes.
            marks: Files that the work writes; the youngest tells until when work that was killed counts, as what came
                after is done again.
        """
        notes = read_json(folder / _TIMING_NAME)
        self._before_s = 0.0
        if isinstance(notes, dict) and {"before_s", "begun"} <= notes.keys():
            written = [path.stat().st_mtime for path in marks if path.exists()]
            self._before_s = notes["before_s"] + max([0.0, *(when - notes["begun"] for when in written)])
        folder.mkdir(parents=True, exist_ok=True)
        write_json(folder / _TIMING_NAME, {"before_s": self._before_s, "begun": time.time()})
        self._begun_s = time.monotonic()

    def read(self) -> float:
        """The time in seconds, all that came before an interruption included."""
        return self._before_s + time.monotonic() - self._begun_s


def read_json(path: Path) -> Any:
    """The file's content, ``None`` where there is none that can be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def write_json(path: Path, content: Any) -> None:
    """Write a file so that an interruption leaves the old one or the new one."""
    write_text(path, json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Likewise."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
