"""Real lists of a Word document: bullets, numbers and letters, each list beginning again.

python-docx has the numbers of a document but defines none: three definitions are added to them (ECMA-376 part 1, 17.9).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.parts.numbering import NumberingPart

__all__ = ["Lists"]

#: Format and text of a level, as 17.9.17 and 17.9.11 name them.
_MARKS = {"bullet": ("bullet", "•"), "number": ("decimal", "%1."), "letter": ("upperLetter", "%1.")}
#: In twentieths of a point: where the text of an item stands, and how far before it its mark.
_LEFT, _HANGING = 720, 360


class Lists:
    """The lists of one document."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._defined: dict[str, int] = {}

    def begin(self, mark: str) -> Callable[[Any], None]:
        """Begin a list: what makes a paragraph one of its items."""
        numbering = self._numbering()
        if mark not in self._defined:
            self._defined[mark] = _define(numbering, *_MARKS[mark])
        number = numbering.add_num(self._defined[mark])
        number.add_lvlOverride(ilvl=0).add_startOverride(1)

        def item(paragraph: Any) -> None:
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val = 0
            properties.get_or_add_numId().val = number.numId

        return item

    def _numbering(self) -> Any:
        part = self._document.part
        try:
            return part.part_related_by(RELATIONSHIP_TYPE.NUMBERING).element
        except KeyError:
            # A template that numbers nothing has no such part.
            root = parse_xml(f"<w:numbering {nsdecls('w')}/>")
            made = NumberingPart(PackURI("/word/numbering.xml"), CONTENT_TYPE.WML_NUMBERING, root, part.package)
            part.relate_to(made, RELATIONSHIP_TYPE.NUMBERING)
            return made.element


def _define(numbering: Any, form: str, text: str) -> int:
    taken = [int(one.get(qn("w:abstractNumId"))) for one in numbering.findall(qn("w:abstractNum"))]
    identity = max(taken, default=-1) + 1
    definition = OxmlElement("w:abstractNum")
    definition.set(qn("w:abstractNumId"), str(identity))
    level = OxmlElement("w:lvl")
    level.set(qn("w:ilvl"), "0")
    for name, value in (("start", "1"), ("numFmt", form), ("lvlText", text), ("lvlJc", "left")):
        element = OxmlElement(f"w:{name}")
        element.set(qn("w:val"), value)
        level.append(element)
    properties = OxmlElement("w:pPr")
    indent = OxmlElement("w:ind")
    indent.set(qn("w:left"), str(_LEFT))
    indent.set(qn("w:hanging"), str(_HANGING))
    properties.append(indent)
    level.append(properties)
    definition.append(level)
    # All definitions come before all uses.
    first = numbering.find(qn("w:num"))
    if first is None:
        numbering.append(definition)
    else:
        first.addprevious(definition)
    return identity
