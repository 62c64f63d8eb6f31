"""The slides as a PowerPoint presentation: masters, layouts and placeholders, notes, alternative texts, slide numbers.

With the organisation's template, its layouts are filled as they are; the room and the letters that they leave to the text decide
what each slide holds.
"""

from __future__ import annotations

from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any

from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_AUTO_SIZE
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from sourcier.app.workshop.files.pptx_master import Places, our_presentation, places_of
from sourcier.app.workshop.files.templates import slides_template
from sourcier.app.workshop.papers.deck import Deck, Line, Panel
from sourcier.app.workshop.papers.fit import CELL, TABLE, fitted, title_size

__all__ = ["pptx"]

_LANGUAGES = {"fr-CA": MSO_LANGUAGE_ID.FRENCH_CANADIAN, "en-CA": MSO_LANGUAGE_ID.ENGLISH_CANADIAN}
#: Letters at the foot of a slide, and of a quote's number in it, in points.
_FOOT = 14
#: Characters that python-pptx takes in a property.
_LONGEST = 255
#: How high a call stands, in thousandths of a percent of the letters.
_RAISED = "30000"
_FOOTERS = {PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER}


def pptx(deck: Deck, template: Path | None = None) -> bytes:
    """The bytes of a ``.pptx`` file.

    Raises:
        UsageError: the template cannot be used; the message says why.
    """
    presentation = slides_template(template) if template else our_presentation()
    _Writer(presentation, deck).write()
    written = BytesIO()
    presentation.save(written)
    return written.getvalue()


class _Writer:
    def __init__(self, presentation: Any, deck: Deck) -> None:
        self._presentation = presentation
        self._deck = deck
        self._places = places_of(presentation)

    def write(self) -> None:
        deck = self._deck
        properties = self._presentation.core_properties
        properties.title, properties.subject = deck.title[:_LONGEST], deck.subject[:_LONGEST]
        properties.author = deck.author[:_LONGEST]
        properties.language = deck.locale
        properties.created = properties.modified = deck.made.astimezone().replace(tzinfo=None)
        properties.comments = properties.last_modified_by = ""
        for panel in deck.panels:
            place = self._places[panel.kind]
            for part in fitted(panel, place.room, place.title_room):
                self._slide(part, place)

    def _slide(self, panel: Panel, place: Places) -> None:
        slide = self._presentation.slides.add_slide(place.layout)
        title = self._run(self._title(slide, place).text_frame.paragraphs[0], panel.title)
        size = title_size(panel.title, place.title_room)
        if size < place.title_room.size:
            title.font.size = Pt(size)
        body = self._body(slide, place)
        if panel.kind == "table":
            self._table(slide, panel, body)
        if panel.lines:
            self._fill(body.text_frame, panel.lines)
        if not panel.lines:
            body._element.getparent().remove(body._element)
        for other in list(slide.placeholders):
            if other.has_text_frame and not other.text_frame.text and other.placeholder_format.idx:
                other._element.getparent().remove(other._element)
        self._foot(slide, panel, place)
        if panel.notes:
            frame = slide.notes_slide.notes_text_frame
            for index, note in enumerate(panel.notes):
                self._run(frame.paragraphs[0] if not index else frame.add_paragraph(), note)

    def _title(self, slide: Any, place: Places) -> Any:
        if slide.shapes.title is not None:
            return slide.shapes.title
        return slide.shapes.add_textbox(*place.title_box)

    def _body(self, slide: Any, place: Places) -> Any:
        if place.body is not None:
            for shape in slide.placeholders:
                if shape.placeholder_format.idx == place.body:
                    return shape
        return slide.shapes.add_textbox(*place.box)

    def _fill(self, frame: Any, lines: tuple[Line, ...]) -> None:
        frame.word_wrap = True
        frame.auto_size = MSO_AUTO_SIZE.NONE
        for index, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if not index else frame.add_paragraph()
            if line.look != "bullet":
                _without_bullet(paragraph, 342900 if line.look == "quote" else 0)
            run = self._run(paragraph, line.text)
            run.font.italic = True if line.look == "quote" else None
            for number in line.sources:
                call = self._run(paragraph, f" S{number}")
                call.font._element.set("baseline", _RAISED)

    def _run(self, paragraph: Any, text: str) -> Any:
        run = paragraph.add_run()
        run.text = text
        run.font.language_id = _LANGUAGES[self._deck.locale]
        return run

    def _table(self, slide: Any, panel: Panel, body: Any) -> None:
        left, top, width, height = body.left, body.top, body.width, body.height
        rows = (panel.columns, *panel.rows)
        frame = slide.shapes.add_table(len(rows), len(panel.columns), left, top, width, Emu(height // 11 * len(rows)))
        frame._element.nvGraphicFramePr.cNvPr.set("descr", panel.about)
        for column, share in zip(frame.table.columns, TABLE, strict=True):
            column.width = Emu(int(width * share))
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                paragraph = frame.table.cell(row, column).text_frame.paragraphs[0]
                self._run(paragraph, text).font.size = Pt(CELL)

    def _foot(self, slide: Any, panel: Panel, place: Places) -> None:
        """python-pptx leaves out the footer and the number when it makes a slide of a layout."""
        known = False
        for shape in place.layout.placeholders:
            kind = shape.placeholder_format.type
            if kind not in _FOOTERS or (kind == PP_PLACEHOLDER.FOOTER and not panel.foot):
                continue
            element = deepcopy(shape._element)
            element.nvSpPr.cNvPr.set("id", str(slide.shapes._next_shape_id))
            slide.shapes._spTree.append(element)
            if kind == PP_PLACEHOLDER.FOOTER:
                known = True
                frame = slide.shapes[-1].text_frame
                frame.clear()
                self._footer(frame, panel.foot)
        if panel.foot and not known:
            box = slide.shapes.add_textbox(*place.foot_box)
            self._footer(box.text_frame, panel.foot)

    def _footer(self, frame: Any, text: str) -> None:
        frame.word_wrap = True
        frame.auto_size = MSO_AUTO_SIZE.NONE
        self._run(frame.paragraphs[0], text).font.size = Pt(_FOOT)


def _without_bullet(paragraph: Any, left: int) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(left))
    properties.set("indent", "0")
    properties.append(properties.makeelement(qn("a:buNone"), {}))
