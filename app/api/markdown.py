"""Schemas, messages and classes as Markdown, for the API's page."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from app.contract import Contract

#: A node of the OpenAPI document: JSON, whose shape the standard tells.
Node: TypeAlias = dict[str, Any]


def describe_fields(schema: Node) -> Iterator[str]:
    """The fields of a message, as a table."""
    yield "| field | type | meaning |\n|---|---|---|"
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        optional = "" if name in required else ", optional"
        yield f"| `{name}` | {type_of(field)}{optional} | {field.get('description', '')} |"
    yield ""


def example_of(message: type[Contract]) -> Node:
    """A message's first example, with all of its fields."""
    # Through the message itself: the document leaves out what is null, and sorts the fields.
    return message(**message.model_json_schema()["examples"][0]).model_dump(mode="json")


def type_of(field: Node) -> str:
    """A field's type in words that fit a table's cell."""
    if "$ref" in field:
        name = name_in(field)
        return f"[{name}](#{anchor(name)})"
    if "anyOf" in field:
        return " or ".join(type_of(choice) for choice in field["anyOf"])
    if "const" in field or "enum" in field:
        return ", ".join(f"`{value}`" for value in field.get("enum", [field.get("const")]))
    if field.get("type") == "array":
        return f"list of {type_of(field.get('items', {}))}"
    if field.get("type") == "object" and isinstance(field.get("additionalProperties"), dict):
        return f"object of {type_of(field['additionalProperties'])}"
    return str(field.get("type", "anything"))


def name_in(schema: Node) -> str:
    """The name of the message that a schema refers to; empty where it refers to none."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def to_json(value: Any, indent: str = "") -> str:
    """Indented, with lists of plain values on one line."""
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        lines = [f"{deeper}{json.dumps(key)}: {to_json(item, deeper)}" for key, item in value.items()]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return "[\n" + ",\n".join(deeper + to_json(item, deeper) for item in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)


def to_markdown(docstring: str) -> str:
    """One paragraph of a docstring, on one line."""
    return re.sub(r"``(.+?)``", r"`\1`", " ".join(docstring.split()))


def anchor(heading: str) -> str:
    """As GitHub makes them."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def describe_class(source: Path, name: str) -> Iterator[str]:
    """The public methods of a class, each with the first line of its docstring."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    client = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
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
