"""What a page adds around its text."""

from __future__ import annotations

from reportlab.pdfgen.canvas import Canvas
from tests.ingest.pdf.pdf_pages import OTHER, TEXT, THIRD, Draw, drawn, lines_of, put

from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.drafts import Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers import pdf

BODIES = (TEXT, OTHER, THIRD, TEXT + OTHER, OTHER + THIRD, THIRD + TEXT)


def read(data: bytes) -> Reading:
    return pdf.read(data, limits=Limits())


def texts(data: bytes) -> list[str]:
    return [clean_block(draft.text) for draft in read(data).drafts]


def around(number: int, body: str, head: str, foot: str, *, first: bool = True) -> Draw:
    def page(canvas: Canvas) -> None:
        def edges() -> None:
            put(canvas, 72, 760, [head] if head else [], size=8)
            put(canvas, 290, 30, [foot] if foot else [], size=8)

        if first:
            edges()
        put(canvas, 72, 700, lines_of(body, 90))
        if not first:
            edges()

    return page


def test_running_titles_and_page_numbers_go_and_are_said() -> None:
    for first in (True, False):
        pages = [
            around(n, body, "Convention collective 2024-2028", f"{n} / 6", first=first)
            for n, body in enumerate(BODIES, 1)
        ]
        reading = read(drawn(*pages))
        assert [clean_block(draft.text) for draft in reading.drafts] == [body.strip() for body in BODIES]
        assert {dropped.why for dropped in reading.dropped} == {"furniture"}
        assert [(d.text, d.page) for d in reading.dropped if d.page == 4] == [
            ("Convention collective 2024-2028", 4),
            ("4 / 6", 4),
        ]


def test_titles_that_change_with_the_chapter() -> None:
    heads = ["Les salaires", "Les salaires", "Les horaires", "Les horaires", "Les congés", "Les congés"]
    pages = [around(n, body, head, "") for n, (body, head) in enumerate(zip(BODIES, heads, strict=True))]
    assert texts(drawn(*pages)) == [body.strip() for body in BODIES]


def test_the_first_line_of_each_page_is_not_furniture() -> None:
    pages = [around(n, body, "", str(n)) for n, body in enumerate(BODIES, 1)]
    assert texts(drawn(*pages)) == [body.strip() for body in BODIES]


def test_a_heading_at_the_top_of_a_page_is_not_a_running_title() -> None:
    def page(number: int, body: str) -> Draw:
        def draw(canvas: Canvas) -> None:
            put(canvas, 72, 760, ["Convention collective"], size=8)
            if number % 2:
                title = f"Les droits du groupe {'ABC'[number // 2]}"
                canvas.bookmarkPage(f"t{number}")
                canvas.addOutlineEntry(title, f"t{number}", 0)
                put(canvas, 72, 730, [title], size=14)
            put(canvas, 72, 700, lines_of(body, 90))

        return draw

    found = texts(drawn(*(page(n, body) for n, body in enumerate(BODIES))))
    assert [text for text in found if text.startswith("Les droits")] == [f"Les droits du groupe {x}" for x in "ABC"]
    assert "Convention collective" not in found


def test_a_single_page_keeps_all_it_has() -> None:
    assert texts(drawn(around(1, TEXT, "Avis aux membres", "1"))) == ["Avis aux membres", TEXT.strip(), "1"]


def test_pages_that_begin_alike_keep_their_text() -> None:
    page = around(1, TEXT, "Avis de grief", "")
    assert texts(drawn(page, page, page, page)) == [TEXT.strip()] * 4


def test_titles_of_two_lines() -> None:
    def page(number: int, body: str) -> Draw:
        def draw(canvas: Canvas) -> None:
            put(canvas, 72, 760, ["Fédération des syndicats", "Convention collective"], size=9)
            put(canvas, 72, 700, lines_of(body, 90))
            put(canvas, 72, 40, ["Imprimé sur du papier recyclé", f"Page {number} sur 6"], size=8)

        return draw

    assert texts(drawn(*(page(n, body) for n, body in enumerate(BODIES, 1)))) == [body.strip() for body in BODIES]


def test_numbers_that_end_a_text_are_not_page_numbers() -> None:
    def page(canvas: Canvas) -> None:
        put(canvas, 72, 400, [*lines_of(TEXT, 90), "1998"])

    assert sum(text.count("1998") for text in texts(drawn(page, page, page))) == 3
