"""What separates development from test, and both from what the gate learns from."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from sourcier.eval.check_questions.rows import Row, Rows, places
from sourcier.eval.dataset import DatasetError
from sourcier.eval.metrics.text import fold

__all__ = ["CLOSE", "Split", "jaccard", "read_questions", "read_split", "set_faults"]

#: Two questions are one reworded from this share of common words on. Under it, shared words are mostly those of the
#: matter: at 0.6 our closest pair across sets asked for the shares of two different companies.
CLOSE = 0.7


@dataclass(frozen=True, slots=True)
class Split:
    """On which side each document is.

    Attributes:
        sides: ``dev`` or ``test``, by document.
        repeating: documents that tell again what others tell; they may stand beside those of either side, and have the
            side given here where a row rests on them alone.
    """

    sides: Mapping[str, str] = field(default_factory=dict)
    repeating: Mapping[str, str] = field(default_factory=dict)


def read_split(path: Path) -> dict[str, Split]:
    """``split.toml``: for each family of sets, ``dev`` and ``test`` (lists of documents) and ``repeating`` (a table).

    Raises:
        DatasetError: it cannot be read.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DatasetError("eval.dataset_unreadable", path=path, detail=error) from error
    return {
        family: Split({name: side for side in ("dev", "test") for name in table[side]}, table.get("repeating", {}))
        for family, table in tables.items()
    }


def read_questions(path: Path) -> list[str]:
    """The questions of any ``.jsonl`` file whose rows have one."""
    return [json.loads(line)["question"] for line in path.read_text(encoding="utf-8").split("\n") if line.strip()]


def jaccard(one: str, other: str) -> float:
    """Shared words over all words of two questions, 0 to 1, blind to case, accents kept (Jaccard 1901)."""
    a, b = _words(one), _words(other)
    return len(a & b) / len(a | b) if a | b else 0.0


def set_faults(
    sets: Sequence[Rows], splits: Mapping[str, Split], texts: Mapping[str, str], learnt: Iterable[str] = ()
) -> Iterator[str]:
    """What is wrong between rows: ids, sides, places that both sides point at, questions asked twice.

    Args:
        learnt: questions that something was fitted on; no test question may reword one.
    """
    yield from _repeated_ids(sets)
    for family in {one.family for one in sets} & splits.keys():
        ours = [one for one in sets if one.family == family]
        for one in ours:
            yield from _off_side(one, splits[family])
        yield from _shared_places(ours, texts)
    yield from _shared_subjects(sets)
    dev, test = ([row for one in sets if one.side == side for row in one.rows] for side in ("dev", "test"))
    for row in test:
        yield from _close(row, ((other.question, other.id) for other in dev if other.history == row.history))
    # Development questions may be learnt from, and those of the five documents are.
    known = [(question, f"“{question}”") for question in learnt]
    for row in test:
        yield from _close(row, known)


def _repeated_ids(sets: Sequence[Rows]) -> Iterator[str]:
    seen: dict[str, str] = {}
    for one in sets:
        for row in one.rows:
            if row.id in seen:
                yield f"{row.id}: the id is already in {seen[row.id]}"
            seen[row.id] = one.file


def _off_side(one: Rows, split: Split) -> Iterator[str]:
    for row in one.rows:
        named = (*row.documents, *row.about)
        for name in named:
            if split.sides.get(name, one.side) != one.side:
                yield f"{row.id}: {name} is on the other side"
            if name not in split.sides and name not in split.repeating:
                yield f"{row.id}: {name} has no side in split.toml"
        if named and not any(name in split.sides for name in named) and split.repeating.get(named[0]) != one.side:
            yield f"{row.id}: {named[0]} alone is on the other side"


def _shared_places(sets: Sequence[Rows], texts: Mapping[str, str]) -> Iterator[str]:
    pointed: dict[str, dict[tuple[str, int], str]] = {}
    for one in sets:
        mine = pointed.setdefault(one.side, {})
        for row in one.rows:
            for hits in places(row.quotes, row.documents, texts).values():
                mine.update(dict.fromkeys(hits, row.id))
    dev, test = pointed.get("dev", {}), pointed.get("test", {})
    for document, line in sorted(dev.keys() & test.keys()):
        yield f"{dev[document, line]} and {test[document, line]} point at the same paragraph of {document}"


def _shared_subjects(sets: Sequence[Rows]) -> Iterator[str]:
    dev, test = ({row.subject for one in sets if one.side == side for row in one.rows} for side in ("dev", "test"))
    for subject in sorted((dev & test) - {None}, key=str):
        yield f"subject “{subject}” is on both sides"


def _close(row: Row, others: Iterable[tuple[str, str]]) -> Iterator[str]:
    for question, name in others:
        if jaccard(row.question, question) >= CLOSE:
            yield f"{row.id}: “{row.question}” is {name} reworded"


@cache  # Each question is compared with hundreds of others.
def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", fold(text)))
