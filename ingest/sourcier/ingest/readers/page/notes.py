"""Which links and raised numbers call a note, and where that note is: of Word, Wikipedia, DocBook, Sphinx and others."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from sourcier.ingest.readers.page.survey import Survey
from sourcier.ingest.readers.page.tree import BLOCKS, HEADINGS, tag_of

_MARK = re.compile(
    r"[\[(]?\s*(?:(?:note|n\.?|réf\.?)\s*)?(\d{1,4}|[a-z]{1,2}|[ivxl]{1,6}|\*{1,4}|[†‡§¶]{1,2}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})\s*[\])]?",
    re.IGNORECASE,
)
_SURE_MARK = re.compile(r"\d{1,3}|\*{1,4}|[†‡]{1,2}")
_BACK = re.compile(r"[↩↑⤴⏎^↵⇧]+\ufe0e?|retour|back|\[retour\]", re.IGNORECASE)
_CALL_HINTS = re.compile(
    r"note-?ref|footnote-?(?:ref|call|anchor|link)|sdfootnoteanc|sdendnoteanc|msofootnoteref|msoendnoteref",
    re.IGNORECASE,
)
_BACK_HINTS = re.compile(
    r"backref|back-?link|footnote-back|sdfootnotesym|sdendnotesym|mw-cite-backlink|reversefootnote", re.IGNORECASE
)
_BACK_HREF = re.compile(r"#(?:_ftnref|_ednref|cite_ref|fnref|.{1,40}anc$)", re.IGNORECASE)
_NOTE_NAME = re.compile(
    r"(?:foot|end)?notes?\b|fn\b|^ftn|^edn|^_ftn|cite_note|^fn[:\d_-]|sdfootnote|sdendnote|refs?\b|reference",
    re.IGNORECASE,
)
_SUPERSCRIPT = re.compile(r"vertical-align\s*:\s*super", re.IGNORECASE)
_ROLES = frozenset({"doc-footnote", "doc-endnote", "footnote", "endnote", "rearnote", "note"})
_HOLDERS = frozenset({"li", "p", "dd", "td", "aside", "div", "section"})
_LONGEST = 20_000


class Notes:
    """The notes of a page.

    Attributes:
        calls: element that calls a note, to the element that holds this note (None: it calls one that is not there).
        marks: element that only repeats a note's number, or leads back to its call, where the note is.
        holders: element that holds a note, to what stands before it (``1. ``), empty where its text says it.
    """

    def __init__(self, found: Survey) -> None:
        self._found = found
        self.calls: dict[Any, Any] = {}
        self.marks: set[Any] = set()
        self.holders: dict[Any, str] = {}
        for link in found.jumps:
            self._link(link)
        self._unlinked([element for element in found.raised if not self._has_link(element)])

    def _link(self, link: Any) -> None:
        text = "".join(link.itertext()).strip() if len(link) < 20 else ""
        hints = _hints(link)
        if _BACK.fullmatch(text) or _BACK_HINTS.search(hints):
            self.marks.add(link)
            return
        sure = bool(_CALL_HINTS.search(hints))
        if not _MARK.fullmatch(text) or not (sure or _is_raised(link) or text[:1] in "[("):
            return
        _, _, name = (link.get("href") or "").partition("#")
        target = self._found.targets.get(name)
        if _BACK_HREF.match(f"#{name}"):
            self.marks.add(link)
            return
        if target is None:
            if sure and (link.get("href") or "").startswith("#"):
                self.calls[link] = None
            return
        holder = _holder(target)
        if holder is None or self._found.of(holder).text > _LONGEST or _is_within(link, holder):
            return
        if self._found.order[target] < self._found.order[link] and not sure:
            # Before the link: from the note back to its call.
            self.marks.add(link)
            return
        self.calls[link] = holder
        self._hold(holder, text)

    def _hold(self, holder: Any, mark: str) -> None:
        if holder in self.holders:
            return
        self.holders[holder] = ""
        label = _label(holder)
        if label is not None:
            self.marks.add(label)
            mark = "".join(label.itertext()).strip()
        elif holder.tag == "dd" and (term := holder.getprevious()) is not None and term.tag == "dt":
            self.marks.add(term)
            mark = "".join(term.itertext()).strip()
        else:
            return
        self.holders[holder] = _written(mark)

    def _unlinked(self, raised: list[Any]) -> None:
        """Raised numbers without a link: those that open a block are notes, those of the same number before them calls."""
        opening: dict[str, list[tuple[int, Any, Any]]] = {}
        others: list[tuple[int, str, Any]] = []
        for element in raised:
            text = "".join(element.itertext()).strip().strip("()[] \u00a0")
            if not _SURE_MARK.fullmatch(text):
                continue
            place = self._found.order[element]
            block = _opened_by(element)
            if block is None:
                others.append((place, text, element))
            elif self._found.of(block).text <= _LONGEST:
                opening.setdefault(text, []).append((place, element, block))
        for place, text, element in others:
            notes = opening.get(text, [])
            index = bisect_right([one for one, _, _ in notes], place)
            if index < len(notes):
                _, mark, block = notes[index]
                self.calls[element] = block
                self.marks.add(mark)
                self.holders.setdefault(block, _written(text))

    def _has_link(self, element: Any) -> bool:
        around = element.getparent()
        return next(element.iter("a"), None) is not None or (around is not None and around.tag == "a")


def _hints(link: Any) -> str:
    """What an element, and the one around it, are called."""
    around = link.getparent()
    names = []
    for element in (link, around, next(iter(link), None)):
        if element is not None and isinstance(element.tag, str):
            names += [element.get(name) or "" for name in ("class", "role", "epub:type", "rel")]
    return " ".join(names)


def _is_raised(link: Any) -> bool:
    around = link.getparent()
    if around is not None and tag_of(around) == "sup" and len(around) == 1:
        return True
    first = next(iter(link), None)
    inside = first is not None and (tag_of(first) == "sup" or _SUPERSCRIPT.search(first.get("style") or "") is not None)
    return inside or any(
        _SUPERSCRIPT.search(element.get("style") or "") is not None for element in (link, around) if element is not None
    )


def _holder(target: Any) -> Any:
    """The element that holds the note a link leads to: a paragraph, an item, a small part that is named so."""
    for element in _upwards(target):
        tag = tag_of(element)
        if tag in HEADINGS:
            return None
        if tag == "dt":
            following = element.getnext()
            return following if following is not None and following.tag == "dd" else None
        if tag in {"div", "section", "aside"}:
            said = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('role') or ''} {element.get('epub:type') or ''}"
            named = _NOTE_NAME.search(said) is not None or not _ROLES.isdisjoint(said.split())
            small = named and next(element.iter(*HEADINGS), None) is None
            return element if small else None
        if tag in _HOLDERS:
            around = element.getparent()
            if tag == "td":
                table = next(element.iterancestors("table"), None)
                return table if table is not None and _NOTE_NAME.search(table.get("class") or "") else element
            # Word and LibreOffice put each note in a part of its own, whatever the number of its paragraphs.
            if around is not None and around.tag == "div" and _NOTE_NAME.match(around.get("id") or ""):
                return around
            return element
        if tag in BLOCKS:
            return None
    return None


def _upwards(element: Any) -> Iterator[Any]:
    yield element
    yield from element.iterancestors()


def _is_within(element: Any, holder: Any) -> bool:
    return any(parent is holder for parent in element.iterancestors())


def _label(holder: Any) -> Any:
    """The element that opens a note with its number, the outermost one."""
    element = holder
    for _ in range(6):
        if (element.text or "").strip():
            return None
        first = next(
            (child for child in element if isinstance(child.tag, str) and "".join(child.itertext()).strip()), None
        )
        if first is None:
            return None
        text = "".join(first.itertext()) if len(first) < 20 else ""
        if len(text) < 20 and _MARK.fullmatch(text.strip().rstrip(".:")):
            return first
        before = first.getprevious()
        while before is not None:
            if (before.tail or "").strip():
                return None
            before = before.getprevious()
        element = first
    return None


def _opened_by(element: Any) -> Any:
    """The block that an element opens, None when something comes before it there."""
    for _ in range(8):
        around, before = element.getparent(), _before(element)
        if around is None or (around.text or "").strip():
            return None
        if before is not None:
            # One empty anchor may stand before it, nothing else.
            said = "".join(before.itertext()) + (before.tail or "")
            if said.strip() or before.tag in {"img", "br"} or _before(before) is not None:
                return None
        if tag_of(around) in BLOCKS:
            return around
        element = around
    return None


def _before(element: Any) -> Any:
    """The element before another, comments without anything after them passed over."""
    before = element.getprevious()
    while before is not None and not tag_of(before) and not (before.tail or "").strip():
        before = before.getprevious()
    return before if before is None or tag_of(before) else element.makeelement("br")


def _written(mark: str) -> str:
    """The number of a note as it stands before its text."""
    bare = mark.strip().strip("[]() \u00a0").rstrip(".:").strip()
    return f"{bare}. " if bare.isalnum() else f"{bare} " if bare else ""
