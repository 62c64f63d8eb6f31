"""The row of numbers that stands for (claim, chosen sentences): every family in a fixed, named order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sourcier.app.answering.verifier import (
    alignment,
    attribution,
    belonging,
    closeness,
    extraction,
    further,
    hedges,
    names,
    numbers,
    order,
    overlap,
    polarity,
    question,
    stages,
)
from sourcier.app.answering.verifier.selection import joined
from sourcier.app.answering.verifier.text import Reading, read

_FAMILIES: tuple[tuple[str, type[Any]], ...] = (
    ("overlap", overlap.OverlapFeatures),
    ("edit", alignment.EditFeatures),
    ("number", numbers.NumberFeatures),
    ("name", names.NameFeatures),
    ("polarity", polarity.PolarityFeatures),
    ("hedge", hedges.HedgeFeatures),
    ("attribution", attribution.AttributionFeatures),
    ("order", order.OrderFeatures),
    ("question", question.QuestionFeatures),
    ("extraction", extraction.ExtractionFeatures),
    ("stage", stages.StageFeatures),
    ("further", further.FurtherFeatures),
    ("belonging", belonging.BelongingFeatures),
    ("closeness", closeness.ClosenessFeatures),
    ("closeness_asked", closeness.AskedFeatures),
)
NAMES: tuple[str, ...] = (
    *(f"{family}.{field.name}" for family, kind in _FAMILIES for field in fields(kind)),
    "size.claim",
    "size.evidence",
    "size.sentences",
)
SETTLING: tuple[str, ...] = ("extraction.whole", "stage.ahead", "further.added", "belonging.elsewhere")
"""What is settled by rule after the forest (:func:`forest.settled`): no forest learns it."""
LEARNT: tuple[str, ...] = tuple(name for name in NAMES if name not in SETTLING)
LEXICAL: tuple[str, ...] = tuple(name for name in LEARNT if not name.startswith("closeness"))

#: What can only help (+1) or only harm (-1): the learner may not find otherwise.
DIRECTIONS: dict[str, int] = {
    "overlap.verbatim": 1,
    "overlap.coverage": 1,
    "overlap.kin": 1,
    "overlap.with_context": 1,
    "overlap.anywhere": 1,
    "overlap.heaviest_missing": -1,
    "overlap.missing_count": -1,
    "edit.stray": -1,
    "number.missing": -1,
    "number.missing_written": -1,
    "number.half": -1,
    "number.dates_missing": -1,
    "number.bound": 1,
    "number.far": 1,
    "number.unused": -1,
    "number.reversed": -1,
    "number.against": -1,
    "name.missing": -1,
    "name.weighted_missing": -1,
    "polarity.added": -1,
    "polarity.removed": -1,
    "polarity.antonyms": -1,
    "polarity.parity": -1,
    "hedge.quantifier_changed": -1,
    "hedge.comparator_changed": -1,
    "hedge.modality_changed": -1,
    "attribution.subject_missing": -1,
    "attribution.act_changed": -1,
    "order.names_inverted": -1,
    "question.coverage": 1,
    "question.names_missing": -1,
    "question.missing_count": -1,
    "question.near": 1,
    "question.together": 1,
    "question.gap": -1,
    "closeness_asked.mean": 1,
    "closeness_asked.lowest": 1,
    "closeness_asked.gap": -1,
    "closeness.mean": 1,
    "closeness.lowest": 1,
    "closeness.new_mean": 1,
    "closeness.new_lowest": 1,
    "closeness.same_lowest": 1,
    "closeness.anywhere": 1,
    "closeness.clause": 1,
    "closeness.own_mean": 1,
    "closeness.own_lowest": 1,
}

#: Reason code to the features that, were they harmless, would make the claim hold; and those harmless values.
BLAME: dict[str, dict[str, float]] = {
    "number": {
        "number.missing": 0,
        "number.half": 0,
        "number.unused": 0,
        "number.bound": 1,
        "number.far": 1,
        "number.reversed": 0,
        "number.against": 0,
    },
    "date": {"number.missing": 0, "number.dates_missing": 0, "number.unused": 0, "number.far": 1},
    "name": {"name.missing": 0, "name.weighted_missing": 0, "order.names_inverted": 0, "question.names_missing": 0},
    "negation": {"polarity.added": 0, "polarity.removed": 0, "polarity.antonyms": 0, "polarity.parity": 0},
    "quantifier": {
        "hedge.quantifier_new": 0,
        "hedge.quantifier_dropped": 0,
        "hedge.quantifier_changed": 0,
        "hedge.comparator_changed": 0,
    },
    "modality": {"hedge.modality_new": 0, "hedge.modality_dropped": 0, "hedge.modality_changed": 0},
    "attribution": {
        "attribution.subject_missing": 0,
        "attribution.act_changed": 0,
        "attribution.dropped": 0,
        "attribution.added": 0,
    },
}


def digest(columns: Sequence[str]) -> str:
    """Checksum of an ordered list of feature names: a learnt model only reads the rows it was learnt on."""
    return hashlib.sha256("\n".join(columns).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One sentence of the evidence, read once: its reading, its context and, where there is a model, its vectors."""

    reading: Reading
    context: str = ""
    vectors: closeness.Vectors | None = None


def row(claim: Side, evidence: Sequence[Side], chosen: Sequence[int], *, asked: Side | None = None) -> dict[str, float]:
    """All features, by name, of a claim against the chosen sentences (the nearest first).

    Closeness is not-a-number where a side has no vectors.
    """
    sentences = [evidence[i] for i in chosen]
    readings = [side.reading for side in evidence]
    whole, starts = joined(claim.reading, readings, chosen)
    text = read(whole)
    best = sentences[0].reading
    contexts = tuple(dict.fromkeys(side.context for side in sentences if side.context))
    also = (*contexts, asked.reading.text) if asked else contexts
    laid = alignment.align(claim.reading, text)
    near = closeness.NO_VECTORS
    chosen_readings = [side.reading for side in sentences]
    given = [side.vectors for side in sentences if side.vectors is not None]
    if claim.vectors is not None and len(given) == len(sentences):
        near = closeness.compare(
            claim.reading,
            claim.vectors,
            chosen_readings,
            given,
            everything=[(side.reading, side.vectors) for side in evidence if side.vectors is not None],
            asked=asked.reading if asked is not None else None,
        )
    near_asked = closeness.NOT_ASKED
    if asked is not None:
        near_asked = closeness.NO_ASKED
        if asked.vectors is not None and len(given) == len(sentences):
            near_asked = closeness.compare_question(
                asked.reading,
                asked.vectors,
                chosen_readings,
                given,
                skipped=question.ASKING,
                needs=question.dependence(asked.reading, claim.reading),
                everything=[side.vectors for side in evidence if side.vectors is not None],
            )
    families: tuple[Any, ...] = (
        overlap.compare(claim.reading, text, best, everything=readings, also=also),
        alignment.edits(claim.reading, text, laid, starts=starts),
        numbers.compare(claim.reading, chosen_readings, also=also),
        names.compare(claim.reading, chosen_readings, also=also),
        polarity.compare(claim.reading, text, laid),
        hedges.compare(claim.reading, text, laid),
        attribution.compare(claim.reading, text),
        order.compare(claim.reading, text),
        question.compare(
            asked.reading.text if asked else None, claim.reading, chosen_readings, also=contexts, everything=readings
        ),
        extraction.compare(claim.reading, chosen_readings),
        stages.compare(claim.reading, text),
        further.compare(claim.reading, text),
        belonging.compare(claim.reading, text, asked.reading if asked else None),
        near,
        near_asked,
    )
    values = {
        f"{family}.{field.name}": float(getattr(value, field.name))
        for (family, _), value in zip(_FAMILIES, families, strict=True)
        for field in fields(value)
    }
    values["size.claim"] = float(len(claim.reading.content()))
    values["size.evidence"] = float(len(text.content()))
    values["size.sentences"] = float(len(chosen))
    return values
