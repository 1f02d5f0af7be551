"""``genrescope listen``: the genre of what the microphone hears, or the computer plays, while it is heard."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from app.conversion import to_contract
from core.audio.denoise import estimate_noise
from core.audio.recorder import Recorder
from core.audio.sound_source import open_sound_source
from core.errors import MicrophoneError
from core.inference.live import (
    LOWEST_DB,
    FinalEvent,
    LevelEvent,
    LiveEvent,
    LivePredictor,
    PartialEvent,
    SongChangeEvent,
)
from core.inference.predictor import GenrePredictor
from core.models.files import Backend
from core.types import FloatArray, TrackPrediction

_DECISIONS = {"confident": "confident", "unsure": "unsure", "not_music": "not music"}
_EVENT_NAMES: dict[type[LiveEvent], str] = {
    LevelEvent: "level",
    PartialEvent: "partial",
    FinalEvent: "final",
    SongChangeEvent: "song_change",
}
# What counts as noise is taken from so much sound, in seconds.
_NOISE_S = 1.0
_METER_WIDTH = 20
_METER_LOWEST_DB = -60.0
_LINE_WIDTH = 72


def listen(
    source_id: str,
    seconds: float,
    *,
    model: str,
    device: str | None,
    backend: Backend | None,
    as_json: bool,
    denoises: bool,
) -> int:
    """Listen for a while, or until Ctrl-C, and tell what is heard.

    Args:
        source_id: What to listen to, see ``open_sound_source``.
        seconds: How much sound to listen to, infinite for until Ctrl-C.
        model: Id of a shipped model or path of a model file.
        device: A PyTorch device name, or ``None`` for the best that works.
        backend: What runs the model; ``None`` takes PyTorch where it is installed.
        as_json: Print one JSON object per line for each event, else the level and the answer for people.
        denoises: Take what is heard in the first second, which does not count, for noise, and subtract it.

    Returns:
        0; 1 when the device went away, or delivered nothing. What was heard until then is told all the same.

    Raises:
        MicrophoneError: There is no such device, or it cannot be opened.
        ModelError: There is no such model, or it cannot be read.
        DeviceError: The device does not compute.
    """
    # A second of sound is so little work that more cores would only wait for each other.
    predictor = GenrePredictor.load(model, device, backend=backend, n_threads=1)
    show = _JsonLines(predictor.model_id) if as_json else _Display()
    with _without_messages_of_c(), open_sound_source(source_id, predictor.feature_config.sample_rate) as source:
        _tell(*source.take_notes(), f"“{source.device.name}” is open; Ctrl-C ends it.")
        return _listen(source, LivePredictor(predictor), seconds, show, denoises=denoises)


def _listen(
    source: Recorder, live: LivePredictor, seconds: float, show: Callable[[LiveEvent], None], *, denoises: bool
) -> int:
    n_left = seconds * source.sample_rate
    failure: MicrophoneError | None = None
    try:
        if denoises:
            _tell("What is heard in the first second counts as noise.")
            live.subtract(estimate_noise(_read_noise(source)))
        while n_left > 0:
            samples = source.read()
            _tell(*source.take_notes())
            samples = samples[: int(min(n_left, len(samples)))]
            n_left -= len(samples)
            for event in live.push(samples, live.sample_rate):
                show(event)
    except KeyboardInterrupt:
        pass
    except MicrophoneError as error:
        failure = error
    for event in live.finish():
        show(event)
    if failure is not None:
        _tell(str(failure))
    return 1 if failure is not None or source.is_mute else 0


def _read_noise(source: Recorder) -> FloatArray:
    blocks: list[FloatArray] = []
    while sum(map(len, blocks)) < _NOISE_S * source.sample_rate:
        blocks.append(source.read())
    return np.concatenate(blocks)


class _JsonLines:
    """One object per event; ``prediction`` is the contract's, as ``POST /api/predict`` answers."""

    def __init__(self, model_id: str) -> None:
        self._model_id = model_id

    def __call__(self, event: LiveEvent) -> None:
        content: dict[str, Any] = {"event": _EVENT_NAMES[type(event)], "time_s": round(event.time_s, 3)}
        if isinstance(event, LevelEvent):
            content |= {"rms_db": round(event.rms_db, 1), "peak_db": round(event.peak_db, 1)}
        else:
            content["start_s"] = round(event.start_s, 3)
        if isinstance(event, SongChangeEvent):
            content["reason"] = event.reason
        elif isinstance(event, PartialEvent | FinalEvent):
            prediction = to_contract(event.answer, self._model_id, None)
            # There is no waveform of a stream, and the segments so far come with the final answer.
            left_out = {"waveform_peaks"} if isinstance(event, FinalEvent) else {"waveform_peaks", "segments"}
            content["prediction"] = prediction.model_dump(exclude=left_out)
        print(json.dumps(content, ensure_ascii=False), flush=True)


class _Display:
    """For people: on a terminal one line that is drawn over, else a line every second; an answer stays."""

    def __init__(self) -> None:
        self._is_terminal = sys.stdout.isatty()
        self._level_db = LOWEST_DB
        self._answer = "listening …"

    def __call__(self, event: LiveEvent) -> None:
        if isinstance(event, LevelEvent):
            self._level_db = event.rms_db
            if self._is_terminal:
                self._draw(f"{_to_meter(event.rms_db)} {event.rms_db:4.0f} dB  {self._answer}", end="")
        elif isinstance(event, PartialEvent):
            self._answer = f"{event.answer.duration_s:4.0f} s  {_to_text(event.answer)}"
            if not self._is_terminal:
                print(f"{_to_meter(self._level_db)} {self._level_db:4.0f} dB  {self._answer}", flush=True)
        elif isinstance(event, SongChangeEvent):
            self._draw("Another song begins.", end="\n")
        else:
            heard_s = event.answer.duration_s
            self._draw(f"{_to_text(event.answer)}, after {heard_s:.0f} s. {event.answer.reason}", end="\n")

    def _draw(self, text: str, end: str) -> None:
        print(f"\r{text:<{_LINE_WIDTH}}" if self._is_terminal else text, end=end, flush=True)


def _to_meter(level_db: float) -> str:
    n_lit = round(_METER_WIDTH * min(1.0, max(0.0, 1 - level_db / _METER_LOWEST_DB)))
    return "[" + "#" * n_lit + " " * (_METER_WIDTH - n_lit) + "]"


def _to_text(answer: TrackPrediction) -> str:
    decision = _DECISIONS[answer.decision]
    return decision if answer.label is None else f"{answer.label} {answer.confidence:.1%} ({decision})"


def _tell(*sentences: str) -> None:
    for sentence in sentences:
        print(sentence, file=sys.stderr, flush=True)


@contextmanager
def _without_messages_of_c() -> Iterator[None]:
    """ALSA and PortAudio explain their troubles to programmers, on standard error; ours are told in sentences."""
    if os.name == "nt" or sys.stderr is None:
        yield
        return
    ours, python_stderr = os.dup(2), sys.stderr
    with Path(os.devnull).open("wb") as nowhere, os.fdopen(ours, "w", buffering=1, errors="backslashreplace") as stderr:
        python_stderr.flush()
        os.dup2(nowhere.fileno(), 2)
        sys.stderr = stderr
        try:
            yield
        finally:
            os.dup2(ours, 2)
            sys.stderr = python_stderr
