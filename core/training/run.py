"""A training run: from a pack to ``best_model.pt`` in a run folder."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import lightning as L
import numpy as np
import torch
from lightning.pytorch.callbacks import EMAWeightAveraging, TQDMProgressBar

from core.datasets.pack import LogMelPack
from core.errors import DatasetError
from core.evaluation.calibration import apply_temperature, choose_min_confidence, choose_temperature
from core.evaluation.scoring import PackScores, score_pack
from core.features.log_mel import LogMel
from core.inference.decision import DecisionConfig
from core.models.checkpoint import CHECKPOINT_NAME, Checkpoint, GenreModel
from core.models.registry import SegmentClassifier, create_network
from core.training.config import TrainingConfig
from core.training.module import GenreTraining


def train_model(pack: LogMelPack, config: TrainingConfig, output: Path, init: Checkpoint | None = None) -> Checkpoint:
    """Train a model on a pack's ``train`` tracks and score it on its ``val`` tracks.

    The averaged weights of the last epoch are kept: no epoch is chosen by its validation score, so that the score
    stays an honest one.

    Args:
        pack: With the splits ``train`` and ``val``.
        config: Of the run.
        output: Run folder; ``best_model.pt``, ``metrics.json`` and ``config.json`` are written there.
        init: A model whose network, except for its classifier, the training starts from.

    Raises:
        DatasetError: When the pack lacks a split, or a genre has no training track.
    """
    train, val = pack.select("train"), pack.select("val")
    missing = sorted(set(pack.label_names) - set(train.genres.tolist()))
    if missing:
        raise DatasetError(f"No training track of {', '.join(missing)} in the pack “{pack.name}”.")
    L.seed_everything(config.seed, verbose=False)
    model_config = {"num_classes": len(pack.label_names), **config.model_config}
    network = create_network(config.model_name, model_config)
    if init is not None:
        _copy_trunk(init, network)
    training = GenreTraining(network, config, train, val)
    _create_trainer(config, output).fit(training)
    # Once more without mixed precision: the score of the very numbers that are shipped.
    scores = score_pack(network.cpu().eval(), val, config.features)
    checkpoint = _create_checkpoint(training, scores, pack, model_config)
    output.mkdir(parents=True, exist_ok=True)
    checkpoint.save(output / CHECKPOINT_NAME)
    _write_json(output / "config.json", config.to_dict())
    _write_json(output / "metrics.json", {"val_acc": checkpoint.val_acc, "val_loss": checkpoint.val_loss,
                                          "history": checkpoint.history})  # fmt: skip
    return checkpoint


def _create_trainer(config: TrainingConfig, output: Path) -> L.Trainer:
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    return L.Trainer(
        max_epochs=config.epochs,
        default_root_dir=output,
        precision="bf16-mixed" if _computes_bfloat16() else "32-true",
        check_val_every_n_epoch=min(config.val_interval, config.epochs),
        num_sanity_val_steps=0,
        logger=False,
        enable_checkpointing=False,
        enable_model_summary=False,
        callbacks=[EMAWeightAveraging(decay=config.average_decay, use_buffers=True), TQDMProgressBar()],
    )


def _computes_bfloat16() -> bool:
    """Whether mixed precision saves time here: processors without these instructions emulate it slowly."""
    capabilities = torch.cpu.get_capabilities()
    return torch.cuda.is_available() or capabilities.get("avx512_bf16", False) or capabilities.get("amx_bf16", False)


def _copy_trunk(source: Checkpoint, network: SegmentClassifier) -> None:
    weights = {
        name.removeprefix("network."): value
        for name, value in source.model_state_dict.items()
        if name.startswith("network.") and not name.startswith("network.classifier")
    }
    network.load_state_dict(weights, strict=False)


def _create_checkpoint(
    training: GenreTraining, scores: PackScores, pack: LogMelPack, model_config: dict[str, Any]
) -> Checkpoint:
    config = training.config
    val = pack.select("val")
    temperature = choose_temperature(scores.log_probabilities, scores.reference_labels, val.artists)
    calibrated = replace(scores, log_probabilities=apply_temperature(scores.log_probabilities, temperature))
    min_confidence = choose_min_confidence(
        np.exp(calibrated.log_probabilities.max(axis=1)), scores.predicted_labels == scores.reference_labels
    )
    model = GenreModel(LogMel.create(config.features), training.network)
    return Checkpoint(
        epoch=config.epochs,
        model_state_dict={name: value.detach().cpu().clone() for name, value in model.state_dict().items()},
        val_acc=scores.accuracy,
        val_loss=calibrated.log_loss,
        model_name=config.model_name,
        model_config=model_config,
        feature_config=config.features.to_dict(),
        label_names=list(pack.label_names),
        temperature=temperature,
        decision_config=DecisionConfig(min_confidence=min_confidence).to_dict(),
        history=training.history,
        confusion_matrix=scores.confusion_matrix.tolist(),
        dataset={
            "name": pack.name,
            "n_train": int((pack.splits == "train").sum()),
            "n_val": int((pack.splits == "val").sum()),
            "protocol": "trained on train only, last epoch's averaged weights, scored on whole val tracks",
            "seed": config.seed,
        },
    )


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
