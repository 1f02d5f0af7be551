"""What ends a live session: the one table of codes and close codes."""

from __future__ import annotations

from typing import Final

from pydantic import ValidationError

#: Every code of a ``problem`` message: the close code (RFC 6455) that follows, and when it is given.
LIVE_PROBLEMS: Final[dict[str, tuple[int, str]]] = {
    "start_invalid": (1007, "The first message is not “start”, or asks for what there is not."),
    "message_invalid": (1007, "A text message is none of those that clients send, or comes twice."),
    "sound_invalid": (1007, "A binary message holds a part of a sample, or samples that are no numbers."),
    "line_silent": (1008, "No message came for too long; a song that was on got its “final” before."),
    "sound_before_start": (1008, "A binary message came before “start”."),
    "message_too_large": (1009, "A message is larger than the server takes."),
    "internal_error": (1011, "Something is wrong inside the program; its log says more."),
    "model_unavailable": (1011, "The model gave an answer that is not a number."),
}


class LiveProblemError(Exception):
    """Ends a session.

    Args:
        code: One of ``LIVE_PROBLEMS``.
        detail: For people.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail

    @property
    def close_code(self) -> int:
        """Of the closing handshake."""
        return LIVE_PROBLEMS[self.code][0]


def describe_invalid(error: ValidationError) -> str:
    """What is wrong with a message, as a clause."""
    first = error.errors()[0]
    # What the client wrote is not said back to it: it may be long.
    if first["type"] == "union_tag_invalid":
        return f"its type is none of {first['ctx']['expected_tags']}"
    # The first part is the type of the message, by which its form was chosen.
    where = ".".join(str(part) for part in first["loc"][1:])[:40]
    return f"{where}: {first['msg']}" if where else first["msg"]
