"""Electronic books: the chapters in the order of the book, read as one page.

Identifiers and links of each chapter are made unique first, so that a note at the end of the book is found from the
chapter that calls it. Nothing is looked for outside the archive, and a link that leads out of it leads nowhere.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import unquote

from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import Finding
from sourcier.ingest.drafts import Reading
from sourcier.ingest.limits import Limits, open_archive
from sourcier.ingest.readers.html import quotes_of, unseen
from sourcier.ingest.readers.page.content import Content
from sourcier.ingest.readers.page.contents import Entry, add_headings, entries_of
from sourcier.ingest.readers.page.notes import Notes
from sourcier.ingest.readers.page.survey import survey
from sourcier.ingest.readers.page.tree import body_of, naive_text, parse, tag_of, text_of
from sourcier.ingest.readers.page.walker import Walker

_UNSETTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Ways of scrambling fonts, which is no protection of the text."""
_PAGES = frozenset(
    {"application/xhtml+xml", "text/html", "application/html+xml", "text/x-oeb1-document", "application/xml"}
)
_DC = "{http://purl.org/dc/elements/1.1/}"
_MAX_SHEETS = 2_000_000


@dataclass(frozen=True, slots=True)
class _Item:
    """A file of the book, as its manifest names it."""

    path: str
    media: str
    properties: str


def read(data: bytes, *, limits: Limits) -> Reading:
    """An EPUB book, version 2 or 3.

    Raises:
        UnreadableFileError: not a book, one whose chapters are encrypted, or one that unfolds beyond measure.
    """
    with _Book(data, limits) as book:
        chapters = list(book.chapters())
        whole = _joined(chapters)
        add_headings(whole, book.contents([path for path, _ in chapters]))
        found = survey(whole, book.sheets(chapters))
        language = book.said.get("language", "fr")
        walker = Walker(found, Content(whole, found, whole=True), Notes(found), quotes=quotes_of(language))
        drafts = walker.read(body_of(whole))
        findings = unseen(walker)
        if book.missing:
            findings += (Finding("finding.chapters", len(book.missing), book.missing[0]),)
        return Reading(drafts, book.said, findings, tuple(walker.dropped))


def source_text(data: bytes, *, limits: Limits) -> str:
    """All the text of the chapters, hidden or not."""
    with _Book(data, limits) as book:
        return "\n".join(naive_text(root) for _, root in book.chapters())


class _Book:
    """An open archive, its package document read.

    Attributes:
        said: what the package says of the book; ``missing`` names of the chapters that are not in the archive.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._archive = open_archive(data, limits, "EPUB")
        self.missing: list[str] = []
        try:
            self._names = set(self._archive.namelist())
            self._refuse_encrypted()
            package_path = self._package_path()
            package = self._xml(package_path)
            if package is None:
                raise UnreadableFileError("ingest.damaged", detail="EPUB")
            folder = posixpath.dirname(package_path)
            self._items = dict(_manifest(package, folder))
            self._spine = [
                name
                for reference in package.iter("{*}itemref")
                if (name := reference.get("idref")) in self._items and reference.get("linear") != "no"
            ]
            aside = [r.get("idref") for r in package.iter("{*}itemref") if r.get("linear") == "no"]
            # What is out of the usual order (notes, often) is read all the same, last.
            self._spine += [name for name in aside if name in self._items]
            self._toc = next((s.get("toc") for s in package.iter("{*}spine")), None)
            self.said = _said(package)
        except BaseException:
            self._archive.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def chapters(self) -> Iterator[tuple[str, Any]]:
        """Path and tree of each chapter, in the order of the book, each once."""
        for item in dict.fromkeys(self._items[name] for name in self._spine):
            if item.media not in _PAGES:
                continue
            data = self._bytes(item.path)
            root = parse(text_of(data)) if data is not None else None
            if data is None:
                self.missing.append(item.path)
            if root is not None:
                yield item.path, root

    def contents(self, paths: list[str]) -> list[Entry]:
        """The table of contents: of version 3, else of version 2."""
        numbers = {path: number for number, path in enumerate(paths)}
        navs = [item for item in self._items.values() if "nav" in item.properties.split()]
        named = self._items.get(self._toc or "")
        old = [item for item in (named, *self._items.values()) if item and item.media == "application/x-dtbncx+xml"]
        for item in [*navs, *old[:1]]:
            data = self._bytes(item.path)
            root = None if data is None else parse(text_of(data)) if item in navs else self._xml(item.path)
            if root is not None and (found := list(entries_of(root, item.path, numbers))):
                return found
        return []

    def sheets(self, chapters: list[tuple[str, Any]]) -> list[str]:
        """The style sheets that the chapters use, each once, and those in their heads."""
        sheets: dict[str, str] = {}
        size = 0
        for path, root in chapters:
            for link in root.iter("link"):
                target = resolve(path, link.get("href") or "")[0]
                if "stylesheet" in (link.get("rel") or "") and target not in sheets and size < _MAX_SHEETS:
                    sheets[target] = (self._bytes(target) or b"").decode("utf-8", errors="replace")
                    size += len(sheets[target])
            for style in root.iter("style"):
                text = "".join(style.itertext())
                if size < _MAX_SHEETS:
                    sheets[f"{path}#{len(sheets)}"] = text
                    size += len(text)
        return list(sheets.values())

    def _refuse_encrypted(self) -> None:
        if _ENCRYPTION not in self._names:
            return
        root = self._xml(_ENCRYPTION)
        if root is None:
            return
        for one in root.iter("{*}EncryptedData"):
            method = next((m.get("Algorithm") for m in one.iter("{*}EncryptionMethod")), None)
            if method not in _FONTS:
                raise UnreadableFileError("ingest.archive_locked")

    def _package_path(self) -> str:
        container = self._xml(_CONTAINER)
        if container is not None:
            for rootfile in container.iter("{*}rootfile"):
                path = posixpath.normpath(unquote(rootfile.get("full-path") or ""))
                if path in self._names:
                    return path
        packages = sorted(name for name in self._names if name.endswith(".opf"))
        if not packages:
            raise UnreadableFileError("ingest.damaged", detail="EPUB")
        return packages[0]

    def _bytes(self, path: str) -> bytes | None:
        if path not in self._names:
            return None
        try:
            return self._archive.read(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
            raise UnreadableFileError("ingest.damaged", detail="EPUB") from error

    def _xml(self, path: str) -> Any:
        """A file of XML; no entity is unfolded in it, and what is broken is read as far as it can be."""
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
        data = self._bytes(path)
        try:
            return None if not data else etree.fromstring(data, parser)
        except (etree.LxmlError, ValueError) as error:
            raise UnreadableFileError("ingest.damaged", detail="EPUB") from error


def resolve(path: str, href: str) -> tuple[str, str]:
    """Path in the archive, and place there, of a link in the file ``path``; an address of the web has no path."""
    target, _, place = href.partition("#")
    if ":" in target.partition("/")[0] or target.startswith("//"):
        return "", ""
    target = unquote(target)
    whole = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
    return whole, unquote(place)


def _manifest(package: Any, folder: str) -> Iterator[tuple[str, _Item]]:
    for item in package.iter("{*}item"):
        path, _ = resolve(f"{folder}/x" if folder else "x", item.get("href") or "")
        if name := item.get("id"):
            yield name, _Item(path, (item.get("media-type") or "").lower(), item.get("properties") or "")


def _said(package: Any) -> dict[str, str]:
    def texts(name: str) -> list[str]:
        found = (" ".join("".join(element.itertext()).split()) for element in package.iter(f"{_DC}{name}"))
        return [text for text in found if text and text.lower() not in {"unknown", "inconnu"}]

    dates = [
        element.text or ""
        for element in package.iter(f"{_DC}date")
        if (element.get("{http://www.idpf.org/2007/opf}event") or "publication")
        in {"publication", "original-publication"}
    ]
    said = {
        "title": next(iter(texts("title")), ""),
        "publisher": next(iter(texts("publisher")), ""),
        "language": next(iter(texts("language")), ""),
        "authors": "; ".join(dict.fromkeys(name.replace(";", ",") for name in texts("creator")[:20])),
        "date": next((date.strip().partition("T")[0] for date in dates if date.strip()), ""),
    }
    return {name: value for name, value in said.items() if value}


def _joined(chapters: list[tuple[str, Any]]) -> Any:
    """One page of all the chapters: the place ``p`` of the third one becomes ``2:p``."""
    from lxml import etree

    whole = etree.Element("html")
    body = etree.SubElement(whole, "body")
    numbers = {path: number for number, (path, _) in enumerate(chapters)}
    for number, (path, root) in enumerate(chapters):
        chapter = etree.SubElement(body, "div")
        for element in root.iter("*"):
            for name in ("id", "name"):
                if (said := element.get(name)) is not None:
                    element.set(name, _settable(f"{number}:{said}"))
            if tag_of(element) == "a" and (href := element.get("href")) is not None:
                target, place = resolve(path, href)
                if target in numbers:
                    element.set("href", _settable(f"#{numbers[target]}:{place}"))
        page = body_of(root)
        chapter.text = _settable(page.text or "")
        for child in list(page):
            chapter.append(child)
        chapter.set("id", f"{number}:")
    return whole


def _settable(text: str) -> str:
    """``text`` without what a tree may have read from a page (``&#1;``) and refuses to be given back."""
    return _UNSETTABLE.sub("", text)
