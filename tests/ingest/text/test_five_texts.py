"""The five texts of the mission, where they are at hand, and the same subjects on material of our own."""

import re
from functools import cache
from pathlib import Path

import pytest

from sourcier.core.types import Block, BlockKind, Document, Metadata
from sourcier.ingest.assembly import assemble
from sourcier.ingest.comparison import compare
from sourcier.ingest.drafts import Reading
from sourcier.ingest.files import SourceFile
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers import plain
from sourcier.ingest.sources import SourceCatalogue

ORIGINALS = Path(__file__).resolve().parents[4] / "shared" / "corpus"
needs_originals = pytest.mark.skipif(not ORIGINALS.is_dir(), reason="the originals are not beside the repository")
NAMES = ("000", "001", "002", "003", "004")
# Letters, then a digit: what a mark that stayed would look like. A name or a unit may do so too.
_STUCK = re.compile(r"\b[^\W\d_]{2,}\d{1,2}\b")
_CUT = re.compile(r"[^\W\d_]{2,}-\s+[a-zà-öø-ÿœ]{2,}")
_FURNITURE = re.compile(r"^\s*(?:\d{1,3}|page ?\d+ ?:|https?://\S+|\d{4}-\d{2}\s+[A-Z]\d{4,})\s*$", re.MULTILINE)


@cache
def read(name: str) -> tuple[str, Reading, Document]:
    """The source, what is read of it, and its document."""
    [file] = ORIGINALS.glob(f"{name}_*.txt")
    data = file.read_bytes()
    described = SourceCatalogue.load(ORIGINALS).metadata_for(SourceFile(str(ORIGINALS), file.name, file), "")
    assert described is not None
    reading = plain.read(data, limits=Limits())
    document = assemble(reading, document_id="0" * 16, path=file.name, metadata=described)
    return data.decode(), reading, document


def under(document: Document) -> list[tuple[tuple[str, ...], Block]]:
    """Each block that is not a heading, with the headings above it."""
    path: list[Block] = []
    found: list[tuple[tuple[str, ...], Block]] = []
    for block in document.blocks:
        if block.kind is BlockKind.HEADING:
            path = [heading for heading in path if heading.level < block.level] + [block]
        else:
            found.append((tuple(document.text[heading.start : heading.end] for heading in path), block))
    return found


def demands(document: Document) -> dict[str, list[str]]:
    """The items of the annex, by the axis above them."""
    axes: dict[str, list[str]] = {}
    for path, block in under(document):
        if path and path[0].startswith("Annexe") and block.kind is BlockKind.LIST_ITEM:
            axes.setdefault(path[-1], []).append(document.text[block.start : block.end])
    return axes


@needs_originals
@pytest.mark.parametrize("name", NAMES)
def test_nothing_differs_without_a_reason(name: str) -> None:
    source, reading, document = read(name)
    found = compare(source, document, reading.dropped)
    assert found.other == [] and found.added == 0 and found.characters == ()
    assert len(found.rejoined) == (10 if name == "002" else 0)
    assert len(found.marks) == (16 if name == "002" else 0)
    assert len(found.moved) == (15 if name == "002" else 0)


@needs_originals
@pytest.mark.parametrize("name", NAMES)
def test_no_mark_no_cut_word_no_furniture(name: str) -> None:
    _, _, document = read(name)
    assert _CUT.findall(document.text) == []
    assert _FURNITURE.findall(document.text) == []
    assert set(_STUCK.findall(document.text)) <= {"AI4", "U2P"}
    assert "**" not in document.text and "2601-18" not in document.text
    assert not [line for line in document.text.split("\n") if line in {"Partager", "Lire d'autres nouvelles", "image"}]


@needs_originals
def test_every_footnote_is_linked_to_the_blocks_that_call_it() -> None:
    _, _, document = read("002")
    notes = [document.text[b.start : b.end] for b in document.blocks if b.kind is BlockKind.NOTE]
    assert [int(note.split(".")[0]) for note in notes] == list(range(1, 16))
    for note in notes:
        callers = [b for b in document.blocks if any(note.endswith(text) for text in b.notes)]
        assert callers and all(b.kind is BlockKind.PARAGRAPH for b in callers)


@needs_originals
def test_the_27_demands_are_under_their_axes() -> None:
    _, _, document = read("002")
    axes = demands(document)
    assert [len(items) for items in axes.values()] == [5, 3, 7, 4, 3, 5]
    assert [axis[:2] for axis in axes] == ["1.", "2.", "3.", "4.", "5.", "6."]
    # Each axis of the annex is one of the body, and each demand heads a part of it, but for a word or two.
    body = [heading for path, _ in under(document) for heading in path if heading[:1].isdigit()]
    assert set(axes) <= set(body)
    headed = {path[1] for path, _ in under(document) if len(path) == 2 and path[0] in axes}
    assert len(headed) == 27
    assert sum(demand in headed for items in axes.values() for demand in items) >= 25


@needs_originals
def test_every_heading_is_right() -> None:
    outlines = {
        name: [(b.level, document.text[b.start : b.end]) for b in document.blocks if b.kind is BlockKind.HEADING]
        for name, document in ((name, read(name)[2]) for name in NAMES)
    }
    assert [level for level, _ in outlines["000"]] == [1, 2]
    assert [level for level, _ in outlines["001"]] == [1, 2]
    assert [level for level, _ in outlines["003"]] == [1]
    assert outlines["004"] == [(1, "Une intelligence régionale")]
    for name in ("000", "001"):
        assert outlines[name][0][1] == read(name)[2].metadata.title
    levels = [level for level, _ in outlines["002"]]
    assert levels.count(1) == 8 and levels.count(2) == 28 and levels.count(3) == 6 and len(levels) == 42
    assert not any(text.endswith((".", ";", ",", "-")) for _, text in outlines["002"])


PROSE = "Le conseil a adopté le projet à l’unanimité, après une longue discussion sur ses effets."


def made(text: str, title: str = "x") -> tuple[Reading, Document]:
    reading = plain.read_text(text)
    return reading, assemble(reading, document_id="0" * 16, path="x", metadata=Metadata(title=title))


def outline(document: Document) -> list[tuple[int, str]]:
    return [(b.level, document.text[b.start : b.end]) for b in document.blocks if b.kind is BlockKind.HEADING]


def test_a_title_below_its_rubric_is_the_first_of_all() -> None:
    text = f"Société\n\nUn accord pour la région\n\n12 mai 2024\n\n{PROSE}\n\nLa suite des travaux\n\n{PROSE}"
    assert outline(made(text)[1]) == [(1, "Un accord pour la région"), (2, "La suite des travaux")]
    below = f"{PROSE}\n\nUn premier intertitre\n\n{PROSE}\n\nUn second intertitre\n\n{PROSE}"
    assert [level for level, _ in outline(made(below)[1])] == [2, 2]


def test_the_line_that_is_the_title_is_a_heading_wherever_it_stands() -> None:
    text = f"La rédaction est en pause.\n\nUn accord\n\nRetrouvez le dossier\nIci\n\n{PROSE}"
    assert outline(made(text)[1]) == []
    assert outline(made(text, "Un Accord")[1]) == [(1, "Un accord")]
    # Not twice, and not when the title is all there is.
    assert outline(made(f"# x\n\n{text}", "Ici")[1]) == []
    assert outline(made("Un accord", "Un accord")[1]) == []


def test_buttons_of_a_pasted_page_go_and_words_that_look_like_them_stay() -> None:
    reading, document = made(f"{PROSE}\n\nimage\n© La Photographe\n\n{PROSE}\n\nPartager \n\nLire d'autres nouvelles")
    assert [dropped.text for dropped in reading.dropped if dropped.why == "navigation"] == [
        "image", "Partager", "Lire d'autres nouvelles"
    ]  # fmt: skip
    assert document.text == f"{PROSE}\n\n© La Photographe\n\n{PROSE}"
    for kept in (f"Partager\n\n{PROSE}", f"{PROSE}\n\nPartager les tâches", "Partager", f"{PROSE}\n\nimage de marque"):
        assert made(kept)[1].text == kept


def test_a_paragraph_that_a_blank_line_ends_is_not_joined_to_a_caption() -> None:
    text = "Par Une Journaliste, publié le 27 septembre\n\nphoto de groupe\n© La Photographe"
    assert made(text)[1].text == text


def test_a_word_that_a_page_cuts_is_whole_again() -> None:
    pages = [
        "Le comité examine les besoins de chaque établissement et leurs incidences techno-",
        "logiques sur les personnes qui y travaillent, puis il en fait rapport au conseil\nqui décide.",
    ]
    reading, document = made("\f".join(pages))
    assert "incidences technologiques sur" in document.text
    assert [dropped.why for dropped in reading.dropped] == ["hyphen"]


# A space ends the lines that a page's width cut, as extractors leave them.
ANNEX = """\
 1.  Protéger les emplois
L’automatisation menace certains postes de travail1, et les personnes qui les occupent doivent être proté-
gées par la convention, comme le dit le rapport2 de l’an dernier sur les besoins technolo- giques des 
établissements de la région et de tout le pays.

•\t Interdire la surveillance en continu

Le syndicat demande que la convention interdise les caméras dirigées vers le personnel, sauf exception 
prévue par la loi.

•\t Créer un comité paritaire

Le comité examinerait chaque projet avant son implantation, avec les personnes touchées et leurs 
représentants.

1.\t INSTITUT (2024). Les postes menacés, [En ligne], 12 p.

2.\t CONSEIL (2025). Les besoins technologiques, [En ligne], 30 p.

https://exemple.org/postes
https://exemple.org/besoins
 Annexe I
Liste des demandes du syndicat

1.  Protéger les emplois

•\t Interdire la surveillance en continu
•\t Créer un comité paritaire dans chacun des établissements de l’organisation, y compris ceux de la 

région

2.  Former tout le monde

•\t Offrir la formation

2601-18      D14551

\tpage1:
"""


def test_the_same_subjects_on_material_of_our_own() -> None:
    reading, document = made(ANNEX)
    found = compare(ANNEX, document, reading.dropped)
    assert found.other == []
    assert [change.after for change in found.rejoined] == ["protégées", "technologiques"]
    assert [change.before for change in found.marks] == ["travail1,", "rapport2"]
    assert _CUT.findall(document.text) == _FURNITURE.findall(document.text) == []
    assert demands(document) == {
        "1. Protéger les emplois": [
            "Interdire la surveillance en continu",
            "Créer un comité paritaire dans chacun des établissements de l’organisation, y compris ceux de la région",
        ],
        "2. Former tout le monde": ["Offrir la formation"],
    }
    [paragraph] = [block for block in document.blocks if block.notes]
    assert [note[:8] for note in paragraph.notes] == ["INSTITUT", "CONSEIL "]
