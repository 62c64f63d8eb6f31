"""A language model that is down, slow, wrong or abandoned: the faults F-20 to F-23 and F-42, each by its name.

The servers speak Ollama's protocol on the loopback and misbehave on purpose; the client, the provider, the assistant,
the line and the HTTP interface are the real ones. Only orders of events are asserted, never times.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, aclosing
from pathlib import Path
from typing import Any

import pytest
from tests.models.ollama_server import Installed, OllamaServer, Script

from sourcier.app.answering.assistant import Assistant
from sourcier.app.answering.events import Drafting, Event, Finished, Found, SentenceShown
from sourcier.app.answering.manner import AS_USUAL, Manner
from sourcier.app.models import Cancellation, CancelledAnswer, Turn, cancelled_by, ollama_host
from sourcier.app.models import weights as model_weights
from sourcier.app.models.ollama import OllamaModel
from sourcier.app.models.ollama_host import Host
from sourcier.app.turnstile import Turnstile
from sourcier.app.ui.pump import pumped
from sourcier.core.errors import (
    ModelError,
    ModelInterruptedError,
    ModelMissingError,
    ModelUnreachableError,
    SettingsError,
)
from sourcier.core.filters import Filter
from sourcier.core.settings import OllamaSettings, Settings, load
from sourcier.core.types import Answer, AnswerSentence
from sourcier.index.sync import sync

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

NAME = "qwen2.5:1.5b"
ASK = [Turn("user", "Combien de semaines dure le congé ?")]
REPLY = ("Le congé", " dure", " 65 semaines", ".")

SHEET = """---
title: Entente de la bibliothèque
---
# Horaires

L'horaire d'été débute le 24 juin 2025 et compte 32,5 heures par semaine. La direction affiche l'horaire dix jours à
l'avance.
"""
QUESTION = "Combien d'heures par semaine compte l'horaire d'été ?"
SENTENCE = "L'horaire d'été débute le 24 juin 2025 et compte 32,5 heures par semaine."

Serve = Callable[..., OllamaServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server; stopped at the end. ``serve(*models, **script)``."""
    with ExitStack() as stack:

        def start(*models: Installed | str, **script: Any) -> OllamaServer:
            installed = [model if isinstance(model, Installed) else Installed(model) for model in models]
            return stack.enter_context(OllamaServer(None, installed, Script(**{"says": REPLY, **script})))

        yield start


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one sheet in it."""
    folder = tmp_path_factory.mktemp("engines")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "entente.md").write_text(SHEET, encoding="utf-8")
    sync([folder / "corpus"], load(environ={"SOURCIER_HOME": str(folder / "home")}).settings)
    return folder / "home"


@pytest.fixture
def no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine where the embedded model is not installed."""
    monkeypatch.setattr(model_weights.find_parts, "__defaults__", (("weights_that_nobody_installed",),))


def _settings(home: Path, *servers: OllamaServer, **options: Any) -> Settings:
    urls = [server.url for server in servers]
    named = {f"model.ollama.{key}": value for key, value in {"model": NAME, **options}.items()}
    addresses = {"model.ollama.url": urls[0], "model.ollama.urls": tuple(urls[1:])}
    return load(options={"home": home, "answer.cache": 0, **addresses, **named}, environ={}).settings


def _model(server: OllamaServer, *others: OllamaServer, **options: Any) -> OllamaModel:
    return OllamaModel(_settings(Path("unused"), server, *others, **options).model)


def _stop(server: OllamaServer) -> None:
    server.__exit__()


def _start(server: OllamaServer) -> None:
    server.__enter__()


def _chats(server: OllamaServer) -> int:
    return sum(path == "/api/chat" for path, _ in server.requests)


# F-20: context overflow.


def test_f20_a_prompt_that_may_fit_gets_the_window_that_it_may_need(serve: Serve) -> None:
    server = serve(NAME)
    model = _model(server, context=16384)
    for words in (10, 1000, 3000):
        list(model.write([Turn("user", "paritaire " * words)], max_tokens=100))
    windows = [body["options"]["num_ctx"] for path, body in server.requests if path == "/api/chat"]
    assert windows == [2048, 4096, 16384]


def test_f20_a_prompt_of_signs_that_take_many_tokens_is_not_taken_for_a_short_one(serve: Serve) -> None:
    # Ten thousand characters, some forty thousand tokens: the server read but half of its window.
    server = serve(NAME)
    model = _model(server, context=4096)
    with pytest.raises(ModelError) as caught:
        list(model.write([Turn("user", "🙂" * 10_000)], max_tokens=100))
    assert caught.value.key in {"model.too_long", "model.truncated"}


@pytest.mark.parametrize("times", [1, 2, 10])
def test_f20_a_prompt_beyond_the_window_is_never_answered(serve: Serve, times: int) -> None:
    server = serve(NAME)  # which counts 100 tokens read, whatever it was sent
    model = _model(server, context=1024)
    with pytest.raises(ModelError) as caught:
        list(model.write([Turn("user", "convention " * 560 * times)], max_tokens=100))
    assert caught.value.key in {"model.too_long", "model.truncated"}
    assert "1024" in str(caught.value)


# F-21: down, refused, back.


@pytest.mark.usefixtures("no_weights")
def test_f21_the_passages_answer_while_the_server_is_down_and_it_is_used_again_when_it_is_back(
    serve: Serve, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ollama_host, "REST_S", 0.0)
    server = serve(NAME, says=(SENTENCE,))
    _stop(server)
    with Assistant.open(_settings(home, server)) as assistant:
        # Nobody has ever seen a model here: quotes are the way this service answers, and nothing is amiss.
        answer = assistant.ask(QUESTION)
        assert (answer.status, answer.model.provider, answer.notices) == ("quoted", "none", ())
        _start(server)
        answer = assistant.ask(QUESTION)
        assert (answer.status, answer.model.name) == ("answered", NAME)
        _stop(server)
        answer = assistant.ask(QUESTION + " ")
        assert answer.status == "quoted"
        assert "32,5 heures" in answer.answer
        assert server.url in " ".join(answer.notices)
        _start(server)
        answer = assistant.ask(QUESTION + "  ")
        assert (answer.status, answer.model.provider, answer.notices) == ("answered", "ollama", ())


def test_f21_a_dead_server_is_asked_again_after_ten_seconds_and_no_sooner(serve: Serve) -> None:
    now = [100.0]
    server = serve(NAME)
    host = Host(server.url, OllamaSettings(model=NAME), clock=lambda: now[0])
    _stop(server)
    with pytest.raises(ModelUnreachableError) as first:
        host.find()
    _start(server)
    now[0] = 109.9
    with pytest.raises(ModelUnreachableError) as second:
        host.find()
    assert second.value is first.value
    assert server.requests == []
    now[0] = 110.0
    assert host.find().name == NAME


def test_f21_the_next_server_writes_while_the_first_is_down_and_the_first_when_it_is_back(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = serve(NAME), serve(NAME)
    model = _model(first, second)
    list(model.write(ASK, max_tokens=9))
    _stop(first)
    assert "".join(model.write(ASK, max_tokens=9)) == "".join(REPLY)
    assert model.url == second.url
    monkeypatch.setattr(ollama_host, "REST_S", 0.0)
    _start(first)
    list(model.write(ASK, max_tokens=9))
    assert model.url == second.url  # still at rest: it was told to be, before
    model._hosts[0]._rests_until = 0.0
    list(model.write(ASK, max_tokens=9))
    assert model.url == first.url
    assert (_chats(first), _chats(second)) == (2, 2)


def test_f21_every_address_of_the_list_must_be_on_this_machine(serve: Serve) -> None:
    server = serve(NAME)
    named = {"model.ollama.url": server.url, "model.ollama.urls": ("http://192.0.2.1:11434",)}
    with pytest.raises(SettingsError, match=r"192\.0\.2\.1") as caught:
        OllamaModel(load(options=named, environ={}).settings.model)
    assert caught.value.key == "model.remote"
    assert server.requests == []


# F-22: slow, silent, refusing, garbled, broken off.


def test_f22_loading_reading_and_stalling_are_told_apart(serve: Serve) -> None:
    waiting = {"timeout_s": 0.3, "idle_timeout_s": 0.3}
    loading = serve(NAME, go=threading.Event())
    reading = serve(Installed(NAME, loaded=2048), go=threading.Event())
    stalled = serve(NAME, go=threading.Event(), silent_after=2)
    for server, key, kept in (
        (loading, "model.slow_loading", ""),
        (reading, "model.slow_reading", ""),
        (stalled, "model.stalled", "Le congé dure"),
    ):
        pieces: list[str] = []
        with pytest.raises(ModelInterruptedError) as caught:
            pieces.extend(_model(server, **waiting).write(ASK, max_tokens=9))
        assert (caught.value.key, "".join(pieces)) == (key, kept)


def test_f22_a_longer_wait_is_allowed_before_the_first_word_than_after_it(serve: Serve) -> None:
    go = threading.Event()
    server = serve(NAME, go=go)
    model, pieces = _model(server, timeout_s=300.0, idle_timeout_s=0.2), list[str]()
    reader = threading.Thread(target=lambda: pieces.extend(model.write(ASK, max_tokens=9)))
    reader.start()
    assert server.asked.wait(60)
    reader.join(0.5)  # more than the idle time: it must still be waiting
    assert reader.is_alive()
    go.set()
    reader.join(60)
    assert "".join(pieces) == "".join(REPLY)


def test_f22_a_reply_that_never_ends_is_ended(serve: Serve) -> None:
    server = serve(NAME, says=("mot ",) * 100_000)
    with pytest.raises(ModelInterruptedError) as caught:
        for _ in _model(server, total_timeout_s=0.2).write(ASK, max_tokens=9):
            pass
    assert caught.value.key == "model.endless"
    assert server.abandoned.wait(60)


@pytest.mark.parametrize(
    "accident",
    [{"cut_after": 1}, {"end_after": 1}, {"error_after": 1}, {"garbage_after": 1}, {"status": (503, "occupé")}],
)
def test_f22_what_was_verified_is_kept_and_the_interruption_is_said(
    serve: Serve, home: Path, accident: dict[str, Any]
) -> None:
    server = serve(NAME)
    with Assistant.open(_settings(home, server)) as assistant:
        server.script = Script(says=(SENTENCE + " ", "La direction", " affiche"), **accident)
        answer = assistant.ask(QUESTION)
    assert answer.notices
    assert "32,5 heures" in answer.answer
    assert not any(sentence.text.endswith("affiche") for sentence in answer.sentences)
    assert all(citation.quote in SHEET.replace("\n", " ") for citation in answer.citations)


@pytest.mark.parametrize("apart", [True, False])
def test_f22_thoughts_never_reach_the_draft(serve: Serve, apart: bool) -> None:
    if apart:
        server = serve(Installed(NAME, family="gptoss"), thinks=("Voyons", "…"))
    else:
        server = serve(NAME, says=("<thi", "nk>Voyons…", "</think>", *REPLY))
    model = _model(server)
    assert "".join(model.write(ASK, max_tokens=9)) == "".join(REPLY)
    body = server.requests[-1][1]
    # Such a model cannot be told not to think: it is told to be brief, and has tokens for that.
    assert (body["think"], body["options"]["num_predict"]) == (("low", 9 + 512) if apart else (False, 9))


def test_f22_a_model_that_only_thinks_is_said(serve: Serve) -> None:
    with pytest.raises(ModelError) as caught:
        list(_model(serve(NAME, says=("<think>", "Voyons", " encore"))).write(ASK, max_tokens=3))
    assert caught.value.key == "model.only_thought"


# F-23: missing, replaced.


@pytest.mark.usefixtures("no_weights")
def test_f23_a_missing_model_names_the_exact_command_and_the_passages_answer(serve: Serve, home: Path) -> None:
    server = serve("llama3.2:3b", says=(SENTENCE,))
    with pytest.raises(ModelMissingError, match=f"ollama pull {NAME}"):
        _model(server)
    server.models.append(Installed(NAME))
    with Assistant.open(_settings(home, server)) as assistant:
        del server.models[1]
        answer = assistant.ask(QUESTION)
        assert answer.status == "quoted"
        assert f"ollama pull {NAME}" in " ".join(answer.notices)
        server.models.append(Installed(NAME))
        assert assistant.ask(QUESTION + " ").status == "answered"


def test_f23_the_digest_of_an_answer_is_that_of_the_weights_that_wrote_it(serve: Serve) -> None:
    server = serve(Installed(NAME, digest="a" * 64))
    model = _model(server)
    assert model.info.digest == "a" * 64
    server.models[0] = Installed(NAME, digest="b" * 64)  # « ollama pull », while we run
    list(model.write(ASK, max_tokens=9))
    assert model.info.digest == "b" * 64


def test_f23_a_model_replaced_by_one_that_runs_elsewhere_is_refused(serve: Serve) -> None:
    server = serve(NAME)
    model = _model(server)
    server.models[0] = Installed(NAME, digest="c" * 64, remote="https://ollama.com")
    with pytest.raises(ModelError) as caught:
        list(model.write(ASK, max_tokens=9))
    assert caught.value.key == "model.cloud"
    assert _chats(server) == 0


# F-42: the client leaves while it waits in line, while the prompt is read, while the answer is written.


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
    model, cancellation = _model(server), Cancellation()
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
    model, cancellation = _model(server), Cancellation()
    cancellation.ask()
    with cancelled_by(cancellation), pytest.raises(CancelledAnswer):
        list(model.write(ASK, max_tokens=9))
    assert _chats(server) == 0


@pytest.mark.parametrize("state", ["reading", "writing"])
def test_f42_a_reader_of_the_page_that_leaves_frees_the_model_at_once(serve: Serve, state: str) -> None:
    server = serve(NAME, **{"go" if state == "reading" else "hold": threading.Event()})
    writer, line = Writer(_model(server)), Turnstile(5)

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
    writer, line = Writer(_model(server)), Turnstile(5)
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
    assert _chats(server) == 1
    assert len(line) == 0


@pytest.mark.parametrize("path", ["/api/ask", "/api/ask/stream"])
@pytest.mark.parametrize("state", ["reading", "writing"])
def test_f42_a_client_that_leaves_frees_the_model_and_the_next_one_is_served(
    serve: Serve, tmp_path: Path, path: str, state: str
) -> None:
    from tests.ui.conftest import running

    server = serve(NAME, **{"go" if state == "reading" else "hold": threading.Event()})
    writer = Writer(_model(server))
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
