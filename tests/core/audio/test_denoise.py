from collections.abc import Callable

import numpy as np
import pytest
import torch

from core.audio.denoise import N_FFT, SpectralSubtractor, denoise, estimate_noise
from core.models.checkpoint import Checkpoint, GenreModel
from core.models.files import find_checkpoint
from core.types import FloatArray
from tests.sounds import SAMPLE_RATE, make_tune


def _make_music(duration_s: float) -> FloatArray:
    """A tune with a buzzing bass and brushes, and little treble, as most recordings have."""
    tune = make_tune(duration_s)
    time_s = np.arange(len(tune)) / SAMPLE_RATE
    buzz = 0.2 * (2 * (time_s * 82.4 % 1) - 1)
    brushes = np.random.default_rng(7).normal(0, 0.002, len(tune))
    spectrum = np.fft.rfft(0.6 * tune + buzz + brushes)
    spectrum /= np.sqrt(1 + (np.fft.rfftfreq(len(tune), 1 / SAMPLE_RATE) / 2000) ** 8)
    return np.fft.irfft(spectrum, len(tune)).astype(np.float32)


def _make_hum(duration_s: float, seed: int) -> FloatArray:
    """A mains hum with overtones, wherever its phase happens to be."""
    time_s = np.arange(round(duration_s * SAMPLE_RATE)) / SAMPLE_RATE
    phases = np.random.default_rng(seed).uniform(0, 2 * np.pi, 6)
    tones = (np.sin(2 * np.pi * 50 * number * time_s + phase) / number for number, phase in enumerate(phases, start=1))
    hum: FloatArray = (0.05 * np.sum(list(tones), axis=0)).astype(np.float32)
    return hum


def _make_hiss(duration_s: float, seed: int) -> FloatArray:
    return np.random.default_rng(seed).normal(0, 0.02, round(duration_s * SAMPLE_RATE)).astype(np.float32)


def _power_db(samples: FloatArray) -> float:
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64))))


_NOISES: dict[str, Callable[[float, int], FloatArray]] = {
    "hum": _make_hum,
    "hiss": _make_hiss,
    "hum and hiss": lambda duration_s, seed: _make_hum(duration_s, seed) + _make_hiss(duration_s, seed),
}


@pytest.mark.parametrize("kind", _NOISES)
def test_steady_noise_falls_by_12_db(kind: str) -> None:
    learned, before, within = np.split(_NOISES[kind](11, 1), [SAMPLE_RATE, 3 * SAMPLE_RATE])
    mix = np.concatenate((before, _make_music(8) + within))
    pause = slice(N_FFT, len(before) - N_FFT)
    assert _power_db(mix[pause]) - _power_db(denoise(mix, learned)[pause]) >= 12


def test_music_without_its_hum_and_hiss_is_nearer_to_what_it_was() -> None:
    music = _make_music(8)
    learned, within = np.split(_NOISES["hum and hiss"](9, 1), [SAMPLE_RATE])
    front_end = GenreModel.from_checkpoint(Checkpoint.load(find_checkpoint("gtzan"))).front_end
    clean_mel, noisy_mel, cleaned_mel = (
        front_end(torch.from_numpy(sound)) for sound in (music, music + within, denoise(music + within, learned))
    )
    assert (cleaned_mel - clean_mel).abs().mean() < 0.8 * (noisy_mel - clean_mel).abs().mean()


def test_without_noise_nothing_changes() -> None:
    tune = make_tune(2)
    np.testing.assert_allclose(denoise(tune, np.zeros(SAMPLE_RATE, dtype=np.float32)), tune, atol=1e-5)


@pytest.mark.parametrize("n_samples", [0, 1, 511, 512, N_FFT, 3 * N_FFT + 7])
def test_every_length_keeps_its_length(n_samples: int) -> None:
    assert len(denoise(make_tune(1)[:n_samples], _make_hiss(1, 0))) == n_samples


def test_a_stream_gives_what_the_whole_gives_for_blocks_of_any_size() -> None:
    noise = _make_hiss(1, 0)
    noisy = make_tune(3) + _make_hiss(3, 1)
    whole = denoise(noisy, noise)
    random = np.random.default_rng(0)
    cuts = np.sort(random.integers(0, len(noisy), 60))
    subtractor = SpectralSubtractor(estimate_noise(noise))
    for _ in range(2):  # the second time after flush, as a stream of its own
        parts = [subtractor.push(block) for block in np.split(noisy, cuts)]
        np.testing.assert_allclose(np.concatenate([*parts, subtractor.flush()]), whole, atol=1e-6)


def test_too_little_noise_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2048 samples, got 100"):
        estimate_noise(_make_hiss(1, 0)[:100])
