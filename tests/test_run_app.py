"""run_app.sh with a stand-in for Python and pip, whose real installation would take minutes.

The real one is what ``bash run_app.sh test`` itself goes through before it reaches this file.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.sounds import write_wav

BASH = shutil.which("bash") or "bash"
REPOSITORY = Path(__file__).resolve().parents[1]
TOOLS = ("bash", "cat", "cp", "dirname", "flock", "id", "mkdir", "pwd", "readlink", "rm", "sed", "sleep", "uname")

pytestmark = pytest.mark.skipif(os.name != "posix" or shutil.which("bash") is None, reason="needs bash")

# Plays a Python that can make environments, and the Python inside of one. Each call is a line in calls.log.
STAND_IN = """#!/bin/bash
echo "$*" >>"{log}"
case "$*" in
    "-c "*) {answer} ;;
    "-m venv --clear "*) rm -rf "${{@:4}}"; mkdir -p "${{@:4}}/bin"; cp "$0" "${{@:4}}/bin/python" ;;
    "-P -m pip --version") ;;
    "-m pip install "*) sleep "${{PIP_S:-0}}"; [ -z "${{PIP_FAILS:-}}" ] && : >"$0.has-app" ;;
    "-P -c import app") [ -e "$0.has-app" ] ;;
    "-P -m app"*) shift 3; printf '%s\\n' "$PWD" "$@"; exit "${{APP_CODE:-0}}" ;;
    *) exit 99 ;;
esac
"""


class Clone:
    """The files of a clone that run_app.sh touches, and a PATH that holds nothing else."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "Rock & Pop (prüft) $HOME"
        self.commands = folder / "bin"
        self.log = folder / "calls.log"
        self.elsewhere = folder / "else where"
        for made in (self.root / "tests", self.commands, self.elsewhere):
            made.mkdir(parents=True)
        shutil.copy(REPOSITORY / "run_app.sh", self.root)
        (self.root / "pyproject.toml").write_text('[project]\nname = "genrescope"\n')
        (self.root / "tests" / "check.sh").write_text('echo "check.sh $*"\n')
        for tool in TOOLS:
            found = shutil.which(tool)
            if found is not None:
                (self.commands / tool).symlink_to(found)

    def add_python(self, name: str = "python3", answer: str = "echo complete") -> None:
        path = self.commands / name
        path.write_text(STAND_IN.format(log=self.log, answer=answer))
        path.chmod(0o755)

    def start(self, *arguments: str, script: Path | None = None, **environment: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [BASH, str(script or self.root / "run_app.sh"), *arguments],
            cwd=self.elsewhere,
            env={"PATH": str(self.commands), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(
        self, *arguments: str, script: Path | None = None, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        process = self.start(*arguments, script=script, **environment)
        output, errors = process.communicate(timeout=20)
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def take_calls(self) -> list[str]:
        calls = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return calls

    def take_installations(self) -> list[str]:
        return [call for call in self.take_calls() if " venv " in call or " pip install " in call]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    made = Clone(tmp_path)
    made.add_python()
    return made


def test_first_start_installs_and_hands_arguments_on(clone: Clone) -> None:
    result = clone.run("predict", "a b.mp3", "ü*", "")
    assert result.returncode == 0, result.stderr
    assert "first start" in result.stdout
    # The user's directory stays the current one, so that relative file names mean what they say.
    assert result.stdout.splitlines()[-5:] == [str(clone.elsewhere), "predict", "a b.mp3", "ü*", ""]
    assert any(call.endswith(f"-e {clone.root}") for call in clone.take_installations())


def test_second_start_installs_nothing_and_is_fast(clone: Clone) -> None:
    clone.run()
    clone.take_calls()
    started = time.monotonic()
    result = clone.run()
    assert time.monotonic() - started < 2
    assert (result.stdout, result.stderr) == (f"{clone.elsewhere}\n", "")
    assert clone.take_calls() == ["-P -c import app", "-P -m app"]


def test_exit_code_is_handed_on(clone: Clone) -> None:
    assert clone.run(APP_CODE="143").returncode == 143


def test_changed_dependencies_are_installed_into_the_same_environment(clone: Clone) -> None:
    clone.run()
    clone.take_calls()
    with (clone.root / "pyproject.toml").open("a") as pyproject:
        pyproject.write("dependencies = []\n")
    assert clone.run().returncode == 0
    [installation] = clone.take_installations()
    assert " pip install " in installation
    clone.run()
    assert clone.take_installations() == []


def test_interrupted_installation_is_made_anew(clone: Clone) -> None:
    process = clone.start(PIP_S="30")
    while not (clone.root / ".venv" / "genrescope-installed").exists():
        time.sleep(0.02)
    time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=10)
    clone.take_calls()
    assert clone.run().returncode == 0
    assert [call.split()[1] for call in clone.take_installations()] == ["venv", "pip"]


def test_failed_installation_is_a_sentence_and_is_tried_again(clone: Clone) -> None:
    result = clone.run(PIP_FAILS="yes")
    assert result.returncode == 1
    assert result.stderr.startswith("Genrescope: the installation failed") and result.stderr.count("\n") == 1
    assert clone.run().returncode == 0
    assert clone.run().returncode == 0


@pytest.mark.parametrize("with_flock", [True, False], ids=["flock", "no flock"])
def test_starts_at_the_same_time_install_once(clone: Clone, with_flock: bool) -> None:
    if not with_flock:
        (clone.commands / "flock").unlink()
    processes = [clone.start(PIP_S="0.5") for _ in range(3)]
    for process in processes:
        _, errors = process.communicate(timeout=20)
        assert (process.returncode, errors) == (0, "")
    assert len(clone.take_installations()) == 2  # one environment, one pip
    assert not (clone.root / ".venv.lock").exists()


def test_lock_of_a_start_that_was_killed_does_not_block(clone: Clone) -> None:
    (clone.commands / "flock").unlink(missing_ok=True)
    (clone.root / ".venv.lock").mkdir()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    (clone.root / ".venv.lock" / "pid").write_text(str(ended.pid))
    assert clone.run().returncode == 0


def test_moved_folder_is_installed_again(clone: Clone) -> None:
    clone.run()
    clone.take_calls()
    clone.root = clone.root.rename(clone.root.parent / "moved")
    assert clone.run().returncode == 0
    assert any(call.endswith(f"-e {clone.root}") for call in clone.take_installations())


def test_python_that_vanished_makes_the_environment_anew(clone: Clone) -> None:
    clone.run()
    clone.take_calls()
    (clone.root / ".venv" / "bin" / "python").unlink()
    assert clone.run().returncode == 0
    assert len(clone.take_installations()) == 2


def test_missing_python_is_one_sentence(tmp_path: Path) -> None:
    clone = Clone(tmp_path)
    clone.add_python("python3.13", answer="exit 127")  # a pyenv shim without its version
    clone.add_python("python3", answer="exit 0")  # too old: prints nothing
    result = clone.run()
    assert result.returncode == 1
    assert result.stderr.startswith("Genrescope: it needs Python 3.11 or newer") and result.stderr.count("\n") == 1
    assert not (clone.root / ".venv").exists()


def test_python_with_tk_is_preferred(tmp_path: Path) -> None:
    clone = Clone(tmp_path)
    clone.add_python("python3.13", answer="echo without Tk")
    clone.add_python("python3.11", answer="echo complete")
    assert clone.run().returncode == 0
    assert "echo complete" in (clone.root / ".venv" / "bin" / "python").read_text()


def test_python_without_tk_is_better_than_none(tmp_path: Path) -> None:
    clone = Clone(tmp_path)
    clone.add_python("python3.12", answer="echo without Tk")
    assert clone.run().returncode == 0


def test_link_to_the_script_finds_the_program(clone: Clone) -> None:
    link = clone.elsewhere / "genrescope"
    link.symlink_to(Path("..") / clone.root.name / "run_app.sh")
    assert clone.run("predict", script=link).stdout.splitlines()[-1] == "predict"
    assert (clone.root / ".venv").exists()


def test_verb_test_installs_the_developers_extras_and_runs_every_check(clone: Clone) -> None:
    clone.run()
    clone.take_calls()
    result = clone.run("test", "-k", "one or two")
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[0] == "check.sh --install-system-packages"
    assert result.stdout.splitlines()[-1] == "check.sh -k one or two"
    [installation] = clone.take_installations()
    assert installation.endswith(f"-e {clone.root}[dev]")
    # A developer who starts the window keeps the developers' environment.
    clone.run()
    clone.run("test")
    assert clone.take_installations() == []


def test_predict_needs_no_screen(clone: Clone) -> None:
    """The script's last line with the real program, in a directory whose folder “app” is not the program."""
    clone.run()
    python = clone.root / ".venv" / "bin" / "python"
    python.write_text(f'#!/bin/bash\nexec "{sys.executable}" "$@"\n')
    (clone.elsewhere / "app").mkdir()
    (clone.elsewhere / "app" / "__init__.py").write_text("raise SystemExit('the wrong package')")
    write_wav(clone.elsewhere / "tüne.wav")
    result = clone.run("predict", "--json", "--device", "cpu", "tüne.wav", HOME=str(clone.elsewhere))
    assert result.returncode == 0, result.stderr
    prediction = json.loads(result.stdout.splitlines()[-1])
    assert prediction["path"] == "tüne.wav" and prediction["decision"]
    assert clone.take_installations()[2:] == []
