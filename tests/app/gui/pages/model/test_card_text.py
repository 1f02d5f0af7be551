from pathlib import Path

import pytest

from app.gui.pages.model.card_text import Block, Run, parse_card, plain_text

MODELS = Path(__file__).resolve().parents[5] / "models"


def texts(markdown: str) -> list[tuple[str, str]]:
    return [(block.kind, plain_text(block.line)) for block in parse_card(markdown)]


def test_headings_paragraphs_and_how_letters_look() -> None:
    heading, paragraph = parse_card("## Why *now*\n\nPlain **strong** `code` <b>\nsame line\n")
    assert heading == Block("heading", (Run("Why "), Run("now", "emphasis")), level=2)
    assert paragraph.line == (
        Run("Plain "), Run("strong", "strong"), Run(" "), Run("code", "code"), Run(" <b> same line"),
    )  # fmt: skip


def test_lists_keep_their_marks_and_their_depth() -> None:
    blocks = parse_card("3. three\n\n   goes on\n   - deeper\n4. four\n\n- dot\n\n  ```\n  code\n  ```\n")
    assert [(block.kind, plain_text(block.line), block.mark, block.level) for block in blocks] == [
        ("item", "three", "3.", 0),
        ("item", "goes on", "", 0),
        ("item", "deeper", "•", 1),
        ("item", "four", "4.", 0),
        ("item", "dot", "•", 0),
        ("code", "code", "", 0),
    ]


def test_tables_with_and_without_a_heading() -> None:
    with_heading, without = parse_card("| a | b |\n|---|---|\n| 1 | `2` |\n\n| | |\n|---|---|\n| x | y |\n")
    assert with_heading.has_heading and not without.has_heading
    assert [[plain_text(cell) for cell in row] for row in with_heading.rows] == [["a", "b"], ["1", "2"]]
    assert [[plain_text(cell) for cell in row] for row in without.rows] == [["x", "y"]]


def test_where_a_link_leads_is_told_unless_its_text_does() -> None:
    assert texts("[paper](https://a.example/x) <https://b.example> ![a chart](chart.png)") == [
        ("paragraph", "paper (https://a.example/x) https://b.example a chart")
    ]


def test_quotes_and_rules() -> None:
    assert texts("> said\n\n---\n\nafter") == [("quote", "said"), ("rule", ""), ("paragraph", "after")]


@pytest.mark.parametrize(
    "card", ["", "   \n", "|||\n|--|--|", "- \n- \n", "* " * 50, "[](x", "`" * 99, "> " * 200 + "x"]
)
def test_odd_cards_are_read_all_the_same(card: str) -> None:
    assert isinstance(parse_card(card), tuple)


def test_every_shipped_card_is_read() -> None:
    cards = sorted(MODELS.glob("*/MODEL_CARD.md"))
    assert len(cards) >= 2
    for card in cards:
        blocks = parse_card(card.read_text(encoding="utf-8"))
        assert blocks[0].kind == "heading" and blocks[0].level == 1
        assert any(block.kind == "table" and len(block.rows) >= 4 for block in blocks)
