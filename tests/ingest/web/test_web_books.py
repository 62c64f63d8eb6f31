"""Electronic books: order, headings, notes and metadata; and archives that are no such thing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import Document
from sourcier.ingest.drafts import Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers import epub

CONTAINER = """<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/livre.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf"><dc:title>Le guide des griefs</dc:title>
<dc:creator>Anne Roy</dc:creator><dc:creator>Luc Côté</dc:creator><dc:publisher>La Fédération</dc:publisher>
<dc:language>fr-CA</dc:language><dc:date opf:event="modification">2026-02-02</dc:date><dc:date>2025-09-01T00:00:00Z</dc:date></metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/><item id="css" href="s/style.css" media-type="text/css"/>
<item id="c2" href="text/ch%202.xhtml" media-type="application/xhtml+xml"/><item id="c1" href="text/ch1.xhtml" media-type="application/xhtml+xml"/>
<item id="notes" href="text/notes.xhtml" media-type="application/xhtml+xml"/><item id="img" href="a.png" media-type="image/png"/></manifest>
<spine toc="ncx"><itemref idref="c1"/><itemref idref="c2"/><itemref idref="notes" linear="no"/></spine></package>"""
NAV = """<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body><nav epub:type="toc"><h1>Sommaire</h1><ol>
<li><a href="text/ch1.xhtml">Le dépôt</a><ol><li><a href="text/ch1.xhtml#delai">Le délai</a></li></ol></li>
<li><a href="text/ch%202.xhtml">L’arbitrage</a></li></ol></nav></body></html>"""
CHAPTER = '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title>x</title>{head}</head><body>{body}</body></html>'


def page(body: str, head: str = "") -> str:
    return CHAPTER.format(head=head, body=body)


BOOK = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OEBPS/livre.opf": PACKAGE,
    "OEBPS/nav.xhtml": NAV,
    "OEBPS/s/style.css": ".cache { display: none }",
    "OEBPS/text/ch1.xhtml": page(
        '<p class="titre">Le dépôt</p><p>Un grief<a epub:type="noteref" href="notes.xhtml#n1">1</a> se dépose par écrit.'
        '<span epub:type="pagebreak" title="4"/></p><p class="cache">caché</p><p id="delai">Trente jours suffisent.</p>',
        '<link rel="stylesheet" href="../s/style.css"/>',
    ),
    "OEBPS/text/ch 2.xhtml": page(
        '<section><header><h1>L’arbitrage</h1></header><p>Un arbitre tranche<a epub:type="noteref" href="#f"><sup>*</sup></a>.</p>'
        '<footer><p>Fin du chapitre.</p></footer><aside epub:type="footnote" id="f"><p>* Ou trois.</p></aside></section>'
    ),
    "OEBPS/text/notes.xhtml": page('<h2>Notes</h2><p id="n1"><a href="ch1.xhtml">1</a>. Une plainte écrite.</p>'),
}


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def read(files: Mapping[str, str | bytes]) -> Reading:
    return epub.read(zipped(files), limits=Limits())


def shown(reading: Reading) -> list[tuple[str, int, str]]:
    return [(d.kind.value, d.level, d.text) for d in reading.drafts]


def test_a_book(read_all: Any) -> None:
    [document] = read_all({"livre.epub": zipped(BOOK)})
    assert isinstance(document, Document)
    blocks = [(b.kind.value, b.level, document.text[b.start : b.end]) for b in document.blocks]
    assert blocks == [
        ("heading", 1, "Le dépôt"),
        ("paragraph", 0, "Un grief se dépose par écrit."),
        ("heading", 2, "Le délai"),
        ("paragraph", 0, "Trente jours suffisent."),
        ("heading", 1, "L’arbitrage"),
        ("paragraph", 0, "Un arbitre tranche."),
        ("paragraph", 0, "Fin du chapitre."),
        ("note", 0, "* Ou trois."),
        ("heading", 2, "Notes"),
        ("note", 0, "1. Une plainte écrite."),
    ]
    assert document.blocks[1].notes == ("1. Une plainte écrite.",) and document.blocks[5].notes == ("* Ou trois.",)
    told = document.metadata
    assert (told.title, told.publisher, told.date, told.language) == (
        "Le guide des griefs",
        "La Fédération",
        "2025-09-01",
        "fr-CA",
    )
    assert read(BOOK).given["authors"] == "Anne Roy; Luc Côté"
    assert [(f.key, f.count, f.sample) for f in read(BOOK).findings] == [("finding.hidden", 1, "caché")]


def test_headings_come_from_an_older_table_of_contents() -> None:
    ncx = """<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>Première partie</text></navLabel>
    <content src="text/ch1.xhtml"/><navPoint><navLabel><text>Le délai</text></navLabel><content src="text/ch1.xhtml#delai"/></navPoint>
    </navPoint></navMap></ncx>"""
    files = {name: text for name, text in BOOK.items() if name != "OEBPS/nav.xhtml"} | {"OEBPS/toc.ncx": ncx}
    headings = [text for kind, _, text in shown(read(files)) if kind == "heading"]
    assert headings == ["Première partie", "Le délai", "L’arbitrage", "Notes"]
    assert [level for kind, level, _ in shown(read(files)) if kind == "heading"] == [1, 2, 1, 2]


def test_a_table_of_contents_among_the_chapters_is_navigation() -> None:
    package = PACKAGE.replace('<itemref idref="c1"/>', '<itemref idref="nav"/><itemref idref="c1"/>')
    reading = read(BOOK | {"OEBPS/livre.opf": package})
    assert shown(reading) == shown(read(BOOK))
    assert "Sommaire" in "".join(one.text for one in reading.dropped if one.why == "navigation")


def test_a_missing_chapter_is_reported_and_the_others_are_read() -> None:
    reading = read({name: text for name, text in BOOK.items() if name != "OEBPS/text/ch1.xhtml"})
    assert shown(reading)[0] == ("heading", 1, "L’arbitrage")
    assert [(f.key, f.count, f.sample) for f in reading.findings] == [("finding.chapters", 1, "OEBPS/text/ch1.xhtml")]


def test_source_text_holds_what_is_hidden_too() -> None:
    text = epub.source_text(zipped(BOOK), limits=Limits())
    assert text.index("caché") < text.index("Trente jours") < text.index("Une plainte")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"META-INF/container.xml": "", "OEBPS/livre.opf": None}, "ingest.damaged"),
        ({"OEBPS/livre.opf": "<package"}, None),
        ({"META-INF/container.xml": "<container/>"}, ""),
        (
            {
                "META-INF/encryption.xml": '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData>'
                '<e:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/></e:EncryptedData></encryption>'
            },
            "ingest.archive_locked",
        ),
        (
            {
                "META-INF/encryption.xml": '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData>'
                '<e:EncryptionMethod Algorithm="http://www.idpf.org/2008/embedding"/></e:EncryptedData></encryption>'
            },
            "",
        ),
    ],
)
def test_archives_that_are_not_whole(change: dict[str, str | None], key: str | None) -> None:
    """``key``: the refusal; empty when the book is read all the same; None when it is read without any chapter."""
    files = {name: text for name, text in (BOOK | change).items() if text is not None}
    if key:
        with pytest.raises(UnreadableFileError) as refused:
            read(files)
        assert refused.value.key == key
    else:
        assert bool(shown(read(files))) is (key == "")


def test_paths_that_lead_out_lead_nowhere() -> None:
    package = PACKAGE.replace("text/ch1.xhtml", "../../../../etc/passwd").replace(
        "text/ch%202.xhtml", "https://exemple.org/x"
    )
    reading = read(BOOK | {"OEBPS/livre.opf": package, "../evil.xhtml": page("<p>dehors</p>")})
    assert [text for _, _, text in shown(reading)] == ["Notes", "1. Une plainte écrite."]
    assert [f.count for f in reading.findings if f.key == "finding.chapters"] == [2]


@pytest.mark.parametrize("name", ["OEBPS/livre.opf", "OEBPS/text/ch1.xhtml", "META-INF/container.xml", "OEBPS/toc.ncx"])
def test_entities_are_not_unfolded(name: str, tmp_path: Any) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TRES-SECRET", encoding="utf-8")
    bomb = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "boum" * 10}">' for i in range(12))
    source = BOOK.get(name, "<ncx><navMap/></ncx>")
    start = source.index("?>") + 2 if source.startswith("<?xml") else 0
    doctype = f'<!DOCTYPE x [{bomb}<!ENTITY dehors SYSTEM "{secret.as_uri()}">]>'
    text = (
        source[:start]
        + doctype
        + source[start:].replace("Anne Roy", "&a11;&dehors;").replace("suffisent", "&a11;&dehors;")
    )
    files = {
        key: value for key, value in (BOOK | {name: text}).items() if not (name.endswith("ncx") and "nav.xhtml" in key)
    }
    raw = read(files).to_json()
    assert "TRES-SECRET" not in raw and "boumboum" not in raw


def test_an_archive_that_unfolds_beyond_measure() -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(BOOK | {"OEBPS/text/ch1.xhtml": b"<p>" + b"a" * 30_000_000})
    assert refused.value.key == "ingest.archive_unsafe"


@given(data=st.data())
@settings(derandomize=True, deadline=None, max_examples=60)
def test_a_damaged_book_is_read_or_refused(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(set(BOOK) - {"mimetype"})))
    content = BOOK[name].encode()
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    raw = zipped(BOOK | {name: content[:start] + data.draw(st.binary(max_size=12)) + content[end:]})
    try:
        epub.read(raw, limits=Limits())
        epub.read(raw[: data.draw(st.integers(0, len(raw)))], limits=Limits())
    except UnreadableFileError as error:
        assert error.key in {"ingest.damaged", "ingest.binary", "ingest.archive_locked", "ingest.archive_unsafe"}
