from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("sklearn", reason="training needs the extra “train”")

from core.datasets.pack import LogMelPack
from core.errors import DatasetError
from core.inference.predictor import GenrePredictor
from core.models.checkpoint import Checkpoint
from core.training.config import TrainingConfig
from core.training.not_music import teach_not_music
from core.training.run import train_model
from core.types import Decision
from tests.core.training.packs import make_pulse_pack
from tests.shared_data import SHARED_DATA, needs_shared_data
from tests.sounds import encode_wav


@pytest.fixture
def music() -> LogMelPack:
    return make_pulse_pack()


@pytest.fixture
def model_file(music: LogMelPack, tmp_path: Path) -> Path:
    config = TrainingConfig(model_config={"channels": [8, 16]}, epochs=4, batch_size=8, val_interval=4)
    train_model(music, config, tmp_path / "run")
    return tmp_path / "run" / "best_model.pt"


def test_a_taught_model_knows_what_is_no_music(model_file: Path, music: LogMelPack, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    sounds = [tmp_path / f"{index}.wav" for index in range(6)]
    for path in sounds:
        path.write_bytes(encode_wav(0.1 * random.normal(size=8 * 22_050).astype(np.float32)))
    scores = teach_not_music(model_file, music, sounds)
    assert scores.n_tracks == 12 and scores.n_sounds > 6
    assert Checkpoint.load(model_file).dataset["not_music"]["caught"] == scores.caught
    predictor = GenrePredictor.load(model_file, "cpu")
    assert predictor.predict_file(sounds[0]).decision is Decision.NOT_MUSIC
    decisions = [predictor.predict_log_mel(log_mel).decision for log_mel in music.log_mel]
    assert decisions.count(Decision.NOT_MUSIC) < len(decisions) / 4


def test_a_folder_without_sound_is_refused(model_file: Path, music: LogMelPack, tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("no sound")
    with pytest.raises(DatasetError, match="no music"):
        teach_not_music(model_file, music, [tmp_path / "readme.txt"])


@needs_shared_data
def test_the_shipped_model_tells_speech_from_music() -> None:
    predictor = GenrePredictor.load(device="cpu")
    clips = sorted((SHARED_DATA / "audio" / "speech").glob("*.flac"))
    assert len(clips) == 22
    # These clips taught it; what was measured on held-back ones stands in the checkpoint.
    taught = predictor.metadata.dataset["not_music"]
    assert taught["caught"] >= 0.9 and taught["music_lost"] <= 0.03
    decisions = [predictor.predict_file(clip).decision for clip in clips]
    assert decisions.count(Decision.NOT_MUSIC) >= 20
