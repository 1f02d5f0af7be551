"""The models to choose from: a card for each, of which one is looked at."""

from __future__ import annotations

import tkinter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from app.gui.pages.model.view import ModelRow
from app.gui.style import icons, theme
from app.gui.style.appearance import pick, repaint_with
from app.gui.style.drawing import Outline, Picture, RoundedBox
from app.gui.style.icons import place_icon
from app.gui.style.scaling import widget_scaling
from app.gui.widgets.focus import PRESS_KEYS, RING_WIDTH, bind_keys, is_ring_wanted
from app.gui.widgets.scroll_area import ScrollArea
from app.gui.widgets.text_labels import elide, scaled_font

#: Of the card; below it is the distance to the next one, which Tk would not scale.
_HEIGHT: Final = 96
_ICON_SIZE: Final = 20
_MOST_BOXES: Final = 16
_LATER_MS: Final = 10
#: The middles of the lines.
_LINES: Final = (24, 48, 72)


@dataclass(frozen=True)
class _Box:
    """A card without its words.

    Attributes:
        fill: Its colour.
        ring: That of the ring that shows the keyboard; empty for none.
        mark: That of the sign of the model in use; empty for none.
        width: In pixels.
        scaling: Pixels for one unit of the layout.
    """

    fill: str
    ring: str
    mark: str
    width: int
    scaling: float

    def draw(self, master: tkinter.Misc) -> tkinter.PhotoImage:
        """Its picture."""
        height = round(_HEIGHT * self.scaling)
        box = RoundedBox(0, 0, self.width, height, theme.CORNER_CARD * self.scaling)
        picture = Picture(self.width, height)
        picture.paint([box], self.fill)
        if self.ring:
            picture.paint([Outline(box, RING_WIDTH * self.scaling)], self.ring)
        if self.mark:
            size = _ICON_SIZE * self.scaling
            left = self.width - theme.SPACE_2 * self.scaling - size
            picture.paint(place_icon(icons.CHECK, size, left, _LINES[0] * self.scaling - size / 2), self.mark)
        return picture.to_photo(master)


class _Boxes:
    """Pictures that all cards share: drawing one for each would be felt."""

    def __init__(self, master: tkinter.Misc) -> None:
        self._master = master
        self._photos: dict[_Box, tkinter.PhotoImage] = {}

    def find(self, box: _Box) -> tkinter.PhotoImage:
        """The picture of a card; keep it for as long as it is shown."""
        if box not in self._photos:
            if len(self._photos) >= _MOST_BOXES:
                self._photos.clear()
            self._photos[box] = box.draw(self._master)
        return self._photos[box]


class ModelCard(tkinter.Canvas):
    """One model. One canvas: many may be there, and CustomTkinter's labels take their time.

    Args:
        master: The parent widget.
        boxes: Has pictures of cards.
        on_choose: Called when the person wants to look at it.
    """

    def __init__(self, master: Any, boxes: _Boxes, on_choose: Callable[[], object]) -> None:
        super().__init__(master, highlightthickness=0, borderwidth=0, width=1, cursor="hand2")
        self._row: ModelRow | None = None
        self._is_looked_at = False
        self._is_hovered = False
        self._has_focus = False
        self._boxes = boxes
        self._photo: tkinter.PhotoImage | None = None
        bind_keys(self, ("<Button-1>", *PRESS_KEYS), on_choose)
        self.bind("<Enter>", lambda event: self._change(is_hovered=True))
        self.bind("<Leave>", lambda event: self._change(is_hovered=False))
        self.bind("<FocusIn>", lambda event: self._change(has_focus=is_ring_wanted()))
        self.bind("<FocusOut>", lambda event: self._change(has_focus=False))
        self.bind("<Configure>", lambda event: self._paint())
        repaint_with(self, self._paint_later)

    @property
    def row(self) -> ModelRow | None:
        """What it shows."""
        return self._row

    @property
    def is_looked_at(self) -> bool:
        """Whether all of it is told beside the list."""
        return self._is_looked_at

    def show(self, row: ModelRow, *, is_looked_at: bool) -> None:
        """Show a model."""
        if (row, is_looked_at) != (self._row, self._is_looked_at):
            self._row, self._is_looked_at = row, is_looked_at
            # Tab stops once at the list; the arrow keys go through it.
            self.configure(takefocus=is_looked_at)
            self._paint()

    def _change(self, *, is_hovered: bool | None = None, has_focus: bool | None = None) -> None:
        self._is_hovered = self._is_hovered if is_hovered is None else is_hovered
        self._has_focus = self._has_focus if has_focus is None else has_focus
        self._paint()

    def _paint_later(self) -> None:
        # A moment after all the others, so that the window goes on breathing while everything changes its colour.
        self.after(_LATER_MS, self._paint)

    def _paint(self) -> None:
        scaling = widget_scaling(self.master)
        self.configure(height=round((_HEIGHT + theme.SPACE) * scaling), background=pick(theme.SURFACE))
        row, width = self._row, self.winfo_width()
        if row is None or width < 2:
            return
        is_chosen = self._is_looked_at
        ink = pick(theme.ON_PRIMARY_CONTAINER if is_chosen else theme.ON_SURFACE)
        quiet = pick(theme.ON_PRIMARY_CONTAINER if is_chosen else theme.ON_SURFACE_VARIANT)
        status = ink if is_chosen else pick(theme.ERROR if row.is_failed else theme.ON_SURFACE_VARIANT)
        self.delete("all")
        self._photo = self._find_box(row, width, ink, scaling)
        self.create_image(0, 0, anchor="nw", image=self._photo)
        left = round(theme.SPACE_2 * scaling)
        icon = round((_ICON_SIZE + theme.SPACE) * scaling) if row.is_active else 0
        lines = (
            (row.name, theme.title(), ink, icon),
            (row.description, theme.small(), quiet, 0),
            (row.status, theme.small(), status, 0),
        )
        for y, (text, look, colour, taken) in zip(_LINES, [line for line in lines if line[0]], strict=False):
            font = scaled_font(self.master, look)
            shown = elide(text, font, width - 2 * left - taken)
            self.create_text(left, round(y * scaling), anchor="w", text=shown, font=font, fill=colour)

    def _find_box(self, row: ModelRow, width: int, ink: str, scaling: float) -> tkinter.PhotoImage:
        """The card without its words, and the ring that shows the keyboard."""
        if self._is_looked_at:
            fill = pick(theme.PRIMARY_CONTAINER_HOVER if self._is_hovered else theme.PRIMARY_CONTAINER)
        else:
            fill = pick(theme.SURFACE_CONTAINER_HIGH if self._is_hovered else theme.SURFACE_CONTAINER)
        ring = pick(theme.PRIMARY) if self._has_focus else ""
        mark = (ink if self._is_looked_at else pick(theme.PRIMARY)) if row.is_active else ""
        return self._boxes.find(_Box(fill, ring, mark, width, scaling))


class ModelCards(ScrollArea):
    """All models, one below the other. The arrow keys go up and down.

    Args:
        master: The parent widget.
        on_choose: Called with the id of the model that the person wants to look at.
    """

    def __init__(self, master: Any, on_choose: Callable[[str], None]) -> None:
        super().__init__(master)
        self._on_choose = on_choose
        self._boxes = _Boxes(self)
        self._cards: list[ModelCard] = []
        self._n_shown = 0
        self.content.grid_columnconfigure(0, weight=1)

    @property
    def cards(self) -> list[ModelCard]:
        """Those in sight, from top to bottom."""
        return self._cards[: self._n_shown]

    @property
    def chosen(self) -> ModelCard | None:
        """The card of the model that is looked at."""
        return next((card for card in self.cards if card.is_looked_at), None)

    def show(self, rows: Sequence[ModelRow], looked_at: str) -> None:
        """Show models, and which one is looked at."""
        while len(self._cards) < len(rows):
            self._add_card()
        for card, row in zip(self._cards, rows, strict=False):
            card.show(row, is_looked_at=row.model_id == looked_at)
        for index, card in enumerate(self._cards):
            if (index < len(rows)) != (index < self._n_shown):
                card.grid() if index < len(rows) else card.grid_remove()
        self._n_shown = len(rows)

    def _add_card(self) -> None:
        index = len(self._cards)
        card = ModelCard(self.content, self._boxes, partial(self._choose, index))
        card.grid(row=index, column=0, sticky="ew")
        bind_keys(card, ("<Up>",), partial(self._step, index, -1))
        bind_keys(card, ("<Down>",), partial(self._step, index, 1))
        self._cards.append(card)
        card.grid_remove()

    def _choose(self, index: int) -> None:
        card = self._cards[index]
        if card.row is not None and index < self._n_shown:
            self._on_choose(card.row.model_id)
            card.focus_set()

    def _step(self, index: int, direction: int) -> None:
        if 0 <= index + direction < self._n_shown:
            self._choose(index + direction)
