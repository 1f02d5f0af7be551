from pathlib import Path

import numpy as np
import pytest

from app.gui.playback.sound_card import PlaybackError
from app.gui.playback.spectrum import (
    MAX_COLUMNS,
    N_BANDS,
    Spectrogram,
    band_centres_hz,
    band_of,
    compute_spectrogram,
    hertz,
)
from tests.app.gui.playback.tones import write_tones


def compute(path: Path, duration_s: float) -> Spectrogram:
    spectrogram = compute_spectrogram(str(path), duration_s, lambda: True)
    assert spectrogram is not None
    return spectrogram


def test_tones_are_seen_where_they_are(tmp_path: Path) -> None:
    spectrogram = compute(write_tones(tmp_path / "tones.wav", (440, 2), (3000, 2)), 4)
    assert spectrogram.duration_s == pytest.approx(4, abs=0.01)
    n_bands, n_columns = spectrogram.levels.shape
    assert n_bands == N_BANDS and 70 < n_columns < 100
    for share, frequency_hz in ((0.25, 440), (0.75, 3000)):
        column = spectrogram.levels[:, int(share * n_columns)]
        assert column.max() > 220
        loudest_hz = band_centres_hz()[int(column.argmax())]
        assert loudest_hz == pytest.approx(frequency_hz, rel=0.08)
        assert column.argmax() / N_BANDS == pytest.approx(band_of(frequency_hz), abs=0.02)


def test_words_say_what_the_picture_shows(tmp_path: Path) -> None:
    spectrogram = compute(write_tones(tmp_path / "tones.wav", (440, 12), (3000, 12)), 24)
    lines = spectrogram.as_text().replace("\N{NO-BREAK SPACE}", " ").splitlines()
    assert len(lines) == 12
    assert lines[0].startswith("0:00–0:0") and "loudest at 4" in lines[0]
    assert "loudest at 2.9 kHz" in lines[-1] or "loudest at 3 kHz" in lines[-1]


def test_silence(tmp_path: Path) -> None:
    spectrogram = compute(write_tones(tmp_path / "silence.wav", (0, 3)), 3)
    assert not spectrogram.levels.any()
    assert {line.split("  ")[1] for line in spectrogram.as_text().splitlines()} == {"silence"}


def test_a_sound_shorter_than_one_look(tmp_path: Path) -> None:
    assert compute(write_tones(tmp_path / "click.wav", (1000, 0.02)), 0.02).levels.shape == (N_BANDS, 1)


def test_long_recordings_are_looked_at_in_wider_steps(tmp_path: Path) -> None:
    path = write_tones(tmp_path / "tone.wav", (440, 30))
    # The file need not be as long as is said: what counts is that the number of columns is bounded by what is said.
    spectrogram = compute(path, 3600)
    assert spectrogram.levels.shape[1] == pytest.approx(MAX_COLUMNS * 30 / 3600, abs=2)
    assert np.all(spectrogram.levels.max(axis=0)[:-1] > 200)


def test_what_is_not_wanted_any_more_is_left(tmp_path: Path) -> None:
    assert compute_spectrogram(str(write_tones(tmp_path / "tone.wav", (440, 3))), 3, lambda: False) is None


def test_file_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(PlaybackError, match="There is no file"):
        compute_spectrogram(str(tmp_path / "gone.wav"), 3, lambda: True)


@pytest.mark.parametrize(("frequency_hz", "words"), [(219.6, "220 Hz"), (3400, "3.4 kHz"), (10_800, "11 kHz")])
def test_frequencies_in_words(frequency_hz: float, words: str) -> None:
    assert hertz(frequency_hz).replace("\N{NO-BREAK SPACE}", " ") == words
