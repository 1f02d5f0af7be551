"""Optimizers and learning rate schedules, as the configuration names them."""

from __future__ import annotations

from torch import nn
from torch.optim import Adam, AdamW, Optimizer
from torch.optim.lr_scheduler import LRScheduler, OneCycleLR, ReduceLROnPlateau, StepLR

from core.training.config import TrainingConfig


def create_optimizer(network: nn.Module, config: TrainingConfig) -> Optimizer:
    """AdamW that does not decay biases and normalisation, or plain Adam.

    Args:
        network: What is trained; the parameters of its classifiers have ``classifier`` in their names.
        config: Of the run.
    """
    if config.optimizer == "adam":
        return Adam(network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay)
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        weight_decay = config.weight_decay if parameter.ndim > 1 else 0.0
        learning_rate = config.learning_rate * (1.0 if "classifier" in name else config.trunk_rate)
        groups.setdefault((weight_decay, learning_rate), []).append(parameter)
    return AdamW(
        [
            {"params": parameters, "weight_decay": weight_decay, "lr": learning_rate}
            for (weight_decay, learning_rate), parameters in groups.items()
        ]
    )


def create_step_schedule(optimizer: Optimizer, config: TrainingConfig, n_steps: int) -> LRScheduler | None:
    """The schedule that is advanced by every step or epoch, or ``None`` where there is none.

    Args:
        optimizer: Whose learning rate it sets.
        config: Its ``schedule`` applies.
        n_steps: Of the whole training.
    """
    if config.schedule.kind == "one_cycle":
        highest = [group["lr"] for group in optimizer.param_groups]
        return OneCycleLR(optimizer, max_lr=highest, total_steps=n_steps, pct_start=0.2)
    if config.schedule.kind == "step":
        return StepLR(optimizer, config.schedule.step_epochs, config.schedule.factor)
    return None


def create_plateau_schedule(optimizer: Optimizer, config: TrainingConfig) -> ReduceLROnPlateau | None:
    """The schedule that is advanced by every validation, or ``None`` where there is none."""
    if config.schedule.kind != "plateau":
        return None
    return ReduceLROnPlateau(optimizer, factor=config.schedule.factor, patience=config.schedule.patience)
