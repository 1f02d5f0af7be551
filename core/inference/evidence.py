"""What was heard of one song of a stream, and what follows from it."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from typing import Final

import numpy as np

from core.inference.predictor import MIN_TAIL_S, GenrePredictor
from core.inference.scorer import SegmentScores, WindowScores, average_looks, join_windows
from core.inference.song_change import find_song_change
from core.types import Decision, FloatArray, TrackPrediction

#: Before so much of a song was heard, no answer is believed, in seconds.
MIN_HEARD_S: Final = 5.0

# Full windows whose segments are remembered: ten minutes with the usual window.
_N_WINDOWS = 20


class SongEvidence:
    """The windows of one song, as those of a file, but the last one judged again and again while it fills.

    The front end scales each window by its own loudest and quietest value, so sound cannot be judged piece by piece:
    what is known of the last window changes with every second that is added. Only full windows are done with.

    The sound is looked at twice where it comes in two versions: as it is, and with steady noise taken away. The model
    errs in other ways on either, and both together err least.

    Args:
        predictor: The model.
        half_life_s: A segment counts half of one that is this much younger, in seconds; ``None`` for all the same.
        start: Of the song, in samples from the start of the stream.
    """

    def __init__(self, predictor: GenrePredictor, half_life_s: float | None, start: int) -> None:
        self.start = start
        self._predictor = predictor
        self._config = predictor.feature_config
        self._half_life_s = half_life_s
        self._silence = 10 ** (predictor.decision_config.silence_db / 20)
        self._recent: FloatArray = np.zeros((2, 0), dtype=np.float32)
        self._n_heard = self._n_in_window = 0
        self._windows: deque[SegmentScores] = deque(maxlen=_N_WINDOWS)
        self._newest: WindowScores | None = None

    def add(self, samples: FloatArray) -> None:
        """Hear more; not more than one window.

        Args:
            samples: float32 mono ``[2, n_samples]`` at the model's sample rate: without the noise, and with it.
        """
        self._recent = np.concatenate((self._recent, samples), axis=1)[:, -self._config.window_length :]
        self._n_heard += samples.shape[1]
        self._n_in_window += samples.shape[1]

    def judge(self) -> TrackPrediction:
        """The answer to all that was heard."""
        self._newest = None
        windows = list(self._windows)
        if float(np.abs(self._recent[0]).max(initial=0)) >= self._silence:
            self._newest = self._score_recent()
            windows.append(self._newest.segments)
        if self._n_in_window >= self._config.window_length:
            self._n_in_window = 0
            if self._newest is not None:
                self._windows.append(self._newest.segments)
        return self._answer(windows)

    def conclude(self, rest: FloatArray) -> TrackPrediction:
        """The answer at the end of the stream. A short rest after a full window does not count, as in a file.

        Args:
            rest: Sound that was not added before, as for ``add``.
        """
        is_short = self._n_in_window + rest.shape[1] < MIN_TAIL_S * self._config.sample_rate
        if self._windows and is_short:
            return self._answer(list(self._windows))
        self.add(rest)
        return self.judge()

    def find_change(self) -> int | None:
        """Where another song began, in samples from the start of the stream, by what was last judged."""
        if self._newest is None:
            return None
        change_s = find_song_change(self._newest, self._config)
        if change_s is None:
            return None
        n_recent: int = self._recent.shape[1]
        return self.start + self._n_heard - n_recent + round(change_s * self._config.sample_rate)

    def split(self, change: int) -> SongEvidence:
        """The song that began at ``change``, with what was heard of it."""
        song = SongEvidence(self._predictor, self._half_life_s, change)
        song.add(self._recent[:, change - self.start - self._n_heard :])
        return song

    def _score_recent(self) -> WindowScores:
        start_s = self._seconds(self._n_heard - self._recent.shape[1])
        without, heard = self._recent
        window = self._predictor.score_window(without, start_s)
        if np.array_equal(without, heard):
            return window
        return average_looks(window, self._predictor.score_window(heard, start_s))

    def _answer(self, windows: list[SegmentScores]) -> TrackPrediction:
        heard_s = self._seconds(self._n_heard)
        if not windows:
            return self._predictor.conclude_segments(None, heard_s)
        scores = join_windows(windows)
        answer = self._predictor.conclude_segments(scores, heard_s, weights=self._weigh(scores, heard_s))
        if heard_s < MIN_HEARD_S:
            reason = f"Only {max(1.0, heard_s):.0f} s of this have been heard so far; the best guess is {answer.label}."
            return replace(answer, decision=Decision.UNSURE, reason=reason)
        if answer.decision is Decision.CONFIDENT:
            reason = f"{answer.label} reaches {answer.confidence:.0%} in the {heard_s:.0f} s that were heard."
            return replace(answer, reason=reason)
        return answer

    def _weigh(self, scores: SegmentScores, heard_s: float) -> FloatArray | None:
        if self._half_life_s is None:
            return None
        segment_s = self._config.segment_frames * self._config.frame_s
        age_s = np.maximum(heard_s - segment_s - scores.start_s, 0)
        weights = np.exp2(-age_s / self._half_life_s)
        relative: FloatArray = weights / weights.mean()
        return relative

    def _seconds(self, n_samples: int) -> float:
        return n_samples / self._config.sample_rate
