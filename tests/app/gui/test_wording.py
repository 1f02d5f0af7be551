import pytest

from app.contract import Metrics, TrackMetadata
from app.gui import wording
from tests.app.gui.fakes import make_prediction


def plain(text: str) -> str:
    return text.replace(wording.NO_BREAK_SPACE, " ")


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.87, "87 %"), (1.0, "100 %"), (0.9996, "100 %"), (0.998, ">99 %"), (0.002, "<1 %"), (0.0, "0 %")],
)
def test_percent_does_not_round_to_certainty(share: float, words: str) -> None:
    assert plain(wording.percent(share)) == words


def test_headline_of_each_decision() -> None:
    assert plain(wording.headline(make_prediction())) == "Rock · 87 %"
    assert plain(wording.headline(make_prediction(decision="unsure"))) == "Probably rock, not sure"
    assert wording.headline(make_prediction(decision="not_music")) == "This does not sound like music"
    assert wording.headline(make_prediction(label=None, decision="not_music")) == "This does not sound like music"


def test_short_answer_of_each_decision() -> None:
    assert plain(wording.short_answer(make_prediction())) == "Rock 87 %"
    assert plain(wording.short_answer(make_prediction(confidence=0.4, decision="unsure"))) == "Rock? 40 %"
    assert wording.short_answer(make_prediction(label=None, decision="not_music")) == "No music"


def test_top_three_in_words() -> None:
    assert plain(wording.top_three(make_prediction())) == "Then metal 8 % and blues 4 %"
    unsure = make_prediction(confidence=0.4, decision="unsure")
    assert plain(wording.top_three(unsure)) == "Rock 40 %, then metal 36 % and blues 18 %"
    assert wording.top_three(make_prediction(label=None, decision="not_music")) == ""


def test_reason_names_genres_as_people_do() -> None:
    probabilities = {"hiphop": 0.6, "pop": 0.4}
    answer = make_prediction().model_copy(
        update={"reason": "hiphop reaches 60%, hiphopper or not; pop is next.", "probabilities": probabilities}
    )
    assert wording.why(answer) == "Hip-hop reaches 60%, hiphopper or not; pop is next."


@pytest.mark.parametrize(
    ("label", "title", "inside"), [("hiphop", "Hip-hop", "hip-hop"), ("rnb", "R&B", "R&B"), ("Folk", "Folk", "folk")]
)
def test_genre_names(label: str, title: str, inside: str) -> None:
    assert wording.genre_name(label) == title
    assert wording.genre_within_sentence(label) == inside


@pytest.mark.parametrize(
    ("codec", "name"), [("mp3float", "MP3"), ("pcm_s16le", "PCM"), ("vorbis", "Vorbis"), ("flac", "FLAC")]
)
def test_codec_names(codec: str, name: str) -> None:
    assert wording.codec_name(codec) == name


@pytest.mark.parametrize(("seconds", "words"), [(0.4, "0:00"), (187.9, "3:07"), (3723, "1:02:03")])
def test_clock(seconds: float, words: str) -> None:
    assert wording.clock(seconds) == words


def test_lines_of_a_file_that_says_everything() -> None:
    metadata = TrackMetadata(
        title="T",
        artist="A",
        album="B",
        year=2006,
        duration_s=187.9,
        codec="mp3",
        n_channels=2,
        source_sample_rate=44_100,
    )
    assert wording.credits_line(metadata) == "A · B · 2006"
    assert plain(wording.format_line(metadata)) == "3:07 · MP3 · 44.1 kHz · stereo"


def test_lines_of_a_file_that_says_nothing() -> None:
    assert wording.credits_line(TrackMetadata(duration_s=3)) == ""
    assert wording.format_line(TrackMetadata(duration_s=3)) == "0:03"


def test_many_warnings_are_counted() -> None:
    assert wording.warning_lines([]) == ""
    assert wording.warning_lines(["A.", "B.", "C.", "D."]) == "Note: A.\nNote: B.\n… and 2 more notes"


def test_model_facts_where_something_is_unknown() -> None:
    metrics = Metrics(model_exists=True, model_path="m", val_acc=0.665, ready=True)
    facts = dict(wording.model_facts(metrics, "gtzan", None))
    assert plain(facts["Validation accuracy"]) == "66.5 %"
    assert facts["Model"] == "gtzan"
    assert facts["Epoch"] == facts["Validation loss"] == facts["Device"] == "–"
