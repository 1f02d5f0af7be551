"""The network between segments and logits as ONNX operations, by PyTorch's own exporter."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator
from typing import Final

import torch
from onnx import ModelProto
from torch import Tensor, nn

from core.errors import ModelError
from core.features.log_mel_config import LogMelConfig
from core.inference.onnx_scorer import EMBEDDINGS, SEGMENT_LOGITS
from core.models.registry import SegmentClassifier

#: The version of ONNX' operations: the first in which both front end and network can be said.
OPSET: Final = 18
SEGMENTS: Final = "segments"


class _WithEmbeddings(nn.Module):
    """Logits, and the vector before the classifier beside them."""

    def __init__(self, network: SegmentClassifier) -> None:
        super().__init__()
        self.network = network

    def forward(self, segments: Tensor) -> tuple[Tensor, Tensor]:
        embeddings = self.network.embed(segments)
        return self.network.classify(embeddings), embeddings


def export_network(network: SegmentClassifier, config: LogMelConfig) -> ModelProto:
    """Turn a network into an ONNX model: segments in, logits and embeddings out, for any number of segments.

    Args:
        network: In evaluation mode, on the CPU.
        config: The front end's, which tells the size of a segment.

    Raises:
        ModelError: When the network does not hear recordings, or cannot be said in ONNX.
    """
    if network.takes_features or not network.hears_log_mel or network.is_decided_by_vote:
        raise ModelError("This model reads more than the log-mel of recordings, and cannot be exported.")
    example = torch.zeros(2, config.n_mels, config.segment_frames)
    try:
        with warnings.catch_warnings(), _quiet_exporter():
            warnings.simplefilter("ignore")  # they are about the exporter's own affairs; parity is checked
            program = torch.onnx.export(
                _WithEmbeddings(network).eval(),
                (example,),
                dynamo=True,
                dynamic_shapes={"segments": {0: torch.export.Dim("n_segments", min=1)}},
                input_names=[SEGMENTS],
                output_names=[SEGMENT_LOGITS, EMBEDDINGS],
                opset_version=OPSET,
                verbose=False,
            )
    except torch.onnx.errors.OnnxExporterError as error:
        first_line = str(error).strip().splitlines()[0]
        raise ModelError(f"This network cannot be said in ONNX: {first_line}") from error
    assert program is not None  # noqa: S101 -- it is, without a file to write to
    model: ModelProto = program.model_proto
    for node in model.graph.node:
        # Stack traces, with paths of whoever's computer this is.
        del node.metadata_props[:]
        node.doc_string = ""
    del model.graph.metadata_props[:]
    return model


@contextlib.contextmanager
def _quiet_exporter() -> Iterator[None]:
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        logger.setLevel(level)
