"""The interface held to its own OpenAPI description by schemathesis: whatever it allows is answered as it says."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from pydantic import BaseModel
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from tests.ui.conftest import Service

from sourcier.app.api.beside_shapes import ReadingBody, RelayBody, SuggestionsBody
from sourcier.app.api.bodies import AskBody, SearchBody
from sourcier.app.api.examples import ANSWER, ERROR
from sourcier.app.api.replies import AnswerReply, ErrorReply
from sourcier.app.exports.body import ExportBody
from sourcier.app.feedback.opinion import Opinion
from sourcier.app.feedback.routes import CodeBody
from sourcier.app.ui.guard import MAX_BODY_BYTES

#: Examples for each operation; `make api-fuzz` takes many more.
EXAMPLES = int(os.environ.get("SOURCIER_API_EXAMPLES") or 6)


OPERATIONS = (
    ("POST", "/api/v1/ask"),
    ("POST", "/api/v1/ask/stream"),
    ("POST", "/api/v1/search"),
    ("GET", "/api/v1/documents"),
    ("GET", "/api/v1/documents/{document_id}"),
    ("POST", "/api/v1/export/{format}"),
    ("POST", "/api/v1/reading"),
    ("POST", "/api/v1/suggestions"),
    ("POST", "/api/v1/relay"),
    ("POST", "/api/v1/feedback"),
    ("POST", "/api/v1/feedback/read"),
    ("POST", "/api/v1/feedback/erase"),
    ("GET", "/api/v1/transparency"),
    ("GET", "/healthz"),
)


@pytest.fixture(scope="session")
def described(interface: Service) -> Any:
    return schemathesis.openapi.from_url(f"{interface.address}/api/v1/openapi.json", timeout=60)


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [
        (method, path, mode)
        for method, path in OPERATIONS
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
        # Where nothing is sent, nothing can be wrong.
        if mode is GenerationMode.POSITIVE or method == "POST" or "{" in path
    ],
)
def test_what_is_described_is_what_is_done(described: Any, method: str, path: str, mode: GenerationMode) -> None:
    operation = described[path][method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    def held(case: schemathesis.Case[Any]) -> None:
        # What is longer than any body allowed is refused by the guard, before it is looked at.
        assume(len(json.dumps(case.body, default=repr)) < MAX_BODY_BYTES / 2)
        # A question of blanks or a period that ends before it begins is refused, which no schema says.
        case.call_and_validate(excluded_checks=[positive_data_acceptance], timeout=60)

    held()


def test_the_description_names_every_address_that_is_kept(interface: Service) -> None:
    status, document = interface.call("GET", "/api/v1/openapi.json")
    assert status == 200
    assert set(document["paths"]) == {path for _, path in OPERATIONS}
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert document["components"]["schemas"]["AskBody"]["examples"]
    assert document["components"]["schemas"]["AnswerReply"]["examples"] == [ANSWER]


@pytest.mark.parametrize(("kind", "examples"), [(AnswerReply, [ANSWER]), (ErrorReply, [ERROR])])
def test_the_examples_of_replies_are_what_they_show(kind: type[BaseModel], examples: list[Any]) -> None:
    for example in examples:
        assert kind.model_validate(example, strict=True).model_dump(mode="json") == example


@pytest.mark.parametrize(
    "kind", [AskBody, SearchBody, ExportBody, ReadingBody, SuggestionsBody, RelayBody, Opinion, CodeBody]
)
def test_the_examples_of_bodies_can_be_sent(kind: type[BaseModel]) -> None:
    examples = kind.model_json_schema()["examples"]
    assert examples and all(kind.model_validate(example) for example in examples)
