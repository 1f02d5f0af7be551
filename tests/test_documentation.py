"""What the documentation says is tried: its commands are run, its links followed, its pictures opened.

The commands run in the order in which they are read, in a copy of the program with made-up music. What is not run
is in ``NOT_RUN``, with the reason; its options are checked all the same. The commands of the laboratory, which take as
long as all others together, run beside them in a copy of their own.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

pytest.importorskip("lightning", reason="the documented commands need the extra “train”")

from app.api.problems import PROBLEMS
from app.cli import _create_parser
from tests.documents import (
    DOCUMENTS,
    REPOSITORY,
    Command,
    Program,
    find_anchors,
    find_code_words,
    find_commands,
    find_programs,
    find_targets,
    name_of,
)
from tests.program_copy import ProgramCopy
from tests.virtual_sound_card import VirtualSoundCard, sound_card

__all__ = ["sound_card"]

_INSTALLS = "downloads libraries, which takes minutes; tests/test_run_app.py tries the installation"
_OPENS_WINDOW = "opens the window until somebody closes it; tests/app/test_launcher.py does"
_RUNS_TESTS = "runs these tests"
_BUILDS = "builds for minutes; tests/test_build.py does"
#: What is not run here, and why. Exactly as it is written, without comments.
NOT_RUN = {
    "bash run_app.sh": _OPENS_WINDOW,
    "GENRESCOPE_DATA=~/second-library bash run_app.sh": _OPENS_WINDOW,
    "bash run_app.sh test": _RUNS_TESTS,
    "bash run_app.sh test tests/core -k decode": _RUNS_TESTS,
    "python3 -m venv .venv": _INSTALLS,
    '.venv/bin/pip install -e ".[train]"': _INSTALLS,
    'pip install -e ".[train]"': _INSTALLS,
    '.venv/bin/pip install -e ".[dev]"': _INSTALLS,
    '.venv/bin/pip install "torch>=2.11,<2.13" --index-url https://download.pytorch.org/whl/cpu': _INSTALLS,
    "bash run_app.sh --device cuda predict song.mp3": "needs a graphics card",
    "ssh -L 8000:127.0.0.1:8000 me@the-computer-with-the-music": "needs a second computer",
    ".venv/bin/python -m build_app": _BUILDS,
    ".venv/bin/python -m build_app --flavour lite": _BUILDS,
    "genrescope classical --pack gtzan_logmel.npz --features gtzan_features_30s.csv --output classical": (
        "fits hundreds of models, which takes a minute; tests/app/commands/test_classical.py does"
    ),
    "./Genrescope --smoke-test": "the frozen program's; tests/test_build.py runs it",
}
#: What is added to a verb so that it ends soon. Of an option that comes twice, the last one counts.
SHORTENED = {
    "prepare": "--jobs 0",
    "train": "--epochs 1",
    "benchmark": "--models songnet --seeds 1 --epochs 1",
    "listen": "--seconds 1",
    # A refusal of the server is a failure here.
    "curl": "--silent --show-error --fail-with-body",
}
#: The document whose commands run beside all others.
BESIDE = "docs/LAB.md"
#: What a block of Python takes for granted, by its document.
GIVEN = {"docs/EXPORT.md": "import numpy\nwaveform = numpy.zeros(10 * 22_050, numpy.float32)\n"}
#: These end with 1 when there is something to tell, which there is here.
_MAY_END_WITH_1 = ("health-check",)
MAX_PICTURE_BYTES = 200_000
_PLACE = re.compile(r"(?:app|core|tests|docs|models|benchmarks|build_app)/[\w./-]*")

COMMANDS = tuple(find_commands())
PROGRAMS = tuple(find_programs())

pytestmark = [
    # A command may wait for other work of a busy computer.
    pytest.mark.timeout(300),
    pytest.mark.skipif(os.name != "posix" or shutil.which("curl") is None, reason="needs bash and curl"),
]


def _name(item: Command | Program) -> str:
    return f"{item.document}:{item.line} {item.text.splitlines()[0][:60]}"


def _id_of(document: Path) -> str:
    return name_of(document)


class Reader:
    """Does what the documentation says, each thing once.

    Args:
        copy: Of the program.
    """

    def __init__(self, copy: ProgramCopy) -> None:
        self.copy = copy
        #: What is wrong with what was done, by its key; empty where nothing is.
        self._problems: dict[tuple[str, ...], str] = {}
        self._ahead: dict[Command, Future[None]] = {}

    def read_ahead(self, commands: Iterable[Command], pool: ThreadPoolExecutor) -> None:
        """Begin to run commands; those who ask for one later wait for what came of it."""
        for command in commands:
            self._ahead[command] = pool.submit(self._follow, command)

    def follow(self, command: Command) -> None:
        """Run a command, and before it those above it in its document that were not run yet."""
        if command in self._ahead:
            self._ahead[command].result()
        else:
            self._follow(command)

    def _follow(self, command: Command) -> None:
        for earlier in COMMANDS[: COMMANDS.index(command) + 1]:
            is_known = earlier.document != command.document or earlier.key in self._problems
            # Nothing needs what was heard, and it needs a microphone.
            if is_known or earlier.text in NOT_RUN or (earlier.verb == "listen" and earlier is not command):
                continue
            # An earlier one that fails has a test of its own.
            self._problems[earlier.key] = self._run(earlier)
        problem = self._problems.get(command.key)
        assert not problem, problem

    def _run(self, command: Command) -> str:
        if command.verb == "export" and command.arguments is None:
            name, _, value = command.words[1].partition("=")
            self.copy.environment[name] = value
        elif command.verb == "serve":
            return self.copy.serve(command.text)
        else:
            return self._run_to_the_end(command)
        return ""

    def _run_to_the_end(self, command: Command) -> str:
        text = f"{command.text} {SHORTENED.get(command.verb, '')}"
        if self.copy.url is not None:
            text = text.replace("http://127.0.0.1:8000", self.copy.url)
        result = self.copy.run(text)
        told = f"{_name(command)} ended with {result.returncode}:\n{result.stdout[-2000:]}\n{result.stderr[-4000:]}"
        is_refused = re.search(r"^(Genrescope: |Traceback)", result.stderr, re.MULTILINE)
        if is_refused or result.returncode not in ((0, 1) if command.verb in _MAY_END_WITH_1 else (0,)):
            return told
        words = command.words
        if "--output" in words:
            output = Path(words[words.index("--output") + 1]).expanduser()
            return "" if (self.copy.root / output).exists() else f"{_name(command)} wrote no {output}"
        return ""


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[dict[str, Reader]]:
    """Those of ``BESIDE`` and of all others, which is “”."""
    wanted = [item.callspec.params.get("command") for item in request.session.items if hasattr(item, "callspec")]
    readers = {name: Reader(ProgramCopy(tmp_path_factory.mktemp("copy"))) for name in ("", BESIDE)}
    pool = ThreadPoolExecutor(1)
    try:
        beside = [command for command in COMMANDS if command in wanted and command.document == BESIDE]
        readers[BESIDE].read_ahead([command for command in beside if command.text not in NOT_RUN], pool)
        yield readers
    finally:
        pool.shutdown(cancel_futures=True)
        for reader in readers.values():
            reader.copy.stop()


@pytest.mark.parametrize("command", COMMANDS, ids=_name)
def test_a_command_works(command: Command, readers: dict[str, Reader], request: pytest.FixtureRequest) -> None:
    if command.arguments is not None and command.arguments[:1] != ["test"]:
        _parse(command)
    reader = readers.get(command.document, readers[""])
    if command.text in NOT_RUN:
        _check_options_of_module(command, reader.copy)
    elif command.verb == "listen":
        card: VirtualSoundCard = request.getfixturevalue("sound_card")
        with reader.copy.hearing(card):
            reader.follow(command)
    else:
        reader.follow(command)


@pytest.mark.parametrize("program", PROGRAMS, ids=_name)
def test_a_block_of_python_works(program: Program, readers: dict[str, Reader]) -> None:
    if all(isinstance(node, ast.ClassDef) for node in ast.parse(program.text).body):
        return  # a list of what there is; tests/app/api/test_describe.py compares it with the code
    reader = readers.get(program.document, readers[""])
    for command in COMMANDS:
        if command.document == program.document and command.line < program.line and command.verb != "listen":
            reader.follow(command)
    text = f"{GIVEN.get(program.document, '')}{program.text}".replace("http://127.0.0.1:8000", str(reader.copy.url))
    (reader.copy.root / "example.py").write_text(text.replace("/home/me", str(reader.copy.home)))
    result = reader.copy.run(".venv/bin/python example.py")
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() and result.stdout.split()[0] not in PROBLEMS, result.stdout


def test_what_is_not_run_is_written_somewhere() -> None:
    assert set(NOT_RUN) <= {command.text for command in COMMANDS}


def test_every_way_to_call_the_program_is_tried() -> None:
    run = [command for command in COMMANDS if command.text not in NOT_RUN]
    assert {command.words[0] for command in run if command.arguments is not None} == {
        "bash", ".venv/bin/genrescope", "genrescope",
    }  # fmt: skip


@pytest.mark.parametrize("document", DOCUMENTS, ids=_id_of)
def test_links_and_pictures_are_there(document: Path) -> None:
    for target in find_targets(document):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        place = (document.parent / path).resolve() if path else document
        assert place.exists(), f"{name_of(document)} leads to {target}, which is not there"
        assert place.is_relative_to(REPOSITORY), f"{name_of(document)} leads out of the repository: {target}"
        if anchor:
            assert anchor in find_anchors(place), f"{name_of(document)} leads to {target}: no such heading"


@pytest.mark.parametrize("picture", sorted((REPOSITORY / "docs").glob("*.png")), ids=_id_of)
def test_a_picture_is_shown_somewhere_and_small(picture: Path) -> None:
    shown = {(document.parent / target).resolve() for document in DOCUMENTS for target in find_targets(document)}
    assert picture in shown
    assert picture.stat().st_size < MAX_PICTURE_BYTES
    with Image.open(picture) as image:
        image.verify()


@pytest.mark.parametrize("document", DOCUMENTS, ids=_id_of)
def test_verbs_and_options_within_sentences_exist(document: Path) -> None:
    verbs = _help_of_verbs()
    for words in map(str.split, find_code_words(document)):
        if words[:1] == ["genrescope"] and len(words) > 1 and not words[1].startswith("-"):
            assert words[1] in verbs, f"{name_of(document)}: there is no “{' '.join(words)}”"
            words = words[1:]
        if words and words[0] in verbs:
            unknown = [word for word in words if word.startswith("--") and word.split("=")[0] not in verbs[words[0]]]
            assert not unknown, f"{name_of(document)}: “{words[0]}” has no {', '.join(unknown)}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=_id_of)
def test_files_and_folders_within_sentences_exist(document: Path) -> None:
    for word in find_code_words(document):
        if _PLACE.fullmatch(word):
            assert (REPOSITORY / word).exists(), f"{name_of(document)}: there is no “{word}”"


def _parse(command: Command) -> None:
    try:
        _create_parser().parse_args(command.arguments)
    except SystemExit as end:
        assert end.code == 0, f"{_name(command)}: the program does not understand this"


def _check_options_of_module(command: Command, copy: ProgramCopy) -> None:
    words = command.words
    if "-m" in words and "build_app" in words:
        options = copy.run(".venv/bin/python -m build_app --help").stdout
        assert all(word in options for word in words if word.startswith("--")), f"{_name(command)}: no such option"


def _help_of_verbs() -> dict[str, set[str]]:
    [verbs] = [action for action in _create_parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return {verb: set(re.findall(r"--[a-z-]+", parser.format_help())) for verb, parser in verbs.choices.items()}
