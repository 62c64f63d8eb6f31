"""Drafted rows: those of a question set, with what a reviewer needs. Nothing is lost if the program is stopped."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sourcier.core.errors import SourcierError

__all__ = ["Draft", "DraftError", "add", "read_drafts", "replace_all"]

Row = dict[str, Any]


class DraftError(SourcierError):
    """Drafts that cannot be made, read or kept; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A question drafted from a document.

    Attributes:
        quotes: exact stretches of the document; empty where nothing answers.
        facts: a list of patterns a fact, as in question sets.
        why: where the answer stands, or why there is none.
        flags: what a reviewer should look at: ``not_retrieved``, ``answered``.
        writer: ``model`` or ``patterns``.
    """

    id: str
    question: str
    answerable: bool
    kind: str
    why: str
    writer: str
    documents: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    reference: str = ""
    flags: tuple[str, ...] = ()

    def to_json(self) -> Row:
        """A row of a question set, marked as not yet reviewed."""
        return {
            "id": self.id,
            "question": self.question,
            "answerable": self.answerable,
            "documents": list(self.documents),
            "quotes": list(self.quotes),
            "facts": [list(fact) for fact in self.facts],
            "reference": self.reference,
            "kind": self.kind,
            "why": self.why,
            "writer": self.writer,
            "flags": list(self.flags),
            "reviewed": False,
        }


def read_drafts(path: Path) -> list[Row]:
    """The rows of a file, in order; a last line cut short by a power failure is left out.

    Raises:
        DraftError: the file cannot be read, or a line is no row.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise DraftError("drafting.file_unreadable", path=path, detail=error) from error
    rows: list[Row] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            row["id"], row["question"], row["answerable"]
        except (ValueError, KeyError, TypeError) as error:
            if number == len(lines):
                break
            raise DraftError("drafting.row_unreadable", path=path, line=number) from error
        rows.append(row)
    return rows


def add(path: Path, row: Mapping[str, Any]) -> None:
    """Put a row at the end of a file, on disk before this returns.

    Raises:
        DraftError: the file cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise DraftError("drafting.not_written", path=path, detail=error) from error


def replace_all(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Rewrite a file whole: the old one stands until the new one is on disk.

    Raises:
        DraftError: the file cannot be written.
    """
    beside = path.with_name(f"{path.name}.partial")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise DraftError("drafting.not_written", path=path, detail=error) from error
