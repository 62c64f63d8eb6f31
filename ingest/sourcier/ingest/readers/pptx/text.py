"""Paragraphs of slides: their runs, their levels, their bullets and the numbers that are computed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sourcier.ingest.readers import symbols
from sourcier.ingest.readers.counting import letters, roman
from sourcier.ingest.readers.left_out import LeftOut
from sourcier.ingest.readers.markup import local

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_AUTO = re.compile(r"(alphaLc|alphaUc|romanLc|romanUc|arabic)(ParenBoth|ParenR|Period|Plain)")
_LEVELS = 9


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of a slide. ``level`` is None where it is not an item of a list."""

    text: str
    level: int | None


def plain(paragraph: Any) -> str:
    """The text of a paragraph, whatever it looks like."""
    return "".join("\n" if local(e) == "br" else e.text or "" for e in paragraph.iter(f"{A}t", f"{A}br")).strip()


def lines(body: Any, styles: Sequence[Any], left_out: LeftOut) -> Iterator[Line]:
    """The paragraphs of a text body.

    Args:
        styles: elements that hold the properties of each level (``a:lvl1pPr``…), nearest first.
    """
    counters: list[int | None] = [None] * _LEVELS
    for paragraph in body.findall(f"{A}p"):
        text = _shown(paragraph, left_out)
        own = paragraph.find(f"{A}pPr")
        depth = _depth(own)
        if not text.strip():
            continue
        bullet = _bullet(own, depth, styles)
        counters[depth + 1 :] = [None] * (_LEVELS - depth - 1)
        if bullet is None:
            counters[depth] = None
            yield Line(text, None)
        elif local(bullet) == "buAutoNum":
            start = bullet.get("startAt", "1")
            before = counters[depth]
            number = (int(start) if start.isdecimal() and len(start) < 6 else 1) if before is None else before + 1
            counters[depth] = number
            yield Line(f"{_number(bullet.get('type', ''), number)} {text}", depth)
        else:
            counters[depth] = None
            if bullet.get("char"):
                left_out.drop("markup", bullet.get("char"))
            yield Line(text, depth)


def _shown(paragraph: Any, left_out: LeftOut) -> str:
    parts: list[str] = []
    for child in paragraph:
        name = local(child)
        if name in {"r", "fld"}:
            parts.append(_run(child, left_out))
        elif name == "br":
            parts.append("\n")
        elif name == "AlternateContent":
            # An equation; its fallback is a picture.
            parts.append("".join(t.text or "" for t in child.iter() if local(t) == "t"))
    return "".join(parts)


def _run(run: Any, left_out: LeftOut) -> str:
    text = run.findtext(f"{A}t") or ""
    properties = run.find(f"{A}rPr")
    if properties is None:
        return text
    for name in ("sym", "latin"):
        font = properties.find(f"{A}{name}")
        face = font.get("typeface") if font is not None else None
        private = any(0xF000 <= ord(character) <= 0xF0FF for character in text)
        if face is not None and symbols.is_symbol_font(face) and (name == "latin" or private):
            shown, unknown = symbols.shown(text, face)
            if unknown:
                left_out.add("finding.symbols", face, count=unknown)
            return shown
    raised = (properties.get("baseline") or "0").removesuffix("%")
    if text.isdecimal() and text.isascii() and raised.isdecimal() and int(raised) > 0:
        return text.translate(_RAISED)
    return text


def _depth(properties: Any) -> int:
    level = properties.get("lvl", "0") if properties is not None else "0"
    return min(int(level), _LEVELS - 1) if level.isdecimal() and len(level) < 3 else 0


def _bullet(own: Any, depth: int, styles: Sequence[Any]) -> Any:
    """What stands before a paragraph, None for nothing."""
    for properties in (own, *(style.find(f"{A}lvl{depth + 1}pPr") for style in styles)):
        for child in properties if properties is not None else ():
            if local(child) == "buNone":
                return None
            if local(child) in {"buChar", "buAutoNum", "buBlip"}:
                return child
    return None


def _number(kind: str, number: int) -> str:
    found = _AUTO.fullmatch(kind)
    form, around = found.groups() if found else ("arabic", "Period")
    text = {"alpha": letters, "roman": roman}.get(form[:5], str)(number)
    text = text.upper() if form.endswith("Uc") else text
    return {"ParenBoth": f"({text})", "ParenR": f"{text})", "Period": f"{text}."}.get(around, text)
