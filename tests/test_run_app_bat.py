"""run_app.bat under Wine's command interpreter, with a stand-in for Python and pip.

What Wine cannot show: that one start waits for another, because its interpreter knows no file handle 9, which holds the
lock and is left out here; and a folder with a per cent sign, which it loses in every path.
"""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
BATCH = REPOSITORY / "run_app.bat"
LOCKING = b' 9>"%LOCK%"'
WINE = shutil.which("wine") or "wine"

needs_wine = pytest.mark.skipif(
    shutil.which("wine") is None or os.name != "posix", reason="Wine is not installed (Debian's package “wine”)"
)

# Plays a Python that can make environments, and the Python inside of one. Its first argument is its own path.
STAND_IN = r"""
@echo off
setlocal DisableDelayedExpansion
>>C:\stub\calls.log echo %~n1 %2 %3 %4 %5 %6 %7 %8 %9
set "FOLDER=%~dp1"
set "NAME=%~n1"
shift
if not "%NAME%"=="py" goto version_known
if defined ONLY_VERSION if not "%~1"=="%ONLY_VERSION%" exit /b 103
shift
:version_known
if exist "%FOLDER%%NAME%.is-a-store-stub" exit /b 9009
if "%~1"=="-c" exit /b 0
if "%~2"=="-c" goto is_app
if "%~2 %~3"=="-m venv" goto venv
if "%~2 %~3 %~4"=="-m pip --version" exit /b %PIP_CODE%
if "%~2 %~3 %~4"=="-m pip install" goto install
if "%~2 %~3"=="-m app" goto app
echo check %*
if "%~2"=="%FAILING%" exit /b 1
exit /b 0
:venv
if exist "%~5" rmdir /s /q "%~5"
mkdir "%~5\Scripts"
copy C:\stub\stub.exe "%~5\Scripts\python.exe" >nul
exit /b 0
:install
if not exist "%FOLDER%..\genrescope-unfinished" exit /b 98
if defined PIP_FAILS exit /b 1
>"%FOLDER%has-app" echo "%~8"
exit /b 0
:is_app
if not exist "%FOLDER%has-app" exit /b 1
set /p KNOWN=<"%FOLDER%has-app"
if %KNOWN%=="%~4" exit /b 0
if %KNOWN%=="%~4[dev]" exit /b 0
exit /b 1
:app
echo started in "%CD%" with %4 %5 %6 %7
exit /b %APP_CODE%
"""


@dataclass(frozen=True)
class Result:
    exit_code: int
    output: str
    installations: list[str]


class WindowsClone:
    """The files of a clone that run_app.bat touches, on a Windows whose PATH has only a stand-in for Python."""

    def __init__(self, prefix: Path, folder: Path) -> None:
        self.prefix = prefix
        self.root = folder / "Rock & Pop (new) ^ö!"
        self.commands = folder / "bin"
        self.elsewhere = folder / "else where"
        for made in (self.root, self.commands, self.elsewhere):
            made.mkdir()
        text = BATCH.read_bytes()
        assert text.count(LOCKING) == 1
        (self.root / BATCH.name).write_bytes(text.replace(LOCKING, b""))
        (self.root / "pyproject.toml").write_text('[project]\nname = "genrescope"\n')
        self.venv = self.root / ".venv"
        self.calls = prefix / "drive_c" / "stub" / "calls.log"

    def add_python(self, name: str, *, is_store_stub: bool = False) -> None:
        shutil.copy(self.prefix / "drive_c" / "stub" / "stub.exe", self.commands / f"{name}.exe")
        if is_store_stub:
            (self.commands / f"{name}.is-a-store-stub").touch()

    def move(self, root: Path) -> None:
        self.root = self.root.rename(root)
        self.venv = root / ".venv"

    def run(self, arguments: str = "", **environment: str) -> Result:
        """Start the batch file from another folder."""
        # The folder's name comes as a variable: a batch file's own letters are those of an old code page.
        text = f'@echo off\r\n"%CLONE%\\run_app.bat" {arguments}\r\n'
        (self.elsewhere / "caller.bat").write_bytes(text.encode("ascii"))
        process = subprocess.run(
            [WINE, "cmd", "/d", "/c", "caller.bat"],
            cwd=self.elsewhere,
            env=wine_environment(self.prefix)
            | {
                "WINEPATH": windows_path(self.commands),
                "CLONE": windows_path(self.root),
                "APP_CODE": "0",
                "PIP_CODE": "0",
            }
            | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
        )
        output = (process.stdout + process.stderr).decode(errors="replace")
        calls = self.calls.read_text(errors="replace").splitlines() if self.calls.exists() else []
        self.calls.unlink(missing_ok=True)
        installations = [call for call in calls if " venv " in call or " pip install " in call]
        return Result(process.returncode, output.replace("\r", ""), installations)


def windows_path(path: Path) -> str:
    return "Z:" + str(path).replace("/", "\\")


def wine_environment(prefix: Path) -> dict[str, str]:
    # No screen, and neither of the two large parts that Wine would ask to download.
    return {
        "PATH": os.defpath,
        "HOME": str(prefix.parent),
        "TMPDIR": str(prefix.parent),
        "LANG": "C.UTF-8",
        "WINEPREFIX": str(prefix),
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=",
    }


def make_stand_in(folder: Path) -> None:
    """A program of Windows that runs a batch file: pip's launcher of scripts, with our command in place of Python."""
    package = find_spec("pip")
    assert package is not None and package.origin is not None
    launcher = (Path(package.origin).parent / "_vendor" / "distlib" / "t64.exe").read_bytes()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("__main__.py", "")
    folder.mkdir()
    command = rb"#!C:\windows\system32\cmd.exe /d /c C:\stub\stub.bat" + b"\r\n"
    (folder / "stub.exe").write_bytes(launcher + command + archive.getvalue())
    (folder / "stub.bat").write_bytes(STAND_IN.lstrip().replace("\n", "\r\n").encode("ascii"))


@pytest.fixture(scope="module")
def prefix() -> Iterator[Path]:
    """A fresh Windows. Not in pytest's folder, which keeps the last three: one is 700 MB."""
    with tempfile.TemporaryDirectory(prefix="wine", ignore_cleanup_errors=True) as folder:
        made = Path(folder) / "prefix"
        environment = wine_environment(made)
        subprocess.run([WINE, "wineboot", "--init"], env=environment, check=True, capture_output=True, timeout=110)
        make_stand_in(made / "drive_c" / "stub")
        yield made
        # The server of this prefix alone; it would stay for some seconds.
        subprocess.run([WINE, "wineboot", "--kill"], env=environment, capture_output=True, timeout=60)


@pytest.fixture
def clone(prefix: Path, tmp_path: Path) -> WindowsClone:
    made = WindowsClone(prefix, tmp_path)
    made.add_python("py")
    return made


@needs_wine
def test_first_start_installs_and_hands_on_arguments_and_exit_code(clone: WindowsClone) -> None:
    first = clone.run('predict "a & b (1)!.mp3" ""', APP_CODE="7")
    assert first.exit_code == 7, first.output
    assert "first start: installing" in first.output
    # The user's folder stays the current one, so that relative file names mean what they say.
    assert 'else where" with predict "a & b (1)!.mp3" ""' in first.output
    assert "Press any key" not in first.output
    assert [call.split()[0] for call in first.installations] == ["py", "python"]
    assert not (clone.venv / "genrescope-unfinished").exists()
    double_click = clone.run()
    assert (double_click.exit_code, double_click.installations) == (0, [])
    assert double_click.output.count("\n") == 1
    # Else the console would close before its owner has read the reason.
    failed = clone.run(APP_CODE="1")
    assert failed.exit_code == 1 and "Press any key" in failed.output


@needs_wine
def test_failed_installation_goes_on_and_an_interrupted_one_begins_anew(clone: WindowsClone) -> None:
    failed = clone.run("predict x", PIP_FAILS="yes")
    assert failed.exit_code == 1
    assert "Genrescope: the installation failed for the reason above" in failed.output
    assert "started in" not in failed.output
    again = clone.run("predict x")
    assert again.exit_code == 0, again.output
    [installation] = again.installations
    assert " pip install " in installation
    (clone.venv / "genrescope-unfinished").touch()
    assert [call.split()[0] for call in clone.run("predict x").installations] == ["py", "python"]


@needs_wine
def test_environment_whose_python_was_uninstalled_is_made_anew(clone: WindowsClone) -> None:
    clone.run("predict x")
    (clone.venv / "Scripts" / "has-app").unlink()
    result = clone.run("predict x", PIP_CODE="103")
    assert result.exit_code == 0, result.output
    assert [call.split()[0] for call in result.installations] == ["py", "python"]
    clone.move(clone.root.parent / "R&B")
    [installation] = clone.run("predict x").installations
    assert installation.endswith('R&B\\."')


@needs_wine
def test_python_is_searched_for_by_running_it(prefix: Path, tmp_path: Path) -> None:
    clone = WindowsClone(prefix, tmp_path)
    clone.add_python("python", is_store_stub=True)
    missing = clone.run("predict x")
    assert missing.exit_code == 1 and not clone.venv.exists()
    assert missing.output.count("\n") == 1
    assert missing.output.startswith("Genrescope: it needs a 64-bit Python 3.11 or newer")
    # What pyenv offers is a batch file; without care, nothing after it would be carried out.
    clone.add_python("other")
    (clone.commands / "python3.bat").write_bytes(b'@"%~dp0other.exe" %*\r\n')
    found = clone.run("predict x")
    assert found.exit_code == 0, found.output
    assert found.installations[0].startswith("other -P -m venv")


@needs_wine
def test_verb_test_installs_the_developers_extras_and_runs_every_check(clone: WindowsClone) -> None:
    result = clone.run('test -k "one or (two & three)" ""', ONLY_VERSION="-3")
    assert result.exit_code == 0, result.output
    assert result.installations[0].startswith("py -3 -P -m venv")
    assert result.installations[1].endswith('\\.[dev]"')
    checks = [line.partition(" -m ")[2].rstrip() for line in result.output.splitlines() if line.startswith("check ")]
    assert checks == ["ruff check", "ruff format --check", "mypy", 'pytest -k "one or (two & three)" ""']
    assert result.output.splitlines()[-1].startswith("All checks passed.")
    # One failed check is enough, and the others run all the same.
    failed = clone.run("test", FAILING="mypy")
    assert (failed.exit_code, failed.installations) == (1, [])
    assert "== pytest" in failed.output and "some checks failed" in failed.output


def test_questions_to_python_are_answered_by_this_one(tmp_path: Path) -> None:
    def ask(question: str, *arguments: object) -> int:
        command = [sys.executable, "-P", "-c", question, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, timeout=30).returncode

    text = BATCH.read_text()
    [suitable] = re.findall(r'call %\* -c "([^"]+)"', text)
    assert ask(suitable) == 0
    assert ask(suitable.replace("(3, 11)", "(99, 0)")) == 1
    [installed] = re.findall(r'"%PYTHON%" -P -c "([^"]+)" "%ROOT%\." "%STAMP%"', text)
    stamp = Path(shutil.copy(REPOSITORY / "pyproject.toml", tmp_path / "stamp"))
    assert ask(installed, f"{REPOSITORY}/.", stamp) == 0
    assert ask(installed, tmp_path, stamp) == 1  # another folder's program
    stamp.write_text(stamp.read_text().replace("torch", "lamp"))  # as long as before
    assert ask(installed, f"{REPOSITORY}/.", stamp) == 1
    assert ask(installed, f"{REPOSITORY}/.", tmp_path / "none") == 1
    [contracts] = re.findall(r'"%PYTHON%" -c "([^"]+)"', text)
    assert ask(contracts.partition(";")[0]) == 0


def test_lines_end_as_windows_wants_and_letters_are_plain() -> None:
    content = BATCH.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n") > 0
    assert content.isascii()
