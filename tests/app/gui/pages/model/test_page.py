"""The page of models in the real window. Each test uses it as a person would, by mouse or by key."""

import json
from pathlib import Path

import pytest
from PIL import ImageColor

from app.contract import LauncherMessage
from app.gui.pages.model.card_view import CardView
from app.gui.pages.model.chart_card import ChartCard
from app.gui.pages.model.score_table import ScoreTable
from app.gui.pages.model.tabs import Tab
from app.gui.style import theme
from app.user_settings import FILE_NAME
from tests.app.gui.conftest import needs_display
from tests.app.gui.hands import click_button, press, press_keys, take_keyboard
from tests.app.gui.pages.model.conftest import TABS, ModelUser
from tests.app.gui.shell.test_heartbeat import Heart

pytestmark = needs_display


def test_before_the_engine_is_ready_the_page_says_so(waiting: ModelUser) -> None:
    assert waiting.page.message.message.title == "The analysis engine is starting"
    assert waiting.ids == []


def test_failed_engine_is_told(waiting: ModelUser) -> None:
    waiting.user.window.handle_launcher_message(LauncherMessage(api_state="failed", detail="It stopped three times."))
    message = waiting.page.message.message
    assert message.title == "There are no models to show"
    assert message.sentence.startswith("It stopped three times. Start the program")


def test_models_are_looked_at_by_mouse_and_by_key(models: ModelUser) -> None:
    assert models.ids == ["gtzan", "fma_small", "my_bands", "torn"]
    assert models.looked_at == "gtzan" and models.page.heading.texts["state"] == "In use"
    press(models.page.models.cards[2], "<Button-1>")
    assert models.looked_at == "my_bands" and models.page.heading.texts["title"] == "my_bands"
    take_keyboard(models.page.models.cards[2])
    press_keys(models.user.window, "<Down>")
    assert models.looked_at == "torn"
    assert models.page.heading.texts["note"].endswith("Remove it, or choose another one.")
    assert models.page.heading.facts == {}
    press_keys(models.user.window, "<Down>", "<Up>", "<Up>")
    assert models.looked_at == "fma_small"
    assert models.user.window.focus_get() is models.page.models.chosen


def test_figures_are_those_of_the_model(models: ModelUser) -> None:
    value, remark = models.page.heading.facts["Validation accuracy"]
    assert value.startswith("68.0") and remark.startswith("61.2–74.1")
    table = models.page.tabs.card
    assert isinstance(table, ScoreTable)
    lines = [table.tree.item(line) for line in table.tree.get_children()]
    assert [line["text"] for line in lines[:3]] == ["Mean of all", "Blues", "Classical"]
    assert lines[1]["values"][:2] == ["90.0\N{NO-BREAK SPACE}%", "50.0\N{NO-BREAK SPACE}%"]


def test_another_model_answers_without_a_restart_and_is_remembered(models: ModelUser, own_settings: Path) -> None:
    settings = models.user.settings
    models.look_at("fma_small")
    take_keyboard(models.page.heading.use)
    press_keys(models.user.window, "<space>")
    assert models.page.heading.texts["state"] == "Loading…"
    assert models.page.heading.texts["origin"] == "“gtzan” goes on answering until it is ready."
    assert models.active == ["gtzan"] and models.page.progress_text == "Loading “fma_small”…"
    # The button is gone; the keyboard must be where it can be seen.
    assert models.user.window.focus_get() is models.page.models.chosen
    models.user.wait_until(lambda: models.active == ["fma_small"], "the other model answers")
    assert models.page.heading.texts["state"] == "In use" and models.page.progress_text == ""

    def is_kept() -> bool:
        path = own_settings / FILE_NAME
        return path.exists() and json.loads(path.read_text())["model"] == "fma_small"

    models.user.wait_until(is_kept, "the choice is in the file")
    models.user.window.navigate("settings")
    models.user.wait_until(lambda: settings.model_line.remark == "Now: fma_small.", "the settings know it")


def test_checkpoint_is_added_by_dialog_and_removed_when_asked_twice(
    models: ModelUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen: list[object] = [(), "/home/me/bad.pt", "/home/me/village.pt"]
    monkeypatch.setattr("tkinter.filedialog.askopenfilename", lambda **options: chosen.pop(0))
    page = models.page
    click_button(page.add)
    assert page.progress_text == ""
    click_button(page.add)
    models.user.wait_until(lambda: "was not added" in models.user.window.notice.text, "the bad file is refused")
    click_button(page.add)
    models.user.wait_until(lambda: models.looked_at == "village", "the model is there")
    assert models.user.window.notice.text == ""
    click_button(page.heading.remove)
    assert page.heading.remove.cget("text") == "Remove for good?"
    press(models.user.window, "<Escape>")
    assert page.heading.remove.cget("text") == "Remove" and "village" in models.ids
    take_keyboard(page.heading.remove)
    press_keys(models.user.window, "<space>", "<space>")
    models.user.wait_until(lambda: "village" not in models.ids, "the model is gone")
    assert models.looked_at == "gtzan" and models.user.window.focus_get() is page.models.chosen


def test_what_came_with_the_program_or_is_in_use_cannot_be_removed(models: ModelUser) -> None:
    for model_id, can_use, can_remove in (
        ("gtzan", False, False), ("fma_small", True, False), ("my_bands", True, True), ("torn", False, True),
    ):  # fmt: skip
        models.look_at(model_id)
        heading = models.page.heading
        assert bool(heading.use.winfo_ismapped()) == can_use
        assert bool(heading.remove.winfo_ismapped()) == can_remove


@pytest.mark.parametrize("name", ["village.PT", "village.onnx"])
def test_dropped_model_is_added_and_dropped_music_is_not_for_this_page(models: ModelUser, name: str) -> None:
    assert not models.page.take_names(["/music/song.mp3"])
    assert not models.page.take_names(["/music/song.mp3", f"/home/me/{name}"])
    assert models.page.take_names([f"/home/me/{name}"])
    models.user.wait_until(lambda: len(models.ids) == 5, "the model is there")


@pytest.mark.parametrize("tab", ["training", "confusions", "reliability"])
def test_charts_follow_colours_and_size(models: ModelUser, tab: Tab) -> None:
    models.go_to(tab)
    window, card = models.user.window, models.page.tabs.card
    assert isinstance(card, ChartCard)

    def shows(colour: str) -> bool:
        pixels = models.user.grab(card.sheet).convert("RGB").tobytes()
        return card.drawn_chart is not None and pixels.count(bytes(ImageColor.getrgb(colour))) > 50

    for mode, accent in (("light", "teal"), ("dark", "teal"), ("dark", "rose")):
        window.preferences.change(theme=mode, accent=accent)
        # No cell of these confusions is wholly in the accent.
        token = theme.PRIMARY if tab != "confusions" else theme.SURFACE_CONTAINER_HIGH
        colour = token[mode == "dark"]
        models.user.wait_until(lambda colour=colour: shows(colour), f"{accent} in {mode}")
    before = card.sheet.winfo_width()
    window.geometry("1024x640")
    models.user.wait_until(lambda: card.sheet.winfo_width() < before, "the window is smaller")
    models.user.wait_until(lambda: card.drawn_chart is not None, "the chart is as small")


def test_every_part_can_be_copied_as_text(models: ModelUser) -> None:
    expected: dict[Tab, str] = {
        "scores": "Blues: precision",
        "training": "Epoch 10: train loss",
        "confusions": "Blues: 14 of",
        "reliability": "Confidence 25.0",
        "card": "gtzan: ten genres from the sound alone",
    }
    for tab, text in expected.items():
        models.go_to(tab)
        take_keyboard(models.page.tabs.card.copy_button)
        press_keys(models.user.window, "<space>")
        assert models.user.window.clipboard_get().startswith(text)


def test_model_that_tells_little_says_what_is_missing(models: ModelUser) -> None:
    models.look_at("my_bands")
    charts: tuple[Tab, ...] = ("training", "confusions", "reliability")
    for tab in charts:
        models.go_to(tab)
        card = models.page.tabs.card
        assert isinstance(card, ChartCard)
        models.user.wait_until(lambda card=card: card.sentence.startswith("This checkpoint"), "what is missing")
        assert not card.copy_button.winfo_ismapped()
    models.go_to("card")
    card = models.page.tabs.card
    assert isinstance(card, CardView) and card.text.get("1.0", "end").startswith("This model has no card.")


def test_card_is_read_and_scrolled_by_key(models: ModelUser) -> None:
    models.go_to("card")
    models.user.window.geometry("1024x640")
    card = models.page.tabs.card
    assert isinstance(card, CardView)
    text = card.describe()
    assert "**" not in text and "|" not in text and "`" not in text and "##" not in text
    assert "genre\tprecision\trecall\ttracks" in text
    models.user.wait_until(lambda: card.text.yview()[1] < 1, "the card is longer than its place")
    take_keyboard(card.text)
    press_keys(models.user.window, "<Next>")
    assert card.text.yview()[0] > 0
    press_keys(models.user.window, "<End>")
    assert card.text.yview()[1] == 1
    press_keys(models.user.window, "<Home>", "<x>", "<BackSpace>", "<Right>")
    assert card.text.yview()[0] == 0 and card.describe() == text
    press_keys(models.user.window, "<Control-a>", "<Control-c>")
    assert models.user.window.clipboard_get().strip() == text
    press_keys(models.user.window, "<Tab>")
    assert models.user.window.focus_get() is card.copy_button


def test_tab_visits_everything_in_a_sensible_order(models: ModelUser) -> None:
    models.look_at("my_bands")
    page, window = models.page, models.user.window
    expected = [
        page.models.chosen,
        page.add,
        page.heading.remove,
        page.heading.use,
        page.tabs.choice,
        table(models).tree,
    ]
    take_keyboard(page.models.chosen)  # type: ignore[arg-type]
    visited = [window.focus_get()]
    while len(visited) < len(expected):
        press_keys(window, "<Tab>")
        visited.append(window.focus_get())
    assert visited == expected
    take_keyboard(page.tabs.choice)
    press_keys(window, "<Right>")
    assert page.tabs.choice.value == "training"


def test_window_breathes_while_charts_are_drawn(models: ModelUser) -> None:
    heart = Heart(models.user)
    for model_id in ("gtzan", "fma_small"):
        models.look_at(model_id)
        for tab in TABS:
            models.go_to(tab)
            card = models.page.tabs.card
            is_there = lambda card=card: not isinstance(card, ChartCard) or card.drawn_chart is not None  # noqa: E731
            models.user.wait_until(is_there, f"{tab} is there")
    heart.stop(models.user)
    assert heart.n_beats > 10 * len(TABS)


def table(models: ModelUser) -> ScoreTable:
    card = models.page.tabs.card
    assert isinstance(card, ScoreTable)
    return card
