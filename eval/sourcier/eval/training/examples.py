"""Labelled (claim, evidence) pairs, and the readers of the sets they come from."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sourcier.app.answering.verifier import Evidence
from sourcier.app.answering.verifier.attribution import bare
from sourcier.app.answering.verifier.overlap import coverage
from sourcier.app.answering.verifier.selection import scores
from sourcier.app.answering.verifier.text import read
from sourcier.eval.training.edits import restate
from sourcier.ingest.sentences import split_sentences

POOL = 10
"""Sentences of evidence kept for a claim, as in answering."""


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled claim.

    Attributes:
        label: 1 when the evidence entails the claim.
        kind: what was done to it (``verbatim``, ``number``, ``paraphrase``…), for the report.
        group: examples of one group stay on the same side of every split.
        origin: the set it comes from.
    """

    claim: str
    evidence: tuple[Evidence, ...]
    label: int
    kind: str
    group: str
    origin: str
    question: str | None = None
    weight: float = 1.0


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a ``.jsonl`` or ``.jsonl.gz`` file."""
    raw = path.read_bytes()
    for line in (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8").split("\n"):
        if line.strip():
            yield json.loads(line)


def sentences(text: str) -> list[str]:
    """The sentences of a text, as ingest cuts them."""
    return [text[span.start : span.end] for span in split_sentences(text)]


def nearest(claim: str, pool: Sequence[str], context: str = "", size: int = POOL) -> tuple[Evidence, ...]:
    """The ``size`` sentences of ``pool`` that share most with the claim, in their own order."""
    distinct = list(dict.fromkeys(s for s in pool if s.strip()))
    near = scores(read(bare(claim)), [read(s) for s in distinct], None, None)
    kept = sorted(sorted(range(len(distinct)), key=lambda i: -near[i])[:size])
    return tuple(Evidence(distinct[i], context) for i in kept)


def held_out(group: str, share: float = 0.5, salt: str = "") -> bool:
    """A split that never moves: decided by the group's own hash."""
    return int(hashlib.sha256((salt + group).encode()).hexdigest()[:8], 16) / 0xFFFFFFFF < share


def daccord(path: Path) -> list[Example]:
    """Pairs of sentences that contradict each other or do not; the compatible ones are not all entailed: left out."""
    found = []
    for r in lines(path):
        if r["label_text"] == "contradiction":
            evidence = nearest(r["hypothesis"], sentences(r["premise"]))
            found.append(Example(r["hypothesis"], evidence, 0, "contradiction", "daccord-" + r["url"], "daccord"))
    return found


def rte3(path: Path) -> list[Example]:
    """French RTE-3: entailed or not by a short text."""
    found = []
    for r in lines(path):
        label = int(r["label_text"] == "entailment")
        evidence = nearest(r["hypothesis"], sentences(r["premise"]))
        group = "rte3-" + r["premise"][:60]
        found.append(Example(r["hypothesis"], evidence, label, r["label_text"], group, "rte3"))
    return [*found, *elsewhere(found, share=0.4)]


def perturbations(path: Path) -> list[Example]:
    """Claims right or wrong by construction, with the section they are to be found in."""
    found = []
    for r in lines(path):
        evidence = nearest(r["claim"], sentences(r["context"]))
        kind = r["kind"] if not r["label"] else "verbatim"
        source = r["source"].split("#")[0]
        found.append(Example(r["claim"], evidence, int(r["label"]), kind, "pert-" + source, "perturbations"))
    return found


def memerag(path: Path) -> list[Example]:
    """Sentences of answers labelled by experts. For evaluation only: its licence and its authors forbid training."""
    found = []
    for r in lines(path):
        pool = [s for passage in r["context"] for s in sentences(passage["text"])]
        for s in r["answer"]:
            if s["factuality"] in {"Supported", "Not Supported"}:
                label = int(s["factuality"] == "Supported")
                evidence = nearest(s["sentence"], pool)
                kind = str(s["fine_grained_factuality"])
                found.append(
                    Example(s["sentence"], evidence, label, kind, r["query_id"], "memerag", question=r["query"])
                )
    return found


def elsewhere(examples: Sequence[Example], *, sample: int = 60, share: float = 1.0) -> list[Example]:
    """Each claim against the evidence of the other group that shares most words with it: wrong, on a near subject.

    Without them a set whose wrong claims are small changes teaches that few shared words are a good sign.
    """
    by_group: dict[str, tuple[Evidence, ...]] = {e.group: e.evidence for e in examples}
    stems = {g: {t.stem for s in found for t in read(s.text).tokens} for g, found in by_group.items()}
    groups = sorted(by_group)
    found = []
    for example in examples:
        rng = random.Random("elsewhere" + example.claim)
        if (example.question and not read(example.claim).content()[3:]) or rng.random() >= share:
            continue
        others = [g for g in rng.sample(groups, min(sample, len(groups))) if g != example.group]
        near = max(others, key=lambda g: coverage(read(example.claim), stems[g]))
        # Both groups are known to the claim: it must stay on the side of both, hence of neither split alone.
        if held_out_alike(near, example.group):
            found.append(
                Example(
                    example.claim, by_group[near], 0, "elsewhere", example.group, example.origin, weight=example.weight
                )
            )
    return found


def held_out_alike(one: str, other: str, shares: Sequence[float] = (0.2, 0.25, 0.4, 0.5)) -> bool:
    """Whether two groups fall on the same side of every split in use."""
    return all(held_out(one, share) == held_out(other, share) for share in shares)


def authored(path: Path, *, padding: float) -> list[Example]:
    """Small documents of ours with claims about them, right ones far from their wording and wrong ones near to it.

    Args:
        padding: share of the claims whose evidence also holds the sentences of other documents that are nearest to
            the claim, as in answering.
    """
    rows = list(lines(path))
    found = []
    for r in rows:
        others = [s for other in rows if other is not r for s in other["evidence"]]
        own_evidence = tuple(Evidence(s, r["context"]) for s in r["evidence"])
        for c in r["claims"]:
            evidence = own_evidence
            if held_out(c["claim"], padding, "padding"):
                evidence = (*evidence, *nearest(c["claim"], others, "", 8))
            group = "authored-" + r["id"]
            found.append(
                Example(c["claim"], evidence, int(c["label"]), c["kind"], group, "authored", c.get("question"))
            )
    return found


def own(path: Path) -> list[Example]:
    """Our own sentences, with right and wrong rewordings written by hand (``eval/data/verifier``).

    Their right rewordings are far from the source and their wrong ones near to it, so that wording tells nothing; the
    source's own sentences (right) and claims about another source (wrong) restore the usual case beside them.
    """
    found = []
    for r in lines(path):
        # Half of the claims come with a question that fits their source, as in answering: see ``make_examples``.
        subject = [t.text for t in read(" ".join([r.get("context", ""), *r["evidence"]])).content()]
        evidence = tuple(Evidence(s, r.get("context", "")) for s in r["evidence"])
        claims = [
            *r["claims"],
            *({"claim": s, "label": 1, "kind": "verbatim"} for s in r["evidence"]),
            *({"claim": restate(s, (), random.Random(s)), "label": 1, "kind": "restated"} for s in r["evidence"]),
        ]
        for c in claims:
            question = c.get("question")
            if question is None and held_out(c["claim"], 0.5):
                rng = random.Random(c["claim"])
                question = (
                    f"{rng.choice(['Que dit', 'Quel est', 'Combien', 'Qui'])} {' '.join(rng.sample(subject, 4))} ?"
                )
            found.append(Example(c["claim"], evidence, int(c["label"]), c["kind"], "own-" + r["id"], "own", question))
    return [*found, *elsewhere(found)]
