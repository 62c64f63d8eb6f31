"""How far a statement goes: quantifiers, comparators, modal words and conditions, on both sides."""

from __future__ import annotations

from dataclasses import dataclass

from sourcier.app.answering.verifier.alignment import Alignment
from sourcier.app.answering.verifier.polarity import negations
from sourcier.app.answering.verifier.text import Reading, classes, find_phrases


@dataclass(frozen=True, slots=True)
class HedgeFeatures:
    """Classes of limiting words that only one side has (each class counted once)."""

    quantifier_new: int
    quantifier_dropped: int
    quantifier_changed: int
    """A class on one side facing another class on the other: « certains » for « tous »."""
    comparator_changed: int
    modality_new: int
    modality_dropped: int
    modality_changed: int
    condition_new: int
    condition_dropped: int


def _found(reading: Reading, section: str, low: int = 0, high: int | None = None) -> set[str]:
    high = len(reading.tokens) if high is None else high
    return {name for name, i in find_phrases(reading, classes(section)) if low <= i < high}


def _restricts(reading: Reading, low: int = 0, high: int | None = None) -> bool:
    """« ne … que »: a « ne » that denies nothing, followed by « que »."""
    folded = [t.folded for t in reading.tokens]
    markers = {n.marker for n in negations(reading)}
    high = len(folded) if high is None else high
    return any(
        w in {"ne", "n"} and i not in markers and {"que", "qu"} & set(folded[i + 2 : i + 9])
        for i, w in enumerate(folded[:high])
        if i >= low
    )


def window(text: Reading, alignment: Alignment, margin: int = 6) -> tuple[int, int]:
    """The stretch of the text that the claim stands on, with a margin; all of it when little is aligned."""
    places = [p for p in alignment.place if p >= 0]
    if len(places) < 4:
        return 0, len(text.tokens)
    return max(0, min(places) - margin), min(len(text.tokens), max(places) + margin + 1)


def compare(claim: Reading, text: Reading, alignment: Alignment) -> HedgeFeatures:
    """Compare the limiting words of a claim with those of the stretch of text it stands on."""
    low, high = window(text, alignment)
    mine, theirs = _found(claim, "quantifiers"), _found(text, "quantifiers", low, high)
    everywhere = _found(text, "quantifiers")
    if _restricts(claim):
        mine.add("only")
    if _restricts(text, low, high):
        theirs.add("only")
        everywhere.add("only")
    more, less = _found(claim, "comparators"), _found(text, "comparators", low, high)
    modal, modal_there = _found(claim, "modalities"), _found(text, "modalities", low, high)
    modal_everywhere = _found(text, "modalities")
    condition, condition_there = _found(claim, "conditions"), _found(text, "conditions", low, high)
    return HedgeFeatures(
        quantifier_new=len(mine - everywhere),
        quantifier_dropped=len(theirs - mine),
        quantifier_changed=int(bool(mine - everywhere) and bool(theirs - mine)),
        comparator_changed=int(more != less and bool(more or less))
        + int(bool(more) and bool(less) and not more & less),
        modality_new=len(modal - modal_everywhere),
        modality_dropped=len(modal_there - modal),
        modality_changed=int(bool(modal - modal_everywhere) and bool(modal_there - modal)),
        condition_new=len(condition - _found(text, "conditions")),
        condition_dropped=len(condition_there - condition),
    )
