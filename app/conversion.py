"""From the library's values to the JSON contract; the API and the command line both speak it."""

from __future__ import annotations

import numpy as np

from app.contract import Prediction, SegmentResult, Timings, TrackMetadata
from core.types import FloatArray, TrackPrediction


def to_contract(track: TrackPrediction, model_id: str, file_name: str | None) -> Prediction:
    """The contract's ``Prediction`` of a track.

    Args:
        track: The predictor's answer.
        model_id: Of the model that gave it.
        file_name: Of the file, or ``None`` where there was none; bytes that are no text are escaped.
    """
    return Prediction(
        label=track.label,
        confidence=track.confidence,
        decision=track.decision.value,
        reason=track.reason,
        probabilities=_rank(track.label_names, track.probabilities),
        segments=[
            SegmentResult(
                start_s=round(segment.start_s, 2),
                end_s=round(segment.end_s, 2),
                label=track.label_names[int(segment.probabilities.argmax())],
                confidence=float(segment.probabilities.max()),
                probabilities=_rank(track.label_names, segment.probabilities),
            )
            for segment in track.segments
        ],
        waveform_peaks=[round(float(peak), 4) for peak in track.waveform_peaks],
        metadata=TrackMetadata(
            file_name=None if file_name is None else escape_file_name(file_name),
            title=track.metadata.title,
            artist=track.metadata.artist,
            album=track.metadata.album,
            year=track.metadata.year,
            genre_tag=track.metadata.genre_tag,
            duration_s=round(track.duration_s, 3),
            codec=track.metadata.codec,
            container=track.metadata.container,
            n_channels=track.metadata.n_channels,
            source_sample_rate=track.metadata.source_sample_rate,
        ),
        warnings=list(track.warnings),
        timings=Timings(decode_ms=round(track.decode_ms, 1), total_ms=round(track.total_ms, 1)),
        model_id=model_id,
    )


def escape_file_name(name: str) -> str:
    """A file name as text that JSON can carry: bytes that are no text become escapes of the form ``udcXX``."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _rank(label_names: tuple[str, ...], probabilities: FloatArray) -> dict[str, float]:
    order = np.argsort(-probabilities, kind="stable")
    return {label_names[index]: float(probabilities[index]) for index in order}
