import pytest

from app.gui.style import theme

GTZAN = ["blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock"]
MODES = {"light": 0, "dark": 1}


def test_contrast_of_known_pairs() -> None:
    assert theme.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert theme.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert theme.contrast("#FFFFFF", "#777777") == theme.contrast("#777777", "#FFFFFF")


@pytest.mark.parametrize("mode", MODES)
def test_text_is_readable_in_both_modes(mode: str) -> None:
    assert len(theme.TEXT_PAIRS) > 10
    index = MODES[mode]
    for text, ground in theme.TEXT_PAIRS:
        assert theme.contrast(text[index], ground[index]) >= 4.5, (text[index], ground[index])


@pytest.mark.parametrize("mode", MODES)
def test_genre_colours_stand_out_from_the_card(mode: str) -> None:
    index = MODES[mode]
    for genre in GTZAN:
        colour = theme.genre_colour(genre)[index]
        assert theme.contrast(colour, theme.SURFACE_CONTAINER[index]) >= 3, (genre, colour)


def test_genre_colours_differ_and_do_not_depend_on_spelling() -> None:
    assert len({theme.genre_colour(genre) for genre in GTZAN}) == len(GTZAN)
    assert theme.genre_colour("Hip-Hop") == theme.genre_colour("hiphop")


def test_unknown_genre_always_gets_the_same_colour() -> None:
    # A fixed value: Python's own hash would give another one in each process.
    assert theme.genre_colour("Experimental") == theme.genre_colour("experimental")
    assert theme.genre_colour("Experimental") == theme.genre_colour("jazz")


def test_mix_reaches_from_one_colour_to_the_other() -> None:
    assert theme.mix("#000000", "#FF8000", 0) == "#000000"
    assert theme.mix("#000000", "#FF8000", 1) == "#FF8000"
    assert theme.mix("#000000", "#FF8000", 0.5) == "#804000"
