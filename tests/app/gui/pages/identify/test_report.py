"""The report as it lies on the disk: opened again and looked at."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageColor

from app.contract import SegmentResult, TrackMetadata
from app.gui.pages.identify.report import draw_report, write_whole
from app.gui.pages.identify.report_sheet import HEIGHT, MARGIN, WIDTH, choose_font, fit
from app.gui.style import theme
from app.gui.widgets.result_text import describe_result
from tests.app.gui.fakes import make_prediction


def draw(name: str = "a.mp3", **changes: Any) -> Image.Image:
    prediction = make_prediction(changes.pop("label", "rock"), **changes)
    return Image.open(io.BytesIO(draw_report(describe_result(name, prediction), "2026-01-02 03:04")))


def colours(image: Image.Image) -> set[Any]:
    return {colour for _, colour in image.getcolors(1 << 24) or []}


def rgb(colour: theme.Colour) -> tuple[int, ...]:
    return ImageColor.getrgb(colour[0])


def test_report_is_one_page_with_bars_and_timeline() -> None:
    image = draw()
    assert (image.width, image.height) == (WIDTH, HEIGHT) and image.format == "PNG"
    assert {rgb(theme.genre_colour(genre)) for genre in ("rock", "metal", "blues")} <= colours(image)
    paper = rgb(theme.SURFACE)
    # Nothing runs into the margins.
    for box in ((0, 0, MARGIN - 6, HEIGHT), (WIDTH - MARGIN + 2, 0, WIDTH, HEIGHT), (0, HEIGHT - 40, WIDTH, HEIGHT)):
        assert colours(image.crop(box)) == {paper}


@pytest.mark.parametrize(
    "changes",
    [
        {"decision": "unsure", "reason": "The best guess is not good enough. " * 12},
        {"label": None, "confidence": 0.0, "decision": "not_music", "segments": [], "waveform_peaks": []},
        {"warnings": ["One note that is rather long and goes on and on. " * 4] * 9},
        {"probabilities": {f"a genre of a long name {index}": 1 / 40 for index in range(40)}},
        {"metadata": TrackMetadata(title="夜に駆ける Ночь שלום" * 9, artist="A" * 300, duration_s=7 * 3600)},
        {
            "segments": [
                SegmentResult(
                    start_s=index, end_s=index + 1, label=f"genre {index % 9}", confidence=0.5, probabilities={}
                )
                for index in range(20)
            ]
        },
    ],
)
def test_report_of_anything_keeps_to_its_page(changes: dict[str, Any]) -> None:
    image = draw("夜に駆ける.mp3", **changes)
    foot = image.crop((0, HEIGHT - 109, WIDTH, HEIGHT - 94))
    assert colours(foot) == {rgb(theme.SURFACE)}


def test_text_is_shortened_to_its_place() -> None:
    font = choose_font("a", 22, False)
    short = fit("A name that is far too long for its place", 22, 200)
    assert short.endswith("…") and font.getlength(short) <= 200
    assert fit("short", 22, 200) == "short"


def test_letters_that_the_own_font_lacks_come_from_another() -> None:
    own = choose_font("Ripper", 22, False)
    assert own.getname()[0] == "Roboto"
    # Some computers have no other font; then there must at least be one.
    assert choose_font("夜に駆ける", 22, False) is not None


def test_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.png"
    write_whole(str(path), b"one")
    write_whole(str(path), b"two")
    assert path.read_bytes() == b"two"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.png"]


def test_failure_leaves_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "report.png"
    folder.mkdir()
    with pytest.raises(OSError):
        write_whole(str(folder), b"one")
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.png"]
