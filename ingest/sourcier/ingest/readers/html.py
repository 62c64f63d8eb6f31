"""Saved web pages: the main content as it is shown, without menus, scripts or what is hidden; nothing is fetched.

A page saved in one file with its pictures (``.mhtml``) is a letter, of which the first page is read.
"""

from __future__ import annotations

import email
import email.policy
import re

from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import Finding
from sourcier.ingest.drafts import Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers.page.content import Content
from sourcier.ingest.readers.page.head import given
from sourcier.ingest.readers.page.notes import Notes
from sourcier.ingest.readers.page.survey import survey
from sourcier.ingest.readers.page.tree import body_of, naive_text, parse, text_of
from sourcier.ingest.readers.page.walker import Walker

_ENVELOPE = re.compile(rb"\s*(?:[A-Za-z-]{2,40}:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){1,60}\r?\n")
_MIME = re.compile(rb"^(?:mime-version|content-type|snapshot-content-location)\s*:", re.IGNORECASE | re.MULTILINE)
_SAMPLE = 160
_MOST_PARTS = 2000


def read(data: bytes, *, limits: Limits) -> Reading:
    """An HTML page, or the one in a web archive.

    Raises:
        UnreadableFileError: there is no page in it, or its elements are nested beyond measure.
    """
    text, location = _page(data)
    root = parse(text)
    if root is None:
        return Reading(())
    found = survey(root)
    content = Content(root, found)
    walker = Walker(found, content, Notes(found), quotes=quotes_of(root.get("lang") or "fr"))
    drafts = walker.read(body_of(root))
    said = given(root, text, content.main, location)
    return Reading(drafts, said, unseen(walker), tuple(walker.dropped))


def source_text(data: bytes, *, limits: Limits) -> str:
    """All the text of the page, hidden or not."""
    root = parse(_page(data)[0])
    return "" if root is None else naive_text(root)


def quotes_of(language: str) -> tuple[str, str]:
    """The quotation marks that a browser puts around a ``q`` element."""
    return ("«\u00a0", "\u00a0»") if language.lower().startswith("fr") else ("“", "”")


def unseen(walker: Walker) -> tuple[Finding, ...]:
    """What a page held and did not show, and its comments: how many, and the longest of each."""
    places = {"finding.hidden": walker.unseen, "finding.comments": walker.remarks}
    return tuple(Finding(key, len(texts), max(texts, key=len)[:_SAMPLE]) for key, texts in places.items() if texts)


def _page(data: bytes) -> tuple[str, str]:
    """The text of the page, and the address its envelope gives."""
    envelope = _ENVELOPE.match(data[:65536])
    if envelope is None or not _MIME.search(envelope.group()):
        return text_of(data), ""
    try:
        letter = email.message_from_bytes(data, policy=email.policy.default)
        pages = (part for part, _ in zip(letter.walk(), range(_MOST_PARTS), strict=False))
        page = next((part for part in pages if part.get_content_type() in {"text/html", "application/xhtml+xml"}), None)
        if page is None:
            raise UnreadableFileError("ingest.damaged", detail="MHTML")
        content = page.get_payload(decode=True)
        location = page.get("Content-Location") or letter.get("Snapshot-Content-Location") or ""
        charset = page.get_content_charset()
    except (LookupError, ValueError, TypeError, AttributeError, IndexError, RecursionError) as error:
        # The standard library's parser of headers stumbles over some of the broken ones.
        raise UnreadableFileError("ingest.damaged", detail="MHTML") from error
    return text_of(content if isinstance(content, bytes) else b"", charset), str(location)
