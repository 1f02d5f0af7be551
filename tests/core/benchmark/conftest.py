from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("lightning", reason="a benchmark needs the extra “train”")

from core.datasets.pack import LogMelPack
from core.evaluation.classical import TRANSFORMATIONS
from core.features.handcrafted import FEATURE_NAMES, FeatureTable
from core.features.log_mel import LogMelConfig
from core.training.config import TrainingConfig
from core.training.presets import PRESETS
from core.training.run import train_model
from tests.core.training.conftest import one_thread as one_thread
from tests.core.training.packs import make_pulse_pack

TINY = TrainingConfig(
    model_config={"channels": [8, 16], "dropout": 0.0},
    features=LogMelConfig(segment_frames=64, segment_hop_frames=323),
    epochs=2,
    batch_size=8,
    average_decay=0.8,
    val_interval=1,
)


@pytest.fixture(autouse=True, scope="module")
def tiny_recipes() -> Iterator[None]:
    """A network that trains in a second, and no transformation that wants more tracks than a test has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PRESETS, "genre_resnet", TINY)
        for name in ("rbf", "polynomial"):
            patch.delitem(TRANSFORMATIONS, name)
        yield


@pytest.fixture(scope="package")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the pulses' genres that stands for the one that comes with the program."""
    folder = tmp_path_factory.mktemp("models") / "beats"
    train_model(make_pulse_pack(), replace(TINY, epochs=1, seed=7), folder)
    return folder / "best_model.pt"


def make_feature_table(pack: LogMelPack) -> FeatureTable:
    """Features that tell most of the genres, in another order than the pack's."""
    random = np.random.default_rng(0)
    features = random.normal(0, 1, (len(pack), len(FEATURE_NAMES)))
    features[:, :3] += 2 * np.eye(3)[pack.labels]
    order = random.permutation(len(pack))
    return FeatureTable(pack.track_ids[order], pack.genres[order], pack.splits[order], features[order])
