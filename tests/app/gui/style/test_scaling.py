import pytest

from app.gui.style.scaling import largest_fitting_percent, parse_xft_scaling


@pytest.mark.parametrize(
    ("resources", "scaling"),
    [
        ("", 1.0),
        ("Xft.dpi:\t96\n", 1.0),
        ("Xft.antialias: 1\nXft.dpi: 144\nXft.hinting: 1", 1.5),
        ("Xft.dpi: 112", 1.25),
        ("Xft.dpi: 5", 0.75),
        ("Xft.dpi: 9999", 4.0),
        ("Xft.dpi: 1.2.3", 1.0),
        ("NotXft.dpi: 192", 1.0),
    ],
)
def test_scaling_follows_the_desktop_in_quarters(resources: str, scaling: float) -> None:
    assert parse_xft_scaling(resources) == scaling


@pytest.mark.parametrize(
    ("screen", "percent"), [((3840, 2160), 200), ((1920, 1080), 150), ((1366, 768), 100), ((800, 600), 100)]
)
def test_no_more_is_offered_than_fits_the_screen(screen: tuple[int, int], percent: int) -> None:
    assert largest_fitting_percent(screen) == percent
