"""Every hostile file, how it is made, and what has to be said of it.

``READ`` means that the file is read; a key of the catalogue, that it is left out with this reason. Where libraries may
rightly differ (what a parser can save of a truncated file), several are allowed; none of them is a crash of ours.
"""

from __future__ import annotations

import base64
import gzip
import json
import random
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage

from tests.ingest.hostile import making as m

from sourcier.ingest.kinds import announced

READ = "read"
DAMAGED = "ingest.damaged"
UNSAFE = "ingest.archive_unsafe"
LOCKED = "ingest.archive_locked"
LOST = ("ingest.too_slow", "ingest.too_much_memory", "ingest.crashed", "ingest.too_much_text", DAMAGED)


@dataclass(frozen=True)
class Hostile:
    """A file, and what may become of it.

    Attributes:
        expected: outcomes that are right.
        members: for an archive or a collection, what becomes of each thing in it; a name that ends in ``+`` is that
            of a second one of the same name.
        says: a finding that the document must carry; ``never`` is text that must not be in it.
    """

    name: str
    make: Callable[[], bytes]
    expected: tuple[str, ...]
    members: dict[str, str] = field(default_factory=dict)
    says: str = ""
    never: str = ""


CORPUS: list[Hostile] = []


def hostile(name: str, *expected: str, members: dict[str, str] | None = None, says: str = "", never: str = "") -> Callable[
    [Callable[[], bytes]], Callable[[], bytes]
]:  # fmt: skip
    """Add a file to the corpus, once the reader that its name calls for exists."""

    def add(make: Callable[[], bytes]) -> Callable[[], bytes]:
        CORPUS.append(Hostile(name, make, expected, members or {}, says, never))
        return make

    return add


# --- PDF ---------------------------------------------------------------------------------------------------------


def _reportlab(**options: object) -> bytes:
    import io

    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, invariant=1, **options)
    canvas.drawString(72, 700, "Un texte que l'on peut lire.")
    canvas.save()
    return stream.getvalue()


@hostile("pdf/ouverture.pdf", "ingest.pdf_locked")
def _() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption

    return _reportlab(encrypt=StandardEncryption("secret", "maître"))


@hostile("pdf/permissions.pdf", READ, says="finding.pdf_restricted")
def _() -> bytes:
    from reportlab.lib.pdfencrypt import StandardEncryption

    return _reportlab(encrypt=StandardEncryption("", "maître", canPrint=0, canCopy=0))


for _part in (0.02, 0.3, 0.6, 0.95):

    @hostile(f"pdf/tronque-{int(_part * 100)}.pdf", READ, DAMAGED, "ingest.no_text_pdf", "ingest.no_text")
    def _(part: float = _part) -> bytes:
        whole = m.pdf_of(m.shown("Un texte. " * 50), pages=20)
        return whole[: int(len(whole) * part)]


@hostile("pdf/hasard.pdf", DAMAGED, "ingest.binary")
def _() -> bytes:
    return b"%PDF-1.7\n" + random.Random(1).randbytes(50_000)


@hostile("pdf/pages-en-rond.pdf", DAMAGED, "ingest.no_text_pdf", "ingest.no_text", READ)
def _() -> bytes:
    tree = b"<< /Type /Pages /Count 3 /Kids [2 0 R 2 0 R 3 0 R] /Parent 2 0 R >>"
    return m.pdf(
        [b"<< /Type /Catalog /Pages 2 0 R >>", tree, b"<< /Type /Pages /Count 9 /Kids [2 0 R] /Parent 3 0 R >>"]
    )


@hostile("pdf/tables-en-rond.pdf", DAMAGED, READ, "ingest.no_text_pdf", "ingest.no_text")
def _() -> bytes:
    made = m.pdf_of(m.shown("Un texte."))
    return made.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %d" % made.index(b"xref\n"))


@hostile("pdf/signets-en-rond.pdf", READ)
def _() -> bytes:
    made = [
        b"<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [5 0 R] >>",
        m.FONT,
        m.stream(m.shown("Un texte.")),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
        b"<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 2 >>",
        b"<< /Title (A) /Parent 6 0 R /Next 7 0 R /First 7 0 R /Last 7 0 R /Dest [5 0 R /Fit] >>",
    ]
    return m.pdf(made)


@hostile("pdf/bombe.pdf", *LOST, "ingest.no_text_pdf", "ingest.no_text", READ)
def _() -> bytes:
    return m.pdf_of(m.deflated([m.zeros(16)] * 30), filtered=b"/Filter /FlateDecode")


@hostile("pdf/bombe-emboitee.pdf", *LOST, "ingest.no_text_pdf", "ingest.no_text", READ)
def _() -> bytes:
    return m.pdf_of(m.deflated([m.deflated([m.zeros(16)] * 30)]), filtered=b"/Filter [/FlateDecode /FlateDecode]")


@hostile("pdf/objets-bombe.pdf", *LOST, "ingest.no_text_pdf", "ingest.no_text", READ)
def _() -> bytes:
    bomb = m.stream(
        m.deflated([b"1 0 2 0 ", b" " * (64 << 20)]), b"/Type /ObjStm /N 999999 /First 8 /Filter /FlateDecode"
    )
    return m.pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 0 /Kids [] >>", bomb])


@hostile("pdf/pages-10000.pdf", "ingest.pdf_pages")
def _() -> bytes:
    return m.pdf_of(m.shown("Une page."), pages=10_000)


@hostile("pdf/compte-faux.pdf", "ingest.pdf_pages", DAMAGED, READ, "ingest.no_text_pdf", "ingest.no_text")
def _() -> bytes:
    return m.pdf_of(m.shown("Une page.")).replace(b"/Count 1 ", b"/Count 2147483647 ")


@hostile("pdf/feuille-immense.pdf", READ, "ingest.no_text_pdf", "ingest.no_text", *LOST)
def _() -> bytes:
    return m.pdf_of(m.shown("Un texte."), box=b"0 0 99999999 99999999")


@hostile("pdf/image-immense.pdf", "ingest.scan_off", "ingest.no_text_pdf", "ingest.no_text", *LOST)
def _() -> bytes:
    image = b"/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /XObject << /I 3 0 R >> >> >>"
    return m.pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Count 1 /Kids [5 0 R] >>",
            m.stream(m.deflated([m.zeros(4)]), image + b" /Filter /FlateDecode"),
            m.stream(b"q 600 0 0 700 0 0 cm /I Do Q"),
            page,
        ]
    )


@hostile("pdf/texte-cache.pdf", READ, never="INVISIBLE")
def _() -> bytes:
    return m.pdf_of(m.shown("Un texte que l'on voit.") + b" BT 3 Tr /F1 12 Tf 72 600 Td (INVISIBLE) Tj ET")


@hostile("pdf/actions.pdf", READ)
def _() -> bytes:
    action = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.launchURL\\('https://exemple.org'\\)) >> >>"
    return m.pdf_of(m.shown("Un texte.")).replace(b"<< /Type /Catalog /Pages 2 0 R >>", action)


@hostile("pdf/en-fait-une-page.pdf", "ingest.web_page")
def _() -> bytes:
    return b"<!DOCTYPE html><html><body>Connectez-vous</body></html>"


@hostile("pdf/vide.pdf", "ingest.empty_file")
def _() -> bytes:
    return b""


# --- Word, Excel, OpenDocument, EPUB -----------------------------------------------------------------------------


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


# --- Web pages, Markdown, text, tables ---------------------------------------------------------------------------


@hostile("html/profond.html", READ, DAMAGED, "ingest.too_deep", "ingest.no_text")
def _() -> bytes:
    return b"<html><body>" + b"<div>" * 100_000 + b"fond" + b"</div>" * 100_000


@hostile("html/listes.html", READ, DAMAGED, "ingest.too_deep", "ingest.no_text")
def _() -> bytes:
    return b"<html><body><p>Avant.</p>" + b"<ul><li>" * 50_000 + b"fond"


@hostile("html/attributs.html", READ, DAMAGED)
def _() -> bytes:
    return (
        b"<html><body><p " + b" ".join(b"a%d=1" % number for number in range(10_000)) + b">Bonjour.</p></body></html>"
    )


@hostile("html/cellules.html", READ, *LOST)
def _() -> bytes:
    return (
        b"<table><tr><td colspan=999999999 rowspan=999999999>Une</td><td>Deux</td></tr><tr><td>Trois</td></tr></table>"
    )


@hostile("html/cache.html", READ, never="INVISIBLE")
def _() -> bytes:
    return "<p>Visible à tous.</p><p style='display:none'>INVISIBLE</p><p hidden>INVISIBLE</p>".encode()


@hostile("html/entites.html", READ, DAMAGED, never="root:")
def _() -> bytes:
    return (m.OUTSIDE + "<html><body><p>Bonjour &a; &#0; &#xD800; &#x110000;</p></body></html>").encode()


@hostile("html/scripts.html", "ingest.no_text")
def _() -> bytes:
    return b"<html><script>fetch('https://exemple.org')</script><style>p{}</style></html>"


@hostile("html/image.html", READ)
def _() -> bytes:
    return b"<p>Bonjour.</p><img src='data:image/png;base64," + base64.b64encode(bytes(4 << 20)) + b"'>"


@hostile("html/balises.html", READ, DAMAGED, *LOST)
def _() -> bytes:
    return b"<p>Bonjour.</p>" + b"<b><i>" * 300_000


@hostile("md/citations.md", READ, *LOST, "ingest.no_text", "ingest.too_deep")
def _() -> bytes:
    return b"> " * 20_000 + b"fond\n\nBonjour.\n"


@hostile("md/crochets.md", READ, *LOST)
def _() -> bytes:
    return b"Bonjour.\n\n" + b"[" * 10_000 + b"](" * 5_000 + b"\n"


@hostile("md/emphases.md", READ, *LOST)
def _() -> bytes:
    return b"Bonjour.\n\n" + b"*a _b " * 10_000 + b"\n"


@hostile("md/yaml.md", READ)
def _() -> bytes:
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9))
    return f"---\na0: &a0 [rire, rire]\n{levels}\n---\n\nBonjour.\n".encode()


@hostile("txt/nuls.txt", "ingest.empty_file")
def _() -> bytes:
    return m.zeros(5)


@hostile("txt/nul-au-milieu.txt", "ingest.binary", READ)
def _() -> bytes:
    return "Bonjour\0 à tous.\n".encode() * 50


@hostile("txt/hasard.txt", "ingest.binary")
def _() -> bytes:
    return random.Random(2).randbytes(100_000)


@hostile("txt/moities.txt", READ, "ingest.binary")
def _() -> bytes:
    return b"Bonjour \xed\xa0\x80 \xed\xbf\xbf \xf4\x90\x80\x80 tous."


@hostile("txt/bidi.txt", READ, never="\u202e")
def _() -> bytes:
    return "Le montant est de \u202e0001\u202c dollars\u200b\u2066.\n".encode()


@hostile("txt/etiquettes.txt", READ, never="\U000e0041")
def _() -> bytes:
    return ("Bonjour." + "".join(chr(0xE0000 + ord(letter)) for letter in "IGNORE")).encode()


@hostile("txt/marques.txt", READ, never="\u0301" * 10)
def _() -> bytes:
    return ("e" + "\u0301" * 1_000_000 + " fin.\n").encode()


@hostile("txt/invisible.txt", "ingest.no_text")
def _() -> bytes:
    return "\u200b\u200d\u2060\ufeff".encode() * 1000


@hostile("txt/une-ligne.txt", READ, *LOST)
def _() -> bytes:
    return b"a" * (8 << 20)


@hostile("txt/lignes-vides.txt", READ)
def _() -> bytes:
    return b"\n" * 200_000 + b"Fin.\n"


@hostile("txt/utf16-coupe.txt", READ, "ingest.binary")
def _() -> bytes:
    return "Bonjour à tous.".encode("utf-16")[:-1]


@hostile("txt/trop-gros.txt", "ingest.too_large")
def _() -> bytes:
    return b"Une phrase de plus, parmi bien d'autres.\n" * (300 * m.MEGABYTE // 41)


@hostile("txt/image.txt", "ingest.binary")
def _() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + random.Random(3).randbytes(1000)


@hostile("autres/vieux.doc", "ingest.unsupported")
def _() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)


@hostile("autres/message.msg", "ingest.unsupported")
def _() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)


@hostile("autres/note.rtf", "ingest.unsupported")
def _() -> bytes:
    return b"{\\rtf1\\ansi Bonjour}"


@hostile("autres/programme", "ingest.binary")
def _() -> bytes:
    return b"\x7fELF" + bytes(2000)


@hostile("csv/colonnes.csv", READ, *LOST)
def _() -> bytes:
    return b";".join(b"c%d" % number for number in range(1_000_000)) + b"\n" + b"1;2;3\n" * 3


@hostile("csv/guillemet.csv", READ, DAMAGED, *LOST)
def _() -> bytes:
    return b'a;b\n"' + b"sans fin;\n" * 20_000


# --- Collections -------------------------------------------------------------------------------------------------


def _rows(*rows: object) -> bytes:
    return b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)


@hostile(
    "jsonl/lignes.jsonl",
    READ,
    members={
        "bonne": READ, "ligne-2": "ingest.row_broken", "ligne-3": "ingest.row_broken", "ligne-4": "ingest.row_incomplete",
        "x": READ, "bonne+": "ingest.row_repeated", "moitie": READ, "ligne-8": "ingest.row_broken",
    },
)  # fmt: skip
def _() -> bytes:
    return _rows(
        {"id": "bonne", "text": "Un texte."},
        b"[" * 200_000,
        b'{"id": "\xff", "text": "x"}',
        [1],
        {"id": "x", "text": "Autre.", "title": {"a": 1}, "date": [1]},
        {"id": "bonne", "text": "Encore."},
        b'{"id": "moitie", "text": "Une moiti\\ud800 seule."}',
        b'{"id": 1e400, "text": ',
    )


@hostile("jsonl/bombe.jsonl.gz", UNSAFE)
def _() -> bytes:
    return gzip.compress(b'{"id": 1, "text": "Bonjour."}\n' + b"\n" * (120 << 20))


@hostile("jsonl/sans-fin.jsonl.gz", UNSAFE, "ingest.row_too_large")
def _() -> bytes:
    return gzip.compress(b'{"id": 1, "text": "' + b"a" * (120 << 20))


@hostile("jsonl/coupe.jsonl.gz", "ingest.collection_broken")
def _() -> bytes:
    return gzip.compress(random.Random(4).randbytes(100_000))[:50_000]


@hostile("jsonl/pas-du-gzip.jsonl.gz", "ingest.collection_broken")
def _() -> bytes:
    return b'{"id": 1, "text": "Bonjour."}'


# --- Archives ----------------------------------------------------------------------------------------------------


@hostile("zip/bombe.zip", UNSAFE)
def _() -> bytes:
    return m.archive([(f"{number}.txt", m.zeros(20)) for number in range(12)])


@hostile("zip/poupees.zip", UNSAFE)
def _() -> bytes:
    inner = m.archive([("z.txt", m.zeros(40))])
    middle = m.archive([(f"{number}.zip", inner) for number in range(10)])
    return m.archive([(f"{number}.zip", middle) for number in range(10)])


@hostile("zip/profond.zip", "ingest.nested_too_deep")
def _() -> bytes:
    return m.nested(5, ("fond.txt", b"Au fond."))


@hostile("zip/menteur-petit.zip", DAMAGED)
def _() -> bytes:
    return m.lying_zip("a.txt", b"Bonjour. " * 10_000, 100)


@hostile("zip/menteur-grand.zip", DAMAGED, READ)
def _() -> bytes:
    return m.lying_zip("a.txt", b"Bonjour. " * 10, 4_000_000_000)


@hostile("zip/chevauche.zip", READ, DAMAGED, UNSAFE, members={"a.txt": READ})
def _() -> bytes:
    return m.overlapping_zip("a.txt", b"Bonjour. " * 100_000, 4000)


@hostile(
    "zip/noms.zip",
    READ,
    members={
        "../dehors.txt": "ingest.entry_unsafe", "/absolu.txt": "ingest.entry_unsafe", "C:/lecteur.txt": "ingest.entry_unsafe",
        "a/../../b.txt": "ingest.entry_unsafe", "a\\c.txt": READ, "CON": READ, "lien": "ingest.entry_link",
        "tube": "ingest.entry_link", "é.txt": READ, "é.txt+": "ingest.entry_repeated", "double.txt": READ,
        "x" * 300 + ".txt": READ, "\u202egnp.txt": READ, "É-437.txt": READ,
    },
)  # fmt: skip
def _() -> bytes:
    text = "Bonjour à tous.".encode()
    old = m.named("x", flags=0)
    old.filename = "É-437.txt"
    made = m.archive(
        [
            ("../dehors.txt", text), ("/absolu.txt", text), (m.named("C:/lecteur.txt"), text), ("a/../../b.txt", text),
            (m.named("a\\c.txt"), text), ("CON", text), (m.named("lien", mode=stat.S_IFLNK | 0o777), b"/etc/passwd"),
            (m.named("tube", mode=stat.S_IFIFO | 0o600), b""), ("\u00e9.txt", text), ("e\u0301.txt", text),
            ("double.txt", text), ("double.txt", b"Autre."), ("x" * 300 + ".txt", text), ("\u202egnp.txt", text),
            ("__MACOSX/a.txt", b"x"), (".cache/a.txt", b"x"), ("Thumbs.db", b"x"), ("E_437.txt", text),
        ]
    )  # fmt: skip
    # Not UTF-8, and nothing says so: the letters of MS-DOS.
    return made.replace(b"E_437.txt", b"\x90-437.txt")


@hostile("zip/chiffre.zip", LOCKED)
def _() -> bytes:
    return m.locked_zip("secret.txt", b"Bonjour.")


@hostile("zip/trop.zip", UNSAFE)
def _() -> bytes:
    return m.archive([(f"{number}.txt", b"") for number in range(20_000)])


for _part in (0.1, 0.5, 0.97):

    @hostile(f"zip/tronque-{int(_part * 100)}.zip", DAMAGED)
    def _(part: float = _part) -> bytes:
        whole = m.archive([(f"{number}.txt", random.Random(number).randbytes(500)) for number in range(20)])
        return whole[: int(len(whole) * part)]


@hostile("zip/vide.zip", "ingest.empty_archive")
def _() -> bytes:
    return b"PK\x05\x06" + bytes(18)


@hostile("zip/rebut.zip", "ingest.empty_archive")
def _() -> bytes:
    return m.archive([("__MACOSX/._a.txt", b"x"), (".DS_Store", b"x"), ("Thumbs.db", b"x")])


@hostile("zip/membres.zip", READ, members={"bon.txt": READ, "gros.txt": "ingest.too_large", "vide.txt": "ingest.empty_file",
                                           "casse.pdf": DAMAGED, "page.pdf": "ingest.web_page"})  # fmt: skip
def _() -> bytes:
    fill = random.Random(5).randbytes(1 << 20)
    return m.archive(
        [
            ("bon.txt", "Bonjour à tous."),
            ("gros.txt", fill + b"gros " * (12 << 20)),
            ("vide.txt", b""),
            ("casse.pdf", b"%PDF-1.7 rien"),
            ("page.pdf", b"<html>x</html>"),
        ]
    )


# --- E-mails -----------------------------------------------------------------------------------------------------


def _mail(body: str = "Bonjour à tous.") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@exemple.org", "b@exemple.org", "Sujet"
    made.set_content(body)
    return made


@hostile("eml/parties.eml", UNSAFE)
def _() -> bytes:
    part = b"--x\r\nContent-Type: text/plain\r\n\r\nPartie.\r\n"
    return b"From: a@b\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + part * 10_000 + b"--x--\r\n"


@hostile("eml/profond.eml", READ, DAMAGED, UNSAFE, "ingest.crashed", "ingest.no_text")
def _() -> bytes:
    head = b"From: a@b\r\nSubject: Profond\r\n"
    parts = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000))
    return head + parts + b"Content-Type: text/plain\r\n\r\nAu fond.\r\n"


@hostile("eml/meme-borne.eml", READ, DAMAGED, UNSAFE, "ingest.no_text")
def _() -> bytes:
    head = b"From: a@b\r\nSubject: En rond\r\n"
    return head + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n" * 2000 + b"\r\nBonjour.\r\n"


@hostile("eml/transferts.eml", READ, DAMAGED, members={"": READ})
def _() -> bytes:
    head = b"From: a@b\r\nSubject: TR\r\nContent-Type: message/rfc822\r\n\r\n"
    return (
        b"From: a@b\r\nSubject: Premier\r\nContent-Type: message/rfc822\r\n\r\n"
        + head * 60
        + b"From: a@b\r\n\r\nFond.\r\n"
    )


@hostile("eml/base64.eml", READ)
def _() -> bytes:
    head = b"From: a@b\r\nSubject: Charabia\r\nContent-Type: text/plain; charset=utf-8\r\n"
    return head + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"====!!!!A\xff\x00" * 5000


@hostile("eml/charset.eml", READ)
def _() -> bytes:
    head = "From: a@b\r\nSubject: =?x-inconnu?b?w6k=?= =?utf-8?q?=E9?=\r\nContent-Type: text/plain; charset=x-martien\r\n\r\n"
    return head.encode() + "Été à Montréal.".encode("cp1252")


@hostile("eml/entetes.eml", READ)
def _() -> bytes:
    long = b"From: " + b'"a" <a@b>, ' * 200_000 + b"\r\nSubject: " + b"=?utf-8?q?=C3=A9?= " * 100_000 + b"\r\n"
    return long + b"Date: Mon, 99 Xyz 99999 99:99:99 +9999\r\n\r\nBonjour.\r\n"


@hostile("eml/pas-un-message.eml", DAMAGED)
def _() -> bytes:
    return b"Bonjour, ceci n'est pas un message.\n"


@hostile("eml/chiffre.eml", LOCKED)
def _() -> bytes:
    made = EmailMessage()
    made["From"], made["Subject"] = "a@exemple.org", "Secret"
    made.set_content(b"\x30\x82", "application", "pkcs7-mime")
    return made.as_bytes()


@hostile(
    "eml/pieces.eml",
    READ,
    members={"": READ, "../../dehors.txt": "ingest.entry_unsafe", "bon.txt": READ},
)
def _() -> bytes:
    made = _mail()
    made.add_attachment(b"Bonjour.", maintype="text", subtype="plain", filename="bon.txt")
    made.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="../../dehors.txt")
    return made.as_bytes()


@hostile("eml/bombe.eml", UNSAFE)
def _() -> bytes:
    made = _mail()
    bomb = m.archive([(f"{number}.txt", m.zeros(20)) for number in range(12)])
    made.add_attachment(bomb, maintype="application", subtype="zip", filename="bombe.zip")
    return made.as_bytes()


#: Good files, which must be read whatever stands beside them.
GOOD: dict[str, bytes] = {
    "bons/note.md": "# Note\n\nUn texte à lire.\n".encode(),
    "bons/avis.txt": "Un avis, en français.\n".encode("cp1252"),
    "bons/page.html": "<html><body><p>Une page à lire.</p></body></html>".encode(),
    "bons/lettre.docx": m.docx(m.OPENING + m.PARAGRAPH + m.CLOSING),
    "bons/rapport.pdf": m.pdf_of(m.shown("Un rapport à lire.")),
    "bons/recueil.jsonl": _rows({"id": 1, "text": "Une fiche."}, {"id": 2, "text": "Une autre."}),
    "bons/envoi.zip": m.archive([("dedans/note.txt", "Un texte à lire.")]),
    "bons/courriel.eml": _mail().as_bytes(),
    "bons/zz-dernier.txt": b"Le dernier de tous.\n",
}

#: A file whose reader is not there yet is not hostile to it.
KNOWN = [one for one in CORPUS if one.name.endswith((".jsonl", ".jsonl.gz")) or announced(one.name) or "unsupported" in
         " ".join(one.expected) or one.name.startswith(("txt/", "autres/"))]  # fmt: skip
