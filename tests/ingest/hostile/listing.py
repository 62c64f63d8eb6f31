"""What a hostile file is, what may become of it, and how one is added to a list.

``READ`` means that the file is read; a key of the catalogue, that it is left out with this reason. Where libraries may
rightly differ (what a parser can save of a truncated file), several are allowed; none of them is a crash of ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["DAMAGED", "LOCKED", "LOST", "READ", "UNSAFE", "Hostile", "adding_to"]

READ = "read"
DAMAGED = "ingest.damaged"
UNSAFE = "ingest.archive_unsafe"
LOCKED = "ingest.archive_locked"
LOST = ("ingest.too_slow", "ingest.too_much_memory", "ingest.crashed", "ingest.too_much_text", DAMAGED)


@dataclass(frozen=True)
class Hostile:
    """A file, and what may become of it.

    Attributes:
        expected: outcomes that are right.
        members: for an archive or a collection, what becomes of each thing in it; a name that ends in ``+`` is that
            of a second one of the same name.
        says: a finding that the document must carry; ``never`` is text that must not be in it.
    """

    name: str
    make: Callable[[], bytes]
    expected: tuple[str, ...]
    members: dict[str, str] = field(default_factory=dict)
    says: str = ""
    never: str = ""


Make = Callable[[], bytes]


class Adds(Protocol):
    """Adds the file that a function makes."""

    def __call__(
        self, name: str, *expected: str, members: dict[str, str] | None = None, says: str = "", never: str = ""
    ) -> Callable[[Make], Make]: ...


def adding_to(listed: list[Hostile]) -> Adds:
    """A decorator that adds to ``listed`` the file that a function makes, with what has to be said of it."""

    def hostile(
        name: str, *expected: str, members: dict[str, str] | None = None, says: str = "", never: str = ""
    ) -> Callable[[Make], Make]:
        def add(make: Make) -> Make:
            listed.append(Hostile(name, make, expected, members or {}, says, never))
            return make

        return add

    return hostile
