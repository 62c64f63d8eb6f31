"""Styles of an OpenDocument file, with all that they inherit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from sourcier.ingest.readers.markup import local
from sourcier.ingest.readers.odf.package import FO, OFFICE, PRESENTATION, STYLE, TABLE, TEXT, OpenPackage

Reference = tuple[str, str]
"""The family of a style (``paragraph``, ``text``…) and its name."""

_TITLE = re.compile(r"(?:title|titre)", re.IGNORECASE)
_PAPER = frozenset({"transparent", "#ffffff"})
_SIZE = re.compile(r"([\d.]{1,8})pt")


class Styles:
    """The styles of both parts; those of the content come first, for names that are in the two."""

    def __init__(self, package: OpenPackage) -> None:
        self._styles: dict[Reference, Any] = {}
        self.lists: dict[str, Any] = {}
        self.outline: Any = None
        self.language = ""
        for root in (package.content, package.styles):
            for group in root if root is not None else ():
                if group.tag not in {f"{OFFICE}automatic-styles", f"{OFFICE}styles"}:
                    continue
                for style in group:
                    self._keep(style)
        self.chain = cache(self._chain)
        pages = package.styles.iter(f"{STYLE}page-layout-properties") if package.styles is not None else ()
        coloured = any(page.get(f"{FO}background-color", "transparent") not in _PAPER for page in pages)
        # White text may be over a picture that is behind the page: then nobody knows.
        drawn = package.content.iter(f"{STYLE}graphic-properties") if package.content is not None else ()
        behind = any(properties.get(f"{STYLE}run-through") == "background" for properties in drawn)
        self._paper = not (coloured or behind)

    def _keep(self, style: Any) -> None:
        name = style.get(f"{STYLE}name", "")
        if style.tag == f"{STYLE}style":
            self._styles.setdefault((style.get(f"{STYLE}family", ""), name), style)
        elif style.tag == f"{TEXT}list-style":
            self.lists.setdefault(name, style)
        elif style.tag == f"{TEXT}outline-style":
            self.outline = style
        elif style.tag == f"{STYLE}default-style" and style.get(f"{STYLE}family") == "paragraph":
            said = next((p for p in style if p.get(f"{FO}language")), None)
            if said is not None:
                country = said.get(f"{FO}country", "")
                language = said.get(f"{FO}language", "")
                self.language = f"{language}-{country}" if country not in {"", "none"} else language
            self._styles.setdefault(("paragraph", ""), style)

    def _chain(self, family: str, name: str) -> tuple[Any, ...]:
        """A style and those it comes from, nearest first."""
        found: list[Any] = []
        seen: set[str] = set()
        while (family, name) in self._styles and name not in seen:
            seen.add(name)
            found.append(self._styles[family, name])
            name = found[-1].get(f"{STYLE}parent-style-name", "")
        return tuple(found)

    def values(self, references: Sequence[Reference], attribute: str) -> Iterator[str]:
        """All that styles say of a property, nearest first."""
        for family, name in references:
            for style in self.chain(family, name):
                for properties in style:
                    if (value := properties.get(attribute)) is not None:
                        yield str(value)

    def value(self, references: Sequence[Reference], attribute: str) -> str:
        """What the nearest style says of a property, empty when none does."""
        return next(self.values(references, attribute), "")

    def hidden(self, references: Sequence[Reference], *, on_white: bool) -> bool:
        """Whether text under these styles, innermost first, cannot be seen."""
        if self.value(references, f"{TEXT}display") == "none":
            return True
        size = _SIZE.fullmatch(self.value(references, f"{FO}font-size"))
        if size and size.group(1).replace(".", "", 1).isdecimal() and float(size.group(1)) <= 1:
            return True
        if not (on_white and self._paper) or self.value(references, f"{FO}color").lower() != "#ffffff":
            return False
        return all(value == "transparent" for value in self.values(references, f"{FO}background-color"))

    def raised(self, references: Sequence[Reference]) -> bool:
        """Whether text is above its line."""
        position = self.value(references, f"{STYLE}text-position")
        return position.startswith("super") or (position[:1].isdigit() and not position.startswith("0%"))

    def bold(self, references: Sequence[Reference]) -> bool:
        """Whether text is in bold."""
        return self.value(references, f"{FO}font-weight") in {"bold", "600", "700", "800", "900"}

    def is_title(self, name: str) -> bool:
        """Whether a paragraph style is that of the document's title."""
        names = (name, *(style.get(f"{STYLE}name", "") for style in self.chain("paragraph", name)))
        return any(map(_TITLE.fullmatch, names))

    def list_of(self, name: str) -> str:
        """The list style that a paragraph style asks for."""
        names = (style.get(f"{STYLE}list-style-name") for style in self.chain("paragraph", name))
        return next((found for found in names if found), "")

    def table_hidden(self, name: str) -> bool:
        """Whether a sheet is hidden."""
        return self.value([("table", name)], f"{TABLE}display") == "false"

    def slide_hidden(self, name: str) -> bool:
        """Whether a slide is passed over."""
        return self.value([("drawing-page", name)], f"{PRESENTATION}visibility") == "hidden"


def master_pages(package: OpenPackage) -> Iterator[Any]:
    """The master pages, whose headers, footers and shapes are on every page."""
    if package.styles is not None:
        yield from package.styles.iter(f"{STYLE}master-page")


def is_header_or_footer(element: Any) -> bool:
    """Whether an element of a master page is a running title."""
    return local(element).startswith(("header", "footer"))
