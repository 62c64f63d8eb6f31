"""Proper names and acronyms, and the roles that common nouns play: who a claim speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sourcier.app.answering.verifier.text import Reading, Token, read, words


@dataclass(frozen=True, slots=True)
class NameFeatures:
    """How the names of a claim stand in the evidence."""

    count: int
    missing: int
    context_only: int
    """Names known from the title or section alone: not new, not proof."""
    weighted_missing: float
    """Share of the name tokens that are nowhere."""


def names(reading: Reading) -> list[Token]:
    """Tokens of proper names: capitals inside a sentence, acronyms, and first words that are no ordinary word.

    The first word of a sentence is a name when it is an acronym or when the next word has a capital too
    (« Éric Gingras préside… »).
    """
    tokens, stop = reading.tokens, words("stop")
    usual = stop | words("months") | words("weekdays") | words("grammar_english")
    found = []
    for i, token in enumerate(tokens):
        if not token.capital or not token.text[0].isalpha():
            continue
        acronym = len(token.text) > 1 and token.text.isupper()
        if acronym:
            found.append(token)
        elif token.folded in usual or len(token.text) < 2:
            continue
        elif not _opens(reading, i) or (i + 1 < len(tokens) and tokens[i + 1].capital and not _opens(reading, i + 1)):
            found.append(token)
    return found


def _opens(reading: Reading, i: int) -> bool:
    """Whether token ``i`` opens a sentence, a quotation or a list item, where anything takes a capital."""
    if i == 0:
        return True
    between = reading.text[reading.tokens[i - 1].end : reading.tokens[i].start]
    return any(mark in between for mark in '.!?:;«“"•\n') or between.strip() in {"–", "—", "-"}


def initials(reading: Reading) -> set[str]:
    """Every run of initials of content words, two to seven letters: « Centrale des syndicats du Québec » gives csq."""
    found = set()
    for linking in (frozenset[str](), frozenset({"a", "en", "sur"})):  # « Université du Québec à Rimouski » is UQAR
        letters = "".join(
            t.folded[0] for t in reading.tokens if t.text[0].isalpha() and (t.content or t.folded in linking)
        )
        found |= {letters[i : i + n] for n in range(2, 8) for i in range(len(letters) - n + 1)}
    return found


def _known(token: Token, present: frozenset[str], short: Iterable[str]) -> bool:
    if token.folded in present or token.stem in present:
        return True
    return token.text.isupper() and len(token.text) > 1 and token.folded in short


def _vocabulary(readings: Iterable[Reading]) -> frozenset[str]:
    return frozenset(form for r in readings for t in r.tokens for form in (t.folded, t.stem))


def compare(claim: Reading, evidence: Sequence[Reading], *, also: Iterable[str] = ()) -> NameFeatures:
    """Look each name of the claim up in the evidence, then in the texts of ``also`` (titles, sections)."""
    mine = names(claim)
    contexts = [read(text) for text in also]
    proof, hints = _vocabulary(evidence), _vocabulary(contexts)
    short = set[str]().union(*(initials(r) for r in evidence)) if mine else set[str]()
    hint_short = set[str]().union(*(initials(r) for r in contexts)) if mine else set[str]()
    # The other way round, « Centrale des syndicats du Québec » is known where only « CSQ » is written.
    spelled = _spelled_acronyms(claim, [t for r in (*evidence, *contexts) for t in r.tokens if t.text.isupper()])
    missing = context_only = 0
    for name in mine:
        if _known(name, proof, short) or name in spelled:
            continue
        if _known(name, hints, hint_short):
            context_only += 1
        else:
            missing += 1
    return NameFeatures(len(mine), missing, context_only, missing / len(mine) if mine else 0.0)


def _spelled_acronyms(claim: Reading, acronyms: Iterable[Token]) -> set[Token]:
    content = [t for t in claim.tokens if t.content and t.text[0].isalpha()]
    letters = "".join(t.folded[0] for t in content)
    found: set[Token] = set()
    for acronym in acronyms:
        size = len(acronym.text)
        if size > 1 and (at := letters.find(acronym.folded)) >= 0:
            found.update(content[at : at + size])
    return found
