"""Model, as it is seen: all models on the left, the one that is looked at on the right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import customtkinter as ctk

from app.gui.pages.model.heading_card import HeadingCard
from app.gui.pages.model.model_cards import ModelCards
from app.gui.pages.model.presenter import ModelPresenter
from app.gui.pages.model.tabs import Tabs
from app.gui.pages.model.view import ModelHeading, ModelRow, Particulars
from app.gui.pages.page import Page, PageContext
from app.gui.style import icons, theme
from app.gui.widgets.buttons import ActionButton
from app.gui.widgets.message_panel import Message, MessagePanel
from app.gui.widgets.text_labels import ElidedLabel

SIDE_WIDTH: Final = 288
#: Long enough for what was there before to be drawn.
_NEXT_PART_MS: Final = 10
# Of checkpoints and of exported models.
_MODEL_SUFFIXES: Final = (".pt", ".pth", ".ckpt", ".onnx")


class ModelPage(Page):
    """Shows what the presenter says, see ``ModelView``."""

    page_id = "model"
    title = "Model"
    icon = icons.MODEL
    invitation = "Let go to add a model or to identify songs"
    shortcuts = (
        ("↑  ↓", "In the list: the model before or after"),
        ("←  →", "Scores, training and so on: the part before or after"),
        ("Ctrl+C", "On “Copy as text”: copy the part"),
    )

    def __init__(self, master: Any, context: PageContext) -> None:
        super().__init__(master, context)
        self.presenter = ModelPresenter(self, context)
        self.grid_columnconfigure(1, weight=1)
        self.grid_rowconfigure(1, weight=1)
        # Its place is kept while it is empty, so that nothing moves when work begins.
        self._progress = ctk.CTkProgressBar(
            self,
            mode="indeterminate",
            height=4,
            corner_radius=2,
            border_width=0,
            fg_color=theme.SURFACE,
            progress_color=theme.SURFACE,
        )
        self._progress.grid(row=0, column=0, columnspan=2, sticky="ew", pady=(0, theme.SPACE_HALF))
        self._is_working = False
        self._builders = [self._build_side, self._build_message, self._build_model]
        self.after(_NEXT_PART_MS, self._build_next)

    @property
    def is_built(self) -> bool:
        """Whether all parts are there."""
        return not self._builders

    @property
    def progress_text(self) -> str:
        """What is being done, as shown."""
        return self._doing.full_text

    def _build_next(self) -> None:
        """Add a part and come back for the next: all at once would hold up the window."""
        self._builders.pop(0)()
        if self._builders:
            self.after(_NEXT_PART_MS, self._build_next)
        else:
            self.presenter.start()

    def _build_side(self) -> None:
        side = ctk.CTkFrame(self, width=SIDE_WIDTH, fg_color="transparent", corner_radius=0)
        # Half of the distance to the model belongs to the model, as room for the ring that shows the keyboard.
        side.grid(row=1, column=0, sticky="nsew", padx=(0, theme.SPACE))
        side.grid_propagate(False)
        side.grid_columnconfigure(0, weight=1)
        side.grid_rowconfigure(0, weight=1)
        self.models = ModelCards(side, self.presenter.look_at)
        self.models.grid(row=0, column=0, sticky="nsew")
        self._doing = ElidedLabel(side, theme.small(), text_color=theme.ON_SURFACE_VARIANT, height=32)
        self._doing.grid(row=1, column=0, sticky="ew", padx=theme.SPACE_2)
        self._doing.grid_remove()
        self.add = ActionButton(side, text="Add a model…", kind="tonal", command=self._choose_file)
        self.add.grid(row=2, column=0, sticky="ew", pady=(theme.SPACE, 0))

    def _build_message(self) -> None:
        self.message = MessagePanel(self, self.presenter.show_again, icon=icons.MODEL)
        self.message.grid(row=1, column=1, sticky="nsew", padx=(theme.SPACE, 0))

    def _build_model(self) -> None:
        self._model = ctk.CTkFrame(self, fg_color="transparent", corner_radius=0)
        self._model.grid(row=1, column=1, sticky="nsew")
        self._model.grid_remove()
        self._model.grid_columnconfigure(0, weight=1)
        self._model.grid_rowconfigure(1, weight=1)
        self.heading = HeadingCard(self._model, self.presenter.use, self.presenter.remove)
        self.heading.grid(row=0, column=0, sticky="ew", padx=(theme.SPACE, 0), pady=(0, theme.SPACE))
        self.tabs = Tabs(self._model, self.context.jobs, self.presenter.show_again)
        self.tabs.grid(row=1, column=0, sticky="nsew")

    def on_shown(self) -> None:
        """Models may have come or gone."""
        if self.is_built:
            self.presenter.refresh()

    def take_names(self, names: Sequence[str]) -> bool:
        """A model is added; everything else is not for this page."""
        if len(names) != 1 or not names[0].lower().endswith(_MODEL_SUFFIXES) or not self.is_built:
            return False
        self.presenter.add(str(Path(names[0]).absolute()))
        return True

    def cancel(self) -> bool:
        """Do not remove after all."""
        return self.is_built and self.heading.forget_question()

    def _choose_file(self) -> None:
        # Late, as in the window.
        from tkinter import filedialog

        suffixes = " ".join(f"*{suffix}" for suffix in _MODEL_SUFFIXES)
        name = filedialog.askopenfilename(
            parent=self,
            title="Choose a checkpoint or an exported model",
            filetypes=(("Models", suffixes), ("All files", "*")),
        )
        # Cancelled, it may also be an empty tuple.
        if name:
            self.presenter.add(str(Path(name).absolute()))

    # What the presenter asks for, see ModelView.

    def show_message(self, message: Message) -> None:
        """There is nothing to list: say why."""
        self._model.grid_remove()
        self.models.show((), "")
        self.message.show(message)
        self.message.grid()

    def show_models(self, rows: Sequence[ModelRow], looked_at: str) -> None:
        """All models, and which one is looked at."""
        self.models.show(rows, looked_at)
        self.message.grid_remove()
        self._model.grid()

    def show_heading(self, heading: ModelHeading) -> None:
        """The model that is looked at, in short."""
        focused = self.focus_get()
        self.heading.show(heading)
        # A button that is no longer there must not keep the keyboard: the next Tab would start in the dark.
        gone = [button for button in (self.heading.use, self.heading.remove) if not button.winfo_manager()]
        if focused in gone and self.models.chosen is not None:
            self.models.chosen.focus_set()

    def show_particulars(self, particulars: Particulars) -> None:
        """All that is known of the model that is looked at."""
        self.tabs.show(particulars)

    def show_no_particulars(self, message: Message | None) -> None:
        """Why there are none; ``None`` while they are being asked for."""
        self.tabs.show_none(message)

    def show_progress(self, text: str | None) -> None:
        """Something is being done; ``None`` when nothing is."""
        self._doing.show(text or "")
        is_working = text is not None
        if is_working == self._is_working:
            return
        self._is_working = is_working
        if is_working:
            self._progress.configure(fg_color=theme.SURFACE_CONTAINER_HIGH, progress_color=theme.PRIMARY)
            self._progress.start()
        else:
            self._progress.stop()
            self._progress.configure(fg_color=theme.SURFACE, progress_color=theme.SURFACE)
