"""What a file is by its content, whatever its name says."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*|<!--.{0,2000}?-->\s*){0,4}(?:<!doctype\s+html|<html[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_MIMETYPES = {
    b"application/epub+zip": "epub",
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.text-template": "odt",
    b"application/vnd.oasis.opendocument.presentation": "odp",
    b"application/vnd.oasis.opendocument.presentation-template": "odp",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.spreadsheet-template": "ods",
}
_OFFICE = {"word/": "docx", "ppt/": "pptx", "xl/": "xlsx"}
LOCKED = "locked"


def suffix_of(data: bytes) -> str | None:
    """The usual suffix of what ``data`` is (``pdf``, ``docx``, ``zip``…), ``None`` when nothing in it tells.

    ``locked`` is an office file that a password protects: it is wrapped in another format, whatever it was.
    """
    if data[:64].lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(_ZIP):
        return _archived(data)
    if data.startswith(_OLE):
        return LOCKED if "EncryptedPackage".encode("utf-16-le") in data else "doc"
    if data.startswith(b"{\\rtf"):
        return "rtf"
    return "html" if _HTML.match(data[:8192]) else None


def _archived(data: bytes) -> str:
    """Which of the formats that are ZIP archives this one is."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "mimetype" in names:
                with archive.open("mimetype") as stream:
                    if known := _MIMETYPES.get(stream.read(100).strip()):
                        return known
            if "[Content_Types].xml" in names:
                for folder, suffix in _OFFICE.items():
                    if any(name.startswith(folder) for name in names):
                        return suffix
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, EOFError, NotImplementedError, RuntimeError):
        pass  # Its reader will say what is wrong with it.
    return "zip"
