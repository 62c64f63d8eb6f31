"""Saved web pages: the main content as it is shown, without menus, scripts or what is hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import BlockKind, Finding
from sourcier.ingest.cleaning import clean_block, clean_characters
from sourcier.ingest.decoding import decode
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.vocabulary import word_set

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.IGNORECASE)
_NEVER = word_set(
    """
    script style noscript template head svg math iframe object embed canvas video audio button select textarea input
    nav footer aside dialog menu
    """
)
_ROLES = word_set(
    """
    navigation banner contentinfo search complementary menu menubar dialog alert toolbar
    """
)
_AROUND = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|menu|breadcrumbs?|fil-ariane|cookies?|consent|share|sharing|partage|social|sidebar|"
    r"related|newsletter|infolettre|comments?|popup|modal|skip-link|sr-only|visually-hidden|print-hidden)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)|"
    r"(?:left|top|text-indent)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
_BLOCKS = word_set(
    """
    address article blockquote body center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 header
    hr html li main ol p pre section summary table tbody td tfoot th thead tr ul
    """
)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_NOTE_MARK = re.compile(r"[\[(]?(?:\d{1,3}|\*{1,3}|note \d+)[\])]?")
_DIGITS = re.compile(r"[0-9]{1,6}")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MAX_DEPTH = 200


def read(data: bytes, *, limits: Limits) -> Reading:
    """An HTML page.

    Raises:
        UnreadableFileError: there is no page in it.
    """
    from lxml import html

    parser = html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True, huge_tree=False)
    # Control characters and encoding declarations would stop the parser: characters are cleaned first.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", clean_characters(_decoded(data)))
    try:
        page = html.document_fromstring(text, parser=parser)
    except (ValueError, html.etree.LxmlError) as error:
        raise UnreadableFileError("ingest.damaged", detail="HTML") from error
    walker = _Walker(page)
    walker.walk(_main(page))
    return Reading(tuple(walker.drafts()), _given(page), (Finding("finding.hidden"),) if walker.hidden else ())


def _decoded(data: bytes) -> str:
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        name = declared.group(1).decode("ascii").lower()
        # Browsers read « latin-1 » as cp1252, and so do pages declared so; UTF-8 is tried first whatever is said.
        if name not in {"utf-8", "utf8", "iso-8859-1", "latin1", "latin-1", "ascii", "us-ascii", "windows-1252"}:
            try:
                return data.decode(name)
            except (LookupError, UnicodeDecodeError):
                pass
    return decode(data)[0]


def _given(page: Any) -> dict[str, str]:
    """What the page says of itself in its head."""
    wanted = {
        "title": ('//meta[@property="og:title"]/@content', "//head/title/text()", "//title/text()"),
        "publisher": ('//meta[@property="og:site_name"]/@content', '//meta[@name="publisher"]/@content'),
        "date": (
            '//meta[@property="article:published_time"]/@content',
            '//meta[@name="date" or @name="dcterms.date" or @name="DC.date"]/@content',
        ),
        "url": ('//link[@rel="canonical"]/@href', '//meta[@property="og:url"]/@content'),
        "language": ("/html/@lang",),
    }
    given: dict[str, str] = {}
    for name, paths in wanted.items():
        values = (clean_block(str(value)).replace("\n", " ") for path in paths for value in page.xpath(path))
        value = next((value for value in values if value), "")
        if name == "date":
            value = found.group() if (found := re.match(r"\d{4}(?:-\d\d(?:-\d\d)?)?", value)) else ""
        if value:
            given[name] = value
    return given


def _main(page: Any) -> Any:
    """The element that holds the text: ``main`` or the only ``article`` when it holds a good part of it."""
    body = page.find("body")
    body = page if body is None else body
    candidates = [*page.xpath("//main | //*[@role='main']"), *page.xpath("//article")]
    total = len(_SPACES.sub(" ", body.text_content()))
    best = max(candidates, key=lambda element: len(_SPACES.sub(" ", element.text_content())), default=None)
    enough = best is not None and len(_SPACES.sub(" ", best.text_content())) > max(200, 0.3 * total)
    return best if enough else body


@dataclass(slots=True)
class _Open:
    """The block being filled."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    prefix: str = ""
    notes: list[str] = field(default_factory=list)


class _Walker:
    """Goes through the elements, and closes a block wherever a browser would go to a new line."""

    def __init__(self, page: Any) -> None:
        self._targets = {element.get("id"): element for element in page.iter() if element.get("id")}
        self._drafts: list[Draft] = []
        self._text: list[str] = []
        self._open = _Open()
        # Number of the next item of each open list, None for bullets.
        self._lists: list[int | None] = []
        self.hidden = False

    def drafts(self) -> Iterator[Draft]:
        """The blocks; a paragraph whose note is elsewhere on the page carries its text."""
        yield from self._drafts

    def walk(self, element: Any, depth: int = 0) -> None:
        """Add what ``element`` shows."""
        tag = element.tag if isinstance(element.tag, str) else ""
        if self._left_out(element, tag) or depth > _MAX_DEPTH:
            return
        if tag == "br":
            self._text.append("\n")
            return
        if tag == "table" and self._is_data(element):
            self._close()
            self._drafts += [Draft(BlockKind.TABLE, row) for row in _rows(element)]
            return
        if tag in {"sup", "a"} and self._is_mark(element):
            return
        if tag == "sup" and _DIGITS.fullmatch(element.text_content()):
            self._text.append(element.text_content().translate(_RAISED))
            return
        block = tag in _BLOCKS
        if block:
            self._close()
            self._begin(tag, element)
        self._add(element.text, preserved=tag == "pre")
        for child in element:
            self.walk(child, depth + 1)
            self._add(child.tail, preserved=tag == "pre")
        if block:
            self._close()
            self._end(tag)

    def _begin(self, tag: str, element: Any) -> None:
        if tag in {"ul", "ol"}:
            start = element.get("start") or ""
            self._lists.append((int(start) if _DIGITS.fullmatch(start) else 1) if tag == "ol" else None)
        elif tag in _HEADINGS:
            self._open = _Open(BlockKind.HEADING, int(tag[1:]))
        elif tag == "li" and self._lists:
            number = self._lists[-1]
            self._open = _Open(BlockKind.LIST_ITEM, len(self._lists) - 1, "" if number is None else f"{number}. ")
            if number is not None:
                self._lists[-1] = number + 1
        elif self._lists and self._open.kind is not BlockKind.LIST_ITEM:
            self._open = _Open(BlockKind.LIST_ITEM, len(self._lists) - 1)

    def _end(self, tag: str) -> None:
        if tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        self._open = _Open()

    def _close(self) -> None:
        """End the block under way."""
        text = "".join(self._text).strip()
        self._text = []
        if text:
            if self._open.kind is BlockKind.HEADING:
                text = text.replace("\n", " ")
            notes = tuple(dict.fromkeys(self._open.notes))
            self._drafts.append(Draft(self._open.kind, self._open.prefix + text, self._open.level, notes=notes))
            self._open.prefix, self._open.notes = "", []

    def _add(self, text: str | None, *, preserved: bool = False) -> None:
        if text:
            self._text.append(text if preserved else _SPACES.sub(" ", text))

    def _left_out(self, element: Any, tag: str) -> bool:
        if not tag or tag in _NEVER:
            return True
        hidden = (
            element.get("hidden") is not None
            or element.get("aria-hidden") == "true"
            or _HIDDEN_STYLE.search(element.get("style") or "") is not None
        )
        self.hidden = self.hidden or hidden
        if hidden or (element.get("role") or "").lower() in _ROLES:
            return True
        if tag == "header":
            # The header of an article holds its title; that of the page, the site's.
            return not element.xpath("ancestor::article | ancestor::main | .//h1")
        named = f"{element.get('class') or ''} {element.get('id') or ''}"
        return tag not in {"body", "html", "main", "article"} and _AROUND.search(named) is not None

    def _is_mark(self, element: Any) -> bool:
        """The call of a note: a raised number, or a link from one to a note of the page. The note goes with the block."""
        text = element.text_content().strip()
        if not _NOTE_MARK.fullmatch(text):
            return False
        link = element if element.tag == "a" else next(iter(element.iter("a")), None)
        name = (link.get("href") or "") if link is not None else ""
        target = self._targets.get(name[1:]) if name.startswith("#") else None
        if target is None:
            return element.tag == "sup" and link is not None
        holder = next(
            (parent for parent in (target, *target.iterancestors()) if parent.tag in {"li", "p", "dd", "td", "div"}),
            target,
        )
        # Back from the note to its call: nothing to carry, and nothing to show.
        if element not in holder.iter():
            note = clean_block(_SPACES.sub(" ", holder.text_content())).lstrip("↑^↩ ")
            self._open.notes.append(re.sub(r"\s*[↩↑]\ufe0e?$", "", note))
        return True

    @staticmethod
    def _is_data(table: Any) -> bool:
        """A table of data, not one that lays out a page: it has no table or heading inside, and several cells a row."""
        rows = table.xpath(".//tr")
        nested = table.xpath(".//table | .//h1 | .//h2 | .//h3")
        return not nested and len(rows) > 1 and any(len(row.xpath("./td | ./th")) > 1 for row in rows)


def _rows(table: Any) -> list[str]:
    """The rows of a table, cells set apart by a bar."""
    rows: list[str] = []
    for row in table.iter("tr"):
        cells = (
            clean_block(_SPACES.sub(" ", cell.text_content())).replace("\n", " ")
            for cell in row
            if cell.tag in {"td", "th"}
        )
        rows.append(" | ".join(cells))
    return [row for row in rows if row.strip(" |")]
