"""Results: neighbours in one, the same text once, no document alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from sourcier.core.settings import Settings
from sourcier.index.search import Searcher
from sourcier.index.sync import sync


@pytest.fixture
def asked(tmp_path: Path, standin: ModuleType) -> Searcher:
    words = Settings(home=tmp_path / "data")
    folder = tmp_path / "texts"
    folder.mkdir()
    sentence = "Le comité de surveillance examine les plaintes reçues pendant l'année numéro {} de son mandat courant. "
    long = "\n\n".join(sentence.format(number) * 6 for number in range(12))
    (folder / "long.md").write_text(f"# Comité de surveillance\n\n{long}\n", encoding="utf-8")
    for number in range(6):
        text = f"# Avis {number}\n\nLe comité de surveillance publie son avis dans les {number + 2} mois.\n"
        (folder / f"avis{number}.md").write_text(text, encoding="utf-8")
    (folder / "copie.md").write_text(
        "# Avis 1\n\nLE COMITÉ de surveillance publie son avis dans les 3 mois !\n", "utf-8"
    )
    embedder = standin.HashEmbedder()
    sync([folder], words, embedder=embedder)
    return Searcher.open(words, embedder=embedder)


def test_neighbours_are_one_result_with_the_text_of_the_document(asked: Searcher) -> None:
    hits = asked.search("Le comité de surveillance examine les plaintes", 10).hits
    ranges = [(hit.passage.start, hit.passage.end) for hit in hits if hit.path == "long.md"]
    assert ranges
    for hit in hits:
        text = asked.document(hit.path).text
        assert text[hit.passage.start : hit.passage.end] == hit.passage.text
    # Two results of one document never touch nor overlap more than what two passages can hold.
    passages = next(row for row in asked.documents() if row.path == "long.md").n_passages
    assert len(ranges) < passages
    assert all(a[1] <= b[0] or b[1] <= a[0] for a in ranges for b in ranges if a != b)
    asked.close()


def test_a_document_has_half_of_the_results_while_there_are_others(asked: Searcher) -> None:
    hits = asked.search("comité de surveillance plaintes année mandat", 6).hits
    assert max(Counter(hit.path for hit in hits).values()) <= 3
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    asked.close()


def test_the_same_words_are_shown_once_and_another_figure_is_another_text(asked: Searcher) -> None:
    hits = asked.search("avis du comité dans les mois", 20).hits
    notices = [hit for hit in hits if hit.path != "long.md"]
    assert len(notices) == 6  # six notices, and a copy of one in other letters
    assert len({hit.metadata.title for hit in notices}) == 6
    asked.close()
