"""Where a training runs: processor or accelerator, one process or several."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Literal

import lightning as L
import torch
from lightning.fabric.utilities.exceptions import MisconfigurationException
from lightning.pytorch.callbacks import Callback, TQDMProgressBar

from core.errors import DeviceError
from core.training.config import TrainingConfig

Strategy = Literal["auto", "ddp", "ddp_find_unused_parameters_true"]


@dataclass(frozen=True)
class Hardware:
    """What computes; none of it is part of the recipe.

    Attributes:
        device: ``auto``, or a PyTorch device (``cpu``, ``cuda``, ``cuda:1``, ``mps``).
        devices: Processes on this machine, each with a device of its own (on the processor: its share of the cores).
        nodes: Machines. On each the same command runs, with ``MASTER_ADDR``, ``MASTER_PORT`` and ``NODE_RANK`` set; all
            of them see the same run folder.
        strategy: Of Lightning; ``auto`` is ``ddp`` as soon as there are several processes.
    """

    device: str = "auto"
    devices: int = 1
    nodes: int = 1
    strategy: Strategy = "auto"

    @property
    def n_processes(self) -> int:
        """On all machines together."""
        return self.devices * self.nodes


def create_trainer(config: TrainingConfig, hardware: Hardware, callbacks: list[Callback]) -> L.Trainer:
    """Set up Lightning's trainer.

    Raises:
        DeviceError: When the hardware that was asked for is not there.
    """
    if hardware.devices < 1 or hardware.nodes < 1:
        raise DeviceError(
            f"Training needs at least one device on one node, not {hardware.devices} on {hardware.nodes}."
        )
    accelerator, _, index = hardware.device.partition(":")
    logging.getLogger("lightning.pytorch").setLevel(logging.WARNING)
    try:
        return L.Trainer(
            accelerator=accelerator,
            devices=[int(index)] if index else hardware.devices,
            num_nodes=hardware.nodes,
            strategy=_choose_strategy(hardware),
            max_epochs=config.epochs,
            precision="bf16-mixed" if _computes_bfloat16(accelerator) else "32-true",
            check_val_every_n_epoch=min(config.val_interval, config.epochs),
            num_sanity_val_steps=0,
            logger=False,
            enable_checkpointing=True,
            enable_model_summary=False,
            callbacks=[*callbacks, TQDMProgressBar()],
        )
    except (MisconfigurationException, ValueError, RuntimeError) as error:
        wanted = f"{hardware.devices} × “{hardware.device}” on {hardware.nodes} node(s)"
        raise DeviceError(f"Training cannot run on {wanted}: {error}") from error


def _choose_strategy(hardware: Hardware) -> str:
    if hardware.strategy == "auto" and hardware.n_processes > 1:
        return "ddp"
    return hardware.strategy


def _computes_bfloat16(accelerator: str) -> bool:
    """Whether mixed precision saves time here: processors without these instructions emulate it slowly."""
    if accelerator in {"auto", "cuda", "gpu"} and torch.cuda.is_available():
        return True
    if accelerator not in {"auto", "cpu"}:
        return False
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("avx512_bf16", False) or capabilities.get("amx_bf16", False))
