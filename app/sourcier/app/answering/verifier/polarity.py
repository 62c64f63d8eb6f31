"""Yes or no: negations, and words that exclude each other, compared where the claim and its source speak of the same thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from sourcier.app.answering.verifier.alignment import Alignment
from sourcier.app.answering.verifier.text import Reading, lexicon, stem, words

_ALONE = frozenset(
    ["peut", "peuvent", "pouvait", "pouvaient", "pourra", "saurait", "sauraient", "cesse", "ose"]
)  # « ne peut être exigé »
_REACH = 6  # tokens between « ne » and its second half: « ne lui en a donc toujours pas »


@dataclass(frozen=True, slots=True)
class Negation:
    """One negation: where its marker is and the words it denies (verb, participle or adjective, noun)."""

    marker: int
    heads: tuple[int, ...]


@lru_cache(maxsize=20_000)
def negations(reading: Reading) -> tuple[Negation, ...]:
    """Negations of a text; the restrictive « ne … que » and the empty « ne » (« avant qu'il ne parte ») are none."""
    tokens = reading.tokens
    folded = [t.folded for t in tokens]
    negators, bare, clitics = words("negators"), words("bare_negators"), words("clitics")
    found: list[Negation] = []
    used: set[int] = set()
    for i, word in enumerate(folded):
        if word not in {"ne", "n"}:
            continue
        second = next((j for j in range(i + 1, min(i + 1 + _REACH, len(folded))) if folded[j] in negators), None)
        first = next((j for j in range(max(0, i - _REACH), i) if folded[j] in bare and folded[j] != "sans"), None)
        alone = i + 1 < len(folded) and folded[i + 1] in _ALONE and not {"que", "qu"} & set(folded[i + 2 : i + 9])
        if second is None and first is None and not alone:
            continue
        stop = second if second is not None else min(i + 3, len(folded))
        heads = [j for j in range(i + 1, stop) if folded[j] not in clitics and folded[j] not in negators]
        if second is not None:
            used.add(second)
            heads += [j for j in range(second + 1, min(second + 4, len(folded))) if tokens[j].content][:1]
        if first is not None:
            used.add(first)
        found.append(Negation(i, tuple(heads)))
    for i, word in enumerate(folded):
        lone = word == "pas" and i + 1 < len(folded)
        if i in used or not (lone or word in bare):
            continue
        if word in {"nul", "nulle", "ni"} and any(n.marker < i for n in found):
            continue
        heads = [j for j in range(i + 1, min(i + 5, len(folded))) if tokens[j].content][:2]
        if heads:
            found.append(Negation(i, tuple(heads)))
    return tuple(found)


@cache
def opposed() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Groups of stems: any of the first side excludes any of the second."""
    groups = []
    for pair in lexicon()["antonyms"]["pairs"].split("|"):
        left, right = (frozenset(stem(word) for word in side.split()) for side in pair.split("/"))
        groups.append((left - right, right - left))
    return tuple(groups)


@cache
def antonyms() -> Mapping[str, tuple[tuple[frozenset[str], frozenset[str]], ...]]:
    """Stem to ``(its own side, the other side)`` of each group it belongs to."""
    table: dict[str, list[tuple[frozenset[str], frozenset[str]]]] = defaultdict(list)
    for left, right in opposed():
        for own, other in ((left, right), (right, left)):
            for word in own:
                table[word].append((own, other))
    return {word: tuple(sides) for word, sides in table.items()}


def contraries(word: str) -> frozenset[str]:
    """Stems that exclude a stem."""
    return frozenset[str]().union(*(other for _, other in antonyms().get(word, ())))


@dataclass(frozen=True, slots=True)
class PolarityFeatures:
    """Denials of one side without their like on the other."""

    added: int
    """Negations of the claim that the text does not make."""
    removed: int
    """Negations of the text, about words of the claim, that the claim does not make."""
    antonyms: int
    """Words of the claim whose contrary stands in the text instead, neither being denied."""
    parity: int
    """Difference of the numbers of negations, the text's taken near the claim's words only."""


def compare(claim: Reading, text: Reading, alignment: Alignment) -> PolarityFeatures:
    """Compare the denials of a claim with those of the text it is aligned with."""
    mine, theirs = negations(claim), negations(text)
    my_stems = {t.stem for t in claim.tokens}
    their_stems = {t.stem for t in text.tokens}
    inverse = {p: i for i, p in enumerate(alignment.place) if p >= 0}
    denied_there = {text.tokens[h].stem for n in theirs for h in n.heads if text.tokens[h].content}
    places_denied = {p for n in theirs for p in (n.marker, *n.heads)}
    privatives = {stem(w) for w in lexicon()["privatives"].split()}
    added = 0
    for negation in mine:
        heads = [claim.tokens[h] for h in negation.heads]
        if any(t.stem in denied_there for t in heads if t.content):
            continue
        if any(
            alignment.place[p] in places_denied for p in (negation.marker, *negation.heads) if alignment.place[p] >= 0
        ):
            continue
        if any(contraries(t.stem) & their_stems for t in heads):
            continue
        # « n'est pas autorisée » for « interdit »: denial carried by a word of the text.
        if not any(t.stem in their_stems and t.content for t in heads) and privatives & their_stems:
            continue
        added += 1
    denied_here = {claim.tokens[h].stem for n in mine for h in n.heads if claim.tokens[h].content}
    places_denying = {p for n in mine for p in (n.marker, *n.heads)}
    removed = near = 0
    for negation in theirs:
        contents = [text.tokens[h] for h in negation.heads if text.tokens[h].content]
        shared = [t for t in contents if t.stem in my_stems]
        aligned = [inverse[p] for p in negation.heads if p in inverse]
        if not shared and not aligned:
            continue
        near += 1
        if any(t.stem in denied_here for t in shared) or any(p in places_denying for p in aligned):
            continue
        if any(contraries(t.stem) & my_stems for t in contents) or privatives & my_stems:
            continue
        removed += 1
    conflicts = 0
    for i, token in enumerate(claim.tokens):
        if token.stem in their_stems or alignment.place[i] >= 0:
            continue
        for own, other in antonyms().get(token.stem, ()):
            facing = (other & their_stems) - my_stems
            # With a word of the same side in the text (« hausse » for « augmentation »), its contrary is elsewhere.
            if facing and not own & their_stems and token.stem not in denied_here and not facing & denied_there:
                conflicts += 1
                break
    return PolarityFeatures(added, removed, conflicts, abs(len(mine) - near))
