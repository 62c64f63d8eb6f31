"""Who holds a role, and in which body: « vice-présidente de la CSQ » says nothing of a vice-president of Moov AI.

All its words may be there, the role beside one body and the other body a few words further. Where a claim, or the
question of a short answer, names a role and a body and its source has that role in other bodies alone, they differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sourcier.app.answering.verifier.names import initials, names
from sourcier.app.answering.verifier.question import dependence
from sourcier.app.answering.verifier.text import Reading, Token, classes, words

__all__ = ["BelongingFeatures", "Held", "compare", "may_be_one", "roles_in"]

#: Words between a role and the word that links it to a body: « directeur général adjoint de ».
_QUALIFYING = 3
#: Words looked at of a body's name: « Centrale des syndicats du Québec ».
_LONGEST = 6
#: From here a claim is read with its question: five words of its own at most, a long name.
_LEANING = 0.6


@dataclass(frozen=True, slots=True)
class BelongingFeatures:
    """Roles in bodies."""

    elsewhere: int
    """Whether the claim has a role in one body, and its text has that role in others alone."""


@dataclass(frozen=True, slots=True)
class Held:
    """A role, and the body that it is held in.

    Attributes:
        text: what it was read in.
        role: what it is, with its prefixes (« vice »).
        body: the words of the body's name; none where the text names none.
        direct: whether the name comes at once, with nothing else between (« présidente du syndicat de la FAE »).
    """

    text: str
    role: frozenset[str]
    body: tuple[Token, ...] = ()
    direct: bool = True


def compare(claim: Reading, text: Reading, asked: Reading | None = None) -> BelongingFeatures:
    """Look up in the text each role that the claim, or the question of a claim that leans on it, sets in a body."""
    said = [*roles_in(claim)]
    if asked is not None and dependence(asked, claim) >= _LEANING:
        said += roles_in(asked)
    theirs = [held for held in roles_in(text) if held.body]
    short = initials(text)
    for one in said:
        same = [other for other in theirs if other.role == one.role]
        spelled = {token.folded for token in one.body if token.text.isupper()}
        if one.body and same and not spelled & short and not any(may_be_one(one.body, other.body) for other in same):
            return BelongingFeatures(1)
    return BelongingFeatures(0)


def roles_in(reading: Reading) -> Iterator[Held]:
    """Every role that a text speaks of, said by a noun or by a verb."""
    roles, verbs, tokens = classes("roles"), classes("role_verbs"), reading.tokens
    before, links = words("belonging", "before"), words("belonging", "links")
    proper = {token.start for token in names(reading)}
    for place, token in enumerate(tokens):
        if token.folded in verbs:
            yield _in_body(reading, frozenset({verbs[token.folded]}), place, proper)
        elif token.folded in roles:
            prefixes = {tokens[i].folded for i in range(max(0, place - 2), place) if tokens[i].folded in before}
            role = frozenset({roles[token.folded], *prefixes})
            limit = min(len(tokens), place + 2 + _QUALIFYING)
            link = next((i for i in range(place + 1, limit) if tokens[i].folded in links), None)
            linked = link is not None and not _broken(reading, place, link)
            yield _in_body(reading, role, link, proper) if link is not None and linked else Held(reading.text, role)


def _in_body(reading: Reading, role: frozenset[str], link: int, proper: set[int]) -> Held:
    """The role in the body whose name comes after token ``link``, if one does before anything else begins."""
    tokens, links = reading.tokens, words("belonging", "links")
    body: list[Token] = []
    direct = True
    for i in range(link + 1, min(len(tokens), link + 1 + _LONGEST)):
        if _broken(reading, i - 1, i):
            break
        if tokens[i].start in proper:
            body.append(tokens[i])
        elif not body:
            direct = direct and (not tokens[i].content or tokens[i].folded in words("grammar_english"))
        elif tokens[i].folded not in links and not tokens[i].content:
            break
    return Held(reading.text, role, tuple(body), direct)


def _broken(reading: Reading, first: int, last: int) -> bool:
    """Whether a mark stands between two tokens: a body ends there."""
    return any(mark in reading.text[reading.tokens[first].end : reading.tokens[last].start] for mark in ",;:.!?()«»\n")


def may_be_one(mine: tuple[Token, ...], theirs: tuple[Token, ...]) -> bool:
    """Whether two names may be those of one body: a word in common, or a short form that begins as the other does."""
    if {token.stem for token in mine} & {token.stem for token in theirs}:
        return True
    acronyms = [token.text.isupper() and len(token.text) > 1 for token in (mine[0], theirs[0])]
    return acronyms[0] != acronyms[1] and mine[0].folded[0] == theirs[0].folded[0]
