"""The five documents of the mission, where they are at hand: their text stays out of this repository."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from sourcier.core.settings import IngestSettings
from sourcier.core.types import BlockKind, Document, Passage
from sourcier.ingest.files import find_files
from sourcier.ingest.passages import cut_passages
from sourcier.ingest.reading import read
from sourcier.ingest.sentences import split_sentences
from sourcier.ingest.sources import SourceCatalogue

ORIGINALS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
pytestmark = pytest.mark.skipif(not ORIGINALS.is_dir(), reason="the originals are not beside the repository")

AXIS = "3. Garantir une IA respectueuse des travailleuses et travailleurs"


@cache
def documents() -> dict[str, Document]:
    catalogue = SourceCatalogue.load(ORIGINALS)
    found = [d for s in find_files([ORIGINALS]) for d in read(s, IngestSettings(), catalogue)]
    assert all(isinstance(d, Document) for d in found)
    return {d.path[:3]: d for d in found if isinstance(d, Document)}


@cache
def passages() -> Sequence[Passage]:
    made = documents()["002"]
    return cut_passages(made, max_tokens=200, count_tokens=lambda text: len(text.split()) * 4 // 3)


def holding(text: str) -> Passage:
    [passage] = [p for p in passages() if text in p.text and p.section]
    return passage


def test_metadata() -> None:
    assert {name: d.metadata.date for name, d in documents().items()} == {
        "000": "2024-09-12", "001": "2025-01-23", "002": "2026-01-01", "003": "2021-04-13", "004": "2024-09-27"
    }  # fmt: skip


def test_marks_of_notes_are_gone_and_linked() -> None:
    made = documents()["002"]
    for stray in ("C-272", "règlement1", "l’IA3", "(CEST)4", "Japon5", "données6", "produits7", "CEST8", "situation9",
                  "pays10", "disponible.11", "Québe12", "CEST13", "algorithmique14", "contrôlées14", "année15"):  # fmt: skip
        assert stray not in made.text
    for kept in ("C-27,", "2024/1689", "44e", "loi 25", "1,5 %", "2030", "810 000", "règlement interdisant", "Québe."):
        assert kept in made.text
    assert [b.kind for b in made.blocks].count(BlockKind.NOTE) == 15
    linked = [note for b in made.blocks for note in b.notes]
    assert len(linked) == 16
    # The same report is named by several notes.
    assert len(set(linked)) == 12


def test_words_and_paragraphs_are_whole() -> None:
    text = documents()["002"].text
    for whole in ("besoins technologiques", "données compilées", "discriminations qui", "robots conversationnels",
                  "la propagation, amplifiée", "la population québécoise", "certaines plateformes, comme Uber",
                  "main-d’œuvre disponible"):  # fmt: skip
        assert whole in text
    assert "page4" not in text and "\nhttps://" not in text


def test_the_outline_of_the_platform() -> None:
    made = documents()["002"]
    headings = [(b.level, made.text[b.start : b.end]) for b in made.blocks if b.kind is BlockKind.HEADING]
    assert [text[:2] for level, text in headings if level == 1] == ["In", "1.", "2.", "3.", "4.", "5.", "6.", "An"]
    assert len([text for level, text in headings if level == 2]) == 28
    assert [text[:2] for level, text in headings if level == 3] == ["1.", "2.", "3.", "4.", "5.", "6."]
    annex = [p for p in passages() if p.section[:1] == ("Annexe I",)]
    assert len(annex) == 6 and {len(p.section) for p in annex} == {3}
    assert sum(p.text.count("\n") + 1 for p in annex) == 27


def test_a_figure_is_found_under_its_axis_and_demand() -> None:
    passage = holding("77,2 %")
    assert passage.section[0] == AXIS and "requalification" in passage.section[1]
    [sentence] = [passage.text[s:e] for s, e in split_sentences(passage.text) if "77,2 %" in passage.text[s:e]]
    assert sentence.startswith("Selon des enquêtes internes") and sentence.endswith("77,2 %.")


def test_the_six_axes_stay_with_their_introduction() -> None:
    passage = holding("regroupées autour de six axes :")
    assert passage.section == ("Introduction",) and passage.text.count("\n") == 7


def test_short_documents() -> None:
    text = documents()["001"].text
    assert "incluant :\n\nDes représentants" in text and "\n514 265-6679" in text
    assert "**" not in documents()["003"].text
    assert documents()["000"].text.count("La CSQ, première collaboratrice") == 1
