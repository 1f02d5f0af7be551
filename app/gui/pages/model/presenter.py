"""Decides what the page of models shows, and what is asked of the API. Knows no widget."""

from __future__ import annotations

from functools import partial
from typing import Final

from app.contract import ModelList, ModelSummary
from app.gui import wording
from app.gui.api_call import ApiError, ApiUnavailableError
from app.gui.client import ApiClient, display_name
from app.gui.connection import ApiFollower, ApiState, Status
from app.gui.pages.model import model_text
from app.gui.pages.model.particulars import ParticularsSource
from app.gui.pages.model.view import ModelView
from app.gui.pages.page import PageContext
from app.gui.widgets.message_panel import TRY_AGAIN, Message

#: How often the API is asked whether a model is loaded.
LOADING_POLL_S: Final = 0.25

_WAITING: Final = Message(
    "The analysis engine is starting", "The models appear here as soon as it is ready; there is nothing to do."
)
_NO_MODELS: Final = Message("There are no models", "Add a model, or install the program again.", is_error=True)
_UNREADABLE: Final = Message("", "A file that cannot be read tells nothing of its model.")


class ModelPresenter(ApiFollower):
    """Lists the models, tells all of one of them, and has another one answer.

    Args:
        view: What shows it all.
        context: What the window lends.
    """

    def __init__(self, view: ModelView, context: PageContext) -> None:
        self._view = view
        self._jobs = context.jobs
        self._connection = context.connection
        self._preferences = context.preferences
        self._say = context.say
        self._particulars = ParticularsSource(context.jobs, self._take_particulars, self._fail_particulars)
        self._models: ModelList | None = None
        self._looked_at_id: str | None = None
        #: Which one is to answer as soon as it is loaded.
        self._wanted_id: str | None = None
        #: The name of the file that is being added.
        self._adding: str | None = None
        self._is_watching = False
        #: Counts what was done: a list that was asked for before knows nothing of it.
        self._n_actions = 0

    def start(self) -> None:
        """Show what is known."""
        self._connection.follow(self)

    # What becomes of the API

    def on_api_status(self, status: Status) -> None:
        """Say why there are no models, where there are none."""
        if status.state in (ApiState.STARTING, ApiState.FAILED):
            # What is there when it is back is another question.
            self._models = None
            self._show_progress()
        if self._models is not None or status.state is ApiState.READY:
            return
        if status.state is ApiState.FAILED:
            reason = status.detail or "The analysis engine could not be started."
            advice = "Start the program again; if that does not help, its log says more."
            self._view.show_message(Message("There are no models to show", f"{reason} {advice}", is_error=True))
        else:
            self._view.show_message(_WAITING)

    def on_api_ready(self) -> None:
        """The models can be asked for."""
        self.refresh()

    def on_api_replaced(self, *, has_crashed: bool) -> None:
        """Another process will answer: what this one was doing is over."""
        self._is_watching = False
        self._forget_work()

    # What the person does

    def refresh(self) -> None:
        """Ask which models there are now."""
        client = self._connection.client
        if client is not None:
            take = partial(self._take_models, client, self._n_actions)
            self._jobs.submit(client.list_models, take, partial(self._fail_list, client))

    def show_again(self) -> None:
        """Ask once more for what could not be shown."""
        if self._models is None:
            self.refresh()
        else:
            self._show()

    def look_at(self, model_id: str) -> None:
        """Tell all of one model."""
        if model_id != self._looked_at_id:
            self._looked_at_id = model_id
            self._show()

    def use(self) -> None:
        """Have the model that is looked at answer from now on."""
        client, model_id, models = self._connection.client, self._looked_at_id, self._models
        if model_id is None or models is None or models.loading_id is not None:
            return
        what = f"“{model_id}” cannot be used"
        if client is None:
            self._say_not_ready(what)
            return
        self._say(None)
        self._wanted_id = model_id
        self._n_actions += 1
        # Shown at once: the answer only confirms it.
        self._models = models.model_copy(update={"loading_id": model_id})
        self._show()
        self._jobs.submit(
            partial(client.activate_model, model_id),
            lambda model: self._take_activation(client),
            partial(self._fail_action, client, what),
        )

    def add(self, path: str) -> None:
        """Keep a copy of a checkpoint or an exported model among the models.

        Args:
            path: Absolute.
        """
        client, name = self._connection.client, display_name(path)
        what = f"“{name}” was not added"
        if client is None:
            self._say_not_ready(what)
        elif self._adding is not None:
            self._say(f"{what}: “{self._adding}” is being added. Try again when that is done.")
        else:
            self._say(None)
            self._adding = name
            self._show_progress()
            self._jobs.submit(
                partial(client.add_model, path),
                partial(self._take_added, client),
                partial(self._fail_action, client, what),
            )

    def remove(self) -> None:
        """Delete the copy of the model that is looked at."""
        client, model_id = self._connection.client, self._looked_at_id
        what = f"“{model_id}” was not removed"
        if client is None:
            self._say_not_ready(what)
        elif model_id is not None:
            self._say(None)
            self._jobs.submit(
                partial(client.remove_model, model_id),
                partial(self._take_rest, client, model_id),
                partial(self._fail_action, client, what),
            )

    def _say_not_ready(self, what: str) -> None:
        self._say(f"{what}: the analysis engine is not ready. Try again when it is.")

    # What the API answers

    def _is_outdated(self, client: ApiClient) -> bool:
        """Whether an answer is that of an address which has been given up."""
        return client is not self._connection.client

    def _take_models(self, client: ApiClient, n_actions: int, models: ModelList) -> None:
        if self._is_outdated(client) or n_actions != self._n_actions:
            return
        self._models = models
        ids = [model.id for model in models.models]
        if self._looked_at_id not in ids:
            self._looked_at_id = models.active_id if models.active_id in ids else next(iter(ids), None)
        self._particulars.keep_only(ids)
        self._settle(models)
        self._show()
        if models.loading_id is not None:
            self._watch(client)

    def _settle(self, models: ModelList) -> None:
        """Find out what has become of the model that was to answer."""
        wanted_id = self._wanted_id
        if wanted_id is None or models.loading_id == wanted_id:
            return
        self._wanted_id = None
        if models.active_id == wanted_id:
            self._preferences.change(model=wanted_id)
            self._connection.refresh_model()
            return
        error = next((model.error for model in models.models if model.id == wanted_id), None)
        reason = error or "Another one was chosen meanwhile."
        self._say(f"“{wanted_id}” could not be loaded: {reason} “{models.active_id}” goes on answering.")

    def _watch(self, client: ApiClient) -> None:
        """Ask again in a moment how loading goes on."""

        def ask() -> None:
            self._is_watching = False
            if not self._is_outdated(client):
                self.refresh()

        if not self._is_watching and not self._is_outdated(client):
            self._is_watching = True
            self._jobs.call_later(LOADING_POLL_S, ask)

    def _take_activation(self, client: ApiClient) -> None:
        self._n_actions += 1
        self._watch(client)

    def _take_added(self, client: ApiClient, model: ModelSummary) -> None:
        self._n_actions += 1
        self._adding = None
        if not self._is_outdated(client):
            self._looked_at_id = model.id
            self.refresh()

    def _take_rest(self, client: ApiClient, removed_id: str, models: ModelList) -> None:
        self._n_actions += 1
        if self._preferences.current.model == removed_id:
            # The next start would look for it in vain.
            self._preferences.change(model=None)
        self._take_models(client, self._n_actions, models)

    def _fail_list(self, client: ApiClient, error: Exception) -> None:
        if self._is_outdated(client) or self._report_lost(client, error):
            return
        if self._models is None:
            sentence = f"{_reason(error)} Try again; if that does not help, start the program again."
            message = Message("The models could not be listed", sentence, is_error=True, action=TRY_AGAIN)
            self._view.show_message(message)
        elif self._models.loading_id is not None:
            self._watch(client)

    def _fail_action(self, client: ApiClient, what: str, error: Exception) -> None:
        self._n_actions += 1
        self._wanted_id = self._adding = None
        if isinstance(error, ApiUnavailableError):
            self._say(f"{what}: the analysis engine stopped. Try again when it is ready.")
            self._forget_work()
            self._report_lost(client, error)
        else:
            self._say(f"{what}: {_reason(error)}")
        self.refresh()

    def _forget_work(self) -> None:
        """Nobody is loading or adding anything any more."""
        self._wanted_id = self._adding = None
        if self._models is not None:
            self._models = self._models.model_copy(update={"loading_id": None})
            self._show()

    def _report_lost(self, client: ApiClient, error: Exception) -> bool:
        if isinstance(error, ApiUnavailableError):
            self._connection.report_lost(client)
            return True
        return False

    def _take_particulars(self, model_id: str) -> None:
        if model_id == self._looked_at_id:
            self._show()

    def _fail_particulars(self, client: ApiClient, model_id: str, error: Exception) -> None:
        if self._is_outdated(client) or self._report_lost(client, error) or model_id != self._looked_at_id:
            return
        sentence = f"{_reason(error)} Choose another model, or try again."
        message = Message("The figures could not be read", sentence, is_error=True, action=TRY_AGAIN)
        self._view.show_no_particulars(message)

    # What is shown

    def _show(self) -> None:
        models = self._models
        model = next((model for model in models.models if model.id == self._looked_at_id), None) if models else None
        if models is None or model is None:
            self._view.show_message(_NO_MODELS)
            return
        particulars = self._particulars.find(model)
        details = particulars.details if particulars is not None else None
        rows = [model_text.describe_row(row, models.loading_id) for row in models.models]
        self._view.show_models(rows, model.id)
        self._view.show_heading(model_text.describe_heading(model, details, models.active_id, models.loading_id))
        self._show_progress()
        if particulars is not None:
            self._view.show_particulars(particulars)
        elif not model.genres:
            self._view.show_no_particulars(_UNREADABLE)
        else:
            self._view.show_no_particulars(None)
            if self._connection.client is not None:
                self._particulars.ask(self._connection.client, model)

    def _show_progress(self) -> None:
        loading_id = self._models.loading_id if self._models is not None else None
        if self._adding is not None:
            self._view.show_progress(f"Trying “{self._adding}”…")
        else:
            self._view.show_progress(None if loading_id is None else f"Loading “{loading_id}”…")


def _reason(error: Exception) -> str:
    return wording.capitalise(error.detail if isinstance(error, ApiError) else f"something went wrong ({error}).")
