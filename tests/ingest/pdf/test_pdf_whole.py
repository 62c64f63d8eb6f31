"""Nothing that can be seen is lost: each character of a page is in a block, or said to be left out."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas
from tests.ingest.pdf.pdf_pages import OTHER, TEXT, THIRD, Draw, drawn, grid, lines_of, put, put_abreast

from sourcier.ingest.cleaning import clean_characters
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers import pdf

RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def visible(text: str) -> Counter[str]:
    return Counter("".join(clean_characters(text).translate(RAISED).split()))


def check(data: bytes) -> None:
    reading = pdf.read(data, limits=Limits())
    kept = "".join([*(draft.text for draft in reading.drafts), *(dropped.text for dropped in reading.dropped)])
    # The bars between the cells of a table are ours.
    kept = kept.replace("|", "")
    assert visible(kept) == visible(pdf.source_text(data, limits=Limits()))


def test_a_page_of_everything() -> None:
    def page(number: int) -> Draw:
        def draw(canvas: Canvas) -> None:
            put(canvas, 72, 765, ["Convention collective"], size=8)
            put(canvas, 72, 730, ["Article 5 : les congés"], size=16)
            put_abreast(canvas, 700, [(72, lines_of(TEXT, 46)), (320, [*lines_of(OTHER, 46), "technolo-", "giques."])])
            grid(
                canvas,
                (72, 200, 330),
                (540, 520, 500),
                {(0, 0): "Un", (1, 0): "Deux", (0, 1): "Trois", (1, 1): "Quatre"},
            )
            put(canvas, 72, 470, [f"Table des matières . . . . . . . . . {number}", "• Un point", "• Un autre point"])
            put(canvas, 72, 420, ["Une phrase qui appelle une note"])
            canvas.setFont("Helvetica", 6)
            canvas.drawString(73 + canvas.stringWidth("Une phrase qui appelle une note", "Helvetica", 10), 424, "1")
            put(canvas, 72, 400, lines_of(THIRD, 90))
            put(canvas, 72, 90, ["1. AUTEUR (2024). Le règlement, 12 p."], size=8)
            put(canvas, 300, 30, [f"{number} / 4"], size=8)
            canvas.rotate(90)
            put(canvas, 300, -600, ["2601-18 D14551"], size=7)

        return draw

    check(drawn(*(page(number) for number in range(1, 5))))


LINE = st.text("abcdéÀ’ 12.,-–•()", min_size=1, max_size=60).filter(str.strip)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(st.sampled_from([60, 90, 320]), st.integers(3, 50), st.sampled_from([7, 10, 14]), LINE),
            min_size=1,
            max_size=14,
            unique_by=lambda line: line[:2],
        ),
        min_size=1,
        max_size=4,
    )
)
def test_lines_anywhere(pages: list[list[tuple[int, int, int, str]]]) -> None:
    def page(lines: list[tuple[int, int, int, str]]) -> Draw:
        def draw(canvas: Canvas) -> None:
            for left, place, size, text in lines:
                # On paper that is wide enough for two lines abreast.
                canvas.setPageSize((900, 842))
                put(canvas, left, 16 * place, [text], size=size)

        return draw

    check(drawn(*map(page, pages)))
