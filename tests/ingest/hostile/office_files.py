"""Word, Excel, OpenDocument and EPUB files made to do harm."""

from __future__ import annotations

from tests.ingest.hostile import making as m
from tests.ingest.hostile.listing import DAMAGED, LOCKED, LOST, READ, UNSAFE, Hostile, adding_to

HOSTILE: list[Hostile] = []
hostile = adding_to(HOSTILE)


@hostile("docx/chiffre.docx", LOCKED)
def _() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(1000)


for _part in (0.2, 0.7, 0.99):

    @hostile(f"docx/tronque-{int(_part * 100)}.docx", DAMAGED)
    def _(part: float = _part) -> bytes:
        whole = m.docx(m.OPENING + m.PARAGRAPH * 500 + m.CLOSING)
        return whole[: int(len(whole) * part)]


@hostile("docx/bombe.docx", UNSAFE)
def _() -> bytes:
    return m.docx(m.OPENING + " " * (60 << 20) + m.CLOSING)


@hostile("docx/trop-de-parties.docx", UNSAFE)
def _() -> bytes:
    return m.docx(m.OPENING + m.PARAGRAPH + m.CLOSING, *[(f"x{number}", b"") for number in range(5001)])


@hostile("docx/rires.docx", DAMAGED, READ, UNSAFE, never="hahaha")
def _() -> bytes:
    return m.docx(m.LAUGHS + m.OPENING + "<w:p><w:r><w:t>Bonjour &a9;</w:t></w:r></w:p>" + m.CLOSING)


@hostile("docx/quadratique.docx", DAMAGED, READ, UNSAFE, never="hahaha")
def _() -> bytes:
    return m.docx(m.QUADRATIC + m.OPENING + f"<w:p><w:r><w:t>Bonjour {'&a;' * 10_000}</w:t></w:r></w:p>" + m.CLOSING)


@hostile("docx/dehors.docx", DAMAGED, READ, never="root:")
def _() -> bytes:
    return m.docx(m.OUTSIDE + m.OPENING + "<w:p><w:r><w:t>Bonjour &a;</w:t></w:r></w:p>" + m.CLOSING)


@hostile("docx/profond.docx", UNSAFE, DAMAGED, READ, "ingest.too_deep", "ingest.no_text")
def _() -> bytes:
    return m.docx(m.OPENING + "<w:p>" * 100_000 + "x" + "</w:p>" * 100_000 + m.CLOSING)


@hostile("docx/modele-distant.docx", READ)
def _() -> bytes:
    far = m.relations("attachedTemplate", "https://exemple.org/modele.dotm", "External")
    return m.docx(m.OPENING + m.PARAGRAPH + m.CLOSING, ("word/_rels/document.xml.rels", far))


@hostile("docx/noms.docx", READ)
def _() -> bytes:
    return m.docx(m.OPENING + m.PARAGRAPH + m.CLOSING, ("../../etc/cron.d/x", b"x"), ("/absolu.xml", b"x"))


@hostile("docx/sans-document.docx", DAMAGED)
def _() -> bytes:
    return m.archive([("[Content_Types].xml", "<Types/>"), ("word/rien.xml", "<x/>")])


@hostile("docx/en-fait-un-pdf.docx", READ, says="finding.other_kind")
def _() -> bytes:
    return m.pdf_of(m.shown("Un PDF sous un autre nom."))


@hostile("docx/en-fait-du-texte.docx", DAMAGED)
def _() -> bytes:
    return "Bonjour à tous.".encode()


@hostile("docx/cache.docx", READ, never="INVISIBLE")
def _() -> bytes:
    hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>INVISIBLE</w:t></w:r><w:r><w:t>Visible.</w:t></w:r></w:p>"
    return m.docx(m.OPENING + hidden + m.CLOSING)


@hostile("xlsx/colonnes.xlsx", READ, *LOST, UNSAFE)
def _() -> bytes:
    cells = "".join(f'<c t="inlineStr"><is><t>c{number}</t></is></c>' for number in range(50_000))
    return m.xlsx(m.sheet(f'<row r="1">{cells}</row>'))


@hostile("xlsx/loin.xlsx", READ, *LOST)
def _() -> bytes:
    far = '<c r="XFD1048576" t="inlineStr"><is><t>Au bout du monde</t></is></c>'
    return m.xlsx(m.sheet(f'<row r="1048576">{far}</row>'))


@hostile("xlsx/fusion.xlsx", READ, *LOST)
def _() -> bytes:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>Partout</t></is></c></row>'
    merged = m.sheet(rows).replace(
        "</worksheet>", '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
    )
    return m.xlsx(merged)


@hostile("xlsx/rires.xlsx", DAMAGED, READ, "ingest.no_text", never="hahaha")
def _() -> bytes:
    return m.xlsx(m.LAUGHS + m.sheet('<row r="1"><c t="inlineStr"><is><t>Bonjour &a9;</t></is></c></row>'))


@hostile("xlsx/bombe.xlsx", UNSAFE)
def _() -> bytes:
    return m.xlsx(m.sheet("<row/>" * 12_000_000))


@hostile("odt/rires.odt", DAMAGED, READ, "ingest.no_text", "ingest.unsupported", never="hahaha")
def _() -> bytes:
    return m.odt(m.LAUGHS + m.ODT_OPENING + "Bonjour &a9;" + m.ODT_CLOSING)


@hostile("odt/quadratique.odt", DAMAGED, READ, UNSAFE, "ingest.no_text", "ingest.unsupported", never="hahaha")
def _() -> bytes:
    return m.odt(m.QUADRATIC + m.ODT_OPENING + "&a;" * 10_000 + m.ODT_CLOSING)


@hostile("odt/dehors.odt", DAMAGED, READ, "ingest.no_text", "ingest.unsupported", never="root:")
def _() -> bytes:
    return m.odt(m.OUTSIDE + m.ODT_OPENING + "Bonjour &a;" + m.ODT_CLOSING)


@hostile("odt/espaces.odt", READ, *LOST, "ingest.no_text", "ingest.unsupported")
def _() -> bytes:
    return m.odt(m.ODT_OPENING + 'a<text:s text:c="999999999"/>b' + m.ODT_CLOSING)


@hostile("odt/bombe.odt", UNSAFE, "ingest.unsupported")
def _() -> bytes:
    return m.odt(m.ODT_OPENING + " " * (60 << 20) + m.ODT_CLOSING)


XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><body><p>Bonjour {}</p></body></html>'


@hostile("epub/rires.epub", DAMAGED, READ, never="hahaha")
def _() -> bytes:
    return m.epub(m.LAUGHS + XHTML.format("&a9;"))


@hostile("epub/dehors.epub", DAMAGED, READ, never="root:")
def _() -> bytes:
    return m.epub(m.OUTSIDE + XHTML.format("&a;"))


@hostile("epub/remonte.epub", DAMAGED, READ, "ingest.no_text", never="root:")
def _() -> bytes:
    return m.epub(XHTML.format("à tous"), href="../../../../../../etc/passwd")


@hostile("epub/sans-contenant.epub", DAMAGED)
def _() -> bytes:
    return m.archive([("mimetype", "application/epub+zip"), ("c.xhtml", XHTML.format("à tous"))])
