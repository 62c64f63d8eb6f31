"""Presentations: slide by slide, what an audience sees."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pptx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pptx.util import Inches, Pt

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.drafts import Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers import pptx as reader
from sourcier.ingest.readers.reading_order import Placed, in_order

LIMITS = Limits()
TITLE, CONTENT, TWO, BLANK = 0, 1, 4, 6


def saved(deck: Any) -> bytes:
    stream = io.BytesIO()
    deck.save(stream)
    return stream.getvalue()


def read(deck: Any) -> Reading:
    return reader.read(saved(deck), limits=LIMITS)


def blocks(reading: Reading) -> list[tuple[int | None, str, int, str]]:
    return [(d.page, d.kind.value, d.level, d.text) for d in reading.drafts]


def box(slide: Any, left: float, top: float, text: str, width: float = 3, height: float = 0.5) -> Any:
    shape = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height))
    shape.text_frame.text = text
    return shape


def slide_of(deck: Any, layout: int, title: str = "") -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    if title:
        slide.shapes.title.text = title
    return slide


def test_slides_titles_bullets_and_tables() -> None:
    deck = pptx.Presentation()
    first = slide_of(deck, TITLE, "Négociation 2026")
    first.placeholders[1].text = "Assemblée générale"
    second = slide_of(deck, CONTENT, "Nos demandes")
    frame = second.placeholders[1].text_frame
    frame.text = "Salaires"
    for text, level in (("5 % par an", 1), ("Congés", 0)):
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
    third = slide_of(deck, BLANK)
    table = third.shapes.add_table(3, 2, Inches(1), Inches(1), Inches(4), Inches(2)).table
    for row, cells in enumerate([("Région", "Taux"), ("Montréal", "12 %"), ("Estrie", "8 %")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    assert blocks(read(deck)) == [
        (1, "heading", 1, "Négociation 2026"),
        (1, "paragraph", 0, "Assemblée générale"),
        (2, "heading", 2, "Nos demandes"),
        (2, "list_item", 0, "Salaires"),
        (2, "list_item", 1, "5 % par an"),
        (2, "list_item", 0, "Congés"),
        (3, "table", 0, "Région | Taux"),
        (3, "table", 0, "Région : Montréal | Taux : 12 %"),
        (3, "table", 0, "Région : Estrie | Taux : 8 %"),
    ]


def test_numbers_of_lists_are_computed() -> None:
    from lxml import etree

    deck = pptx.Presentation()
    frame = slide_of(deck, CONTENT, "Étapes").placeholders[1].text_frame
    frame.text = "Un"
    for text in ("Deux", "Trois"):
        frame.add_paragraph().text = text
    for paragraph in frame.paragraphs:
        properties = paragraph._p.get_or_add_pPr()
        number = etree.SubElement(properties, "{http://schemas.openxmlformats.org/drawingml/2006/main}buAutoNum")
        number.set("type", "alphaLcParenR")
        number.set("startAt", "3")
    assert [draft.text for draft in read(deck).drafts] == ["Étapes", "c) Un", "d) Deux", "e) Trois"]


def test_what_the_audience_does_not_see_is_told() -> None:
    deck = pptx.Presentation()
    shown = slide_of(deck, CONTENT, "Vu")
    shown.placeholders[1].text = "Texte"
    shown.notes_slide.notes_text_frame.text = "Insister sur ce point"
    box(shown, 20, 1, "Hors de la page")
    unseen = box(shown, 1, 6, "Forme masquée")
    unseen._element.nvSpPr.cNvPr.set("hidden", "1")
    slide_of(deck, CONTENT, "Pas vu")._element.set("show", "0")
    last = slide_of(deck, CONTENT, "Fin")
    reading = read(deck)
    assert blocks(reading)[-1][:3] == (3, "heading", 1) and last is not None
    assert [draft.text for draft in reading.drafts] == ["Vu", "Texte", "Fin"]
    assert {(f.key, f.count, f.sample, f.page) for f in reading.findings} == {
        ("finding.hidden_text", 2, "Hors de la page", 1),
        ("finding.speaker_notes", 1, "Insister sur ce point", 1),
        ("finding.hidden_slides", 1, "Pas vu", 2),
    }
    source = reader.source_text(saved(deck), limits=LIMITS)
    assert all(text in source for text in ("Texte", "Pas vu", "Insister sur ce point"))


def test_furniture_is_kept_apart() -> None:
    deck = pptx.Presentation()
    slide = slide_of(deck, BLANK)
    deck.slide_master.shapes._spTree.append(box(slide, 1, 7, "Fédération")._element)
    box(slide, 1, 1, "Texte")
    number = box(slide, 1, 6, "7")
    holder = number._element.nvSpPr.find(".//{*}nvPr")
    from lxml import etree

    etree.SubElement(holder, "{http://schemas.openxmlformats.org/presentationml/2006/main}ph").set("type", "sldNum")
    reading = read(deck)
    assert [draft.text for draft in reading.drafts] == ["Texte"]
    assert [(d.why, d.text) for d in reading.dropped] == [("furniture", "Fédération"), ("furniture", "7")]


def test_shapes_are_read_in_the_order_of_the_eye() -> None:
    deck = pptx.Presentation()
    slide = slide_of(deck, BLANK)
    box(slide, 5.5, 2, "droite haut")
    box(slide, 5.5, 2.6, "droite bas")
    box(slide, 1, 2.6, "gauche bas")
    box(slide, 1, 2, "gauche haut")
    title = box(slide, 1, 0.5, "Un grand titre", width=8)
    title.text_frame.paragraphs[0].runs[0].font.size = Pt(40)
    group = slide.shapes.add_group_shape()
    for top, text in ((6, "groupe deux"), (5.2, "groupe un")):
        box(group, 1, top, text)
    assert [(d.kind.value, d.text) for d in read(deck).drafts] == [
        ("heading", "Un grand titre"),
        ("paragraph", "gauche haut"),
        ("paragraph", "gauche bas"),
        ("paragraph", "droite haut"),
        ("paragraph", "droite bas"),
        ("paragraph", "groupe un"),
        ("paragraph", "groupe deux"),
    ]


def test_a_grid_of_cards_is_read_by_rows() -> None:
    cards = [
        Placed(f"{row}{column}", column * 30, row * 30, column * 30 + 20, row * 30 + 20)
        for column in range(3)
        for row in range(2)
    ]
    assert in_order(cards) == ["00", "01", "02", "10", "11", "12"]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(*[st.integers(-20, 100)] * 4), max_size=12))
def test_order_loses_nothing(boxes: list[tuple[int, int, int, int]]) -> None:
    placed = [Placed(n, left, top, left + width, top + height) for n, (left, top, width, height) in enumerate(boxes)]
    assert sorted(in_order(placed)) == list(range(len(boxes)))


def test_two_columns_of_a_layout_and_what_the_file_says() -> None:
    deck = pptx.Presentation()
    deck.core_properties.title, deck.core_properties.author = "Bilan annuel", "Ann Roy"
    slide = slide_of(deck, TWO, "Bilan")
    for index, text in ((1, "Avant"), (2, "a"), (3, "Après"), (4, "b")):
        slide.placeholders[index].text = text
    reading = read(deck)
    assert [draft.text for draft in reading.drafts] == ["Bilan", "Avant", "a", "Après", "b"]
    assert (reading.given["title"], reading.given["authors"]) == ("Bilan annuel", "Ann Roy")


def test_too_many_slides() -> None:
    deck = pptx.Presentation()
    for _ in range(4):
        slide_of(deck, BLANK)
    with pytest.raises(UnreadableFileError) as refused:
        reader.read(saved(deck), limits=Limits(max_pages=3))
    assert refused.value.key == "ingest.pdf_pages"


def broken(part: str, xml: str | None) -> bytes:
    deck = pptx.Presentation()
    slide_of(deck, CONTENT, "x")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as changed, zipfile.ZipFile(io.BytesIO(saved(deck))) as archive:
        for name in archive.namelist():
            if not name.endswith(part):
                changed.writestr(name, archive.read(name))
            elif xml is not None:
                changed.writestr(name, xml)
    return stream.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        broken("slide1.xml", "<p:sld"),
        broken("slide1.xml", None),
        broken("presentation.xml", None),
        broken("_rels/.rels", None),
        broken("slide1.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        b"PK\x03\x04",
    ],
)
def test_damaged_presentations_are_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        reader.read(data, limits=LIMITS)
    assert refused.value.key == "ingest.damaged"


WORDS = st.text(st.sampled_from("abcdéèç"), min_size=1, max_size=5)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(st.lists(WORDS, min_size=1, max_size=5), min_size=1, max_size=4))
def test_every_visible_word_comes_out_once_in_order(slides: list[list[str]]) -> None:
    deck, expected = pptx.Presentation(), []
    for page, words in enumerate(slides):
        slide = slide_of(deck, CONTENT if len(words) % 2 else BLANK)
        for line, word in enumerate(words):
            expected.append(f"{word}{page}x{line}z")
            if len(words) % 2 and line == 0:
                slide.shapes.title.text = expected[-1]
            else:
                box(slide, 1, 1.6 + line, expected[-1])
    shown = " ".join(draft.text for draft in read(deck).drafts)
    assert re.findall(r"\w+z\b", shown) == expected
