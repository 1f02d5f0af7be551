"""What might have come of files that nobody has."""

from pathlib import Path
from typing import Any

import numpy as np

from app.contract import Prediction, SegmentResult, Timings, TrackMetadata, TrackProblem
from app.library.identified import FileState, Identified
from core.audio.source import display_name


def make_identified(path: str | None = "/music/song.mp3", label: str = "jazz", **changes: Any) -> Identified:
    """An answer; ``confidence``, ``decision``, ``embedding``, ``state`` and what the file says of itself may differ."""
    confidence = changes.pop("confidence", 0.9)
    decision = changes.pop("decision", "confident")
    embedding = changes.pop("embedding", [1.0, 0.0])
    state = changes.pop("state", FileState(1000, 1))
    model_id = changes.pop("model_id", "gtzan")
    prediction = Prediction(
        label=label,
        confidence=confidence,
        decision=decision,
        reason=f"{label} it is.",
        probabilities={label: confidence},
        segments=[SegmentResult(start_s=0, end_s=5, label=label, confidence=0.5, probabilities={label: 0.5})],
        waveform_peaks=[0.5],
        metadata=TrackMetadata(duration_s=changes.pop("duration_s", 200.0), **changes),
        warnings=[],
        timings=Timings(decode_ms=1, total_ms=2),
        model_id=model_id,
    )
    located = None if path is None else Path(path)
    name = "upload.mp3" if located is None else display_name(located)
    vector = np.array(embedding, dtype=np.float32)
    return Identified(located, name, None if located is None else state, model_id, prediction, vector)


def make_failed(path: str = "/music/broken.mp3") -> Identified:
    problem = TrackProblem(code="audio_undecodable", detail="It could not be read as audio.")
    return Identified(Path(path), Path(path).name, FileState(10, 1), "gtzan", problem=problem)
