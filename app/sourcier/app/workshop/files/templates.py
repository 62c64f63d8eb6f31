"""The organisation's own templates: opened as documents to fill, their content left out, their styles kept.

A template is somebody's file: it is read by the libraries that read any document, nothing in it is run, and one with macros is
refused.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree

from sourcier.core.errors import MissingExtraError, UsageError

__all__ = ["chosen", "open_document_template", "slides_template", "word_template"]

#: Suffixes of templates, and the format that each is for.
_FORMATS = {".docx": "docx", ".dotx": "docx", ".pptx": "pptx", ".potx": "pptx", ".odt": "odt", ".ott": "odt",
            ".odp": "odp", ".otp": "odp"}  # fmt: skip
_MACROS = frozenset({".docm", ".dotm", ".pptm", ".potm"})
_KINDS = {"docx": "Word", "pptx": "PowerPoint", "odt": "OpenDocument (texte)", "odp": "OpenDocument (présentation)"}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_AS_DOCUMENT = {
    f"{_OFFICE}wordprocessingml.template.main+xml": f"{_OFFICE}wordprocessingml.document.main+xml",
    f"{_OFFICE}presentationml.template.main+xml": f"{_OFFICE}presentationml.presentation.main+xml",
}
_OPEN = {"odt": "application/vnd.oasis.opendocument.text", "odp": "application/vnd.oasis.opendocument.presentation"}
#: What a template may weigh once its parts are read, in bytes: far more than any letterhead.
_LARGEST = 200_000_000


def chosen(templates: Iterable[Path], formats: Iterable[str]) -> dict[str, Path]:
    """The template of each format.

    Raises:
        UsageError: one does not exist, is none, holds macros, or is for no format that was asked for.
    """
    asked = tuple(formats)
    found: dict[str, Path] = {}
    for path in templates:
        suffix = path.suffix.lower()
        if suffix in _MACROS:
            raise UsageError("workshop_files.template_macros", path=path)
        if suffix not in _FORMATS:
            raise UsageError("workshop_files.template_unknown", path=path)
        if not path.is_file():
            raise UsageError("workshop_files.template_missing", path=path)
        if _FORMATS[suffix] not in asked:
            raise UsageError("workshop_files.template_unused", path=path, formats=", ".join(asked))
        found[_FORMATS[suffix]] = path
    return found


def word_template(path: Path) -> Any:
    """A ``.docx`` or ``.dotx`` as a python-docx document, emptied but for its page, headers and footers."""
    from docx import Document
    from docx.oxml.ns import qn

    document = _opened(path, "docx", Document)
    for element in list(document.element.body):
        if element.tag != qn("w:sectPr"):
            document.element.body.remove(element)
    if not document.sections:
        raise _unreadable(path, "docx")
    return document


def slides_template(path: Path) -> Any:
    """A ``.pptx`` or ``.potx`` as a python-pptx presentation without slides."""
    from pptx import Presentation

    presentation = _opened(path, "pptx", Presentation)
    listed = presentation.slides._sldIdLst
    for slide in list(listed):
        presentation.part.drop_rel(slide.rId)
        listed.remove(slide)
    if not len(presentation.slide_layouts):
        raise _unreadable(path, "pptx")
    return presentation


def open_document_template(path: Path, kind: str) -> Any:
    """A ``.odt``, ``.ott``, ``.odp`` or ``.otp`` as an odfdo document with an empty body; ``kind`` is ``odt`` or ``odp``."""
    from odfdo import Document

    try:
        _weighed(path)
        document = Document.new(path)
        right = document.mimetype == _OPEN[kind]
        document.body.clear()
    except Exception as error:
        raise _unreadable(path, kind) from error
    if not right:
        raise _unreadable(path, kind)
    return document


def _opened(path: Path, kind: str, read: Any) -> Any:
    try:
        return read(_as_document(path))
    except MissingExtraError:
        raise
    except Exception as error:
        raise _unreadable(path, kind) from error


def _unreadable(path: Path, kind: str) -> UsageError:
    return UsageError("workshop_files.template_unreadable", path=path, kind=_KINDS[kind])


def _weighed(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        if sum(part.file_size for part in packed.infolist()) > _LARGEST:
            raise ValueError(path)


def _as_document(path: Path) -> BytesIO:
    """The file, said to be a document where it says it is a template: the libraries open documents only."""
    _weighed(path)
    made = BytesIO()
    with zipfile.ZipFile(path) as packed, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copied:
        for part in packed.infolist():
            content = packed.read(part)
            if part.filename == "[Content_Types].xml":
                content = _types(content)
            copied.writestr(part, content)
    made.seek(0)
    return made


def _types(content: bytes) -> bytes:
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    for kind in root.iter("{*}Override"):
        kind.set("ContentType", _AS_DOCUMENT.get(kind.get("ContentType"), kind.get("ContentType")))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
