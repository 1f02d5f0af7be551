"""``genrescope --smoke-test``: starts every part of the program once, as it was installed, and says what works.

It uses the launcher's own way to the API, real HTTP and a real window, and touches nothing of the user's.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import queue
import secrets
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from app.api_supervisor import ApiSupervisor
from app.child_process import program_command
from app.contract import Health, LauncherMessage
from app.frozen import is_frozen
from app.gui.api_call import ApiError, ApiUnavailableError
from app.gui.client import ApiClient
from app.preflight import find_obstacles
from app.settings import TOKEN_VARIABLE, VERSION
from app.user_data import DATA_VARIABLE
from app.user_settings import CONFIG_VARIABLE
from core.audio.port_audio import list_input_devices
from core.errors import MicrophoneError

if TYPE_CHECKING:
    from app.gui.shell.window import MainWindow

#: How long the API and the window may take on a slow computer with a cold disk, in seconds.
API_TIMEOUT_S: Final = 120.0
WINDOW_TIMEOUT_S: Final = 60.0

_CLIP_S: Final = 12.0
_CLIP_RATE: Final = 22_050
_OK: Final = "ok"

log = logging.getLogger(__name__)


class SmokeTestError(Exception):
    """A part of the program does not work."""


@dataclass
class SmokeTestResult:
    """What is printed. Fields that were not reached are ``None``.

    Attributes:
        ok: Whether all that must work does.
        version: Of the program.
        frozen: Whether it is the built program.
        flavour: What it carries to run models: PyTorch (``torch``) or only ONNX Runtime (``lite``).
        model_id: The model that answered.
        model_format: What runs it: ``pytorch`` or ``onnx``.
        device: Where it computed.
        label: What it made of the clip.
        confidence: 0..1.
        api_s: Until the API could predict, in seconds.
        predict_s: Of the prediction, in seconds.
        window: ``ok``, ``skipped: `` and the reason, or ``None``.
        window_s: Until the window had shown all its pages, in seconds.
        can_drop: Whether files can be dropped on the window.
        sound: ``ok``, or why there is neither playback nor microphone; that is no failure.
        error: What failed.
        seconds: Of the whole test.
    """

    ok: bool
    version: str
    frozen: bool
    flavour: Literal["torch", "lite"]
    model_id: str | None = None
    model_format: str | None = None
    device: str | None = None
    label: str | None = None
    confidence: float | None = None
    api_s: float | None = None
    predict_s: float | None = None
    window: str | None = None
    window_s: float | None = None
    can_drop: bool | None = None
    sound: str | None = None
    error: str | None = None
    seconds: float = 0.0


def run_smoke_test(device: str | None = None) -> int:
    """Test the program and print the result as one JSON object; what went on is on standard error.

    Args:
        device: PyTorch device for the API, or ``None`` for the best that works.

    Returns:
        0 when everything works, 1 otherwise.
    """
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    started = time.perf_counter()
    flavour: Literal["torch", "lite"] = "lite" if importlib.util.find_spec("torch") is None else "torch"
    result = SmokeTestResult(ok=False, version=VERSION, frozen=is_frozen(), flavour=flavour)
    try:
        with _own_folder() as folder:
            _test(result, folder, device)
        result.ok = True
    except (SmokeTestError, ApiError, ApiUnavailableError) as error:
        result.error = str(error)
    except Exception as error:  # whatever a broken installation comes up with is the answer to the question
        log.exception("The smoke test failed")
        result.error = f"{type(error).__name__}: {error}"
    result.seconds = round(time.perf_counter() - started, 2)
    if sys.stdout is not None:
        sys.stdout.write(json.dumps(asdict(result), ensure_ascii=False, indent=1) + "\n")
        sys.stdout.flush()
    return 0 if result.ok else 1


@contextmanager
def _own_folder() -> Iterator[Path]:
    """A home for this process and its children: CustomTkinter and fontconfig write into the user's own, too."""
    screen_key = Path(os.environ.get("HOME", "")) / ".Xauthority"
    if screen_key.is_file():
        os.environ.setdefault("XAUTHORITY", str(screen_key))
    with tempfile.TemporaryDirectory(prefix="genrescope-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        os.environ["HOME"] = name
        os.environ[DATA_VARIABLE] = str(folder / "data")
        os.environ[CONFIG_VARIABLE] = str(folder / "config")
        yield folder


def _test(result: SmokeTestResult, folder: Path, device: str | None) -> None:
    result.sound = _try_sound()
    token = secrets.token_urlsafe(32)
    command = [*program_command(), "serve", "--host", "127.0.0.1", "--port", "0", "--watch-parent"]
    if device is not None:
        command += ["--device", device]
    messages: queue.SimpleQueue[LauncherMessage] = queue.SimpleQueue()
    api = ApiSupervisor(lambda: command, {TOKEN_VARIABLE: token}, messages.put, log_path=None)
    started = time.perf_counter()
    api.start()
    try:
        ready = _wait_until_ready(messages)
        result.api_s = round(time.perf_counter() - started, 2)
        client = ApiClient(ready.api_url or "", token)
        _predict(result, client, _write_clip(folder / "clip.wav"))
        _try_window(result, ready, token)
    finally:
        api.stop()


def _wait_until_ready(messages: queue.SimpleQueue[LauncherMessage]) -> LauncherMessage:
    deadline = time.monotonic() + API_TIMEOUT_S
    while True:
        try:
            message = messages.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise SmokeTestError(f"The API was not ready within {API_TIMEOUT_S:.0f} s.") from None
        if message.api_state == "ready":
            return message
        if message.api_state == "restarting":
            raise SmokeTestError("The API ended before it could predict; what it said is on standard error.")
        if message.api_state == "failed":
            raise SmokeTestError(message.detail or "The API cannot predict.")


def _predict(result: SmokeTestResult, client: ApiClient, clip: Path) -> None:
    health: Health = client.health()
    result.model_id, result.device = health.model_id, health.device
    result.model_format = client.model(health.model_id or "").format
    started = time.perf_counter()
    prediction = client.predict_path(str(clip))
    result.predict_s = round(time.perf_counter() - started, 2)
    result.label, result.confidence = prediction.label, prediction.confidence
    if prediction.label not in client.genres().genres:
        raise SmokeTestError(f"The API calls the clip “{prediction.label}”, which is none of its genres.")


def _write_clip(path: Path) -> Path:
    """Chords with a beat: nobody's music, and no silence. 16-bit mono."""
    random = np.random.default_rng(0)
    time_s = np.arange(round(_CLIP_S * _CLIP_RATE)) / _CLIP_RATE
    root_hz = 110 * 2 ** (random.integers(0, 12, round(2 * _CLIP_S)) / 12)
    phase = 2 * np.pi * np.cumsum(root_hz[(2 * time_s).astype(int)]) / _CLIP_RATE
    chord = sum(np.sin(phase * ratio) for ratio in (1, 1.25, 1.5, 2)) / 4
    drum = random.normal(0, 1, len(time_s)) * np.exp(-20 * (2 * time_s % 1))
    samples = (0.5 * chord + 0.2 * drum).clip(-1, 1)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_CLIP_RATE)
        file.writeframes((32767 * samples).astype("<i2").tobytes())
    return path


def _try_window(result: SmokeTestResult, ready: LauncherMessage, token: str) -> None:
    obstacles = find_obstacles()
    if obstacles:
        result.window = f"skipped: {' '.join(obstacles)}"
        return
    # Late: without a screen, or without Tk, the rest is still worth testing.
    from app.gui.main import create_window

    started = time.perf_counter()
    window = create_window(token)
    errors: list[str] = []
    # The window goes on after an error; this test does not.
    window.report_callback_exception = (  # type: ignore[method-assign]
        lambda kind, error, trace: errors.append(f"{kind.__name__}: {error}")
    )
    try:
        window.handle_launcher_message(ready)
        _show_everything(window, errors)
        result.can_drop = window.drop.is_available
    finally:
        window.close()
    result.window, result.window_s = _OK, round(time.perf_counter() - started, 2)


def _show_everything(window: MainWindow, errors: list[str]) -> None:
    from app.gui.pages.model.chart_card import ChartCard
    from app.gui.pages.model.page import ModelPage
    from app.gui.pages.registry import PAGES

    deadline = time.monotonic() + WINDOW_TIMEOUT_S

    def wait_until(is_true: Callable[[], bool], what: str) -> None:
        while not is_true():
            window.update()
            if errors:
                raise SmokeTestError(f"An error in the window: {errors[0]}")
            if time.monotonic() > deadline:
                raise SmokeTestError(f"The window did not show {what} within {WINDOW_TIMEOUT_S:.0f} s.")
            time.sleep(0.01)

    wait_until(lambda: window.connection.client is not None and bool(window.winfo_viewable()), "itself")
    for page_class in PAGES:
        window.navigate(page_class.page_id)
        window.update()
    # A chart needs that Matplotlib, Pillow and Tk find one another.
    page = window.navigate(ModelPage.page_id)
    assert isinstance(page, ModelPage)  # noqa: S101 -- for the type checker
    wait_until(lambda: page.is_built and page.tabs.model_id is not None, "the model")
    page.tabs.choose("training")
    card = page.tabs.card
    assert isinstance(card, ChartCard)  # noqa: S101 -- for the type checker
    wait_until(lambda: card.drawn_chart is not None, "a chart")


def _try_sound() -> str:
    try:
        log.info("Microphones: %d", len(list_input_devices()))
    except MicrophoneError as error:
        return str(error)
    return _OK
