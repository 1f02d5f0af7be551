"""What the page says and draws, without a window."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest

from app.contract import TrackMetadata
from app.gui.pages.listen import words
from app.gui.pages.listen.songs import Songs
from app.gui.pages.listen.sound_picture import COLUMNS_PER_S, SoundPicture
from app.gui.playback.spectrum import N_BANDS, band_of
from app.gui.widgets.level_meter import describe_level, to_share
from tests.app.gui.fakes import make_prediction
from tests.sounds import SAMPLE_RATE

SPACE = "\N{NO-BREAK SPACE}"


def test_answer_is_sure_not_sure_yet_or_not_music() -> None:
    heard = TrackMetadata(duration_s=4.2)
    sure = words.describe_answer(make_prediction(metadata=heard), is_over=False)
    assert (sure.caption, sure.headline, sure.certainty) == (f"Now · 4{SPACE}s heard", "Rock", f"87{SPACE}% · sure")
    unsure = make_prediction("hiphop", 0.41, decision="unsure", metadata=TrackMetadata(duration_s=64))
    text = words.describe_answer(unsure, is_over=False)
    assert (text.caption, text.headline) == ("Now · 1:04 heard", "Hip-hop")
    assert text.certainty == f"41{SPACE}% · not sure yet"
    over = words.describe_answer(unsure, is_over=True)
    assert (over.caption, over.certainty) == ("Heard last · 1:04", f"41{SPACE}% · not sure")
    speech = make_prediction(decision="not_music", reason="This sounds like speech, noise or tones rather than music.")
    text = words.describe_answer(speech, is_over=False)
    assert (
        (text.headline, text.confidence, text.label) == ("No music", None, None)
        and "speech" in text.reason
        and not text.probabilities
    )
    silence = words.describe_answer(make_prediction(None, 0.0, decision="not_music"), is_over=False)
    assert (silence.caption, silence.headline) == ("Waiting for music", "Silence") and not silence.probabilities


def test_each_song_has_a_line_and_silence_and_speech_have_none() -> None:
    songs = Songs()
    songs.begin_stream(datetime(2026, 1, 31, 21, 14, 30))
    silence = make_prediction(None, 0.0, decision="not_music", metadata=TrackMetadata(duration_s=1))
    speech = make_prediction(decision="not_music")
    songs.hear(0, silence)
    songs.hear(1, speech)
    assert songs.rows == []
    songs.hear(40, make_prediction("jazz", 0.5, decision="unsure", metadata=TrackMetadata(duration_s=6)))
    [row] = songs.rows
    assert (row.time, row.genre, row.confidence) == ("21:15", "Jazz?", f"50{SPACE}%")
    assert row.is_playing and row.duration == f"6{SPACE}s"
    songs.conclude(40, make_prediction("jazz", 0.8, metadata=TrackMetadata(duration_s=90)))
    songs.hear(130, silence)
    songs.hear(135, make_prediction("rock", 0.9))
    assert [(row.genre, row.is_playing, row.is_sure) for row in songs.rows] == [
        ("Rock", True, True),
        ("Jazz", False, True),
    ]
    songs.hear(220, make_prediction("pop", 0.5, decision="unsure"))
    songs.conclude(220, speech)
    assert len(songs.rows) == 2
    # Another engine counts anew, so that what was playing cannot be the same song.
    songs.begin_stream(datetime(2026, 1, 31, 21, 30))
    songs.hear(0, make_prediction("rock", 0.9))
    assert [row.time for row in songs.rows] == ["21:30", "21:16", "21:15"]


def test_picture_shows_a_tone_where_it_is_and_tells_it() -> None:
    picture = SoundPicture()
    assert picture.as_text() == "Nothing was heard yet." and picture.take().columns == ()
    tone = (0.5 * np.sin(2 * np.pi * 1000 * np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE)).astype(np.float32)
    for first in range(0, len(tone), 1103):
        picture.push(tone[first : first + 1103])
    glance = picture.take()
    assert len(glance.columns) == pytest.approx(2 * COLUMNS_PER_S, abs=2)
    assert abs(int(glance.columns[-1].argmax()) - band_of(1000) * N_BANDS) <= 1
    assert glance.rms_db == pytest.approx(-9, abs=0.2) and glance.peak_db == pytest.approx(-6, abs=0.2)
    assert f"now at −9{SPACE}dB: loudest at" in picture.as_text() and picture.take().columns == ()


def test_silent_room_is_no_picture_of_its_noise() -> None:
    picture = SoundPicture()
    picture.push(np.random.default_rng(0).normal(0, 1e-5, SAMPLE_RATE).astype(np.float32))
    assert max(column.max() for column in picture.take().columns) < 128
    picture.push(np.zeros(6 * SAMPLE_RATE, dtype=np.float32))
    assert picture.as_text().endswith("silence")


def test_level_is_told_in_decibels() -> None:
    assert [describe_level(level) for level in (None, -80.0, -23.4)] == ["–", "quiet", f"−23{SPACE}dB"]
    assert [to_share(level) for level in (-90, -60, -30, 0, 3)] == [0, 0, 0.5, 1, 1]


def test_noise_is_explained_step_by_step() -> None:
    def say(**changes: object) -> str:
        values = {"is_on": True, "is_sampled": False, "is_hearing": True, "left_s": None} | changes
        return words.describe_noise(**values).sentence  # type: ignore[arg-type]

    assert say(is_on=False) == ""
    assert say(is_hearing=False).startswith("Begin to listen")
    assert say() == "Stop the music for three seconds."
    assert "for 3 s" in say(left_s=2.9) and "for 1 s" in say(left_s=0.2)
    assert say(is_sampled=True) == "What the room sounds like is taken away."
