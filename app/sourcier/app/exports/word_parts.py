"""What any Word document of ours has: its properties, real footnotes, links, page numbers.

python-docx writes no footnotes: their part is added to its package, element by element (ECMA-376 part 1, 17.11).
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import XmlPart
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml

from sourcier.app.exports.paper import Front, Note, Noted, Span

__all__ = ["add_footnotes", "add_page_numbers", "add_spans", "set_properties"]

#: Footnotes 0 and 1 are the two rules that every document has; ours follow.
_FIRST = 1
#: Characters that python-docx takes in a property.
_LONGEST = 255


def set_properties(document: Any, paper: Front) -> None:
    """Title, subject, author, language and date of a document."""
    properties = document.core_properties
    properties.title, properties.subject = paper.title[:_LONGEST], paper.subject[:_LONGEST]
    properties.author = paper.author[:_LONGEST]
    properties.language = paper.locale
    properties.created = properties.modified = paper.made.astimezone().replace(tzinfo=None)
    properties.comments = ""


def add_spans(paragraph: Any, spans: tuple[Span, ...], called: set[int]) -> None:
    """Fill a paragraph; ``called`` holds the numbers of the notes already called, and gets those of this one."""
    before: int | None = None
    for span in spans:
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


def add_footnotes(document: Any, notes: tuple[Note, ...]) -> None:
    """Add the footnotes that the paragraphs call; the styles « footnote text » and « footnote reference » exist."""
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


def add_page_numbers(document: Any, paper: Noted) -> None:
    """« Page 1 » at the foot of each page of the first section."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(f"{paper.words['page']} ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), " PAGE ")
    field.append(deepcopy(paragraph.add_run("1")._r))
    paragraph._p.remove(paragraph.runs[-1]._r)
    paragraph._p.append(field)
