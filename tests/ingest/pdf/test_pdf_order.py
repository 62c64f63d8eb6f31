"""The order in which a page is read: columns, what is above and below them, notes, parts drawn out of order."""

from __future__ import annotations

import pytest
from reportlab.pdfgen.canvas import Canvas
from tests.ingest.pdf.pdf_pages import HEIGHT, OTHER, TEXT, THIRD, WIDTH, drawn, lines_of, put, put_abreast, turn_page

from sourcier.core.types import BlockKind
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.drafts import Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers import pdf


def read(data: bytes) -> Reading:
    return pdf.read(data, limits=Limits())


def texts(data: bytes) -> list[str]:
    return [clean_block(draft.text) for draft in read(data).drafts]


def whole(data: bytes) -> str:
    return " ".join(texts(data))


def in_order(text: str, *parts: str) -> bool:
    places = [text.find(part.strip()) for part in parts]
    return -1 not in places and places == sorted(places)


ONE, TWO, THREE = (lines_of(2 * text, 46) for text in (TEXT, OTHER, THIRD))


@pytest.mark.parametrize("abreast", [True, False])
def test_two_columns_under_a_title_over_both(abreast: bool) -> None:
    def page(canvas: Canvas) -> None:
        put(canvas, 72, 730, ["La négociation de cette année, ses suites et ses leçons pour tous"], size=18)
        if abreast:
            put_abreast(canvas, 690, [(72, ONE), (320, TWO)])
        else:
            put(canvas, 72, 690, ONE)
            put(canvas, 320, 690, TWO)

    data = drawn(page)
    assert in_order(whole(data), "La négociation de cette année", 2 * TEXT, 2 * OTHER)
    assert [d.text for d in read(data).drafts if d.kind is BlockKind.HEADING] == [
        "La négociation de cette année, ses suites et ses leçons pour tous"
    ]


def test_three_columns_drawn_line_by_line() -> None:
    columns = [(left, lines_of(2 * text, 30)) for left, text in ((40.0, TEXT), (220.0, OTHER), (400.0, THIRD))]
    assert in_order(whole(drawn(lambda canvas: put_abreast(canvas, 700, columns))), 2 * TEXT, 2 * OTHER, 2 * THIRD)


def test_columns_between_what_goes_over_the_whole_width() -> None:
    def page(canvas: Canvas) -> None:
        put(canvas, 72, 740, lines_of("Avant : " + TEXT, 100))
        put_abreast(canvas, 680, [(72, ONE), (320, TWO)])
        put(canvas, 72, 460, lines_of("Entre les deux : " + THIRD, 100))
        put_abreast(canvas, 400, [(72, TWO), (320, ONE)])
        put(canvas, 72, 150, lines_of("Après : " + THIRD, 100))

    found = whole(drawn(page))
    assert in_order(found, "Avant : ", 2 * TEXT, "Entre les deux", "Après : " + THIRD)
    middle = found[found.index("Entre les deux") : found.index("Après : ")]
    assert in_order(middle, THIRD, 2 * OTHER, 2 * TEXT)


def test_a_word_cut_at_the_end_of_a_column_is_whole_again() -> None:
    def page(canvas: Canvas) -> None:
        put_abreast(
            canvas, 700, [(72, [*ONE, "et surtout les besoins technolo-"]), (320, ["giques du personnel.", *TWO])]
        )

    assert "les besoins technologiques du personnel." in whole(drawn(page))


def test_notes_at_the_end_of_a_column_go_to_the_end() -> None:
    def page(canvas: Canvas) -> None:
        put(canvas, 72, 700, ["La loi prévoit une aide pour toutes les", "personnes concernées par le règlement"])
        canvas.setFont("Helvetica", 6)
        canvas.drawString(72 + canvas.stringWidth("personnes concernées par le règlement", "Helvetica", 10), 691, "1")
        put(canvas, 72, 676, ONE)
        put(canvas, 72, 400, ["1 AUTEUR (2024). Le règlement, 12 p."], size=8)
        put(canvas, 320, 700, TWO)

    drafts = read(drawn(page)).drafts
    assert drafts[-1].kind is BlockKind.NOTE
    assert drafts[-1].text.endswith("AUTEUR (2024). Le règlement, 12 p.")
    assert any(draft.notes == ("AUTEUR (2024). Le règlement, 12 p.",) for draft in drafts)
    assert in_order(whole(drawn(page)), "concernées par le règlement Le comité", 2 * TEXT, 2 * OTHER)


def test_digits_that_are_not_raised_are_no_marks() -> None:
    def page(canvas: Canvas) -> None:
        put(canvas, 72, 700, ["Le serveur Exim1 suit la politique publique"])
        canvas.setFont("Helvetica", 6)
        canvas.drawString(
            73 + canvas.stringWidth("Le serveur Exim1 suit la politique publique", "Helvetica", 10), 704, "1"
        )
        put(canvas, 72, 676, lines_of(TEXT, 90))
        put(canvas, 72, 100, ["1. AUTEUR (2024). La politique, 12 p."], size=8)

    reading = read(drawn(page))
    assert "Le serveur Exim1 suit la politique publique" in clean_block(reading.drafts[0].text)
    assert "publique1" not in whole(drawn(page)) and "publique¹" not in whole(drawn(page))
    assert reading.drafts[-1].kind is BlockKind.NOTE
    assert reading.drafts[0].notes == ("AUTEUR (2024). La politique, 12 p.",)


def test_a_sidebar_is_read_by_itself() -> None:
    side = lines_of("À retenir : la demande se fait par écrit, au moins dix jours avant, auprès du bureau.", 24)

    def page(canvas: Canvas) -> None:
        put_abreast(canvas, 700, [(72, lines_of(3 * TEXT, 62)), (430, side)])

    found = whole(drawn(page))
    assert 3 * TEXT.strip() in found or in_order(found, 3 * TEXT)
    assert " ".join(side) in found


def test_cells_without_rules_stay_by_row() -> None:
    rows = [
        ("Montréal", "1 250", "Ouverte"),
        ("Québec", "830", "Fermée"),
        ("Laval", "411", "Ouverte"),
        ("Gatineau", "96", "Ouverte"),
    ]

    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                canvas.drawString(72 + 160 * column, 700 - 14 * number, cell)

    assert "Montréal 1 250 Ouverte" in whole(drawn(page))
    assert "Gatineau 96 Ouverte" in whole(drawn(page))


def test_a_part_drawn_last_is_read_where_it_stands() -> None:
    def page(canvas: Canvas) -> None:
        put(canvas, 72, 500, lines_of(OTHER, 90))
        put(canvas, 72, 700, lines_of(TEXT, 90))

    assert in_order(whole(drawn(page)), TEXT, OTHER)


def test_a_line_drawn_in_several_times_is_one() -> None:
    def page(canvas: Canvas) -> None:
        put(canvas, 72, 700, ["Premier point :"])
        put(canvas, 200, 700, ["la suite de la même ligne."])
        put(canvas, 72, 660, lines_of(TEXT, 90))

    assert "Premier point : la suite de la même ligne." in texts(drawn(page))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_turned_by_its_viewer_reads_the_same(turn: int) -> None:
    def page(canvas: Canvas) -> None:
        turn_page(canvas, turn)
        put_abreast(canvas, 700, [(72, ONE[:12]), (320, TWO[:12])])

    assert whole(drawn(page)).split() == " ".join([*ONE[:12], *TWO[:12]]).split()


def test_text_in_the_margin_is_a_print_mark() -> None:
    def page(canvas: Canvas) -> None:
        put(canvas, 72, 700, lines_of(TEXT, 90))
        canvas.saveState()
        canvas.rotate(90)
        put(canvas, 300, -600, ["2601-18 D14551"], size=7)
        canvas.restoreState()

    reading = read(drawn(page))
    assert [(dropped.why, dropped.text) for dropped in reading.dropped] == [("print_mark", "2601-18 D14551")]
    assert [clean_block(draft.text) for draft in reading.drafts] == [TEXT.strip()]


def test_turned_words_within_the_text_are_kept() -> None:
    def page(canvas: Canvas) -> None:
        put(canvas, 72, 700, lines_of(TEXT, 90))
        canvas.saveState()
        canvas.rotate(90)
        put(canvas, 300, -250, ["Nombre de membres"], size=9)
        canvas.restoreState()

    reading = read(drawn(page))
    assert not reading.dropped
    assert [clean_block(draft.text) for draft in reading.drafts] == [TEXT.strip(), "Nombre de membres"]


def test_a_landscape_page() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setPageSize((HEIGHT, WIDTH))
        put_abreast(canvas, 540, [(72, ONE), (400, TWO)])

    assert in_order(whole(drawn(page)), 2 * TEXT, 2 * OTHER)
