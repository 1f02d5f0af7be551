"""Let the program listen to real clips, and compare with what it says of their files.

Four parts, each of which can be left out: through a virtual sound card (PulseAudio, Linux), in real time; the same
seconds fed directly; with noise, denoised and not; and hours of listening, fast-forwarded. Needs a folder with labelled
clips of half a minute: ``<genre>/<clip>``.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import itertools
import os
import random
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import pytest
import soundfile
import torch

from benchmarks.figures import Figure, create_parser, print_figures
from core.audio.decode import decode_audio
from core.audio.denoise import estimate_noise
from core.audio.microphone import Microphone
from core.audio.resample import MonoResampler
from core.inference.live import FinalEvent, LivePredictor, PartialEvent
from core.inference.predictor import GenrePredictor
from core.types import FloatArray
from tests.shared_data import SHARED_DATA
from tests.virtual_sound_card import RECORDING_RATE, VirtualSoundCard

DISAGREEMENT_BAR_PERCENT = 20.0
ACCURACY_LOSS_BAR_POINTS = 5.0
LATENCY_BAR_S = 1.5
CPU_BAR_PERCENT = 25.0
GROWTH_BAR_MB = 5.0

HEARD_S = 10
_SNR_DB = 10.0
_PARTS = ("card", "direct", "noise", "memory")


@dataclass(frozen=True)
class Clip:
    """A labelled clip, and what the program says of its file."""

    path: Path
    genre: str
    samples: FloatArray
    file_label: str | None

    def cut(self, start_s: float, sample_rate: int) -> FloatArray:
        """The seconds that are heard."""
        start = round(start_s * sample_rate)
        return self.samples[start : start + HEARD_S * sample_rate]


def load_clips(folder: Path, predictor: GenrePredictor, n_clips: int | None) -> list[Clip]:
    """Predict every file, or some of each genre."""
    paths = sorted(folder.glob("*/*.*"))
    random.Random(0).shuffle(paths)
    rate = predictor.feature_config.sample_rate
    return [
        Clip(path, path.parent.name, decode_audio(path, rate).samples, predictor.predict_file(path).label)
        for path in paths[:n_clips]
    ]


def compare(name: str, clips: Sequence[Clip], labels: Sequence[str | None]) -> list[Figure]:
    """How far the answers to what was heard are from those to the files."""
    genres = [clip.genre for clip in clips]
    file_labels = [clip.file_label for clip in clips]
    n_same = sum(map(str.__eq__, map(str, labels), map(str, file_labels)))
    heard, file = (100 * sum(map(str.__eq__, map(str, said), genres)) / len(clips) for said in (labels, file_labels))
    note = f"{n_same} of {len(clips)} the same; accuracy {heard:.1f} %, of the files {file:.1f} %"
    return [
        Figure(f"{name}: other than the file", 100 - 100 * n_same / len(clips), "%", DISAGREEMENT_BAR_PERCENT, note),
        Figure(f"{name}: accuracy lost", file - heard, "points", ACCURACY_LOSS_BAR_POINTS),
    ]


def measure_direct(clips: Sequence[Clip], predictor: GenrePredictor, starts_s: Sequence[float]) -> list[Figure]:
    """Feed ten seconds of each clip, from several starts: more answers than there is time for with a sound card."""
    rate = predictor.feature_config.sample_rate
    labels = [_answer_to(clip.cut(start_s, rate), predictor) for start_s in starts_s for clip in clips]
    return compare("fed directly", [clip for _ in starts_s for clip in clips], labels)


def measure_noise(clips: Sequence[Clip], predictor: GenrePredictor, start_s: float) -> list[Figure]:
    """Add white noise, and a second of it in front; once denoised, once not."""
    generator = np.random.default_rng(0)
    rate = predictor.feature_config.sample_rate
    n_right = {"clean": 0, "noisy": 0, "denoised": 0}
    for clip in clips:
        sound = clip.cut(start_s, rate)
        level = np.sqrt(np.mean(sound**2)) * 10 ** (-_SNR_DB / 20)
        noise = generator.normal(0, level, len(sound) + rate).astype(np.float32)
        mix = sound + noise[rate:]
        for name, heard, taken_away in (
            ("clean", sound, None),
            ("noisy", mix, None),
            ("denoised", mix, estimate_noise(noise[:rate])),
        ):
            n_right[name] += _answer_to(heard, predictor, taken_away) == clip.genre
    return [
        Figure(f"accuracy {name}", 100 * n / len(clips), "%", note="" if name == "clean" else f"{_SNR_DB:.0f} dB SNR")
        for name, n in n_right.items()
    ]


def measure_memory(clips: Sequence[Clip], predictor: GenrePredictor, hours: float) -> list[Figure]:
    """Listen to one clip after the other, with a pause now and then, as fast as it goes."""
    process = psutil.Process()
    began_s = _processor_s()
    rate = predictor.feature_config.sample_rate
    live = LivePredictor(predictor)
    n_heard = n_songs = 0
    memory_mb: list[float] = []
    pause = np.zeros(5 * rate, dtype=np.float32)
    for index, clip in enumerate(itertools.cycle(clips)):
        for block in np.split(clip.samples if index % 4 else pause, range(1000, len(clip.samples), 1000)):
            n_songs += sum(isinstance(event, FinalEvent) for event in live.push(block, rate))
            n_heard += len(block)
        if n_heard >= (len(memory_mb) + 1) / 4 * hours * rate * 3600:
            _give_back_memory()
            memory_mb.append(process.memory_info().rss / 1e6)
        if len(memory_mb) == 4:
            break
    note = f"after each quarter: {', '.join(f'{value:.0f}' for value in memory_mb)} MB; {n_songs} songs"
    share = 100 * (_processor_s() - began_s) / (n_heard / rate)
    return [
        Figure(f"growth over {hours:g} h", memory_mb[-1] - memory_mb[0], "MB", GROWTH_BAR_MB, note),
        Figure("processor for it", share, "% of a core", CPU_BAR_PERCENT, "of the time that it would have taken"),
    ]


def measure_card(clips: Sequence[Clip], predictor: GenrePredictor, start_s: float) -> list[Figure]:
    """Play ten seconds of each clip, and hear them through PortAudio."""
    rate = predictor.feature_config.sample_rate
    labels: list[str | None] = []
    latencies_s: list[float] = []
    cpu_s = heard_s = 0.0
    with _plugged_in_card() as card, Microphone(sample_rate=rate) as microphone, _Ear(card) as ear:
        for clip in clips:
            path = card.folder / "slice.wav"
            # At the card's rate: the sound server's resampling is not what is measured.
            soundfile.write(path, _resample(clip.samples[round(start_s * rate) :], rate), RECORDING_RATE)
            wait_for(lambda: ear.silent_s > 0.5 + random.random(), microphone)
            listener = _Listener(LivePredictor(predictor), microphone)
            before = _processor_s()
            # The first sound may come at any moment of the second between two updates.
            listener.hear_silence(random.random())
            player = card.play_into_microphone(path)
            listener.listen(HEARD_S)
            cpu_s += _processor_s() - before
            heard_s += listener.heard_s
            player.terminate()
            player.wait()
            labels.append(listener.label)
            latencies_s.append(listener.first_update - ear.began)
    return [
        *compare("through the sound card", clips, labels),
        Figure("sound to first update", max(latencies_s), "s", LATENCY_BAR_S, _spread(latencies_s)),
        Figure("processor while listening", 100 * cpu_s / heard_s, "% of a core", CPU_BAR_PERCENT),
    ]


class _Listener:
    """Hears one clip, from before it begins."""

    def __init__(self, live: LivePredictor, microphone: Microphone) -> None:
        self._live = live
        self._microphone = microphone
        self.heard_s = 0.0
        self.first_update = 0.0
        self.label: str | None = None

    def hear_silence(self, duration_s: float) -> None:
        """Let some time pass."""
        while self.heard_s < duration_s:
            self._hear_more()

    def listen(self, duration_s: float) -> None:
        """Listen until so much was heard from the first sound on."""
        n_left = duration_s * self._live.sample_rate
        has_begun = False
        while n_left > 0:
            samples = self._hear_more()
            has_begun = has_begun or bool(samples.any())
            if has_begun:
                n_left -= len(samples)
        self.label = _last_label(self._live)

    def _hear_more(self) -> FloatArray:
        samples = self._microphone.read()
        self.heard_s += len(samples) / self._live.sample_rate
        for event in self._live.push(samples, self._live.sample_rate):
            if isinstance(event, PartialEvent) and event.answer.label is not None and not self.first_update:
                self.first_update = time.monotonic()
        return samples


class _Ear:
    """Notes when the sink begins to sound and falls silent, without the program that is measured."""

    def __init__(self, card: VirtualSoundCard) -> None:
        command = ["parec", "--device=virtual.monitor", "--raw", "--format=s16le", "--channels=1", "--latency-msec=10"]
        self._recorder = subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | card.environment)
        self.began = 0.0
        self._last_sound = time.monotonic()
        threading.Thread(target=self._hear, daemon=True).start()

    @property
    def silent_s(self) -> float:
        return time.monotonic() - self._last_sound

    def __enter__(self) -> _Ear:
        return self

    def __exit__(self, *_: object) -> None:
        self._recorder.terminate()
        self._recorder.wait()

    def _hear(self) -> None:
        assert self._recorder.stdout is not None
        while chunk := os.read(self._recorder.stdout.fileno(), 4096):
            now = time.monotonic()
            if any(chunk):
                # A clip may hold short silences itself.
                if now - self._last_sound > 0.4:
                    self.began = now
                self._last_sound = now


def wait_for(is_so: Callable[[], bool], microphone: Microphone) -> None:
    """Let sound pass until something is so."""
    while not is_so():
        microphone.read()


@contextlib.contextmanager
def _plugged_in_card() -> Iterator[VirtualSoundCard]:
    with tempfile.TemporaryDirectory(prefix="sound-card-") as folder:
        card = VirtualSoundCard(Path(folder))
        try:
            card.start()
            os.environ.update(card.environment)
            yield card
        finally:
            card.stop()


def _resample(samples: FloatArray, sample_rate: int) -> FloatArray:
    resampler = MonoResampler(RECORDING_RATE)
    return np.concatenate([*resampler.push_samples(samples, sample_rate), *resampler.flush()])


def _give_back_memory() -> None:
    """What is free but kept for later is no growth; where it lies in glibc's arenas is chance."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError, TypeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)


def _processor_s() -> float:
    times = psutil.Process().cpu_times()
    return times.user + times.system


def _answer_to(sound: FloatArray, predictor: GenrePredictor, noise_magnitude: FloatArray | None = None) -> str | None:
    live = LivePredictor(predictor)
    live.subtract(noise_magnitude)
    live.push(sound, live.sample_rate)
    return _last_label(live)


def _last_label(live: LivePredictor) -> str | None:
    finals = [event for event in live.finish() if isinstance(event, FinalEvent)]
    return finals[-1].answer.label if finals else None


def _spread(values: Sequence[float]) -> str:
    return f"worst of {len(values)}; median {statistics.median(values):.2f}"


def main() -> None:
    """Command line."""
    parser = create_parser(__doc__)
    parser.add_argument("--folder", type=Path, default=SHARED_DATA / "audio" / "gtzan_val", help="<genre>/<clip>")
    parser.add_argument("--clips", type=int, help="only so many of them")
    parser.add_argument("--parts", nargs="+", choices=_PARTS, default=list(_PARTS))
    parser.add_argument("--start", type=float, default=10.0, help="second of the clip at which listening begins")
    parser.add_argument("--hours", type=float, default=4.0, help="of fast-forwarded listening")
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # as “genrescope listen” does
    predictor = GenrePredictor.load(device="cpu")
    clips = load_clips(arguments.folder, predictor, arguments.clips)
    if not clips:
        parser.error(f"no clips in {arguments.folder}")
    figures: list[Figure] = []
    if "card" in arguments.parts:
        try:
            figures += measure_card(clips, predictor, arguments.start)
        except pytest.skip.Exception as reason:
            figures.append(Figure("through the sound card", None, "", note=str(reason)))
    if "direct" in arguments.parts:
        figures += measure_direct(clips, predictor, (0, 10, 20))
    if "noise" in arguments.parts:
        figures += measure_noise(clips, predictor, arguments.start)
    if "memory" in arguments.parts:
        figures += measure_memory(clips, predictor, arguments.hours)
    print_figures(figures, as_json=arguments.json)


if __name__ == "__main__":
    main()
