"""A filter narrows what is ranked, before the ranking is cut: it never leaves fewer results than there are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner

from sourcier.core.filters import Filter
from sourcier.index.embedding import Embedder
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


def test_the_command_filters_and_says_so(tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    from sourcier.app.cli import app
    from sourcier.core.settings import load

    monkeypatch.setenv("SOURCIER_HOME", str(tmp_path / "data"))
    (tmp_path / "corpus").mkdir()
    for name, until in (("ancien", "2020-12-31"), ("actuel", "2999")):
        text = f"---\ntitle: {name}\nvalid_until: {until}\n---\n\nLes vacances sont de quatre semaines.\n"
        (tmp_path / "corpus" / f"{name}.md").write_text(text + name, encoding="utf-8")
    sync([tmp_path / "corpus"], load().settings, embedder=embedder)
    run = CliRunner()
    found = json.loads(run.invoke(app, ["search", "vacances", "--json"], catch_exceptions=False).stdout)
    assert {r["path"]: r["validity"] for r in found["results"]} == {"ancien.md": "expired", "actuel.md": "in_force"}
    filtered = run.invoke(app, ["search", "vacances", "--in-force", "today", "--json"], catch_exceptions=False)
    assert [r["path"] for r in json.loads(filtered.stdout)["results"]] == ["actuel.md"]
    shown = run.invoke(app, ["search", "vacances", "--in-force", "2020-06-30"], catch_exceptions=False).stdout
    assert "ancien, périmé" in shown
    assert run.invoke(app, ["search", "vacances", "--in-force", "hier"]).exit_code != 0
