"""What a page adds around its text: running titles, page numbers, link addresses, print marks, buttons."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sourcier.ingest.layout.lines import Chunk, Line
from sourcier.ingest.layout.losses import Losses

_URL_LINE = re.compile(r"(?:https?://|www\.)?[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?")
_BOOKMARK = re.compile(r"\s*page\s?\d+\s*:\s*", re.IGNORECASE)
_PRINT_MARK = re.compile(r"\s*\d{4}-\d{2,3}\s+[A-Z]{1,2}\d{4,6}\s*")
_PAGE_NUMBER = re.compile(
    r"\s*(?:page\s*)?[-–—|]?\s*(?:\d{1,4}|[ivxl]{1,6})\s*(?:[-–—|]|(?:/|sur|de)\s*\d{1,4})?\s*", re.IGNORECASE
)
_BUTTON = re.compile(
    r"\s*(?:partager|imprimer|télécharger|commenter|retour(?: en haut| à l[’'\s]\s*accueil)?|haut de page|"
    r"(?:lire|voir)(?: aussi| d[’']autres (?:nouvelles|articles|actualités)| plus| la suite)|"
    r"(?:articles?|contenus?|nouvelles?) (?:liée?s|similaires|suivante?s?|précédente?s?)|suivez-nous|s[’']abonner|"
    r"(?:page |article )?(?:suivante?|précédente?))\s*[>»→]?\s*",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"\s*\[?image\]?\s*", re.IGNORECASE)
_EDGE = 3
"""Lines looked at from the top and from the bottom of a page."""


def drop_repeated(pages: Sequence[Sequence[Line]], losses: Losses | None = None) -> list[Line]:
    """The lines of all pages, without page numbers and lines that come back at the edge of most pages.

    Args:
        losses: where to gather the lines left out (``furniture``, with their pages).
    """
    edges = [_edges(page) for page in pages]
    seen: Counter[str] = Counter()
    for page_edges in edges:
        seen.update({_shape(line) for edge in page_edges for line in edge})
    often = max(3, len(pages) // 3)

    def runs(line: Line) -> bool:
        return seen[_shape(line)] >= often or (len(pages) > 1 and _PAGE_NUMBER.fullmatch(line.text) is not None)

    kept: list[Line] = []
    running: set[int] = set()
    for page, page_edges in zip(pages, edges, strict=True):
        for edge in page_edges:
            # From the edge inwards. Beyond the first line, only whole groups go: a last line that happens to be the
            # same on several pages belongs to its paragraph.
            for position, line in enumerate(edge):
                if not runs(line) or (position and not all(map(runs, _group(page, line)))):
                    break
                running.add(id(line))
        kept += [Line("", line.page) if id(line) in running else line for line in page]
    # Pages that are all alike are a form filled in several times, not furniture around nothing.
    if all(line.blank for line in kept):
        return [line for page in pages for line in page]
    if losses is not None:
        for line in (line for page in pages for line in page if id(line) in running):
            losses.add("furniture", line.text, line.page)
    return kept


def drop_residue(lines: Sequence[Line], losses: Losses) -> list[Line]:
    """Lines without the « pageN: » of bookmarks that some extractors leave at the very end."""
    end = len(lines)
    while end and (lines[end - 1].blank or _BOOKMARK.fullmatch(lines[end - 1].text)):
        end -= 1
    for line in lines[end:]:
        losses.add("furniture", line.text, line.page)
    return list(lines[:end])


def drop_link_lists(chunks: Sequence[Chunk], losses: Losses) -> list[Chunk]:
    """Chunks without the addresses of a page's links, which some extractors list where the page ends."""
    kept: list[Chunk] = []
    for index, chunk in enumerate(chunks):
        # At the end of a text, addresses are its last page's links only if other pages have left theirs.
        page_ends = chunks[index + 1].new_page if index + 1 < len(chunks) else len(kept) < index
        if page_ends and chunk.known is None and all(_URL_LINE.fullmatch(line.strip()) for line in chunk.lines):
            _lose(chunk, "furniture", losses)
        else:
            kept.append(chunk)
    return kept


def drop_buttons(chunks: Sequence[Chunk], losses: Losses) -> list[Chunk]:
    """Chunks without what a web page pasted as text keeps of its buttons: « Partager » behind the last paragraph, and
    the « image » that stands for a picture."""
    end = len(chunks)
    while end > 1 and _is_button(chunks[end - 1]):
        end -= 1
    kept: list[Chunk] = []
    for index, chunk in enumerate(chunks):
        if index >= end:
            _lose(chunk, "navigation", losses)
        elif len(chunk.lines) > 1 and chunk.detached and _PICTURE.fullmatch(chunk.lines[0]):
            losses.add("navigation", chunk.lines[0], chunk.page)
            kept.append(replace(chunk, lines=chunk.lines[1:]))
        else:
            kept.append(chunk)
    return kept


def _is_button(chunk: Chunk) -> bool:
    return chunk.known is None and len(chunk.lines) == 1 and _BUTTON.fullmatch(chunk.lines[0]) is not None


def _lose(chunk: Chunk, why: str, losses: Losses) -> None:
    losses.add(why, chunk.label, chunk.page)
    for line in chunk.lines:
        losses.add(why, line, chunk.page)


def is_print_mark(text: str) -> bool:
    """« 2601-18      D14551 »: the printer's, not the author's."""
    return _PRINT_MARK.fullmatch(text) is not None


def _edges(page: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The first lines of a page, downwards, and its last ones, upwards; none is in both."""
    lines = [line for line in page if not line.blank]
    half = min(_EDGE, len(lines) // 2)
    return lines[:half], lines[::-1][:half]


def _group(page: Sequence[Line], line: Line) -> list[Line]:
    """The lines around ``line`` with no blank one between them."""
    at = next(index for index, other in enumerate(page) if other is line)
    start = next((i + 1 for i in range(at, -1, -1) if page[i].blank), 0)
    end = next((i for i in range(at, len(page)) if page[i].blank), len(page))
    return list(page[start:end])


def _shape(line: Line) -> str:
    """The line with every number alike, so that « page 3 » and « page 4 » are the same."""
    return re.sub(r"\d+", "#", " ".join(line.text.split()).casefold())
