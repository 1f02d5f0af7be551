"""Where models lie: one folder each, with a checkpoint for PyTorch, an ONNX model for ONNX Runtime, or both."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal, TypeAlias

from core.errors import ModelError, UnknownModelError

#: What computes: each backend reads files of its own kind.
Backend: TypeAlias = Literal["torch", "onnx"]

CHECKPOINT_NAME: Final = "best_model.pt"
ONNX_NAME: Final = "model.onnx"
ONNX_SUFFIX: Final = ".onnx"
#: A model's file in its folder, by the backend that runs it.
FILE_NAMES: Final[dict[Backend, str]] = {"torch": CHECKPOINT_NAME, "onnx": ONNX_NAME}

#: Where the models live that come with the program.
MODELS_DIR: Final = Path(__file__).resolve().parents[2] / "models"
DEFAULT_MODEL_ID: Final = "gtzan"

#: No file may take more memory; the largest architecture here weighs a tenth of it.
MAX_MODEL_BYTES: Final = 1024**3


def backend_of(path: Path) -> Backend:
    """What runs the model in this file, by its suffix."""
    return "onnx" if path.suffix.lower() == ONNX_SUFFIX else "torch"


def list_model_folders(folder: Path) -> list[Path]:
    """The folders in it that hold a model for any backend, by name."""
    return sorted({path.parent for name in FILE_NAMES.values() for path in folder.glob(f"*/{name}")})


def find_model(model: str | Path, backends: Sequence[Backend]) -> Path:
    """The file behind a model's name.

    Args:
        model: The id of a model that comes with the program (``gtzan``), or the path of a model file.
        backends: That may run it; where the model has a file for several, the first of them counts.

    Raises:
        UnknownModelError: When there is no such model, with the known ids.
        ModelError: When it is there, and for another backend only.
    """
    if Path(model).is_file():
        path = Path(model)
        if backend_of(path) not in backends:
            raise ModelError(_describe_wrong_backend(path))
        return path
    for backend in backends:
        path = MODELS_DIR / str(model) / FILE_NAMES[backend]
        if path.is_file():
            return path
    known = [folder.name for folder in list_model_folders(MODELS_DIR)]
    if str(model) in known:
        others = (MODELS_DIR / str(model) / name for name in FILE_NAMES.values())
        raise ModelError(_describe_wrong_backend(next(path for path in others if path.is_file())))
    shipped = ", ".join(known) or "none at all"
    raise UnknownModelError(f"No model “{model}”: it is no model file, and the shipped ones are {shipped}.")


def find_checkpoint(model: str | Path) -> Path:
    """The file with a model's weights for PyTorch; as ``find_model``, with its errors."""
    return find_model(model, ("torch",))


def _describe_wrong_backend(path: Path) -> str:
    if backend_of(path) == "onnx":
        return f"“{path}” is an ONNX model and PyTorch cannot run it: use “--backend onnx”, or a checkpoint."
    return (
        f"“{path}” is a PyTorch checkpoint and ONNX Runtime cannot run it: turn it into an ONNX model with "
        "“genrescope export”, where PyTorch is installed."
    )
