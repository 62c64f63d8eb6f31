"""OpenDocument files made part by part, as XML."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_ROOT = "urn:oasis:names:tc:opendocument:xmlns:"
_SPACES = " ".join(
    f'xmlns:{prefix}="{_ROOT}{name}:1.0"'
    for prefix, name in {
        "office": "office", "style": "style", "text": "text", "table": "table", "draw": "drawing",
        "fo": "xsl-fo-compatible", "svg": "svg-compatible", "presentation": "presentation", "meta": "meta",
    }.items()
)  # fmt: skip
_SPACES += (
    ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
KINDS = {"text": "text", "presentation": "presentation", "spreadsheet": "spreadsheet"}


def open_file(
    kind: str, body: str, *, automatic: str = "", styles: str = "", master: str = "", meta: str = "", head: str = "",
    manifest: str = "", objects: Mapping[str, str] | None = None,
) -> bytes:  # fmt: skip
    """An OpenDocument file of a ``kind`` (text, presentation, spreadsheet).

    ``automatic`` are the automatic styles of the content, ``styles`` the common ones, ``master`` the master pages, all
    as XML; ``head`` comes before the root element of the content, and ``objects`` are the contents of inner ones.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{KINDS[kind]}")
        archive.writestr("META-INF/manifest.xml", f"<manifest>{manifest}</manifest>")
        archive.writestr(
            "content.xml",
            f"{head}<office:document-content {_SPACES}><office:automatic-styles>{automatic}</office:automatic-styles>"
            f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        )
        for name, xml in (objects or {}).items():
            archive.writestr(f"{name}/content.xml", xml.replace("SPACES", _SPACES))
        archive.writestr(
            "styles.xml",
            f"<office:document-styles {_SPACES}><office:styles>{styles}</office:styles>"
            f"<office:master-styles>{master}</office:master-styles></office:document-styles>",
        )
        archive.writestr(
            "meta.xml",
            f"<office:document-meta {_SPACES}><office:meta>{meta}</office:meta></office:document-meta>",
        )
    return stream.getvalue()
