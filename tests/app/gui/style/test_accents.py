from typing import get_args

import pytest

from app.gui.style import theme
from app.gui.style.accents import ACCENTS, DEFAULT_ACCENT
from app.user_settings import AccentName, UserSettings


@pytest.fixture(autouse=True)
def restored_accent() -> object:
    yield
    theme.use_accent(DEFAULT_ACCENT)


def test_every_accent_of_the_settings_exists() -> None:
    assert set(ACCENTS) == set(get_args(AccentName)) and len(ACCENTS) == 6
    assert UserSettings().accent == DEFAULT_ACCENT
    assert len({accent.title for accent in ACCENTS.values()}) == 6


@pytest.mark.parametrize("name", list(ACCENTS))
@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_text_in_every_accent_reaches_aa(name: AccentName, mode: int) -> None:
    theme.use_accent(name)
    for text, ground in theme.TEXT_PAIRS:
        assert theme.contrast(text[mode], ground[mode]) >= 4.5, (text[mode], ground[mode])


@pytest.mark.parametrize("name", list(ACCENTS))
@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_ring_is_seen_on_every_ground(name: AccentName, mode: int) -> None:
    """WCAG 2.2 asks 3 : 1 of what shows where the keyboard is."""
    theme.use_accent(name)
    for ground in (theme.SURFACE, theme.SURFACE_CONTAINER, theme.SURFACE_CONTAINER_HIGH, theme.PRIMARY_CONTAINER):
        assert theme.contrast(theme.PRIMARY[mode], ground[mode]) >= 3


def test_accents_can_be_told_apart() -> None:
    for mode in (0, 1):
        assert len({accent.primary[mode] for accent in ACCENTS.values()}) == 6


def test_tokens_keep_their_identity() -> None:
    """Widgets hold the tokens themselves and must find the new colour in them."""
    token = theme.PRIMARY
    theme.use_accent("teal")
    assert token is theme.PRIMARY and tuple(token) == ACCENTS["teal"].primary
