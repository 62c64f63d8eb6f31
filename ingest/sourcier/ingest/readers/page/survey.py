"""One pass over a page before it is read: what is hidden, how much text each part holds, where its links lead."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sourcier.ingest.readers.page.css import Styles, alike, background_of, colour_of, is_hiding
from sourcier.ingest.readers.page.tree import BLOCKS, HEADINGS, NEVER, body_of, tag_of
from sourcier.ingest.vocabulary import word_set

_UNSEEN_CLASSES = word_set(
    """
    sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only element-invisible show-for-sr
    assistive-text a11y-hidden u-visually-hidden fr-sr-only wb-inv invisible print-only visible-print
    """
)
"""Names that frameworks give to what only a screen reader or a printer shows."""
_WHITE = (255, 255, 255)
_NEAR_WHITE_PAGE = re.compile(r"background", re.IGNORECASE)


@dataclass(slots=True)
class Mass:
    """Visible characters below an element, white space apart: all of them, those of links, and how many links."""

    text: int = 0
    linked: int = 0
    links: int = 0
    heading: bool = False

    @property
    def density(self) -> float:
        """Share of the text that is links."""
        return self.linked / self.text if self.text else 0.0


@dataclass(slots=True)
class Survey:
    """What one pass finds.

    Attributes:
        hidden: outermost elements that are not shown.
        mass: of each element that begins a line, or has a class or an identifier.
        targets: element of each identifier or name.
        jumps: links to a place of the page, in order; ``raised`` what is written above the line, in order.
        order: position of each of these, and of each target, in the page.
    """

    hidden: set[Any] = field(default_factory=set)
    mass: dict[Any, Mass] = field(default_factory=dict)
    targets: dict[str, Any] = field(default_factory=dict)
    jumps: list[Any] = field(default_factory=list)
    raised: list[Any] = field(default_factory=list)
    order: dict[Any, int] = field(default_factory=dict)

    def of(self, element: Any) -> Mass:
        """The mass of an element; nothing where it was not weighed."""
        return self.mass.get(element) or Mass()


def survey(root: Any, extra_sheets: Iterable[str] = ()) -> Survey:
    """Go through a page once; its own style sheets are read, those it refers to are not."""
    sheets = [*extra_sheets, *_sheets(root)]
    external = any(_is_sheet(link) for link in root.iter("link")) and not extra_sheets
    plain = not external and not any(_NEAR_WHITE_PAGE.search(sheet) for sheet in sheets)
    return _Pass(Styles(sheets), _WHITE if plain else None).run(body_of(root))


def _sheets(root: Any) -> list[str]:
    found = []
    for style in root.iter("style"):
        media = (style.get("media") or "all").lower()
        if "all" in media or "screen" in media:
            found.append("".join(style.itertext()))
    return found


def _is_sheet(link: Any) -> bool:
    return "stylesheet" in (link.get("rel") or "").lower()


class _Pass:
    def __init__(self, styles: Styles, page: tuple[int, int, int] | None) -> None:
        self._styles = styles
        self._found = Survey()
        self._behind: list[tuple[int, int, int] | None] = [page]
        self._text = self._linked = self._links = self._headings = 0
        self._in_links = 0

    def run(self, body: Any) -> Survey:
        from lxml import etree

        walk = etree.iterwalk(body, events=("start", "end"))
        skipped: Any = None
        opened: list[tuple[int, int, int, int] | None] = []
        for event, element in walk:
            if event == "end":
                if element is skipped:
                    skipped = None
                else:
                    self._leave(element, opened.pop())
                if element is not body:
                    self._count(element.tail)
                continue
            tag = tag_of(element)
            if not tag or tag in NEVER or tag == "noscript" or self._is_hidden(element, tag, shown=element is body):
                skipped = element
                walk.skip_subtree()
                continue
            opened.append(self._enter(element, tag))
        return self._found

    def _enter(self, element: Any, tag: str) -> tuple[int, int, int, int] | None:
        found = self._found
        for name in {element.get("id"), element.get("name") if tag == "a" else None} - {None, ""}:
            found.targets.setdefault(name, element)
            found.order[element] = len(found.order)
        if tag == "a" and element.get("href") is not None:
            self._in_links += 1
            self._links += 1
            if "#" in element.get("href"):
                found.jumps.append(element)
                found.order.setdefault(element, len(found.order))
        elif tag == "sup":
            found.raised.append(element)
            found.order.setdefault(element, len(found.order))
        elif tag in HEADINGS:
            self._headings += 1
        weighed = tag in BLOCKS or element.get("class") is not None or element.get("id") is not None
        before = (self._text, self._linked, self._links, self._headings) if weighed else None
        self._count(element.text)
        return before

    def _leave(self, element: Any, before: tuple[int, int, int, int] | None) -> None:
        if tag_of(element) == "a" and element.get("href") is not None:
            self._in_links -= 1
        if element.get("style") or element.get("bgcolor") or element.get("background"):
            self._behind.pop()
        if before is not None:
            text, linked, links, headings = before
            self._found.mass[element] = Mass(
                self._text - text, self._linked - linked, self._links - links, self._headings > headings
            )

    def _count(self, text: str | None) -> None:
        if text:
            size = len("".join(text.split()))
            self._text += size
            if self._in_links:
                self._linked += size

    def _is_hidden(self, element: Any, tag: str, *, shown: bool) -> bool:
        """Whether it cannot be seen; what is behind those that can is kept for their children.

        Args: ``shown``: it is the body, which pages hide until their scripts have run.
        """
        classes = (element.get("class") or "").split()
        if not shown and (
            element.get("hidden") is not None
            or (element.get("aria-hidden") or "").lower() == "true"
            or (tag == "input" or (tag == "dialog" and element.get("open") is None))
            or not _UNSEEN_CLASSES.isdisjoint(classes)
            or self._styles.hide(tag, element.get("id") or "", classes)
        ):
            self._found.hidden.add(element)
            return True
        style = element.get("style") or ""
        coloured = style or element.get("color")
        if coloured or element.get("bgcolor") or element.get("background"):
            behind = background_of(element, style)
            behind = self._behind[-1] if behind is None else behind
            letters = colour_of(element, style)
            if not shown and (
                is_hiding(style) or (letters is not None and behind is not None and alike(letters, behind))
            ):
                self._found.hidden.add(element)
                return True
            if style or element.get("bgcolor") or element.get("background"):
                self._behind.append(behind)
        return False
