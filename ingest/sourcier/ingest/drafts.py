"""What a reader hands over: blocks with their role, before they become one canonical text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from sourcier.core.types import BlockKind


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
class Reading:
    """A file as read.

    Attributes:
        drafts: blocks in reading order, notes last.
        given: what the file says of itself (``title``, ``publisher``, ``date``, ``language``, ``kind``, ``url``).
        warnings: catalogue keys, ``ingest.warning_…``, of what was changed or could not be kept.
    """

    drafts: tuple[Draft, ...]
    given: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def to_json(self) -> str:
        """The same as text, to cross from the process that parses to the one that does not."""
        return json.dumps(
            {"drafts": [asdict(d) for d in self.drafts], "given": dict(self.given), "warnings": self.warnings}
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
                    d["page"] and int(d["page"]),
                    _texts(d["notes"]),
                )
                for d in raw["drafts"]
            )
            given = {_text(name): _text(value) for name, value in raw["given"].items()}
            return cls(drafts, given, _texts(raw["warnings"]))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(str(error)) from error


class Reader(Protocol):
    """Turns the bytes of one kind of file into blocks."""

    def __call__(self, data: bytes, *, max_pages: int) -> Reading:
        """Read ``data``.

        Raises:
            UnreadableFileError: the content cannot be read; the path is added by the caller.
        """
        ...


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list | tuple):
        raise TypeError(values)
    return tuple(_text(value) for value in values)
