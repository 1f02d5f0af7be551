"""What the decoding backends have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from core.types import AudioMetadata, FloatArray


class BackendError(Exception):
    """A backend cannot go on; the message is a short reason in plain words, without the file's name."""


class OutOfBudgetError(Exception):
    """The file passed its time or size; the message ends a sentence that begins with “the file …”."""


class Backend(Protocol):
    """One open file in one library.

    Attributes:
        metadata: What the file says of itself.
        warnings: One sentence for each thing that went wrong and did not stop the decoding; filled by ``blocks``.
    """

    metadata: AudioMetadata
    warnings: list[str]

    def blocks(self) -> Iterator[FloatArray]:
        """Decode: mono float32 blocks at the target rate, about a second each.

        Raises:
            BackendError: The file is damaged, or not of a kind that the library reads.
            OutOfBudgetError: The budget was used up.
            AudioLimitError: Channels or rate are outside the limits.
        """
        ...

    def close(self) -> None:
        """Let go of the library's memory; the file itself stays open."""
        ...
