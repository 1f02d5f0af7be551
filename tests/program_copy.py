"""A copy of the program as people have it after the first start, with music to try the documentation's commands on."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import requests

from core.features.handcrafted import FEATURE_NAMES
from tests.core.datasets.sources import make_gtzan, write_fma_table, write_tune
from tests.documents import REPOSITORY
from tests.sounds import encode_wav
from tests.virtual_sound_card import VirtualSoundCard

_GENRES = ("blues", "jazz", "rock")
_TIMEOUT_S = 280
_SCRIPTS = {"python": '"{python}" "$@"', "genrescope": '"{python}" -P -m app "$@"'}


class ProgramCopy:
    """A folder with the program, an environment in ``.venv``, files to work with, and a home of its own.

    Args:
        folder: An empty one.
    """

    def __init__(self, folder: Path) -> None:
        self.root, self.home = folder / "Genrescope", folder / "home"
        self.url: str | None = None
        self._server: subprocess.Popen[str] | None = None
        self._copy_program()
        _make_music(self.home / "Music")
        _make_datasets(self.root)
        shutil.copytree(self.home / "Music" / "by-genre", self.root / "my_music")
        for name in ("song.mp3", "song.wav", "other.flac"):
            write_tune(self.root / name, seed=9)
        shutil.copy(self.root / "song.mp3", self.home / "Music")
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GENRESCOPE_", "XDG_"))},
            "PATH": f"{self.root / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self.home),
            "PYTHONPATH": str(self.root),
            "PYTHONUTF8": "1",
            # Two commands may run at once, and threads that wait for each other only burn time.
            "OMP_NUM_THREADS": "1",
            # Otherwise it would look for all fonts of the computer anew.
            "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR", str(Path("~/.cache/matplotlib").expanduser())),
        }

    def run(self, text: str) -> subprocess.CompletedProcess[str]:
        """Have the shell run a command in the program's folder."""
        return subprocess.run(
            [shutil.which("bash") or "bash", "-c", text],
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
        )

    @contextmanager
    def hearing(self, card: VirtualSoundCard) -> Iterator[None]:
        """Have commands hear a song through their microphone, and from the computer's output."""
        before = self.environment
        self.environment = before | card.environment
        player = card.play_into_microphone(self.root / "song.wav")
        try:
            yield
        finally:
            player.terminate()
            player.wait(timeout=10)
            self.environment = before

    def serve(self, text: str) -> str:
        """Start a server in place of the one before, and wait until it can answer all questions.

        Returns:
            What went wrong; empty where nothing did.
        """
        self.stop()
        command = f"exec {re.sub(r'--port [0-9]+', '--port 0', text)}"
        self._server = subprocess.Popen(
            [shutil.which("bash") or "bash", "-c", command],
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._server.stdout is not None
        first_line = self._server.stdout.readline()
        if not first_line:
            return f"“{text}” ended with {self._server.wait()}"
        self.url = json.loads(first_line)["api_url"]
        deadline = time.monotonic() + _TIMEOUT_S
        while not requests.get(f"{self.url}/api/health", timeout=60).json()["ready"]:
            if time.monotonic() > deadline:
                return f"“{text}”: its model was never loaded"
            time.sleep(0.1)
        return ""

    def stop(self) -> None:
        """End the server, if one runs."""
        if self._server is not None:
            self._server.terminate()
            self._server.communicate(timeout=60)
            self._server = self.url = None

    def _copy_program(self) -> None:
        for name in ("app", "core", "models", "build_app"):
            shutil.copytree(REPOSITORY / name, self.root / name)
        for name in ("run_app.sh", "pyproject.toml"):
            shutil.copy(REPOSITORY / name, self.root)
        programs = self.root / ".venv" / "bin"
        programs.mkdir(parents=True)
        for name, call in _SCRIPTS.items():
            (programs / name).write_text(f"#!/bin/sh\nexec {call.format(python=sys.executable)}\n")
            (programs / name).chmod(0o755)
        # As run_app.sh leaves it behind when it has installed everything.
        stamp = f"{self.root.resolve()}\n[dev]\n{(self.root / 'pyproject.toml').read_text().rstrip()}\n"
        (self.root / ".venv" / "genrescope-installed").write_text(stamp)


def _make_music(music: Path) -> None:
    for number, genre in enumerate(_GENRES):
        for index in range(4):
            artist = f"{genre} artist {index}"
            write_tune(music / "by-genre" / genre / f"{index}.mp3", seed=10 * number + index, artist=artist)
    # What “health-check” is for.
    (music / "by-genre" / "jazz" / "silence.wav").write_bytes(encode_wav(np.zeros(22_050 * 6, np.float32)))


def _make_datasets(folder: Path) -> None:
    make_gtzan(folder / "GTZAN", n_per_genre=10, genres=_GENRES)
    random = np.random.default_rng(0)
    with (folder / "gtzan_features_30s.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("track_id", "split", "label", *FEATURE_NAMES))
        for path in sorted((folder / "GTZAN").rglob("*.wav")):
            writer.writerow((path.stem, "train", path.parent.name, *random.normal(0, 1, len(FEATURE_NAMES))))
    numbers = range(1, 13)
    splits = ("training", "training", "training", "training", "validation", "test")
    write_fma_table(
        folder / "fma" / "fma_metadata",
        [(number, number, splits[number // 2 - 1 if number > 1 else 0], "small", ("Rock", "Folk")[number % 2])
         for number in numbers],
    )  # fmt: skip
    for number in numbers:
        write_tune(folder / "fma" / "fma_small" / "000" / f"{number:06d}.mp3", seed=200 + number)
    for index in range(6):
        noise = random.normal(0, 0.1, 22_050 * 6).clip(-1, 1).astype(np.float32)
        (folder / "speech").mkdir(exist_ok=True)
        (folder / "speech" / f"{index}.wav").write_bytes(encode_wav(noise))
