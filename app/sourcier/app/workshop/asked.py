"""What a trainer asks for, looked at before anything is made: one clear sentence for each thing that cannot be."""

from __future__ import annotations

from collections.abc import Sequence

from sourcier.app.workshop.kit import Brief
from sourcier.core.errors import UsageError
from sourcier.core.filters import fold
from sourcier.index.records import DocumentRow

__all__ = ["LONGEST", "SHORTEST", "check_brief", "chosen_documents"]

#: Minutes of a session: under a quarter of an hour nothing can be worked on, over a day it is several workshops.
SHORTEST, LONGEST = 15, 480
_GROUP = 2000
_THEME_CHARS = 300
_MARK = "#"


def check_brief(brief: Brief) -> None:
    """Refuse what no kit can be made of.

    Raises:
        UsageError: neither theme nor document, a length or a group out of bounds, a theme as long as a page.
    """
    if not brief.theme.strip() and not brief.documents:
        raise UsageError("workshop.no_theme")
    if len(brief.theme) > _THEME_CHARS:
        raise UsageError("workshop.theme_too_long", n=len(brief.theme), most=_THEME_CHARS)
    if not SHORTEST <= brief.minutes <= LONGEST:
        raise UsageError("workshop.bad_minutes", minutes=brief.minutes, shortest=SHORTEST, longest=LONGEST)
    if not 2 <= brief.group_size <= _GROUP:
        raise UsageError("workshop.bad_group", n=brief.group_size, most=_GROUP)


def chosen_documents(brief: Brief, documents: Sequence[DocumentRow]) -> dict[str, tuple[str, ...]]:
    """The documents of the brief by path, with the sections asked for of each; no section means all of it.

    A document is named by its path, its id or its title, then ``#`` and the heading of a section where only that is wanted.

    Raises:
        UsageError: a document is not in the index.
    """
    chosen: dict[str, tuple[str, ...]] = {}
    for asked in brief.documents:
        # A row of a collection has a « # » in its path: what is known whole is not cut.
        row, section = _named(asked, documents), ""
        if row is None and _MARK in asked:
            name, _, section = asked.rpartition(_MARK)
            row = _named(name, documents)
        if row is None:
            known = ", ".join(one.path for one in documents[:8])
            raise UsageError("workshop.unknown_document", document=asked, known=known)
        before = chosen.get(row.path)
        chosen[row.path] = (*(before or ()), section.strip()) if section.strip() and before != () else ()
    return chosen


def _named(name: str, documents: Sequence[DocumentRow]) -> DocumentRow | None:
    wanted = fold(name.strip())
    for row in documents:
        if wanted in {fold(one) for one in (row.path, *row.other_paths, row.document_id, row.metadata.title)}:
            return row
    return None
