"""What on this computer works and what does not, found out by doing it."""

from __future__ import annotations

import hashlib
import io
import multiprocessing
import platform
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal

import av
import numpy as np
import numpy.typing as npt
import soundfile

from app.preflight import find_obstacles, find_warnings
from app.settings import PROJECT, VERSION
from app.user_data import user_data_folder
from core.audio.decode import decode_audio
from core.audio.loopback import SystemAudio
from core.audio.microphone import Microphone
from core.audio.port_audio import open_output
from core.errors import GenrescopeError
from core.inference.backend import list_backends
from core.models.files import MODELS_DIR

Status = Literal["ok", "warn", "fail"]
_Encoder = Callable[[npt.NDArray[np.float64]], io.BytesIO]

#: Formats of the samples that libsndfile encodes: what it is told, by the name that people know. FFmpeg adds M4A.
_SNDFILE_FORMATS: Final = {
    "WAV": {"format": "WAV"},
    "FLAC": {"format": "FLAC"},
    "MP3": {"format": "MP3"},
    "OGG": {"format": "OGG", "subtype": "VORBIS"},
    "Opus": {"format": "OGG", "subtype": "OPUS"},
}
_SAMPLE_RATE: Final = 48_000
_SAMPLE_S: Final = 1.0
#: Less than this, and a library or a recording may not find room.
_LEAST_FREE_BYTES: Final = 500 * 1024**2
#: Beside the models, as ``sha256sum`` writes and checks it.
CHECKSUMS_NAME: Final = "SHA256SUMS"


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Attributes:
        name: Of what was checked.
        status: ``warn`` where something is missing that most people can do without.
        detail: What was seen; where it is not ``ok``, also what to do.
    """

    name: str
    status: Status
    detail: str


def examine() -> Iterator[Finding]:
    """Every check, one after the other; one that breaks is itself a finding."""
    for name, check in _CHECKS.items():
        try:
            yield from check(name)
        except Exception as error:  # the doctor must survive whatever the patient has
            yield Finding(name, "fail", f"The check itself broke: {type(error).__name__}: {error}")


def _check_program(name: str) -> Iterator[Finding]:
    yield Finding(
        name, "ok", f"{PROJECT} {VERSION}, Python {platform.python_version()}, {platform.platform(terse=True)}"
    )


def _check_device(name: str) -> Iterator[Finding]:
    if "torch" not in list_backends():
        yield Finding(name, "ok", "ONNX Runtime computes on the CPU; PyTorch is not installed.")
        return
    import torch

    from core.inference.device import select_device

    choice = select_device()
    detail = f"PyTorch {torch.__version__}. {choice.reason}"
    if choice.device.type == "cpu" and shutil.which("nvidia-smi") and not torch.cuda.is_available():
        advice = "install a PyTorch that is built for the driver's CUDA (pytorch.org says which)"
        yield Finding(name, "warn", f"{detail} An NVIDIA driver is installed, though: {advice}.")
    else:
        yield Finding(name, "ok", detail)


def _check_decoders(name: str) -> Iterator[Finding]:
    failures = []
    samples: dict[str, _Encoder] = {
        **{format_name: partial(_encode, options) for format_name, options in _SNDFILE_FORMATS.items()},
        "M4A": _encode_m4a,
    }
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(round(_SAMPLE_S * _SAMPLE_RATE)) / _SAMPLE_RATE)
    for format_name, encode in samples.items():
        try:
            waveform = decode_audio(encode(tone), name=f"sample.{format_name.lower()}")
        except (GenrescopeError, RuntimeError, ValueError) as error:
            failures.append(f"{format_name} ({error})")
            continue
        duration_s = len(waveform.samples) / waveform.sample_rate
        if abs(duration_s - _SAMPLE_S) > 0.2 or float(np.abs(waveform.samples).max()) < 0.1:
            failures.append(f"{format_name} (it became something else)")
    if failures:
        yield Finding(name, "fail", f"Cannot read {', '.join(failures)}: install {PROJECT} again.")
    else:
        yield Finding(name, "ok", f"Samples of {', '.join(samples)} were decoded.")


def _encode(options: Mapping[str, str], tone: npt.NDArray[np.float64]) -> io.BytesIO:
    buffer = io.BytesIO()
    soundfile.write(buffer, tone, _SAMPLE_RATE, **options)
    return buffer


def _encode_m4a(tone: npt.NDArray[np.float64]) -> io.BytesIO:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as file:
        stream = file.add_stream("aac", rate=_SAMPLE_RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone[None].astype(np.float32), format="fltp", layout="mono")
        frame.sample_rate = _SAMPLE_RATE
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return buffer


def _check_sound(name: str) -> Iterator[Finding]:
    warnings = find_warnings()
    if warnings:
        yield Finding(name, "warn", " ".join(warnings))
        return
    # In a process of its own: some sound systems end the program that asks them at a bad moment.
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            yield from pool.submit(_try_sound).result()
        except BrokenProcessPool:
            advice = "restart the sound server, or the computer"
            yield Finding(name, "warn", f"The system's sound libraries broke down when they were asked: {advice}.")


def _try_sound() -> list[Finding]:
    """Hear a moment of each kind of source, and open the loudspeakers."""
    return [
        _try("microphone", lambda: _hear(Microphone)),
        _try("system audio", lambda: _hear(SystemAudio)),
        _try("loudspeaker", _open_loudspeaker),
    ]


def _try(name: str, action: Callable[[], str]) -> Finding:
    try:
        return Finding(name, "ok", action())
    except GenrescopeError as error:
        return Finding(name, "warn", str(error))


def _hear(kind: type[Microphone] | type[SystemAudio]) -> str:
    with kind() as recorder:
        recorder.read()
        return f"“{recorder.device.name}” can be listened to."


def _open_loudspeaker() -> str:
    with open_output(_SAMPLE_RATE, n_channels=2):
        return "Sound can be played."


def _check_window(name: str) -> Iterator[Finding]:
    obstacles = find_obstacles()
    if obstacles:
        yield Finding(name, "warn", f"{' '.join(obstacles)} The command line works without.")
        return
    import tkinter

    yield Finding(name, "ok", f"Tk {tkinter.Tcl().eval('info patchlevel')}, and the screen can be opened.")


def _check_port(name: str) -> Iterator[Finding]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        with socket.create_connection(address, timeout=5) as client, server.accept()[0] as accepted:
            client.sendall(b"?")
            assert accepted.recv(1) == b"?"  # noqa: S101 -- a failed one is told as a broken check
    yield Finding(name, "ok", "The window and the API can talk over 127.0.0.1.")


def _check_models(name: str) -> Iterator[Finding]:
    from core.inference.predictor import GenrePredictor

    checksums = _read_checksums(MODELS_DIR / CHECKSUMS_NAME)
    if not checksums:
        yield Finding(name, "fail", f"No model is there ({MODELS_DIR}): install {PROJECT} again.")
    for relative, checksum in checksums.items():
        path = MODELS_DIR / relative
        title = f"model {Path(relative).parent.name}"
        if not path.is_file():
            yield Finding(title, "fail", f"“{path}” is missing: install {PROJECT} again.")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != checksum:
            yield Finding(title, "fail", f"“{path}” is not the file that was shipped: install {PROJECT} again.")
        else:
            predictor = GenrePredictor.load(path, "cpu")
            size_mb = path.stat().st_size / 1e6
            yield Finding(
                title, "ok", f"{len(predictor.label_names)} genres, {size_mb:.1f} MB, the shipped file, and it loads."
            )


def _read_checksums(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = (line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return {file.lstrip("*"): checksum for checksum, file in lines}


def _check_storage(name: str) -> Iterator[Finding]:
    folder = user_data_folder()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"?")
    except OSError as error:
        yield Finding(name, "fail", f"Nothing can be kept in “{folder}” ({error.strerror}): make it writable.")
        return
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < _LEAST_FREE_BYTES:
        yield Finding(name, "warn", f"Only {free_bytes / 1e6:.0f} MB are free for “{folder}”: make room.")
    else:
        yield Finding(name, "ok", f"“{folder}” can be written, {free_bytes / 1e9:.0f} GB are free.")


_CHECKS: Final[dict[str, Callable[[str], Iterator[Finding]]]] = {
    "program": _check_program,
    "computing": _check_device,
    "decoders": _check_decoders,
    "sound": _check_sound,
    "window": _check_window,
    "network": _check_port,
    "models": _check_models,
    "storage": _check_storage,
}
