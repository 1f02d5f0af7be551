"""Names and limits that more than one part of the program must agree on."""

from __future__ import annotations

from importlib.metadata import version

PROJECT = "Genrescope"
VERSION = version("genrescope")

#: The API's bearer token travels to both child processes in this environment variable, never in ``argv``,
#: which every user of the computer can read.
TOKEN_VARIABLE = "GENRESCOPE_TOKEN"  # noqa: S105 - the variable's name, not a token
