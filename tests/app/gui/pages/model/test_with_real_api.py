"""The page of models and a real engine: what is chosen answers, and what is asked meanwhile is answered too."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.gui.pages.identify.view import TrackState
from app.gui.pages.model.chart_card import ChartCard
from app.gui.pages.model.tabs import Tab
from app.user_settings import FILE_NAME
from tests.app.api.checkpoints import write_checkpoint, write_pickle_bomb
from tests.app.conftest import RunningApi, start_api, stop_api, wait_until_ready
from tests.app.gui.conftest import WindowUser, needs_display
from tests.app.gui.hands import click_button, press
from tests.app.gui.pages.model.conftest import ModelUser
from tests.sounds import write_wav

pytestmark = needs_display


@pytest.fixture
def own_api() -> Iterator[RunningApi]:
    """Other tests rely on the model of theirs."""
    running = start_api()
    wait_until_ready(running)
    yield running
    stop_api(running)


def test_checkpoint_of_ones_own_is_added_used_and_removed(
    idle_user: WindowUser, own_api: RunningApi, own_settings: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle_user.connect(own_api.url)
    models = ModelUser(idle_user)
    page = models.page
    idle_user.wait_until(lambda: models.ids == ["fma_small", "gtzan"], "the shipped models are there")
    assert models.looked_at == "gtzan" and models.active == ["gtzan"]
    charts: tuple[Tab, ...] = ("training", "confusions")
    for tab in charts:
        idle_user.wait_until(models.has_settled, "the parts are there")
        models.go_to(tab)
        card = page.tabs.card
        assert isinstance(card, ChartCard)
        idle_user.wait_until(lambda card=card: card.drawn_chart is not None, f"{tab} is drawn")

    marker = tmp_path / "run by a checkpoint"
    bomb = write_pickle_bomb(tmp_path / "bomb" / "best_model.pt", marker)
    own = write_checkpoint(tmp_path / "Meine Songs" / "best_model.pt", label_names=[f"genre {i}" for i in range(10)])
    chosen = [str(bomb), str(own)]
    monkeypatch.setattr("tkinter.filedialog.askopenfilename", lambda **options: chosen.pop(0))
    click_button(page.add)
    idle_user.wait_until(lambda: "“best_model.pt” was not added" in idle_user.window.notice.text, "the bomb is refused")
    assert not marker.exists()
    click_button(page.add)
    idle_user.wait_until(lambda: models.looked_at == "Meine_Songs", "the checkpoint is there")
    idle_user.window.update()
    click_button(page.heading.use)
    # The model from before answers while this one is being loaded.
    idle_user.window.give([str(write_wav(tmp_path / "song.wav"))])
    idle_user.wait_until_done()
    assert [row.state for row in idle_user.rows] == [TrackState.DONE]
    idle_user.window.navigate("model")
    idle_user.wait_until(lambda: models.active == ["Meine_Songs"], "the own model answers")
    idle_user.give(write_wav(tmp_path / "another song.wav", 12))
    assert all(answer for answer in idle_user.answers.values())
    assert json.loads((own_settings / FILE_NAME).read_text())["model"] == "Meine_Songs"

    idle_user.window.navigate("model")
    models.look_at("gtzan")
    click_button(page.heading.use)
    idle_user.wait_until(lambda: models.active == ["gtzan"], "the shipped model answers again")
    models.look_at("Meine_Songs")
    click_button(page.heading.remove)
    click_button(page.heading.remove)
    idle_user.wait_until(lambda: models.ids == ["fma_small", "gtzan"], "the own model is gone")
    press(page.models.cards[0], "<Button-1>")
    assert models.looked_at == "fma_small" and own.exists()
