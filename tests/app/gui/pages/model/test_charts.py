"""Charts are drawn for real and looked at: where there is what colour."""

import math
import subprocess
import sys
import threading
from typing import Any

import pytest
from PIL import ImageColor
from PIL.Image import Image

from app.contract import ConfusionMatrix, History, Reliability
from app.gui.pages.model.charts import Chart, ChartLook, ConfusionChart, ReliabilityChart, TrainingChart
from app.gui.pages.model.rendering import render
from tests.app.gui.fake_models import confusions_of, details_of, history_of, summary

NBSP = "\N{NO-BREAK SPACE}"
MODEL = summary("gtzan")
TRAINING = TrainingChart(history_of(MODEL))
CONFUSIONS = ConfusionChart(confusions_of(MODEL))
RELIABILITY = ReliabilityChart(details_of(MODEL).reliability)


def look(width: int = 600, height: int = 300, scaling: float = 1.0, **colours: Any) -> ChartLook:
    standard = {
        "ground": "#FFFFFF", "ink": "#000000", "quiet": "#808080", "line": "#C0C0C0",
        "faint": "#E0E0E0", "accent": "#0000FF", "on_accent": "#FFFFFF",
    }  # fmt: skip
    return ChartLook(width=width, height=height, scaling=scaling, family="Roboto", **(standard | colours))


def count_pixels(picture: Image, colour: str) -> int:
    return int(picture.tobytes().count(bytes(ImageColor.getrgb(colour))))


@pytest.mark.parametrize("chart", [TRAINING, CONFUSIONS, RELIABILITY])
def test_picture_has_the_size_and_the_colours_asked_for(chart: Chart) -> None:
    picture = render(chart, look(ground="#102030", accent="#FE01DC"))
    assert picture.size == (600, 300) and picture.mode == "RGB"
    assert picture.getpixel((0, 0)) == (0x10, 0x20, 0x30)
    assert count_pixels(picture, "#FE01DC") > 100 or chart is CONFUSIONS
    assert chart.missing == ""


def test_twice_the_scaling_is_the_same_picture_with_twice_the_detail() -> None:
    small, large = render(TRAINING, look()), render(TRAINING, look(1200, 600, 2.0))
    share_small = count_pixels(small, "#0000FF") / (600 * 300)
    share_large = count_pixels(large, "#0000FF") / (1200 * 600)
    # A little more, as fewer of the line's pixels are blended with the ground.
    assert share_small < share_large < 3 * share_small


def test_confusions_are_the_darker_the_larger() -> None:
    matrix = [[10, 0], [5, 5]]
    picture = render(ConfusionChart(ConfusionMatrix(model_id="m", labels=["jazz", "rock"], matrix=matrix)), look())
    # Off the middle of a cell, where its figure stands.
    blue = [[picture.getpixel((x, y))[0] for x in (180, 430)] for y in (30, 160)]  # type: ignore[index]
    assert blue[0][0] < blue[1][0] == blue[1][1] < blue[0][1]


@pytest.mark.parametrize(
    "chart",
    [
        TrainingChart(History(model_id="m", epochs=[1], curves={"val_acc": [0.5], "odd$name": [1.0]})),
        TrainingChart(History(model_id="m", epochs=[1, 2], curves={"val_loss": [None, 1.0], "val_acc": [None, None]})),
        TrainingChart(History(model_id="m", epochs=[1, 2, 3], curves={"val_loss": [math.inf, 1e300, -1.0]})),
        ConfusionChart(ConfusionMatrix(model_id="m", labels=["$a_b$", "演歌\n"], matrix=[[1, 0], [0, 0]])),
        ConfusionChart(
            ConfusionMatrix(model_id="m", labels=[f"a long name {i}" for i in range(161)], matrix=[[1] * 161] * 161)
        ),
        ReliabilityChart(Reliability(confidence=[0.9, 0.1], accuracy=[1, 0], n_tracks=[10**6, 0])),
    ],
)  # fmt: skip
@pytest.mark.parametrize("size", [(900, 400), (120, 70)])
def test_odd_figures_are_drawn(chart: Chart, size: tuple[int, int]) -> None:
    assert render(chart, look(*size)).size == size


@pytest.mark.parametrize(
    ("chart", "reason"),
    [
        (TrainingChart(History(model_id="m", epochs=[], curves={})), "does not tell how its training went"),
        (TrainingChart(History(model_id="m", epochs=[1], curves={"val_acc": [None]})), "does not tell how"),
        (ConfusionChart(ConfusionMatrix(model_id="m", labels=["a", "b"], matrix=[])), "has no confusion matrix"),
        (ReliabilityChart(Reliability()), "does not tell how often it is right"),
    ],
)
def test_what_is_missing_is_said_in_the_picture_and_in_the_text(chart: Chart, reason: str) -> None:
    assert reason in chart.missing
    assert chart.missing.endswith(".")


def test_charts_as_text() -> None:
    lines = TRAINING.as_text().splitlines()
    assert len(lines) == 35
    assert lines[0].startswith("Epoch 10: train loss 2.04") and "val loss" not in lines[0]
    matrix = ConfusionMatrix(model_id="m", labels=["jazz", "hiphop", "rock"], matrix=[[8, 1, 3], [0, 5, 0], [0, 0, 0]])
    assert ConfusionChart(matrix).as_text().splitlines() == [
        f"Jazz: 8 of 12{NBSP}tracks right; taken for rock 3, hip-hop 1",
        f"Hip-hop: 5 of 5{NBSP}tracks right",
        f"Rock: 0 of 0{NBSP}tracks right",
    ]
    assert RELIABILITY.as_text().splitlines()[0] == f"Confidence 25.0{NBSP}%: 30.0{NBSP}% of 5{NBSP}tracks right"


def test_several_threads_may_draw_at_once() -> None:
    wanted = [render(chart, look()).tobytes() for chart in (TRAINING, CONFUSIONS, RELIABILITY)]
    drawn: dict[int, bytes] = {}

    def draw(index: int) -> None:
        drawn[index] = render((TRAINING, CONFUSIONS, RELIABILITY)[index % 3], look()).tobytes()

    threads = [threading.Thread(target=draw, args=(index,)) for index in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [drawn[index] for index in range(6)] == wanted * 2


def test_neither_the_page_nor_a_chart_loads_more_of_matplotlib_than_it_needs() -> None:
    """In a process of its own, as other tests may have loaded anything."""
    program = (
        "import sys, app.gui.shell.window\n"
        "assert not {'matplotlib', 'markdown_it'} & sys.modules.keys()\n"
        "import tests.app.gui.pages.model.test_charts as charts\n"
        "charts.render(charts.TRAINING, charts.look())\n"
        "assert 'matplotlib.backends.backend_agg' in sys.modules and 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
