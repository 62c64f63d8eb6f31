"""The pages of a file, one after the other: what each shows as rows and tables, and what is set apart from it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import pypdfium2

from sourcier.ingest.drafts import Dropped
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers.left_out import LeftOut
from sourcier.ingest.readers.pdf import opening
from sourcier.ingest.readers.pdf.furniture import PageRows
from sourcier.ingest.readers.pdf.glyphs import Glyph, PageGlyphs, lines_of, turned_box, upright
from sourcier.ingest.readers.pdf.objects import Box, PageObjects, page_objects
from sourcier.ingest.readers.pdf.rows import Row, rows_of, size_of, text_of
from sourcier.ingest.readers.pdf.tables import take_tables
from sourcier.ingest.readers.pdf.visible import mark_hidden

_PICTURE = 0.05
"""Share of a page that its largest image takes for the page to have something to read on it."""
_OUTLINES = 200
"""Drawings of a page without text from which they may well be its letters."""


@dataclass(slots=True)
class PdfFile:
    """A PDF as its pages give it.

    Attributes:
        pages: rows as drawn.
        texts: lines as they are in the file, for what there is to say of their characters.
        scans: pages that show something and have no text; ``layers`` those whose text OCR once read on their image;
            ``blank`` those that show nothing.
    """

    pages: list[PageRows] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    bookmarks: list[opening.Bookmark] = field(default_factory=list)
    given: dict[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    scans: list[int] = field(default_factory=list)
    layers: list[int] = field(default_factory=list)
    blank: list[int] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)
    dropped: list[Dropped] = field(default_factory=list)


def read_pages(data: bytes, limits: Limits, layers: Collection[int] = ()) -> PdfFile:
    """All the pages of a file, or only those in ``layers``, whose text is known to be what OCR read on them.

    Raises:
        UnreadableFileError: as :func:`opening.opened`.
    """
    file = PdfFile()
    with opening.LOCK, opening.opened(data, limits) as document:
        file.given, file.labels = opening.given(document), opening.page_labels(document)
        file.bookmarks = opening.bookmarks(document)
        if opening.restricted(document):
            file.left_out.add("finding.pdf_restricted")
        for index in sorted(number - 1 for number in layers) if layers else range(len(document)):
            page = document[index]
            _read_page(page, index + 1, file, is_layer=bool(layers))
            page.close()
    return file


def _read_page(page: pypdfium2.PdfPage, number: int, file: PdfFile, *, is_layer: bool) -> None:
    textpage = page.get_textpage()
    box: Box = page.get_bbox()
    lines = lines_of(textpage)
    objects = page_objects(page, box)
    if is_layer or mark_hidden(page, lines, objects, box):
        file.layers.append(number)
    textpage.close()
    shown = upright(_without_hidden(lines, file, number), box)
    tables, lines = take_tables(shown.lines, _rules(objects, shown, box))
    rows = rows_of(lines)
    for table in tables:
        left, bottom, right, top = table.box
        # Drawn, as far as the order goes, with the first line below its top.
        line = min((row.line for row in rows if row.top <= top), default=len(lines))
        rows.append(Row("", left, right, bottom, top, 0.0, line=line, cells=table.rows))
        file.dropped += [Dropped("hyphen", "-", number)] * table.hyphens
    rows += _turned_rows(shown, rows, file, number)
    label = file.labels[number - 1] if file.labels else ""
    file.pages.append(PageRows(number, shown.height, rows, label))
    if not rows and not is_layer:
        seen = objects.image > _PICTURE or objects.paths > _OUTLINES
        (file.scans if seen else file.blank).append(number)


def _without_hidden(lines: Sequence[list[Glyph]], file: PdfFile, number: int) -> list[list[Glyph]]:
    kept: list[list[Glyph]] = []
    for line in lines:
        file.texts.append("".join(glyph.char for glyph in line if glyph.char != "\u00ad"))
        hidden = [glyph for glyph in line if glyph.hidden or not glyph.ink]
        if any(glyph.hidden for glyph in hidden):
            text = text_of(hidden, size_of(hidden))
            file.left_out.add("finding.hidden_text", text, count=len(text.split()), page=number)
            line = [glyph for glyph in line if not glyph.hidden]
        if any(glyph.ink for glyph in line):
            kept.append(line)
    return kept


def _rules(objects: PageObjects, shown: PageGlyphs, box: Box) -> list[Box]:
    """The rules of a page once it is upright."""
    width, height = box[2] - box[0], box[3] - box[1]
    return [
        turned_box((rule[0] - box[0], rule[1] - box[1], rule[2] - box[0], rule[3] - box[1]), shown.turn, width, height)
        for rule in objects.rules
    ]


def _turned_rows(shown: PageGlyphs, rows: Sequence[Row], file: PdfFile, number: int) -> list[Row]:
    """Lines written another way than the page, after the others; those beside the text are marks, and dropped."""
    kept: list[Row] = []
    left, right = min((row.left for row in rows), default=0.0), max((row.right for row in rows), default=0.0)
    after = max((row.line for row in rows), default=0) + 1
    for line in shown.turned:
        inked = [glyph for glyph in line if glyph.ink]
        begin, end = min(glyph.left for glyph in inked), max(glyph.right for glyph in inked)
        size = size_of(line)
        text = text_of(line, size)
        if rows and (end <= left or begin >= right):
            file.dropped.append(Dropped("print_mark", text, number))
        else:
            bottom, top = min(glyph.bottom for glyph in inked), max(glyph.top for glyph in inked)
            kept.append(Row(text, begin, end, bottom, top, size, line=after + len(kept), alone=True))
    return kept
