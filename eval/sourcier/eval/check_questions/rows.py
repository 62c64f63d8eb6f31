"""A question with all that its author wrote, and the texts it is checked against."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict, ValidationError

from sourcier.core.settings import IngestSettings
from sourcier.core.types import Document
from sourcier.eval.dataset import DatasetError, Question, QuestionSet, load_dataset
from sourcier.eval.metrics.text import anchor
from sourcier.ingest.files import find_files
from sourcier.ingest.reading import Readers
from sourcier.ingest.sources import SourceCatalogue

__all__ = ["ANSWERABLE", "EITHER", "NOT_ANSWERABLE", "Row", "Rows", "places", "read_rows", "read_texts", "text_of"]

#: Kinds of questions that the documents answer, that they do not, and that may be either (they tell of the wording).
ANSWERABLE = (
    "fact_number", "fact_name", "fact_date", "fact_definition", "demand", "list", "who_did_what", "yes_no",
    "comparison", "multi_document", "typo", "keyword",
)  # fmt: skip
NOT_ANSWERABLE = (
    "missing_attribute", "near_miss", "wrong_entity", "other_year", "other_organisation", "false_premise",
    "personal_advice", "outside_topic",
)  # fmt: skip
EITHER = ("english", "follow_up")


class Row(Question):
    """A question; fields nobody reads are misspelt ones, hence refused.

    Attributes:
        about: documents that a question without an answer comes close to.
        premise_quotes: anchors, in ``about``, of what puts a false premise right.
        subject: of a question that no document comes close to.
    """

    model_config = ConfigDict(extra="forbid")

    about: tuple[str, ...] = ()
    premise_quotes: tuple[str, ...] = ()
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """One file: ``family`` and ``side`` are ``fiches`` and ``dev`` for ``fiches.dev.jsonl``; no side is ``""``."""

    file: str
    family: str
    side: str
    rows: tuple[Row, ...]


def read_rows(path: Path) -> Rows:
    """Read a set of questions.

    Raises:
        DatasetError: the file is refused by :func:`~sourcier.eval.dataset.load_dataset`, holds queries rather than
            questions, or a row has a field that nothing reads.
    """
    dataset = load_dataset(path)
    if not isinstance(dataset, QuestionSet):
        raise DatasetError("eval.row_shape", path=path, line=1)
    raw = path.read_bytes()
    content = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    lines = ((number, line) for number, line in enumerate(content.split("\n"), 1) if line.strip())
    family, _, side = dataset.name.partition(".")
    return Rows(path.name, family, side, tuple(_row(path, number, line) for number, line in lines))


def _row(path: Path, number: int, line: str) -> Row:
    try:
        return Row.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        field, identifier = ".".join(str(part) for part in first["loc"]), json.loads(line)["id"]
        raise DatasetError(
            "eval.row_field", path=path, line=number, id=identifier, field=field, detail=first["msg"]
        ) from error


def read_texts(paths: Sequence[Path]) -> dict[str, str]:
    """The canonical text of every document of ``paths``, by path, read as ingestion does.

    Raises:
        IngestError: a path does not exist, or holds nothing to read.
        UnreadableFileError: a document cannot be read.
    """
    texts: dict[str, str] = {}
    sources = find_files(paths)
    with Readers(IngestSettings()) as readers:
        for _, documents in readers.read_all((source, SourceCatalogue({})) for source in sources):
            for document in documents:
                if not isinstance(document, Document):
                    raise document.error
                texts[document.path] = document.text
    return texts


def text_of(name: str, texts: Mapping[str, str]) -> str | None:
    """The text of a document named by its path or by the end of it; ``None`` where it was not given."""
    return next((text for path, text in texts.items() if path == name or path.endswith("/" + name)), None)


def places(
    quotes: Sequence[str], documents: Sequence[str], texts: Mapping[str, str]
) -> dict[str, set[tuple[str, int]]]:
    """Where each anchor is found: the documents, and the paragraphs (lines of the canonical text, from 0)."""
    found: dict[str, set[tuple[str, int]]] = {}
    for quote in quotes:
        found[quote] = set()
        for document in documents:
            text = text_of(document, texts) or ""
            found[quote] |= {(document, text.count("\n", 0, hit.start())) for hit in anchor(quote).finditer(text)}
    return found
