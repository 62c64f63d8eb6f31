"""Word files made part by part, as XML: what no library writes can be tested too."""

from __future__ import annotations

import io
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_CORE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"


def paragraph(text: str = "", properties: str = "", raw: str = "") -> str:
    """A paragraph of one run, or of ``raw`` XML."""
    run = f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{run}{raw}</w:p>"


def numbered(text: str, level: int = 0, number: int = 1) -> str:
    """A paragraph of the list ``number``."""
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def word_file(body: str, *, core: str = "", tail: str = "", **parts: str) -> bytes:
    """A Word file: ``body`` is the XML of its body; ``styles=``, ``numbering=``, ``header1=``… the XML inside the root
    of other parts (``chart1=`` is a whole part). ``tail`` comes before the root element of the document (a DOCTYPE)."""
    roots = {
        "styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "endnotes": "endnotes",
        "comments": "comments", "header": "hdr", "footer": "ftr",
    }  # fmt: skip
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        relations = "".join(
            f'<Relationship Id="{name}" Type="{_OFFICE}/{name.rstrip("123")}" Target="{name}.xml"/>' for name in parts
        )
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}">'
            f'<Relationship Id="a" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
            f'<Relationship Id="b" Type="{_CORE}" Target="core.xml"/></Relationships>',
        )
        archive.writestr(
            "core.xml",
            '<c:coreProperties xmlns:c="urn:core" xmlns:dc="urn:dc" xmlns:dcterms="urn:terms">'
            f"{core}</c:coreProperties>",
        )
        archive.writestr(
            "word/_rels/document.xml.rels", f'<Relationships xmlns="{_PACKAGE}">{relations}</Relationships>'
        )
        archive.writestr("word/document.xml", f"{tail}<w:document {_SPACES}><w:body>{body}</w:body></w:document>")
        for name, xml in parts.items():
            if name.startswith("chart"):
                archive.writestr(f"word/{name}.xml", xml)
                continue
            root = roots[name.rstrip("123")]
            archive.writestr(f"word/{name}.xml", f"<w:{root} {_SPACES}>{xml}</w:{root}>")
    return stream.getvalue()
