"""A sound card that is none: PulseAudio with a sink that leads nowhere, and ALSA, which PortAudio uses, led to it.

What is played can be recorded from the sink; a file that is played into the sink can be recorded by the program as if
it came from a microphone. Linux only, and only where PulseAudio is installed: elsewhere the tests are skipped.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from core.audio.port_audio import list_input_devices

RECORDING_RATE = 44_100
_SINK = "virtual"
_TOOLS = ("pulseaudio", "pactl", "parec", "paplay")
_START_TIMEOUT_S = 15


class VirtualSoundCard:
    """One running PulseAudio with a sink, its monitor, and a microphone that hears what is played into the sink."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = f"unix:{folder / 'native'}"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to use it."""
        return {"PULSE_SERVER": self.server, "ALSA_CONFIG_PATH": str(self.folder / "asound.conf")}

    def start(self) -> None:
        own = dict.fromkeys(("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "PULSE_RUNTIME_PATH"), str(self.folder))
        # Without this it would look for a session bus, and wait.
        own["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"
        modules = (
            f"module-native-protocol-unix socket={self.folder / 'native'} auth-anonymous=1",
            f"module-null-sink sink_name={_SINK} rate={RECORDING_RATE} channels=2",
            f"module-remap-source source_name=microphone master={_SINK}.monitor",
        )
        # Ends by itself a minute after its last use: tests that are killed stop nothing.
        command = ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=60"]
        for module in modules:
            command += ["-L", module]
        (self.folder / "asound.conf").write_text(
            "</usr/share/alsa/alsa.conf>\npcm.!default { type pulse }\nctl.!default { type pulse }\n"
        )
        log = (self.folder / "pulseaudio.log").open("wb")
        with log:
            self._process = subprocess.Popen(command, env=os.environ | own, stdout=log, stderr=log)
        deadline = time.monotonic() + _START_TIMEOUT_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                pytest.skip(f"PulseAudio does not run here: {self._last_words()}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Pull it out; what plays on it loses its card."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=10)
            self._process = None

    @contextmanager
    def hang(self) -> Iterator[None]:
        """Answer nobody for a while."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    @contextmanager
    def record(self) -> Iterator[list[npt.NDArray[np.float32]]]:
        """Record what is played; afterwards the list holds it, float32 ``[n_samples]``, mono at ``RECORDING_RATE``."""
        heard: list[npt.NDArray[np.float32]] = []
        path = self.folder / f"recording-{time.monotonic_ns()}.raw"
        command = ["parec", f"--device={_SINK}.monitor", "--raw", "--format=s16le", "--channels=1"]
        with path.open("wb") as file:
            recorder = subprocess.Popen(
                [*command, f"--rate={RECORDING_RATE}", "--latency-msec=20"],
                stdout=file,
                env=os.environ | self.environment,
            )
        try:
            # It begins to write once it listens; the sink gives silence while nobody plays.
            deadline = time.monotonic() + _START_TIMEOUT_S
            while path.stat().st_size == 0:
                assert time.monotonic() < deadline, "the recorder heard nothing, not even silence"
                time.sleep(0.02)
            yield heard
        finally:
            recorder.terminate()
            recorder.wait(timeout=10)
            heard.append(np.frombuffer(path.read_bytes(), "<i2").astype(np.float32) / 32768)

    def play_into_microphone(self, path: Path) -> subprocess.Popen[bytes]:
        """Begin to play a file that the microphone hears."""
        command = ["paplay", f"--device={_SINK}", str(path)]
        return subprocess.Popen(command, env=os.environ | self.environment)

    def _answers(self) -> bool:
        command = ["pactl", "list", "short", "sources"]
        result = subprocess.run(command, env=os.environ | self.environment, capture_output=True, timeout=20)
        return result.returncode == 0 and b"microphone" in result.stdout

    def _last_words(self) -> str:
        lines = (self.folder / "pulseaudio.log").read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


def reload_sound_cards() -> None:
    """PortAudio looks at the cards once, when it starts; what still plays or records must come to its end before."""
    for thread in threading.enumerate():
        if thread.name in ("playback", "listening"):
            thread.join(timeout=20)
    list_input_devices()


def _explain_absence() -> str | None:
    if not sys.platform.startswith("linux"):
        return "PulseAudio's virtual card is for Linux"
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if missing:
        return f"needs {', '.join(missing)} (on Debian: pulseaudio, pulseaudio-utils, libasound2-plugins)"
    try:
        import sounddevice  # noqa: F401
    except OSError as error:
        return str(error)
    return None


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        reload_sound_cards()
        yield
    reload_sound_cards()


@pytest.fixture
def sound_card() -> Iterator[VirtualSoundCard]:
    """The only sound card of this process and of those that it starts."""
    reason = _explain_absence()
    if reason is not None:
        pytest.skip(reason)
    # Not pytest's own folder: the path of a socket must be short.
    with tempfile.TemporaryDirectory(prefix="sound-card-") as folder:
        card = VirtualSoundCard(Path(folder))
        try:
            card.start()
            with _environment(card.environment):
                if not _has_output():
                    pytest.skip("ALSA is not led to PulseAudio here (on Debian: libasound2-plugins)")
                yield card
                # Before PortAudio looks anew: whatever still plays on it ends here.
                card.stop()
        finally:
            card.stop()


@pytest.fixture
def no_sound_card(tmp_path: Path) -> Iterator[None]:
    """A computer without any sound card."""
    if not sys.platform.startswith("linux"):
        pytest.skip("cards can only be hidden where ALSA is used")
    try:
        import sounddevice  # noqa: F401
    except OSError as error:
        pytest.skip(str(error))
    # PortAudio wants to find some entry; without those of alsa.conf it cannot open the cards that there are.
    (tmp_path / "no-cards.conf").write_text("pcm.nothing { type hw card 99 }\n")
    with _environment({"ALSA_CONFIG_PATH": str(tmp_path / "no-cards.conf")}):
        yield


def _has_output() -> bool:
    import sounddevice

    try:
        return bool(sounddevice.query_devices(kind="output")["max_output_channels"])
    except (sounddevice.PortAudioError, ValueError):
        return False
