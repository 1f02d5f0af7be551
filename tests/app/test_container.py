"""The Containerfile as far as it can be checked without a container, and the API as it runs in one."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
import requests

from app.api.serve import MIN_CONTAINER_TOKEN
from app.cli import _create_parser, main
from app.settings import TOKEN_VARIABLE
from app.user_data import DATA_VARIABLE
from build_app.container import EXPORTING, NOT_SERVED, list_requirements
from tests.app.conftest import RunningApi, assert_predicts, start_api, stop_api, wait_until_ready

REPOSITORY = Path(__file__).resolve().parents[2]
IMPORTED_AS = {"pillow": "PIL", "markdown-it-py": "markdown_it"}


def list_instructions() -> list[tuple[str, str]]:
    """Each instruction with its arguments on one line."""
    text = (REPOSITORY / "Containerfile").read_text(encoding="utf-8")
    lines = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines if line.strip()]


def last(instruction: str) -> str:
    return [arguments for name, arguments in list_instructions() if name == instruction][-1]


def test_what_is_copied_is_there_and_is_sent_to_the_builder() -> None:
    patterns = [line for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert patterns[0] == "*"
    sent = {pattern[1:] for pattern in patterns if pattern[0] == "!"}
    stages = {arguments.split(" AS ")[1] for name, arguments in list_instructions() if " AS " in arguments}
    copied = set()
    for name, arguments in list_instructions():
        words = arguments.split()
        if name == "COPY" and words[0].startswith("--from="):
            assert words[0].removeprefix("--from=") in stages
        elif name == "COPY":
            copied |= set(words[:-1])
    assert copied == sent
    assert all((REPOSITORY / source).exists() for source in copied)
    # A model that was exported here is not taken for the one that is exported there.
    assert any(fnmatch("models/gtzan/model.onnx", pattern) for pattern in patterns[1:])


def test_command_is_accepted_and_runs_as_nobody_special() -> None:
    program, *arguments = json.loads(last("ENTRYPOINT")) + json.loads(last("CMD"))
    assert program == "genrescope"
    options = _create_parser().parse_args(arguments)
    assert options.in_container and options.backend == "onnx"
    assert [str(folder) for folder in options.allowed_folders] == ["/music"]
    assert str(options.port) == last("EXPOSE")
    user, group = map(int, last("USER").split(":"))
    assert user > 0 and group > 0
    variables = dict(word.split("=", 1) for word in shlex.split(last("ENV")))
    assert [variables[DATA_VARIABLE]] == json.loads(last("VOLUME"))
    assert TOKEN_VARIABLE not in (REPOSITORY / "Containerfile").read_text().partition("\nARG")[2]


def test_every_requirement_is_one_of_the_projects() -> None:
    served, exporting = list_requirements("serve"), list_requirements("export")
    assert any(line.startswith("onnxruntime") for line in served)
    assert not any(line.startswith("torch") for line in served)
    names = {re.split(r"[^\w.-]", line)[0] for line in exporting}
    assert names >= EXPORTING
    text = (REPOSITORY / "pyproject.toml").read_text()
    assert [name for name in NOT_SERVED if f'"{name}>' not in text] == []


def test_api_needs_nothing_that_the_container_leaves_out() -> None:
    left_out = sorted(IMPORTED_AS.get(name, name) for name in NOT_SERVED)
    program = f"""
import importlib, pkgutil, sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {left_out!r}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Refuse())
import app.api, app.library, app.contract
for package in (app.api, app.library, app.contract):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if "torch" not in module.name and not module.name.endswith("describe"):
            importlib.import_module(module.name)
import core.inference.onnx_scorer, core.inference.predictor, app.doctor, app.cli
print("all")
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert result.stdout == "all\n", result.stderr


@pytest.mark.parametrize("token", ["", "a" * (MIN_CONTAINER_TOKEN - 1)])
def test_container_without_a_secret_is_refused(
    token: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, token)
    assert main(["serve", "--in-container", "--port", "0"]) == 1
    assert "needs a secret of 16 letters or more in GENRESCOPE_TOKEN" in capsys.readouterr().err


def test_address_and_container_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--in-container", "--host", "127.0.0.1"])
    assert "not allowed with" in capsys.readouterr().err


@pytest.fixture(scope="module")
def container_api() -> Iterator[RunningApi]:
    running = start_api("--in-container")
    wait_until_ready(running)
    yield running
    stop_api(running)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has all of 127.0.0.0/8")
def test_container_listens_to_others_and_checks_them_all_the_same(container_api: RunningApi, tmp_path: Path) -> None:
    # The address that is told is the one that the port is published on.
    assert container_api.url.startswith("http://127.0.0.1:")
    port = container_api.url.rpartition(":")[2]
    # Another address than the loopback one, as the container's gateway uses.
    other = f"http://127.0.0.2:{port}"
    refused = requests.get(f"{other}/api/health", timeout=10)
    assert (refused.status_code, refused.json()["code"]) == (400, "host_refused")
    named = {"Host": f"localhost:{port}"}
    assert requests.get(f"{other}/api/health", headers=named, timeout=10).status_code == 200
    assert requests.get(f"{other}/api/library", headers=named, timeout=10).status_code == 401
    assert_predicts(container_api, tmp_path)


def test_health_check_tells_a_ready_server_from_none(container_api: RunningApi) -> None:
    _, _, command = last("HEALTHCHECK").partition(" CMD ")
    python, option, code = json.loads(command)
    assert (python, option) == ("python", "-c")
    port = container_api.url.rpartition(":")[2]
    for asked, is_healthy in ((port, True), ("9", False)):
        result = subprocess.run(
            [sys.executable, option, code.replace(":8000/", f":{asked}/")],
            env=os.environ | {"no_proxy": "*"},
            capture_output=True,
            timeout=30,
        )
        assert (result.returncode == 0) is is_healthy
