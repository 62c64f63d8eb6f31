"""The options that narrow a search: the same for every command that searches."""

from __future__ import annotations

from typing import Annotated

import typer

from sourcier.app.cli.console import interface_language
from sourcier.core.messages import message

__all__ = ["Audience", "Collection", "InForce", "Kind", "Language", "Publisher", "Since", "Until", "conditions"]

_IN = interface_language()
_DATE = "YYYY[-MM[-DD]]"

Publisher = Annotated[
    list[str] | None, typer.Option("--publisher", metavar="NAME", help=message("cli.filter_publisher", _IN))
]
Kind = Annotated[list[str] | None, typer.Option("--kind", metavar="KIND", help=message("cli.filter_kind", _IN))]
Language = Annotated[
    list[str] | None, typer.Option("--language", metavar="TAG", help=message("cli.filter_language", _IN))
]
Collection = Annotated[
    list[str] | None, typer.Option("--collection", metavar="NAME", help=message("cli.filter_collection", _IN))
]
Audience = Annotated[
    list[str] | None, typer.Option("--audience", metavar="NAME", help=message("cli.filter_audience", _IN))
]
Since = Annotated[str | None, typer.Option("--since", metavar=_DATE, help=message("cli.filter_since", _IN))]
Until = Annotated[str | None, typer.Option("--until", metavar=_DATE, help=message("cli.filter_until", _IN))]
InForce = Annotated[
    str | None, typer.Option("--in-force", metavar="today|YYYY-MM-DD", help=message("cli.filter_in_force", _IN))
]


def conditions(
    publisher: list[str] | None,
    kind: list[str] | None,
    language: list[str] | None,
    collection: list[str] | None,
    audience: list[str] | None,
    since: str | None,
    until: str | None,
    in_force: str | None,
) -> dict[str, object]:
    """The options by the names that conditions have, for :func:`~sourcier.app.filters.filter_of`."""
    return {
        "publisher": publisher,
        "kind": kind,
        "language": language,
        "collection": collection,
        "audience": audience,
        "since": since,
        "until": until,
        "in_force": in_force,
    }
