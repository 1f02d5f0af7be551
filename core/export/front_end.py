"""The log-mel front end and the cutting into segments as ONNX operations.

They say what ``core.features.log_mel`` says, and ``core.export.parity`` checks that they do. Two things are done
differently. The spectrum is computed as two small matrix products (the first step of Cooley and Tukey, 1965), because
ONNX Runtime's own DFT takes three times as long (387 frames of 2048 samples on one core: 12.5 ms against 3.9 ms; one
product with the whole matrix: 32 ms, and 16 MB in the file). And the matrices travel as little as makes them when
the file is loaded: those of the spectrum as one table of sines and cosines (16 kB for 79), the mel filterbank, nearly
all zeros, as the values that are not (16 kB for 525).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from core.export.graph import GraphBuilder
from core.features.log_mel import MIN_POWER, LogMel
from core.features.log_mel_config import LogMelConfig


@dataclass(frozen=True)
class Tables:
    """Names of the front end's matrices, which ONNX Runtime computes once, when it loads the file.

    Attributes:
        mel_filterbank: ``[n_places, n_mels]``, its rows in the order of ``_find_bins``.
        of_rows: Real parts above imaginary ones, ``[2 · n_kept, n_rows]``.
        twiddles_real: ``[n_kept, n_columns]``, as are ``twiddles_imaginary``.
        of_columns: A product with it is a complex one, ``[2 · n_columns, 2 · n_columns]``.
    """

    mel_filterbank: str
    of_rows: str
    twiddles_real: str
    twiddles_imaginary: str
    of_columns: str


def add_tables(graph: GraphBuilder, front_end: LogMel) -> Tables:
    """Add the matrices that depend on the configuration alone."""
    n_fft = front_end.config.n_fft
    n_rows, n_columns, n_kept = _factorize(n_fft)
    turns = np.exp(-2j * np.pi * np.arange(n_fft) / n_fft)
    parts = graph.constant(turns.real, np.float32), graph.constant(turns.imag, np.float32)
    rows_real, rows_imaginary = _add_powers(graph, parts, n_fft, (n_kept, n_rows), n_columns)
    twiddles_real, twiddles_imaginary = _add_powers(graph, parts, n_fft, (n_kept, n_columns), 1)
    real, imaginary = _add_powers(graph, parts, n_fft, (n_columns, n_columns), n_rows)
    # (a + ib)(c + id) as one product of real matrices.
    upper = graph.add("Concat", real, imaginary, axis=1)
    lower = graph.add("Concat", graph.add("Neg", imaginary), real, axis=1)
    return Tables(
        mel_filterbank=_add_mel_filterbank(graph, front_end),
        of_rows=graph.add("Concat", rows_real, rows_imaginary, axis=0),
        twiddles_real=twiddles_real,
        twiddles_imaginary=twiddles_imaginary,
        of_columns=graph.add("Concat", upper, lower, axis=0),
    )


def add_log_mel(graph: GraphBuilder, front_end: LogMel, tables: Tables, waveform: str, name: str) -> None:
    """Waveform ``[n_samples]`` to log-mel ``[n_mels, n_frames]`` in dB, as ``LogMel`` computes it before scaling.

    Args:
        graph: Where to add it.
        front_end: Whose taper and configuration.
        tables: Of the same front end.
        waveform: Name of the input.
        name: Of the result.
    """
    config = front_end.config
    framed = _add_frames(graph, config, waveform)
    tapered = graph.add("Mul", framed, graph.constant(front_end.taper.numpy(), np.float32))
    mel_power = graph.add("MatMul", _add_power_spectrum(graph, tables, config.n_fft, tapered), tables.mel_filterbank)
    floor = graph.constant(MIN_POWER, np.float32)
    # ONNX has no logarithm to the base of 10.
    to_db = graph.constant(10 / math.log(10), np.float32)
    log_mel_db = graph.add("Mul", graph.add("Log", graph.add("Max", mel_power, floor)), to_db)
    loudest = graph.add("ReduceMax", log_mel_db, keepdims=0)
    lowest = graph.add("Sub", loudest, graph.constant(config.top_db, np.float32))
    graph.add("Transpose", graph.add("Max", log_mel_db, lowest), perm=[1, 0], name=name)


def add_scaling(graph: GraphBuilder, log_mel: str, name: str) -> None:
    """Any linear scale to 0..1, as ``scale_log_mel`` does it."""
    low = graph.add("ReduceMin", log_mel, keepdims=0)
    height = graph.add("Sub", graph.add("ReduceMax", log_mel, keepdims=0), low)
    divisor = graph.add("Max", height, graph.constant(1e-6, np.float32))
    graph.add("Div", graph.add("Sub", log_mel, low), divisor, name=name)


def add_segments(graph: GraphBuilder, config: LogMelConfig, log_mel: str, starts_name: str, name: str) -> None:
    """Log-mel ``[n_mels, n_frames]`` to segments ``[n_segments, n_mels, segment_frames]`` and their first columns.

    The columns where segments start are rounded as ``torch.linspace`` rounds them, which counts from both ends.
    """
    zero, one = graph.integer(0), graph.integer(1)
    n_frames = graph.add("Gather", graph.add("Shape", log_mel), one)
    room = graph.add("Max", graph.add("Sub", n_frames, graph.integer(config.segment_frames)), zero)
    raised = graph.add("Add", room, graph.integer(config.segment_hop_frames - 1))
    n_hops = graph.add("Div", raised, graph.integer(config.segment_hop_frames))
    indices = graph.add("Range", zero, graph.add("Add", n_hops, one), one)

    position, last, width = (graph.cast(value, TensorProto.FLOAT) for value in (indices, n_hops, room))
    step = graph.add("Div", width, graph.add("Max", last, graph.constant(1, np.float32)))
    from_start = graph.add("Mul", step, position)
    from_end = graph.add("Sub", width, graph.add("Mul", step, graph.add("Sub", last, position)))
    half = graph.add("Div", graph.add("Add", n_hops, one), graph.integer(2))
    start = graph.add("Where", graph.add("Less", indices, half), from_start, from_end)
    starts = graph.add("Cast", graph.add("Round", start), to=TensorProto.INT64, name=starts_name)

    offsets = graph.constant(np.arange(config.segment_frames), np.int64)
    columns = graph.add("Add", graph.add("Unsqueeze", starts, graph.integers(1)), offsets)
    # A window that is shorter than a segment is repeated.
    gathered = graph.add("Gather", log_mel, graph.add("Mod", columns, n_frames), axis=1)
    graph.add("Transpose", gathered, perm=[1, 0, 2], name=name)


def _add_frames(graph: GraphBuilder, config: LogMelConfig, waveform: str) -> str:
    """The sound of each column, ``[n_frames, n_fft]``; only frames that become columns are computed."""
    n_samples = graph.add("Size", waveform)
    hop_length, one = graph.integer(config.hop_length), graph.integer(1)
    n_stft_frames = graph.add("Add", graph.add("Div", n_samples, hop_length), one)
    stride = graph.constant(config.frame_stride, np.float64)
    n_columns = graph.add("Div", graph.cast(n_stft_frames, TensorProto.DOUBLE), stride)
    n_frames = graph.add("Max", graph.cast(n_columns, TensorProto.INT64), one)
    columns = graph.cast(graph.add("Range", graph.integer(0), n_frames, one), TensorProto.DOUBLE)
    middle = graph.add("Mul", graph.add("Add", columns, graph.constant(0.5, np.float64)), stride)
    last_frame = graph.add("Sub", n_stft_frames, one)
    frames = graph.add("Min", graph.cast(middle, TensorProto.INT64), last_frame)

    # Frames begin and end where pieces of this length do, so that whole pieces are copied and not single samples.
    piece = math.gcd(config.n_fft, config.hop_length)
    rest = graph.add("Mod", graph.add("Neg", n_samples), graph.integer(piece))
    after = graph.add("Add", rest, graph.integer(config.n_fft - config.n_fft // 2 + config.hop_length))
    pads = graph.add("Concat", graph.integers(config.n_fft // 2), _as_list(graph, after), axis=0)
    pieces = graph.add("Reshape", graph.add("Pad", waveform, pads), graph.integers(-1, piece))
    first = graph.add("Mul", frames, graph.integer(config.hop_length // piece))
    offsets = graph.constant(np.arange(config.n_fft // piece), np.int64)
    chosen = graph.add("Add", graph.add("Unsqueeze", first, graph.integers(1)), offsets)
    return graph.add("Reshape", graph.add("Gather", pieces, chosen), graph.integers(-1, config.n_fft))


def _add_power_spectrum(graph: GraphBuilder, tables: Tables, n_fft: int, frames: str) -> str:
    """Frames ``[n_frames, n_fft]`` to their power spectrum ``[n_frames, n_places]``, in the order of ``_find_bins``."""
    n_rows, n_columns, n_kept = _factorize(n_fft)
    pieces = graph.add("Reshape", frames, graph.integers(-1, n_rows, n_columns))
    real = graph.add("Split", graph.add("MatMul", tables.of_rows, pieces), axis=1, num_outputs=2, n_outputs=2)
    imaginary = f"{real}_1"
    turned_real = graph.add(
        "Sub", graph.add("Mul", real, tables.twiddles_real), graph.add("Mul", imaginary, tables.twiddles_imaginary)
    )
    turned_imaginary = graph.add(
        "Add", graph.add("Mul", real, tables.twiddles_imaginary), graph.add("Mul", imaginary, tables.twiddles_real)
    )
    turned = graph.add("Concat", turned_real, turned_imaginary, axis=2)
    parts = graph.add("Split", graph.add("MatMul", turned, tables.of_columns), axis=2, num_outputs=2, n_outputs=2)
    squares = [graph.add("Mul", part, part) for part in (parts, f"{parts}_1")]
    return graph.add("Reshape", graph.add("Add", *squares), graph.integers(-1, n_kept * n_columns))


def _add_powers(
    graph: GraphBuilder, parts: tuple[str, str], n_fft: int, shape: tuple[int, int], step: int
) -> tuple[str, str]:
    """Real and imaginary part of ``exp(-2πi · row · column · step / n_fft)``, from the table of its values."""
    zero, one = graph.integer(0), graph.integer(1)
    rows, columns = (graph.add("Range", zero, graph.integer(size), one) for size in shape)
    products = graph.add("Mul", graph.add("Unsqueeze", rows, graph.integers(1)), columns)
    places = graph.add("Mod", graph.add("Mul", products, graph.integer(step)), graph.integer(n_fft))
    real, imaginary = (graph.add("Gather", part, places) for part in parts)
    return real, imaginary


def _add_mel_filterbank(graph: GraphBuilder, front_end: LogMel) -> str:
    # In the order in which the power spectrum comes, which saves ordering that for every window.
    matrix = front_end.mel_filterbank.numpy()
    n_mels = matrix.shape[1]
    _, n_columns, n_kept = _factorize(front_end.config.n_fft)
    bins, bands = np.nonzero(matrix)
    places = graph.constant(_find_bins(front_end.config.n_fft)[bins] * n_mels + bands, np.int32)
    zeros = graph.add("Expand", graph.constant(0, np.float32), graph.integers(n_kept * n_columns * n_mels))
    values = graph.constant(matrix[bins, bands], np.float32)
    flat = graph.add("ScatterElements", zeros, places, values, axis=0)
    return graph.add("Reshape", flat, graph.integers(-1, n_mels))


def _factorize(n_fft: int) -> tuple[int, int, int]:
    """Rows and columns of the two products, as near to each other as can be, and the rows that are kept.

    Of a real signal, the other half of the rows would be the complex conjugates of these.
    """
    n_rows = max(divisor for divisor in range(1, math.isqrt(n_fft) + 1) if n_fft % divisor == 0)
    return n_rows, n_fft // n_rows, n_rows // 2 + 1


def _find_bins(n_fft: int) -> npt.NDArray[np.int64]:
    """Where each bin of the spectrum lies among the rows that are kept, ``[n_fft // 2 + 1]``."""
    n_rows, n_columns, n_kept = _factorize(n_fft)
    bins = np.arange(n_fft // 2 + 1)
    mirrored = np.where(bins % n_rows < n_kept, bins, n_fft - bins)
    places: npt.NDArray[np.int64] = (mirrored % n_rows) * n_columns + mirrored // n_rows
    return places


def _as_list(graph: GraphBuilder, value: str) -> str:
    return graph.add("Unsqueeze", value, graph.integers(0))
