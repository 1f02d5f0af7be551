import pytest

from app.gui.scaling import parse_xft_scaling


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
