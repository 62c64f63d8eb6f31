"""Good files of each kind, small, made here: what mutations start from."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from email.message import EmailMessage
from functools import cache

from sourcier.ingest.kinds import Kind

TEXT = """RAPPORT DU COMITÉ

1. Mandat

Le comité s'est réuni le 4 mai 2026. Il recommande 1 250,50 $ par section, soit 12,5 % du budget1, selon l'art. 5-3.00.

- une première mesure : l'accès à la documen-
tation technique ;
- une seconde, « provisoire ».

| Nom | Valeur |
| un | 1 |

1 Voir L. 1222-1, al. 2.
\fPage 2

2. Suite

« À quelle date ? » demande M. Côté. Le 1er juin.
"""
MARKDOWN = """---
title: La fiche
date: 2026-11-23
authors: [Une, Deux]
---

# La fiche

Un *paragraphe* avec un [lien](https://exemple.org) et du `code`.[^a] <!-- caché -->

## Section 5-3.00

1. Premier
   - Sous-point **gras**
2. Deuxième

> Une citation

| Nom | Valeur |
|---|---:|
| un | **1**[^a] |

```
bloc de code
```

<div hidden>rien</div>

[^a]: Le *Journal*, 2026.
"""
HTML = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>La page</title>
<meta property="og:site_name" content="Le syndicat"><meta name="date" content="2026-05-04"></head><body>
<nav><a href="/">Accueil</a></nav><main><h1>La page</h1><p>Un paragraphe <b>gras</b><sup><a href="#n1">1</a></sup>,
H<sub>2</sub>O.</p><p style="display:none">caché</p><h2>Liste</h2><ol start="3"><li>trois<ul><li>a</li></ul></li></ol>
<table><tr><th>Nom</th><th colspan="2">Valeur</th></tr><tr><td rowspan="2">un</td><td>1</td><td>2</td></tr></table>
<dl><dt>Terme</dt><dd>Définition</dd></dl><pre>deux
lignes</pre><p id="n1">1. La note.</p></main><footer>pied</footer><script>x()</script></body></html>
"""
CSV = 'Nom;Ville;Montant;Date\nCôté;Montréal;1 250,50 $;2026-05-04\n"Roy; fils";"Québec\nVille";12,5 %;\n\n;;3;\n'


@cache
def seeds_of(target: str) -> tuple[bytes, ...]:
    """Good files for a target: the name of a kind, ``rows`` (lines of a collection) or ``zip``."""
    return tuple(_MAKERS[target]())


def targets() -> tuple[str, ...]:
    """All that can be fuzzed: every kind, and the lines of collections."""
    return (*sorted(kind.value for kind in Kind), "rows")


def _plain() -> list[bytes]:
    return [TEXT.encode(), TEXT.encode("cp1252"), TEXT.encode("utf-16"), ("mot " * 500 + "\n").encode() * 3]


def _markdown() -> list[bytes]:
    return [MARKDOWN.encode(), b"\xef\xbb\xbf" + TEXT.encode(), ("- " * 40 + "a\n").encode()]


def _html() -> list[bytes]:
    latin = HTML.replace("utf-8", "iso-8859-1")
    return [HTML.encode(), latin.encode("cp1252", "xmlcharrefreplace"), b"<p>seul", HTML.encode("utf-16")]


def _csv() -> list[bytes]:
    return [CSV.encode(), CSV.replace(";", ",").encode("cp1252", "replace"), CSV.replace(";", "\t").encode("utf-16")]


def _rows() -> list[bytes]:
    rows = [
        {"id": "L1", "title": "Article L. 1", "text": TEXT, "section": "Livre I", "date": "2026-05-04"},
        {"id": 2, "text": "Court.", "authors": ["Une", "Deux"], "kind": "loi", "valid_until": "2027"},
    ]
    return [b"\n".join(json.dumps(row, ensure_ascii=False).encode() for row in rows), json.dumps(rows[0]).encode()]


def _mail() -> list[bytes]:
    first = EmailMessage()
    first["Subject"], first["From"], first["To"] = "Réunion d'été", '"Éloïse, B." <e@exemple.org>', "tous@exemple.org"
    first["Date"] = "Mon, 4 May 2026 10:00:00 -0400"
    first.set_content("Bonjour,\n\nVoici la pièce.\n\n> cité\n\n-- \nÉloïse")
    first.add_alternative(HTML, subtype="html")
    first.add_attachment(_zip()[0], maintype="application", subtype="zip", filename="pièces.zip")
    second = EmailMessage()
    second["Subject"], second["From"] = "TR : Réunion", "z@exemple.org"
    second.set_content("Voir plus bas.", cte="base64")
    second.add_attachment(first)
    flowed = (
        b"From: a@x\nSubject: =?iso-8859-1?q?=E9t=E9?=\nContent-Type: text/plain; format=flowed\n\nUne ligne \nsuit.\n"
    )
    return [first.as_bytes(), second.as_bytes(), flowed]


def _zip() -> list[bytes]:
    return [
        archive({"a.txt": TEXT.encode(), "dossier/é.md": MARKDOWN.encode(), "x.csv": CSV.encode()}),
        archive({"b.zip": archive({"c.html": HTML.encode()}), "__MACOSX/x": b"", "d.jsonl": _rows()[0]}),
    ]


def _pdf() -> list[bytes]:
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    made = []
    for pages, compressed in ((2, 0), (5, 1)):
        stream = io.BytesIO()
        canvas = Canvas(stream, pagesize=A4, pageCompression=compressed, invariant=1)
        canvas.setTitle("Le rapport")
        for page in range(pages):
            canvas.bookmarkPage(f"p{page}")
            canvas.addOutlineEntry(f"Section {page}", f"p{page}", page % 2)
            canvas.setFont("Helvetica-Bold", 16)
            canvas.drawString(72, 780, f"Section {page}")
            canvas.setFont("Helvetica", 11)
            for row, line in enumerate(TEXT.split("\n")):
                canvas.drawString(72, 740 - 14 * row, line)
                canvas.drawString(330, 740 - 14 * row, line[:30])
            canvas.rect(72, 200, 300, 60)
            canvas.line(72, 230, 372, 230)
            canvas.drawString(80, 210, "Nom")
            canvas.drawCentredString(297, 30, f"Page {page + 1}")
            canvas.showPage()
        canvas.save()
        made.append(stream.getvalue())
    return made


def _docx() -> list[bytes]:
    import docx

    made, stream = docx.Document(), io.BytesIO()
    made.core_properties.title = "Le rapport"
    made.add_heading("Mandat", 1)
    made.add_paragraph("Un paragraphe ").add_run("gras").bold = True
    made.add_paragraph("Premier", style="List Number")
    made.add_paragraph("Point", style="List Bullet")
    table = made.add_table(2, 2)
    table.cell(0, 0).text, table.cell(1, 1).text = "Nom", "1"
    made.sections[0].header.paragraphs[0].text = "En-tête"
    made.save(stream)
    return [stream.getvalue()]


def _odt() -> list[bytes]:
    from odfdo import Document, Header, List, Paragraph

    made = Document("text")
    made.body.clear()
    made.body.append(Header(1, "Mandat"))
    made.body.append(Paragraph("Un paragraphe, avec 12,5 %."))
    made.body.append(List(["Premier", "Deuxième"]))
    return [_saved(made)]


def _ods() -> list[bytes]:
    from odfdo import Document, Table

    made = Document("spreadsheet")
    made.body.clear()
    table = Table("Feuille")
    table.set_values([["Nom", "Montant"], ["Côté", 1250.5], ["Roy", True]])
    made.body.append(table)
    return [_saved(made)]


def _odp() -> list[bytes]:
    from odfdo import Document, DrawPage, Frame

    made = Document("presentation")
    made.body.clear()
    page = DrawPage("p1", name="Une page")
    page.append(Frame.text_frame("Le texte de la page", size=("7cm", "5cm"), position=("2cm", "2cm")))
    made.body.append(page)
    return [_saved(made)]


def _pptx() -> list[bytes]:
    import pptx

    made, stream = pptx.Presentation(), io.BytesIO()
    page = made.slides.add_slide(made.slide_layouts[1])
    page.shapes.title.text = "Le titre"
    page.placeholders[1].text = "Un point\nUn autre"
    page.notes_slide.notes_text_frame.text = "Une note"
    table = made.slides.add_slide(made.slide_layouts[5]).shapes.add_table(2, 2, 0, 0, 5000000, 1000000).table
    table.cell(0, 0).text = "Nom"
    made.save(stream)
    return [stream.getvalue()]


def _xlsx() -> list[bytes]:
    import openpyxl

    made, stream = openpyxl.Workbook(), io.BytesIO()
    sheet = made.active
    for row in (
        ["Nom", "Montant", "Date"],
        ["Côté", 1250.5, date(2026, 5, 4)],
        ["Roy", 0.125, None],
        [None, "=1+1", 3],
    ):
        sheet.append(row)
    sheet["B3"].number_format = "0.0%"
    sheet.merge_cells("A4:B4")
    made.create_sheet("Cachée").sheet_state = "hidden"
    made.save(stream)
    return [stream.getvalue()]


def _epub() -> list[bytes]:
    chapter = HTML.replace("<!doctype html>", '<?xml version="1.0"?>').replace(
        "<html", '<html xmlns="http://www.w3.org/1999/xhtml"'
    )
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">x</dc:identifier><dc:title>Le livre</dc:title>'
        '<dc:language>fr</dc:language></metadata><manifest><item id="c" href="c.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="n" href="n.xhtml" media-type="application/xhtml+xml" properties="nav"/></manifest>'
        '<spine><itemref idref="c"/></spine></package>'
    )
    container = (
        '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
        '<rootfile full-path="o/p.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    nav = '<html xmlns="http://www.w3.org/1999/xhtml"><body><nav><ol><li><a href="c.xhtml">Un</a></li></ol></nav></body></html>'
    inside = {"META-INF/container.xml": container, "o/p.opf": package, "o/c.xhtml": chapter, "o/n.xhtml": nav}
    return [archive({"mimetype": b"application/epub+zip", **{name: text.encode() for name, text in inside.items()}})]


def _saved(made: object) -> bytes:
    stream = io.BytesIO()
    made.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def archive(members: dict[str, bytes], *, compressed: bool = True) -> bytes:
    """A ZIP archive of these files, the same bytes every time."""
    stream = io.BytesIO()
    how = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(stream, "w", how) as made:
        for name, data in members.items():
            made.writestr(zipfile.ZipInfo(name), data, how)
    return stream.getvalue()


_MAKERS: dict[str, Callable[[], list[bytes]]] = {
    "plain": _plain,
    "markdown": _markdown,
    "html": _html,
    "csv": _csv,
    "rows": _rows,
    "mail": _mail,
    "zip": _zip,
    "pdf": _pdf,
    "docx": _docx,
    "odt": _odt,
    "ods": _ods,
    "odp": _odp,
    "pptx": _pptx,
    "xlsx": _xlsx,
    "epub": _epub,
}
