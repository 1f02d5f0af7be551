"""What all calls of the local API have in common: how they fail, and how long they may take."""

from __future__ import annotations

from typing import Final

CONNECT_TIMEOUT_S: Final = 5.0
#: For questions that need no computing.
READ_TIMEOUT_S: Final = 15.0


class ApiError(Exception):
    """The API answered that it could not do what was asked.

    Attributes:
        code: Stable, for programs.
        detail: For people.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class ApiUnavailableError(Exception):
    """There is no API at this address, or it went away before it answered."""
