import pytest

from app.gui.widgets.time_axis import MIN_SIGHT_S, TimeAxis


def test_zooming_keeps_the_moment_under_the_mouse() -> None:
    axis = TimeAxis.of(200.0)
    x = axis.x_of(50, 800)
    closer = axis.zoomed(4, 50)
    assert closer.sight_s == 50 and closer.is_zoomed
    assert closer.x_of(50, 800) == pytest.approx(x)
    assert closer.time_at(x, 800) == pytest.approx(50)


def test_view_stays_within_the_track() -> None:
    axis = TimeAxis.of(200.0)
    assert axis.zoomed(0.1, 50) == axis and not axis.is_zoomed
    assert axis.zoomed(4, 200).end_s == 200
    assert axis.zoomed(4, 0).moved(-10).start_s == 0
    assert axis.zoomed(4, 0).moved(1000).end_s == 200
    assert axis.zoomed(1e9, 100).sight_s == pytest.approx(MIN_SIGHT_S)
    assert TimeAxis.of(0.5).zoomed(2, 0.2) == TimeAxis.of(0.5)


def test_outside_of_the_canvas_is_no_moment() -> None:
    axis = TimeAxis.of(200.0).zoomed(2, 100)
    assert axis.time_at(-50, 800) == 50
    assert axis.time_at(9000, 800) == 150


def test_view_follows_what_would_be_lost() -> None:
    axis = TimeAxis.of(200.0).zoomed(4, 0)
    assert axis.showing(49) is axis
    moved = axis.showing(60)
    assert moved.start_s < 60 < moved.end_s and moved.sight_s == axis.sight_s
    assert moved.showing(0).start_s == 0


def test_ticks_keep_their_distance() -> None:
    axis = TimeAxis.of(212.0)
    assert list(axis.ticks(width=764, min_distance=72)) == [0, 30, 60, 90, 120, 150, 180, 210]
    assert list(axis.ticks(width=100, min_distance=72)) == [0]
    assert list(TimeAxis(212.0, 61.0, 69.0).ticks(width=764, min_distance=72)) == [61, 62, 63, 64, 65, 66, 67, 68, 69]


def test_ticks_of_a_very_long_recording_are_few() -> None:
    assert 1 <= len(TimeAxis.of(400_000.0).ticks(width=700, min_distance=72)) < 40
