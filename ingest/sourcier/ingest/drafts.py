"""What a reader hands over: blocks with their role, before they become one canonical text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from sourcier.core.types import BlockKind, Finding

if TYPE_CHECKING:
    from sourcier.ingest.limits import Limits


@dataclass(frozen=True, slots=True)
class Draft:
    """A block whose text is not cleaned yet. A line feed in it is one the reader of the document sees.

    Each row of a table is a block: its cells are set apart by a bar, and its notes are its own.
    """

    kind: BlockKind
    text: str
    level: int = 0
    page: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something a reader of the source can see that is not in the canonical text, whole, and why.

    ``why`` is one of ``furniture`` (running titles, page numbers, lists of links), ``print_mark``, ``note_mark``,
    ``hyphen`` (of a word that a line end cut), ``navigation`` (of a web page), ``markup`` (asterisks, bars, bullets),
    ``note`` (a note that only the blocks which call it keep).
    """

    why: str
    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read.

    Attributes:
        drafts: blocks in reading order, notes last.
        given: what the file says of itself: names of :class:`~sourcier.core.types.Metadata`, ``authors`` set apart
            by semicolons.
        findings: what was changed, left out or could not be kept.
        dropped: what can be seen in the source and was left out of the drafts on purpose.
        page_labels: what is printed on each page, in order; empty when that is its number.
    """

    drafts: tuple[Draft, ...]
    given: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    page_labels: tuple[str, ...] = ()

    def to_json(self) -> str:
        """The same as text, to cross from the process that parses to the one that does not."""
        return json.dumps(
            {
                "drafts": [asdict(d) for d in self.drafts],
                "given": dict(self.given),
                "findings": [asdict(f) for f in self.findings],
                "dropped": [asdict(d) for d in self.dropped],
                "page_labels": self.page_labels,
            }
        )

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Reading:
        """Rebuild, checking every type: what comes back from parsing an untrusted file is untrusted too.

        Raises:
            ValueError: it is not what :meth:`to_json` writes.
        """
        try:
            drafts = tuple(
                Draft(
                    BlockKind(d["kind"]),
                    _text(d["text"]),
                    int(d["level"]),
                    _page(d["page"]),
                    _texts(d["notes"]),
                )
                for d in raw["drafts"]
            )
            given = {_text(name): _text(value) for name, value in raw["given"].items()}
            findings = tuple(
                Finding(_text(f["key"]), int(f["count"]), _text(f["sample"]), _page(f["page"])) for f in raw["findings"]
            )
            dropped = tuple(Dropped(_text(d["why"]), _text(d["text"]), _page(d["page"])) for d in raw["dropped"])
            return cls(drafts, given, findings, dropped, _texts(raw["page_labels"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(str(error)) from error


class Reader(Protocol):
    """Turns the bytes of one kind of file into blocks."""

    def __call__(self, data: bytes, *, limits: Limits) -> Reading:
        """Read ``data`` within ``limits``.

        Raises:
            UnreadableFileError: the content cannot be read; the path is added by the caller.
        """
        ...


class SourceText(Protocol):
    """Gives all the text that the bytes of one kind of file hold, as a naive extraction gives it."""

    def __call__(self, data: bytes, *, limits: Limits) -> str:
        """The text of ``data``, nothing left out.

        Raises:
            UnreadableFileError: the content cannot be read; the path is added by the caller.
        """
        ...


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _page(value: object) -> int | None:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise TypeError(value)
    return value or None


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list | tuple):
        raise TypeError(values)
    return tuple(_text(value) for value in values)
