"""Fetches all that is known of a model, once for as long as it is the same model."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from app.contract import ModelSummary
from app.gui.client import ApiClient
from app.gui.jobs import Jobs
from app.gui.pages.model.card_text import parse_card
from app.gui.pages.model.view import Particulars


class ParticularsSource:
    """Particulars by model.

    Args:
        jobs: Where questions to the API run.
        on_known: Called with the id of a model when its particulars have come.
        on_error: Called with who was asked, the id of a model, and why they did not come.
    """

    def __init__(
        self, jobs: Jobs, on_known: Callable[[str], None], on_error: Callable[[ApiClient, str, Exception], None]
    ) -> None:
        self._jobs = jobs
        self._on_known = on_known
        self._on_error = on_error
        self._known: dict[str, tuple[ModelSummary, Particulars]] = {}
        self._asked: dict[str, tuple[ApiClient, ModelSummary]] = {}

    def find(self, model: ModelSummary) -> Particulars | None:
        """What is known already."""
        known_as, particulars = self._known.get(model.id, (None, None))
        return particulars if known_as == _lasting(model) else None

    def ask(self, client: ApiClient, model: ModelSummary) -> None:
        """Ask the API, unless it is being asked."""
        question = (client, _lasting(model))
        if self._asked.get(model.id) != question:
            self._asked[model.id] = question
            self._jobs.submit(
                partial(_read, client, model.id), partial(self._take, question), partial(self._fail, question)
            )

    def keep_only(self, model_ids: Iterable[str]) -> None:
        """Forget the models that are gone."""
        for model_id in self._known.keys() - set(model_ids):
            del self._known[model_id]

    def _end(self, question: tuple[ApiClient, ModelSummary]) -> bool:
        """Whether this is still what is being asked of the model."""
        model_id = question[1].id
        if self._asked.get(model_id) != question:
            return False
        del self._asked[model_id]
        return True

    def _take(self, question: tuple[ApiClient, ModelSummary], particulars: Particulars) -> None:
        if self._end(question):
            model = question[1]
            self._known[model.id] = (model, particulars)
            self._on_known(model.id)

    def _fail(self, question: tuple[ApiClient, ModelSummary], error: Exception) -> None:
        if self._end(question):
            self._on_error(question[0], question[1].id, error)


def _read(client: ApiClient, model_id: str) -> Particulars:
    details = client.model(model_id)
    return Particulars(
        details=details,
        history=client.history(model_id),
        confusions=client.confusion_matrix(model_id),
        card=parse_card(details.card or ""),
    )


def _lasting(model: ModelSummary) -> ModelSummary:
    """A model without what changes by itself, to tell whether it is still the same."""
    return model.model_copy(update={"state": "available", "error": None})
