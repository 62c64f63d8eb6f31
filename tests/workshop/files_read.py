"""The files of a kit read back by libraries: their headings, paragraphs, tables and notes, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pypdfium2
from docx import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from lxml import etree
from markdown_it import MarkdownIt
from odfdo import Document as OdfDocument
from pptx import Presentation

__all__ = ["Read", "Shown", "in_odp", "in_odt", "in_pptx", "in_word", "markdown_read", "pdf_words", "squeezed"]


@dataclass
class Read:
    """What a paper holds; the rows of a table are lists of cells, a cell the texts of its paragraphs."""

    headings: list[tuple[int, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    tables: list[list[list[list[str]]]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    calls: int = 0


@dataclass
class Shown:
    """What a slide shows, and what its notes say."""

    title: str
    lines: list[str]
    rows: list[list[str]]
    foot: str
    notes: str


def squeezed(text: str) -> str:
    """Without spaces, hyphens and the invisible marks that only lay a text out."""
    return re.sub(r"[\s\u00ad\u200b\u2010\ufffe-]+", "", text)


def _word_text(paragraph: Any) -> str:
    """The words of a paragraph, calls of notes left out: theirs are fields."""
    texts = []
    for run in paragraph.iter(qn("w:r")):
        field_of = run.getparent().tag == qn("w:fldSimple")
        style = run.find(f"{qn('w:rPr')}/{qn('w:rStyle')}")
        if not field_of and (style is None or "ootnote" not in style.get(qn("w:val"))):
            texts += [t.text or "" for t in run.iter(qn("w:t"))]
    return "".join(texts)


def in_word(content: bytes) -> Read:
    """A ``.docx`` file."""
    document: Any = WordDocument(BytesIO(content))
    read = Read()
    styles = {style.style_id: style.name for style in document.styles}
    for element in document.element.body:
        if element.tag == qn("w:tbl"):
            rows = [
                [[_word_text(p) for p in cell.iter(qn("w:p"))] for cell in row.iter(qn("w:tc"))]
                for row in element.iter(qn("w:tr"))
            ]
            read.tables.append(rows)
        elif element.tag == qn("w:p"):
            style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
            name = styles.get(style.get(qn("w:val")), "") if style is not None else "Normal"
            text = _word_text(element)
            if name.startswith("Heading "):
                read.headings.append((int(name[-1]), text))
            read.texts.append(text)
    read.calls = len(list(document.element.body.iter(qn("w:footnoteReference"))))
    for relation in document.part.rels.values():
        if relation.reltype == RELATIONSHIP_TYPE.FOOTNOTES:
            root = etree.fromstring(relation.target_part.blob)
            read.notes = [
                "".join(t.text or "" for t in note.iter(qn("w:t"))).strip()
                for note in root
                if note.get(qn("w:type")) is None
            ]
    return read


def _odf_text(element: Any) -> str:
    """The words of a paragraph of lxml, notes and their marks left out."""
    texts = [element.text or ""]
    for child in element:
        name = etree.QName(child).localname
        if name not in {"note", "note-ref"} and not (name == "span" and child.get(_ODF_STYLE) == "Raised"):
            texts.append({"s": " " * int(child.get(_ODF_COUNT) or 1), "tab": "\t"}.get(name, _odf_text(child)))
        texts.append(child.tail or "")
    return "".join(texts)


_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_ODF_STYLE, _ODF_COUNT = f"{_TEXT}style-name", f"{_TEXT}c"


def _odf_root(content: bytes) -> Any:
    document: Any = OdfDocument(BytesIO(content))
    return etree.fromstring(document.get_part("content.xml").serialize())


def in_odt(content: bytes) -> Read:
    """An ``.odt`` file."""
    [body] = _odf_root(content).iter("{*}text")
    read = Read()
    for element in body:
        name = etree.QName(element).localname
        if name == "h":
            read.headings.append((int(element.get(f"{_TEXT}outline-level")), _odf_text(element)))
        if name in {"h", "p"}:
            read.texts.append(_odf_text(element))
        elif name == "list":
            read.texts += [_odf_text(p) for p in element.iter("{*}p") if p.getparent().tag.endswith("list-item")]
        elif name == "table":
            read.tables.append([[[_odf_text(p) for p in cell.findall("{*}p")] for cell in row.iter("{*}table-cell")]
                                for row in element.iter("{*}table-row")])  # fmt: skip
    notes = list(body.iter(f"{_TEXT}note"))
    read.notes = [_odf_text(next(note.iter(f"{_TEXT}p"))).strip() for note in notes]
    read.calls = len(notes)
    return read


def markdown_read(content: bytes) -> Read:
    """A ``.md`` file: footnotes are taken off first, they are an extension of CommonMark."""
    text = content.decode()
    notes = re.findall(r"^\[\^\d+\]: (.*)$", text, re.MULTILINE)
    text = re.sub(r"^\[\^\d+\]: .*$", "", text, flags=re.MULTILINE)
    read = Read(calls=len(re.findall(r"\[\^\d+\]", text)))
    text = re.sub(r"\[\^\d+\]", "", text)
    md = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = md.parse(text)
    row: list[list[str]] = []
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "table_open":
            read.tables.append([])
        elif token.type == "tr_open":
            row = []
            read.tables[-1].append(row)
        elif token.type == "inline" and before is not None:
            words = "".join(child.content for child in token.children or [])
            if before.type in {"td_open", "th_open"}:
                row.append(words.split("<br>"))
                continue
            if before.type == "heading_open":
                read.headings.append((int(before.tag[1]), words))
            read.texts.append(words)
    read.notes = ["".join(c.content for t in md.parse(note) for c in t.children or []) for note in notes]
    return read


def pdf_words(content: bytes) -> str:
    """All the words of a ``.pdf`` file, squeezed: lines and hyphens are where it was laid out."""
    file = pypdfium2.PdfDocument(content)
    return squeezed("".join(page.get_textpage().get_text_range() for page in file))


def in_pptx(content: bytes) -> list[Shown]:
    """A ``.pptx`` file."""
    slides = []
    for slide in Presentation(BytesIO(content)).slides:
        title = slide.shapes.title
        lines: list[str] = []
        rows: list[list[str]] = []
        foot = ""
        for shape in slide.shapes:
            if shape.has_table:
                rows = [[cell.text for cell in row.cells] for row in shape.table.rows]
            elif shape.has_text_frame and title is not None and shape.shape_id != title.shape_id:
                kind = shape.placeholder_format.type if shape.is_placeholder else None
                words = [_without_calls(paragraph) for paragraph in shape.text_frame.paragraphs]
                if kind is not None and kind.name == "FOOTER":
                    foot = shape.text_frame.text
                elif kind is None or kind.name != "SLIDE_NUMBER":
                    lines += words
        notes = slide.notes_slide.notes_text_frame.text if slide.has_notes_slide else ""
        slides.append(Shown(title.text if title is not None else "", lines, rows, foot, notes))
    return slides


def _without_calls(paragraph: Any) -> str:
    return "".join(run.text for run in paragraph.runs if run.font._element.get("baseline") is None)


def in_odp(content: bytes) -> list[Shown]:
    """An ``.odp`` file."""
    root = _odf_root(content)
    named = "{urn:oasis:names:tc:opendocument:xmlns:presentation:1.0}"
    feet = {foot.get(f"{named}name"): foot.text or "" for foot in root.iter(f"{named}footer-decl")}
    slides = []
    for page in root.iter("{*}page"):
        frames = {frame.get(f"{named}class"): frame for frame in page.iter("{*}frame")}

        def lines(kind: str, frames: dict[Any, Any] = frames) -> list[str]:
            return [_without_raised(p) for p in frames[kind].iter(f"{_TEXT}p")] if kind in frames else []

        rows = [["".join(_odf_text(p) for p in cell.iter(f"{_TEXT}p")) for cell in row.iter("{*}table-cell")]
                for row in page.iter("{*}table-row")]  # fmt: skip
        foot = feet.get(page.get(f"{named}use-footer-name"), "")
        slides.append(Shown("".join(lines("title")), lines("outline"), rows, foot, "\n".join(lines("notes"))))
    return slides


def _without_raised(paragraph: Any) -> str:
    texts = [paragraph.text or ""]
    for child in paragraph:
        if child.get(_ODF_STYLE) != "SourcierRaised":
            texts.append({"s": " "}.get(etree.QName(child).localname, _odf_text(child)))
        texts.append(child.tail or "")
    return "".join(texts)
