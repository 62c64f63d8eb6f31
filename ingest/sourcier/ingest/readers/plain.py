"""Plain text: bytes in whatever encoding, structure guessed from its lines."""

from __future__ import annotations

import re

from sourcier.core.types import Finding
from sourcier.ingest.cleaning import clean_characters
from sourcier.ingest.decoding import decode
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.layout.furniture import drop_repeated
from sourcier.ingest.layout.lines import Line
from sourcier.ingest.layout.structure import structure
from sourcier.ingest.limits import Limits

_STRESS = re.compile(r"(?<![\w*])\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*(?![\w*])")


def read(data: bytes, *, limits: Limits) -> Reading:
    """A text file; a form feed ends a page, where there are any.

    Raises:
        UnreadableFileError: the bytes are not text.
    """
    text, encoding = decode(data)
    findings = (Finding("finding.cp1252"),) if encoding == "cp1252" else ()
    return Reading(blocks_of(text), findings=findings)


def blocks_of(text: str, *, guess_headings: bool = True) -> tuple[Draft, ...]:
    """The blocks of a text without markup; asterisks that pages pasted as text leave around words are dropped."""
    pages = text.split("\f")
    laid_out = [
        [
            Line(line, number if len(pages) > 1 else None)
            for line in _STRESS.sub(r"\1", clean_characters(page)).split("\n")
        ]
        for number, page in enumerate(pages, 1)
    ]
    lines = drop_repeated(laid_out) if len(pages) > 1 else laid_out[0]
    return structure(lines, guess_headings=guess_headings)
