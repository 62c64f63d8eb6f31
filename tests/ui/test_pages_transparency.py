"""The page of facts: what it says is what the system is at that moment, in both languages, and hostile names stay text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from tests.ui.material import AGREEMENT, FEW, GUIDE
from tests.ui.pages_server import Site, served
from tests.ui.scripted import FewDocuments

import sourcier.app.pages as pages_folder
from sourcier.app.pages.facts import corpus_of, gather, leaves
from sourcier.app.pages.figures import MEASURES, read_figures, wilson
from sourcier.app.pages.wording import Wording
from sourcier.core.errors import EmptyIndexError
from sourcier.core.messages import LANGUAGES, catalogue
from sourcier.core.settings import (
    AnswerSettings,
    Contact,
    FeedbackSettings,
    ModelSettings,
    OllamaSettings,
    OrganisationSettings,
    SearchSettings,
    ServeSettings,
    Settings,
    TransparencySettings,
)
from sourcier.core.types import ModelInfo


@dataclass
class Talking:
    """An assistant of which only the model is asked; it may change."""

    model_info: ModelInfo = field(default_factory=lambda: ModelInfo("embedded", "modele-d-essai", "ab" * 32))


@dataclass
class Index:
    """Documents that may change while the server runs."""

    held: FewDocuments = field(default_factory=lambda: FEW)
    version: str = "000007-abcdef"
    empty: bool = False

    def documents(self) -> Any:
        if self.empty:
            raise EmptyIndexError("store.empty", home="ici")
        return self.held.documents()

    def document(self, document_id: str) -> Any:
        return self.held.document(document_id)

    def search(self, query: str, k: int, only: Any = None) -> Any:
        return self.held.search(query, k, only)


ACCEPTED = {
    "dataset": "fiches",
    "sha256": "0" * 64,
    "engine": "sourcier",
    "provider": "embedded",
    "models": [{"name": "petit-modele", "digest": "cd"}],
    "metrics": {
        "facts": {"value": 0.875, "n": 28, "low": 0.75, "high": 0.98},
        "fabricated": {"value": 0.0, "n": 114, "low": 0.0, "high": 0.0326},
        "right_place": {"value": None, "n": 0, "low": None, "high": None},
    },
    "history": [{"at": "2026-11-02T09:00:00+00:00", "by": "x", "because": "y", "models": [], "values": {}}],
    "questions": {},
}


def configured(home: Path, **changes: Any) -> Settings:
    organisation = OrganisationSettings(name="Fédération <script>alert(1)</script>", contact="Nadia Roy, poste 214")
    return Settings(home=home, serve=ServeSettings(port=0), organisation=organisation, **changes)


def text_of(html: str) -> str:
    """What is read of a page, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture(scope="module")
def talking() -> Talking:
    return Talking()


@pytest.fixture(scope="module")
def index() -> Index:
    return Index()


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("accepted")
    (folder / "fiches.sourcier.embedded.json").write_text(json.dumps(ACCEPTED), encoding="utf-8")
    (folder / "broken.json").write_text("{", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, talking: Talking, index: Index, figures: Path) -> Iterator[Site]:
    shown = TransparencySettings(figures=(figures,), source="https://code.example/sourcier")
    yield from served(talking, index, configured(tmp_path_factory.mktemp("home"), transparency=shown))


def test_the_page_says_what_the_system_is(site: Site) -> None:
    text = text_of(site.page("/transparence"))
    for said in (
        "Nadia Roy, poste 214",
        "3 documents",
        "000007-abcdef",
        "Le plus ancien porte la date novembre 2024, le plus récent 14 mai 2026",
        "modele-d-essai",
        "ab" * 32,
        "un modèle qui tourne sur cette machine même",
        "87,5\xa0%",
        "de 75,0\xa0% à 98,0\xa0%",
        "acceptés le 2 novembre 2026",
        "« broken.json »".replace("« ", "«\xa0").replace(" »", "\xa0»"),
        "https://code.example/sourcier",
        "LiLiQ-R-1.1",
        "Aucune question, aucun extrait",
    ):
        assert " ".join(said.split()) in text, said


def test_it_follows_the_system_without_a_restart(site: Site, talking: Talking, index: Index) -> None:
    before = talking.model_info, index.held
    talking.model_info, index.held = ModelInfo("none", ""), FewDocuments((GUIDE,))
    try:
        text = text_of(site.page("/transparence"))
        assert "aucun modèle de langue" in text
        assert "1 document" in text
        assert "modele-d-essai" not in text
    finally:
        talking.model_info, index.held = before


def test_each_language_has_its_address_and_says_it(site: Site) -> None:
    french, english = site.page("/fr/transparence"), site.page("/en/transparence")
    assert '<html lang="fr-CA">' in french
    assert '<html lang="en-CA">' in english
    assert "What this assistant is made of" in english
    assert 'href="/fr/transparence" lang="fr"' in english
    assert 'href="/en/documents"' in english


def test_names_are_text_and_no_script_runs(site: Site) -> None:
    html = site.page("/transparence")
    assert "<script" not in html
    assert "Fédération &lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert " style=" not in html
    assert " on" + "click" not in html


def test_the_interface_gives_the_same_facts(site: Site) -> None:
    status, headers, body = site.ask("/api/v1/transparency")
    facts = json.loads(body)
    assert (status, headers["content-type"]) == (200, "application/json")
    assert facts["corpus"]["documents"] == 3
    assert facts["models"][0]["digest"] == "ab" * 32
    assert facts["figures"]["runs"][0]["measures"][0]["value"] == 0.875
    assert facts["leaves"] == []


def test_an_empty_index_is_said_in_a_sentence(site: Site, index: Index) -> None:
    index.empty = True
    try:
        status, headers, body = site.ask("/transparence")
    finally:
        index.empty = False
    assert status == 503
    assert headers["content-type"].startswith("text/html")
    assert "sourcier ingest" in text_of(body.decode())


def test_a_model_on_another_machine_is_named(tmp_path: Path) -> None:
    away = OllamaSettings(url="http://modeles.federation.example:11434", allow_remote=True)
    settings = configured(tmp_path, model=ModelSettings(ollama=away))
    assert leaves(settings) == ("modeles.federation.example",)
    assert leaves(configured(tmp_path)) == ()
    assert leaves(configured(tmp_path, model=ModelSettings(provider="embedded", ollama=away))) == ()


def test_what_is_kept_is_what_the_settings_say(tmp_path: Path) -> None:
    index: Any = Index()
    off = gather(configured(tmp_path), index, ModelInfo("none", ""))
    opinions = FeedbackSettings(enabled=True, keep_days=12, most=34)
    forgetful = configured(tmp_path, feedback=opinions, search=SearchSettings(cache=0), answer=AnswerSettings(cache=0))
    on = gather(forgetful, index, ModelInfo("none", ""))
    said = [[Wording("fr").kept(one) for one in facts.kept] for facts in (off, on)]
    assert any("n'en recueille aucun" in line for line in said[0])
    assert any("12 jours au plus (34 au plus)" in line for line in said[1])
    assert sum("10 minutes" in line for line in said[0]) == 2
    assert sum("oubliés aussitôt" in line or "oubliées aussitôt" in line for line in said[1]) == 2


def test_persons_of_the_settings_are_whom_to_complain_to(tmp_path: Path) -> None:
    index: Any = Index()
    persons = (Contact(name="Ana Diaz", role="Griefs", phone="418 555-0100"), Contact(name="Bureau"))
    settings = Settings(home=tmp_path, organisation=OrganisationSettings(contacts=persons))
    assert gather(settings, index, ModelInfo("none", "")).complaint == "Ana Diaz, Griefs, 418 555-0100 ; Bureau"
    assert gather(configured(tmp_path), index, ModelInfo("none", "")).complaint == "Nadia Roy, poste 214"


def test_documents_are_counted_by_publisher_kind_and_validity(tmp_path: Path) -> None:
    old = replace(AGREEMENT, metadata=replace(AGREEMENT.metadata, valid_until="2020-01-31", kind="agreement"))
    corpus = corpus_of(configured(tmp_path), Index(FewDocuments((GUIDE, old))))
    assert corpus.validity == {"unknown": 1, "expired": 1}
    assert corpus.kinds == {"": 1, "agreement": 1}
    assert sum(corpus.publishers.values()) + corpus.others == corpus.documents == 2


def test_a_run_says_how_many_questions_it_left_unanswered(tmp_path: Path) -> None:
    statuses = {"answerable": {"answered": 26, "abstained": 2}, "unanswerable": {"answered": 3, "abstained": 9}}
    energy = {"value": 0.07, "n": 40, "low": 0.06, "high": 0.08}
    (tmp_path / "metrics.json").write_text(json.dumps({"statuses": statuses, "energy_wh": energy}), encoding="utf-8")
    environment = {"dataset": "d", "started": "2026-11-01T00:00:00+00:00", "models": [{"provider": "none", "name": ""}]}
    (tmp_path / "environment.json").write_text(json.dumps(environment), encoding="utf-8")
    [run] = read_figures([tmp_path]).runs
    refused, spent = run.measures
    assert (refused.name, refused.n, refused.value) == ("refused", 40, 11 / 40)
    assert (spent.value, run.accepted, run.provider) == (0.07, False, "none")


def test_the_interval_is_wilsons() -> None:
    # Newcombe (1998), Statistics in Medicine 17, 857-872, table I: 81 of 263, 0 of 20 and 1 of 29.
    for good, n, low, high in ((81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)):
        assert wilson(good, n) == pytest.approx((low, high), abs=5e-5)


def test_no_figures_are_said_to_be_none(tmp_path: Path) -> None:
    assert not read_figures(()).configured
    assert read_figures([tmp_path / "absent"]).unreadable == ("absent",)


def test_every_word_of_these_pages_is_used_and_there() -> None:
    folder = Path(pages_folder.__path__[0])
    files = [*folder.rglob("*.py"), *folder.rglob("*.html"), *(folder.parent / "ui").glob("*.py")]
    said = "\n".join(file.read_text(encoding="utf-8") for file in files)
    made = re.compile(r"(?:measure|provider|provider_short|role|kept|validity|kind|size|documents|passages)_\w+")
    words = [key.partition(".") for key in catalogue("fr") if key.startswith(("pages.", "transparency."))]
    assert len(words) > 100
    quoted = set(re.findall(r"""["'](?:pages\.|transparency\.)?([a-z0-9_]+)["']""", said))
    unsaid = [name for _, _, name in words if not made.fullmatch(name) and name not in quoted]
    assert unsaid == []
    measures = {f"transparency.measure_{name.replace('@', '_at_')}" for name in MEASURES}
    assert all(measures <= set(catalogue(language)) for language in LANGUAGES)
