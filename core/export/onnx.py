"""Exports a model as ONNX: one file that takes sound, and needs neither PyTorch nor a second file."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import torch

from core.export.assembly import assemble
from core.export.calibration import read_log_mels, synthesize_log_mels
from core.export.int8 import quantize_network
from core.export.network import export_network
from core.export.parity import measure_int8_difference, measure_logit_difference
from core.inference.device import select_device
from core.inference.onnx_scorer import OnnxScorer
from core.inference.torch_scorer import TorchScorer
from core.models.checkpoint import Checkpoint, GenreModel


@dataclass(frozen=True)
class Export:
    """What was written.

    Attributes:
        n_bytes: Of the file.
        difference: From PyTorch: the largest of a logit, or of 8-bit numbers the mean of a segment's probabilities.
    """

    n_bytes: int
    difference: float


@torch.inference_mode()
def export_onnx(
    checkpoint: Checkpoint, output: Path, *, as_int8: bool = False, calibration: Path | None = None
) -> Export:
    """Write a checkpoint as an ONNX model, once it has shown that it answers as PyTorch does.

    Args:
        checkpoint: The model.
        output: The file; one that is there is replaced, and an interruption leaves the old one or the new one.
        as_int8: Let the network count with 8 bits. The front end never does.
        calibration: A pack or a folder of music that sets the ranges of 8-bit numbers; ``None`` for made-up sounds.

    Raises:
        ModelError: When the model cannot be exported, or would answer otherwise; nothing is written then.
        DatasetError: When the calibration cannot be used.
        OSError: When the file cannot be written.
    """
    # First, so that a folder that cannot be written is told before the work is done.
    with tempfile.TemporaryDirectory(prefix=".exporting-", dir=output.parent) as folder:
        temporary = Path(folder) / output.name
        export = _write(checkpoint, temporary, as_int8, calibration)
        temporary.replace(output)
    return export


def _write(checkpoint: Checkpoint, path: Path, as_int8: bool, calibration: Path | None) -> Export:
    model = GenreModel.from_checkpoint(checkpoint)
    front_end, config = model.front_end, model.front_end.config
    log_mels = []
    if as_int8:
        log_mels = synthesize_log_mels(front_end) if calibration is None else read_log_mels(calibration, front_end)
    network = export_network(model.network, config)
    if as_int8:
        network = quantize_network(network, log_mels, config, are_made_up=calibration is None)
    content = assemble(front_end, network, checkpoint).SerializeToString()
    path.write_bytes(content)
    exported, original = OnnxScorer(path), TorchScorer(checkpoint, select_device("cpu"))
    if as_int8:
        return Export(len(content), measure_int8_difference(exported, original, log_mels))
    return Export(len(content), measure_logit_difference(exported, original, config))
