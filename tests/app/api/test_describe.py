"""The API's page and its examples are what the code says."""

import ast
import re
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest

import app.api
from app import contract
from app.api.application import create_app
from app.api.describe import PAGE, describe_api
from app.api.live_problems import LIVE_PROBLEMS
from app.api.problems import PROBLEM_JSON, PROBLEMS, document_problems

_SOURCES = sorted(Path(app.api.__file__).parent.rglob("*.py"))


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app().openapi()


def test_the_committed_page_is_what_the_code_generates() -> None:
    assert PAGE.read_text(encoding="utf-8") == describe_api(), "run “python -m app.api.describe”"


def test_the_page_tells_every_route_code_and_method_of_the_client(document: dict[str, Any]) -> None:
    page = describe_api()
    assert len(document["paths"]) > 8
    for path, operations in document["paths"].items():
        for method in operations:
            assert f"### `{method.upper()} {path}`" in page
    for code, (status, _) in PROBLEMS.items():
        assert f"| `{code}` | {status} |" in page
    for method in ("predict_path", "list_models", "activate_model", "confusion_matrix"):
        assert f"def {method}(self" in page
    # Links within the page lead somewhere.
    headings = re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = re.findall(r"\]\(#(.*?)\)", page)
    assert links and set(links) <= anchors


def test_every_message_of_a_route_has_an_example_that_fits(document: dict[str, Any]) -> None:
    names = set()
    for operations in document["paths"].values():
        for operation in operations.values():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            contents = [content for body in bodies for content in body.get("content", {}).values()]
            names |= {
                content["schema"]["$ref"].rpartition("/")[2] for content in contents if "$ref" in content["schema"]
            }
            assert operation["summary"] and all(content.get("schema") for content in contents)
    names |= {"Problem", "PredictPathRequest", "PredictSpecRequest"}
    assert {"Prediction", "ModelList", "AddModelRequest"} <= names
    for name in names:
        message: type[contract.Contract] = getattr(contract, name)
        examples = message.model_json_schema().get("examples", [])
        assert examples, f"{name} has no example"
        for example in examples:
            fields = message.model_validate(example).model_dump(mode="json")
            assert example.keys() <= fields.keys(), name


def test_every_code_that_is_given_is_in_the_table_with_its_status() -> None:
    """Read from the source, because not every refusal can be provoked."""
    given = set()
    for source in _SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("ProblemException", "problem_response"):
                status, code = node.args[:2]
                if isinstance(status, ast.Constant) and isinstance(code, ast.Constant):
                    given.add((code.value, status.value))
    assert len(given) > 8
    assert given <= {(code, status) for code, (status, _) in PROBLEMS.items()}


def test_every_code_that_ends_a_live_session_is_in_its_table() -> None:
    calls = [node for source in _SOURCES for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))]
    given = {
        call.args[0].value
        for call in calls
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "LiveProblemError"
        if isinstance(call.args[0], ast.Constant)
    }
    assert len(given) > 5
    assert given <= LIVE_PROBLEMS.keys()
    page = describe_api()
    assert all(f"| `{code}` | {close_code} |" in page for code, (close_code, _) in LIVE_PROBLEMS.items())


def test_every_code_that_a_route_documents_is_in_the_table(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                for code in response.get("content", {}).get(PROBLEM_JSON, {}).get("examples", {}):
                    assert PROBLEMS[code][0] == int(status), path


def test_documenting_a_status_documents_all_of_its_codes() -> None:
    responses = document_problems(404, "busy")
    assert responses.keys() == {HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE}
    assert {"audio_not_found", "model_unknown"} <= responses[404]["content"][PROBLEM_JSON]["examples"].keys()
    assert responses[503]["content"][PROBLEM_JSON]["examples"].keys() == {"busy"}
