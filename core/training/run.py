"""A training run: from a pack to ``best_model.pt`` in a run folder."""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lightning as L
import torch
from torch import nn

from core.datasets.pack import LogMelPack
from core.errors import CheckpointError, DatasetError, FeatureError
from core.evaluation.scoring import score_pack
from core.features.log_mel import LogMelConfig
from core.models.checkpoint import Checkpoint, GenreModel
from core.models.registry import SegmentClassifier, create_network
from core.training.auxiliary import AuxiliaryTask
from core.training.config import TrainingConfig
from core.training.description import describe_network
from core.training.epoch_keeper import EpochKeeper
from core.training.module import GenreTraining
from core.training.run_folder import RunFolder, is_first_process
from core.training.trainer import Hardware, create_trainer

log = logging.getLogger(__name__)


def train_model(
    pack: LogMelPack,
    config: TrainingConfig,
    output: Path,
    init: Checkpoint | None = None,
    *,
    teachers: Sequence[Checkpoint] = (),
    auxiliary: LogMelPack | None = None,
    resume: bool = False,
    hardware: Hardware | None = None,
) -> Checkpoint | None:
    """Train a model on a pack's ``train`` tracks and score it on its ``val`` tracks.

    Unless the recipe says otherwise, the averaged weights of the last epoch are kept: no epoch is chosen by its
    validation score, so that the score stays an honest one.

    Args:
        pack: With the splits ``train`` and ``val``.
        config: Of the run.
        output: Run folder; ``RunFolder`` tells what is in it.
        init: A model whose network, except for its classifier, the training starts from.
        teachers: Models of the same genres and front end; the new one also learns from their opinion of its segments.
        auxiliary: A second dataset to learn from, for recipes that have one.
        resume: Go on after the last finished epoch of the run in ``output``, if there is one.
        hardware: Where to train; one process on the best device by default.

    Returns:
        The model, in the process that scored and wrote it; ``None`` in the other ones of a distributed run.

    Raises:
        DatasetError: When the pack lacks a split, a genre has no training track, or the network cannot read its tracks.
        DeviceError: When the hardware is not there.
        GenrescopeError: When the run folder holds another run.
        UnknownModelError: When the architecture is unknown.
    """
    hardware = hardware or Hardware()
    folder = RunFolder(output)
    train, val = pack.select("train"), pack.select("val")
    _validate_pack(pack, train, config.features)
    L.seed_everything(config.seed, verbose=False)
    model_config = {"num_classes": len(pack.label_names), **config.model_config}
    network = create_network(config.model_name, model_config)
    _validate_network(network, config, train)
    if network.takes_features and train.track_features is not None:
        network.fit_feature_scale(torch.from_numpy(train.track_features))
    _validate_teachers(teachers, pack, config)
    task = _create_auxiliary_task(auxiliary, config, pack)
    if init is not None:
        _copy_trunk(init, network)
    trainer = create_trainer(config, hardware, [EpochKeeper(folder)])
    if is_first_process():
        folder.claim(_describe_run(pack, config, init, teachers, auxiliary, hardware), resume=resume)
    if folder.is_finished and resume:
        return Checkpoint.load(folder.checkpoint) if is_first_process() else None
    training = GenreTraining(
        network, config, train, val, [GenreModel.from_checkpoint(teacher).network for teacher in teachers], task
    )
    with folder.logging() if is_first_process() else contextlib.nullcontext():
        _log_start(pack, network, config, trainer)
        _fit(trainer, training, folder.find_resume_point() if resume else None)
        if not trainer.is_global_zero:
            return None
        checkpoint = _create_checkpoint(training, trainer.current_epoch, pack, model_config)
        if auxiliary is not None:
            checkpoint.dataset["auxiliary"] = _describe_dataset(auxiliary)
        folder.finish(checkpoint)
        log.info("Kept epoch %d: accuracy %.4f on %d val tracks.", checkpoint.epoch, checkpoint.val_acc, len(val))
    return checkpoint


def _fit(trainer: L.Trainer, training: GenreTraining, resume_point: Path | None) -> None:
    with warnings.catch_warnings():
        # Lightning uses what PyTorch has renamed, and asks for copies of a pack that already is in memory.
        warnings.filterwarnings("ignore", message=".*isinstance.treespec, LeafSpec", category=FutureWarning)
        warnings.filterwarnings("ignore", message=".*does not have many workers")
        warnings.filterwarnings("ignore", message=".*The number of training batches")
        warnings.filterwarnings("ignore", message=".*It is recommended to use .*sync_dist")  # all log the same
        trainer.fit(training, ckpt_path=resume_point, weights_only=True)


def _validate_pack(pack: LogMelPack, train: LogMelPack, features: LogMelConfig) -> None:
    missing = sorted(set(pack.label_names) - set(train.genres.tolist()))
    if missing:
        raise DatasetError(f"No training track of {', '.join(missing)} in the pack “{pack.name}”.")
    if pack.log_mel.shape[1] != features.n_mels:
        raise DatasetError(
            f"The pack “{pack.name}” has {pack.log_mel.shape[1]} mel bands; this training takes {features.n_mels}."
        )


def _validate_network(network: SegmentClassifier, config: TrainingConfig, train: LogMelPack) -> None:
    """Some architectures want more than a log-mel; found out now, not after the first epoch."""
    inputs = [torch.zeros(2, config.features.n_mels, config.features.segment_frames)]
    if network.takes_features and train.track_features is not None:
        inputs.append(torch.zeros(2, train.track_features.shape[1]))
    try:
        with torch.inference_mode():
            network.eval()(*inputs)
    except (RuntimeError, FeatureError) as error:
        raise DatasetError(
            f"“{config.model_name}” cannot be trained on this pack: it does not take segments of "
            f"{config.features.n_mels} × {config.features.segment_frames} ({str(error).splitlines()[0]})."
        ) from error
    network.train()


def _validate_teachers(teachers: Sequence[Checkpoint], pack: LogMelPack, config: TrainingConfig) -> None:
    for teacher in teachers:
        if tuple(teacher.label_names) != pack.label_names or teacher.feature_config != config.features.to_dict():
            raise CheckpointError(
                f"A teacher ({_describe_model(teacher)}) knows other genres or hears in another way than this training."
            )


def _create_auxiliary_task(
    auxiliary: LogMelPack | None, config: TrainingConfig, pack: LogMelPack
) -> AuxiliaryTask | None:
    if config.auxiliary is None:
        if auxiliary is not None:
            raise DatasetError("This recipe learns from one dataset only; “genre_resnet_joint” is one that takes two.")
        return None
    if auxiliary is None:
        raise DatasetError("This recipe also learns from a second dataset: give its pack (--auxiliary).")
    return AuxiliaryTask.create(auxiliary, config.auxiliary, config.features, pack.label_names)


def _copy_trunk(source: Checkpoint, network: nn.Module) -> None:
    weights = {
        name.removeprefix("network."): value
        for name, value in source.model_state_dict.items()
        if name.startswith("network.") and not name.startswith("network.classifier")
    }
    try:
        missing, _ = network.load_state_dict(weights, strict=False)
    except RuntimeError as error:
        raise CheckpointError("The model to start from has other layer sizes than the one to train.") from error
    if len(missing) > sum(name.startswith("classifier") for name in network.state_dict()):
        raise CheckpointError(f"The model to start from is a {source.model_name}, not the architecture to train.")


def _describe_run(
    pack: LogMelPack,
    config: TrainingConfig,
    init: Checkpoint | None,
    teachers: Sequence[Checkpoint],
    auxiliary: LogMelPack | None,
    hardware: Hardware,
) -> dict[str, Any]:
    return {
        **config.to_dict(),
        "dataset": _describe_dataset(pack),
        "auxiliary_dataset": None if auxiliary is None else _describe_dataset(auxiliary),
        "init": None if init is None else _describe_model(init),
        "teachers": [_describe_model(teacher) for teacher in teachers],
        "n_processes": hardware.n_processes,
    }


def _describe_model(checkpoint: Checkpoint) -> str:
    return f"{checkpoint.model_name} on {checkpoint.dataset.get('name')}, {checkpoint.created}"


def _describe_dataset(pack: LogMelPack) -> dict[str, Any]:
    return {
        "name": pack.name,
        "n_train": int((pack.splits == "train").sum()),
        "n_val": int((pack.splits == "val").sum()),
    }


def _log_start(pack: LogMelPack, network: SegmentClassifier, config: TrainingConfig, trainer: L.Trainer) -> None:
    heard = int((1 + config.features.window_length // config.features.hop_length) / config.features.frame_stride)
    if network.hears_log_mel and heard != pack.log_mel.shape[2]:
        log.warning("The pack has %d columns a clip, the front end in the checkpoint makes %d: real audio will sound "
                    "faster or slower to the model than the pack.", pack.log_mel.shape[2], heard)  # fmt: skip
    n_parameters = sum(parameter.numel() for parameter in network.parameters())
    log.info("%s with %d parameters on the pack “%s”: %s", config.model_name, n_parameters, pack.name,
             _describe_dataset(pack))  # fmt: skip
    log.info("%d epochs, seed %d, %d process(es) on %s, precision %s", config.epochs, config.seed, trainer.world_size,
             trainer.strategy.root_device.type, trainer.precision)  # fmt: skip


def _create_checkpoint(
    training: GenreTraining, n_epochs: int, pack: LogMelPack, model_config: dict[str, Any]
) -> Checkpoint:
    config, val = training.config, pack.select("val")
    network = training.scored_network.cpu().eval()
    # Once more without mixed precision: the score of the very numbers that are shipped.
    scores = score_pack(network, val, config.features)
    if training.history["epoch"][-1:] != [n_epochs]:
        training.remember(n_epochs, scores.log_loss, scores.accuracy)
    epoch, protocol = n_epochs, "last epoch's weights"
    if config.average_decay:
        protocol = "last epoch's averaged weights"
    if config.keep == "best_val_loss":
        epoch = training.best["epoch"]
        protocol = f"weights of the epoch with the lowest val loss ({epoch} of {n_epochs}), a choice that flatters them"
        network.load_state_dict(training.best["weights"])
        scores = score_pack(network, val, config.features)
    return describe_network(
        network,
        scores,
        config.features,
        val,
        epoch=epoch,
        model_name=config.model_name,
        model_config=model_config,
        history=training.history,
        dataset={
            **_describe_dataset(pack),
            "protocol": f"trained on train only, {protocol}, scored on whole val tracks",
            "n_teachers": training.n_teachers,
            "seed": config.seed,
        },
    )
