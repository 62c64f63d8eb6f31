"""The interface alone behind the guard, without the page: it starts at once, and every setting can be tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from tests.ui.conftest import Service
from tests.ui.listening import listening
from tests.ui.material import ANSWERED, FEW, PLAYS
from tests.ui.relay_server import CONTACTS, LINE
from tests.ui.scripted import ScriptedAssistant

from sourcier.app.api import answer_errors_in_json, router
from sourcier.app.metrics import CountedTurnstile
from sourcier.app.ui.guard import Guard, Hosts
from sourcier.core.settings import ApiSettings, FeedbackSettings, OrganisationSettings, ServeSettings, Settings

Serving = Callable[..., Any]


@contextmanager
def serving(home: Path, *, default: bool = True, **given: Any) -> Iterator[Service]:
    """The interface served from a thread."""
    settings = Settings(
        home=home,
        serve=ServeSettings(port=0, max_waiting=2),
        organisation=OrganisationSettings(name="Fédération des métiers du livre", contacts=CONTACTS, emergency=(LINE,)),
        **given,
    )
    assistant = ScriptedAssistant(dict(PLAYS), ANSWERED if default else None)
    turnstile = CountedTurnstile(settings.serve.max_waiting, lambda: "000001-essai")
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, hosts=Hosts(settings.serve.host, settings.serve.names))
    app.include_router(router(assistant, FEW, turnstile, settings, turnstile.metrics))
    answer_errors_in_json(app, settings.language)
    with listening(app, settings) as (address, _):
        yield Service(address, assistant, settings)


@pytest.fixture
def scripted(interface: Service) -> Iterator[ScriptedAssistant]:
    """What the interface answers with, put back as it was at the end."""
    yield interface.assistant
    interface.assistant.suggested, interface.assistant.subjects = (), []


@pytest.fixture(scope="session")
def interface(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The interface with everything turned on, and an answer to any question."""
    api, feedback = ApiSettings(metrics=True), FeedbackSettings(enabled=True)
    with serving(tmp_path_factory.mktemp("home"), api=api, feedback=feedback) as service:
        yield service
