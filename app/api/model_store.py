"""The models that can be chosen: those that come with the program, and those that the user adds and removes."""

from __future__ import annotations

import contextlib
import itertools
import re
import shutil
import tempfile
import threading
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TypeAlias

from app.api.model_description import MAX_CARD_BYTES, ModelDescription, read_description
from app.api.model_files import CARD_NAME, ModelFile, load_predictor
from app.user_data import user_models_folder
from core.errors import GenrescopeError, ModelError, UnknownModelError
from core.inference.backend import list_backends
from core.models.files import (
    FILE_NAMES,
    MAX_MODEL_BYTES,
    MODELS_DIR,
    Backend,
    backend_of,
    find_model,
    list_model_folders,
)

#: What Windows keeps for devices: no folder can have such a name.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|(?:com|lpt)\d)", re.IGNORECASE)
_LONGEST_ID = 48

#: Of a model file and of the card beside it.
_Signature: TypeAlias = tuple[tuple[int, ...] | None, tuple[int, ...] | None]


class NoSuchModelError(GenrescopeError):
    """No model has this id."""


class ModelFileMissingError(GenrescopeError):
    """There is no file at the path from which a model was to be added."""


class ModelUnusableError(GenrescopeError):
    """The file is no model that can be used."""


class ModelKeptError(GenrescopeError):
    """The model is not one that the user added, so it is not deleted."""


class StorageError(GenrescopeError):
    """The user's data folder cannot be written."""


class ModelStore:
    """Finds, adds and removes models. Safe to use from several threads.

    Args:
        given: What the server was started with: a model's id or the path of a model file, which then is listed too.
        backend: What shall run models; it decides which file counts where a model has several. ``None`` takes PyTorch
            where it is installed.

    Raises:
        DeviceError: When the backend is not installed.
    """

    def __init__(self, given: str, backend: Backend | None = None) -> None:
        self._given = given
        self._backends = list_backends(backend)
        self._descriptions: dict[Path, tuple[_Signature, ModelDescription | str]] = {}
        self._lock = threading.Lock()

    def list_files(self) -> list[ModelFile]:
        """Every model: the shipped ones first, then the user's, then the file that the server was started with."""
        files: list[ModelFile] = []
        ids: set[str] = set()
        folder = user_models_folder()
        for path in self._models_in(MODELS_DIR):
            files.append(ModelFile(_unused(path.parent.name, ids), path, is_shipped=True))
        for path in self._models_in(folder):
            files.append(ModelFile(_unused(path.parent.name, ids), path, is_ours=True))
        given = self._given_file()
        if given is not None and all(not _is_same(file.path, given) for file in files):
            files.append(ModelFile(_unused(_make_id(given), ids), given))
        return files

    def find(self, model_id: str) -> ModelFile:
        """The model with this id.

        Raises:
            NoSuchModelError: When there is none.
        """
        for file in self.list_files():
            if file.id == model_id:
                return file
        raise NoSuchModelError("There is no model with this id; “GET /api/models” lists all that there are.")

    def find_given(self) -> ModelFile:
        """The model that the server was started with.

        Raises:
            UnknownModelError: When there is none, with the shipped ids.
        """
        given = self._given_file()
        for file in self.list_files():
            if (file.id == self._given) if given is None else _is_same(file.path, given):
                return file
        find_model(self._given, self._backends)  # raises, and tells what there is
        raise UnknownModelError(f"The model “{self._given}” has just been removed.")

    def describe(self, file: ModelFile) -> ModelDescription:
        """What a model says of itself; read again only when its file or its card has changed.

        Raises:
            ModelUnusableError: When its file cannot be read.
        """
        signature = (_sign(file.path), _sign(file.path.with_name(CARD_NAME)))
        with self._lock:
            known_signature, description = self._descriptions.get(file.path, (None, ""))
        if known_signature != signature:
            try:
                description = read_description(file.path)
            except ModelError as error:
                description = str(error)
            with self._lock:
                self._descriptions[file.path] = (signature, description)
        if isinstance(description, str):
            raise ModelUnusableError(description)
        return description

    def add(self, source: Path) -> ModelFile:
        """Copy a model file, with the model card beside it, after the copy has shown that it works.

        Args:
            source: Absolute path of a checkpoint or an ONNX model, which its suffix tells apart.

        Raises:
            ModelFileMissingError: When there is no plain file.
            ModelUnusableError: When it is no model that can be used; nothing in it was executed.
            StorageError: When the copy cannot be written.
        """
        folder = user_models_folder()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # The copy is what is tried, because the file may be another one by the time it is copied.
            with tempfile.TemporaryDirectory(dir=folder, prefix=".adding-", ignore_cleanup_errors=True) as temporary:
                copy = Path(temporary) / "model" / FILE_NAMES[backend_of(source)]
                copy.parent.mkdir()
                _copy(source, copy)
                _copy_card(source.with_name(CARD_NAME), copy.with_name(CARD_NAME))
                _try(ModelFile("new", copy), shown_path=source)
                return self._keep(copy, _make_id(source))
        except OSError as error:
            raise StorageError(f"The model could not be copied to “{folder}”: {error.strerror or error}.") from error

    def remove(self, file: ModelFile) -> None:
        """Delete the copy of a model that was added.

        Raises:
            ModelKeptError: When it is not such a copy.
            StorageError: When the system refuses.
        """
        if file.is_shipped:
            raise ModelKeptError(f"“{file.id}” came with the program and is not deleted.")
        if not file.is_ours:
            raise ModelKeptError(f"“{file.id}” is your own file, which the server was started with; it is not deleted.")
        try:
            file.path.unlink()
            file.path.with_name(CARD_NAME).unlink(missing_ok=True)
        except FileNotFoundError:
            pass  # somebody was faster
        except OSError as error:
            raise StorageError(f"“{file.path}” could not be deleted: {error.strerror}.") from error
        with contextlib.suppress(OSError):  # what else lies there is not ours
            file.path.parent.rmdir()

    def _keep(self, copy: Path, wanted_id: str) -> ModelFile:
        """Give the copy its final place, in one step."""
        with self._lock:
            ids = {name.casefold() for file in self.list_files() for name in (file.id, file.path.parent.name)}
            model_id = _unused(wanted_id, ids)
            folder = copy.parents[2] / model_id
            copy.parent.rename(folder)
        return ModelFile(model_id, folder / copy.name, is_ours=True)

    def _models_in(self, folder: Path) -> Iterator[Path]:
        """One file for each model; of a kind that cannot be run only where there is no other."""
        # A name that begins with a dot is a copy that is still being made; one that is no text cannot be asked for.
        with contextlib.suppress(OSError):
            for model in list_model_folders(folder):
                if not model.name.startswith(".") and model.name.isprintable():
                    names = [FILE_NAMES[backend] for backend in self._backends]
                    paths = [model / name for name in (*names, *FILE_NAMES.values())]
                    yield from [path for path in paths if path.exists()][:1]

    def _given_file(self) -> Path | None:
        try:
            path = Path(self._given)
            return path.absolute() if path.is_file() else None
        except OSError:
            return None


def _sign(path: Path) -> tuple[int, ...] | None:
    """What changes when a file changes; ``None`` where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def _make_id(path: Path) -> str:
    """An id from a file's name: letters, digits, “_” and “-”, fit to name a folder on every system."""
    name = path.parent.name if path.name in FILE_NAMES.values() else path.stem
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    model_id = re.sub(r"[^A-Za-z0-9-]+", "_", ascii_name).strip("_-")[:_LONGEST_ID] or "model"
    return f"model_{model_id}" if _RESERVED.fullmatch(model_id) else model_id


def _unused(wanted_id: str, ids: set[str]) -> str:
    """``wanted_id``, else the first of ``wanted_id_2``, ``wanted_id_3`` … that is free; from then on it is taken."""
    candidates = itertools.chain([wanted_id], (f"{wanted_id}_{number}" for number in itertools.count(2)))
    # Some systems do not tell capital letters from small ones.
    model_id = next(candidate for candidate in candidates if candidate.casefold() not in ids)
    ids.add(model_id.casefold())
    return model_id


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False


def _copy(source: Path, target: Path) -> None:
    # Only a plain file is opened: a pipe or device could keep us waiting, or never end.
    try:
        if not source.is_file():
            raise ModelFileMissingError(f"There is no model “{source.name}” at this path.")
        reading = source.open("rb")
    except (OSError, ValueError) as error:
        raise ModelFileMissingError(f"“{source.name}” cannot be read: {error}.") from error
    n_left = MAX_MODEL_BYTES
    with reading, target.open("wb") as writing:
        while chunk := _read_chunk(reading, source.name):
            n_left -= len(chunk)
            if n_left < 0:
                raise ModelUnusableError(f"“{source.name}” is larger than any model of this program.")
            writing.write(chunk)


def _read_chunk(file: BinaryIO, name: str) -> bytes:
    try:
        return file.read(1024**2)
    except OSError as error:
        raise ModelFileMissingError(f"“{name}” cannot be read: {error.strerror}.") from error


def _copy_card(source: Path, target: Path) -> None:
    # A model without its card is still a model.
    with contextlib.suppress(OSError):
        if source.is_file() and source.stat().st_size <= MAX_CARD_BYTES:
            shutil.copyfile(source, target)


def _try(file: ModelFile, shown_path: Path) -> None:
    try:
        read_description(file.path)
        load_predictor(file, device="cpu")
    except ModelError as error:
        raise ModelUnusableError(str(error).replace(str(file.path), str(shown_path))) from error
