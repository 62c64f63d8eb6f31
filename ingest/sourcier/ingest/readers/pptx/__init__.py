"""PowerPoint presentations: a slide is a page, its title a heading, then what it shows in the order of the eye.

Hidden slides, speaker notes and comments are not what an audience sees: they are left out, and the steward is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import BlockKind
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers.left_out import LeftOut
from sourcier.ingest.readers.markup import local
from sourcier.ingest.readers.ooxml import Package, R
from sourcier.ingest.readers.pptx.shapes import Layers, P, Slide
from sourcier.ingest.readers.pptx.text import A, plain


def read(data: bytes, *, limits: Limits) -> Reading:
    """A ``.pptx`` file; the number of a slide is that of its page.

    Raises:
        UnreadableFileError: not a presentation, one that is locked, or one of too many slides.
    """
    package = Package(data, limits, "PPTX", "presentation")
    try:
        return _Deck(package, limits).reading()
    except (UnreadableFileError, MemoryError):
        raise
    except Exception as error:
        raise UnreadableFileError("ingest.damaged", detail="PPTX") from error


def source_text(data: bytes, *, limits: Limits) -> str:
    """All the text of the slides in the order of the file, hidden ones and notes included, a paragraph a line.

    Raises:
        UnreadableFileError: as :func:`read`.
    """
    package = Package(data, limits, "PPTX", "presentation")
    lines: list[str] = []
    for part in _Deck(package, limits).slides():
        for name in (part, *package.related(part, "notesSlide")):
            root = package.xml(name)
            lines += filter(None, (plain(p) for p in root.iter(f"{A}p")) if root is not None else ())
    return "\n".join(lines)


class _Deck:
    """Reads the slides in their order."""

    def __init__(self, package: Package, limits: Limits) -> None:
        self._package = package
        self._limits = limits
        self._left_out = LeftOut()
        self._related = package.relations(package.main)
        self._layers: dict[str, Layers] = {}

    def slides(self) -> Iterator[str]:
        """The names of their parts.

        Raises:
            UnreadableFileError: ``ingest.pdf_pages``, there are too many.
        """
        parts = [
            self._related[name].target
            for slide in self._package.document.iter(f"{P}sldId")
            if (name := slide.get(f"{R}id", "")) in self._related
        ]
        if len(parts) > self._limits.max_pages:
            raise UnreadableFileError("ingest.pdf_pages", pages=len(parts), limit=self._limits.max_pages)
        yield from parts

    def reading(self) -> Reading:
        """All that the audience sees."""
        drafts: list[Draft] = []
        parts = list(self.slides())
        for page, part in enumerate(parts, 1):
            root = self._package.xml(part)
            if root is None:
                raise UnreadableFileError("ingest.damaged", detail="PPTX")
            if root.get("show") in {"0", "false"}:
                texts = (plain(p) for p in root.iter(f"{A}p"))
                self._left_out.add("finding.hidden_slides", next(filter(None, texts), ""), page=page)
                continue
            slide = Slide(self._package, part, self._of(part), self._left_out, page, self._size())
            drafts += slide.drafts(root)
            self._beside(part, page)
        # A deck that opens on a title slide has its slides below it; another has no title of its own.
        titled = any(d.kind is BlockKind.HEADING and d.level == 1 for d in drafts)
        if not titled:
            drafts = [replace(d, level=1) if d.kind is BlockKind.HEADING else d for d in drafts]
        first = self._package.document.get("firstSlideNum", "1")
        moved = first.isdecimal() and first != "1" and len(first) < 6
        labels = tuple(str(int(first) + n) for n in range(len(parts))) if moved else ()
        return Reading(tuple(drafts), self._package.given(), self._left_out.findings, self._left_out.dropped, labels)

    def _size(self) -> tuple[int, int]:
        size = self._package.document.find(f"{P}sldSz")
        values = [] if size is None else [size.get("cx", ""), size.get("cy", "")]
        return (int(values[0]), int(values[1])) if len(values) == 2 and all(map(str.isdecimal, values)) else (0, 0)

    def _of(self, part: str) -> Layers:
        """The layout and the master under a slide, read once; what they write on every slide is furniture."""
        layout = next(self._package.related(part, "slideLayout"), "")
        if layout not in self._layers:
            master = next(self._package.related(layout, "slideMaster"), "") if layout else ""
            layers = Layers(self._package.xml(layout), self._package.xml(master))
            self._layers[layout] = layers
            for text in layers.furniture():
                self._left_out.drop("furniture", text)
        return self._layers[layout]

    def _beside(self, part: str, page: int) -> None:
        """Notes and comments of a slide."""
        for name in self._package.related(part, "notesSlide"):
            root = self._package.xml(name)
            for shape in root.iter(f"{P}sp") if root is not None else ():
                holder = next(shape.iter(f"{P}ph"), None)
                if holder is not None and holder.get("type") == "body":
                    texts = [plain(p) for p in shape.iter(f"{A}p")]
                    self._left_out.hide("finding.speaker_notes", "\n".join(texts), page=page)
        for name in self._package.related(part, "comments"):
            root = self._package.xml(name)
            for comment in (c for c in root.iter() if local(c) == "cm") if root is not None else ():
                texts = [t.text or "" for t in comment.iter() if local(t) in {"text", "t"}]
                self._left_out.hide("finding.comments", " ".join(texts), page=page)
