"""A client that leaves while it waits in line, while the prompt is read, while the answer is written: the fault F-42.

The client of the model, the provider, the line and the HTTP interface are the real ones; no time is asserted.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest
from tests.faults.engines import ASK, NAME, REPLY, Serve, chats, model_of
from tests.models.ollama_server import Script

from sourcier.app.answering.events import Drafting, Event, Finished, Found, SentenceShown
from sourcier.app.answering.manner import AS_USUAL, Manner
from sourcier.app.models import Cancellation, CancelledAnswer, Turn, cancelled_by
from sourcier.app.models.ollama import OllamaModel
from sourcier.app.turnstile import Turnstile
from sourcier.app.ui.pump import pumped
from sourcier.core.filters import Filter
from sourcier.core.settings import load
from sourcier.core.types import Answer, AnswerSentence

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


class Writer:
    """An assistant that shows what a real provider writes, piece by piece, and tells when it was closed."""

    def __init__(self, model: OllamaModel) -> None:
        self.model = model
        self.closed = threading.Event()
        self.closings = threading.Semaphore(0)

    def stream(self, question: str, only: Filter | None = None, manner: Manner = AS_USUAL) -> Iterator[Event]:
        try:
            yield Found(())
            yield Drafting(self.model.info)
            for piece in self.model.write([Turn("user", question)], max_tokens=9):
                yield SentenceShown(AnswerSentence(piece, (), 1.0), ())
            yield Finished(Answer(question, "quoted", "", (), (), (), (), self.model.info, {}, {}, 0.0, ()))
        finally:
            self.closings.release()

    def ask(self, question: str, only: Filter | None = None, manner: Manner = AS_USUAL) -> Answer:
        raise NotImplementedError


@pytest.mark.parametrize("state", ["reading", "writing"])
def test_f42_whoever_cancels_ends_the_call_in_another_thread(serve: Serve, state: str) -> None:
    server = serve(NAME, **{"go" if state == "reading" else "hold": threading.Event()})
    model, cancellation = model_of(server), Cancellation()
    told: list[BaseException] = []
    begun = threading.Event()

    def read() -> None:
        try:
            with cancelled_by(cancellation):
                for _ in model.write(ASK, max_tokens=9):
                    begun.set()
        except CancelledAnswer as error:
            told.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    assert (server.asked if state == "reading" else begun).wait(60)
    cancellation.ask()
    assert server.abandoned.wait(60)
    reader.join(60)
    assert len(told) == 1
    server.script = Script(says=REPLY)
    assert "".join(model.write(ASK, max_tokens=9)) == "".join(REPLY)


def test_f42_nothing_is_sent_for_an_answer_that_was_cancelled_before(serve: Serve) -> None:
    server = serve(NAME)
    model, cancellation = model_of(server), Cancellation()
    cancellation.ask()
    with cancelled_by(cancellation), pytest.raises(CancelledAnswer):
        list(model.write(ASK, max_tokens=9))
    assert chats(server) == 0


@pytest.mark.parametrize("state", ["reading", "writing"])
def test_f42_a_reader_of_the_page_that_leaves_frees_the_model_at_once(serve: Serve, state: str) -> None:
    server = serve(NAME, **{"go" if state == "reading" else "hold": threading.Event()})
    writer, line = Writer(model_of(server)), Turnstile(5)

    async def leave() -> None:
        async with aclosing(pumped(line.answer(writer, "Et alors ?"))) as steps:
            async for step in steps:
                if isinstance(step, Drafting if state == "reading" else SentenceShown):
                    break
            if state == "reading":
                assert await asyncio.to_thread(server.asked.wait, 60)

    asyncio.run(leave())
    # The event that would let the server go on is never set: the call has been hung up.
    assert server.abandoned.wait(60)
    assert writer.closings.acquire(timeout=60)
    server.script = Script(says=REPLY)
    assert isinstance(list(line.answer(writer, "La suivante ?"))[-1], Finished)


def test_f42_someone_who_waits_in_line_leaves_it_at_once(serve: Serve) -> None:
    server = serve(NAME, hold=threading.Event())
    writer, line = Writer(model_of(server)), Turnstile(5)
    first = line.answer(writer, "La première ?")
    while not isinstance(next(first), SentenceShown):
        pass

    async def leave() -> None:
        async with aclosing(pumped(line.answer(writer, "La seconde ?"))) as steps:
            assert isinstance(await anext(steps), Found)
            await anext(steps)
            assert len(line) == 2

    asyncio.run(leave())
    assert writer.closings.acquire(timeout=60)
    # The one who writes is not disturbed.
    assert not server.abandoned.is_set()
    assert server.script.hold
    server.script.hold.set()
    assert isinstance(list(first)[-1], Finished)
    assert chats(server) == 1
    assert len(line) == 0


@pytest.mark.parametrize("path", ["/api/ask", "/api/ask/stream"])
@pytest.mark.parametrize("state", ["reading", "writing"])
def test_f42_a_client_that_leaves_frees_the_model_and_the_next_one_is_served(
    serve: Serve, tmp_path: Path, path: str, state: str
) -> None:
    from tests.ui.conftest import running

    server = serve(NAME, **{"go" if state == "reading" else "hold": threading.Event()})
    writer = Writer(model_of(server))
    settings = load(options={"home": tmp_path, "serve.port": 0}, environ={}).settings
    for service in running(settings, writer):  # type: ignore[arg-type]
        client = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
        client.request("POST", path, json.dumps({"question": "Et alors ?"}), {"Content-Type": "application/json"})
        assert server.asked.wait(60)
        if state == "writing" and path.endswith("stream"):
            response = client.getresponse()
            while json.loads(response.readline())["event"] != "sentence":
                pass
            response.close()
        client.close()
        assert server.abandoned.wait(60)
        assert writer.closings.acquire(timeout=60)
        server.script = Script(says=REPLY)
        status, shape = service.call("POST", "/api/ask", {"question": "La suivante ?"})
        assert (status, shape["status"]) == (200, "quoted")
