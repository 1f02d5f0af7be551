"""The product's entry point: a song in, a genre out.

The ladder, each rung usable alone: ``open_audio`` → ``split_into_windows`` → ``GenrePredictor.score_window``
(log-mel, segments, logits) → ``aggregate_segments`` → ``decide``.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np
import torch
from torch import Tensor

from core.audio.decode import open_audio
from core.audio.peaks import PeakAccumulator
from core.audio.windows import split_into_windows
from core.errors import FeatureError, ModelError
from core.features.log_mel import LogMelConfig, scale_log_mel, split_into_segments
from core.inference.aggregate import aggregate_segments
from core.inference.decision import DecisionConfig, NotMusicDetector, decide, decide_on_silence
from core.inference.device import DeviceChoice, select_device
from core.models.checkpoint import DEFAULT_MODEL_ID, Checkpoint, GenreModel, find_checkpoint
from core.types import AudioMetadata, FloatArray, SegmentPrediction, TrackPrediction

#: A rest at the end of a track that is shorter than this is not judged, in seconds.
MIN_TAIL_S = 5.0

#: Windows that may wait for the model while decoding runs ahead: enough to keep both busy, little memory.
MAX_WAITING_WINDOWS = 4


@dataclass(frozen=True)
class SegmentScores:
    """What the model makes of consecutive segments.

    Attributes:
        logits: float32 ``[n_segments, num_classes]``.
        embeddings: float32 ``[n_segments, n_dims]``.
        start_s: float32 ``[n_segments]``, in seconds from the start of the track.
    """

    logits: Tensor
    embeddings: Tensor
    start_s: Tensor

    def after(self, time_s: float) -> SegmentScores:
        """Only the segments that start after ``time_s``."""
        chosen = self.start_s > time_s
        return SegmentScores(self.logits[chosen], self.embeddings[chosen], self.start_s[chosen])


def join_windows(windows: Sequence[SegmentScores]) -> SegmentScores:
    """The segments of a track's windows in order; where the last window overlaps, nothing counts twice."""
    joined = [windows[0]]
    for before, window in pairwise(windows):
        joined.append(window.after(float(before.start_s[-1])))
    return SegmentScores(
        torch.cat([window.logits for window in joined]),
        torch.cat([window.embeddings for window in joined]),
        torch.cat([window.start_s for window in joined]),
    )


class GenrePredictor:
    """A loaded model on a device. Safe to call from several threads at once."""

    def __init__(self, checkpoint: Checkpoint, model_id: str, device_choice: DeviceChoice) -> None:
        self.checkpoint = checkpoint
        self.model_id = model_id
        self.device_choice = device_choice
        self.label_names = tuple(checkpoint.label_names)
        self.decision_config = DecisionConfig(**checkpoint.decision_config)
        self._not_music = NotMusicDetector(**checkpoint.not_music_config) if checkpoint.not_music_config else None
        self._model = GenreModel.from_checkpoint(checkpoint).to(device_choice.device)
        if self._model.network.takes_features or not self._model.network.hears_log_mel:
            raise ModelError(
                f"“{model_id}” is a {checkpoint.model_name}: it reads more than the log-mel that is computed from "
                "recordings, and can only be trained and compared on packs. Choose another model."
            )
        self._model.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    @classmethod
    def load(cls, model: str | Path = DEFAULT_MODEL_ID, device: str | None = None) -> Self:
        """Load a model.

        Args:
            model: The id of a shipped model, or the path of a checkpoint.
            device: A PyTorch device name, or ``None`` to take the best that works.

        Raises:
            ModelError: When there is no such model, or it cannot be read.
            DeviceError: When the device does not compute.
        """
        path = find_checkpoint(model)
        return cls(Checkpoint.load(path), path.parent.name, select_device(device))

    @property
    def feature_config(self) -> LogMelConfig:
        """The front end's configuration."""
        return self._model.front_end.config

    def predict_file(self, source: Path | str | BinaryIO, name: str | None = None) -> TrackPrediction:
        """Tell the genre of a file of any length, in bounded memory.

        Args:
            source: A path or an open binary file.
            name: What to call it in messages, where ``source`` has no good name.

        Raises:
            AudioError: When the file is missing, is no audio, is empty or breaks the limits.
        """
        started = time.perf_counter()
        with open_audio(source, sample_rate=self.feature_config.sample_rate, name=name) as stream:
            sound = _MeasuredSound(stream)
            scores = self._score_sound(sound)
        return self._conclude(
            scores,
            duration_s=sound.n_samples / self.feature_config.sample_rate,
            waveform_peaks=sound.peaks.result(),
            metadata=stream.metadata,
            warnings=tuple(stream.warnings),
            decode_ms=1000 * sound.waited_s,
            started=started,
        )

    def predict_log_mel(self, log_mel: FloatArray) -> TrackPrediction:
        """Tell the genre of a window whose log-mel is known, for example a track of a pack.

        Args:
            log_mel: ``[n_mels, n_frames]``, on any linear scale of dB.

        Raises:
            FeatureError: When the shape is not the model's, or values are not finite.
        """
        started = time.perf_counter()
        values = torch.as_tensor(np.asarray(log_mel, dtype=np.float32))
        if values.ndim != 2 or values.numel() == 0:
            raise FeatureError(f"A log-mel has the shape [n_mels, n_frames]; this one has {list(values.shape)}.")
        if not bool(torch.isfinite(values).all()):
            raise FeatureError("The log-mel holds values that are not finite.")
        scores = self.score_log_mel(scale_log_mel(values))
        return self.conclude_segments(scores, values.shape[1] * self.feature_config.frame_s, started=started)

    def conclude_segments(
        self,
        scores: SegmentScores | None,
        duration_s: float,
        *,
        weights: Tensor | None = None,
        started: float | None = None,
    ) -> TrackPrediction:
        """The answer to segments, wherever their sound came from.

        Args:
            scores: Of a track's segments in order; ``None`` when there was nothing but silence.
            duration_s: Of the track, in seconds.
            weights: How much each segment counts, float32 ``[n_segments]``, their mean 1; ``None`` for all the same.
            started: When the work on it began, by ``time.perf_counter``; ``None`` for now.
        """
        return self._conclude(
            scores,
            duration_s=duration_s,
            waveform_peaks=np.zeros(0, dtype=np.float32),
            metadata=AudioMetadata(),
            warnings=(),
            decode_ms=0.0,
            started=time.perf_counter() if started is None else started,
            weights=weights,
        )

    @torch.inference_mode()
    def score_window(self, samples: FloatArray, start_s: float = 0.0) -> SegmentScores:
        """Score one window of sound.

        Args:
            samples: float32 mono ``[n_samples]`` at the model's sample rate.
            start_s: Where the window lies in the track, in seconds.
        """
        return self.score_log_mel(self.compute_log_mel(samples), start_s)

    @torch.inference_mode()
    def compute_log_mel(self, samples: FloatArray) -> Tensor:
        """The log-mel ``[n_mels, n_frames]`` in 0..1 of one window of sound, float32 mono ``[n_samples]``."""
        log_mel: Tensor = self._model.front_end(torch.from_numpy(samples).to(self.device_choice.device))
        return log_mel

    @torch.inference_mode()
    def score_log_mel(self, log_mel: Tensor, start_s: float = 0.0) -> SegmentScores:
        """Score the log-mel ``[n_mels, n_frames]`` in 0..1 of one window.

        Raises:
            FeatureError: When the shape is not the model's.
            ModelError: When the model's answer is not a number.
        """
        segments, starts = split_into_segments(log_mel.to(self.device_choice.device), self.feature_config)
        embeddings = self._model.network.embed(segments)
        logits = self._model.network.classify(embeddings).float().cpu()
        if not bool(torch.isfinite(logits).all()):
            raise ModelError(f"The model “{self.model_id}” gave an answer that is not a number; its file is damaged.")
        frame_s = self.feature_config.frame_s
        return SegmentScores(logits, embeddings.float().cpu(), start_s + frame_s * starts)

    def _score_sound(self, blocks: Iterable[FloatArray]) -> SegmentScores | None:
        """Scores of all that is not silent; ``None`` when everything is.

        Decoding goes on in this thread while a second one runs the model: both release the interpreter.
        """
        config = self.feature_config
        min_tail_length = round(MIN_TAIL_S * config.sample_rate)
        silence = 10 ** (self.decision_config.silence_db / 20)
        windows: list[SegmentScores] = []
        waiting: deque[Future[SegmentScores]] = deque()
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="score") as executor:
            for start, window in split_into_windows(blocks, config.window_length, min_tail_length):
                if np.abs(window).max() < silence:
                    continue
                waiting.append(executor.submit(self.score_window, window, start / config.sample_rate))
                if len(waiting) > MAX_WAITING_WINDOWS:
                    windows.append(waiting.popleft().result())
            windows.extend(future.result() for future in waiting)
        return join_windows(windows) if windows else None

    def _conclude(
        self,
        scores: SegmentScores | None,
        *,
        duration_s: float,
        waveform_peaks: FloatArray,
        metadata: AudioMetadata,
        warnings: tuple[str, ...],
        decode_ms: float,
        started: float,
        weights: Tensor | None = None,
    ) -> TrackPrediction:
        if scores is None:
            embedding = np.zeros(0, dtype=np.float32)
            probabilities = np.full(len(self.label_names), 1 / len(self.label_names), dtype=np.float32)
        else:
            weighted = scores.embeddings if weights is None else weights[:, None] * scores.embeddings
            embedding = weighted.mean(dim=0).numpy()
            track_log_probabilities = aggregate_segments(
                scores.logits,
                self.checkpoint.temperature,
                by_vote=self._model.network.is_decided_by_vote,
                weights=weights,
            )
            probabilities = track_log_probabilities.exp().numpy()
        best, second = np.argsort(-probabilities, kind="stable")[:2]
        confidence = float(probabilities[best])
        if scores is None:
            decision, reason = decide_on_silence(self.decision_config)
        else:
            is_music = self._not_music is None or self._not_music.is_music(embedding)
            decision, reason = decide(
                self.label_names[best], confidence, self.label_names[second], is_music, self.decision_config
            )
        return TrackPrediction(
            label=None if scores is None else self.label_names[best],
            confidence=confidence,
            decision=decision,
            reason=reason,
            label_names=self.label_names,
            probabilities=probabilities,
            segments=() if scores is None else self._describe_segments(scores, duration_s),
            embedding=embedding,
            duration_s=duration_s,
            waveform_peaks=waveform_peaks,
            metadata=metadata,
            warnings=warnings,
            decode_ms=decode_ms,
            total_ms=1000 * (time.perf_counter() - started),
        )

    def _describe_segments(self, scores: SegmentScores, duration_s: float) -> tuple[SegmentPrediction, ...]:
        """Segments as a timeline: in order, none reaching into the next."""
        segment_s = self.feature_config.segment_frames * self.feature_config.frame_s
        starts = scores.start_s.tolist()
        ends = [min(start + segment_s, duration_s) for start in starts]
        for index in range(1, len(starts)):
            if starts[index] < ends[index - 1]:
                ends[index - 1] = starts[index] = (starts[index] + ends[index - 1]) / 2
        probabilities = torch.softmax(scores.logits / self.checkpoint.temperature, dim=-1).numpy()
        return tuple(map(SegmentPrediction, starts, ends, probabilities))


class _MeasuredSound:
    """Passes blocks on, and remembers what the answer says of the sound as a whole."""

    def __init__(self, blocks: Iterable[FloatArray]) -> None:
        self._blocks = blocks
        self.peaks = PeakAccumulator()
        self.n_samples = 0
        self.waited_s = 0.0

    def __iter__(self) -> Iterator[FloatArray]:
        asked = time.perf_counter()
        for block in self._blocks:
            self.waited_s += time.perf_counter() - asked
            self.n_samples += len(block)
            self.peaks.add(block)
            yield block
            asked = time.perf_counter()
