"""Word documents: headings, lists and clauses with the numbers that Word computes, tables, text boxes and notes.

Hidden text, tracked deletions and comments are not what a reader sees: they are left out, and the steward is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.drafts import Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers.docx.body import Story
from sourcier.ingest.readers.docx.names import MC, W
from sourcier.ingest.readers.docx.numbering import Numbering
from sourcier.ingest.readers.docx.styles import Styles
from sourcier.ingest.readers.left_out import LeftOut
from sourcier.ingest.readers.ooxml import Package

_BESIDE = ("footnotes", "endnotes", "header", "footer", "comments")


def read(data: bytes, *, limits: Limits) -> Reading:
    """A ``.docx`` file. It has no pages: Word makes them as it shows it.

    Raises:
        UnreadableFileError: not a Word document, one that is locked, or one that unfolds beyond measure.
    """
    package = Package(data, limits, "DOCX", "document")
    try:
        return _reading(package)
    except (UnreadableFileError, MemoryError):
        raise
    except Exception as error:
        raise UnreadableFileError("ingest.damaged", detail="DOCX") from error


def source_text(data: bytes, *, limits: Limits) -> str:
    """All the text of the file, a paragraph a line: body, then notes, headers, footers and comments.

    Raises:
        UnreadableFileError: as :func:`read`.
    """
    package = Package(data, limits, "DOCX", "document")
    roots = [package.document, *(package.xml(part) for part in package.related(package.main, *_BESIDE))]
    return "\n".join(line for root in roots if root is not None for line in _lines(root))


def _reading(package: Package) -> Reading:
    left_out = LeftOut()
    related = package.relations(package.main)
    parts = {relation.kind: relation.target for relation in related.values()}
    styles = Styles(package.xml(parts.get("styles", "")))
    numbering = Numbering(package.xml(parts.get("numbering", "")), styles)
    notes = {
        f"{kind[0]}{note.get(f'{W}id')}": note
        for kind in ("footnotes", "endnotes")
        for note in _children(package.xml(parts.get(kind, "")))
        if note.get(f"{W}type") in {None, "normal"}
    }
    story = Story(package, related, styles, numbering, notes, left_out)
    body = package.document.find(f"{W}body")
    drafts = (*(story.blocks(body) if body is not None else ()), *story.notes())
    for reference in package.document.iter(f"{W}headerReference", f"{W}footerReference"):
        story.furniture(reference)
    for comment in _children(package.xml(parts.get("comments", ""))):
        left_out.hide("finding.comments", "\n".join(_lines(comment)))
    given = package.given()
    # American English is what Word says when nobody chose.
    given.setdefault("language", "" if styles.language == "en-US" else styles.language)
    if story.title:
        given["title"] = story.title
    return Reading(drafts, {n: v for n, v in given.items() if v}, left_out.findings, left_out.dropped)


def _children(root: Any) -> Iterator[Any]:
    return iter(()) if root is None else iter(root)


def _lines(root: Any) -> Iterator[str]:
    """The texts of all paragraphs, whatever they are for, but for copies kept for older programs; a row a line."""
    row: Any = None
    line: list[str] = []
    for paragraph in root.iter(f"{W}p"):
        if any(parent.tag == f"{MC}Fallback" for parent in paragraph.iterancestors()):
            continue
        within = next(paragraph.iterancestors(f"{W}tr"), None)
        if line and (within is None or within is not row):
            yield " ".join(line)
            line = []
        row = within
        if text := _whole(paragraph):
            line.append(text)
    if line:
        yield " ".join(line)


def _whole(paragraph: Any) -> str:
    parts = []
    for piece in paragraph.iter(f"{W}t", f"{W}delText", f"{W}tab", f"{W}br"):
        if next(piece.iterancestors(f"{W}p")) is paragraph:
            parts.append((piece.text or "") if piece.tag in {f"{W}t", f"{W}delText"} else " ")
    return "".join(parts).strip()
