"""Libraries that only some verbs need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from core.errors import GenrescopeError


@contextmanager
def importing_lab(what: str) -> Iterator[None]:
    """Say what to install where an import of the block fails.

    Args:
        what: For the sentence, such as “Training needs”.

    Raises:
        GenrescopeError: In place of the import's error.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise GenrescopeError(f"{what} {error.name}: pip install -e “.[train]”.") from error
