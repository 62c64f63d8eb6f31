"""P(these source sentences entail this claim): features of every small set of sentences, a forest, the best set."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from sourcier.app.answering.verifier import forest
from sourcier.app.answering.verifier.attribution import bare
from sourcier.app.answering.verifier.closeness import Vectors, vectors
from sourcier.app.answering.verifier.explain import detail
from sourcier.app.answering.verifier.features import BLAME, Side, row
from sourcier.app.answering.verifier.model import Evidence, Verdict
from sourcier.app.answering.verifier.question import dependence
from sourcier.app.answering.verifier.selection import candidate_sets, shortlist
from sourcier.app.answering.verifier.text import Reading, read
from sourcier.index.embedding import Embedder

_LOW = 0.5  # support under which a reason is given
_CLOSE = 0.02  # support that a further sentence must bring to be part of the smallest set
_KEPT = 512  # sentences whose vectors are kept, some 60 kB each

Case = tuple[str, Sequence[Evidence], str | None]
"""A claim, its evidence and the question it answers, if any."""


class Verifier:
    """Judges claims against exact sentences of the sources. Safe to share between threads.

    Args:
        embedder: when it is not the model the verifier was trained with, its vectors are not used, and the forest
            trained on words alone judges.
    """

    def __init__(self, embedder: Embedder | None) -> None:
        self._learnt = forest.load()
        close = embedder is not None and embedder.name == self._learnt.embedding
        self._embedder = embedder if close else None
        self._forest = self._learnt.close if close else self._learnt.plain
        self._seen: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    @classmethod
    def load(cls, embedder: Embedder | None) -> Verifier:
        """The verifier with the learnt numbers that come with the program.

        Raises:
            ModelError: those numbers are not for this version of the features.
        """
        return cls(embedder)

    def verify(self, claim: str, evidence: Sequence[Evidence], *, question: str | None = None) -> Verdict:
        """Judge one claim.

        Args:
            claim: one sentence, without citation markers.
            evidence: exact sentences of sources, in any order; the fewer, the quicker (ten is usual).
            question: the question that the claim answers; a short answer is judged together with it.
        """
        return self.verify_many([(claim, evidence, question)])[0]

    def verify_many(self, cases: Sequence[Case]) -> list[Verdict]:
        """Judge several claims; the sentences they share are embedded once, all together."""
        prepared = [
            (reading, nearest(reading, evidence, question), question)
            for claim, evidence, question in cases
            for reading in [read(bare(claim))]
        ]
        texts = [t for claim, kept, asked in prepared for t in (claim.text, asked, *(e.text for _, e in kept)) if t]
        known = self._vectors(list(dict.fromkeys(texts)))
        verdicts = []
        for claim, kept, question in prepared:
            if not claim.content() or not kept:
                verdicts.append(Verdict(0.0, "unsupported", ()))
                continue
            mine = Side(claim, vectors=known.get(claim.text))
            sides = [Side(read(e.text), e.context, known.get(e.text)) for _, e in kept]
            asked = Side(read(question), vectors=known.get(question)) if question else None
            verdict = self._judge(mine, sides, asked)
            used = tuple(sorted(kept[i][0] for i in verdict.used))
            verdicts.append(replace(verdict, used=used))
        return verdicts

    def _judge(self, claim: Side, evidence: Sequence[Side], asked: Side | None) -> Verdict:
        sets = sets_of(claim, evidence, asked)
        rows = [row(claim, evidence, chosen, asked=asked) for chosen in sets]
        scores = self._forest.score(rows)
        supports = forest.settled(self._forest.probability(scores, forest.nearness(rows)), rows)
        top = float(supports.max())
        # max() alone would take the larger of two sets for a hundredth; the smallest one that does as well is shown.
        good = [i for i in range(len(sets)) if supports[i] >= top - _CLOSE]
        best = min(good, key=lambda i: (len(sets[i]), -supports[i]))
        reason = None if top >= _LOW else self._reason(rows[int(scores.argmax())])
        found = detail(reason, claim.reading, [evidence[i].reading for i in sets[best]]) if reason else None
        ruled = bool(forest.ceiling([rows[best]])[0] < 1)
        return Verdict(round(top, 4), reason, sets[best], found, ruled)

    def _reason(self, features: dict[str, float]) -> str:
        """The family that lowers the score most: each in turn is made harmless, the gains are compared."""
        changed = [{name: v for name, v in harmless.items() if features[name] != v} for harmless in BLAME.values()]
        rows = [features, *({**features, **change} for change in changed)]
        scores = self._forest.score(rows)
        gains = dict(zip(BLAME, scores[1:] - scores[0], strict=True))
        if features["number.dates_missing"] < features["number.missing"]:
            gains["date"] = 0.0
        else:
            gains["number"] = gains["number"] if not features["number.missing"] else 0.0
        code = max(gains, key=lambda key: gains[key])
        return code if gains[code] > 0.25 else "unsupported"

    def _vectors(self, texts: Sequence[str]) -> dict[str, Vectors]:
        if self._embedder is None:
            return {}
        with self._lock:
            known = {text: self._seen[text] for text in texts if text in self._seen}
        missing = [text for text in texts if text not in known]
        if missing:
            pieces = self._embedder.embed_tokens(missing)
            for text, found in zip(missing, pieces, strict=True):
                known[text] = vectors(read(text), found, self._learnt.centre)
        with self._lock:
            for text in texts:
                self._seen[text] = known[text]
                self._seen.move_to_end(text)
            while len(self._seen) > _KEPT:
                self._seen.popitem(last=False)
        return known


def sets_of(claim: Side, evidence: Sequence[Side], asked: Side | None = None) -> list[tuple[int, ...]]:
    """The small sets of evidence worth judging (see :mod:`selection`)."""
    given = [side.vectors for side in evidence if side.vectors is not None]
    theirs = given if claim.vectors is not None and len(given) == len(evidence) else None
    sought = with_question(claim.reading, asked.reading.text if asked else None)
    return candidate_sets(sought, [side.reading for side in evidence], claim.vectors, theirs)


def with_question(claim: Reading, question: str | None) -> Reading:
    """What to look for: the claim, and its question too when it says little by itself."""
    if question and dependence(read(question), claim) >= 1.0:
        return read(f"{claim.text} {question}")
    return claim


def nearest(claim: Reading, evidence: Sequence[Evidence], question: str | None = None) -> list[tuple[int, Evidence]]:
    """The evidence worth a closer look, with its place; a repeated sentence counts at its first place."""
    first: dict[str, tuple[int, Evidence]] = {}
    for i, sentence in enumerate(evidence):
        if sentence.text.strip():
            first.setdefault(sentence.text, (i, sentence))
    distinct = list(first.values())
    kept = shortlist(with_question(claim, question), [read(sentence.text) for _, sentence in distinct])
    return [distinct[i] for i in kept]
