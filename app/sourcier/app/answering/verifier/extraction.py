"""Claims that are a sentence of the source with a part left out, word for word: « L'horaire débute lundi et compte 32 heures. »

The forest weighs words; whether what was left out could be left out is a matter of where the cuts are. A claim taken
so from one sentence, and from nothing else, is right by construction: it starts as the sentence does, and each cut
takes out an aside between commas, the first of two predicates, or an end that limits nothing.

So is a claim that says « est » where its source has a comma: « Aline Roy, présidente du comité, a parlé. »
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sourcier.app.answering.verifier.text import Reading, Token, words

__all__ = ["ExtractionFeatures", "compare"]

_OPEN, _CLOSE = ",(–—", ",)–—"
_MOST_CUTS = 2
_LEAST_TOKENS, _LEAST_CONTENT = 4, 3
_IS = frozenset({"est", "is"})
_ARTICLES = frozenset({"le", "la", "l", "the"})
_PARTICLES = frozenset({"de", "du", "des", "d", "of"})
#: What may stand before a name that an apposition speaks of: after « de », or in a list, it may speak of more (« le fils de X, élu »).
_BEFORE_NAME = frozenset({"par", "que", "qu", "by", "that"})
_AND = frozenset({"et", "and"})


@dataclass(frozen=True, slots=True)
class ExtractionFeatures:
    """What is taken as it stands."""

    whole: int
    """1 where the claim is one sentence of the text less asides, a coordinated predicate or a harmless end, or an apposition."""


def compare(claim: Reading, texts: Sequence[Reading]) -> ExtractionFeatures:
    """Look for the claim in each sentence of the text."""
    long = len(claim.tokens) >= _LEAST_TOKENS and len(claim.content()) >= _LEAST_CONTENT
    return ExtractionFeatures(int(long and any(_held(claim.tokens, text) or _apposed(claim, text) for text in texts)))


def _held(claim: Sequence[Token], text: Reading) -> bool:
    tokens = text.tokens
    if len(tokens) < len(claim) or tokens[0].folded != claim[0].folded:
        return False
    return _follow(claim, 1, text, 0, (), _MOST_CUTS)


def _follow(
    claim: Sequence[Token], done: int, text: Reading, at: int, left_out: tuple[tuple[int, int], ...], cuts: int
) -> bool:
    """Whether the claim from its token ``done`` on is found after the text's token ``at``, with at most ``cuts`` cuts."""
    tokens = text.tokens
    while True:
        if done == len(claim):
            return _may_end(text, at, left_out)
        if at + 1 < len(tokens) and tokens[at + 1].folded == claim[done].folded:
            if cuts and any(
                tokens[j].folded == claim[done].folded
                and _may_cut(text, at, j)
                and _follow(claim, done + 1, text, j, (*left_out, (at + 1, j)), cuts - 1)
                for j in range(at + 2, len(tokens))
            ):
                return True
            at, done = at + 1, done + 1
            continue
        return cuts > 0 and any(
            tokens[j].folded == claim[done].folded
            and _may_cut(text, at, j)
            and _follow(claim, done + 1, text, j, (*left_out, (at + 1, j)), cuts - 1)
            for j in range(at + 2, len(tokens))
        )


def _may_cut(text: Reading, at: int, to: int) -> bool:
    """Whether the tokens between ``at`` and ``to`` can go: an aside, or all from a predicate to the « et » before the next."""
    tokens = text.tokens
    skipped = [t.folded for t in tokens[at + 1 : to]]
    if words("limits") & set(skipped):
        return False
    if _sign(text, at + 1, _OPEN) and _sign(text, to, _CLOSE) and skipped[0] not in {"et", "mais", "ou"}:
        return True
    return skipped[-1] in {"et", "puis"} and len(skipped) > 1 and not words("relatives") & set(skipped)


def _may_end(text: Reading, at: int, left_out: Sequence[tuple[int, int]]) -> bool:
    """Whether the rest of the sentence can go."""
    rest = [t.folded for t in text.tokens[at + 1 :]]
    if not rest:
        return True
    return (_sign(text, at + 1, ",;:(–—") or rest[0] in {"et", "mais", "tandis", "alors"}) and not words(
        "limits"
    ) & set(rest)


def _apposed(claim: Reading, text: Reading) -> bool:
    """Whether the claim says of a proper name, by « est », what the text says by an apposition, to the last word."""
    verb = next((i for i, token in enumerate(claim.tokens) if token.folded in _IS), 0)
    name = [token.folded for token in claim.tokens[:verb]]
    role = [token.folded for token in claim.tokens[verb + 1 :]]
    role = role[1:] if role and role[0] in _ARTICLES else role
    proper = all(token.capital and token.content for token in claim.tokens[:verb] if token.folded not in _PARTICLES)
    if not name or not role or not proper or any(word[0].isdigit() for word in role):
        return False
    folded = [token.folded for token in text.tokens]
    return any(
        folded[i : i + verb] == name and _begins(text, i) and _says(text, i + verb, role)
        for i in range(len(folded) - verb - len(role) + 1)
    )


def _begins(text: Reading, at: int) -> bool:
    """Whether a name begins at a token, and nothing before it limits what is said of it: a condition, a year."""
    before = text.tokens[:at]
    if words("limits") & {token.folded for token in before} or any(token.text[0].isdigit() for token in before):
        return False
    if not before or before[-1].folded in _BEFORE_NAME or _sign(text, at, ";:(–—"):
        return True
    return before[-1].folded in _AND and _sign(text, at - 1, ",")


def _says(text: Reading, at: int, role: Sequence[str]) -> bool:
    """Whether an apposition begins at a token, is ``role``, and is limited by nothing that follows it at once."""
    tokens = text.tokens
    start = at + 1 if at < len(tokens) and tokens[at].folded in _ARTICLES else at
    end = start + len(role)
    if end > len(tokens) or not _sign(text, at, ",(") or [t.folded for t in tokens[start:end]] != role:
        return False
    if tokens[start].capital or not tokens[start].content:
        return False  # the next name of a list, or a complement
    if end < len(tokens) and not _sign(text, end, ",;)–—"):
        return False
    after = next((i for i in range(end + 1, len(tokens)) if _sign(text, i, ",;:.(–—")), len(tokens))
    return not words("limits") & {token.folded for token in tokens[end:after]}


def _sign(text: Reading, index: int, marks: str) -> bool:
    """Whether one of ``marks`` stands just before a token."""
    between = text.text[text.tokens[index - 1].end : text.tokens[index].start]
    return any(mark in between for mark in marks)
