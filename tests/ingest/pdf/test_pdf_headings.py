"""Headings, told by the outline first, then by size and weight; and what a file says of itself."""

from __future__ import annotations

from reportlab.lib import pdfencrypt
from reportlab.pdfgen.canvas import Canvas
from tests.ingest.pdf.pdf_pages import OTHER, TEXT, THIRD, drawn, lines_of, put

from sourcier.core.types import BlockKind
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.drafts import Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers import pdf


def read(data: bytes) -> Reading:
    return pdf.read(data, limits=Limits())


def headings(data: bytes) -> list[tuple[int, str, int | None]]:
    return [(d.level, clean_block(d.text), d.page) for d in read(data).drafts if d.kind is BlockKind.HEADING]


def entry(canvas: Canvas, title: str, level: int) -> None:
    key = f"{title}-{level}"
    canvas.bookmarkPage(key)
    canvas.addOutlineEntry(title, key, level)


def manual(canvas: Canvas) -> None:
    entry(canvas, "Les conditions de travail", 0)
    put(canvas, 72, 730, ["Chapitre 3"], size=20)
    put(canvas, 72, 700, ["Les conditions de travail"], size=20)
    put(canvas, 72, 670, lines_of(TEXT, 90))
    entry(canvas, "La durée du travail", 1)
    put(canvas, 72, 610, ["3.1 La durée du travail"], font="Helvetica-Bold")
    put(canvas, 72, 590, lines_of(OTHER, 90))
    entry(canvas, "Les pauses de quinze minutes et les périodes de repas dans les établissements", 2)
    put(canvas, 72, 530, ["3.1.1 Les pauses de quinze minutes et les périodes", "de repas dans les établissements"])
    put(canvas, 72, 490, lines_of(THIRD, 90))
    entry(canvas, "Les congés", 1)
    put(canvas, 72, 430, ["3.2 Les congés"], font="Helvetica-Bold")
    put(canvas, 72, 410, lines_of(TEXT, 90))


def test_bookmarks_of_three_levels_are_the_sections() -> None:
    assert headings(drawn(manual)) == [
        (1, "Chapitre 3 Les conditions de travail", 1),
        (2, "3.1 La durée du travail", 1),
        (3, "3.1.1 Les pauses de quinze minutes et les périodes de repas dans les établissements", 1),
        (2, "3.2 Les congés", 1),
    ]


def test_a_bookmark_is_the_heading_on_its_page_and_not_the_same_words_elsewhere() -> None:
    def contents(canvas: Canvas) -> None:
        put(canvas, 72, 730, ["Table des matières"], size=20)
        put(
            canvas,
            72,
            700,
            ["3.1 La durée du travail . . . . . . . . 2", "3.2 Les congés . . . . . . . . . . . . . . 2"],
        )

    found = headings(drawn(contents, manual))
    assert [(level, page) for level, _, page in found] == [(1, 1), (1, 2), (2, 2), (3, 2), (2, 2)]


def test_an_outline_that_leads_nowhere_is_not_believed() -> None:
    def page(canvas: Canvas) -> None:
        entry(canvas, "Signet 1", 0)
        entry(canvas, "Signet 2", 0)
        put(canvas, 72, 730, ["Le droit de grève"], size=16)
        put(canvas, 72, 700, lines_of(TEXT, 90))

    assert headings(drawn(page)) == [(1, "Le droit de grève", 1)]


def test_bold_headings_of_the_size_of_the_text() -> None:
    def page(canvas: Canvas) -> None:
        put(canvas, 72, 730, ["Le droit de grève"], size=16)
        base = 700.0
        for title, text in (("Le vote", TEXT), ("Les services essentiels", OTHER), ("Le retour au travail", THIRD)):
            base = put(canvas, 72, base, [title], font="Helvetica-Bold") - 6
            base = put(canvas, 72, base, lines_of(text, 90)) - 18

    assert headings(drawn(page)) == [
        (1, "Le droit de grève", 1),
        (2, "Le vote", 1),
        (2, "Les services essentiels", 1),
        (2, "Le retour au travail", 1),
    ]


def test_bold_text_makes_no_heading() -> None:
    def page(canvas: Canvas) -> None:
        put(canvas, 72, 700, lines_of(TEXT, 90))
        put(canvas, 72, 640, lines_of(OTHER, 90), font="Helvetica-Bold")

    assert headings(drawn(page)) == []


def test_page_labels() -> None:
    def page(canvas: Canvas) -> None:
        put(canvas, 72, 700, lines_of(TEXT, 90))

    def first(canvas: Canvas) -> None:
        canvas.addPageLabel(0, "ROMAN_LOWER", 1)
        canvas.addPageLabel(2, "ARABIC", 1)
        canvas.addPageLabel(3, "ARABIC", 1, "A-")
        page(canvas)

    assert read(drawn(first, page, page, page)).page_labels == ("i", "ii", "1", "A-1")
    assert read(drawn(page, page)).page_labels == ()


def test_what_the_file_says_of_itself() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setTitle("La convention collective")
        canvas.setAuthor("Comité de négociation; Service juridique")
        canvas.setDateFormatter(lambda *_: "D:20240315")
        put(canvas, 72, 700, lines_of(TEXT, 90))

    assert read(drawn(page, lang="fr-CA")).given == {
        "title": "La convention collective",
        "authors": "Comité de négociation; Service juridique",
        "date": "2024-03-15",
        "language": "fr",
    }

    def by_a_program(canvas: Canvas) -> None:
        canvas.setTitle("Microsoft Word - convention.docx")
        canvas.setAuthor("admin")
        put(canvas, 72, 700, lines_of(TEXT, 90))

    assert set(read(drawn(by_a_program)).given) <= {"date"}


def test_a_file_that_forbids_copying_is_read_and_said_to() -> None:
    def page(canvas: Canvas) -> None:
        put(canvas, 72, 700, lines_of(TEXT, 90))

    owner = pdfencrypt.StandardEncryption("", "secret", canCopy=0)
    reading = read(drawn(page, encrypt=owner))
    assert [clean_block(draft.text) for draft in reading.drafts] == [TEXT.strip()]
    assert [finding.key for finding in reading.findings] == ["finding.pdf_restricted"]


def test_the_text_of_the_source() -> None:
    def page(canvas: Canvas) -> None:
        put(canvas, 72, 760, ["Un titre courant"], size=8)
        put(canvas, 72, 700, ["Les besoins technolo-", "giques."])

    assert (
        pdf.source_text(drawn(page, page), limits=Limits()).split("\f")
        == ["Un titre courant\nLes besoins technolo-\ngiques."] * 2
    )
