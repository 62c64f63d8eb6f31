"""A filter narrows what is ranked, before the ranking is cut: it never leaves fewer results than there are."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner

from sourcier.app.cli import app
from sourcier.core.errors import UsageError
from sourcier.core.filters import Filter
from sourcier.core.settings import load
from sourcier.index.embedding import Embedder
from sourcier.index.generations import current_name
from sourcier.index.search import Searcher
from sourcier.index.sync import sync

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:chromadb.*")
DAY = Filter(in_force=date(2026, 3, 31))
EXPIRED, KEPT = 30, 5


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory, standin: ModuleType) -> Path:
    """Thirty expired agreements that repeat the question, and five documents in force that hardly speak of it."""
    home = tmp_path_factory.mktemp("filter")
    root = home / "corpus"
    root.mkdir()
    for number in range(EXPIRED):
        front = f"---\ntitle: Ancienne {number}\nvalid_until: 2020-{1 + number % 12:02}\n---\n\n"
        text = f"Les vacances sont de quatre semaines de vacances, vacances numéro {number}.\n"
        (root / f"ancienne-{number:02}.md").write_text(front + text, encoding="utf-8")
    for number, front in enumerate(
        ("valid_from: 2025", "valid_until: 2028", "kind: loi", "valid_from: 2026-03-31", "")
    ):
        text = f"Le régime numéro {number} parle une seule fois, entre autres choses, de vacances.\n"
        (root / f"actuel-{number}.md").write_text(
            f"---\ntitle: Actuel {number}\n{front}\n---\n\n{text}", encoding="utf-8"
        )
    (root / "futur.md").write_text(
        "---\ntitle: Futur\nvalid_from: 2026-04-01\n---\n\nVacances, vacances.\n", encoding="utf-8"
    )
    sync([root], standin.settings_of(home / "data"), embedder=standin.HashEmbedder())
    return home / "data"


@pytest.fixture(params=["chroma", "exact"])
def searcher(many: Path, standin: ModuleType, request: pytest.FixtureRequest) -> Iterator[Searcher]:
    settings = standin.settings_of(many, dense=request.param, candidates=8)
    opened = Searcher.open(settings, embedder=standin.HashEmbedder())
    yield opened
    opened.close()


def test_what_is_not_in_force_leaves_room_for_what_is(searcher: Searcher) -> None:
    query = "semaines de vacances"
    unfiltered = searcher.search(query, 4).hits
    assert {hit.path.partition("-")[0] for hit in unfiltered} == {"ancienne"}
    # The five documents are far below the candidates of either search: cutting first would leave nothing.
    hits = searcher.search(query, 8, DAY).hits
    assert sorted(hit.path for hit in hits) == [f"actuel-{number}.md" for number in range(KEPT)]
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5]


def test_the_day_decides(searcher: Searcher) -> None:
    later = searcher.search("vacances", 10, Filter(in_force=date(2026, 4, 1))).hits
    assert "futur.md" in {hit.path for hit in later}
    before = searcher.search("vacances", 100, Filter(in_force=date(2020, 6, 30))).hits
    paths = {hit.path for hit in before}
    assert "ancienne-04.md" not in paths  # until May 2020
    assert {"ancienne-05.md", "ancienne-06.md", "actuel-4.md"} <= paths
    assert "actuel-0.md" not in paths and "futur.md" not in paths


def test_a_filter_that_lets_all_through_changes_nothing(searcher: Searcher) -> None:
    assert searcher.search("vacances", 6, Filter()).hits == searcher.search("vacances", 6).hits


def test_where_nothing_is_allowed_nothing_is_found(tmp_path: Path, standin: ModuleType) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.md").write_text("---\ntitle: A\nvalid_until: 2020\n---\n\nVacances.\n", encoding="utf-8")
    settings = standin.settings_of(tmp_path / "data")
    sync([tmp_path / "corpus"], settings, embedder=standin.HashEmbedder())
    opened = Searcher.open(settings, embedder=standin.HashEmbedder())
    assert opened.search("vacances", 5, DAY).hits == ()
    opened.close()


LIBRARY = {
    "sources.toml": """
[[document]]
path = "nommé.md"
title = "Nommé"
publisher = "Éditeur Untel"
collection = "Santé/Ententes"
date = 2024-05-02
""",
    "nommé.md": "# Nommé\n\nLes vacances du personnel de la santé.\n",
    "lois/code.jsonl": "".join(
        json.dumps(
            {"id": f"a/{n}", "title": f"Art. {n}", "text": f"Vacances, article {n}.", "kind": "loi", "date": date}
        )
        + "\n"
        for n, date in ((1, "2020"), (2, "2025-01"))
    ),
    "lois/avis.md": "---\ntitle: Avis\npublisher: CSQ\nlanguage: fr-CA\n---\n\nVacances en anglais.\n",
    "notes/note.md": "---\ntitle: Note\npublisher: CSQ\nlanguage: en\naudience: Délégués\n---\n\nHolidays, vacances.\n",
    "notes/même avis.md": "---\ntitle: Avis\npublisher: CSQ\nlanguage: fr-CA\n---\n\nVacances en anglais.\n",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, standin: ModuleType) -> Path:
    """A corpus of every kind of collection, and its data folder."""
    folder = tmp_path_factory.mktemp("library")
    for name, text in LIBRARY.items():
        (folder / "corpus" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    sync([folder / "corpus"], load(options={"home": folder / "data"}).settings, embedder=standin.HashEmbedder())
    return folder


@pytest.fixture
def library(built: Path, standin: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, searched by the command as it is but for its embeddings."""
    monkeypatch.setenv("SOURCIER_HOME", str(built / "data"))
    monkeypatch.setattr("sourcier.index.search.load_embedder", lambda settings, home: standin.HashEmbedder())
    return built


def run(*words: str) -> str:
    return CliRunner().invoke(app, list(words), catch_exceptions=False).stdout


def paths_of(*options: str) -> set[str]:
    return {result["path"] for result in json.loads(run("search", "vacances", "--json", *options))["results"]}


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--publisher", "csq"), {"lois/avis.md", "notes/note.md"}),
        (("--publisher", "CSQ", "--language", "FR"), {"lois/avis.md"}),
        (("--kind", "loi"), {"lois/code.jsonl#a/1", "lois/code.jsonl#a/2"}),
        (("--collection", "lois"), {"lois/avis.md", "lois/code.jsonl#a/1", "lois/code.jsonl#a/2"}),
        (("--collection", "Lois/Code"), {"lois/code.jsonl#a/1", "lois/code.jsonl#a/2"}),
        # An exact copy is found by either of its places.
        (("--collection", "notes"), {"lois/avis.md", "notes/note.md"}),
        (("--collection", "sante"), {"nommé.md"}),
        (("--collection", "santé/ententes", "--collection", "lois/code", "--since", "2024"),
         {"nommé.md", "lois/code.jsonl#a/2"}),
        (("--until", "2024-12"), {"nommé.md", "lois/code.jsonl#a/1"}),
        (("--audience", "delegues"), {"notes/note.md"}),
        (("--since", "2026"), set()),
    ],
)  # fmt: skip
def test_the_command_knows_every_condition(library: Path, options: tuple[str, ...], found: set[str]) -> None:
    assert paths_of(*options) == found


def test_the_values_can_be_found_out(library: Path) -> None:
    known = json.loads(run("documents", "--values", "--json"))
    assert known == {
        "publisher": {"CSQ": 2, "Éditeur Untel": 1},
        "kind": {"law": 2},
        "language": {"en": 1, "fr": 2, "fr-CA": 1},
        "collection": {"lois": 3, "lois/code": 2, "notes": 2, "Santé": 1, "Santé/Ententes": 1},
        "audience": {"Délégués": 1},
    }
    assert "Santé/Ententes" in run("documents", "--values")
    (named,) = (row for row in json.loads(run("documents", "--json")) if row["path"] == "nommé.md")
    assert (named["collections"], named["audience"]) == (["Santé/Ententes"], None)
    assert "--values" in run("search", "--help")


def test_an_unknown_value_is_a_usage_error(library: Path) -> None:
    with pytest.raises(UsageError, match="Éditeur Untel") as refusal:
        run("search", "vacances", "--publisher", "Untel")
    assert refusal.value.exit_code == 2


def test_each_line_of_a_batch_may_have_its_own_conditions(library: Path, tmp_path: Path) -> None:
    rows = [
        {"id": 1, "question": "vacances"},
        {"id": 2, "question": "vacances", "filters": {"kind": ["loi"], "since": 2025}},
        {"id": 3, "question": "vacances", "filters": {"publisher": "inconnu"}},
        {"id": 4, "question": "vacances", "filters": {"editeur": "CSQ"}},
    ]
    (tmp_path / "batch.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    shown = run("search", "--batch", str(tmp_path / "batch.jsonl"), "--collection", "lois").splitlines()
    lines = [json.loads(line) for line in shown]
    assert {r["path"] for r in lines[0]["results"]} == {"lois/avis.md", "lois/code.jsonl#a/1", "lois/code.jsonl#a/2"}
    assert [r["path"] for r in lines[1]["results"]] == ["lois/code.jsonl#a/2"]
    assert lines[0]["index"] == lines[1]["index"] == current_name(library / "data")
    assert "inconnu" in lines[2]["error"] and "editeur" in lines[3]["error"]
    assert [line["id"] for line in lines] == [1, 2, 3, 4]


def test_a_collection_is_stored_where_one_is_named_alone(library: Path, standin: ModuleType) -> None:
    # The last test of this library, which it changes. A document stored before there were collections has the key that it
    # would have today: it is not taken for another.
    (library / "corpus" / "sources.toml").unlink()
    report = sync([library / "corpus"], load().settings, embedder=standin.HashEmbedder())
    assert [one.path for one in report.documents if one.what != "unchanged"] == ["nommé.md"]
    with closing(sqlite3.connect(library / "data" / "corpus.sqlite")) as store:
        metadata = [json.loads(text) for (text,) in store.execute("SELECT metadata FROM documents")]
    assert len(metadata) == 6 and sum("collection" in one for one in metadata) == 1  # that of the previous reading


def test_the_command_filters_and_says_so(tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCIER_HOME", str(tmp_path / "data"))
    (tmp_path / "corpus").mkdir()
    for name, until in (("ancien", "2020-12-31"), ("actuel", "2999")):
        text = f"---\ntitle: {name}\nvalid_until: {until}\n---\n\nLes vacances sont de quatre semaines.\n"
        (tmp_path / "corpus" / f"{name}.md").write_text(text + name, encoding="utf-8")
    sync([tmp_path / "corpus"], load().settings, embedder=embedder)
    run = CliRunner()  # with the embedded weights
    found = json.loads(run.invoke(app, ["search", "vacances", "--json"], catch_exceptions=False).stdout)
    assert {r["path"]: r["validity"] for r in found["results"]} == {"ancien.md": "expired", "actuel.md": "in_force"}
    filtered = run.invoke(app, ["search", "vacances", "--in-force", "today", "--json"], catch_exceptions=False)
    assert [r["path"] for r in json.loads(filtered.stdout)["results"]] == ["actuel.md"]
    shown = run.invoke(app, ["search", "vacances", "--in-force", "2020-06-30"], catch_exceptions=False).stdout
    assert "ancien, périmé" in shown
    assert run.invoke(app, ["search", "vacances", "--in-force", "hier"]).exit_code != 0
