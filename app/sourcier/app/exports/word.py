"""A paper as a Word document, with real styles and real footnotes.

python-docx writes no footnotes: their part is added to its package, element by element (ECMA-376 part 1, 17.11).
"""

from __future__ import annotations

from copy import deepcopy
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.shared import Cm, Pt

from sourcier.app.exports.paper import Block, Note, Paper

__all__ = ["docx"]

_STYLES = {
    "heading": "Heading 1",
    "sub": "Heading 2",
    "text": "Normal",
    "quote": "Quote",
    "item": "List Bullet",
    "listed": "List Bullet",
    "notice": "Normal",
    "facts": "Small",
}
#: Footnotes 0 and 1 are the two rules that every document has; ours follow.
_FIRST = 1


def docx(paper: Paper) -> bytes:
    """The bytes of a ``.docx`` file."""
    document = Document()
    _styles(document, paper)
    _properties(document, paper)
    document.add_heading(paper.title, 0)
    called: set[int] = set()
    for block in paper.blocks:
        if block.kind != "notes":
            _paragraph(document, block, called)
    _footnotes(document, paper.notes)
    _page_numbers(document, paper)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _styles(document: Any, paper: Paper) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.59), Cm(27.94)  # letter, as offices of Québec print
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.5)
    styles = document.styles
    normal = styles["Normal"]
    normal.font.size = Pt(11)
    normal.paragraph_format.space_after = Pt(8)
    small = styles.add_style("Small", WD_STYLE_TYPE.PARAGRAPH)
    small.base_style = normal
    small.font.size = Pt(9)
    text = styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
    text.base_style = normal
    text.font.size = Pt(9)
    text.paragraph_format.space_after = Pt(2)
    reference = styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
    reference.font.superscript = True
    # The language of every style, so that a screen reader and a spelling checker read it right.
    for lang in styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), paper.locale)


def _properties(document: Any, paper: Paper) -> None:
    properties = document.core_properties
    properties.title, properties.subject, properties.author = paper.title, paper.subject, paper.author
    properties.language = paper.locale
    properties.created = properties.modified = paper.made.astimezone().replace(tzinfo=None)
    properties.comments = ""


def _paragraph(document: Any, block: Block, called: set[int]) -> None:
    paragraph = document.add_paragraph(style=_STYLES[block.kind])
    before: int | None = None
    for span in block.spans:
        if span.note and before:
            paragraph.add_run(",", style="footnote reference")
        before = span.note
        if span.note:
            _call(paragraph, span.note, again=span.note in called)
            called.add(span.note)
        elif span.href:
            _link(paragraph, span.text, span.href)
        else:
            paragraph.add_run(span.text).bold = span.strong or None


def _call(paragraph: Any, number: int, *, again: bool) -> None:
    """The mark of a footnote; a second mark of the same one refers to the first, as Word itself does."""
    bookmark = f"_Ref{number}"
    if again:
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), f" NOTEREF {bookmark} \\f \\h ")
        run = paragraph.add_run(str(number), style="footnote reference")
        field.append(run._r)
        paragraph._p.append(field)
        return
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for mark in (start, end):
        mark.set(qn("w:id"), str(number))
    start.set(qn("w:name"), bookmark)
    paragraph._p.append(start)
    run = paragraph.add_run(style="footnote reference")
    reference = OxmlElement("w:footnoteReference")
    reference.set(qn("w:id"), str(number + _FIRST))
    run._r.append(reference)
    paragraph._p.append(end)


def _link(paragraph: Any, text: str, address: str, part: Any = None) -> None:
    relation = (part or paragraph.part).relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    run = paragraph.add_run(text)
    run.underline = True
    link.append(run._r)
    paragraph._p.append(link)


def _footnotes(document: Any, notes: tuple[Note, ...]) -> None:
    if not notes:
        return
    root = parse_xml(f"<w:footnotes {nsdecls('w', 'r')}/>")
    part = XmlPart(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, root, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    for identity, kind in enumerate(("separator", "continuationSeparator")):
        rule = _footnote(identity, kind)
        run = OxmlElement("w:r")
        run.append(OxmlElement(f"w:{kind}"))
        rule[0].append(run)
        root.append(rule)
    # Paragraphs are made in the body, where python-docx knows how, then moved.
    for note in notes:
        paragraph = document.add_paragraph(style="footnote text")
        mark = paragraph.add_run(style="footnote reference")
        mark._r.append(OxmlElement("w:footnoteRef"))
        paragraph.add_run(" ")
        if note.lost:
            paragraph.add_run(f"[{note.lost}] ").bold = True
        paragraph.add_run(f"{note.quote} — {note.place}")
        if note.href:
            paragraph.add_run(" — ")
            _link(paragraph, note.href, note.href, part)
        holder = _footnote(note.number + _FIRST)
        holder.replace(holder[0], paragraph._p)
        root.append(holder)


def _footnote(identity: int, kind: str | None = None) -> Any:
    footnote = OxmlElement("w:footnote")
    footnote.set(qn("w:id"), str(identity))
    if kind:
        footnote.set(qn("w:type"), kind)
    footnote.append(OxmlElement("w:p"))
    return footnote


def _page_numbers(document: Any, paper: Paper) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(f"{paper.words['page']} ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), " PAGE ")
    field.append(deepcopy(paragraph.add_run("1")._r))
    paragraph._p.remove(paragraph.runs[-1]._r)
    paragraph._p.append(field)
