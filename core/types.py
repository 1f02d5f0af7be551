"""The values that travel through the program, from sound to genre."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]


class Decision(StrEnum):
    """What the program dares to say about a track."""

    CONFIDENT = "confident"
    UNSURE = "unsure"
    NOT_MUSIC = "not_music"


@dataclass(frozen=True)
class AudioMetadata:
    """What the file says of itself; a field that it does not tell is ``None``.

    Attributes:
        title: Tag, as are ``artist``, ``album``, ``genre_tag``.
        year: Four digits, from the tag ``date`` or ``year``.
        codec: FFmpeg's short name (``mp3``, ``flac``), or soundfile's subtype.
        container: FFmpeg's long format name, or soundfile's format.
        n_channels: Of the file, before mixing to mono.
        source_sample_rate: In Hz, of the file, before resampling.
    """

    title: str | None = None
    artist: str | None = None
    album: str | None = None
    year: int | None = None
    genre_tag: str | None = None
    codec: str | None = None
    container: str | None = None
    n_channels: int | None = None
    source_sample_rate: int | None = None


@dataclass(frozen=True)
class Waveform:
    """Mono sound.

    Attributes:
        samples: float32 ``[n_samples]``, nominally in -1..1.
        sample_rate: In Hz.
        metadata: What the file said of itself.
        warnings: One sentence for each thing that went wrong while decoding and did not stop it.
    """

    samples: FloatArray
    sample_rate: int
    metadata: AudioMetadata = field(default_factory=AudioMetadata)
    warnings: tuple[str, ...] = ()

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate


@dataclass(frozen=True)
class SegmentPrediction:
    """What the model heard in one segment.

    Attributes:
        start_s: In seconds from the start of the track. Neighbours meet half-way where their sound overlaps.
        end_s: Likewise.
        probabilities: float32 ``[num_classes]``, sums to 1.
    """

    start_s: float
    end_s: float
    probabilities: FloatArray


@dataclass(frozen=True)
class TrackPrediction:
    """The answer for a whole track.

    Attributes:
        label: The most probable genre, also where the decision is not ``confident``; ``None`` when there was
            nothing but silence to judge.
        confidence: Its calibrated probability, 0..1.
        decision: Whether to believe it.
        reason: One sentence that says why the decision is what it is.
        label_names: The genres, in the order of every ``probabilities`` array.
        probabilities: float32 ``[num_classes]``, sums to 1.
        segments: In order of time; empty when nothing but silence was heard.
        embedding: float32 ``[n_dims]``, mean over segments of the vector before the classifier.
        duration_s: Of the sound that was decoded, in seconds.
        waveform_peaks: float32 ``[n_peaks]``, the largest absolute sample of each of equal parts, 0..1.
        metadata: What the file said of itself.
        warnings: One sentence for each thing that went wrong and did not stop the prediction.
        decode_ms: Time spent waiting for decoded sound, in milliseconds.
        total_ms: Time from opening the file to the answer, in milliseconds.
    """

    label: str | None
    confidence: float
    decision: Decision
    reason: str
    label_names: tuple[str, ...]
    probabilities: FloatArray
    segments: tuple[SegmentPrediction, ...]
    embedding: FloatArray
    duration_s: float
    waveform_peaks: FloatArray
    metadata: AudioMetadata
    warnings: tuple[str, ...]
    decode_ms: float
    total_ms: float
