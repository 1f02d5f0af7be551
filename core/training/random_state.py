"""Where the random numbers of a run stand, so that a resumed run draws the same as one that was never interrupted."""

from __future__ import annotations

import torch
import torch.distributed
from torch import Tensor


def collect_random_states() -> list[dict[str, Tensor]]:
    """The state of every process, by rank; all of them must call this together."""
    own = {"cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        own["cuda"] = torch.cuda.get_rng_state()
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return [own]
    states: list[dict[str, Tensor]] = [own] * torch.distributed.get_world_size()
    torch.distributed.all_gather_object(states, own)
    return states


def restore_random_state(state: dict[str, Tensor]) -> None:
    """Set this process's state; a run may be resumed on another kind of device, whose state then stays as it is."""
    torch.set_rng_state(state["cpu"].cpu())
    if "cuda" in state and torch.cuda.is_available():
        torch.cuda.set_rng_state(state["cuda"].cpu())
