"""What the page of facts says of a model that Ollama serves, and of the figures that come with the program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.models.ollama_server import Installed, OllamaServer
from tests.ui.pages_server import served
from tests.ui.test_pages_transparency import ACCEPTED, Index, Talking, text_of

from sourcier.app.models import described as asking
from sourcier.app.models.described import Described, described
from sourcier.app.pages.facts import gather
from sourcier.app.pages.figures import DELIVERED, shown_figures
from sourcier.core.settings import ModelSettings, OllamaSettings, OrganisationSettings, ServeSettings, Settings
from sourcier.core.types import ModelInfo

SIZE = 1117320768
APACHE = """
                                 Apache License
                           Version 2.0, January 2004

   TERMS AND CONDITIONS FOR USE"""


@pytest.fixture(autouse=True)
def _unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_known", {})


def model(digest: str = "a" * 64) -> ModelInfo:
    return ModelInfo("ollama", "essai:7b", digest)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (APACHE, "Apache License, Version 2.0, January 2004"),
        ("\n\nMIT License\n\nCopyright (c)", "MIT License"),
        (
            "LLAMA 3.1 COMMUNITY LICENSE AGREEMENT\nLlama 3.1 Version Release Date",
            "LLAMA 3.1 COMMUNITY LICENSE AGREEMENT",
        ),
        ("<b>" + "x" * 5000, "<b>" + "x" * 117),
        ("", ""),
    ],
)
def test_a_server_tells_the_size_and_the_licence(text: str, said: str) -> None:
    with OllamaServer(models=[Installed("essai:7b", digest="a" * 64, licence=text)]) as server:
        assert described(OllamaSettings(url=server.url), model()) == Described(SIZE, said)


def test_the_same_weights_are_asked_about_once() -> None:
    with OllamaServer(models=[Installed("essai:7b", digest="a" * 64, licence="MIT")]) as server:
        settings = OllamaSettings(url=server.url)
        for _ in range(3):
            assert described(settings, model()).licence == "MIT"
        assert [path for path, _ in server.requests] == ["/api/tags", "/api/show"]
        assert described(settings, model("b" * 64)) == Described(None, "")
    # The one that knows may be the second of the settings.
    asking._known.clear()
    with OllamaServer() as empty, OllamaServer(models=[Installed("essai:7b", digest="a" * 64)]) as full:
        assert described(OllamaSettings(url=empty.url, urls=(full.url,)), model()) == Described(SIZE, "")


def test_a_server_that_is_gone_or_not_allowed_tells_nothing() -> None:
    with OllamaServer() as server:
        gone = server.url
    assert described(OllamaSettings(url=gone), model()) == Described(None, "")
    assert described(OllamaSettings(url="http://ailleurs.example:11434"), model()) == Described(None, "")


def test_the_page_shows_them_as_text(tmp_path: Path) -> None:
    hostile = "<script>alert(1)</script> License"
    with OllamaServer(models=[Installed("essai:7b", digest="a" * 64, licence=hostile)]) as server:
        settings = Settings(
            home=tmp_path, serve=ServeSettings(port=0), model=ModelSettings(ollama=OllamaSettings(url=server.url))
        )
        for site in served(Talking(model()), Index(), settings):
            html = site.page("/transparence")
    assert "<script" not in html
    assert "1,1\xa0Go" in text_of(html) or "1,1 Go" in text_of(html)
    assert hostile in text_of(html)


def test_figures_that_come_with_the_program_are_said_to_be_its_own(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, serve=ServeSettings(port=0), organisation=OrganisationSettings())
    for site in served(Talking(), Index(), settings):
        text = text_of(site.page("/transparence"))
    assert "aucun résultat mesuré sur ses propres documents" in text
    assert "sur les fiches fournies avec lui" in text
    assert "transparency.figures" in text
    [run] = gather(settings, Index(), ModelInfo("none", "")).figures.runs
    assert (run.dataset, run.accepted) == ("fiches.dev", True)
    assert run.measures
    assert DELIVERED.is_dir()


def test_a_set_that_was_chosen_to_notice_losses_is_no_result(tmp_path: Path) -> None:
    told: Any = {**ACCEPTED, "dataset": "quick"}
    (tmp_path / "quick.json").write_text(json.dumps(told), encoding="utf-8")
    assert not shown_figures((), tmp_path).delivered
    (tmp_path / "fiches.json").write_text(json.dumps(ACCEPTED), encoding="utf-8")
    found = shown_figures((), tmp_path)
    assert ([run.dataset for run in found.runs], found.delivered, found.configured) == (["fiches"], True, False)
    # Named in the settings, everything that is there is shown.
    named = shown_figures((tmp_path,), tmp_path)
    assert (len(named.runs), named.delivered, named.configured) == (2, False, True)
    assert shown_figures((), tmp_path / "absent") == shown_figures((), tmp_path / "absent too")
    assert not shown_figures((), tmp_path / "absent").delivered
