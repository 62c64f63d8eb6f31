"""Material for the readers, made here: no file of anyone else is needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from sourcier.core.settings import IngestSettings
from sourcier.core.types import Document, Metadata
from sourcier.ingest.assembly import assemble
from sourcier.ingest.drafts import Reading
from sourcier.ingest.files import Skipped, find_files
from sourcier.ingest.readers.plain import blocks_of
from sourcier.ingest.reading import read
from sourcier.ingest.sources import SourceCatalogue

Words = tuple[float, float, float, str]
"""Left, base and size in points, text."""

MakePdf = Callable[..., bytes]
ReadAll = Callable[..., list[Document | Skipped]]


def pdf_bytes(pages: Sequence[Sequence[Words]], *, title: str = "", trailer: bytes = b"") -> bytes:
    """A small PDF, written by hand: one standard font, one content stream a page."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]

    def add(content: bytes) -> int:
        objects.append(content)
        return len(objects)

    font = add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    info = add(b"<< /Title (%s) >>" % title.encode("cp1252"))
    kids: list[int] = []
    for page in pages:
        drawn = []
        for left, base, size, text in page:
            raw = text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
            drawn.append(b"BT /F1 %g Tf %g %g Td (%s) Tj ET" % (size, left, base, raw))
        stream = b"\n".join(drawn)
        content = add(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        kids.append(
            add(
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
                b"/Resources << /Font << /F1 %d 0 R >> >> >>" % (content, font)
            )
        )
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(b"%d 0 R" % kid for kid in kids))
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    out += b"trailer << /Size %d /Root 1 0 R /Info %d 0 R %s >>\n" % (len(objects) + 1, info, trailer)
    return out + b"startxref\n%d\n%%%%EOF" % start


@pytest.fixture(scope="session")
def make_pdf() -> MakePdf:
    return pdf_bytes


@pytest.fixture
def read_all(tmp_path: Path) -> ReadAll:
    """Write files below a new folder, then read them all: ``read_all({"a.txt": b"…"}, max_file_mb=1)``."""

    def run(files: dict[str, bytes | str], **settings: int) -> list[Document | Skipped]:
        for name, content in files.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        catalogue = SourceCatalogue.load(tmp_path)
        return [
            document
            for source in find_files([tmp_path])
            for document in read(source, IngestSettings(**settings), catalogue)  # type: ignore[arg-type]
        ]

    return run


@pytest.fixture(scope="session")
def laid_out() -> Callable[[str], Document]:
    """The document that a plain text makes."""

    def run(text: str) -> Document:
        return assemble(
            Reading(blocks_of(text)), document_id="0" * 16, path="essai.txt", metadata=Metadata(title="Essai")
        )

    return run
