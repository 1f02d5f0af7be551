"""Writes ``docs/API.md``: ``python -m app.api.describe``.

All that the page says is in the code: the OpenAPI document, the messages' examples, the table of problems and the
client. A test fails when the committed page is not what the code says.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from app import contract
from app.api.application import create_app
from app.api.live_description import LIVE, describe_live
from app.api.markdown import (
    Node,
    anchor,
    describe_class,
    describe_fields,
    example_of,
    name_in,
    to_json,
    to_markdown,
)
from app.api.problems import PROBLEM_JSON, PROBLEMS
from app.api.routes.live import SUMMARY

_ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = _ROOT / "docs" / "API.md"
_CLIENT: Final = _ROOT / "app" / "gui" / "client.py"
_CLIENT_CLASS: Final = "ApiClient"

_INTRODUCTION: Final = """\
# The HTTP API

<!-- Written by “python -m app.api.describe” from the code; do not edit. -->

Genrescope answers over HTTP on this computer only. Start it on a port of its own:

```sh
export GENRESCOPE_TOKEN=choose-a-secret
genrescope serve --port 8000                               # reads every file that a request names
genrescope serve --port 8000 --allow-folder ~/Music        # reads files inside this folder only

curl -H "Authorization: Bearer $GENRESCOPE_TOKEN" -F file=@song.mp3 http://127.0.0.1:8000/api/predict
```

Without `GENRESCOPE_TOKEN` the server makes up a token and prints it. With `--port 0` it takes a free port; in either
case the first line on standard output is `{"api_url": "http://127.0.0.1:PORT"}`. The same document as OpenAPI is at
`/openapi.json`, and to try things out at `/docs`.

Every error is a [problem](#problems): JSON of the type `application/problem+json` with a sentence for people
(`detail`) and a stable word for programs (`code`). Messages may get further fields; none changes its meaning.
Any request may be refused with {everywhere}.
"""

#: What the layers around all routes answer.
_EVERYWHERE: Final = ("host_refused", "origin_refused", "body_too_large", "internal_error")

_CLIENT_INTRODUCTION: Final = """\
## From Python

[`app/gui/client.py`](../app/gui/client.py) is the client of the window. It needs `requests` and `pydantic`, and
answers with the [messages](#messages) below as objects.

```python
from app.gui.api_call import ApiError
from app.gui.client import ApiClient

client = ApiClient("http://127.0.0.1:8000", token="choose-a-secret")
try:
    prediction = client.predict_path("/home/me/Music/song.mp3")
    print(prediction.label, f"{prediction.confidence:.0%}", prediction.decision)
except ApiError as error:
    print(error.code, error.detail)
```

All that it can do:
"""


def describe_api() -> str:
    """The whole page, Markdown."""
    document = create_app().openapi()
    everywhere = ", ".join(f"`{code}`" for code in _EVERYWHERE)
    return "\n".join(
        [
            _INTRODUCTION.replace("{everywhere}", everywhere),
            *_list_routes(document),
            _CLIENT_INTRODUCTION,
            *describe_class(_CLIENT, _CLIENT_CLASS),
            "## Routes\n",
            *_describe_routes(document),
            *describe_live(),
            "## Messages\n",
            *_describe_messages(document),
            *_describe_problems(),
        ]
    )


def _operations(document: Node) -> Iterator[tuple[str, Node]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield f"{method.upper()} {path}", operation


def _list_routes(document: Node) -> Iterator[str]:
    yield "| route | what it does |\n|---|---|"
    for name, operation in _operations(document):
        yield f"| [`{name}`](#{anchor(name)}) | {operation['summary']} |"
    yield f"| [`{LIVE}`](#{anchor(LIVE)}) | {SUMMARY} |\n"


def _describe_routes(document: Node) -> Iterator[str]:
    for name, operation in _operations(document):
        yield f"### `{name}`\n"
        yield f"{operation['summary']}. {to_markdown(operation.get('description', ''))}".strip()
        yield "Needs the token.\n" if operation.get("security") else ""
        yield from _describe_parameters(operation.get("parameters", []))
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            yield from _describe_content(document, f"Request, `{media_type}`", content)
        refusals: list[str] = []
        for status, response in operation["responses"].items():
            for media_type, content in response.get("content", {}).items():
                if media_type == PROBLEM_JSON:
                    refusals += [f"{status} `{code}`" for code in content.get("examples", {})]
                else:
                    yield from _describe_content(document, f"Answer {status}, `{media_type}`", content)
        if refusals:
            yield f"Problems: {', '.join(refusals)}.\n"


def _describe_parameters(parameters: list[Node]) -> Iterator[str]:
    if parameters:
        yield "| parameter | in | meaning |\n|---|---|---|"
        for parameter in parameters:
            optional = "" if parameter["required"] else ", optional"
            yield f"| `{parameter['name']}` | {parameter['in']}{optional} | {parameter.get('description', '')} |"
        yield ""


def _describe_content(document: Node, title: str, content: Node) -> Iterator[str]:
    schema = content.get("schema", {})
    message = name_in(schema)
    link = f" ([`{message}`](#{anchor(message)}))" if message else ""
    resolved = document["components"]["schemas"][message] if message else schema
    fields = resolved.get("properties", {})
    files = [name for name, field in fields.items() if field.get("format") == "binary"]
    yield f"{title}{link}:\n" if not files else f"{title}: the file in the field `{files[0]}`.\n"
    for example in _examples(content):
        if isinstance(example, str):
            yield f"```text\n{example.rstrip()}\n```\n"
        else:
            yield f"```json\n{to_json(example)}\n```\n"


def _examples(content: Node) -> list[Any]:
    if "example" in content:
        return [content["example"]]
    if "examples" in content:
        return [example["value"] for example in content["examples"].values()]
    message = getattr(contract, name_in(content.get("schema", {})), None)
    return [] if message is None else [example_of(message)]


def _describe_messages(document: Node) -> Iterator[str]:
    for name, schema in sorted(document["components"]["schemas"].items()):
        yield f"### {name}\n"
        yield f"{to_markdown(schema.get('description', ''))}\n"
        yield from describe_fields(schema)


def _describe_problems() -> Iterator[str]:
    yield "## Problems\n"
    yield "Codes are stable; sentences are not. 503 comes with `Retry-After` where waiting helps.\n"
    yield f"```json\n{to_json(example_of(contract.Problem))}\n```\n"
    yield "| code | status | meaning |\n|---|---|---|"
    for code, (status, meaning) in PROBLEMS.items():
        yield f"| `{code}` | {status} | {meaning} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(describe_api(), encoding="utf-8")
