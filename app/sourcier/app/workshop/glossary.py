"""A glossary in the documents' own words, quoted exactly."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sourcier.app.answering.terms import content_stems
from sourcier.app.answering.verifier.text import fold
from sourcier.app.workshop.kit import GlossaryEntry, Topic
from sourcier.app.workshop.quiz.defining import Definition, acronym_of, definitions_in
from sourcier.app.workshop.quiz.reading import passages_near
from sourcier.app.workshop.sources import Sources
from sourcier.app.workshop.tools import Tools

__all__ = ["make_glossary"]

#: Passages looked for around each topic, and entries kept: two pages.
_AROUND = 30
_MOST = 24


def make_glossary(topics: Sequence[Topic], sources: Sources, tools: Tools) -> tuple[GlossaryEntry, ...]:
    """The terms that the topics use and that the documents define, in alphabetical order, each once, best definition first."""
    said = " ".join(piece.text for topic in topics for piece in topic.facts)
    used = f" {fold(' '.join([said, *(topic.title for topic in topics)]))} "
    stems = content_stems(used)
    best: dict[str, Definition] = {}
    expansions: dict[str, str] = {}
    for one in definitions_in(passages_near(topics, sources, tools.searcher, _AROUND)):
        key = fold(one.term)
        if one.expansion:
            expansions.setdefault(key, one.expansion)
        if not _is_used(one.term, used, stems):
            continue
        if key not in best or one.strength > best[key].strength:
            best[key] = one
    entries = [
        GlossaryEntry(
            term=one.term[0].upper() + one.term[1:],
            definition=sources.quote(one.hit, one.start, one.end),
            expansion=one.expansion or expansions.get(key),
        )
        for key, one in sorted(best.items())[:_MOST]
    ]
    return tuple(entries)


def _is_used(term: str, used: str, stems: frozenset[str]) -> bool:
    """An acronym must stand in the text as it is; of other terms, every word."""
    if acronym_of(term):
        return re.search(rf"(?<!\w){re.escape(fold(term))}(?!\w)", used) is not None
    own = content_stems(term)
    return bool(own) and own <= stems
