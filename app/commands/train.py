"""``genrescope train``: a pack in, a run folder with a checkpoint out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.extras import importing_lab
from core.datasets.pack import load_pack
from core.models.checkpoint import Checkpoint

if TYPE_CHECKING:
    from core.training.config import TrainingConfig
    from core.training.trainer import Strategy


def train_from_pack(
    pack: Path, *, preset: str, output: Path | None, features: Path | None, auxiliary: Path | None,
    init: Path | None, teachers: Sequence[Path], epochs: int | None, masks: int | None, not_music: Path | None,
    seed: int, resume: bool, as_zip: bool, device: str | None, devices: int, nodes: int, strategy: Strategy,
) -> int:  # fmt: skip
    """Train and say where the model is and how good.

    Args:
        pack: The dataset, an ``.npz`` of log-mels.
        preset: Architecture and recipe.
        output: Run folder; ``None`` names it after the preset and the seed.
        features: Table of hand-crafted features, for models that read them.
        auxiliary: A second pack, for recipes that learn from two.
        init: A checkpoint whose network the training starts from.
        teachers: Checkpoints of an ensemble that the model also learns from.
        epochs: Instead of the preset's.
        masks: SpecAugment masks on each axis, instead of the preset's.
        not_music: Folder of sounds that are no music (speech), which the model shall learn to tell from music.
        seed: Of everything random.
        resume: Go on with the interrupted run in the folder.
        as_zip: Also pack the run folder.
        device: A PyTorch device name, or ``None`` for the best that works.
        devices: Processes on this machine.
        nodes: Machines.
        strategy: How several processes share the work.

    Returns:
        The exit code, 0.

    Raises:
        GenrescopeError: With one sentence that says what is wrong.
    """
    with importing_lab("Training needs"):
        from app.commands.new_model import report_new_model
        from core.features.handcrafted import load_feature_table
        from core.training.presets import find_preset
        from core.training.run import train_model
        from core.training.run_folder import RunFolder
        from core.training.trainer import Hardware
    config = _change_preset(find_preset(preset), epochs, masks, seed)
    folder = RunFolder(output or Path("runs") / f"{preset}-seed{seed}")
    music = load_pack(pack)
    if features is not None:
        music = music.attach_features(load_feature_table(features))
    checkpoint = train_model(
        music,
        config,
        folder.path,
        None if init is None else Checkpoint.load(init),
        teachers=[Checkpoint.load(teacher) for teacher in teachers],
        auxiliary=None if auxiliary is None else load_pack(auxiliary),
        resume=resume,
        hardware=Hardware(device or "auto", devices, nodes, strategy),
    )
    if checkpoint is None:  # a helper process of a distributed run
        return 0
    report_new_model(folder.checkpoint, checkpoint, music, not_music)
    if as_zip:
        print(folder.pack())
    return 0


def _change_preset(config: TrainingConfig, epochs: int | None, masks: int | None, seed: int) -> TrainingConfig:
    config = replace(config, seed=seed)
    if epochs is not None:
        config = replace(config, epochs=epochs)
    if masks is not None:
        usual = type(config.augmentation)()
        masked = replace(
            config.augmentation,
            n_masks=masks,
            max_mask_bands=config.augmentation.max_mask_bands or usual.max_mask_bands,
            max_mask_frames=config.augmentation.max_mask_frames or usual.max_mask_frames,
        )
        config = replace(config, augmentation=masked)
    return config
