"""The two sets that say, with their passages, whether these answer: NoMIRACL-fr and the collective agreements."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sourcier.app.answering.evidence import Unit
from sourcier.eval.bench.abstention.given import Bm25, Given, pieces, ranked
from sourcier.index.embedding import Embedder

__all__ = ["Case", "conventions", "nomiracl"]

#: Articles of an agreement, or pieces of them, that are looked at closely: the best by BM25.
SHORTLIST = 12
#: Of those, the ones whose sentences are read.
KEPT = 4


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the sentences it was given.

    Attributes:
        y: whether they answer it, as labelled.
        group: what must not be on both sides of a fold: the question.
        part: what it was asked of: the agreement, or nothing.
        bm25: highest BM25 score of what was given, the plainest sign of all.
    """

    question: str
    units: tuple[Unit, ...]
    y: int
    group: str
    part: str = ""
    bm25: float = 0.0


def nomiracl(folder: Path, embedder: Embedder) -> tuple[list[Case], Bm25]:
    """NoMIRACL-fr (Thakur et al., 2024): ten judged passages a question, of which one answers, or none.

    Args:
        folder: holds ``nomiracl_relevant.jsonl.gz`` and ``nomiracl_non_relevant.jsonl.gz``.
    """
    rows = [row for name in ("relevant", "non_relevant") for row in _read(folder / f"nomiracl_{name}.jsonl.gz")]
    texts = sorted({text for row in rows for text in row["contexts"]})
    place = {text: i for i, text in enumerate(texts)}
    words = Bm25(texts)
    cases = []
    for row in rows:
        given = []
        for identifier, text in zip(row["docids"], row["contexts"], strict=True):
            title, _, body = text.partition(": ")
            given.append(Given(identifier, title if body else "", body or text))
        lexical = words.scores(row["question"], [place[text] for text in row["contexts"]])
        units = ranked(row["question"], given, lexical, embedder, words, keep=len(given))
        best = float(lexical.max(initial=0.0))
        cases.append(Case(row["question"], tuple(units), int(row["label"] == "answerable"), row["question"], "", best))
    return cases, words


def conventions(folder: Path, embedder: Embedder) -> tuple[list[Case], Bm25]:
    """Questions that State lawyers found answered, or not, in each of several collective agreements.

    Args:
        folder: holds ``conventions_questions.jsonl.gz`` and ``conventions_articles.jsonl.gz``.
    """
    articles = [
        Given(row["cont"], row["convention"], text, (*row["path"][-2:], row["num"] or ""))
        for row in _read(folder / "conventions_articles.jsonl.gz")
        for text in pieces(row["text"])
    ]
    words = Bm25(f"{' '.join(one.section)} {one.text}" for one in articles)
    rows_of: dict[str, list[int]] = defaultdict(list)
    for i, one in enumerate(articles):
        rows_of[one.document].append(i)
    cases = []
    for row in _read(folder / "conventions_questions.jsonl.gz"):
        mine = [i for cont in row["kali_conts"] for i in rows_of[cont]]
        lexical = words.scores(row["question"], mine)
        near = np.argsort(-lexical, kind="stable")[:SHORTLIST]
        given = [articles[mine[i]] for i in near]
        units = ranked(row["question"], given, lexical[near], embedder, words, keep=KEPT)
        best = float(lexical.max(initial=0.0))
        y = int(row["label"] == "answerable")
        cases.append(Case(row["question"], tuple(units), y, row["question"], row["idcc"], best))
    return cases, words


def _read(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
