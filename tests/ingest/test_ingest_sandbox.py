"""What opens untrusted files can be lost without harm."""

import io
import json
import zipfile

import pytest

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.kinds import Kind
from sourcier.ingest.limits import Limits
from sourcier.ingest.sandbox import read_apart

LIMITS = Limits(memory_mb=1024, timeout_s=20, max_pages=10)


def refused(kind: Kind, data: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(UnreadableFileError) as error:
        read_apart(kind, data, limits)
    assert str(UnreadableFileError(error.value.key, **{"path": "x", **error.value.values}))
    return error.value.key


def docx_of(document: bytes, *, entries: int = 0) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
            'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", document)
        for number in range(entries):
            archive.writestr(f"x{number}", b"")
    return stream.getvalue()


OPENING = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
CLOSING = b"</w:body></w:document>"
PARAGRAPH = b"<w:p><w:r><w:t>Bonjour</w:t></w:r></w:p>"


def test_a_good_file_comes_back() -> None:
    reading = read_apart(Kind.DOCX, docx_of(OPENING + PARAGRAPH + CLOSING), LIMITS)
    assert [draft.text for draft in reading.drafts] == ["Bonjour"]


def test_archives_out_of_proportion_are_refused() -> None:
    assert refused(Kind.DOCX, docx_of(OPENING + CLOSING, entries=5001)) == "ingest.archive_unsafe"
    assert refused(Kind.DOCX, docx_of(OPENING + b" " * 210_000_000 + CLOSING)) == "ingest.archive_unsafe"


def test_memory_is_limited() -> None:
    bomb = docx_of(OPENING + PARAGRAPH * 3_000_000 + CLOSING)
    assert len(bomb) < 1_000_000
    tight = Limits(memory_mb=400, timeout_s=60, max_pages=10, max_ratio=10_000)
    assert refused(Kind.DOCX, bomb, tight) in {"ingest.too_much_memory", "ingest.crashed", "ingest.damaged"}


def test_time_is_limited() -> None:
    bomb = docx_of(OPENING + PARAGRAPH * 1_500_000 + CLOSING)
    hasty = Limits(memory_mb=4096, timeout_s=1, max_pages=10, max_ratio=10_000)
    assert refused(Kind.DOCX, bomb, hasty) in {"ingest.too_slow", "ingest.crashed"}


def test_output_is_limited() -> None:
    text = b"<html><body><p>" + b"mot " * 5000 + b"</p></body></html>"
    assert refused(Kind.HTML, text, Limits(1024, 20, 10, output=5000)) == "ingest.too_much_text"


def test_entities_are_not_followed() -> None:
    hostile = (
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        + OPENING
        + b"<w:p><w:r><w:t>avant &f; apres</w:t></w:r></w:p>"
        + CLOSING
    )
    try:
        reading = read_apart(Kind.DOCX, docx_of(hostile), LIMITS)
    except UnreadableFileError:
        return
    assert "root" not in json.dumps([draft.text for draft in reading.drafts])
