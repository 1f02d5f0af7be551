"""What the models of a benchmark are trained and scored on: whole tracks of unheard artists, or loose segments."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from core.datasets.pack import LogMelPack
from core.datasets.pack_format import PackRow
from core.errors import DatasetError, describe_unknown_name
from core.training.config import TrainingConfig

#: As the systems do that split by segment: ten pieces of 3 s from a clip of 30 s.
N_PIECES = 10
#: Of the pieces, as those systems hold back to be scored on.
VAL_SHARE = 0.1


@dataclass(frozen=True)
class Task:
    """What every model of a benchmark is given.

    Attributes:
        protocol: Name, of ``PROTOCOLS``.
        pack: With the splits ``train`` and ``val``; the score is the share of its ``val`` "tracks" that are told right.
        window_frames: Columns of a whole clip, whatever the pack's own "tracks" are.
        fingerprint: Of the pack that the task was made from: the same only for the same content.
    """

    protocol: str
    pack: LogMelPack
    window_frames: int
    fingerprint: str

    @property
    def is_by_track(self) -> bool:
        """Whether whole tracks are judged, the split being the pack's own."""
        return self.protocol == "artists"

    def adapt(self, config: TrainingConfig) -> TrainingConfig:
        """Fit a preset to the task.

        Where the pack holds segments, a segment is all that a model is given, whatever length its preset has; and as an
        epoch has one example from each segment instead of one from each track, there are fewer epochs.
        """
        if self.is_by_track:
            return config
        n_frames = self.pack.log_mel.shape[2]
        features = replace(
            config.features,
            # Segments are scaled each by its own range: each is a window of its own.
            window_s=n_frames * config.features.frame_s,
            segment_frames=n_frames,
            segment_hop_frames=n_frames,
        )
        schedule = replace(config.schedule, step_epochs=-(-config.schedule.step_epochs // N_PIECES))
        return replace(config, features=features, schedule=schedule, epochs=-(-config.epochs // N_PIECES))


def create_artist_task(pack: LogMelPack) -> Task:
    """The pack as it is: its own split, whole tracks."""
    pack.select("train"), pack.select("val")
    return Task("artists", pack, pack.log_mel.shape[2], fingerprint_pack(pack))


def create_segment_task(pack: LogMelPack) -> Task:
    """The protocol of systems that cut first and split then, to show what it does to the score.

    The tracks of ``train`` and ``val`` are cut in ten, and the pieces dealt out at random: beside a piece of ``val``,
    about eight others of the same recording are in ``train``. The draw is the same for every seed of the training, so
    that all models are scored on the same pieces.
    """
    usable = np.flatnonzero((pack.splits == "train") | (pack.splits == "val"))
    log_mel = _cut(pack.log_mel[usable])
    n_val = round(VAL_SHARE * len(log_mel))
    splits = np.full(len(log_mel), "train")
    splits[np.random.default_rng(0).permutation(len(log_mel))[:n_val]] = "val"
    numbers = np.tile(np.arange(N_PIECES), len(usable)).astype(str)
    features = pack.track_features
    pieces = LogMelPack(
        log_mel=log_mel,
        track_ids=np.char.add(np.char.add(np.repeat(pack.track_ids[usable], N_PIECES), "#"), numbers),
        genres=np.repeat(pack.genres[usable], N_PIECES),
        splits=splits,
        # Left empty although they are known: the check that no artist sits in two splits would refuse this split, and
        # rightly so. Here the leak is wanted, because it is what is measured.
        artists=np.full(len(log_mel), ""),
        label_names=pack.label_names,
        # A clip's features go with each of its pieces: as much of a leak as the pieces are.
        track_features=None if features is None else np.repeat(features[usable], N_PIECES, axis=0),
        name=f"{pack.name} in {N_PIECES} pieces",
    )
    return Task("segments", pieces, pack.log_mel.shape[2], fingerprint_pack(pack))


PROTOCOLS: Mapping[str, Callable[[LogMelPack], Task]] = {
    "artists": create_artist_task,
    "segments": create_segment_task,
}


def create_task(protocol: str, pack: LogMelPack) -> Task:
    """Prepare a pack for a protocol.

    Raises:
        DatasetError: When the protocol is unknown, or the pack lacks a split.
    """
    if protocol not in PROTOCOLS:
        raise DatasetError(describe_unknown_name("protocol", protocol, PROTOCOLS))
    return PROTOCOLS[protocol](pack)


def fingerprint_pack(pack: LogMelPack) -> str:
    """A short text that differs for packs of different content."""
    digest = hashlib.sha256(np.ascontiguousarray(pack.log_mel).data)
    for column in (pack.track_ids, pack.genres, pack.splits):
        digest.update("\n".join(column.tolist()).encode())
    return digest.hexdigest()[:16]


def _cut(log_mel: PackRow) -> PackRow:
    """Ten pieces of each track ``[n_tracks, n_mels, n_frames]``, each scaled to its own range as windows are.

    Returns:
        ``[N_PIECES · n_tracks, n_mels, round(n_frames / N_PIECES)]``, a track's pieces one after the other; 39
        columns of 387, so that neighbours share a column at most.
    """
    n_tracks, n_mels, n_frames = log_mel.shape
    length = max(1, round(n_frames / N_PIECES))
    starts = np.linspace(0, n_frames - length, N_PIECES).round().astype(int)
    pieces = np.stack([log_mel[:, :, start : start + length] for start in starts], axis=1)
    pieces = pieces.reshape(n_tracks * N_PIECES, n_mels, length)
    low, high = (limit(pieces, axis=(1, 2), keepdims=True).astype(np.float32) for limit in (np.min, np.max))
    scale = 255 / np.maximum(high - low, 1)
    scaled: npt.NDArray[np.float32] = (pieces - low) * scale
    return scaled if log_mel.dtype == np.float32 else scaled.round().astype(np.uint8)
