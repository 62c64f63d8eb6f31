"""Why a claim was refused, in one sentence: what it says, and what its source says in that place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sourcier.app.answering.verifier.alignment import Alignment, align
from sourcier.app.answering.verifier.model import Verdict
from sourcier.app.answering.verifier.names import names
from sourcier.app.answering.verifier.numbers import Quantity, match, quantities
from sourcier.app.answering.verifier.polarity import contraries, negations
from sourcier.app.answering.verifier.text import Reading, classes, find_phrases
from sourcier.core.messages import Language, message

Detail = tuple[str, str]
"""Words of the claim, words of the source."""

_LONGEST = 5  # tokens of one side: more of them is another sentence, not another word
_REASONS = {
    "number": "verifier.because_number",
    "date": "verifier.because_date",
    "name": "verifier.because_name",
    "negation": "verifier.because_negation",
    "quantifier": "verifier.because_quantifier",
    "modality": "verifier.because_modality",
    "attribution": "verifier.because_attribution",
}


def explain(verdict: Verdict, language: Language) -> str | None:
    """One sentence for a person, or for the model that is asked to try again; nothing where there is no reason."""
    if verdict.reason is None:
        return None
    if verdict.detail is not None:
        mine, theirs = verdict.detail
        return message("verifier.differs", language, claim=mine, source=theirs)
    return message(_REASONS.get(verdict.reason, "verifier.because_unsupported"), language)


def detail(reason: str, claim: Reading, evidence: Sequence[Reading]) -> Detail | None:
    """The words that differ, of the claim and of the sentence it was laid on; nothing where they are not known.

    Args:
        evidence: the sentences that the verdict rests on, the nearest first.
    """
    finder = _FINDERS.get(reason)
    if finder is None:
        return None
    for text in evidence:
        if (found := finder(claim, text)) is not None and found[0].lower() != found[1].lower():
            return found
    return None


def _slice(reading: Reading, places: Iterable[int]) -> str:
    found = sorted(places)
    return reading.text[reading.tokens[found[0]].start : reading.tokens[found[-1]].end]


def _figure(reading: Reading, figure: Quantity) -> str:
    """A figure with its unit or the noun it counts."""
    last = figure.last
    if figure.kind == "number" and figure.unit and last + 1 < len(reading.tokens):
        following = reading.tokens[last + 1]
        last += following.content and reading.text[reading.tokens[last].end : following.start].isspace()
    return _slice(reading, (figure.first, last))


def _number(claim: Reading, text: Reading) -> Detail | None:
    given = quantities(text)
    for mine in quantities(claim):
        if any(match(mine, other) for other in given):
            continue
        rivals = [q for q in given if q.kind == mine.kind and not any(match(o, q) for o in quantities(claim))]
        same_unit = [q for q in rivals if q.unit == mine.unit or q.value == mine.value]
        if best := (same_unit or (rivals if len(rivals) == 1 else [])):
            return _figure(claim, mine), _figure(text, best[0])
    return None


def _facing(claim: Reading, text: Reading, wanted: Callable[[int], bool], laid: Alignment) -> Detail | None:
    """The words put in the place of others, where one of them is wanted."""
    for mine, theirs in laid.gaps:
        if any(wanted(i) for i in mine) and theirs and len(mine) <= _LONGEST and len(theirs) <= _LONGEST:
            return _slice(claim, mine), _slice(text, theirs)
    return None


def _name(claim: Reading, text: Reading) -> Detail | None:
    known = {t.stem for t in text.tokens}
    strange = {t.start for t in names(claim) if t.stem not in known}
    return _facing(claim, text, lambda i: claim.tokens[i].start in strange, align(claim, text))


def _negation(claim: Reading, text: Reading) -> Detail | None:
    mine, theirs = negations(claim), negations(text)
    denied_here = {claim.tokens[h].stem for n in mine for h in n.heads}
    denied_there = {text.tokens[h].stem for n in theirs for h in n.heads}
    for here, there, one, other, flipped in (
        (claim, text, mine, denied_there, False),
        (text, claim, theirs, denied_here, True),
    ):
        places = {t.stem: i for i, t in enumerate(there.tokens)}
        for negation in one:
            shared = [h for h in negation.heads if here.tokens[h].stem in places and here.tokens[h].stem not in other]
            if shared:
                denied = _slice(here, (negation.marker, *negation.heads))
                said = _slice(there, (places[here.tokens[h].stem] for h in shared))
                return (said, denied) if flipped else (denied, said)
    for token in claim.tokens:
        against = contraries(token.stem)
        facing = [t for t in text.tokens if t.stem in against]
        if facing and all(t.stem != token.stem for t in text.tokens):
            return token.text, facing[0].text
    return None


def _limiting(*sections: str) -> Callable[[Reading, Reading], Detail | None]:
    """The first limiting word of a class that only the claim has, beside one that only the source has."""

    def find(claim: Reading, text: Reading) -> Detail | None:
        for section in sections:
            mine, theirs = (find_phrases(r, classes(section)) for r in (claim, text))
            new = [i for name, i in mine if name not in {n for n, _ in theirs}]
            gone = [i for name, i in theirs if name not in {n for n, _ in mine}]
            if new and gone:
                return claim.tokens[new[0]].text, text.tokens[gone[0]].text
        return None

    return find


_FINDERS: dict[str, Callable[[Reading, Reading], Detail | None]] = {
    "number": _number,
    "date": _number,
    "name": _name,
    "negation": _negation,
    "quantifier": _limiting("quantifiers", "comparators"),
    "modality": _limiting("modalities"),
    "attribution": _limiting("reporting"),
}
