"""From the bytes of a page to a tree of elements."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.decoding import decode
from sourcier.ingest.vocabulary import word_set

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"^\s*<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w-]{1,40})[\"']", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_CONTROLS = dict.fromkeys([*range(9), 11, *range(14, 32)])
# What `decode` finds out by itself, or what browsers read as cp1252 whatever it is called.
_SETTLED = word_set("utf-8 utf8 iso-8859-1 latin1 latin-1 ascii us-ascii windows-1252 cp1252")
_STYLING = re.compile(
    r"</?(?:font|b|i|u|s|em|strong|big|small|tt|span|center|nobr|blink|strike)\b[^>]{0,2000}>", re.IGNORECASE
)
_TOO_DEEP = "depth"

BLOCKS = word_set(
    """
    address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer
    form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol option p pre search section summary table
    tbody td tfoot th thead tr ul
    """
)
"""Elements that a browser begins on a new line."""

NEVER = word_set(
    """
    script style template head title iframe frame frameset object embed applet canvas video audio map datalist rp annotation
    annotation-xml link meta base param source track
    """
)
"""Elements whose text is not text of the page."""

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def text_of(data: bytes, charset: str | None = None) -> str:
    """A page's text: a byte order mark, then what it declares (or ``charset``, from its envelope), UTF-8, or cp1252.

    Raises:
        UnreadableFileError: ``ingest.binary``.
    """
    if not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        found = _XML_ENCODING.match(data[:400]) or _CHARSET.search(data[:8192])
        name = (charset or (found.group(1).decode("ascii") if found else "")).lower()
        if name and name not in _SETTLED:
            try:
                return data.decode(name)
            except (LookupError, UnicodeDecodeError, ValueError):
                pass
    return decode(data)[0]


def parse(text: str) -> Any:
    """The ``html`` element of a page, comments included; ``None`` when there is nothing in it.

    Raises:
        UnreadableFileError: elements are inside one another beyond what any page needs.
    """
    text = _DECLARATION.sub("", text).translate(_CONTROLS)
    root, deep = _parse(text)
    if deep:
        # Old pages open a font for each line and close none: without these, nothing is nested any more.
        root, deep = _parse(_STYLING.sub("", text))
    if deep:
        raise UnreadableFileError("ingest.too_deep")
    return root


def _parse(text: str) -> tuple[Any, bool]:
    from lxml import etree

    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", errors="replace"), parser)
    except (ValueError, etree.LxmlError) as error:
        raise UnreadableFileError("ingest.damaged", detail="HTML") from error
    return root, any(_TOO_DEEP in (entry.message or "") for entry in parser.error_log if entry.level_name == "FATAL")


def tag_of(element: Any) -> str:
    """The name of an element, in small letters and without its namespace; empty for a comment."""
    tag = element.tag
    return _plain(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1024)
def _plain(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def body_of(root: Any) -> Any:
    """The body of a page, or what stands for it."""
    body = root.find("body")
    return root if body is None else body


def naive_text(root: Any) -> str:
    """All the text of a page, hidden or not, a new line at each block: nothing is judged."""
    from lxml import etree

    parts: list[str] = []
    walk = etree.iterwalk(body_of(root), events=("start", "end"))
    for event, element in walk:
        tag = tag_of(element)
        if event == "start":
            if tag in {"script", "style"}:
                walk.skip_subtree()
            else:
                if tag in BLOCKS or tag == "br":
                    parts.append("\n")
                parts.append(element.text or "")
            continue
        if tag in BLOCKS:
            parts.append("\n")
        if tag != "body":
            parts.append(element.tail or "")
    return "".join(parts)


def readable_text(element: Any) -> str:
    """The text of an element, without its scripts."""
    from lxml import etree

    parts: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, one in walk:
        if event == "end":
            if one is not element:
                parts.append(one.tail or "")
        elif tag_of(one) in {"", "script", "style"}:
            walk.skip_subtree()
        else:
            parts.append(one.text or "")
    return " ".join(parts)
