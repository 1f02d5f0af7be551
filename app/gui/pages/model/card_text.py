"""Model cards, from Markdown to blocks that a plain text widget can show. Knows no widget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

Look = Literal["plain", "strong", "emphasis", "code"]
BlockKind = Literal["heading", "paragraph", "item", "quote", "code", "rule", "table"]

_LOOKS: Final[dict[str, Look]] = {"strong": "strong", "em": "emphasis"}
_BULLET: Final = "•"


@dataclass(frozen=True)
class Run:
    """Letters that look alike."""

    text: str
    look: Look = "plain"


#: One paragraph, or one cell of a table.
Line: TypeAlias = tuple[Run, ...]


@dataclass(frozen=True)
class Block:
    """One thing below the other.

    Attributes:
        kind: How it looks.
        line: What it says; empty for a table.
        level: Of a heading, counted from 1; how deep an item lies, counted from 0.
        mark: What stands before an item, “•” or its number; empty where the item goes on.
        rows: Of a table.
        has_heading: Whether the first row of a table says what the columns are.
    """

    kind: BlockKind
    line: Line = ()
    level: int = 0
    mark: str = ""
    rows: tuple[tuple[Line, ...], ...] = ()
    has_heading: bool = False


def parse_card(markdown: str) -> tuple[Block, ...]:
    """Read a model card.

    Args:
        markdown: CommonMark with tables. HTML in it is shown as it was written.
    """
    # Late: only this page needs it.
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    return tuple(_read_blocks(SyntaxTreeNode(parser.parse(markdown))))


def plain_text(line: Line) -> str:
    """The letters of a line."""
    return "".join(run.text for run in line)


def _read_blocks(parent: SyntaxTreeNode, *, is_quoted: bool = False) -> Iterator[Block]:
    for node in parent.children:
        yield from _read_block(node, is_quoted=is_quoted)


def _read_block(node: SyntaxTreeNode, *, is_quoted: bool = False) -> Iterator[Block]:
    match node.type:
        case "heading":
            yield Block("heading", _read_line(node), level=int(node.tag[1]))
        case "paragraph":
            yield Block("quote" if is_quoted else "paragraph", _read_line(node))
        case "bullet_list" | "ordered_list":
            yield from _read_list(node, level=0)
        case "blockquote":
            yield from _read_blocks(node, is_quoted=True)
        case "fence" | "code_block":
            yield Block("code", (Run(node.content.rstrip("\n"), "code"),))
        case "hr":
            yield Block("rule")
        case "table":
            yield _read_table(node)


def _read_list(node: SyntaxTreeNode, level: int) -> Iterator[Block]:
    number = int(node.attrs.get("start", 1))
    for index, item in enumerate(node.children):
        mark = _BULLET if node.type == "bullet_list" else f"{number + index}."
        for child in item.children:
            if child.type in ("bullet_list", "ordered_list"):
                yield from _read_list(child, level + 1)
            elif child.type == "paragraph":
                yield Block("item", _read_line(child), level=level, mark=mark)
                mark = ""
            else:
                yield from _read_block(child)


def _read_table(node: SyntaxTreeNode) -> Block:
    rows = [tuple(_read_line(cell) for cell in row.children) for part in node.children for row in part.children]
    # Markdown knows no table without a heading, so those that have none leave it empty.
    has_heading = bool(rows) and any(plain_text(cell).strip() for cell in rows[0])
    return Block("table", rows=tuple(rows if has_heading else rows[1:]), has_heading=has_heading)


def _read_line(node: SyntaxTreeNode) -> Line:
    runs: list[Run] = []
    for run in _read_runs(node, "plain"):
        if runs and runs[-1].look == run.look:
            runs[-1] = Run(runs[-1].text + run.text, run.look)
        elif run.text:
            runs.append(run)
    return tuple(runs)


def _read_runs(node: SyntaxTreeNode, look: Look) -> Iterator[Run]:
    for child in node.children:
        match child.type:
            case "text":
                yield Run(child.content, look)
            case "code_inline":
                yield Run(child.content, "code")
            case "softbreak":
                yield Run(" ", look)
            case "hardbreak":
                yield Run("\n", look)
            case "image":
                yield Run(child.content, look)
            case "link":
                yield from _read_runs(child, look)
                yield Run(_address(child), look)
            case _:
                yield from _read_runs(child, _LOOKS.get(child.type, look))


def _address(link: SyntaxTreeNode) -> str:
    """Where a link leads, unless its own text says so: nothing here can be clicked."""
    address = str(link.attrs.get("href", ""))
    text = "".join(run.text for run in _read_runs(link, "plain"))
    return "" if address in (text, f"mailto:{text}") or not address else f" ({address})"
