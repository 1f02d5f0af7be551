"""What the presenter tells the page of models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.contract import ConfusionMatrix, History, ModelDetails
from app.gui.pages.model.card_text import Block
from app.gui.widgets.message_panel import Message


@dataclass(frozen=True)
class ModelRow:
    """One model in the list.

    Attributes:
        model_id: Names it.
        name: Its first line.
        description: What it is, in a few words.
        status: Its last line: how good it is and what is being done with it.
        is_active: It answers now.
        is_failed: It cannot be used.
    """

    model_id: str
    name: str
    description: str
    status: str
    is_active: bool = False
    is_failed: bool = False


@dataclass(frozen=True)
class Fact:
    """One figure of a model: what it is called, its value, and what must be known with it."""

    name: str
    value: str
    remark: str


@dataclass(frozen=True)
class ModelHeading:
    """What stands above all that is told of a model.

    Attributes:
        title: Its name.
        origin: Architecture, data, size and date in one line; while it is being loaded, who answers meanwhile.
        facts: Its figures; empty where its file cannot be read.
        state: One or two words; empty where nothing is being done with it.
        note: Why it cannot be used and what to do, where it cannot.
        can_use: It may be chosen to answer.
        can_remove: It may be removed.
    """

    title: str
    origin: str
    facts: tuple[Fact, ...]
    state: str = ""
    note: str = ""
    can_use: bool = False
    can_remove: bool = False


@dataclass(frozen=True)
class Particulars:
    """All that is known of one model, ready to be shown.

    Attributes:
        details: Scores, reliability and more.
        history: The curves of its training.
        confusions: What it takes for what.
        card: The model card; empty where there is none.
    """

    details: ModelDetails
    history: History
    confusions: ConfusionMatrix
    card: tuple[Block, ...]


class ModelView(Protocol):
    """The page as the presenter sees it. Called in Tk's thread only."""

    def show_message(self, message: Message) -> None:
        """There is nothing to list: say why."""

    def show_models(self, rows: Sequence[ModelRow], looked_at: str) -> None:
        """All models, and which one is looked at."""

    def show_heading(self, heading: ModelHeading) -> None:
        """The model that is looked at, in short."""

    def show_particulars(self, particulars: Particulars) -> None:
        """All that is known of the model that is looked at."""

    def show_no_particulars(self, message: Message | None) -> None:
        """Why there are none of the model that is looked at; ``None`` while they are being asked for."""

    def show_progress(self, text: str | None) -> None:
        """Something is being done; ``None`` when nothing is."""
