"""Writes ``docs/API.md``: ``python -m app.api.describe``.

All that the page says is in the code: the OpenAPI document, the messages' examples, the table of problems and the
client. A test fails when the committed page is not what the code says.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

from app import contract
from app.api.application import create_app
from app.api.problems import PROBLEM_JSON, PROBLEMS

_ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = _ROOT / "docs" / "API.md"
_CLIENT: Final = _ROOT / "app" / "gui" / "client.py"
_CLIENT_CLASS: Final = "ApiClient"

#: A node of the OpenAPI document: JSON, whose shape the standard tells.
_Node: TypeAlias = dict[str, Any]

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
from app.gui.client import ApiClient, ApiError

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
            *_describe_client(),
            "## Routes\n",
            *_describe_routes(document),
            "## Messages\n",
            *_describe_messages(document),
            *_describe_problems(),
        ]
    )


def _operations(document: _Node) -> Iterator[tuple[str, _Node]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield f"{method.upper()} {path}", operation


def _list_routes(document: _Node) -> Iterator[str]:
    yield "| route | what it does |\n|---|---|"
    for name, operation in _operations(document):
        yield f"| [`{name}`](#{_anchor(name)}) | {operation['summary']} |"
    yield ""


def _describe_client() -> Iterator[str]:
    tree = ast.parse(_CLIENT.read_text(encoding="utf-8"))
    client = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == _CLIENT_CLASS)
    yield f"```python\nclass {client.name}:\n    {_first_line(client)}\n"
    yield "\n\n".join(
        _describe_method(method)
        for method in client.body
        if isinstance(method, ast.FunctionDef) and (method.name == "__init__" or not method.name.startswith("_"))
    )
    yield "```\n"


def _describe_method(method: ast.FunctionDef) -> str:
    returns = f" -> {ast.unparse(method.returns)}" if method.returns else ""
    parameters = ast.unparse(method.args).replace("=", " = ").replace("'", '"')
    docstring = _first_line(method)
    return f"    def {method.name}({parameters}){returns}:" + (f"\n        {docstring}" if docstring else " ...")


def _first_line(node: ast.ClassDef | ast.FunctionDef) -> str:
    line = (ast.get_docstring(node) or "").partition("\n")[0].replace("``", "")
    return f'"""{line}"""' if line else ""


def _describe_routes(document: _Node) -> Iterator[str]:
    for name, operation in _operations(document):
        yield f"### `{name}`\n"
        yield f"{operation['summary']}. {_to_markdown(operation.get('description', ''))}".strip()
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


def _describe_parameters(parameters: list[_Node]) -> Iterator[str]:
    if parameters:
        yield "| parameter | in | meaning |\n|---|---|---|"
        for parameter in parameters:
            optional = "" if parameter["required"] else ", optional"
            yield f"| `{parameter['name']}` | {parameter['in']}{optional} | {parameter.get('description', '')} |"
        yield ""


def _describe_content(document: _Node, title: str, content: _Node) -> Iterator[str]:
    schema = content.get("schema", {})
    message = _name_in(schema)
    link = f" ([`{message}`](#{_anchor(message)}))" if message else ""
    resolved = document["components"]["schemas"][message] if message else schema
    fields = resolved.get("properties", {})
    files = [name for name, field in fields.items() if field.get("format") == "binary"]
    yield f"{title}{link}:\n" if not files else f"{title}: the file in the field `{files[0]}`.\n"
    for example in _examples(content):
        if isinstance(example, str):
            yield f"```text\n{example.rstrip()}\n```\n"
        else:
            yield f"```json\n{_to_json(example)}\n```\n"


def _examples(content: _Node) -> list[Any]:
    if "example" in content:
        return [content["example"]]
    if "examples" in content:
        return [example["value"] for example in content["examples"].values()]
    message = getattr(contract, _name_in(content.get("schema", {})), None)
    return [] if message is None else [_example_of(message)]


def _example_of(message: type[contract.Contract]) -> _Node:
    # Through the message itself: the document leaves out what is null, and sorts the fields.
    return message(**message.model_json_schema()["examples"][0]).model_dump(mode="json")


def _describe_messages(document: _Node) -> Iterator[str]:
    for name, schema in sorted(document["components"]["schemas"].items()):
        yield f"### {name}\n"
        yield f"{_to_markdown(schema.get('description', ''))}\n"
        yield "| field | type | meaning |\n|---|---|---|"
        required = schema.get("required", [])
        for field_name, field in schema.get("properties", {}).items():
            optional = "" if field_name in required else ", optional"
            meaning = field.get("description", "")
            yield f"| `{field_name}` | {_type_of(field)}{optional} | {meaning} |"
        yield ""


def _describe_problems() -> Iterator[str]:
    yield "## Problems\n"
    yield "Codes are stable; sentences are not. 503 comes with `Retry-After` where waiting helps.\n"
    yield f"```json\n{_to_json(_example_of(contract.Problem))}\n```\n"
    yield "| code | status | meaning |\n|---|---|---|"
    for code, (status, meaning) in PROBLEMS.items():
        yield f"| `{code}` | {status} | {meaning} |"
    yield ""


def _type_of(field: _Node) -> str:
    """A field's type in words that fit a table's cell."""
    if "$ref" in field:
        name = _name_in(field)
        return f"[{name}](#{_anchor(name)})"
    if "anyOf" in field:
        return " or ".join(_type_of(choice) for choice in field["anyOf"])
    if "const" in field or "enum" in field:
        return ", ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    if field.get("type") == "array":
        return f"list of {_type_of(field.get('items', {}))}"
    if field.get("type") == "object" and isinstance(field.get("additionalProperties"), dict):
        return f"object of {_type_of(field['additionalProperties'])}"
    return str(field.get("type", "anything"))


def _name_in(schema: _Node) -> str:
    """The name of the message that a schema refers to; empty where it refers to none."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _to_json(value: Any, indent: str = "") -> str:
    """Indented, with lists of plain values on one line."""
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        lines = [f"{deeper}{json.dumps(key)}: {_to_json(item, deeper)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return "[\n" + ",\n".join(deeper + _to_json(item, deeper) for item in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)


def _to_markdown(docstring: str) -> str:
    return re.sub(r"``(.+?)``", r"`\1`", " ".join(docstring.split()))


def _anchor(heading: str) -> str:
    """As GitHub makes them."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


if __name__ == "__main__":
    PAGE.write_text(describe_api(), encoding="utf-8")
