"""A short answer claims its question too: how much of the question is bound in the evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sourcier.app.answering.verifier.names import compare as compare_names
from sourcier.app.answering.verifier.text import Reading, Token, fold, read, weight, words

ASKING = frozenset(
    fold("""quel quelle quels quelles qui que quoi combien quand où comment pourquoi lequel laquelle lesquels
lesquelles dis donne explique peux pouvez sais savez moi nom date nombre montant année chiffre pourcentage type liste
définition signifie veut dire appelle nomme existe sert parle parlent concerne""").split()
)


@dataclass(frozen=True, slots=True)
class QuestionFeatures:
    """The question's content in the evidence; all neutral (share 1, counts 0) when there is no question.

    They fade as the claim says more by itself (see :func:`dependence`): a whole sentence is judged on its own.
    """

    coverage: float
    names_missing: float
    missing_count: float
    near: float
    """How near the claim's words stand to the question's in the text: 1 side by side, 0 apart or not there."""
    own: float
    """Share of the claim's own content words, the question's left out: a bare « Oui » has none."""
    together: float
    """Share of the question's content in the one sentence that has the answer: two facts side by side are not one."""
    gap: float
    """How much more of the question another sentence has, which has nothing of the answer."""


NEUTRAL = QuestionFeatures(1.0, 0, 0, 1.0, 1.0, 1.0, 0.0)


def dependence(asked: Reading, claim: Reading) -> float:
    """How much a claim leans on its question: 1 up to three words of its own, 0 from eight on."""
    stems = {t.stem for t in asked.tokens}
    own = sum(t.stem not in stems for t in claim.content())
    return min(1.0, max(0.0, (8 - own) / 5))


def compare(
    question: str | None,
    claim: Reading,
    evidence: Sequence[Reading],
    *,
    also: Iterable[str] = (),
    everything: Sequence[Reading] = (),
) -> QuestionFeatures:
    """Look the question's names and content words up in the evidence, its titles and sections.

    Args:
        everything: all the sentences of the evidence, for ``gap``.
    """
    if not question:
        return NEUTRAL
    asked = read(question)
    contexts = tuple(also)
    present = {t.stem for r in (*evidence, *(read(c) for c in contexts)) for t in r.tokens}
    prefixes = {t.folded[:5] for r in (*evidence, *(read(c) for c in contexts)) for t in r.tokens if len(t.folded) >= 5}
    content = [t for t in asked.content() if t.folded not in ASKING and t.folded not in words("stop")]
    bound = [t.stem in present or t.folded[:5] in prefixes for t in content]
    total = sum(weight(t) for t in content)
    asked_stems = {t.stem for t in asked.tokens}
    mine = claim.content()
    covered = sum(weight(t) for t, ok in zip(content, bound, strict=True) if ok) / total if total else 1.0
    near = _nearness({t.stem for t in mine}, {t.stem for t in content}, evidence)
    needs = dependence(asked, claim)
    together, gap = _bound_together(asked, claim, content, evidence, everything)
    return QuestionFeatures(
        coverage=1 - needs * (1 - covered),
        names_missing=needs * compare_names(asked, evidence, also=contexts).missing,
        missing_count=needs * bound.count(False),
        near=1 - needs * (1 - near),
        own=sum(t.stem not in asked_stems for t in mine) / len(mine) if mine else 0.0,
        together=1 - needs * (1 - together),
        gap=needs * gap,
    )


def _bound_together(
    asked: Reading, claim: Reading, content: Sequence[Token], chosen: Sequence[Reading], everything: Sequence[Reading]
) -> tuple[float, float]:
    """``(together, gap)`` of :class:`QuestionFeatures`, before they fade."""
    answer = {t.stem for t in claim.content()} - {t.stem for t in asked.tokens}
    if not content or not answer:
        return 1.0, 0.0
    total = sum(weight(t) for t in content)

    def share(reading: Reading) -> float:
        stems = {t.stem for t in reading.tokens}
        beginnings = {t.folded[:5] for t in reading.tokens if len(t.folded) >= 5}
        return sum(weight(t) for t in content if t.stem in stems or t.folded[:5] in beginnings) / total

    def held(reading: Reading) -> float:
        return len(answer & {t.stem for t in reading.tokens}) / len(answer)

    together = max((share(r) for r in chosen if held(r) >= 0.5), default=0.0)
    rival = max((share(r) for r in everything if held(r) == 0.0), default=0.0)
    return together, max(0.0, rival - together)


def _nearness(answer: set[str], asked: set[str], evidence: Sequence[Reading]) -> float:
    """Mean, over the question's words found in a sentence, of ``1 / (1 + d / 4)``, ``d`` tokens from the answer's."""
    best = 0.0
    for reading in evidence:
        stems = reading.stems()
        answers = [i for i, s in enumerate(stems) if s in answer and reading.tokens[i].content]
        places = {s: [i for i, t in enumerate(stems) if t == s] for s in asked - answer if s in stems}
        if answers and places:
            near = [1 / (1 + min(abs(i - j) for i in found for j in answers) / 4) for found in places.values()]
            best = max(best, sum(near) / max(1, len(asked - answer)))
    return best
