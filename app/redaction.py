"""Takes the names of music out of what is logged: logs are sent to strangers, what people listen to is not."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any, Final

from core.datasets.audio_files import AUDIO_SUFFIXES

HIDDEN: Final = "‹hidden›"

#: The program's own places, which tracebacks and warnings name: in quotes, and as ``path.py:12``.
_CODE_PLACE: Final = re.compile(
    r"""(File\ "[^"]*\.pyx?",\ line\ \d+ | File\ "<[^"]*>",\ line\ \d+ | [^\s"'“‘]+\.(?:pyx?|cpp|cc|cu|h|c):\d+)""",
    re.VERBOSE,
)
#: Quoted in any of the usual ways. What is opened and not closed goes on in the next line, and the other way round.
_QUOTED: Final = (
    re.compile(r"“.*”|“.*$|^[^“]*”"),
    re.compile(r'(?<!\w)".*?"(?!\w)'),
    re.compile(r"‘.*?’(?!\w)"),
    re.compile(r"(?<!\w)'.*?'(?!\w)"),
)
#: Where a path ends cannot be told: names hold spaces. A web address is none, nor is “and/or”.
_PATH: Final = re.compile(r"(?<![\w:/\\.~])(?:[A-Za-z]:[\\/]|\\\\|~?/|file:)\S.*$", re.IGNORECASE)
_SUFFIX: Final = re.compile(rf"(?:{'|'.join(map(re.escape, sorted(AUDIO_SUFFIXES)))})(?!\w)", re.IGNORECASE)
#: The names of modules, options and settings, without which a message says nothing.
_CODE_WORD: Final = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*")
_KIND: Final = re.compile(r"^(?:[A-Z]\w*: )?(?:[\w.]+(?:Error|Exception|Warning|Interrupt|Exit): )?")


def redact(text: str) -> str:
    """A text without names of files and whatever else is quoted; places in the program's code stay.

    Args:
        text: One or more lines, for example a traceback.
    """
    home = str(Path("~").expanduser())
    # A service may have the root for its home.
    if len(Path(home).parts) > 1:
        text = text.replace(home, "~")
    return "\n".join(map(_redact_line, text.splitlines()))


def _redact_line(line: str) -> str:
    # Every second part is a place in the code.
    parts = _CODE_PLACE.split(line)
    line = "".join(part if index % 2 else _hide_names(part) for index, part in enumerate(parts))
    # The name of a file that stands there without quotes: nobody knows where it begins.
    if _SUFFIX.search(_CODE_PLACE.sub("", line)):
        kind = _KIND.match(line)
        return f"{kind.group() if kind else ''}{HIDDEN}"
    return line


def _hide_names(text: str) -> str:
    for pattern in _QUOTED:
        text = pattern.sub(_hide_quoted, text)
    return _PATH.sub(HIDDEN, text)


def _hide_quoted(match: re.Match[str]) -> str:
    quoted = match.group()
    word = quoted[1:-1]
    is_complete = quoted[0] in "“\"‘'" and quoted[-1] in "”\"’'"
    if is_complete and _CODE_WORD.fullmatch(word) and not _SUFFIX.search(word):
        return quoted
    return HIDDEN


class RedactingFormatter(logging.Formatter):
    """Formats as usual, without names of music in messages and tracebacks."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """The line without the traceback."""
        record.message = redact(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """The traceback."""
        return redact(super().formatException(ei))
