from dataclasses import replace
from pathlib import Path

import librosa
import numpy as np
import pytest
import torch

pytest.importorskip("lightning", reason="training needs the extra “train”")

from core.datasets.pack import LogMelPack
from core.datasets.pack_format import FMA_FORMAT
from core.errors import DatasetError
from core.features.log_mel import LogMelConfig
from core.training.auxiliary import AuxiliaryTask
from core.training.config import AuxiliaryConfig, TrainingConfig
from core.training.module import GenreTraining
from core.training.run import train_model
from tests.core.training.packs import make_pulse_pack

AUXILIARY = AuxiliaryConfig(LogMelConfig(), batch_size=8, weight=1.0, shared_weight=0.8)
CONFIG = TrainingConfig(
    model_config={"channels": [8, 16], "dropout": 0.0}, auxiliary=AUXILIARY, epochs=4, batch_size=8, average_decay=0.8
)


def _make_second_pack() -> LogMelPack:
    """The pulses under another dataset's names, with a genre that the first one lacks."""
    pack = make_pulse_pack()
    names = {"fast": "FAST", "medium": "Me-Dium", "slow": "Drone"}
    return replace(
        pack,
        genres=np.array([names[genre] for genre in pack.genres.tolist()]),
        label_names=("Drone", "FAST", "Me-Dium"),
        name="other pulses",
    )


def _create_task() -> AuxiliaryTask:
    return AuxiliaryTask.create(_make_second_pack(), AUXILIARY, LogMelConfig(), ("fast", "medium", "slow"))


def test_genres_that_both_know_teach_the_main_classifier_too() -> None:
    task = _create_task()
    assert task.clips.shape == (24, 128, 387) and task.num_auxiliary_classes == 3
    own, shared = task.targets[:, :3], task.targets[:, 3:]
    assert bool((own.sum(dim=1) == 1).all())
    by_own = {label: {tuple(row) for row in shared[own.argmax(dim=1) == label].tolist()} for label in range(3)}
    assert by_own == {0: {(0, 0, 0)}, 1: {(1, 0, 0)}, 2: {(0, 1, 0)}}


def test_a_translated_clip_keeps_its_pitch_and_its_pace() -> None:
    """A tone of 1 kHz for the first half of each clip, as FMA's front end shows it."""
    there, here = (librosa.mel_frequencies(130, fmax=fmax)[1:-1] for fmax in (22_050, 11_025))
    clips = np.zeros((len(make_pulse_pack()), 128, 128), dtype=np.uint8)
    clips[:, np.abs(there - 1000).argmin(), :64] = 255
    second = replace(_make_second_pack(), log_mel=clips)
    config = AuxiliaryConfig(FMA_FORMAT.config, translated_share=1.0)
    drawn, _ = AuxiliaryTask.create(second, config, LogMelConfig(), ("fast", "medium", "slow")).draw_batch()
    assert drawn.shape[1:] == (128, 387)
    assert here[int(drawn[0].float().mean(dim=1).argmax())] == pytest.approx(1000, rel=0.05)
    assert (drawn[0].amax(dim=0) > 127).sum() == pytest.approx(194, abs=2)


def test_the_loss_of_a_genre_that_only_the_second_dataset_has_leaves_the_main_classifier_alone() -> None:
    task = _create_task()
    drone = task.targets[task.targets[:, 0] == 1][:4]
    logits = torch.randn(4, 3, requires_grad=True)
    task.compute_loss(torch.randn(4, 3), logits, drone, 0.0).backward()  # type: ignore[no-untyped-call]
    assert logits.grad is not None and not logits.grad.any()


def test_a_second_dataset_teaches_what_the_first_one_alone_cannot(tmp_path: Path) -> None:
    # The first pack's own sound is silence: what its classifier knows, it knows from the shared genres.
    first, second = make_pulse_pack(), _make_second_pack()
    is_train = (first.splits == "train")[:, None, None]
    deaf = replace(first, log_mel=np.where(is_train, 0, first.log_mel).astype(np.uint8))
    config = replace(CONFIG, epochs=40, model_config={"channels": [16, 32], "dropout": 0.0})
    checkpoint = train_model(deaf, config, tmp_path, auxiliary=second)
    assert checkpoint is not None
    matrix = np.array(checkpoint.confusion_matrix)
    assert matrix[:2, :2].trace() >= 7, "fast and medium, 4 tracks each"
    assert checkpoint.dataset["auxiliary"]["name"] == "other pulses"
    assert not any("auxiliary" in name for name in checkpoint.model_state_dict), "its classifier is thrown away"


class PowerCutError(Exception):
    pass


def test_it_resumes_as_if_never_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    second = _make_second_pack()
    whole = train_model(make_pulse_pack(), CONFIG, tmp_path / "whole", auxiliary=second)
    usual_step = GenreTraining.training_step

    def cut_power(self: GenreTraining, batch: list[torch.Tensor], index: int) -> torch.Tensor:
        if (self.current_epoch, index) == (2, 1):
            raise PowerCutError
        return usual_step(self, batch, index)

    with monkeypatch.context() as patch, pytest.raises(PowerCutError):
        patch.setattr(GenreTraining, "training_step", cut_power)
        train_model(make_pulse_pack(), CONFIG, tmp_path / "cut", auxiliary=second)
    resumed = train_model(make_pulse_pack(), CONFIG, tmp_path / "cut", auxiliary=second, resume=True)
    assert whole is not None and resumed is not None
    for name, value in whole.model_state_dict.items():
        assert torch.equal(value, resumed.model_state_dict[name]), name


def test_a_recipe_and_its_second_pack_belong_together(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="--auxiliary"):
        train_model(make_pulse_pack(), CONFIG, tmp_path / "run")
    with pytest.raises(DatasetError, match="one dataset only"):
        train_model(make_pulse_pack(), replace(CONFIG, auxiliary=None), tmp_path / "run", auxiliary=_make_second_pack())
    assert not (tmp_path / "run").exists()
    narrow = replace(_make_second_pack(), log_mel=_make_second_pack().log_mel[:, :64])
    with pytest.raises(DatasetError, match="has 64 mel bands; this training takes 128"):
        train_model(make_pulse_pack(), CONFIG, tmp_path / "run", auxiliary=narrow)
    assert not (tmp_path / "run").exists()
