"""The page of models in the real window, connected to an API that answers at once."""

from collections.abc import Iterator

import pytest

from app.gui.pages.model.page import ModelPage
from app.gui.pages.model.tabs import Tab
from tests.app.gui.conftest import WindowUser
from tests.app.gui.fake_api import run_fake_api

TABS: tuple[Tab, ...] = ("scores", "training", "confusions", "reliability", "card")


class ModelUser:
    """Looks at the page, and waits for what must happen."""

    def __init__(self, user: WindowUser) -> None:
        self.user = user
        self.page = user.window.pages.get(ModelPage)
        user.window.navigate(ModelPage.page_id)
        user.wait_until(lambda: self.page.is_built, "the page is there")

    @property
    def ids(self) -> list[str]:
        return [card.row.model_id for card in self.page.models.cards if card.row is not None]

    @property
    def looked_at(self) -> str | None:
        chosen = self.page.models.chosen
        return chosen.row.model_id if chosen is not None and chosen.row is not None else None

    @property
    def active(self) -> list[str]:
        return [card.row.model_id for card in self.page.models.cards if card.row is not None and card.row.is_active]

    def look_at(self, model_id: str) -> None:
        self.page.presenter.look_at(model_id)
        self.user.wait_until(lambda: self.looked_at == model_id, f"{model_id} is looked at")
        self.user.wait_until(self.has_settled, f"{model_id} is shown")
        self.user.window.update()

    @property
    def has_parts(self) -> bool:
        return self.page.tabs.model_id is not None and self.page.tabs.model_id == self.looked_at

    def has_settled(self) -> bool:
        """Whether all is shown of the model that is looked at, or why there is nothing."""
        return self.has_parts or bool(self.page.tabs.message.winfo_ismapped())

    def go_to(self, tab: Tab) -> None:
        self.page.tabs.choose(tab)
        self.user.window.update()


@pytest.fixture
def waiting(idle_user: WindowUser) -> ModelUser:
    """Before there is an API."""
    return ModelUser(idle_user)


@pytest.fixture
def models(waiting: ModelUser) -> Iterator[ModelUser]:
    """With the fake API's models."""
    with run_fake_api() as url:
        waiting.user.connect(url)
        waiting.user.wait_until(lambda: waiting.looked_at is not None, "the models are listed")
        waiting.look_at("gtzan")
        waiting.go_to("scores")
        yield waiting
