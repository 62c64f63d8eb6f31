"""Builders of files that are not what an office produces."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Sequence

MEGABYTE = 1 << 20
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OPENING = f'<w:document xmlns:w="{WORD}"><w:body>'
CLOSING = "</w:body></w:document>"
PARAGRAPH = "<w:p><w:r><w:t>Bonjour à tous.</w:t></w:r></w:p>"

#: Entities that unfold to 10^9 letters; one that is used ten thousand times; one that names a file.
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10)
) + "]>"  # fmt: skip
QUADRATIC = f"<!DOCTYPE x [<!ENTITY a '{'ha' * 50_000}'>]>"
OUTSIDE = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"


def archive(members: Iterable[tuple[str | zipfile.ZipInfo, bytes | str]]) -> bytes:
    """A ZIP archive of these members, in this order, whatever their names."""
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        warnings.simplefilter("ignore", UserWarning)  # The same name twice is what is wanted.
        for name, data in members:
            made.writestr(name, data)
    return stream.getvalue()


def docx(document: str | bytes, *more: tuple[str, bytes | str]) -> bytes:
    """A Word file with this main part."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    )
    return archive(
        [
            ("[Content_Types].xml", types),
            ("_rels/.rels", relations("officeDocument", "word/document.xml")),
            ("word/document.xml", document),
            *more,
        ]
    )


def relations(kind: str, target: str, mode: str = "Internal") -> str:
    """A part of relations with one in it."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    one = f'<Relationship Id="r1" Type="{office}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    return f'<Relationships xmlns="{package}">{one}</Relationships>'


def xlsx(sheet: str | bytes, *more: tuple[str, bytes | str]) -> bytes:
    """An Excel workbook whose only sheet is this."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override '
        'PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.'
        'worksheet+xml"/></Types>'
    )
    book = f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Feuille" sheetId="1" r:id="r1"/></sheets></workbook>'
    return archive(
        [
            ("[Content_Types].xml", types),
            ("_rels/.rels", relations("officeDocument", "xl/workbook.xml")),
            ("xl/workbook.xml", book),
            ("xl/_rels/workbook.xml.rels", relations("worksheet", "worksheets/sheet1.xml")),
            ("xl/worksheets/sheet1.xml", sheet),
            *more,
        ]
    )


def sheet(rows: str) -> str:
    """A sheet with these rows."""
    return f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>'


def epub(chapter: str | bytes, *more: tuple[str, bytes | str], href: str = "c.xhtml") -> bytes:
    """A book of one chapter."""
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
        '<rootfile full-path="o/p.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">x</dc:identifier><dc:title>Livre</dc:title>'
        f'</metadata><manifest><item id="c" href="{href}" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="c"/></spine></package>'
    )
    return archive(
        [
            ("mimetype", "application/epub+zip"),
            ("META-INF/container.xml", container),
            ("o/p.opf", package),
            ("o/c.xhtml", chapter),
            *more,
        ]
    )


def odt(content: str | bytes, *more: tuple[str, bytes | str]) -> bytes:
    """An OpenDocument text with this content."""
    kind = "application/vnd.oasis.opendocument.text"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/><manifest:file-entry '
        'manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    return archive([("mimetype", kind), ("META-INF/manifest.xml", manifest), ("content.xml", content), *more])


ODT_OPENING = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text><text:p>'
)
ODT_CLOSING = "</text:p></office:text></office:body></office:document-content>"


def pdf(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """A PDF of these objects; the first is its catalogue."""
    out, offsets = b"%PDF-1.7\n", []
    parts = [out]
    position = len(out)
    for number, body in enumerate(objects, 1):
        offsets.append(position)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        position += len(parts[-1])
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    parts.append(b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table))
    parts.append(
        b"trailer << /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, position)
    )
    return b"".join(parts)


FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def stream(data: bytes, more: bytes = b"") -> bytes:
    """A stream, with more in its dictionary."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), more, data)


def pdf_of(
    content: bytes, *, box: bytes = b"0 0 612 792", filtered: bytes = b"", pages: int = 1, trailer: bytes = b""
) -> bytes:
    """A PDF whose pages all have this content."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << /Font << /F1 3 0 R >> >> >>" % box
    )
    kids = b" ".join(b"%d 0 R" % (5 + number) for number in range(pages))
    tree = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids)
    return pdf([b"<< /Type /Catalog /Pages 2 0 R >>", tree, FONT, stream(content, filtered), *[page] * pages], trailer)


def book_of(texts: Sequence[str]) -> bytes:
    """A PDF of one page a text, each on its own height, so that none looks like a running title."""
    drawn = [
        b"BT /F1 12 Tf 72 %d Td (%s) Tj ET" % (650 - 7 * (number % 60), text.encode("cp1252"))
        for number, text in enumerate(texts)
    ]
    pages = [
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        % (5 + 2 * number)
        for number in range(len(drawn))
    ]
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(drawn)))
    objects = [part for page, content in zip(pages, drawn, strict=True) for part in (page, stream(content, b""))]
    tree = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(drawn), kids)
    return pdf([b"<< /Type /Catalog /Pages 2 0 R >>", tree, FONT, *objects], b"")


def shown(text: str, *, size: float = 12, before: bytes = b"") -> bytes:
    """What shows a line of text on a page."""
    return b"%s BT /F1 %g Tf 72 700 Td (%s) Tj ET" % (before, size, text.encode("cp1252"))


def deflated(parts: Iterable[bytes]) -> bytes:
    """Compressed data that may be much smaller than what it was made of."""
    squeeze = zlib.compressobj(9)
    return b"".join([*(squeeze.compress(part) for part in parts), squeeze.flush()])


def locked_zip(name: str, data: bytes) -> bytes:
    """An archive whose one member says that it is encrypted."""
    made = bytearray(archive([(name, data)]))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = made.index(signature) + offset
        made[place] |= 1
    return bytes(made)


def lying_zip(name: str, data: bytes, declared: int) -> bytes:
    """An archive whose member says that it unfolds to ``declared`` bytes."""
    made = bytearray(archive([(name, data)]))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", made, made.index(signature) + offset, declared)
    return bytes(made)


def overlapping_zip(name: str, data: bytes, times: int) -> bytes:
    """An archive whose directory points many times at the same compressed bytes."""
    made = archive([(name, data)])
    start, end = made.index(b"PK\x01\x02"), made.index(b"PK\x05\x06")
    entries = made[start:end] * times
    count = struct.pack("<HHII", times, times, len(entries), start)
    return made[:start] + entries + made[end : end + 8] + count + b"\0\0"


def named(name: str, *, mode: int = 0, flags: int | None = None) -> zipfile.ZipInfo:
    """An entry with this very name, which ``ZipInfo`` would tidy."""
    entry = zipfile.ZipInfo("x")
    entry.filename = name
    entry.external_attr = mode << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    if flags is not None:
        entry.flag_bits = flags
    return entry


def nested(levels: int, inside: tuple[str, bytes]) -> bytes:
    """An archive in an archive, and so on."""
    data = archive([inside])
    for level in range(levels):
        data = archive([(f"n{level}.zip", data)])
    return data


def zeros(megabytes: int) -> bytes:
    """So many megabytes of zeros."""
    return bytes(megabytes * MEGABYTE)
