"""The model card as text that can be read, scrolled, selected and copied."""

from __future__ import annotations

import tkinter
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from app.gui.pages.model.card_text import Block, Line, plain_text
from app.gui.pages.model.panels import HeadedCard
from app.gui.style import theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.focus import make_focusable
from app.gui.widgets.scrollbar import Scrollbar
from app.gui.widgets.text_labels import scaled_font

_HINT: Final = "What its makers say of it"
_NO_CARD: Final = "This model has no card. A file “MODEL_CARD.md” beside a checkpoint is added together with it."
_HEADING_SIZES: Final = {1: 22, 2: 18}
_SMALL_HEADING_SIZE: Final = 16
_INDENT: Final = 24
#: No column but the last may take more, or nothing would be left for the others.
_WIDEST_CELL: Final = 280
_CELL_GAP: Final = 24
_SCROLL_KEYS: Final = (("<Up>", -2, "units"), ("<Down>", 2, "units"), ("<Prior>", -1, "pages"), ("<Next>", 1, "pages"))
#: They would go to where letters are typed, which nobody sees.
_DEAD_KEYS: Final = ("<Left>", "<Right>", "<BackSpace>", "<Delete>")
#: What Tk writes for a piece of text: the letters and the names of how they look.
_Piece = tuple[str, tuple[str, ...]]


class CardView(HeadedCard):
    """Shows the blocks of a card."""

    def __init__(self, master: Any) -> None:
        super().__init__(master, "Model card", _HINT, self.describe)
        self._blocks: tuple[Block, ...] | None = None
        self.body.grid_columnconfigure(0, weight=1)
        self.body.grid_rowconfigure(0, weight=1)
        self._text = tkinter.Text(
            self.body,
            wrap="word",
            state="disabled",
            width=1,
            height=1,
            borderwidth=0,
            highlightthickness=0,
            cursor="arrow",
            takefocus=True,
        )
        self._text.grid(row=0, column=0, sticky="nsew")
        scrollbar = Scrollbar(self.body, self._text)
        scrollbar.grid(row=0, column=1, sticky="ns")
        scrollbar.grid_remove()
        make_focusable(self._text, around=self.body, corner=theme.SPACE_HALF)
        for key, amount, unit in _SCROLL_KEYS:
            self._text.bind(key, partial(self._scroll, amount, unit))
        for key in _DEAD_KEYS:
            self._text.bind(key, lambda event: "break")
        self._text.bind("<Control-a>", self._select_all)
        self._text.bind("<Home>", partial(self._go_to, 0))
        self._text.bind("<End>", partial(self._go_to, 1))
        repaint_with(self._text, self._write)

    @property
    def text(self) -> tkinter.Text:
        """Where it is written."""
        return self._text

    def describe(self) -> str:
        """All that it shows, as text."""
        return str(self._text.get("1.0", "end-1c")).strip()

    def show(self, blocks: tuple[Block, ...]) -> None:
        """Show a card; without blocks, that there is none."""
        if blocks == self._blocks:
            return
        self._blocks = blocks
        self.offer_copy(bool(blocks))
        self._write()
        self._text.yview_moveto(0)

    def _scroll(self, amount: int, unit: Any, event: tkinter.Event[Any]) -> str:
        self._text.yview_scroll(amount, unit)
        return "break"

    def _go_to(self, share: float, event: tkinter.Event[Any]) -> str:
        self._text.yview_moveto(share)
        return "break"

    def _select_all(self, event: tkinter.Event[Any]) -> str:
        self._text.tag_add("sel", "1.0", "end-1c")
        return "break"

    # Writing

    def _write(self) -> None:
        """Write all anew, in the colours and the size of now."""
        if self._blocks is None:
            return
        self._set_looks()
        position = self._text.yview()[0]
        pieces: list[_Piece] = []
        for index, block in enumerate(self._blocks):
            pieces += self._write_block(block, index)
        self._text.configure(state="normal")
        self._text.delete("1.0", "end")
        # In one go: each call to Tk costs as much as a page of text.
        arguments: list[Any] = [part for piece in pieces or [(_NO_CARD, ("paragraph",))] for part in piece]
        self._text.insert("end", *arguments)
        self._text.configure(state="disabled")
        self._text.yview_moveto(position)

    def _write_block(self, block: Block, index: int) -> list[_Piece]:
        match block.kind:
            case "table":
                return self._write_table(block, f"table {index}")
            case "rule":
                return [("\n", ("rule",))]
            case "heading":
                return [*_runs(block.line, f"heading {min(block.level, 3)}"), ("\n", ())]
            case "item":
                look = f"item {min(block.level, 3)}"
                return [(f"{block.mark}\t", (look,)), *_runs(block.line, look), ("\n", ())]
            case _:
                return [*_runs(block.line, block.kind), ("\n", ())]

    def _write_table(self, block: Block, look: str) -> list[_Piece]:
        """Columns stand at tabulators as wide as what stands in them; what is too long goes on below itself."""
        stops = self._measure(block.rows)
        scaling = widget_scaling(self)
        self._text.tag_configure(
            look,
            tabs=tuple(stops),
            lmargin2=stops[-1] if stops else 0,
            spacing1=round(3 * scaling),
            spacing3=round(3 * scaling),
        )
        pieces: list[_Piece] = []
        for number, row in enumerate(block.rows):
            is_heading = block.has_heading and number == 0
            for column, cell in enumerate(row):
                pieces += [("\t", (look,))] if column else []
                pieces += _runs(cell, look, *(["table heading"] if is_heading else []))
            pieces.append(("\n", (look,)))
        pieces.append(("\n", ("table end",)))
        return pieces

    def _measure(self, rows: Sequence[Sequence[Line]]) -> list[int]:
        """Where each column but the first begins, in pixels."""
        fonts = scaled_font(self, theme.body())
        scaling = widget_scaling(self)
        stops: list[int] = []
        for column in range(max(map(len, rows), default=0) - 1):
            widest = max(fonts.measure(plain_text(row[column])) for row in rows if column < len(row))
            width = min(widest, round(_WIDEST_CELL * scaling)) + round(_CELL_GAP * scaling)
            stops.append((stops[-1] if stops else 0) + width)
        return stops

    def _set_looks(self) -> None:
        text, scaling = self._text, widget_scaling(self)
        quiet, ink = pick(theme.ON_SURFACE_VARIANT), pick(theme.ON_SURFACE)
        text.configure(
            background=pick(theme.SURFACE_CONTAINER),
            foreground=ink,
            font=scaled_font(self, theme.body()),
            padx=round(theme.SPACE * scaling),
            pady=0,
            spacing2=round(theme.SPACE_HALF * scaling),
            selectbackground=pick(theme.PRIMARY_CONTAINER),
            selectforeground=pick(theme.ON_PRIMARY_CONTAINER),
            inactiveselectbackground=pick(theme.PRIMARY_CONTAINER),
        )
        below = round(12 * scaling)
        for level in (1, 2, 3):
            size = _HEADING_SIZES.get(level, _SMALL_HEADING_SIZE)
            above = 0 if level == 1 else round(theme.SPACE_2 * scaling)
            font = scaled_font(self, theme.font(size, "bold"))
            text.tag_configure(f"heading {level}", font=font, spacing1=above, spacing3=below)
        text.tag_configure("paragraph", spacing3=below)
        margin = round(_INDENT * scaling)
        text.tag_configure("quote", lmargin1=margin, lmargin2=margin, spacing3=below, foreground=quiet)
        text.tag_configure("code", font=self._code_font(), foreground=quiet)
        text.tag_configure("rule", font=scaled_font(self, theme.font(4)), spacing3=below)
        text.tag_configure("table end", font=scaled_font(self, theme.font(8)))
        text.tag_configure("table heading", foreground=quiet)
        text.tag_configure("strong", font=scaled_font(self, theme.label()), foreground=pick(theme.PRIMARY))
        text.tag_configure("emphasis", foreground=quiet)
        for level in range(4):
            left, right = level * margin, (level + 1) * margin
            text.tag_configure(
                f"item {level}", lmargin1=left, lmargin2=right, tabs=(right,), spacing3=round(6 * scaling)
            )

    def _code_font(self) -> Any:
        family = tkinter.font.nametofont("TkFixedFont", root=self).actual("family")
        return scaled_font(self, (family, 13, "normal"))


def _runs(line: Line, *looks: str) -> list[_Piece]:
    return [(run.text, (*looks, run.look) if run.look != "plain" else looks) for run in line]
