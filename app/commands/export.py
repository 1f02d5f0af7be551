"""``genrescope export``: a checkpoint in, an ONNX model out."""

from __future__ import annotations

from pathlib import Path

from app.commands.extras import importing_lab
from core.errors import GenrescopeError
from core.models.files import ONNX_NAME, ONNX_SUFFIX, find_checkpoint


def export_model(model: str, *, as_int8: bool, calibration: Path | None, output: Path | None) -> int:
    """Export a model and say where it is and how closely it answers as before.

    Args:
        model: Id of a shipped model or path of a checkpoint.
        as_int8: Let the network count with 8 bits.
        calibration: A pack or a folder of music that sets the ranges of 8-bit numbers; ``None`` for made-up sounds.
        output: The file; ``None`` puts it beside the checkpoint, where the program finds it.

    Returns:
        The exit code, 0.

    Raises:
        GenrescopeError: With one sentence that says what is wrong.
    """
    if calibration is not None and not as_int8:
        raise GenrescopeError("--calibration sets the ranges of 8-bit numbers: it goes with --int8.")
    path = find_checkpoint(model)
    output = output or path.with_name(ONNX_NAME)
    if output.suffix.lower() != ONNX_SUFFIX:
        raise GenrescopeError(f"“{output}” must end in {ONNX_SUFFIX}, by which the program knows such files.")
    with importing_lab("Exporting needs"):
        from core.export.onnx import export_onnx
        from core.models.checkpoint import Checkpoint
    try:
        export = export_onnx(Checkpoint.load(path), output, as_int8=as_int8, calibration=calibration)
    except OSError as error:
        raise GenrescopeError(f"“{output}” cannot be written: {error.strerror or error}.") from error
    measured = (
        f"8-bit numbers; probabilities differ from PyTorch's by {export.difference:.2%} on average"
        if as_int8
        else f"logits differ from PyTorch's by {export.difference:.1g} at most"
    )
    print(f"{output}: {export.n_bytes / 1e6:.2f} MB, {measured}")
    return 0
