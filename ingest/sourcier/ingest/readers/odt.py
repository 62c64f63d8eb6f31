"""OpenDocument texts: headings, lists and clauses with the numbers that are computed, tables, text boxes and notes.

Hidden text and sections, tracked deletions and comments are left out, and the steward is told.
"""

from __future__ import annotations

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.drafts import Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers.left_out import LeftOut
from sourcier.ingest.readers.odf.package import TABLE, TEXT, OpenPackage
from sourcier.ingest.readers.odf.story import Story
from sourcier.ingest.readers.odf.styles import Styles, is_header_or_footer, master_pages


def read(data: bytes, *, limits: Limits) -> Reading:
    """An ``.odt`` file. It has no pages: they are made as it is shown.

    Raises:
        UnreadableFileError: not an OpenDocument text, one that is locked, or one that unfolds beyond measure.
    """
    package = OpenPackage(data, limits, "ODT", "text")
    try:
        return _reading(package)
    except (UnreadableFileError, MemoryError):
        raise
    except Exception as error:
        raise UnreadableFileError("ingest.damaged", detail="ODT") from error


def source_text(data: bytes, *, limits: Limits) -> str:
    """All the text of the body, a paragraph or a row a line, deleted and hidden text included.

    Raises:
        UnreadableFileError: as :func:`read`.
    """
    body = OpenPackage(data, limits, "ODT", "text").body
    lines: list[str] = []
    row = None
    for paragraph in body.iter(f"{TEXT}p", f"{TEXT}h"):
        text = "".join(paragraph.itertext()).strip()
        within = next(paragraph.iterancestors(f"{TABLE}table-row"), None)
        if text and within is not None and within is row:
            lines[-1] += f" {text}"
        elif text:
            lines.append(text)
            row = within
    return "\n".join(lines)


def _reading(package: OpenPackage) -> Reading:
    left_out = LeftOut()
    styles = Styles(package)
    story = Story(package, styles, left_out)
    drafts = (*story.blocks(package.body), *story.notes())
    for page in master_pages(package):
        for element in filter(is_header_or_footer, page):
            left_out.drop("furniture", "\n".join(story.said(p).text for p in element.iter(f"{TEXT}p", f"{TEXT}h")))
    given = package.given()
    given.setdefault("language", "" if styles.language == "en-US" else styles.language)
    if story.title:
        given["title"] = story.title
    return Reading(drafts, {n: v for n, v in given.items() if v}, left_out.findings, left_out.dropped)
