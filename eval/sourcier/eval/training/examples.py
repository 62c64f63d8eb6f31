"""Labelled (claim, evidence) pairs, and the readers of the sets they come from."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sourcier.app.answering.verifier import Evidence
from sourcier.app.answering.verifier.attribution import bare
from sourcier.app.answering.verifier.selection import scores
from sourcier.app.answering.verifier.text import read
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
    return found


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


def own(path: Path) -> list[Example]:
    """Our own sentences, with right and wrong rewordings written by hand (``eval/data/verifier``)."""
    found = []
    for r in lines(path):
        for c in r["claims"]:
            evidence = tuple(Evidence(s, r.get("context", "")) for s in r["evidence"])
            found.append(
                Example(c["claim"], evidence, int(c["label"]), c["kind"], "own-" + r["id"], "own", c.get("question"))
            )
    return found
