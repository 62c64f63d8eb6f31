"""`sourcier mcp` on its real models, used by the protocol's official client as another assistant would."""

from __future__ import annotations

from typing import Any

import anyio
from mcp.client.stdio import StdioServerParameters
from tests.e2e.conftest import SOURCIER

from mcp import Client


def test_another_assistant_asks_and_opens_what_it_was_told(sourcier: Any) -> None:
    server = StdioServerParameters(
        command=str(SOURCIER), args=["mcp", "--provider", "none"], env=sourcier.environment(), cwd=sourcier.folder
    )
    question = "À combien s'élève l'allocation mensuelle de télétravail ?"

    async def run() -> None:
        async with Client(server) as client:
            answer = (await client.call_tool("ask", {"question": question})).structured_content
            assert (answer["status"], answer["model"]["provider"]) == ("quoted", "none")
            citation = answer["citations"][0]
            assert "42,50" in citation["quote"]
            place = {name: citation[name] for name in ("document_id", "start", "end")}
            passage = (await client.call_tool("open_passage", place)).structured_content
            assert passage["quote"] == citation["quote"]
            assert passage["title"] == citation["title"]

    anyio.run(run)
