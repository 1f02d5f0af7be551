"""Which library runs a model: the one place that decides, and that imports PyTorch only where a model needs it."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path

from core.errors import DeviceError
from core.inference.scorer import Scorer
from core.models.files import Backend, backend_of


def list_backends(requested: Backend | None = None) -> Sequence[Backend]:
    """The backends that may run models here, the preferred one first.

    Args:
        requested: Only this one; ``None`` for PyTorch where it is installed, and ONNX Runtime.

    Raises:
        DeviceError: When PyTorch is asked for and not installed.
    """
    if requested == "onnx" or (requested is None and not _is_torch_installed()):
        return ("onnx",)
    if requested is None:
        return ("torch", "onnx")
    if not _is_torch_installed():
        raise DeviceError("The backend “torch” needs PyTorch, which is not installed; use “--backend onnx”.")
    return ("torch",)


def load_scorer(path: Path, device: str | None = None, n_threads: int | None = None) -> Scorer:
    """Load a model.

    Args:
        path: Of a checkpoint or an ONNX model.
        device: A PyTorch device name, or ``None`` for the best that works; ONNX models run on the CPU.
        n_threads: The processor's cores that the model may use; ``None`` for the backend's own choice. PyTorch keeps
            one number for the whole process.

    Raises:
        ModelError: When the model cannot be read.
        DeviceError: When the device does not compute.
    """
    if backend_of(path) == "onnx":
        from core.inference.onnx_scorer import OnnxScorer

        return OnnxScorer(path, device, n_threads)
    import torch

    from core.inference.device import select_device
    from core.inference.torch_scorer import TorchScorer
    from core.models.checkpoint import Checkpoint

    if n_threads is not None:
        torch.set_num_threads(n_threads)
    return TorchScorer(Checkpoint.load(path), select_device(device))


def count_threads_beside_decoding() -> int:
    """Half of the processor's cores: decoding runs beside the model, and both together end sooner."""
    return max(1, (os.cpu_count() or 1) // 2)


def _is_torch_installed() -> bool:
    try:
        return importlib.util.find_spec("torch") is not None
    except (ImportError, ValueError):  # it was kept from being imported
        return False
