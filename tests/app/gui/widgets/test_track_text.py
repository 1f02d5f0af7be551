import datetime

import pytest

from app.gui.widgets import track_text
from tests.app.gui.fake_library import make_track

SPACE = "\N{NO-BREAK SPACE}"


def test_answer_says_how_sure_it_is() -> None:
    sure = make_track(1, label="hiphop", decision="confident", confidence=0.87)
    unsure = make_track(1, label="rock", decision="unsure", confidence=0.41)
    assert track_text.answer(sure) == f"Hip-hop 87{SPACE}%"
    assert track_text.answer(unsure) == f"Rock? 41{SPACE}%"
    assert track_text.headline(unsure) == f"Probably rock · 41{SPACE}%"
    assert track_text.answer(make_track(1, decision="not_music", confidence=0.9)) == "No music"
    assert track_text.answer(make_track(13)) == "Problem"


def test_names_come_from_tags_and_else_from_the_file() -> None:
    assert track_text.title_and_artist(make_track(1, artist="Oda", title="Snow")) == "Oda – Snow"
    assert track_text.title_and_artist(make_track(1, artist=None, title=None, file_name="a.mp3")) == "a.mp3"


def test_tag_that_contradicts_is_marked() -> None:
    assert track_text.own_tag(make_track(1, genre_tag="Jazz", is_conflict=True)) == "Jazz ≠"
    assert track_text.own_tag(make_track(1, genre_tag=None)) == ""


def test_moments_are_told_as_people_do() -> None:
    now = datetime.datetime(2026, 6, 15, 12, tzinfo=datetime.UTC)

    def tell(ago: datetime.timedelta) -> str:
        return track_text.moment(make_track(1, analysed_at=(now - ago).isoformat()), now)

    assert tell(datetime.timedelta(minutes=1)).startswith("Today ")
    assert tell(datetime.timedelta(days=1)).startswith("Yesterday ")
    assert tell(datetime.timedelta(days=40)).startswith("6 May ")
    assert tell(datetime.timedelta(days=400)) == "11 May 2025"
    assert track_text.moment(make_track(1, analysed_at="some day")) == track_text.UNKNOWN


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (10, "less than a minute left"),
        (125, "about 2 min left"),
        (3600, "about 1 h left"),
        (4300, "about 1 h 10 min left"),
        (3595, "about 1 h left"),
        (90_000, "about 25 h left"),
    ],
)
def test_time_left_is_no_more_exact_than_anyone_can_know(seconds: float, words: str) -> None:
    assert track_text.time_left(seconds) == words
