"""PDF files made to do harm."""

from __future__ import annotations

import random

from tests.ingest.hostile import making as m
from tests.ingest.hostile.listing import DAMAGED, LOST, READ, Hostile, adding_to

HOSTILE: list[Hostile] = []
hostile = adding_to(HOSTILE)


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
