"""What is known of a document beside its text: what ``sources.toml`` says first, then what the file says of itself."""

from __future__ import annotations

from datetime import date, datetime

from sourcier.core.types import BlockKind, Metadata
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.drafts import Reading


def metadata_of(described: Metadata | None, reading: Reading, name: str) -> Metadata:
    """What the catalogue says, then the file itself; failing a title, its first heading, then its name.

    Args:
        described: what ``sources.toml`` says of it.
        name: its file name without what follows the last full stop, or the id of its row.
    """
    given = {key: clean_block(value).replace("\n", " ") for key, value in reading.given.items()}
    first = next((d for d in reading.drafts if d.kind is BlockKind.HEADING and d.level == 1), None)
    title = (
        given.get("title") or (clean_block(first.text).replace("\n", " ") if first else "") or clean_block(name) or name
    )
    own = Metadata(
        title=title,
        publisher=given.get("publisher") or None,
        date=iso_date(given.get("date")),
        language=given.get("language") or None,
        kind=given.get("kind") or None,
        url=given.get("url") or None,
    )
    if described is None:
        return own
    return Metadata(
        title=described.title or own.title,
        publisher=described.publisher or own.publisher,
        date=described.date or own.date,
        language=described.language or own.language,
        kind=described.kind or own.kind,
        url=described.url or own.url,
    )


def iso_date(value: object) -> str | None:
    """A date as ISO 8601 text, whether it was written as a date, a year or a text; ``None`` when there is none."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.strip() or None if isinstance(value, str) else None
