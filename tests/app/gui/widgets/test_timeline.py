import pytest

from app.gui.widgets.timeline import Timeline
from app.gui.wording import NO_BREAK_SPACE
from tests.app.gui.fakes import make_prediction


def test_describe_tells_time_genre_and_confidence() -> None:
    timeline = Timeline.of(make_prediction())
    assert timeline.describe(3.2) == f"0:03 · Rock 90{NO_BREAK_SPACE}%"
    assert timeline.describe(12) == f"0:12 · Metal 60{NO_BREAK_SPACE}%"


def test_describe_a_stretch_without_music() -> None:
    assert Timeline.of(make_prediction()).describe(11) == "0:11 · nothing heard"


@pytest.mark.parametrize(
    ("n_columns", "columns"), [(4, [0.1, 0.5, 1.0, 0.2]), (2, [0.3, 0.6]), (8, [0.1, 0.1, 0.5, 0.5, 1, 1, 0.2, 0.2])]
)
def test_columns_follow_the_peaks(n_columns: int, columns: list[float]) -> None:
    assert Timeline.of(make_prediction()).columns(n_columns) == pytest.approx(columns)


def test_columns_of_nothing() -> None:
    assert Timeline.of(make_prediction(waveform_peaks=[])).columns(10) == []
    assert Timeline.of(make_prediction()).columns(0) == []


def test_ticks_keep_their_distance() -> None:
    timeline = Timeline(212.0, (), ())
    assert list(timeline.ticks(width=764, min_distance=72)) == [0, 30, 60, 90, 120, 150, 180, 210]
    assert list(timeline.ticks(width=100, min_distance=72)) == [0]


def test_ticks_of_a_very_long_recording_are_few() -> None:
    assert 1 <= len(Timeline(400_000.0, (), ()).ticks(width=700, min_distance=72)) < 40
