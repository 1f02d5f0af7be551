"""One sentence across the window that needs no answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import customtkinter as ctk

from app.gui.connection import ApiState, Status
from app.gui.style import theme
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.text_labels import WrappingLabel


class NoticeBar(ctk.CTkFrame):
    """A bar that is there only while there is something to say.

    What the engine's state has to say goes before what is only worth knowing.
    """

    def __init__(self, master: Any) -> None:
        super().__init__(master, corner_radius=theme.CORNER_CARD, fg_color=theme.SURFACE_CONTAINER_HIGH)
        self._status: Status | None = None
        self._sentence: str | None = None
        self._is_log_of_use = False
        self._open_log: ActionButton | None = None
        self.grid_columnconfigure(0, weight=1)
        self._label = WrappingLabel(self, font=theme.body())
        self._label.grid(row=0, column=0, sticky="ew", padx=theme.SPACE_3, pady=theme.SPACE_2)
        self._dismiss = ActionButton(self, text="Dismiss", kind="text", height=32, command=self.dismiss)
        self._dismiss.grid(row=0, column=2, padx=(0, theme.SPACE))

    @property
    def text(self) -> str:
        """What it says; empty while it is not shown."""
        return str(self._label.cget("text")) if self.winfo_manager() else ""

    def offer_log(self, on_open: Callable[[], object]) -> None:
        """From now on there is a log; a button opens it where the sentence tells of a crash."""
        self._open_log = ActionButton(self, text="Open log", kind="text", height=32, command=on_open)
        self._open_log.grid(row=0, column=1)
        self._open_log.grid_remove()

    def show_status(self, status: Status) -> None:
        """Say what the engine's state has to say, if anything."""
        self._status = status
        self._update()

    def say(self, sentence: str | None, *, with_log: bool = False) -> None:
        """Say something that needs no answer, or no longer.

        Args:
            sentence: ``None`` for no longer.
            with_log: Offer to open the log.
        """
        self._sentence = sentence
        self._is_log_of_use = with_log
        self._update()

    def dismiss(self) -> None:
        """The person has read it."""
        self._sentence = None
        self.grid_remove()

    def dismiss_by_key(self) -> None:
        """As the button does, where there is one."""
        if self._dismiss.winfo_manager():
            self.dismiss()

    def _update(self) -> None:
        detail = self._status.detail if self._status is not None else None
        text = detail or self._sentence
        if text is None:
            self.grid_remove()
            return
        is_error = detail is not None and self._status is not None and self._status.state is ApiState.FAILED
        self.configure(fg_color=theme.ERROR_CONTAINER if is_error else theme.SURFACE_CONTAINER_HIGH)
        self._label.configure(text_color=theme.ON_ERROR_CONTAINER if is_error else theme.ON_SURFACE)
        if self._open_log is not None:
            is_trouble = detail is not None and self._status is not None and self._status.state is not ApiState.READY
            if is_trouble or (detail is None and self._is_log_of_use):
                self._open_log.grid()
            else:
                self._open_log.grid_remove()
        # An error stays until what it tells of is over.
        if is_error:
            self._dismiss.grid_remove()
        else:
            self._dismiss.grid()
        self._label.show(text)
        self.grid()
