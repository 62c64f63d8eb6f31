"""XML from untrusted files: nothing is fetched, no entity is unfolded, and what cannot be parsed is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from sourcier.core.errors import UnreadableFileError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD = {"DOCX": "doc", "XLSX": "xls", "PPTX": "ppt"}
# Files saved as « strict » say the same in other namespaces.
_STRICT = tuple(
    (f"http://purl.oclc.org/ooxml/{strict}".encode(), f"http://schemas.openxmlformats.org/{usual}".encode())
    for strict, usual in (
        ("wordprocessingml/main", "wordprocessingml/2006/main"),
        ("spreadsheetml/main", "spreadsheetml/2006/main"),
        ("presentationml/main", "presentationml/2006/main"),
        ("drawingml/main", "drawingml/2006/main"),
        ("drawingml/diagram", "drawingml/2006/diagram"),
        ("drawingml/chart", "drawingml/2006/chart"),
        ("drawingml/spreadsheetDrawing", "drawingml/2006/spreadsheetDrawing"),
        ("drawingml/wordprocessingDrawing", "drawingml/2006/wordprocessingDrawing"),
        ("officeDocument/relationships", "officeDocument/2006/relationships"),
        ("officeDocument/math", "officeDocument/2006/math"),
    )
)


def refuse_old_container(data: bytes, kind: str) -> None:
    """Refuse what carries the name of a new format and is a container of the 1990s: an encrypted file, or an old one.

    Raises:
        UnreadableFileError: ``ingest.archive_locked`` or ``ingest.unsupported``.
    """
    if not data.startswith(_OLE):
        return
    if _ENCRYPTED in data:
        raise UnreadableFileError("ingest.archive_locked")
    raise UnreadableFileError("ingest.unsupported", suffix=_OLD.get(kind, kind.lower()))


def parse(data: bytes, kind: str) -> Any:
    """The root of an XML part, without comments.

    Raises:
        UnreadableFileError: it is not well formed, too deep, or declares entities.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(_usual(data), parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableFileError("ingest.damaged", detail=kind) from error
    if root is None:
        raise UnreadableFileError("ingest.damaged", detail=kind)
    _refuse_entities(root, kind)
    return root


def stream(data: bytes, tags: Sequence[str], kind: str) -> Iterator[Any]:
    """Elements named ``tags`` of a large part, each whole, and emptied once the caller is done with it.

    Raises:
        UnreadableFileError: as :func:`parse`.
    """
    from lxml import etree

    try:
        elements = etree.iterparse(
            io.BytesIO(_usual(data)),
            events=("end",),
            tag=tuple(tags),
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
        )
        checked = False
        for _, element in elements:
            if not checked:
                _refuse_entities(element, kind)
                checked = True
            yield element
            element.clear(keep_tail=False)
            while element.getprevious() is not None:
                del element.getparent()[0]
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableFileError("ingest.damaged", detail=kind) from error


def member(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """The bytes of a member, None when there is none of that name. The archive was checked when it was opened."""
    try:
        return archive.read(name)
    except KeyError:
        return None


def local(element: Any) -> str:
    """The name of an element without its namespace; empty for what is not an element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _usual(data: bytes) -> bytes:
    if b"purl.oclc.org/ooxml" in data:
        for strict, usual in _STRICT:
            data = data.replace(strict, usual)
    return data


def _refuse_entities(element: Any, kind: str) -> None:
    dtd = element.getroottree().docinfo.internalDTD
    if dtd is not None and next(iter(dtd.iterentities()), None) is not None:
        raise UnreadableFileError("ingest.damaged", detail=kind)
