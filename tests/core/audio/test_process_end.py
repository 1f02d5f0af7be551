"""A process that ends while one of its threads is asking what there is to record from."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.virtual_sound_card import VirtualSoundCard

#: Who asks what, and of which library.
ASKED = {
    "microphones": ("core.audio.port_audio", "list_input_devices", "sounddevice"),
    "outputs": ("core.audio.loopback", "list_outputs", "soundcard.pulseaudio"),
}


def end_while_asking(folder: Path, what: str, delay_s: float) -> None:
    module, function, library = ASKED[what]
    # A file, because soundcard wants to know the name of the program that it runs in.
    program = folder / "program.py"
    program.write_text(f"""
import sys, threading, time
from {module} import {function}
threading.Thread(target={function}, daemon=True).start()
while {library!r} not in sys.modules:
    time.sleep(0.001)
time.sleep({delay_s})
""")
    result = subprocess.run([sys.executable, program], capture_output=True, text=True, timeout=20)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize("delay_s", [0, 0.02, 0.04, 0.08, 0.16])
@pytest.mark.parametrize("what", ASKED)
def test_process_ends_well_while_a_sound_system_answers(
    sound_card: VirtualSoundCard, tmp_path: Path, what: str, delay_s: float
) -> None:
    end_while_asking(tmp_path, what, delay_s)


@pytest.mark.parametrize("what", ASKED)
def test_process_ends_well_while_a_sound_system_hangs(sound_card: VirtualSoundCard, tmp_path: Path, what: str) -> None:
    with sound_card.hang():
        end_while_asking(tmp_path, what, 0.1)
