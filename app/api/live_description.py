"""The part of the API's page that tells of ``WS /api/live``, of which OpenAPI knows nothing."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args

from app.api.live_problems import LIVE_PROBLEMS
from app.api.live_sessions import MAX_SESSIONS
from app.api.markdown import describe_class, describe_fields, example_of, to_json, to_markdown
from app.api.routes.live import SILENT_LINE_S, SUMMARY
from app.contract import Contract, LiveEvent, LiveRequest, live
from app.contract.live import MAX_SOUND_BYTES, MAX_TEXT_LENGTH

LIVE: Final = "WS /api/live"
_CLIENT: Final = Path(__file__).resolve().parents[1] / "gui" / "live_client.py"

_RULES: Final = f"""\
Needs the token, in the header of the handshake. Whoever cannot be served is refused before that is over, with an HTTP
[problem](#problems): `host_refused`, `unauthorized`, `origin_refused`, `live_full` ({MAX_SESSIONS} sessions may go on
at once), `model_not_ready`, `model_unavailable`, `device_unavailable`. Later there is a message
[`problem`](#what-the-server-sends), and the connection is closed with the code of the [table](#why-a-session-ends).

- A binary message holds up to {MAX_SOUND_BYTES} bytes, whole samples of all channels; a tenth of a second of sound is a
  good size. A text message holds up to {MAX_TEXT_LENGTH} characters.
- A client that sends faster than the server works is slowed down: the server reads no further, and drops nothing. A
  recording can so be sent in a fraction of its duration. Whoever does not read what the server tells is cut off.
- Nothing for {SILENT_LINE_S:g} seconds ends the session, so keep sending, even silence, while you listen.
- The model that is in use at the start answers until the end, whichever one is activated meanwhile.
- A song ends when another one begins, when there is silence for three seconds, or with the session. Nothing of it is
  kept in the library.
"""

EXAMPLE: Final = """\
import wave

from app.contract import LiveFinal, LivePartial, LiveStart
from app.gui.live_client import LiveSession

with wave.open("song.wav") as song:  # 16 bits per sample
    wanted = LiveStart(sample_rate=song.getframerate(), channels=song.getnchannels(), sample_format="s16le")
    with LiveSession("http://127.0.0.1:8000", "choose-a-secret", wanted) as session:
        while sound := song.readframes(song.getframerate() // 10):
            session.send(sound)
        session.stop()
        for event in session:
            if isinstance(event, LivePartial | LiveFinal):
                print(event.type, f"{event.time_s:.0f} s", event.prediction.label, event.prediction.decision)
"""


def describe_live() -> Iterator[str]:
    """The protocol, the client and an example, Markdown."""
    yield f"### `{LIVE}`\n\n{SUMMARY}.\n"
    _, *paragraphs = inspect.getdoc(live).split("\n\n")  # type: ignore[union-attr]
    for paragraph in paragraphs:
        yield f"{to_markdown(paragraph)}\n"
    yield _RULES
    yield f"From Python, with [`app/gui/live_client.py`](../app/gui/live_client.py):\n\n```python\n{EXAMPLE}```\n"
    yield "One thread may send while another one receives. All that it can do:\n"
    yield from describe_class(_CLIENT, "LiveSession")
    yield "#### What a client sends\n"
    yield from _describe_messages(get_args(LiveRequest))
    yield "#### What the server sends\n"
    yield from _describe_messages(get_args(LiveEvent))
    yield "#### Why a session ends\n"
    yield "| code | closes with | meaning |\n|---|---|---|"
    for code, (close_code, meaning) in LIVE_PROBLEMS.items():
        yield f"| `{code}` | {close_code} | {meaning} |"
    yield ""


def _describe_messages(messages: tuple[type[Contract], ...]) -> Iterator[str]:
    for message in messages:
        schema = message.model_json_schema()
        kind = schema["properties"].pop("type")["const"]
        yield f"**`{kind}`** {to_markdown(schema['description'])}\n"
        yield f"```json\n{to_json(example_of(message))}\n```\n"
        if schema["properties"]:
            yield from describe_fields(schema)
