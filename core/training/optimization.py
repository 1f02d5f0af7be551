"""Optimizers and learning rate schedules, as the configuration names them."""

from __future__ import annotations

from torch import nn
from torch.optim import Adam, AdamW, Optimizer
from torch.optim.lr_scheduler import LRScheduler, OneCycleLR, ReduceLROnPlateau, StepLR

from core.training.config import TrainingConfig


def create_optimizer(network: nn.Module, config: TrainingConfig) -> Optimizer:
    """AdamW that does not decay biases and normalisation, or plain Adam."""
    if config.optimizer == "adam":
        return Adam(network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)
    weights = [parameter for parameter in network.parameters() if parameter.ndim > 1]
    others = [parameter for parameter in network.parameters() if parameter.ndim <= 1]
    return AdamW(
        [{"params": weights, "weight_decay": config.weight_decay}, {"params": others, "weight_decay": 0.0}],
        lr=config.learning_rate,
    )


def create_step_schedule(optimizer: Optimizer, config: TrainingConfig, n_steps: int) -> LRScheduler | None:
    """The schedule that is advanced by every step or epoch, or ``None`` where there is none.

    Args:
        optimizer: Whose learning rate it sets.
        config: Its ``schedule`` and ``learning_rate`` apply.
        n_steps: Of the whole training.
    """
    if config.schedule.kind == "one_cycle":
        return OneCycleLR(optimizer, max_lr=config.learning_rate, total_steps=n_steps, pct_start=0.2)
    if config.schedule.kind == "step":
        return StepLR(optimizer, config.schedule.step_epochs, config.schedule.factor)
    return None


def create_plateau_schedule(optimizer: Optimizer, config: TrainingConfig) -> ReduceLROnPlateau | None:
    """The schedule that is advanced by every validation, or ``None`` where there is none."""
    if config.schedule.kind != "plateau":
        return None
    return ReduceLROnPlateau(optimizer, factor=config.schedule.factor, patience=config.schedule.patience)
