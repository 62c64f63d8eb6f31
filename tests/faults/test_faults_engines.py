"""A language model that is down, slow, wrong or replaced: the faults F-20 to F-23, each by its name.

The client, the provider and the assistant are the real ones. Only orders of events are asserted, never times.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from tests.faults.engines import (
    ASK,
    NAME,
    QUESTION,
    REPLY,
    SENTENCE,
    SHEET,
    Serve,
    chats,
    model_of,
    settings_for,
    start,
    stop,
)
from tests.models.ollama_server import Installed, Script

from sourcier.app.answering.assistant import Assistant
from sourcier.app.models import Turn, ollama_host
from sourcier.app.models import weights as model_weights
from sourcier.app.models.ollama import OllamaModel
from sourcier.app.models.ollama_host import Host
from sourcier.core.errors import (
    ModelError,
    ModelInterruptedError,
    ModelMissingError,
    ModelUnreachableError,
    SettingsError,
)
from sourcier.core.settings import OllamaSettings, load
from sourcier.index.sync import sync

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


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


# F-20: context overflow.


def test_f20_a_prompt_that_may_fit_gets_the_window_that_it_may_need(serve: Serve) -> None:
    server = serve(NAME)
    model = model_of(server, context=16384)
    for words in (10, 1000, 3000):
        list(model.write([Turn("user", "paritaire " * words)], max_tokens=100))
    windows = [body["options"]["num_ctx"] for path, body in server.requests if path == "/api/chat"]
    assert windows == [2048, 4096, 16384]


def test_f20_a_prompt_of_signs_that_take_many_tokens_is_not_taken_for_a_short_one(serve: Serve) -> None:
    # Ten thousand characters, some forty thousand tokens: the server read but half of its window.
    server = serve(NAME)
    model = model_of(server, context=4096)
    with pytest.raises(ModelError) as caught:
        list(model.write([Turn("user", "🙂" * 10_000)], max_tokens=100))
    assert caught.value.key in {"model.too_long", "model.truncated"}


@pytest.mark.parametrize("times", [1, 2, 10])
def test_f20_a_prompt_beyond_the_window_is_never_answered(serve: Serve, times: int) -> None:
    server = serve(NAME)  # which counts 100 tokens read, whatever it was sent
    model = model_of(server, context=1024)
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
    stop(server)
    with Assistant.open(settings_for(home, server)) as assistant:
        # Nobody has ever seen a model here: quotes are the way this service answers, and nothing is amiss.
        answer = assistant.ask(QUESTION)
        assert (answer.status, answer.model.provider, answer.notices) == ("quoted", "none", ())
        start(server)
        answer = assistant.ask(QUESTION)
        assert (answer.status, answer.model.name) == ("answered", NAME)
        stop(server)
        answer = assistant.ask(QUESTION + " ")
        assert answer.status == "quoted"
        assert "32,5 heures" in answer.answer
        assert server.url in " ".join(answer.notices)
        start(server)
        answer = assistant.ask(QUESTION + "  ")
        assert (answer.status, answer.model.provider, answer.notices) == ("answered", "ollama", ())


def test_f21_a_dead_server_is_asked_again_after_ten_seconds_and_no_sooner(serve: Serve) -> None:
    now = [100.0]
    server = serve(NAME)
    host = Host(server.url, OllamaSettings(model=NAME), clock=lambda: now[0])
    stop(server)
    with pytest.raises(ModelUnreachableError) as first:
        host.find()
    start(server)
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
    model = model_of(first, second)
    list(model.write(ASK, max_tokens=9))
    stop(first)
    assert "".join(model.write(ASK, max_tokens=9)) == "".join(REPLY)
    assert model.url == second.url
    monkeypatch.setattr(ollama_host, "REST_S", 0.0)
    start(first)
    list(model.write(ASK, max_tokens=9))
    assert model.url == second.url  # still at rest: it was told to be, before
    model._hosts[0]._rests_until = 0.0
    list(model.write(ASK, max_tokens=9))
    assert model.url == first.url
    assert (chats(first), chats(second)) == (2, 2)


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
            pieces.extend(model_of(server, **waiting).write(ASK, max_tokens=9))
        assert (caught.value.key, "".join(pieces)) == (key, kept)


def test_f22_a_longer_wait_is_allowed_before_the_first_word_than_after_it(serve: Serve) -> None:
    go = threading.Event()
    server = serve(NAME, go=go)
    model, pieces = model_of(server, timeout_s=300.0, idle_timeout_s=0.2), list[str]()
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
        for _ in model_of(server, total_timeout_s=0.2).write(ASK, max_tokens=9):
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
    with Assistant.open(settings_for(home, server)) as assistant:
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
    model = model_of(server)
    assert "".join(model.write(ASK, max_tokens=9)) == "".join(REPLY)
    body = server.requests[-1][1]
    # Such a model cannot be told not to think: it is told to be brief, and has tokens for that.
    assert (body["think"], body["options"]["num_predict"]) == (("low", 9 + 512) if apart else (False, 9))


def test_f22_a_model_that_only_thinks_is_said(serve: Serve) -> None:
    with pytest.raises(ModelError) as caught:
        list(model_of(serve(NAME, says=("<think>", "Voyons", " encore"))).write(ASK, max_tokens=3))
    assert caught.value.key == "model.only_thought"


# F-23: missing, replaced.


@pytest.mark.usefixtures("no_weights")
def test_f23_a_missing_model_names_the_exact_command_and_the_passages_answer(serve: Serve, home: Path) -> None:
    server = serve("llama3.2:3b", says=(SENTENCE,))
    with pytest.raises(ModelMissingError, match=f"ollama pull {NAME}"):
        model_of(server)
    server.models.append(Installed(NAME))
    with Assistant.open(settings_for(home, server)) as assistant:
        del server.models[1]
        answer = assistant.ask(QUESTION)
        assert answer.status == "quoted"
        assert f"ollama pull {NAME}" in " ".join(answer.notices)
        server.models.append(Installed(NAME))
        assert assistant.ask(QUESTION + " ").status == "answered"


def test_f23_the_digest_of_an_answer_is_that_of_the_weights_that_wrote_it(serve: Serve) -> None:
    server = serve(Installed(NAME, digest="a" * 64))
    model = model_of(server)
    assert model.info.digest == "a" * 64
    server.models[0] = Installed(NAME, digest="b" * 64)  # « ollama pull », while we run
    list(model.write(ASK, max_tokens=9))
    assert model.info.digest == "b" * 64


def test_f23_a_model_replaced_by_one_that_runs_elsewhere_is_refused(serve: Serve) -> None:
    server = serve(NAME)
    model = model_of(server)
    server.models[0] = Installed(NAME, digest="c" * 64, remote="https://ollama.com")
    with pytest.raises(ModelError) as caught:
        list(model.write(ASK, max_tokens=9))
    assert caught.value.key == "model.cloud"
    assert chats(server) == 0
