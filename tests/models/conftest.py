"""The embedded model, assembled and loaded once for the whole run, and Ollama's protocol in front of it."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sourcier.app.models import server
from sourcier.app.models.embedded import EmbeddedModel
from sourcier.app.models.weights import PACKAGES
from sourcier.core.settings import Settings, load


def _neighbour(name: str) -> ModuleType:
    """A module beside this one: test folders are no packages."""
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(f"sourcier_tests_{name}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def ollama_parts() -> ModuleType:
    """``OllamaServer``, ``Installed`` and ``Script``."""
    return _neighbour("ollama_server")


@pytest.fixture(scope="session")
def model_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder for the assembled weights; ``SOURCIER_TEST_HOME`` shares one between runs."""
    shared = os.environ.get("SOURCIER_TEST_HOME")
    return Path(shared) if shared else tmp_path_factory.mktemp("home")


@pytest.fixture
def make_settings(model_home: Path) -> Callable[..., Settings]:
    """Settings from dotted keys written with two underscores: ``model__provider="none"``."""

    def make(**options: Any) -> Settings:
        named = {"home": model_home, **{key.replace("__", "."): value for key, value in options.items()}}
        return load(options=named, environ={}).settings

    return make


@pytest.fixture(scope="session")
def embedded(model_home: Path) -> Iterator[EmbeddedModel]:
    """The real model. Skipped where the packages of its weights are not installed."""
    missing = [name for name in ("xllamacpp", *PACKAGES) if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"the extra sourcier[embedded] is not installed: {missing[0]} is missing")
    model = EmbeddedModel(load(options={"home": model_home}, environ={}).settings.model, model_home)
    model.start()
    yield model
    model.close()


@pytest.fixture
def engine(embedded: EmbeddedModel) -> Iterator[tuple[str, str]]:
    """Address and key of the llama.cpp server that already holds the model."""
    endpoint = server.acquire(embedded.engine)
    yield endpoint.url, endpoint.key
    server.release(embedded.engine)


@pytest.fixture
def serve(ollama_parts: ModuleType) -> Iterator[Callable[..., Any]]:
    """Start an Ollama server; stopped at the end of the test. ``serve(*names, engine=…, **script)``."""
    with ExitStack() as stack:

        def start(*models: Any, engine: tuple[str, str] | None = None, **script: Any) -> Any:
            installed = [m if isinstance(m, ollama_parts.Installed) else ollama_parts.Installed(m) for m in models]
            scripted = ollama_parts.Script(**script)
            return stack.enter_context(ollama_parts.OllamaServer(engine, installed, scripted))

        yield start
