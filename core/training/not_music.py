"""Teaches a trained model what is no music: speech, noise, tones and hum.

A logistic regression over the model's own embeddings, so that serving needs one dot product more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from core.datasets.pack import LogMelPack
from core.errors import AudioError, DatasetError
from core.inference.decision import NotMusicDetector
from core.inference.predictor import GenrePredictor
from core.models.checkpoint import Checkpoint
from core.types import FloatArray

_N_SYNTHETIC = 48
_SYNTHETIC_S = 15.0
_N_FOLDS = 5


@dataclass(frozen=True)
class NotMusicScores:
    """How well sounds and music that were held back are told apart.

    Attributes:
        caught: Share of held-back sounds that are called no music, 0..1.
        music_lost: Share of validation tracks that are called no music, 0..1.
        n_sounds: How many sounds there were.
        n_tracks: How many validation tracks there were.
    """

    caught: float
    music_lost: float
    n_sounds: int
    n_tracks: int


def teach_not_music(checkpoint_path: Path, pack: LogMelPack, sounds: Iterable[Path]) -> NotMusicScores:
    """Add a detector to a trained model's file, with its scores among what the file says of its training.

    Args:
        checkpoint_path: Of the model; written anew.
        pack: The music that the model was trained on.
        sounds: Files that are no music.

    Raises:
        DatasetError: When no file can be read.
        ModelError: When the model cannot be read.
    """
    predictor = GenrePredictor.load(checkpoint_path, "cpu")
    detector, scores = fit_not_music_detector(predictor, pack, sounds)
    checkpoint = Checkpoint.load(checkpoint_path)
    checkpoint.not_music_config = asdict(detector)
    checkpoint.dataset["not_music"] = asdict(scores)
    checkpoint.save(checkpoint_path)
    return scores


def fit_not_music_detector(
    predictor: GenrePredictor, pack: LogMelPack, sounds: Iterable[Path], seed: int = 0
) -> tuple[NotMusicDetector, NotMusicScores]:
    """Fit on all sounds and the pack's ``train`` tracks; score by cross-validation over sounds and on ``val`` tracks.

    Args:
        predictor: Of the model; its embeddings are used.
        pack: Music, with the splits ``train`` and ``val``.
        sounds: Files that are no music (speech); noise, hum and tones are synthesized beside them.
        seed: Of the synthesis and the folds.

    Raises:
        DatasetError: When no file can be read.
    """
    random = np.random.default_rng(seed)
    spoken = _embed_files(predictor, sounds)
    sample_rate = predictor.feature_config.sample_rate
    synthetic = [
        predictor.score_window(_synthesize(random, sample_rate)).segments.embeddings.mean(axis=0)
        for _ in range(_N_SYNTHETIC)
    ]
    no_music = np.stack([*spoken, *synthetic])
    train, val = (
        np.stack([predictor.predict_log_mel(log_mel).embedding for log_mel in pack.select(split).log_mel])
        for split in ("train", "val")
    )
    folds = random.permutation(len(no_music)) % _N_FOLDS
    caught, lost = [], []
    for fold in range(_N_FOLDS):
        detector = _fit(no_music[folds != fold], train)
        caught.append(detector.predict(no_music[folds == fold]).mean())
        lost.append(detector.predict(val).mean())
    scores = NotMusicScores(float(np.mean(caught)), float(np.mean(lost)), len(no_music), len(val))
    return _to_detector(_fit(no_music, train)), scores


def _fit(no_music: FloatArray, music: FloatArray) -> Pipeline:
    embeddings = np.concatenate([no_music, music])
    labels = np.concatenate([np.ones(len(no_music)), np.zeros(len(music))])
    # Strong regularisation: there are more dimensions than sounds.
    classifier = LogisticRegression(C=0.01, class_weight="balanced", max_iter=5000)
    return make_pipeline(StandardScaler(), classifier).fit(embeddings, labels)


def _to_detector(pipeline: Pipeline) -> NotMusicDetector:
    """Fold the scaling into the weights."""
    scaler, classifier = pipeline[0], pipeline[1]
    weight = classifier.coef_[0] / scaler.scale_
    bias = classifier.intercept_[0] - float(weight @ scaler.mean_)
    return NotMusicDetector(weight=tuple(map(float, weight)), bias=float(bias))


def _embed_files(predictor: GenrePredictor, sounds: Iterable[Path]) -> list[FloatArray]:
    embeddings = []
    for path in sorted(sounds):
        try:
            embedding = predictor.predict_file(path).embedding
        except AudioError:
            continue  # a licence or a picture beside the sounds
        if len(embedding):
            embeddings.append(embedding)
    if not embeddings:
        raise DatasetError("No sound that is no music could be read.")
    return embeddings


def _synthesize(random: np.random.Generator, sample_rate: int) -> FloatArray:
    """Coloured noise, hum with harmonics or a gliding tone, sometimes pulsing; float32 ``[n_samples]``."""
    n_samples = round(_SYNTHETIC_S * sample_rate)
    time_s = np.arange(n_samples) / sample_rate
    kind = random.integers(3)
    sound: npt.NDArray[np.float64]
    if kind == 0:
        spectrum = np.fft.rfft(random.normal(size=n_samples))
        frequencies = np.maximum(np.arange(len(spectrum)), 1)
        sound = np.fft.irfft(spectrum / frequencies ** random.uniform(0, 1), n_samples)
    elif kind == 1:
        frequency_hz = random.choice([50, 60, 100, 120, 440, 1000, 3000]) * random.uniform(0.98, 1.02)
        harmonics = np.arange(1, random.integers(2, 8))
        sound = np.sum([np.sin(2 * np.pi * frequency_hz * k * time_s) / k for k in harmonics], axis=0)
    else:
        first_hz, last_hz = random.uniform(60, 6000, 2)
        glide_hz = np.geomspace(first_hz, last_hz, n_samples)
        sound = np.sin(2 * np.pi * np.cumsum(glide_hz) / sample_rate)
    if random.random() < 0.3:
        sound *= 0.55 + 0.45 * np.sign(np.sin(2 * np.pi * random.uniform(0.2, 3) * time_s))
    sound = sound / np.abs(sound).max() + random.choice([1e-4, 1e-3, 1e-2]) * random.normal(size=n_samples)
    return sound.astype(np.float32)
