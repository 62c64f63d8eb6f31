"""What a paragraph of an OpenDocument file shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from sourcier.ingest.readers import symbols
from sourcier.ingest.readers.left_out import LeftOut
from sourcier.ingest.readers.markup import local
from sourcier.ingest.readers.odf.package import DRAW, OFFICE, STYLE, TEXT, integer
from sourcier.ingest.readers.odf.styles import Reference, Styles

_SPACES = re.compile(r"[ \t\r\n]+")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MAX_SPACES = 100


@dataclass(slots=True)
class Said:
    """A paragraph as shown, the notes it calls, the shapes that are anchored in it, and a number kept in the file."""

    text: str = ""
    notes: list[Any] = field(default_factory=list)
    shapes: list[Any] = field(default_factory=list)
    number: str = ""


class Inline:
    """Reads paragraphs; what nobody sees is told."""

    def __init__(self, styles: Styles, left_out: LeftOut) -> None:
        self._styles = styles
        self._left_out = left_out

    def said(
        self, paragraph: Any, *, around: tuple[Reference, ...] = (), on_white: bool = True, page: int | None = None
    ) -> Said:
        """What ``paragraph`` shows.

        Args:
            around: styles of what it is in (a cell, a shape).
            on_white: whether nothing around it has a colour that the styles do not tell.
        """
        said = Said()
        own = ("paragraph", paragraph.get(f"{TEXT}style-name", ""))
        pieces = _Pieces(self._styles, self._left_out, said, on_white=on_white, page=page)
        pieces.walk(paragraph, (own, *around))
        pieces.close()
        said.text = "".join(pieces.shown)
        concealed = any(e.get(f"{TEXT}is-hidden") == "true" for e in paragraph.iter(f"{TEXT}hidden-paragraph"))
        if concealed:
            self._left_out.hide("finding.hidden_text", said.text, page=page)
            said.text, said.notes, said.shapes = "", [], []
        return said


class _Pieces:
    """The pieces of one paragraph, hidden ones gathered as they come."""

    def __init__(self, styles: Styles, left_out: LeftOut, said: Said, *, on_white: bool, page: int | None) -> None:
        self._styles = styles
        self._left_out = left_out
        self._said = said
        self._on_white = on_white
        self._page = page
        self.shown: list[str] = []
        self._hidden: list[str] = []

    def walk(self, element: Any, styles: tuple[Reference, ...]) -> None:
        """Add what ``element`` shows, but for what follows it."""
        hidden = self._styles.hidden(styles, on_white=self._on_white)
        self._add(_SPACES.sub(" ", element.text or ""), styles, hidden=hidden)
        for child in element:
            self._child(child, styles, hidden=hidden)
            self._add(_SPACES.sub(" ", child.tail or ""), styles, hidden=hidden)

    def close(self) -> None:
        """Tell of the hidden text that has just ended."""
        self._left_out.hide("finding.hidden_text", "".join(self._hidden), page=self._page)
        self._hidden = []

    def _add(self, text: str, styles: tuple[Reference, ...], *, hidden: bool) -> None:
        if not text:
            return
        if hidden:
            self._hidden.append(text)
            return
        if text.strip():
            self.close()
        if text.isdecimal() and text.isascii() and self._styles.raised(styles):
            text = text.translate(_RAISED)
        font = self._styles.value(styles, f"{STYLE}font-name")
        if symbols.is_symbol_font(font):
            text, unknown = symbols.shown(text, font)
            if unknown:
                self._left_out.add("finding.symbols", font, count=unknown, page=self._page)
        self.shown.append(text)

    def _child(self, child: Any, styles: tuple[Reference, ...], *, hidden: bool) -> None:
        name = local(child)
        if child.tag == f"{OFFICE}annotation":
            texts = ["".join(p.itertext()) for p in child.iter(f"{TEXT}p")]
            self._left_out.hide("finding.comments", "\n".join(texts), page=self._page)
        elif child.tag.startswith(DRAW):
            if not hidden:
                self._said.shapes.append(child)
        elif name == "s":
            self._add(" " * min(integer(child.get(f"{TEXT}c")), _MAX_SPACES), styles, hidden=hidden)
        elif name == "tab":
            self._add("\t", styles, hidden=hidden)
        elif name == "line-break":
            self._add("\n", styles, hidden=hidden)
        elif name == "note":
            if not hidden:
                self._said.notes.append(child)
        elif name == "number":
            self._said.number = "".join(child.itertext()).strip()
        elif name == "hidden-text":
            text = "".join(child.itertext()) or child.get(f"{TEXT}string-value", "")
            concealed = child.get(f"{TEXT}is-hidden") == "true"
            self._add(text, styles, hidden=hidden or concealed)
        elif name in {"ruby-text", "hidden-paragraph", "script", "annotation-end"}:
            return
        elif name == "span":
            self.walk(child, (("text", child.get(f"{TEXT}style-name", "")), *styles))
        else:
            self.walk(child, styles)
