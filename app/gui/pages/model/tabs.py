"""All that is known of a model, one part at a time: scores, charts and the model card."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

import customtkinter as ctk

from app.gui.jobs import Jobs
from app.gui.pages.model.card_view import CardView
from app.gui.pages.model.chart_card import ChartCard
from app.gui.pages.model.charts import ConfusionChart, ReliabilityChart, TrainingChart
from app.gui.pages.model.panels import HeadedCard
from app.gui.pages.model.score_table import ScoreTable
from app.gui.pages.model.view import Particulars
from app.gui.style import icons, theme
from app.gui.widgets.choices import SegmentedChoice
from app.gui.widgets.message_panel import Message, MessagePanel

Tab = Literal["scores", "training", "confusions", "reliability", "card"]

_NAMES: Final[dict[Tab, str]] = {
    "scores": "Scores",
    "training": "Training",
    "confusions": "Confusions",
    "reliability": "Reliability",
    "card": "Model card",
}
_CHOICE_HEIGHT: Final = 52
_BUSY: Final = Message("", "Reading what it says of itself…")
#: Most answers are there before words could be read.
_BUSY_AFTER_MS: Final = 300


class Tabs(ctk.CTkFrame):
    """The choice of a part and the part itself, made when it is wanted for the first time.

    Args:
        master: The parent widget.
        jobs: Where charts are drawn.
        on_retry: Called when the person wants to try again.
    """

    def __init__(self, master: Any, jobs: Jobs, on_retry: Callable[[], object]) -> None:
        super().__init__(master, fg_color="transparent", corner_radius=0)
        self._jobs = jobs
        self._particulars: Particulars | None = None
        self._cards: dict[Tab, HeadedCard] = {}
        self._busy_id: str | None = None
        self.grid_columnconfigure(0, weight=1)
        self.grid_rowconfigure(1, weight=1)
        self._choice_place = ctk.CTkFrame(self, fg_color="transparent", corner_radius=0)
        self._choice_place.grid(row=0, column=0, sticky="w")
        # Room for the ring that shows the keyboard. CustomTkinter scales the distances of its own widgets only.
        for column in (0, 2):
            room = ctk.CTkFrame(self._choice_place, width=theme.SPACE, height=_CHOICE_HEIGHT, fg_color="transparent")
            room.grid(row=0, column=column)
        self.choice = SegmentedChoice(self._choice_place, _NAMES, self._choose, ground=theme.SURFACE)
        self.choice.grid(row=0, column=1)
        self.message = MessagePanel(self, on_retry, icon=icons.MODEL)
        self.message.grid(row=0, column=0, rowspan=2, sticky="nsew", padx=(theme.SPACE, 0), pady=(theme.SPACE, 0))
        self.message.grid_remove()

    @property
    def model_id(self) -> str | None:
        """Whose parts these are; ``None`` while there are none."""
        return self._particulars.details.id if self._particulars is not None else None

    @property
    def card(self) -> HeadedCard:
        """The part in sight."""
        return self._cards[self.choice.value]

    def choose(self, tab: Tab) -> None:
        """Go to a part."""
        self.choice.show(tab)
        self._choose(tab)

    def show(self, particulars: Particulars) -> None:
        """Show all of a model."""
        self._stop_waiting()
        self.message.grid_remove()
        self._choice_place.grid()
        self._particulars = particulars
        self._choose(self.choice.value)

    def show_none(self, message: Message | None) -> None:
        """Show why there is nothing; ``None`` while it is being asked for."""
        self._particulars = None
        if message is not None:
            self._stop_waiting()
            self._raise_message(message)
        elif self._busy_id is None:
            self._busy_id = self.after(_BUSY_AFTER_MS, self._raise_message, _BUSY)

    def _stop_waiting(self) -> None:
        if self._busy_id is not None:
            self.after_cancel(self._busy_id)
            self._busy_id = None

    def _raise_message(self, message: Message) -> None:
        self._busy_id = None
        for part in (self._choice_place, *self._cards.values()):
            part.grid_remove()
        self.message.show(message)
        self.message.grid()

    def _choose(self, tab: Tab) -> None:
        particulars = self._particulars
        if particulars is None:
            return
        card = self._cards.get(tab)
        if card is None:
            card = self._cards[tab] = self._build(tab)
            card.grid(row=1, column=0, sticky="nsew", padx=(theme.SPACE, 0), pady=(theme.SPACE, 0))
        for other in self._cards.values():
            if other is not card:
                other.grid_remove()
        card.grid()
        self._fill(card, tab, particulars)

    def _build(self, tab: Tab) -> HeadedCard:
        match tab:
            case "scores":
                return ScoreTable(self)
            case "training":
                hint = "Loss and accuracy, epoch by epoch"
                return ChartCard(self, "How training went", hint, self._jobs)
            case "confusions":
                hint = "Rows: the genre; columns: the answer"
                return ChartCard(self, "What is taken for what", hint, self._jobs)
            case "reliability":
                hint = "The nearer to the dashed line, the better"
                return ChartCard(self, "Whether confidence can be trusted", hint, self._jobs)
            case "card":
                return CardView(self)

    def _fill(self, card: HeadedCard, tab: Tab, particulars: Particulars) -> None:
        if isinstance(card, ScoreTable):
            card.show(particulars.details)
        elif isinstance(card, CardView):
            card.show(particulars.card)
        elif isinstance(card, ChartCard):
            match tab:
                case "training":
                    card.show(TrainingChart(particulars.history))
                case "confusions":
                    card.show(ConfusionChart(particulars.confusions))
                case _:
                    card.show(ReliabilityChart(particulars.details.reliability))
