"""The tools as another assistant uses them, through the protocol's official client: in one process, over HTTP, over pipes."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp.client.stdio import StdioServerParameters
from pydantic import BaseModel
from tests.cli.conftest import COMMAND, Command
from tests.ui.conftest import Service, running
from tests.ui.material import ANSWERED, ASK_ABSTAINED, ASK_ANSWERED, FEW, GUIDE, PLAYS
from tests.ui.scripted import ScriptedAssistant

from mcp import Client
from sourcier.app.api.replies import AnswerReply, SearchReply
from sourcier.app.mcp.opening import OpenBody, OpenedPassage, opened
from sourcier.app.mcp.tools import tools_server
from sourcier.app.shapes import answer_to_json
from sourcier.app.turnstile import Turnstile
from sourcier.core.errors import UsageError
from sourcier.core.messages import Language
from sourcier.core.settings import McpSettings, ServeSettings, Settings

GIVES: dict[str, type[BaseModel]] = {"search": SearchReply, "ask": AnswerReply, "open_passage": OpenedPassage}

Use = Callable[[Client], Awaitable[None]]


def tools(home: Path, language: Language = "fr") -> Any:
    settings = Settings(home=home, language=language)
    return tools_server(ScriptedAssistant(dict(PLAYS)), FEW, Turnstile(2), settings)


def using(server: Any, use: Use) -> None:
    async def run() -> None:
        async with Client(server) as client:
            await use(client)

    anyio.run(run)


def text(result: Any) -> str:
    [content] = result.content
    return str(content.text)


def test_each_tool_gives_what_its_schema_says(tmp_path: Path) -> None:
    async def use(client: Client) -> None:
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert {name: tool.output_schema for name, tool in listed.items()} == {
            name: gives.model_json_schema() for name, gives in GIVES.items()
        }
        passage = {"document_id": GUIDE.document_id, "start": 3, "end": 15, "around": 2}
        for name, arguments in (
            ("search", {"query": "vacances", "k": 2}),
            ("ask", {"question": ASK_ANSWERED}),
            ("ask", {"question": ASK_ABSTAINED, "quotes_only": True}),
            ("open_passage", passage),
        ):
            result = await client.call_tool(name, arguments)
            assert not result.is_error
            given = GIVES[name].model_validate(result.structured_content, strict=True)
            assert given.model_dump(mode="json") == result.structured_content
            assert json.loads(text(result)) == result.structured_content
        answer = await client.call_tool("ask", {"question": ASK_ANSWERED})
        assert answer.structured_content == answer_to_json(ANSWERED.answer(ASK_ANSWERED))

    using(tools(tmp_path), use)


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "Réponse vérifiée, phrase par phrase"), ("en", "verified sentence by sentence")]
)
def test_tools_are_described_in_the_language_of_the_settings(tmp_path: Path, language: Language, said: str) -> None:
    async def use(client: Client) -> None:
        described = {tool.name: tool.description or "" for tool in (await client.list_tools()).tools}
        assert said in described["ask"]

    using(tools(tmp_path, language), use)


@pytest.mark.parametrize(
    ("name", "arguments", "part"),
    [
        ("ask", {"question": "  "}, "question"),
        ("ask", {"question": "Qui?", "temperature": 2}, "temperature"),
        ("ask", {}, "question"),
        ("ask", {"question": "une question sans réponse prévue"}, "erreur interne"),
        ("search", {"query": "a", "since": "demain"}, "demain"),
        ("open_passage", {"document_id": "0" * 16, "start": 0, "end": 1}, "0000000000000000"),
        ("open_passage", {"document_id": GUIDE.document_id, "start": 5, "end": 5}, "de 5 à 5"),
        ("open_passage", {"document_id": GUIDE.document_id, "start": 0, "end": 10**6}, "1000000"),
        ("open_passage", {"document_id": "../etc/passwd", "start": 0, "end": 1}, "document_id"),
        ("effacer", {}, "search, ask, open_passage"),
    ],
)
def test_an_error_is_one_sentence_that_says_what_to_do(
    tmp_path: Path, name: str, arguments: dict[str, Any], part: str
) -> None:
    async def use(client: Client) -> None:
        result = await client.call_tool(name, arguments)
        assert result.is_error
        assert part in text(result)
        assert "\n" not in text(result) and "Traceback" not in text(result)

    using(tools(tmp_path), use)


def test_nothing_of_a_question_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")

    async def use(client: Client) -> None:
        await client.call_tool("ask", {"question": "canari-7f3e91"})
        await client.call_tool("search", {"query": "canari-7f3e91", "k": 0})

    using(tools(tmp_path), use)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("sourcier")]
    assert ours and not any("canari-7f3e91" in line for line in ours)


def test_a_passage_opens_in_its_document() -> None:
    text = GUIDE.text
    passage = opened(GUIDE, OpenBody(document_id=GUIDE.document_id, start=0, end=len(text)))
    assert (passage.before, passage.quote, passage.after) == ("", text, "")
    passage = opened(GUIDE, OpenBody(document_id=GUIDE.document_id, start=10, end=20, around=5))
    assert passage.before + passage.quote + passage.after == text[5:25]
    with pytest.raises(UsageError):
        opened(GUIDE, OpenBody(document_id=GUIDE.document_id, start=20, end=10))


@pytest.fixture(scope="module")
def over_http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The whole service, with the tools turned on."""
    settings = Settings(
        home=tmp_path_factory.mktemp("home"), serve=ServeSettings(port=0), mcp=McpSettings(enabled=True)
    )
    yield from running(settings, ScriptedAssistant(dict(PLAYS)))


def test_over_http_each_request_stands_alone(over_http: Service) -> None:
    async def use(client: Client) -> None:
        result = await client.call_tool("ask", {"question": ASK_ANSWERED})
        assert result.structured_content == answer_to_json(ANSWERED.answer(ASK_ANSWERED))

    for _ in range(2):
        using(f"{over_http.address}/mcp", use)


def test_over_http_the_guard_stands_in_front(over_http: Service) -> None:
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}
    assert over_http.call("POST", "/mcp", body, {**accept, "Origin": "http://evil.example"})[0] == 403
    assert over_http.call("POST", "/mcp", body, {**accept, "Host": "evil.example"})[0] == 421
    assert over_http.call("POST", "/mcp/", body, accept)[0] == 404
    assert over_http.call("DELETE", "/mcp", None, accept)[0] == 405
    assert over_http.call("POST", "/mcp", b"{", accept)[0] == 400


def test_over_pipes_on_an_index_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    sentence = "Le congé de maternité dure vingt et une semaines consécutives."
    (folder / "conges.md").write_text(f"# Les congés\n\n## Maternité\n\n{sentence}\n", encoding="utf-8")
    command = Command(tmp_path / "home", folder)
    ingested = command.run("ingest", folder)
    assert ingested.returncode == 0, ingested.stderr
    server = StdioServerParameters(
        command=sys.executable,
        args=[str(COMMAND), "mcp", "--provider", "none"],
        env=command.environment(),
        cwd=folder,
    )

    async def use(client: Client) -> None:
        found = (await client.call_tool("search", {"query": "congé de maternité"})).structured_content
        [hit] = found["results"]
        assert sentence in hit["text"]
        place = {"document_id": hit["document_id"], "start": hit["start"], "end": hit["end"]}
        passage = (await client.call_tool("open_passage", place)).structured_content
        assert passage["quote"] == hit["text"]
        refused = await client.call_tool("search", {"query": "congé", "k": 0})
        assert refused.is_error and "\n" not in text(refused)

    using(server, use)
