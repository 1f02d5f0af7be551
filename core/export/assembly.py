"""Front end, network and all that a model says of itself, put together as one ONNX graph."""

from __future__ import annotations

from typing import Final

import numpy as np
from onnx import ModelProto, TensorProto, ValueInfoProto, checker, helper, numpy_helper

from core.export.front_end import add_log_mel, add_scaling, add_segments, add_tables
from core.export.graph import GraphBuilder
from core.export.network import OPSET, SEGMENTS
from core.features.log_mel import LogMel
from core.inference.onnx_scorer import (
    EMBEDDINGS,
    LOG_MEL,
    METADATA_KEY,
    PROBABILITIES,
    SCALED_LOG_MEL,
    SEGMENT_LOGITS,
    START_FRAMES,
    WAVEFORM,
    encode_metadata,
)
from core.models.metadata import ModelMetadata

# Of the file format: what ONNX Runtime has read since 2023.
_IR_VERSION: Final = 9


def assemble(front_end: LogMel, network: ModelProto, metadata: ModelMetadata) -> ModelProto:
    """Put front end and network into one ONNX model.

    Args:
        front_end: Of the checkpoint.
        network: Segments to logits and embeddings, as ``export_network`` makes it.
        metadata: All that the predictor needs to know beside them; it travels in the file as JSON.
    """
    config = front_end.config
    graph = GraphBuilder("genrescope/")
    tables = add_tables(graph, front_end)
    hearing = GraphBuilder("genrescope/hearing/")
    add_log_mel(hearing, front_end, tables, WAVEFORM, "heard_log_mel")
    reading = GraphBuilder("genrescope/reading/")
    reading.add("Identity", LOG_MEL, name="given_log_mel")
    is_heard = graph.add("Greater", graph.add("Size", WAVEFORM), graph.integer(0))
    log_mel = graph.add(
        "If",
        is_heard,
        then_branch=_to_branch(hearing, "heard_log_mel"),
        else_branch=_to_branch(reading, "given_log_mel"),
    )
    graph.initializers += hearing.initializers
    add_scaling(graph, log_mel, SCALED_LOG_MEL)
    add_segments(graph, config, SCALED_LOG_MEL, START_FRAMES, SEGMENTS)

    after = GraphBuilder("genrescope/track/")
    mean = after.add("ReduceMean", after.add("LogSoftmax", SEGMENT_LOGITS, axis=-1), after.integers(0), keepdims=0)
    calibrated = after.add("Div", mean, after.constant(metadata.temperature, np.float32))
    after.add("Softmax", calibrated, name=PROBABILITIES)

    inputs = [_value(WAVEFORM, ["n_samples"]), _value(LOG_MEL, [config.n_mels, "n_frames"])]
    # Values that are given in advance make both inputs optional: whoever calls gives one of them.
    nothing = [
        numpy_helper.from_array(np.zeros(0, np.float32), WAVEFORM),
        numpy_helper.from_array(np.zeros((config.n_mels, 0), np.float32), LOG_MEL),
    ]
    n_dims = network.graph.output[1].type.tensor_type.shape.dim[1].dim_value
    n_classes = len(metadata.label_names)
    outputs = [
        _value(SEGMENT_LOGITS, ["n_segments", n_classes]),
        _value(EMBEDDINGS, ["n_segments", n_dims]),
        _value(PROBABILITIES, [n_classes]),
        _value(SCALED_LOG_MEL, [config.n_mels, None]),
        helper.make_tensor_value_info(START_FRAMES, TensorProto.INT64, ["n_segments"]),
    ]
    model = helper.make_model(
        helper.make_graph(
            [*graph.nodes, *network.graph.node, *after.nodes],
            "genrescope",
            inputs,
            outputs,
            [*nothing, *graph.initializers, *network.graph.initializer, *after.initializers],
        ),
        producer_name="genrescope",
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=_IR_VERSION,
    )
    helper.set_model_props(model, {METADATA_KEY: encode_metadata(metadata)})
    checker.check_model(model, full_check=True)
    return model


def _to_branch(builder: GraphBuilder, output: str) -> object:
    return helper.make_graph(builder.nodes, output, [], [_value(output, [None, None])])


def _value(name: str, shape: list[int | str | None]) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
