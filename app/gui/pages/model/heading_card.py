"""The model that is looked at, in short: name, state, figures, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import customtkinter as ctk

from app.gui.pages.model.view import Fact, ModelHeading
from app.gui.style import theme
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.text_labels import ElidedLabel, WrappingLabel

_N_FACTS: Final = 4
_REMOVE: Final = "Remove"
_SURE: Final = "Remove for good?"
#: For how long the question whether to remove stands.
_SURE_MS: Final = 5000


class _FactTile(ctk.CTkFrame):
    """A name, a figure and a remark below each other."""

    def __init__(self, master: Any) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        quiet: dict[str, Any] = {"font": theme.small(), "text_color": theme.ON_SURFACE_VARIANT}
        self._name = ctk.CTkLabel(self, text="", anchor="w", padx=0, height=20, **quiet)
        self._value = ctk.CTkLabel(
            self, text="", anchor="w", padx=0, height=36, font=theme.font(24), text_color=theme.ON_SURFACE
        )
        self._remark = ctk.CTkLabel(self, text="", anchor="w", padx=0, height=20, **quiet)
        for row, label in enumerate((self._name, self._value, self._remark)):
            label.grid(row=row, column=0, sticky="w")

    @property
    def texts(self) -> tuple[str, str, str]:
        """Name, figure and remark as shown."""
        return self._name.cget("text"), self._value.cget("text"), self._remark.cget("text")

    def show(self, fact: Fact) -> None:
        """Show a fact."""
        for label, text in ((self._name, fact.name), (self._value, fact.value), (self._remark, fact.remark)):
            if label.cget("text") != text:
                label.configure(text=text)


class HeadingCard(ctk.CTkFrame):
    """A card with what ``ModelHeading`` says.

    Args:
        master: The parent widget.
        on_use: Called when the model is to answer.
        on_remove: Called when it is to be removed, and the person is sure.
    """

    def __init__(self, master: Any, on_use: Callable[[], object], on_remove: Callable[[], object]) -> None:
        super().__init__(master, fg_color=theme.SURFACE_CONTAINER, corner_radius=theme.CORNER_CARD)
        self._on_remove = on_remove
        self._sure_id: str | None = None
        self._heading: ModelHeading | None = None
        self.grid_columnconfigure(0, weight=1)
        self._title = ElidedLabel(self, theme.font(20), text_color=theme.ON_SURFACE, height=40)
        self._title.grid(row=0, column=0, sticky="ew", padx=(theme.SPACE_3, theme.SPACE), pady=(theme.SPACE_2, 0))
        buttons = ctk.CTkFrame(self, fg_color="transparent", corner_radius=0, height=theme.BUTTON_HEIGHT)
        buttons.grid(row=0, column=1, sticky="e", padx=(0, theme.SPACE_2), pady=(theme.SPACE_2, 0))
        self.state = ctk.CTkLabel(
            buttons,
            text="",
            height=32,
            corner_radius=16,
            padx=theme.SPACE_HALF,
            font=theme.small(),
            fg_color=theme.SURFACE_CONTAINER_HIGH,
            text_color=theme.ON_SURFACE,
        )
        self.remove = ActionButton(buttons, text=_REMOVE, kind="text", command=self._ask_or_remove)
        self.use = ActionButton(buttons, text="Use this model", command=on_use)
        for column, widget in enumerate((self.state, self.remove, self.use)):
            widget.grid(row=0, column=column, padx=(theme.SPACE, 0))
            widget.grid_remove()
        self._origin = ElidedLabel(self, theme.small(), text_color=theme.ON_SURFACE_VARIANT, height=24)
        self._origin.grid(row=1, column=0, columnspan=2, sticky="ew", padx=theme.SPACE_3)
        self._note = WrappingLabel(self, font=theme.body(), text_color=theme.ERROR)
        self._note.grid(row=2, column=0, columnspan=2, sticky="ew", padx=theme.SPACE_3, pady=(theme.SPACE, 0))
        self._note.grid_remove()
        self._facts = ctk.CTkFrame(self, fg_color="transparent", corner_radius=0)
        self._facts.grid(row=3, column=0, columnspan=2, sticky="ew", padx=theme.SPACE_3, pady=(theme.SPACE_2, 0))
        self._tiles = [_FactTile(self._facts) for _ in range(_N_FACTS)]
        for column, tile in enumerate(self._tiles):
            self._facts.grid_columnconfigure(column, weight=1)
            tile.grid(row=0, column=column, sticky="w")
        # Room below, also where there are no figures.
        ctk.CTkFrame(self, width=0, height=theme.SPACE_2, fg_color="transparent").grid(row=4, column=0)

    @property
    def texts(self) -> dict[str, str]:
        """What is shown, by its place."""
        return {
            "title": self._title.full_text,
            "origin": self._origin.full_text,
            "state": str(self.state.cget("text")) if self.state.winfo_manager() else "",
            "note": str(self._note.cget("text")) if self._note.winfo_manager() else "",
        }

    @property
    def facts(self) -> dict[str, tuple[str, str]]:
        """Figure and remark by name, as shown."""
        if not self._facts.winfo_manager():
            return {}
        return {name: (value, remark) for name, value, remark in (tile.texts for tile in self._tiles)}

    def show(self, heading: ModelHeading) -> None:
        """Show a model."""
        before, self._heading = self._heading, heading
        if heading == before:
            return
        if before is None or heading.title != before.title or not heading.can_remove:
            self.forget_question()
        self._title.show(heading.title)
        self._origin.show(heading.origin)
        self._note.show(heading.note)
        self.state.configure(text=heading.state)
        for widget, is_wanted in (
            (self.state, bool(heading.state)),
            (self.use, heading.can_use),
            (self.remove, heading.can_remove),
            (self._facts, bool(heading.facts)),
        ):
            if is_wanted:
                widget.grid()
            else:
                widget.grid_remove()
        for tile, fact in zip(self._tiles, heading.facts, strict=False):
            tile.show(fact)

    def forget_question(self) -> bool:
        """Do not remove after all.

        Returns:
            Whether it was to be removed.
        """
        if self._sure_id is None:
            return False
        self.after_cancel(self._sure_id)
        self._sure_id = None
        self.remove.configure(text=_REMOVE)
        return True

    def _ask_or_remove(self) -> None:
        """The first press asks, the second one within some seconds is the answer."""
        if self.forget_question():
            self._on_remove()
        else:
            self.remove.configure(text=_SURE)
            self._sure_id = self.after(_SURE_MS, self.forget_question)
