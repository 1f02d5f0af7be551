"""What the documentation holds: commands, programs, links, headings and words of code."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.token import Token

REPOSITORY = Path(__file__).resolve().parents[1]
#: All that people read; commands in blocks are in the first three only.
DOCUMENTS = (
    *(REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md")),
    *sorted((REPOSITORY / "docs").glob("*.md")),
    *sorted((REPOSITORY / "models").glob("*/MODEL_CARD.md")),
)

_SHELLS = ("bash", "sh", "console")
#: How the documentation calls the program.
_LAUNCHERS = (("bash", "run_app.sh"), (".venv/bin/genrescope",), ("genrescope",))
_ASSIGNMENT = re.compile(r"[A-Z_]+=")
_COMMENT = re.compile(r"(^|\s)#\s.*$")


@dataclass(frozen=True)
class Command:
    """One command of a shell.

    Attributes:
        document: Path in the repository.
        line: Where its block begins.
        text: Without comments; one line.
    """

    document: str
    line: int
    text: str

    @property
    def words(self) -> list[str]:
        """As the shell splits it, without variables that are set for it alone."""
        words = shlex.split(self.text)
        while words and _ASSIGNMENT.match(words[0]):
            words.pop(0)
        return words

    @property
    def arguments(self) -> list[str] | None:
        """What the program gets; ``None`` where it is another program."""
        words = self.words
        for launcher in _LAUNCHERS:
            if tuple(words[: len(launcher)]) == launcher:
                return words[len(launcher) :]
        return None

    @property
    def verb(self) -> str:
        """The program's verb, else the other program's name; empty for the window."""
        words = self.arguments if self.arguments is not None else self.words
        return next((word for word in words if not word.startswith("-")), "")

    @property
    def key(self) -> tuple[str, ...]:
        """The same for commands that do the same: however the program is called."""
        return tuple(self.words) if self.arguments is None else ("genrescope", *self.arguments)


@dataclass(frozen=True)
class Program:
    """A block of Python."""

    document: str
    line: int
    text: str


def find_commands() -> Iterator[Command]:
    """Every command in a block, in the order in which it is read."""
    for document, fence in _find_fences(_SHELLS):
        lines = [_COMMENT.sub("", line).rstrip() for line in fence.content.splitlines()]
        if fence.info == "console":
            lines = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        for text in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
            if text.strip():
                yield Command(document, _line_of(fence), text.strip())


def find_programs() -> Iterator[Program]:
    """Every block of Python."""
    for document, fence in _find_fences(("python",)):
        yield Program(document, _line_of(fence), fence.content)


def find_targets(document: Path) -> Iterator[str]:
    """What links and pictures lead to."""
    for token in _parse(document):
        for child in token.children or ():
            target = child.attrs.get("href", child.attrs.get("src"))
            if target is not None:
                yield unquote(str(target))


def find_code_words(document: Path) -> Iterator[str]:
    """What is written as code within sentences and tables."""
    for token in _parse(document):
        yield from (child.content for child in token.children or () if child.type == "code_inline")


def find_anchors(document: Path) -> set[str]:
    """What a link may name after “#”, as GitHub makes it of the headings."""
    anchors: set[str] = set()
    tokens = _parse(document)
    for heading, inline in pairwise(tokens):
        if heading.type == "heading_open":
            text = "".join(child.content for child in inline.children or ())
            anchor = re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")
            n_before = sum(re.fullmatch(rf"{re.escape(anchor)}(-\d+)?", other) is not None for other in anchors)
            anchors.add(f"{anchor}-{n_before}" if anchor in anchors else anchor)
    return anchors


def name_of(document: Path) -> str:
    """Its path in the repository."""
    return document.relative_to(REPOSITORY).as_posix()


def _find_fences(languages: tuple[str, ...]) -> Iterator[tuple[str, Token]]:
    for document in DOCUMENTS:
        for token in _parse(document):
            if token.type == "fence" and token.info in languages:
                yield name_of(document), token


def _line_of(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0


@cache
def _parse(document: Path) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(document.read_text(encoding="utf-8"))
