"""The product's entry point: a song in, a genre out.

The ladder, each rung usable alone: ``open_audio`` → ``split_into_windows`` → ``GenrePredictor.score_window``
(log-mel, segments, logits) → ``aggregate_segments`` → ``decide``.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np
import numpy.typing as npt

from core.audio.decode import open_audio
from core.audio.peaks import PeakAccumulator
from core.audio.windows import split_into_windows
from core.errors import ModelError
from core.features.log_mel_config import LogMelConfig
from core.inference.aggregate import aggregate_segments, log_softmax
from core.inference.backend import list_backends, load_scorer
from core.inference.decision import DecisionConfig, NotMusicDetector, decide, decide_on_silence
from core.inference.scorer import Scorer, SegmentScores, WindowScores, join_windows, to_valid_log_mel
from core.models.files import DEFAULT_MODEL_ID, Backend, find_model
from core.types import AudioMetadata, FloatArray, SegmentPrediction, TrackPrediction

#: A rest at the end of a track that is shorter than this is not judged, in seconds.
MIN_TAIL_S = 5.0

#: Windows that may wait for the model while decoding runs ahead: enough to keep both busy, little memory.
MAX_WAITING_WINDOWS = 4


class GenrePredictor:
    """A loaded model. Safe to call from several threads at once.

    Args:
        scorer: The model, in whatever library runs it.
        model_id: What answers are signed with.
        min_confidence: Below it an answer is ``unsure``, 0..1; ``None`` leaves it to the model.

    Attributes:
        metadata: What the model says of itself.
        feature_config: The front end's configuration.
        device: What computes, such as ``cpu`` or ``cuda:0``.
        device_reason: One sentence for the user: why this one.
    """

    def __init__(self, scorer: Scorer, model_id: str, min_confidence: float | None = None) -> None:
        self.metadata = scorer.metadata
        self.model_id = model_id
        self.device = scorer.device
        self.device_reason = scorer.device_reason
        self.label_names = tuple(self.metadata.label_names)
        self.feature_config = LogMelConfig(**self.metadata.feature_config)
        self.decision_config = DecisionConfig(**self.metadata.decision_config)
        if min_confidence is not None:
            self.decision_config = replace(self.decision_config, min_confidence=min_confidence)
        not_music_config = self.metadata.not_music_config
        self._not_music = NotMusicDetector(**not_music_config) if not_music_config else None
        self._scorer = scorer

    @classmethod
    def load(
        cls,
        model: str | Path = DEFAULT_MODEL_ID,
        device: str | None = None,
        *,
        backend: Backend | None = None,
        n_threads: int | None = None,
    ) -> Self:
        """Load a model.

        Args:
            model: The id of a shipped model, or the path of a checkpoint or ONNX model.
            device: A PyTorch device name, or ``None`` to take the best that works.
            backend: What shall run it; ``None`` takes PyTorch where it is installed and the model has a checkpoint.
            n_threads: The processor's cores that the model may use, as for ``load_scorer``.

        Raises:
            ModelError: When there is no such model, or it cannot be read.
            DeviceError: When the device does not compute.
        """
        path = find_model(model, list_backends(backend))
        return cls(load_scorer(path, device, n_threads), path.parent.name)

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

    def predict_log_mel(self, log_mel: npt.ArrayLike) -> TrackPrediction:
        """Tell the genre of a window whose log-mel is known, for example a track of a pack.

        Args:
            log_mel: ``[n_mels, n_frames]``, on any linear scale of dB.

        Raises:
            FeatureError: When the shape is not the model's, or values are not finite.
        """
        started = time.perf_counter()
        values = to_valid_log_mel(log_mel, self.feature_config)
        segments = self._validate(self._scorer.score_log_mel(values)).segments
        return self.conclude_segments(segments, values.shape[1] * self.feature_config.frame_s, started=started)

    def conclude_segments(
        self,
        scores: SegmentScores | None,
        duration_s: float,
        *,
        weights: FloatArray | None = None,
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

    def score_window(self, samples: FloatArray, start_s: float = 0.0) -> WindowScores:
        """Score one window of sound.

        Args:
            samples: float32 mono ``[n_samples]`` at the model's sample rate.
            start_s: Where the window lies in the track, in seconds.

        Raises:
            ModelError: When the model's answer is not a number.
        """
        return self._validate(self._scorer.score_window(samples, start_s))

    def _validate(self, window: WindowScores) -> WindowScores:
        if not np.isfinite(window.segments.logits).all():
            raise ModelError(f"The model “{self.model_id}” gave an answer that is not a number; its file is damaged.")
        return window

    def _score_sound(self, blocks: Iterable[FloatArray]) -> SegmentScores | None:
        """Scores of all that is not silent; ``None`` when everything is.

        Decoding goes on in this thread while a second one runs the model: both release the interpreter.
        """
        config = self.feature_config
        min_tail_length = round(MIN_TAIL_S * config.sample_rate)
        silence = 10 ** (self.decision_config.silence_db / 20)
        windows: list[SegmentScores] = []
        waiting: deque[Future[WindowScores]] = deque()
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="score") as executor:
            for start, window in split_into_windows(blocks, config.window_length, min_tail_length):
                if np.abs(window).max() < silence:
                    continue
                waiting.append(executor.submit(self.score_window, window, start / config.sample_rate))
                if len(waiting) > MAX_WAITING_WINDOWS:
                    windows.append(waiting.popleft().result().segments)
            windows.extend(future.result().segments for future in waiting)
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
        weights: FloatArray | None = None,
    ) -> TrackPrediction:
        if scores is None:
            embedding = np.zeros(0, dtype=np.float32)
            probabilities = np.full(len(self.label_names), 1 / len(self.label_names), dtype=np.float32)
        else:
            weighted = scores.embeddings if weights is None else weights[:, np.newaxis] * scores.embeddings
            embedding = weighted.mean(axis=0)
            track_log_probabilities = aggregate_segments(
                scores.logits, self.metadata.temperature, by_vote=self._scorer.is_decided_by_vote, weights=weights
            )
            probabilities = np.exp(track_log_probabilities)
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
        probabilities = np.exp(log_softmax(scores.logits / np.float32(self.metadata.temperature)))
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
