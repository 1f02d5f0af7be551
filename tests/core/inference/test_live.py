import gc
import io
import tracemalloc
from collections.abc import Iterable, Iterator

import numpy as np
import pytest
import torch

from core.audio.decode import decode_audio
from core.audio.denoise import denoise, estimate_noise
from core.audio.resample import MonoResampler
from core.errors import AudioLimitError
from core.inference.evidence import SongEvidence
from core.inference.live import FinalEvent, LevelEvent, LiveEvent, LivePredictor, PartialEvent, SongChangeEvent
from core.inference.predictor import GenrePredictor
from core.types import Decision, FloatArray
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.sounds import SAMPLE_RATE, encode_wav, make_tune

_GTZAN = SHARED_DATA / "audio" / "gtzan_val"


@pytest.fixture(scope="module")
def predictor() -> Iterator[GenrePredictor]:
    # As the program that listens does: so little work is done sooner by one core than by several.
    n_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield GenrePredictor.load(device="cpu")
    torch.set_num_threads(n_threads)


def _hear(live: LivePredictor, blocks: Iterable[FloatArray], sample_rate: int = SAMPLE_RATE) -> list[LiveEvent]:
    events = [event for block in blocks for event in live.push(block, sample_rate)]
    return events + live.finish()


def _cut(samples: FloatArray, seed: int = 0) -> list[FloatArray]:
    """Blocks of all sizes, some empty, some longer than two seconds."""
    cuts = np.random.default_rng(seed).integers(0, len(samples), max(2, len(samples) // SAMPLE_RATE))
    return np.split(samples, np.sort(cuts))


def _silence(duration_s: float) -> FloatArray:
    return np.zeros(round(duration_s * SAMPLE_RATE), dtype=np.float32)


def _hiss(duration_s: float) -> FloatArray:
    return np.random.default_rng(0).normal(0, 0.1, round(duration_s * SAMPLE_RATE)).astype(np.float32)


def _final(events: list[LiveEvent]) -> FinalEvent:
    assert isinstance(events[-1], FinalEvent)
    return events[-1]


@pytest.mark.parametrize("duration_s", [0.3, 7.5, 30.0, 33.0, 66.0])
def test_without_forgetting_the_end_is_the_answer_to_the_file(predictor: GenrePredictor, duration_s: float) -> None:
    tune = make_tune(duration_s)
    file = predictor.predict_file(io.BytesIO(encode_wav(tune)), name="tune.wav")
    final = _final(_hear(LivePredictor(predictor, half_life_s=None), _cut(tune)))
    np.testing.assert_allclose(final.answer.probabilities, file.probabilities, atol=0.002)
    assert final.answer.duration_s == pytest.approx(duration_s, abs=1e-3)


@needs_shared_data
@pytest.mark.parametrize("genre", ["blues", "classical", "hiphop", "metal", "rock"])
def test_real_clips_without_forgetting_end_as_their_files(predictor: GenrePredictor, genre: str) -> None:
    path = sorted((_GTZAN / genre).glob("*.flac"))[0]
    final = _final(_hear(LivePredictor(predictor, half_life_s=None), _cut(decode_audio(path).samples)))
    np.testing.assert_allclose(final.answer.probabilities, predictor.predict_file(path).probabilities, atol=0.02)


@pytest.mark.parametrize(("sample_rate", "n_channels"), [(48_000, 2), (44_100, 1), (16_000, 6), (11_127, 12)])
def test_any_rate_and_number_of_channels_is_heard(predictor: GenrePredictor, sample_rate: int, n_channels: int) -> None:
    tune = make_tune(12)
    resampler = MonoResampler(sample_rate)
    mono = np.concatenate([*resampler.push_samples(tune, SAMPLE_RATE), *resampler.flush()])
    channels = np.repeat(mono[:, np.newaxis], n_channels, axis=1)
    file = predictor.predict_file(io.BytesIO(encode_wav(mono, sample_rate)), name="tune.wav")
    live = LivePredictor(predictor)
    final = _final(_hear(live, np.array_split(channels, 77), sample_rate))
    np.testing.assert_allclose(final.answer.probabilities, file.probabilities, atol=0.02)


def test_the_level_comes_ten_times_a_second(predictor: GenrePredictor) -> None:
    time_s = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    sine = np.sin(2 * np.pi * 440 * time_s).astype(np.float32)
    events = _hear(LivePredictor(predictor), [sine, _silence(1)])
    levels = [event for event in events if isinstance(event, LevelEvent)]
    assert [level.time_s for level in levels] == pytest.approx(np.arange(1, 21) / 10)
    assert all(level.rms_db == pytest.approx(-3.01, abs=0.1) for level in levels[:9])
    assert all(level.peak_db == pytest.approx(0, abs=0.1) for level in levels[:9])
    assert levels[-1].rms_db == levels[-1].peak_db == -100


def test_an_answer_comes_every_second_and_is_not_believed_too_early(predictor: GenrePredictor) -> None:
    events = _hear(LivePredictor(predictor), _cut(make_tune(9)))
    partials = [event for event in events if isinstance(event, PartialEvent)]
    assert [event.time_s for event in partials] == pytest.approx(range(1, 10))
    assert {event.start_s for event in partials} == {0}
    for event in partials[:4]:
        assert event.answer.decision is Decision.UNSURE
        assert f"Only {event.time_s:.0f} s" in event.answer.reason
    assert "Only" not in partials[-1].answer.reason


def test_silence_is_not_music_and_a_pause_separates_songs(predictor: GenrePredictor) -> None:
    blocks = [_silence(5), make_tune(8), _silence(6), make_tune(8, seed=1), _silence(4)]
    events = _hear(LivePredictor(predictor), _cut(np.concatenate(blocks)))
    finals = [event for event in events if isinstance(event, FinalEvent)]
    changes = [event for event in events if isinstance(event, SongChangeEvent)]
    assert [final.start_s for final in finals] == [5, 19]
    # What it was at the end of the song, not after three seconds of silence more.
    assert [final.answer.duration_s for final in finals] == [8, 8]
    assert [final.time_s for final in finals] == [16, 30]
    assert [(change.start_s, change.reason) for change in changes] == [(19, "pause")]
    silent = [e for e in events if isinstance(e, PartialEvent) and (e.time_s <= 5 or 16 <= e.time_s <= 19)]
    assert len(silent) == 9
    assert all(e.answer.decision is Decision.NOT_MUSIC and "silence" in e.answer.reason for e in silent)


def test_a_song_begins_with_its_first_sound(predictor: GenrePredictor) -> None:
    events = _hear(LivePredictor(predictor), _cut(np.concatenate((_silence(2.7), make_tune(6)))))
    assert _final(events).start_s == pytest.approx(2.7, abs=0.01)
    assert _final(events).answer.duration_s == pytest.approx(6, abs=0.01)
    assert not [event for event in events if isinstance(event, SongChangeEvent)]


def test_nothing_but_silence_ends_with_an_answer_too(predictor: GenrePredictor) -> None:
    for duration_s in (0, 0.5, 2, 20):
        final = _final(_hear(LivePredictor(predictor), [_silence(duration_s)]))
        assert final.answer.decision is Decision.NOT_MUSIC
        assert final.answer.label is None


def test_noise_is_not_music(predictor: GenrePredictor) -> None:
    assert _final(_hear(LivePredictor(predictor), [_hiss(8)])).answer.decision is Decision.NOT_MUSIC


@needs_shared_data
def test_speech_is_not_music(predictor: GenrePredictor) -> None:
    paths = sorted((SHARED_DATA / "audio" / "speech").glob("*.flac"))[:6]
    assert paths
    decisions = []
    for path in paths:
        # A second at once, as the answers in between do not matter here.
        live = LivePredictor(predictor)
        decisions.append(_final(_hear(live, [decode_audio(path).samples])).answer.decision)
    assert decisions.count(Decision.NOT_MUSIC) >= 5


def test_another_sound_is_another_song_and_forgets_the_first(predictor: GenrePredictor) -> None:
    hiss = _hiss(22)
    events = _hear(LivePredictor(predictor), _cut(np.concatenate((make_tune(26), hiss))))
    change = next(event for event in events if isinstance(event, SongChangeEvent))
    assert change.reason == "sound"
    assert change.start_s == pytest.approx(26, abs=1.5)
    assert change.time_s < 26 + 12
    first, last = (event for event in events if isinstance(event, FinalEvent))
    assert first.answer.duration_s == pytest.approx(26, abs=2)
    assert last.start_s == change.start_s
    assert last.answer.decision is Decision.NOT_MUSIC


@needs_shared_data
def test_a_change_between_real_songs_is_found(predictor: GenrePredictor) -> None:
    songs = [decode_audio(sorted((_GTZAN / genre).glob("*.flac"))[0]).samples for genre in ("classical", "metal")]
    cut = 25 * SAMPLE_RATE
    events = _hear(LivePredictor(predictor), [np.concatenate((songs[0][:cut], songs[1][:cut]))])
    change = next(event for event in events if isinstance(event, SongChangeEvent))
    assert change.start_s == pytest.approx(25, abs=1.5)
    labels = [event.answer.label for event in events if isinstance(event, FinalEvent)]
    assert labels == ["classical", "metal"]


def test_old_sound_counts_less_and_less(predictor: GenrePredictor) -> None:
    alone = predictor.predict_file(io.BytesIO(encode_wav(_hiss(30))), name="hiss.wav").probabilities
    distances = []
    for half_life_s in (None, 20.0, 5.0):
        song = SongEvidence(predictor, half_life_s, 0)
        song.add(np.stack((make_tune(30),) * 2))
        song.judge()
        song.add(np.stack((_hiss(30),) * 2))
        distances.append(float(np.abs(song.judge().probabilities - alone).sum()))
    assert distances[0] > distances[1] > distances[2]
    assert distances[2] < 0.25 * distances[0]


def test_with_noise_taken_away_the_sound_is_judged_with_and_without_it(predictor: GenrePredictor) -> None:
    noise, mix = _hiss(2), make_tune(9) + _hiss(9)
    without = _final(_hear(LivePredictor(predictor), [denoise(mix, noise)])).answer.probabilities
    heard = _final(_hear(LivePredictor(predictor), [mix])).answer.probabilities
    live = LivePredictor(predictor)
    live.subtract(estimate_noise(noise))
    both = _final(_hear(live, _cut(mix))).answer
    expected = np.sqrt(without * heard)
    np.testing.assert_allclose(both.probabilities, expected / expected.sum(), atol=0.002)
    assert both.duration_s == pytest.approx(9, abs=1e-3)


def test_noise_is_taken_away_from_levels_while_it_is_asked_for(predictor: GenrePredictor) -> None:
    live = LivePredictor(predictor)
    events = live.push(_hiss(2), SAMPLE_RATE) + live.subtract(estimate_noise(_hiss(2)))
    events += live.push(_hiss(3), SAMPLE_RATE) + live.subtract(None) + live.push(_hiss(2), SAMPLE_RATE) + live.finish()
    levels_db = [event.rms_db for event in events if isinstance(event, LevelEvent)]
    assert len(levels_db) == 70
    assert np.mean(levels_db[:20]) == pytest.approx(-20, abs=0.5) == np.mean(levels_db[-18:])
    assert np.mean(levels_db[22:48]) < -32


def test_long_listening_needs_no_more_memory(predictor: GenrePredictor) -> None:
    live = LivePredictor(predictor)
    tune = make_tune(1)
    sizes = []
    tracemalloc.start()
    for n_seconds in (45, 45):
        for _ in range(n_seconds):
            live.push(tune, SAMPLE_RATE)
        gc.collect()
        sizes.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert sizes[1] - sizes[0] < 300_000


def test_impossible_sound_is_refused_and_broken_samples_are_silence(predictor: GenrePredictor) -> None:
    live = LivePredictor(predictor)
    with pytest.raises(ValueError, match="n_channels"):
        live.push(np.zeros((2, 2, 2)), SAMPLE_RATE)
    with pytest.raises(AudioLimitError, match="live sound"):
        live.push(_silence(1), 10)
    with pytest.raises(AudioLimitError, match="65 channels"):
        live.push(np.zeros((10, 65)), SAMPLE_RATE)
    broken = np.array([np.nan, np.inf, -np.inf, 1e30] * 10_000, dtype=np.float32)
    events = _hear(live, [broken, broken[:0], make_tune(6)])
    assert np.isfinite(_final(events).answer.probabilities).all()
    assert next(event for event in events if isinstance(event, LevelEvent)).rms_db == -100
