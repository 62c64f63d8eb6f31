"""What a paragraph of a Word document shows, run by run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sourcier.ingest.readers import symbols
from sourcier.ingest.readers.docx.names import MC, W, find, value
from sourcier.ingest.readers.docx.styles import Styles
from sourcier.ingest.readers.left_out import LeftOut
from sourcier.ingest.readers.markup import local
from sourcier.ingest.readers.ooxml import R

_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_THROUGH = frozenset(
    {f"{W}{name}" for name in ("hyperlink", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml")}
    | {f"{W}dir", f"{W}bdo", f"{W}rubyBase", f"{W}ruby"}
)
_DELETED = frozenset({f"{W}del", f"{W}moveFrom"})
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(slots=True)
class Said:
    """A paragraph as shown, the notes it calls (``f2``), the text boxes, diagrams and charts that are anchored in it."""

    text: str = ""
    calls: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    diagrams: list[str] = field(default_factory=list)
    charts: list[str] = field(default_factory=list)


class Inline:
    """Reads paragraphs in the order of the document: a field may go on from one to the next.

    Args:
        paper: whether the page is white, so that white text cannot be seen on it.
    """

    def __init__(self, styles: Styles, left_out: LeftOut, *, paper: bool) -> None:
        self._styles = styles
        self._left_out = left_out
        self._paper = paper
        # One entry for each open field: True while its result goes by, False for its instruction.
        self._fields: list[bool] = []

    def said(self, paragraph: Any, *, on_white: bool = True) -> Said:
        """What ``paragraph`` shows.

        Args:
            on_white: whether nothing around it has a colour of its own.
        """
        said = Said()
        style = self._styles.of_paragraph(paragraph)
        white = on_white and self._paper and find(paragraph, "pPr/shd") is None
        parts: list[str] = []
        hidden: list[str] = []
        for run, text in self._pieces(paragraph, said, style):
            if run is not None and self._styles.hidden(run, style, on_white=white):
                hidden.append(text)
                continue
            if hidden:
                self._left_out.hide("finding.hidden_text", "".join(hidden))
                hidden = []
            parts.append(text)
        self._left_out.hide("finding.hidden_text", "".join(hidden))
        said.text = "".join(parts)
        # An instruction that ends in no result by the end of its paragraph never will: what follows is text.
        while self._fields and not self._fields[-1]:
            self._fields.pop()
        return said

    def _pieces(self, element: Any, said: Said, style: str) -> Iterator[tuple[Any, str]]:
        """The texts of an element with the run each is in (None for an equation)."""
        for child in element:
            if child.tag == f"{W}r":
                yield from self._run(child, said, style)
            elif child.tag in _THROUGH:
                yield from self._pieces(child, said, style)
            elif child.tag in _DELETED:
                texts = [t.text or "" for t in child.iter(f"{W}t", f"{W}delText")]
                self._left_out.hide("finding.deletions", "".join(texts))
            elif child.tag in {f"{_M}oMath", f"{_M}oMathPara"}:
                yield None, _equation(child)
            elif child.tag == f"{MC}AlternateContent":
                yield from self._pieces(branch(child), said, style)

    def _run(self, run: Any, said: Said, style: str) -> Iterator[tuple[Any, str]]:
        font = ""
        calls: list[str] = []
        custom = False
        for piece in run:
            name = local(piece)
            if name == "fldChar":
                self._field(piece.get(f"{W}fldCharType"))
            elif not all(self._fields):
                continue
            elif name == "t":
                if custom:
                    self._left_out.drop("note_mark", piece.text or "")
                    continue
                font = font or self._styles.font(run, style)
                yield run, self._text(run, piece.text or "", font)
            elif name == "sym":
                yield run, self._symbols(_private(piece.get(f"{W}char")), piece.get(f"{W}font") or "")
            elif name in {"tab", "ptab"}:
                yield run, "\t"
            elif name in {"br", "cr"}:
                yield run, "\n"
            elif name == "noBreakHyphen":
                yield run, "\u2011"
            elif name == "ruby":
                yield from self._pieces(piece, said, style)
            elif name in {"footnoteReference", "endnoteReference"}:
                calls.append(f"{name[0]}{piece.get(f'{W}id')}")
                custom = piece.get(f"{W}customMarkFollows") in {"1", "true", "on"}
            elif name in {"drawing", "pict", "object", "AlternateContent"}:
                self._drawn(piece, said)
        if calls and not self._styles.hidden(run, style, on_white=False):
            said.calls += calls

    def _text(self, run: Any, text: str, font: str) -> str:
        if symbols.is_symbol_font(font):
            return self._symbols(text, font)
        if text.isdecimal() and text.isascii() and value(run, "rPr/vertAlign") == "superscript":
            return text.translate(_RAISED)
        return text

    def _symbols(self, text: str, font: str) -> str:
        if not symbols.is_symbol_font(font):
            return text
        shown, unknown = symbols.shown(text, font)
        if unknown:
            self._left_out.add("finding.symbols", font, count=unknown)
        return shown

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append(False)
        elif kind == "separate" and self._fields:
            self._fields[-1] = True
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _drawn(self, piece: Any, said: Said) -> None:
        """Text boxes, diagrams and charts of a drawing; what has no text that can be read is counted."""
        if piece.tag == f"{MC}AlternateContent":
            for child in branch(piece):
                self._drawn(child, said)
            return
        if any(shape.get("hidden") in {"1", "true"} for shape in piece.iter() if local(shape) == "docPr"):
            self._left_out.hide("finding.hidden_text", " ".join(t.text or "" for t in piece.iter(f"{W}t")))
            return
        for element in _unfolded(piece):
            name = local(element)
            if element.tag == f"{W}txbxContent":
                said.boxes.append(element)
            elif name == "relIds" and (diagram := element.get(f"{R}dm")):
                said.diagrams.append(diagram)
            elif name == "chart" and (chart := element.get(f"{R}id")):
                said.charts.append(chart)
            elif name == "OLEObject":
                self._left_out.add("finding.embedded")


def _private(code: str | None) -> str:
    """The character of a symbol, given in hexadecimal."""
    try:
        number = int(code or "", 16)
    except ValueError:
        return ""
    return chr(number) if 0x20 <= number <= 0xFFFD and not 0xD800 <= number < 0xE000 else ""


def branch(alternatives: Any) -> Any:
    """The branch of an alternative that is read: the first, else the one kept for older programs."""
    choice = alternatives.find(f"{MC}Choice")
    if choice is None:
        choice = alternatives.find(f"{MC}Fallback")
    return () if choice is None else choice


def _unfolded(element: Any) -> Iterator[Any]:
    """Descendants, of one branch of each alternative, and none of what is inside a text box."""
    for child in branch(element) if element.tag == f"{MC}AlternateContent" else element:
        yield child
        if child.tag != f"{W}txbxContent":
            yield from _unfolded(child)


def _equation(element: Any) -> str:
    """An equation on one line: fractions with a bar, short powers raised."""
    parts = []
    for child in element:
        name = local(child)
        if name == "t" or child.tag == f"{W}t":
            parts.append(child.text or "")
        elif name == "f":
            over, under = (child.find(f"{_M}{part}") for part in ("num", "den"))
            parts.append("/".join(_equation(part) for part in (over, under) if part is not None))
        elif name == "sSup":
            base, power = (child.find(f"{_M}{part}") for part in ("e", "sup"))
            raised = "" if power is None else _equation(power)
            signs = raised.translate(_RAISED) if raised.isdecimal() and raised.isascii() else raised
            parts.append(("" if base is None else _equation(base)) + signs)
        else:
            parts.append(_equation(child))
    return "".join(parts)
