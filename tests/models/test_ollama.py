"""Ollama, driven by its official client through our provider, against a server that speaks its protocol."""

import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from sourcier.app.models import Turn
from sourcier.app.models.ollama import OllamaModel
from sourcier.app.models.ollama_host import checked_url, is_cloud
from sourcier.core.errors import (
    ModelError,
    ModelInterruptedError,
    ModelMissingError,
    ModelUnreachableError,
    SettingsError,
)
from sourcier.core.settings import Settings

SYSTEM = Turn("system", "Tu réponds en français, en une phrase, seulement à partir de l'extrait.")
ASK = Turn("user", "Extrait : Le congé parental dure 65 semaines.\nQuestion : Combien de semaines dure-t-il ?")
NAME = "qwen2.5:1.5b"

Serve = Callable[..., Any]
Make = Callable[..., Settings]


@pytest.fixture
def reach(make_settings: Make) -> Callable[..., OllamaModel]:
    """The provider for a server, with settings of the test's own: ``reach(server, timeout_s=…)``."""

    def build(server: Any, **options: Any) -> OllamaModel:
        named = {f"model__ollama__{key}": value for key, value in {"model": NAME, "url": server.url, **options}.items()}
        return OllamaModel(make_settings(**named).model)

    return build


def test_it_answers_in_french(serve: Serve, reach: Any, engine: tuple[str, str]) -> None:
    server = serve(NAME, engine=engine)
    model = reach(server)
    assert (model.info.provider, model.info.name, len(model.info.digest)) == ("ollama", NAME, 64)
    pieces = list(model.write([SYSTEM, ASK], max_tokens=30))
    assert len(pieces) > 3
    assert "65 semaines" in "".join(pieces)
    assert model.usage.prompt_tokens > 40
    assert model.usage.completion_tokens >= len(pieces)


def test_everything_that_ollama_would_guess_is_sent(serve: Serve, reach: Any, engine: tuple[str, str]) -> None:
    server = serve(NAME, engine=engine)
    assert "semaines" not in "".join(reach(server).write([SYSTEM, ASK], max_tokens=30, stop=["semaines"]))
    body = server.requests[-1][1]
    assert body["options"] == {"temperature": 0.0, "seed": 42, "num_ctx": 2048, "num_predict": 30, "stop": ["semaines"]}
    assert (body["model"], body["stream"], body["think"], body["keep_alive"]) == (NAME, True, False, "30m")
    assert body["messages"] == [{"role": turn.role, "content": turn.text} for turn in (SYSTEM, ASK)]


def test_the_first_word_has_probabilities(serve: Serve, reach: Any, engine: tuple[str, str]) -> None:
    turns = [Turn("system", "Réponds par oui ou par non."), Turn("user", "Deux et deux font-ils quatre ?")]
    model = reach(serve(NAME, engine=engine))
    chances = model.choose(turns, ["oui", "non"])
    assert chances is not None
    assert 0.5 < sum(chances.values()) <= 1
    assert chances["oui"] > chances["non"]


def test_an_old_server_gives_no_probabilities(serve: Serve, reach: Any, engine: tuple[str, str]) -> None:
    assert reach(serve(NAME, engine=engine, logprobs=False)).choose([ASK], ["oui", "non"]) is None


def test_the_window_is_what_the_prompt_needs_and_never_shrinks(
    serve: Serve, reach: Any, ollama_parts: ModuleType
) -> None:
    server = serve(NAME, says=("Oui.",))
    model = reach(server, context=8192)
    long = Turn("user", "La convention collective prévoit un comité paritaire. " * 150)
    for turns in ([ASK], [ASK, long], [ASK]):
        list(model.write(turns, max_tokens=1))
    assert [body["options"]["num_ctx"] for path, body in server.requests if path == "/api/chat"] == [2048, 4096, 4096]
    # Loaded by someone with a longer window, it is not loaded again with a shorter one.
    loaded = serve(ollama_parts.Installed(NAME, loaded=4096), says=("Oui.",))
    list(reach(loaded).write([ASK], max_tokens=1))
    assert loaded.requests[-1][1]["options"]["num_ctx"] == 4096


def test_the_window_is_never_longer_than_the_model_s_own(
    serve: Serve, reach: Any, engine: tuple[str, str], ollama_parts: ModuleType
) -> None:
    server = serve(ollama_parts.Installed(NAME, trained_context=2048), engine=engine)
    model = reach(server)
    assert model.context == 2048
    list(model.write([ASK], max_tokens=1))
    assert server.requests[-1][1]["options"]["num_ctx"] == 2048


def test_a_server_that_is_down_is_said_with_its_address(serve: Serve, reach: Any) -> None:
    server = serve(NAME)
    server.__exit__()
    with pytest.raises(ModelUnreachableError, match=server.url):
        reach(server)
    server.__enter__()  # for the fixture to stop it again


def test_a_server_that_goes_down_between_calls_is_said(serve: Serve, reach: Any) -> None:
    server = serve(NAME)
    model = reach(server)
    server.__exit__()
    with pytest.raises(ModelUnreachableError):
        list(model.write([ASK], max_tokens=1))
    with pytest.raises(ModelUnreachableError):
        model.choose([ASK], ["oui"])
    server.__enter__()


def test_a_missing_model_names_the_command_that_installs_it(serve: Serve, reach: Any) -> None:
    with pytest.raises(ModelMissingError, match=f"ollama pull {NAME}"):
        reach(serve("llama3.2:3b"))


def test_a_model_removed_between_calls_is_missing(serve: Serve, reach: Any) -> None:
    server = serve(NAME)
    model = reach(server)
    server.models.clear()
    with pytest.raises(ModelMissingError, match=f"ollama pull {NAME}"):
        list(model.write([ASK], max_tokens=1))
    with pytest.raises(ModelMissingError):
        model.choose([ASK], ["oui"])


def test_a_name_without_a_tag_is_its_latest(serve: Serve, reach: Any) -> None:
    assert reach(serve("mistral:latest"), model="mistral").info.name == "mistral"


def test_without_a_name_the_first_model_that_writes_on_this_machine_is_taken(
    serve: Serve, reach: Any, ollama_parts: ModuleType
) -> None:
    installed = ollama_parts.Installed
    server = serve(
        installed("nomic-embed-text:latest", capabilities=("embedding",)),
        installed("gpt-oss:120b-cloud", remote="https://ollama.com"),
        installed("renamed:latest", remote="https://ollama.com"),
        installed(NAME),
    )
    assert reach(server, model="").info.name == NAME


def test_no_model_that_writes_is_said(serve: Serve, reach: Any, ollama_parts: ModuleType) -> None:
    for models in ([], [ollama_parts.Installed("nomic-embed-text:latest", capabilities=("embedding",))]):
        with pytest.raises(ModelMissingError) as caught:
            reach(serve(*models), model="")
        assert caught.value.key == "model.none_installed"


@pytest.mark.parametrize("name", ["gpt-oss:120b-cloud", "glm-4.6:cloud"])
def test_a_cloud_model_is_refused_before_anything_is_sent(serve: Serve, reach: Any, name: str) -> None:
    server = serve(name)
    with pytest.raises(SettingsError, match=name):
        reach(server, model=name)
    assert server.requests == []


def test_a_cloud_model_under_another_name_is_refused(serve: Serve, reach: Any, ollama_parts: ModuleType) -> None:
    server = serve(ollama_parts.Installed("local:latest", remote="https://ollama.com"))
    with pytest.raises(SettingsError, match="local:latest"):
        reach(server, model="local:latest")
    assert not [path for path, _ in server.requests if path == "/api/chat"]


@pytest.mark.parametrize("accident", ["cut_after", "end_after", "error_after", "garbage_after"])
def test_a_stream_that_breaks_is_said_and_what_came_before_is_kept(
    serve: Serve, reach: Any, engine: tuple[str, str], accident: str
) -> None:
    model = reach(serve(NAME, engine=engine, **{accident: 3}))
    pieces: list[str] = []
    with pytest.raises(ModelInterruptedError) as caught:
        pieces.extend(model.write([SYSTEM, ASK], max_tokens=20))
    assert caught.value.key == "model.interrupted"
    assert len(pieces) == 3


def test_a_server_that_refuses_is_quoted(serve: Serve, reach: Any) -> None:
    server = serve(NAME)
    model = reach(server)
    server.script.status = (500, "model requires more system memory (5.6 GiB) than is available")
    for call in (lambda: list(model.write([ASK], max_tokens=1)), lambda: model.choose([ASK], ["oui"])):
        with pytest.raises(ModelError, match="more system memory") as caught:
            call()
        assert caught.value.key == "model.refused"


def test_a_slow_start_is_waited_for(serve: Serve, reach: Any, engine: tuple[str, str]) -> None:
    go = threading.Event()
    server = serve(NAME, engine=engine, go=go)
    pieces: list[str] = []
    model = reach(server)
    reader = threading.Thread(target=lambda: pieces.extend(model.write([SYSTEM, ASK], max_tokens=30)))
    reader.start()
    assert server.asked.wait(60)
    assert pieces == []
    go.set()
    reader.join(120)
    assert "65 semaines" in "".join(pieces)


def test_silence_beyond_the_timeout_is_said(serve: Serve, reach: Any) -> None:
    server = serve(NAME, go=threading.Event())
    with pytest.raises(ModelInterruptedError) as caught:
        list(reach(server, timeout_s=0.2).write([ASK], max_tokens=1))
    assert caught.value.key == "model.slow_loading"
    assert "0.2" in str(caught.value)


def test_closing_the_iterator_closes_the_connection(serve: Serve, reach: Any, engine: tuple[str, str]) -> None:
    server = serve(NAME, engine=engine)
    story = reach(server).write([Turn("user", "Raconte une très longue histoire.")], max_tokens=2000)
    assert [next(story) for _ in range(3)]
    story.close()
    assert server.abandoned.wait(60)


# 1,024 is the shortest window that the settings allow: a text of about 1,250 tokens does not fit.
LONG = Turn("user", "La convention collective prévoit un comité paritaire. " * 100)


def test_a_prompt_that_the_server_cut_is_never_answered(serve: Serve, reach: Any, engine: tuple[str, str]) -> None:
    model = reach(serve(NAME, engine=engine), context=1024)
    with pytest.raises(ModelError) as caught:
        list(model.write([SYSTEM, LONG], max_tokens=1))
    assert caught.value.key == "model.truncated"
    assert caught.value.values["read"] in range(512, 520)


def test_a_prompt_that_cannot_fit_is_not_even_sent(serve: Serve, reach: Any) -> None:
    server = serve(NAME)
    model = reach(server, context=1024)
    for call in (lambda turns: list(model.write(turns, max_tokens=1)), lambda turns: model.choose(turns, ["oui"])):
        with pytest.raises(ModelError) as caught:
            call([LONG, LONG])
        assert caught.value.key == "model.too_long"
    assert not [path for path, _ in server.requests if path == "/api/chat"]


@pytest.mark.parametrize("counts", ["whole", "uncached", "none"])
def test_a_prompt_read_from_the_cache_is_no_cut_prompt(
    serve: Serve, reach: Any, engine: tuple[str, str], counts: str
) -> None:
    model = reach(serve(NAME, engine=engine, counts=counts), context=1024)
    text = Turn("user", "La convention collective prévoit un comité paritaire. " * 20)
    read = []
    for _ in range(2):
        assert list(model.write([SYSTEM, text], max_tokens=2))
        read.append(model.usage.prompt_tokens)
    assert read[1] == {"whole": read[0], "uncached": 1, "none": 0}[counts]


def test_the_environment_has_no_say(
    serve: Serve, reach: Any, engine: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    assert list(reach(serve(NAME, engine=engine)).write([SYSTEM, ASK], max_tokens=2))


@pytest.mark.parametrize(
    "url",
    ["http://192.0.2.1:11434", "https://ollama.com", "http://0.0.0.0:11434", "http://localhost.example.org:11434"],
)
def test_an_address_outside_of_this_machine_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match=r"allow_remote") as caught:
        checked_url(url, allow_remote=False)
    assert caught.value.key == "model.remote"
    assert checked_url(url, allow_remote=True) == url


@pytest.mark.parametrize(
    "url",
    ["", "127.0.0.1:11434", "ftp://127.0.0.1", "http://", "http://127.0.0.1:port", "http://me@127.0.0.1", "http://["],
)
def test_an_address_that_makes_no_sense_is_refused(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        checked_url(url, allow_remote=False)
    assert caught.value.key == "model.bad_url"


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:11434", "http://localhost:1/", "http://[::1]:11434", "http://127.8.0.1"]
)
def test_loopback_is_this_machine(url: str) -> None:
    assert checked_url(url, allow_remote=False) == url.rstrip("/")


def test_only_ollama_s_own_names_are_cloud_models() -> None:
    assert is_cloud("deepseek-v3.1:671b-cloud")
    assert not is_cloud("cloudy:latest")
