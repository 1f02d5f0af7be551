"""The workflows name only what exists. They run on a host that is not here, where a slip would show on release day."""

import argparse
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.cli import _create_parser

REPOSITORY = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
BASH = shutil.which("bash") or "bash"
#: Where the runners’ own variables are of no matter.
EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


def load(path: Path) -> dict[Any, Any]:
    workflow = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(workflow, dict)
    return workflow


def list_cells(job: dict[str, Any]) -> list[dict[str, str]]:
    """The values of the matrix, one dict for each run of the job."""
    matrix = dict(job.get("strategy", {}).get("matrix", {}))
    further = matrix.pop("include", [])
    cells = [dict(zip(matrix, values, strict=True)) for values in product(*matrix.values())]
    for extra in further:
        for cell in cells:
            if all(cell.get(key, value) == value for key, value in extra.items() if key in matrix):
                cell.update(extra)
    return cells


def fill_in(text: str, cell: dict[str, str]) -> str:
    """With the values of the matrix; fails where it has none of that name."""

    def value(match: re.Match[str]) -> str:
        name = match[1]
        return cell[name.removeprefix("matrix.")] if name.startswith("matrix.") else "x"

    return EXPRESSION.sub(value, text)


def list_steps() -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
    """Each step of each job with each cell of its matrix."""
    for path in WORKFLOWS:
        for job in load(path)["jobs"].values():
            for cell in list_cells(job):
                for step in job.get("steps", ()):
                    yield step, {"shell": job.get("defaults", {}).get("run", {}).get("shell", "bash"), **cell}


def list_commands() -> list[list[str]]:
    """Every command of every step in words, as the shell reads it."""
    commands = []
    for step, cell in list_steps():
        text = fill_in(step.get("run", ""), cell).replace("\\\n", " ")
        # What puts the program on a virtual screen under Linux is no command of its own.
        text = re.sub(r"\$\(\[ [^\n]*? && echo xvfb-run --auto-servernum\)", "", text)
        commands += [words for line in text.splitlines() if (words := shlex.split(line, comments=True))]
    return commands


def find_commands(*beginning: str) -> list[list[str]]:
    """What follows these words, wherever a command has them; never nothing."""
    length = len(beginning)
    found = [
        words[start + length :]
        for words in list_commands()
        for start in range(len(words))
        if tuple(words[start : start + length]) == beginning
    ]
    assert found, f"no command has “{' '.join(beginning)}”"
    return found


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_jobs_need_jobs_that_are_there_and_actions_are_pinned(path: Path) -> None:
    workflow = load(path)
    assert True in workflow or "on" in workflow  # YAML 1.1 takes “on” for a truth
    assert workflow["permissions"] == {"contents": "read"}, "more is granted where it is needed"
    for job in workflow["jobs"].values():
        needed = job.get("needs", [])
        assert set([needed] if isinstance(needed, str) else needed) <= set(workflow["jobs"])
        if "uses" in job:
            assert (REPOSITORY / job["uses"]).is_file()
            continue
        assert job["timeout-minutes"] <= 90
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step)
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", step.get("uses", "actions/none@v1"))


def test_every_expression_has_a_value_and_every_script_is_bash() -> None:
    for step, cell in list_steps():
        script = fill_in(yaml.safe_dump(step, width=100_000), cell)
        assert "${{" not in script
        if "run" in step and step.get("shell", cell["shell"]) == "bash":
            checked = subprocess.run([BASH, "-n"], input=fill_in(step["run"], cell), capture_output=True, text=True)
            assert checked.returncode == 0, checked.stderr


def test_release_builds_each_flavour_on_each_system_once() -> None:
    cells = list_cells(load(REPOSITORY / ".github/workflows/release.yml")["jobs"]["build"])
    assert len({(cell["system"], cell["flavour"]) for cell in cells}) == len(cells) == 6
    help_text = subprocess.run(
        [sys.executable, "-m", "build_app", "--help"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    commands = find_commands("-m", "build_app")
    assert len(commands) == len(cells)
    for words in commands:
        options = dict(zip(words[::2], words[1::2], strict=True))
        assert set(options) == {"--flavour", "--output"}
        assert all(option in help_text for option in options)
        choices = re.search(r"--flavour \{([^}]*)\}", help_text)
        assert choices is not None and options["--flavour"] in choices[1].split(",")


def test_starters_and_verbs_are_there() -> None:
    markers = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]["markers"]
    assert any(marker.startswith("slow:") for marker in markers)
    assert {tuple(words) for words in find_commands("bash", "run_app.sh")} == {("test", "-m", "not slow")}
    assert {tuple(words) for words in find_commands("run_app.bat")} == {("test", "-m", "not slow")}
    for starter in ("run_app.sh", "run_app.bat"):
        assert '"test"' in (REPOSITORY / starter).read_text()


def test_smoke_test_is_an_option_of_the_program_that_was_packed() -> None:
    programs = {words[0].rsplit("/", 1)[-1] for words in list_commands() if words[-1] == "--smoke-test"}
    assert programs == {"Genrescope", "genrescope-cli.exe"}
    spec = (REPOSITORY / "build.spec").read_text()
    assert all(f'"{program.removesuffix(".exe")}"' in spec for program in programs)
    assert isinstance(_create_parser().parse_args(["--smoke-test"]), argparse.Namespace)


def test_extras_and_the_containers_file_are_there() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    [[extra]] = {tuple(words[-1:]) for words in find_commands("pip", "install", "--disable-pip-version-check")}
    assert extra.strip(".[]") in project["optional-dependencies"]
    for words in find_commands("docker", "build", "--file"):
        assert (REPOSITORY / words[0]).is_file()
