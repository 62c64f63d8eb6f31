"""OpenDocument presentations: a slide is a page, its title a heading, then what it shows in the order of the eye.

Hidden slides, speaker notes and comments are left out, and the steward is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import BlockKind
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers.left_out import LeftOut
from sourcier.ingest.readers.markup import local
from sourcier.ingest.readers.odf.package import DRAW, PRESENTATION, SVG, TEXT, OpenPackage
from sourcier.ingest.readers.odf.story import Story
from sourcier.ingest.readers.odf.styles import Styles, master_pages
from sourcier.ingest.readers.reading_order import Placed, in_order

_FURNITURE = frozenset({"header", "footer", "date-time", "page-number"})
_LENGTH = re.compile(r"(-?\d{1,6}(?:\.\d{1,6})?)(cm|mm|in|pt|pc|px)")
_CENTIMETRES = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "pc": 2.54 / 6, "px": 2.54 / 96}
_FAR = 1e6


def read(data: bytes, *, limits: Limits) -> Reading:
    """An ``.odp`` file; the number of a slide is that of its page.

    Raises:
        UnreadableFileError: not a presentation, one that is locked, or one of too many slides.
    """
    package = OpenPackage(data, limits, "ODP", "presentation")
    try:
        return _Deck(package).reading(limits)
    except (UnreadableFileError, MemoryError):
        raise
    except Exception as error:
        raise UnreadableFileError("ingest.damaged", detail="ODP") from error


def source_text(data: bytes, *, limits: Limits) -> str:
    """All the text of the slides in the order of the file, hidden ones and notes included, a paragraph a line.

    Raises:
        UnreadableFileError: as :func:`read`.
    """
    return "\n".join(_lines(OpenPackage(data, limits, "ODP", "presentation").body))


class _Deck:
    def __init__(self, package: OpenPackage) -> None:
        self._package = package
        self._left_out = LeftOut()
        self._styles = Styles(package)
        self._story = Story(package, self._styles, self._left_out)

    def reading(self, limits: Limits) -> Reading:
        """All that the audience sees."""
        slides = self._package.body.findall(f"{DRAW}page")
        if len(slides) > limits.max_pages:
            raise UnreadableFileError("ingest.pdf_pages", pages=len(slides), limit=limits.max_pages)
        drafts: list[Draft] = []
        for page, slide in enumerate(slides, 1):
            self._story.page = page
            if self._styles.slide_hidden(slide.get(f"{DRAW}style-name", "")):
                shown = (line for shape in slide if shape.tag.startswith(DRAW) for line in _lines(shape))
                self._left_out.add("finding.hidden_slides", next(shown, ""), page=page)
            else:
                drafts += self._slide(slide, page)
        drafts += self._story.notes()
        for master in master_pages(self._package):
            for shape in master:
                if shape.tag.startswith(DRAW) and not shape.get(f"{PRESENTATION}class"):
                    self._left_out.drop("furniture", "\n".join(_lines(shape)))
        return Reading(tuple(drafts), self._package.given(), self._left_out.findings, self._left_out.dropped)

    def _slide(self, slide: Any, page: int) -> Iterator[Draft]:
        """The title, then the rest in reading order. The first slide with a subtitle is that of the document."""
        classes = [shape.get(f"{PRESENTATION}class", "") for shape in slide]
        titled: list[Draft] = []
        placed: list[Placed[tuple[Draft, ...]]] = []
        for shape, kind in zip(slide, classes, strict=True):
            name = local(shape)
            if name == "notes":
                texts = [line for frame in shape for line in _lines(frame) if not _is_furniture(frame)]
                self._left_out.hide("finding.speaker_notes", "\n".join(texts), page=page)
            elif kind in _FURNITURE:
                self._left_out.drop("furniture", "\n".join(_lines(shape)), page=page)
            elif kind == "title" and not titled:
                lines = [d.text for d in self._story.blocks([shape])]
                if text := clean_block(" ".join(lines)).replace("\n", " "):
                    level = 1 if page == 1 and "subtitle" in classes else 2
                    titled = [Draft(BlockKind.HEADING, text, level, page)]
            elif (box := _box(shape)) is not None or shape.tag.startswith(DRAW) or name == "annotation":
                drafts = tuple(self._story.blocks([shape]))
                if kind == "subtitle":
                    drafts = tuple(replace(d, kind=BlockKind.PARAGRAPH, level=0) for d in drafts)
                left, top, right, bottom = box or (0, _FAR, 1, _FAR + 1)
                placed.append(Placed(drafts, left, top, right, bottom))
        yield from titled
        for drafts in in_order(placed):
            yield from drafts


def _is_furniture(frame: Any) -> bool:
    return frame.get(f"{PRESENTATION}class") in _FURNITURE


def _lines(element: Any) -> Iterator[str]:
    lines = ("".join(p.itertext()).strip() for p in element.iter(f"{TEXT}p", f"{TEXT}h"))
    return (line for line in lines if line)


def _box(shape: Any) -> tuple[float, float, float, float] | None:
    """Left, top, right, bottom in centimetres; of a group, around all that is in it."""
    if local(shape) == "g":
        boxes = [box for child in shape if (box := _box(child)) is not None]
        if not boxes:
            return None
        return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)
    left, top = (_length(shape.get(f"{SVG}{name}")) for name in ("x", "y"))
    if left is None or top is None:
        return None
    width, height = (_length(shape.get(f"{SVG}{name}")) or 0.0 for name in ("width", "height"))
    return left, top, left + width, top + height


def _length(text: str | None) -> float | None:
    found = _LENGTH.fullmatch(text or "")
    return float(found.group(1)) * _CENTIMETRES[found.group(2)] if found else None
