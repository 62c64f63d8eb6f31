"""The three tools, their descriptions and their errors: the same shapes as the HTTP interface, nothing more allowed."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from anyio import to_thread
from mcp.server.lowlevel import Server
from mcp.types import CallToolRequestParams, CallToolResult, ListToolsResult, TextContent, Tool, ToolAnnotations
from pydantic import BaseModel, ValidationError

from sourcier.app.answering.events import Answering
from sourcier.app.api.bodies import AskBody, SearchBody
from sourcier.app.api.parts import DocumentsAndSearch
from sourcier.app.api.replies import AnswerReply, SearchReply
from sourcier.app.api.streaming import last
from sourcier.app.mcp.opening import OpenBody, OpenedPassage, opened
from sourcier.app.shapes import answer_to_json, search_to_json
from sourcier.app.turnstile import Turnstile, place
from sourcier.app.ui.pump import pumped
from sourcier.core.errors import SourcierError
from sourcier.core.messages import Language, message
from sourcier.core.settings import Settings

__all__ = ["tools_server"]

_log = logging.getLogger(__name__)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Tool:
    """A tool: what it takes, what it gives, and what it does."""

    takes: type[BaseModel]
    gives: type[BaseModel]
    run: Callable[[Any], Awaitable[Json]]


def tools_server(
    assistant: Answering, searcher: DocumentsAndSearch, turnstile: Turnstile, settings: Settings
) -> Server[Any]:
    """A server of the protocol, to be run over any of its transports. It keeps and logs nothing of what is asked."""
    language = settings.language

    async def search(body: SearchBody) -> Json:
        found = await to_thread.run_sync(searcher.search, body.query, body.k or settings.search.k, body.only())
        return search_to_json(
            body.query, found.hits, found.timings_ms, found.version, found.corrections, found.expansions
        )

    async def ask(body: AskBody) -> Json:
        # In line with the people of the page; a client that cancels hangs the model up.
        return answer_to_json(
            await last(pumped(turnstile.answer(assistant, body.question, body.only(), body.manner())))
        )

    async def open_passage(body: OpenBody) -> Json:
        document = await to_thread.run_sync(searcher.document, body.document_id)
        return opened(document, body).model_dump(mode="json")

    tools = {
        "search": _Tool(SearchBody, SearchReply, search),
        "ask": _Tool(AskBody, AnswerReply, ask),
        "open_passage": _Tool(OpenBody, OpenedPassage, open_passage),
    }

    async def listed(_: Any, __: Any) -> ListToolsResult:
        return ListToolsResult(tools=[_described(name, tool, language) for name, tool in tools.items()])

    async def called(_: Any, params: CallToolRequestParams) -> CallToolResult:
        return await _called(tools, params, language)

    return Server(
        "sourcier",
        title=settings.organisation.name,
        version=version("sourcier"),
        instructions=message("api.mcp_instructions", language, organisation=settings.organisation.name),
        on_list_tools=listed,
        on_call_tool=called,
    )


def _described(name: str, tool: _Tool, language: Language) -> Tool:
    return Tool(
        name=name,
        title=message(f"api.mcp_{name}_title", language),
        description=message(f"api.mcp_{name}", language),
        input_schema=tool.takes.model_json_schema(),
        output_schema=tool.gives.model_json_schema(),
        annotations=ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
    )


async def _called(tools: dict[str, _Tool], params: CallToolRequestParams, language: Language) -> CallToolResult:
    tool = tools.get(params.name)
    if tool is None:
        return _refused(message("api.mcp_no_tool", language, tools=", ".join(tools)))
    try:
        shape = await tool.run(tool.takes.model_validate(params.arguments or {}))
    except ValidationError as error:
        first = error.errors()[0]
        detail = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        return _refused(message("api.mcp_arguments", language, detail=detail))
    except SourcierError as error:
        return _refused(error.in_language(language))
    except Exception as error:  # noqa: BLE001 - its message may hold the question: only its kind and place are logged
        _log.error("a tool failed: %s", place(error))
        return _refused(message("ui.unexpected", language))
    # Clients that do not read structured results find the same as text.
    text = json.dumps(shape, ensure_ascii=False)
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=shape)


def _refused(sentence: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=sentence)], is_error=True)
