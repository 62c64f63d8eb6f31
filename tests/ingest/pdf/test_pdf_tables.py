"""Ruled tables: rows that keep their header, merged cells, and no word twice."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas
from tests.ingest.pdf.pdf_pages import OTHER, TEXT, drawn, grid, lines_of, put

from sourcier.core.types import BlockKind
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers import pdf

XS, YS = (72, 220, 330, 430), (650, 632, 614, 596, 578)
CELLS = {
    (0, 0): "Région", (1, 0): "Effectif", (2, 0): "Taux",
    (0, 1): "Montréal", (1, 1): "1 250", (2, 1): "12,5 %",
    (0, 2): "Québec", (1, 2): "830", (2, 2): "9,1 %",
    (0, 3): "Laval", (1, 3): "411", (2, 3): "8 %",
}  # fmt: skip


def drafts(data: bytes) -> list[tuple[str, str]]:
    return [(d.kind.value, clean_block(d.text)) for d in pdf.read(data, limits=Limits()).drafts]


EXPECTED = [
    ("table", "Région | Effectif | Taux"),
    ("table", "Région : Montréal | Effectif : 1 250 | Taux : 12,5 %"),
    ("table", "Région : Québec | Effectif : 830 | Taux : 9,1 %"),
    ("table", "Région : Laval | Effectif : 411 | Taux : 8 %"),
]


def test_a_ruled_table_between_paragraphs() -> None:
    def page(outer: bool, canvas: Canvas) -> None:
        put(canvas, 72, 720, lines_of(TEXT, 90))
        grid(canvas, XS, YS, CELLS, outer=outer)
        put(canvas, 72, 540, lines_of(OTHER, 90))

    around = [("paragraph", TEXT.strip()), *EXPECTED, ("paragraph", OTHER.strip())]
    assert drafts(drawn(lambda canvas: page(True, canvas))) == around
    assert drafts(drawn(lambda canvas: page(False, canvas))) == around


def test_cells_drawn_as_boxes_with_a_background() -> None:
    def page(canvas: Canvas) -> None:
        for (column, row), text in CELLS.items():
            canvas.setFillGray(0.9 if row == 0 else 1)
            canvas.rect(XS[column], YS[row + 1], XS[column + 1] - XS[column], YS[row] - YS[row + 1], fill=1, stroke=0)
            canvas.setFillGray(0)
            canvas.drawString(XS[column] + 4, YS[row] - 12, text)

    assert drafts(drawn(page)) == EXPECTED


def test_a_table_drawn_before_the_text_above_it() -> None:
    def page(canvas: Canvas) -> None:
        grid(canvas, XS, YS, CELLS)
        put(canvas, 72, 540, lines_of(OTHER, 90))
        put(canvas, 72, 720, lines_of(TEXT, 90))

    assert drafts(drawn(page)) == [("paragraph", TEXT.strip()), *EXPECTED, ("paragraph", OTHER.strip())]


def test_merged_cells() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for y in YS:
            # The first column's cell covers the second and third rows.
            canvas.line(XS[1] if y == YS[2] else XS[0], y, XS[-1], y)
        for x in XS:
            # The last row is one cell over the whole width.
            canvas.line(x, YS[0], x, YS[-1] if x in (XS[0], XS[-1]) else YS[3])
        for (column, row), text in CELLS.items():
            if (column, row) != (0, 2) and row < 3:
                canvas.drawString(XS[column] + 4, YS[row] - 12, text)
        canvas.drawString(XS[0] + 4, YS[3] - 12, "Données provisoires du 1er mars")

    found = drafts(drawn(page))
    assert found == [
        ("table", "Région | Effectif | Taux"),
        ("table", "Région : Montréal | Effectif : 1 250 | Taux : 12,5 %"),
        ("table", "Région : Montréal | Effectif : 830 | Taux : 9,1 %"),
        ("table", "Données provisoires du 1er mars"),
    ]


def test_a_cell_of_several_lines_and_a_cut_word() -> None:
    def page(canvas: Canvas) -> None:
        grid(canvas, (72, 200, 400), (700, 660, 620), {(0, 0): "Article 5", (0, 1): "Article 6", (1, 1): "Abrogé."})
        put(canvas, 204, 688, ["Les changements technolo-", "giques sont annoncés."])

    reading = pdf.read(drawn(page), limits=Limits())
    assert [draft.text for draft in reading.drafts] == [
        "Article 5 | Les changements technologiques sont annoncés.",
        "Article 6 | Abrogé.",
    ]
    assert [(dropped.why, dropped.text) for dropped in reading.dropped] == [("hyphen", "-")]


def test_a_frame_around_text_is_no_table() -> None:
    def page(canvas: Canvas) -> None:
        canvas.rect(60, 600, 480, 130)
        canvas.line(60, 660, 540, 660)
        put(canvas, 72, 710, lines_of(TEXT, 80))
        put(canvas, 72, 640, lines_of(OTHER, 80))

    assert drafts(drawn(page)) == [("paragraph", TEXT.strip()), ("paragraph", OTHER.strip())]


def test_a_drawing_of_many_lines_is_no_table_and_costs_little() -> None:
    def page(canvas: Canvas) -> None:
        for step in range(1500):
            canvas.line(72, 100 + step / 3, 500, 100 + step / 3)
            canvas.line(72 + step / 4, 100, 72 + step / 4, 600)
        put(canvas, 72, 700, lines_of(TEXT, 90))

    assert drafts(drawn(page)) == [("paragraph", TEXT.strip())]


@settings(max_examples=25, derandomize=True, deadline=None)
@given(
    st.lists(
        st.lists(st.text("abcdefgh éà", min_size=1, max_size=10).filter(str.strip), min_size=3, max_size=3),
        min_size=2,
        max_size=6,
    )
)
def test_each_word_of_a_table_comes_once_and_in_order(rows: list[list[str]]) -> None:
    ys = [700 - 20 * number for number in range(len(rows) + 1)]
    cells = {(c, r): text for r, row in enumerate(rows) for c, text in enumerate(row)}
    found = pdf.read(drawn(lambda canvas: grid(canvas, XS, ys, cells)), limits=Limits()).drafts
    assert all(draft.kind is BlockKind.TABLE for draft in found)
    assert (
        " ".join(draft.text for draft in found).replace("|", " ").split()
        == " ".join(text for row in rows for text in row).split()
    )
