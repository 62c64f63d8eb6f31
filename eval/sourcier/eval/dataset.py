"""Data sets: questions with what a good answer holds, or queries with the documents that are relevant to them."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from sourcier.core.errors import SourcierError
from sourcier.core.filters import Filter
from sourcier.eval.metrics.text import plain

__all__ = [
    "Dataset", "DatasetError", "Nugget", "Question", "QuestionSet", "RetrievalQuery", "RetrievalSet", "Turn",
    "load_dataset", "row_to_json", "rows_of", "spread",
]  # fmt: skip


Row = TypeVar("Row")


class DatasetError(SourcierError):
    """A data set that cannot be read, or one of its rows; the message names the file and the line."""


def _fact(pattern: Any) -> Any:
    """A regular expression, folded as the answers it is searched in are (:func:`~.metrics.text.plain`)."""
    if not isinstance(pattern, str):
        return pattern
    try:
        return re.compile(plain(pattern), re.IGNORECASE)
    except re.error as error:
        raise PydanticCustomError("regex", "{pattern}: {detail}", {"pattern": pattern, "detail": str(error)}) from error


Fact = tuple[Annotated[re.Pattern[str], BeforeValidator(_fact)], ...]
Text = Annotated[str, Field(min_length=1, pattern=r"\S")]


class _Row(BaseModel):
    # What we do not know (notes of the authors) is theirs to keep.
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)

    id: Text
    question: Text
    kind: str | None = None


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class Turn(_Part):
    """An earlier question of the conversation that a question follows, and what was answered."""

    question: Text
    answer: str = ""


class Nugget(_Part):
    """One thing that a complete answer says.

    Attributes:
        text: it, in words.
        vital: whether an answer without it is incomplete, rather than less rich.
        patterns: how it may be said; one match is enough.
    """

    text: Text
    vital: bool = True
    patterns: Annotated[Fact, Field(min_length=1)]


class Question(_Row):
    """A question, and how to tell a good answer.

    Attributes:
        documents: paths or ids of the documents that hold the answer.
        quotes: anchors; a right citation overlaps one of their occurrences in one of ``documents``.
        facts: what the answer must say; each is a list of patterns, one match is enough.
        nuggets: what a complete answer says, thing by thing.
        history: the conversation before, oldest first, where the question follows one.
        premise_corrected: what a reply to a false premise says when it puts it right; one match is enough.
        why: where the answer stands, or why there is none.
        reviewed: false for a row that a program drafted and nobody has read yet.
    """

    answerable: bool
    documents: tuple[Text, ...] = ()
    quotes: tuple[Text, ...] = ()
    facts: tuple[Annotated[Fact, Field(min_length=1)], ...] = ()
    nuggets: tuple[Nugget, ...] = ()
    history: tuple[Turn, ...] = ()
    premise_corrected: Fact = ()
    reference: str = ""
    why: Annotated[str, BeforeValidator(str)] = ""
    reviewed: bool = True


class RetrievalQuery(_Row):
    """A query and the grades of its documents, by path or id; above 0 is relevant.

    Attributes:
        group: what it shares with other questions, which stay on its side when a set is cut in two
            (:mod:`~sourcier.eval.split`).
        only: where it is asked: the publisher, kind, language or collection that documents must have to be found.
    """

    relevant: dict[Text, Annotated[float, Field(ge=0, allow_inf_nan=False)]]
    group: Text | None = None
    only: dict[Literal["publisher", "kind", "language", "collection"], Text] = Field(default_factory=dict)

    @property
    def filter(self) -> Filter | None:
        """``only`` as search takes it, ``None`` where all documents may be found."""
        wanted: dict[str, Any] = {condition: (value,) for condition, value in self.only.items()}
        return Filter(**wanted) if wanted else None


@dataclass(frozen=True, slots=True)
class _Set:
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class QuestionSet(_Set):
    """Questions to answer."""

    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class RetrievalSet(_Set):
    """Queries to find documents for."""

    queries: tuple[RetrievalQuery, ...]


Dataset = QuestionSet | RetrievalSet


def rows_of(dataset: Dataset) -> Sequence[Question | RetrievalQuery]:
    """The rows of a set, of either sort."""
    return dataset.questions if isinstance(dataset, QuestionSet) else dataset.queries


def row_to_json(row: Question | RetrievalQuery) -> dict[str, Any]:
    """A row as a data set holds it: what :func:`load_dataset` reads back as the same row."""
    fields: dict[str, Any] = row.model_dump(mode="json", exclude_defaults=True)
    return fields


def spread(rows: Sequence[Row], count: int) -> tuple[Row, ...]:
    """``count`` rows spread evenly over a set, the same each time: files put like questions together."""
    total = len(rows)
    return tuple(rows[i * total // count] for i in range(count)) if count < total else tuple(rows)


def load_dataset(path: Path, limit: int | None = None) -> Dataset:
    """Read a ``.jsonl`` or ``.jsonl.gz`` file whole; ``limit`` then keeps its first rows.

    Rows with ``answerable`` make a question set, rows with ``relevant`` alone a retrieval set.

    Raises:
        DatasetError: the file cannot be read, or is empty; a row is malformed, repeats an id, has an invalid
            pattern, or is of the other sort. The whole file is checked, whatever the limit.
    """
    try:
        raw = path.read_bytes()
        content = gzip.decompress(raw) if path.suffix == ".gz" else raw
        lines = content.decode("utf-8-sig").split("\n")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise DatasetError("eval.dataset_unreadable", path=path, detail=error) from error
    # Not splitlines(): JSON texts may hold U+2028 and its like.
    rows = [_row(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not rows:
        raise DatasetError("eval.dataset_empty", path=path)
    seen: dict[str, int] = {}
    for number, row in rows:
        if type(row) is not type(rows[0][1]):
            raise DatasetError("eval.dataset_mixed", path=path, line=number)
        if row.id in seen:
            raise DatasetError("eval.dataset_repeated", path=path, line=number, id=row.id, first=seen[row.id])
        seen[row.id] = number
    name = path.name.removesuffix(".gz").removesuffix(".jsonl")
    return _collect(name, hashlib.sha256(content).hexdigest(), [row for _, row in rows[:limit]])


def _row(path: Path, number: int, line: str) -> tuple[int, Question | RetrievalQuery]:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise DatasetError("eval.row_not_json", path=path, line=number, detail=error) from error
    if not isinstance(fields, dict) or not {"answerable", "relevant"} & fields.keys():
        raise DatasetError("eval.row_shape", path=path, line=number)
    sort = Question if "answerable" in fields else RetrievalQuery
    try:
        # Through JSON: in strict mode only JSON's arrays may become tuples.
        return number, sort.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        key = "eval.row_regex" if first["type"] == "regex" else "eval.row_field"
        identifier = fields.get("id", "?")
        raise DatasetError(key, path=path, line=number, id=identifier, field=field, detail=first["msg"]) from error


def _collect(name: str, sha256: str, rows: Sequence[Question | RetrievalQuery]) -> Dataset:
    if isinstance(rows[0], Question):
        return QuestionSet(name, sha256, tuple(row for row in rows if isinstance(row, Question)))
    return RetrievalSet(name, sha256, tuple(row for row in rows if isinstance(row, RetrievalQuery)))
