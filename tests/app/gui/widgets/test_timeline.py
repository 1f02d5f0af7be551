import pytest

from app.gui.widgets.timeline import Timeline, average
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
    assert average([0.1, 0.5, 1.0, 0.2], n_columns) == pytest.approx(columns)


def test_columns_of_a_stretch() -> None:
    assert average([0.1, 0.5, 1.0, 0.2], 2, 1, 3) == pytest.approx([0.5, 1.0])
    assert average([0.1, 0.5, 1.0, 0.2], 3, 3.2, 3.8) == pytest.approx([0.2, 0.2, 0.2])


def test_columns_of_nothing() -> None:
    assert average([], 10) == []
    assert average([0.5], 0) == []


def test_quiet_recordings_fill_the_height() -> None:
    timeline = Timeline(20.0, (), (0.01, 0.02, 0.01))
    assert timeline.bars(3, 0, 20) == pytest.approx([0.5, 1, 0.5])
    assert Timeline(20.0, (), (0.0, 0.0)).bars(2, 0, 20) == [0, 0]


def test_finer_peaks_are_drawn_of_a_stretch_only() -> None:
    timeline = Timeline(4.0, (), (0.5, 1.0)).with_fine_peaks((0.25, 0.5, 1.0, 1.0))
    assert timeline.bars(2, 0, 4) == pytest.approx([0.5, 1.0])
    assert timeline.bars(2, 0, 2) == pytest.approx([0.25, 0.5])


def test_the_segment_that_spoke_most_clearly_for_the_answer_decided() -> None:
    timeline = Timeline.of(make_prediction())
    metal = timeline.decisive_segment("metal")
    assert metal is not None and metal.start_s == 12
    assert timeline.decisive_segment(None) is None
    assert Timeline(20.0, (), ()).decisive_segment("rock") is None
