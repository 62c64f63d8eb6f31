import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sourcier.app.models import Check, LanguageModel, choose_model, diagnose, weights
from sourcier.app.models.embedded import EmbeddedModel
from sourcier.core.errors import (
    MissingExtraError,
    ModelMissingError,
    ModelUnreachableError,
    SettingsError,
    SourcierError,
)
from sourcier.core.messages import catalogue
from sourcier.core.settings import Settings

Make = Callable[..., Settings]
Serve = Callable[..., Any]


@pytest.fixture
def nobody(serve: Serve) -> Iterator[str]:
    """An address of this machine where no server answers."""
    server = serve()
    server.__exit__()
    yield server.url
    server.__enter__()


@pytest.fixture
def no_weights(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A data folder without weights, on a machine where their packages are not installed."""
    monkeypatch.setattr(weights.find_parts, "__defaults__", (("weights_that_nobody_installed",),))
    return tmp_path


def _provider(model: LanguageModel | None) -> str:
    if model is None or not model.ready():
        return "none"
    provider = model.info.provider
    model.close()
    return provider


def test_auto_takes_ollama_first(serve: Serve, make_settings: Make) -> None:
    settings = make_settings(model__ollama__url=serve("qwen2.5:1.5b").url)
    assert _provider(choose_model(settings)) == "ollama"


def test_auto_takes_the_embedded_model_when_ollama_is_down(
    embedded: EmbeddedModel, nobody: str, make_settings: Make
) -> None:
    assert _provider(choose_model(make_settings(model__ollama__url=nobody))) == "embedded"


def test_auto_takes_the_embedded_model_when_ollama_lacks_the_one_that_is_wanted(
    embedded: EmbeddedModel, serve: Serve, make_settings: Make
) -> None:
    settings = make_settings(model__ollama__url=serve("llama3.2:3b").url, model__ollama__model="mistral")
    assert _provider(choose_model(settings)) == "embedded"


def test_auto_takes_none_when_nothing_can_be_used(nobody: str, no_weights: Path, make_settings: Make) -> None:
    model = choose_model(make_settings(home=no_weights, model__ollama__url=nobody))
    assert _provider(model) == "none"
    assert model is not None
    assert model.info.provider == "none"
    with pytest.raises(ModelUnreachableError, match=nobody):
        list(model.write([], max_tokens=1))


def test_none_looks_for_nothing(serve: Serve, make_settings: Make) -> None:
    server = serve("qwen2.5:1.5b")
    assert choose_model(make_settings(model__provider="none", model__ollama__url=server.url)) is None
    assert server.requests == []


def test_what_is_asked_for_by_name_is_used_or_said(
    serve: Serve, nobody: str, no_weights: Path, make_settings: Make
) -> None:
    asked: list[tuple[type[SourcierError], dict[str, Any]]] = [
        (ModelUnreachableError, {"model__provider": "ollama", "model__ollama__url": nobody}),
        (ModelMissingError, {"model__provider": "ollama", "model__ollama__url": serve().url}),
        (MissingExtraError, {"model__provider": "embedded", "home": no_weights}),
    ]
    for error, options in asked:
        with pytest.raises(error) as caught:
            choose_model(make_settings(**options))
        assert "{" not in str(caught.value)
        assert caught.value.in_language("en") != str(caught.value)


@pytest.mark.parametrize("provider", ["auto", "ollama"])
@pytest.mark.parametrize("options", [{"url": "http://192.0.2.1:11434"}, {"model": "gpt-oss:120b-cloud"}])
def test_settings_that_would_send_questions_away_stop_even_auto(
    provider: str, options: dict[str, str], make_settings: Make
) -> None:
    named = {f"model__ollama__{key}": value for key, value in options.items()}
    with pytest.raises(SettingsError):
        choose_model(make_settings(model__provider=provider, **named))


def test_every_provider_has_its_row(embedded: EmbeddedModel, serve: Serve, make_settings: Make) -> None:
    rows = diagnose(make_settings(model__ollama__url=serve("qwen2.5:1.5b").url))
    assert [row.state for row in rows] == ["ok", "ok", "ok"]
    assert "qwen2.5:1.5b" in rows[0].detail
    assert "qwen2.5-coder-1.5b" in rows[1].detail


def test_a_row_says_what_is_absent_and_what_is_broken(
    serve: Serve, nobody: str, no_weights: Path, make_settings: Make, tmp_path: Path
) -> None:
    rows = diagnose(make_settings(home=no_weights, model__ollama__url=nobody))
    assert [row.state for row in rows] == ["absent", "absent", "ok"]
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"x")
    options = {"model__embedded__weights": broken, "model__embedded__sha256": "0" * 64, "home": tmp_path}
    rows = diagnose(make_settings(**options, model__ollama__url=serve().url, language="en"))
    assert [row.state for row in rows] == ["broken", "broken", "ok"]
    assert "ollama pull" in rows[0].detail
    assert all(isinstance(row, Check) for row in rows)


def test_weights_that_wait_are_announced_and_not_written(
    tmp_path: Path,
    nobody: str,
    make_settings: Make,
    put_on_path: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    package = tmp_path / "site" / "waiting_weights" / "data"
    package.mkdir(parents=True)
    (package / "part1.bin").write_bytes(b"x" * 1000)
    put_on_path(tmp_path / "site")
    monkeypatch.setattr(weights.find_parts, "__defaults__", (("waiting_weights",),))
    rows = diagnose(make_settings(home=tmp_path / "home", model__ollama__url=nobody))
    assert rows[1].state == "ok"
    assert not (tmp_path / "home").exists()


def test_both_languages_hold_the_same_sentences() -> None:
    french, english = ({k for k in catalogue(lang) if k.startswith("model.")} for lang in ("fr", "en"))
    assert french == english


def test_the_package_is_light_to_import() -> None:
    code = "import sys, sourcier.app.models; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "gradio", "chromadb", "llama_index.core", "openai", "ollama", "xllamacpp"} & set(
        run.stdout.split()
    )
