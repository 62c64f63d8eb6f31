"""What a steward has to know of a text's characters: those that cannot be seen, and those that are not what they seem."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from sourcier.core.types import Finding
from sourcier.ingest.cleaning import INVISIBLE, MARKS

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_TAGS = "finding.tags"
_SHOWN = 3
"""Different characters that a sample names."""
_LONGEST = 80
# A word of Latin letters with a Cyrillic one in it, or with a Greek one drawn like a Latin one.
_MIXED = re.compile(r"\b(?=\w*[A-Za-zÀ-ÖØ-öø-ÿ])\w*[\u0400-\u052fΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρ]\w*")
_FOREIGN = re.compile("[\u0370-\u052f]")


def character_findings(texts: Iterable[str]) -> list[Finding]:
    """What cleaning takes out of these texts, and the words that mix alphabets, as findings.

    Args:
        texts: as the file has them, before anything is taken out.
    """
    kinds: dict[str, Counter[str]] = {}
    piled, replaced, mixed = 0, 0, 0
    spelt = broken = disguised = ""
    for text in texts:
        if text.isascii() and text.isprintable():
            continue
        for run in INVISIBLE.finditer(text):
            for character in run.group():
                kinds.setdefault(_kind(character), Counter())[character] += 1
            if len(spelt) < _LONGEST:
                spelt += _spelt(run.group())
        piled += sum(run.end() - run.end(1) for run in MARKS.finditer(text))
        if "\ufffd" in text:
            replaced += text.count("\ufffd")
            broken = broken or _around(text, text.index("\ufffd"))
        # Text in Cyrillic or Greek is rare here: most texts stop at the cheaper question.
        if _FOREIGN.search(text):
            words = _MIXED.findall(text)
            mixed += len(words)
            disguised = disguised or next(iter(words), "")[:_LONGEST]
    findings = [
        Finding(kind, sum(found.values()), (kind == _TAGS and spelt[:_LONGEST]) or _named(found))
        for kind, found in sorted(kinds.items())
    ]
    if piled:
        findings.append(Finding("finding.marks", piled))
    if replaced:
        findings.append(Finding("finding.replaced", replaced, broken))
    if mixed:
        findings.append(Finding("finding.homoglyphs", mixed, disguised))
    return findings


def _kind(character: str) -> str:
    code = ord(character)
    if character in _BIDI:
        return "finding.bidi"
    if 0xE0000 <= code <= 0xE007F:
        return _TAGS
    if 0xE000 <= code <= 0xF8FF or code >= 0xF0000:
        return "finding.private_use"
    return "finding.invisible"


def _spelt(run: str) -> str:
    """What tags spell: they hide plain ASCII, moved out of sight."""
    letters = (chr(ord(character) - 0xE0000) for character in run if 0xE0020 <= ord(character) < 0xE007F)
    return "".join(letters)


def _named(found: Counter[str]) -> str:
    """« U+200B ×3, U+00AD ×2 », the most frequent ones first."""
    return ", ".join(f"U+{ord(character):04X} ×{count}" for character, count in found.most_common(_SHOWN))


def _around(text: str, at: int) -> str:
    start = max(text.rfind(" ", 0, at), text.rfind("\n", 0, at)) + 1
    return text[start : at + 20].split("\n", maxsplit=1)[0].strip()[:_LONGEST]
