"""PDF: the text each page shows, in the order it is read, with the headings, tables and labels the file tells."""

from __future__ import annotations

from dataclasses import replace

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.characters import character_findings
from sourcier.ingest.drafts import Reading
from sourcier.ingest.layout.furniture import is_print_mark
from sourcier.ingest.layout.lines import Line
from sourcier.ingest.layout.losses import Losses
from sourcier.ingest.layout.structure import structure
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers.pdf import opening, scanned
from sourcier.ingest.readers.pdf.columns import reading_order
from sourcier.ingest.readers.pdf.furniture import drop_furniture
from sourcier.ingest.readers.pdf.headings import find_headings
from sourcier.ingest.readers.pdf.lines import body_size, page_lines, spacing
from sourcier.ingest.readers.pdf.pages import PdfFile, read_pages

__all__ = ["read", "source_text"]


def read(data: bytes, *, limits: Limits) -> Reading:
    """A PDF file. Page numbers, running titles and what nobody can see are left out, and said to be.

    Pages that are images are given to character recognition where it is installed.

    Raises:
        UnreadableFileError: damaged, locked by a password, too many pages, or images only that cannot be read. Without
            anything to read, the reading is empty.
    """
    file = read_pages(data, limits)
    if file.scans:
        _recognised(file, data, limits)
    if file.layers:
        file.left_out.add("finding.ocr", scanned.ranges(file.layers), count=len(file.layers), page=file.layers[0])
    if file.blank and any(page.rows for page in file.pages):
        file.left_out.add("finding.empty_pages", scanned.ranges(file.blank), count=len(file.blank), page=file.blank[0])
    return _reading(file)


def source_text(data: bytes, *, limits: Limits) -> str:
    """The text of each page as PDFium strings it, a form feed between pages."""
    texts: list[str] = []
    with opening.LOCK, opening.opened(data, limits) as document:
        for number in range(len(document)):
            page = document[number]
            textpage = page.get_textpage()
            # Its mark for the hyphen of a cut word.
            texts.append(
                textpage.get_text_range().replace("\ufffe", "-\n").replace("\x02", "-\n").replace("\r\n", "\n")
            )
            textpage.close()
            page.close()
    return "\f".join(texts)


def _recognised(file: PdfFile, data: bytes, limits: Limits) -> None:
    """Put the text of its images in the file, or say why it is not there."""
    finding, unread = "finding.scan_late", list(file.scans)
    try:
        for made, numbers in scanned.recognised(data, file.scans, limits):
            again = read_pages(made, limits, layers=numbers)
            # What the program rewrites besides (metadata, labels) is not looked at.
            for page in again.pages:
                file.pages[page.number - 1] = replace(page, label=file.pages[page.number - 1].label)
            file.texts += again.texts
            file.layers = sorted([*file.layers, *(page.number for page in again.pages if page.rows)])
            file.blank = sorted([*file.blank, *(page.number for page in again.pages if not page.rows)])
            unread = [number for number in unread if number not in numbers]
    except scanned.Unrecognised as reason:
        if not any(page.rows for page in file.pages):
            raise UnreadableFileError(reason.error, packages=scanned.packages(limits.ocr)) from reason
        finding = reason.finding
    if unread:
        file.left_out.add(finding, scanned.ranges(unread), count=len(unread), page=unread[0])


def _reading(file: PdfFile) -> Reading:
    losses, body = Losses(), body_size(file.pages)
    furniture = drop_furniture(file.pages, body, [bookmark.title for bookmark in file.bookmarks])
    for dropped in [*file.dropped, *furniture]:
        losses.add(dropped.why, dropped.text, dropped.page)
    regions = {}
    for page in file.pages:
        for row in page.rows:
            if is_print_mark(row.text):
                losses.add("print_mark", row.text, page.number)
        regions[page.number] = reading_order([row for row in page.rows if not is_print_mark(row.text)])
        page.rows = [row for region in regions[page.number] for row in region]
    headings, usual = find_headings(file.pages, file.bookmarks, body), spacing(file.pages)
    lines: list[Line] = []
    for page in file.pages:
        lines += page_lines(page, regions[page.number], body, headings, usual, losses)
    drafts = structure(lines, guess_headings=not headings.outlined, losses=losses)
    findings = (*file.left_out.findings, *character_findings(file.texts))
    return Reading(drafts, file.given, findings, tuple(losses), file.labels)
