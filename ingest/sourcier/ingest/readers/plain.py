"""Plain text: bytes in whatever encoding, structure guessed from its lines."""

from __future__ import annotations

import re

from sourcier.core.types import Finding
from sourcier.ingest.characters import character_findings
from sourcier.ingest.cleaning import clean_characters
from sourcier.ingest.decoding import decode, is_doubtful
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.layout.furniture import drop_repeated
from sourcier.ingest.layout.lines import Line
from sourcier.ingest.layout.losses import Losses
from sourcier.ingest.layout.structure import structure
from sourcier.ingest.layout.underlines import underlined
from sourcier.ingest.limits import Limits
from sourcier.ingest.mojibake import repair

# Bounded on both sides: on a text without any space, each letter would be tried as the first one of a word.
_BEYOND_ASCII = re.compile(r"\S{0,20}[^\x00-\x7f\s]\S{0,20}")
# Within one paragraph: stars and their words may stand on two lines.
_STRESS = re.compile(r"(?<![\w*])\*\*(?=\S)((?:[^*\n]|\n(?!\s*\n))+?)(?<=\S)\*\*(?![\w*])")


def read(data: bytes, *, limits: Limits) -> Reading:
    """A text file; a form feed ends a page, where there are any.

    Raises:
        UnreadableFileError: the bytes are not text.
    """
    text, findings = decoded(data)
    losses = Losses()
    drafts = blocks_of(text, losses=losses)
    return Reading(drafts, findings=findings, dropped=tuple(losses))


def read_text(text: str, *, guess_headings: bool = True) -> Reading:
    """A text without markup, with what there is to say of its characters and what is left out of it."""
    text, findings = repaired(text)
    losses = Losses()
    drafts = blocks_of(text, guess_headings=guess_headings, losses=losses)
    return Reading(drafts, findings=findings, dropped=tuple(losses))


def decoded(data: bytes) -> tuple[str, tuple[Finding, ...]]:
    """The text of a file, wrong decodings undone but nothing taken out, and what there is to say of its characters.

    Raises:
        UnreadableFileError: the bytes are not text.
    """
    text, encoding = decode(data)
    found: tuple[Finding, ...] = ()
    if is_doubtful(encoding):
        beyond = _BEYOND_ASCII.search(text)
        found = (Finding("finding.encoding_doubtful", sample=beyond.group()[:40] if beyond else ""),)
    elif encoding == "cp1252":
        found = (Finding("finding.cp1252"),)
    text, findings = repaired(text)
    return text, (*found, *findings)


def repaired(text: str) -> tuple[str, tuple[Finding, ...]]:
    """The text with wrong decodings undone but nothing taken out, and what there is to say of its characters."""
    mended = repair(text)
    findings = (Finding("finding.mojibake", mended.count, mended.sample),) if mended.count else ()
    return mended.text, (*findings, *character_findings([mended.text]))


def source_text(data: bytes, *, limits: Limits) -> str:
    """All the text of the file: its characters, decoded."""
    return decode(data)[0]


def blocks_of(text: str, *, guess_headings: bool = True, losses: Losses | None = None) -> tuple[Draft, ...]:
    """The blocks of a text without markup; asterisks that pages pasted as text leave around words are dropped.

    Args:
        losses: where to gather what can be seen in the text and is not in the blocks.
    """
    losses = Losses() if losses is None else losses
    pages = text.split("\f")
    laid_out: list[list[Line]] = []
    for number, page in enumerate(pages, 1):
        at = number if len(pages) > 1 else None
        laid_out.append([Line(line, at) for line in _unstressed(clean_characters(page), losses, at).split("\n")])
    lines = drop_repeated(laid_out, losses) if len(pages) > 1 else laid_out[0]
    if guess_headings:
        lines = underlined(lines, losses)
    return structure(lines, guess_headings=guess_headings, losses=losses)


def _unstressed(text: str, losses: Losses, page: int | None) -> str:
    def stripped(found: re.Match[str]) -> str:
        losses.add("markup", "**", page)
        losses.add("markup", "**", page)
        return found.group(1)

    return _STRESS.sub(stripped, text) if "**" in text else text
