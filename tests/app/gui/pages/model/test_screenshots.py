"""For people: tests/screenshots shows the page of models in each of its states, in both modes."""

import pytest

from app.contract import LauncherMessage
from app.gui.pages.model.chart_card import ChartCard
from app.gui.pages.model.tabs import Tab
from app.gui.shell.window import HEIGHT, MIN_HEIGHT, MIN_WIDTH, WIDTH
from tests.app.gui.conftest import needs_display
from tests.app.gui.fake_api import run_fake_api
from tests.app.gui.fake_models import BAD_NAME, ENDLESS_NAME
from tests.app.gui.hands import take_keyboard
from tests.app.gui.pages.model.conftest import TABS, ModelUser

pytestmark = needs_display


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_states(waiting: ModelUser, mode: str) -> None:
    user, window, page = waiting.user, waiting.user.window, waiting.page
    window.preferences.change(theme=mode)
    user.screenshot(f"model-empty-{mode}")
    with run_fake_api() as url:
        user.connect(url)
        user.wait_until(lambda: waiting.looked_at is not None, "the models are listed")
        for model_id in ("torn", "my_bands", "gtzan"):
            waiting.look_at(model_id)
            for tab in TABS if model_id == "gtzan" else ("training",):
                show_tab(waiting, tab)
                take_keyboard(page.tabs.choice if tab != "scores" else page.models.chosen)  # type: ignore[arg-type]
                user.screenshot(f"model-{model_id}-{tab}-{mode}")
        page.presenter.add(f"/home/me/{BAD_NAME}.pt")
        user.wait_until(lambda: "was not added" in window.notice.text, "the file is refused")
        user.screenshot(f"model-refused-{mode}")
        page.presenter.add(f"/home/me/{ENDLESS_NAME}.pt")
        user.wait_until(lambda: waiting.looked_at == ENDLESS_NAME, "the model is there")
        page.presenter.use()
        user.wait_until(lambda: page.heading.texts["state"] == "Loading…", "it is being loaded")
        user.screenshot(f"model-loading-{mode}")
    window.handle_launcher_message(LauncherMessage(api_state="failed", detail="It stopped three times in a row."))
    user.screenshot(f"model-engine-failed-{mode}")
    assert page.message.winfo_ismapped()


@pytest.mark.parametrize(("width", "height"), [(WIDTH, HEIGHT), (MIN_WIDTH, MIN_HEIGHT)])
def test_sizes(models: ModelUser, width: int, height: int) -> None:
    models.user.window.geometry(f"{width}x{height}")
    for tab in TABS:
        show_tab(models, tab)
        models.user.screenshot(f"model-{tab}-{width}x{height}")
    assert models.page.tabs.card.winfo_ismapped()


def show_tab(models: ModelUser, tab: Tab) -> None:
    models.go_to(tab)
    if models.has_parts:
        card = models.page.tabs.card
        is_drawn = lambda: not isinstance(card, ChartCard) or card.drawn_chart is not None or bool(card.sentence)  # noqa: E731
        models.user.wait_until(is_drawn, f"{tab} is drawn")
