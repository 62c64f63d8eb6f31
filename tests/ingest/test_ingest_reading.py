"""Each kind of file, from its bytes to the document."""

import gzip
import io
import json
import subprocess
import sys
from collections.abc import Callable

import pytest
from tests.ingest.readings import SUBJECTS, ReadAll, blocks, pdf_pages

from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import BlockKind, Document
from sourcier.ingest.files import Skipped
from sourcier.ingest.kinds import Kind, reader_for
from sourcier.ingest.limits import Limits

SHEET = """---
title: La fiche
publisher: Le syndicat
date: 2026-11-23
language: fr-CA
kind: fiche
sources: [un, deux]
---

# La fiche

Un paragraphe en *italique*, avec un [lien](https://exemple.org) et du `code`.[^a][^b]
Il continue ici.

## Une section <!-- un commentaire -->

<!--
un autre
-->

1. Premier
2. Deuxième
   - Sous-point

| Nom | Valeur |
|---|---|
| un | **1**[^a] |

[^a]: Le *Journal*, 2026, p. 3.
[^b]: Une autre
  note.
"""


def test_markdown(read_all: ReadAll) -> None:
    [document] = read_all({"fiche.md": SHEET})
    assert isinstance(document, Document)
    assert blocks(document) == [
        ("heading", 1, "La fiche"),
        ("paragraph", 0, "Un paragraphe en italique, avec un lien et du code. Il continue ici."),
        ("heading", 2, "Une section"),
        ("list_item", 0, "1. Premier"),
        ("list_item", 0, "2. Deuxième"),
        ("list_item", 1, "Sous-point"),
        ("table", 0, "Nom | Valeur"),
        ("table", 0, "un | 1"),
    ]
    assert document.blocks[1].notes == ("Le Journal, 2026, p. 3.", "Une autre note.")
    assert [block.notes for block in document.blocks[-2:]] == [(), ("Le Journal, 2026, p. 3.",)]
    assert document.text.endswith("Nom | Valeur\nun | 1")
    told = document.metadata
    assert (told.title, told.publisher, told.date, told.language, told.kind) == (
        "La fiche", "Le syndicat", "2026-11-23", "fr-CA", "sheet"
    )  # fmt: skip


@pytest.mark.parametrize("front", ["a: [", "- un\n- deux", "!!python/object:os.system x", "a: &a [*a]"])
def test_a_broken_front_matter_loses_nothing_else(read_all: ReadAll, front: str) -> None:
    [document] = read_all({"a.md": f"---\n{front}\n---\n\nLe texte."})
    assert isinstance(document, Document) and document.text.endswith("Le texte.")


def test_the_catalogue_speaks_first_then_the_file(read_all: ReadAll) -> None:
    described = '[[document]]\nfile = "fiche.md"\ntitle = "Le vrai titre"\n'
    [document] = read_all({"fiche.md": SHEET, "sources.toml": described})
    assert isinstance(document, Document)
    assert (document.metadata.title, document.metadata.publisher) == ("Le vrai titre", "Le syndicat")


def test_titles_come_from_the_text_then_from_the_name(read_all: ReadAll) -> None:
    prose = "Le conseil a adopté le projet à l’unanimité, après une longue discussion."
    documents = read_all({"a.txt": f"Un projet adopté\n\n{prose}", "dossier/rapport final.csv": "a;b\n1;2"})
    assert [d.metadata.title for d in documents if isinstance(d, Document)] == ["Un projet adopté", "rapport final"]


def test_identity_is_the_content(read_all: ReadAll) -> None:
    first, second = read_all({"a.txt": "Bonjour.", "b/c.txt": "Bonjour."})
    assert isinstance(first, Document) and isinstance(second, Document)
    assert first.document_id == second.document_id == "4dd9cb54a0a7cb1e" or len(first.document_id) == 16


def rows(*values: object) -> str:
    return "".join((value if isinstance(value, str) else json.dumps(value)) + "\n" for value in values)


def test_collections(read_all: ReadAll) -> None:
    content = rows(
        {
            "id": "un",
            "title": "Titre",
            "text": "Le texte.\n\nLa suite.",
            "section": "Chapitre 1",
            "publisher": "P",
            "date": 2024,
        },
        "{pas du json",
        {"id": "deux", "title": "Sans texte"},
        {"id": "un", "text": "encore"},
        "",
        {"id": 3, "text": "Trois.", "language": "fr"},
        {"id": "vide", "text": " \u200b"},
        ["liste"],
    )
    for name, data in (("c.jsonl", content.encode()), ("d.jsonl.gz", gzip.compress(content.encode()))):
        found = [d for d in read_all({name: data}) if d.path.startswith(name)]
        good = [d for d in found if isinstance(d, Document)]
        assert [(d.path, d.metadata.title) for d in good] == [(f"{name}#un", "Titre"), (f"{name}#3", "3")]
        assert blocks(good[0]) == [
            ("heading", 1, "Chapitre 1"),
            ("paragraph", 0, "Le texte."),
            ("paragraph", 0, "La suite."),
        ]
        assert (good[0].metadata.publisher, good[0].metadata.date) == ("P", "2024")
        reasons = {d.path.removeprefix(f"{name}#"): d.error.key for d in found if isinstance(d, Skipped)}
        assert reasons == {
            "ligne-2": "ingest.row_broken",
            "ligne-3": "ingest.row_incomplete",
            "un": "ingest.row_repeated",
            "vide": "ingest.no_text",
            "ligne-8": "ingest.row_incomplete",
        }
        assert all(name in str(d.error) for d in found if isinstance(d, Skipped))


def test_a_broken_archive_keeps_its_first_rows_and_says_so(read_all: ReadAll) -> None:
    data = gzip.compress(rows(*({"id": n, "text": f"Le texte {n}."} for n in range(5000))).encode())
    with pytest.raises(UnreadableFileError, match=r"c\.jsonl\.gz") as refused:
        read_all({"c.jsonl.gz": data[: len(data) // 2]})
    assert refused.value.key == "ingest.collection_broken"


PAGE = """<!DOCTYPE html><html lang="fr"><head><title>Le titre</title><meta charset="utf-8">
<meta property="og:site_name" content="Le site"><meta property="article:published_time" content="2024-05-06T10:00">
<style>p { color: red }</style><script>alert("x")</script></head>
<body><nav><a href="/">Accueil</a></nav><div class="cookie-banner">Acceptez</div>
<main><article><header><h1>Le titre</h1></header>
<p>Un paragraphe   avec une note<sup><a href="#n1">1</a></sup>, 3 m<sup>2</sup> et<br>une ligne.</p>
<h2>Une section</h2><ul><li>Un</li><li><p>Deux</p><ol start="3"><li>Trois</li></ol></li></ul>
<p style="display: none">CACHÉ</p><p hidden>CACHÉ</p><div aria-hidden="true">CACHÉ</div><!-- CACHÉ -->
<table><tr><th>Nom</th><th>Valeur</th></tr><tr><td>un</td><td>1</td></tr></table>
<table><tr><td><p>Mise en page</p></td></tr></table>
<p id="n1">La note.</p></article></main><footer>Pied</footer></body></html>"""


def test_html(read_all: ReadAll) -> None:
    [document] = read_all({"page.html": PAGE})
    assert isinstance(document, Document)
    assert blocks(document) == [
        ("heading", 1, "Le titre"),
        ("paragraph", 0, "Un paragraphe avec une note, 3 m² et\nune ligne."),
        ("heading", 2, "Une section"),
        ("list_item", 0, "Un"),
        ("list_item", 0, "Deux"),
        ("list_item", 1, "3. Trois"),
        ("table", 0, "Nom | Valeur"),
        ("table", 0, "Nom : un | Valeur : 1"),
        ("paragraph", 0, "Mise en page"),
        ("note", 0, "La note."),
    ]
    assert document.blocks[1].notes == ("La note.",)
    told = document.metadata
    assert (told.title, told.publisher, told.date, told.language) == ("Le titre", "Le site", "2024-05-06", "fr")
    assert document.findings


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "iso-8859-1", "utf-16"])
def test_html_encodings(encoding: str) -> None:
    page = f'<html><head><meta charset="{encoding}"></head><body><p>L\'été déjà</p></body></html>'
    assert reader_for(Kind.HTML)(page.encode(encoding), limits=Limits(max_pages=1)).drafts[0].text == "L'été déjà"


def test_docx(read_all: ReadAll) -> None:
    import docx
    from docx.oxml import OxmlElement

    made = docx.Document()
    made.add_heading("Le rapport", 0)
    made.add_heading("Une section", 1)
    paragraph = made.add_paragraph("Un texte visible")
    paragraph.add_run(" caché").font.hidden = True
    deleted = OxmlElement("w:del")
    run = paragraph.add_run(" supprimé")
    paragraph._p.append(deleted)
    deleted.append(run._r)
    inserted = OxmlElement("w:ins")
    run = paragraph.add_run(", ajouté.")
    paragraph._p.append(inserted)
    inserted.append(run._r)
    made.add_paragraph("Un point", style="List Bullet")
    table = made.add_table(2, 2)
    for row, column, text in ((0, 0, "Nom"), (0, 1, "Valeur"), (1, 0, "un"), (1, 1, "1")):
        table.cell(row, column).text = text
    made.add_paragraph("La fin.")
    stream = io.BytesIO()
    made.save(stream)
    [document] = read_all({"rapport.docx": stream.getvalue()})
    assert isinstance(document, Document)
    assert blocks(document) == [
        ("heading", 1, "Le rapport"),
        ("heading", 1, "Une section"),
        ("paragraph", 0, "Un texte visible, ajouté."),
        ("list_item", 0, "Un point"),
        ("table", 0, "Nom | Valeur"),
        ("table", 0, "un | 1"),
        ("paragraph", 0, "La fin."),
    ]
    assert document.metadata.title == "Le rapport"
    assert [finding.key for finding in document.findings] == ["finding.deletions", "finding.hidden_text"]


def test_pdf(read_all: ReadAll, make_pdf: Callable[..., bytes]) -> None:
    [document] = read_all({"plateforme.pdf": make_pdf(pdf_pages(), title="Plateforme syndicale")})
    assert isinstance(document, Document)
    expected = [
        block
        for subject in SUBJECTS
        for block in (
            ("heading", 1, f"Les {subject} d’abord"),
            (
                "paragraph", 0,
                f"Le comité étudie les {subject} et les besoins technologiques de chaque établissement, "  # noqa: ISC004
                "en tenant compte des avis reçus du personnel.",
            ),
            ("paragraph", 0, f"Un second paragraphe sur les {subject} commence ici et va jusqu’au bout de la page."),
        )
    ]  # fmt: skip
    assert blocks(document) == [*expected, ("note", 0, "¹ AUTEUR (2024). Le règlement, 12 p.")]
    assert [b.page for b in document.blocks if b.kind is BlockKind.HEADING] == [1, 2, 3, 4]
    assert document.blocks[1].notes == ("AUTEUR (2024). Le règlement, 12 p.",)
    assert document.metadata.title == "Plateforme syndicale"


def test_a_docx_footnote_goes_with_its_paragraph() -> None:
    notes = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:t>La note.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    import docx
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    made, stream = docx.Document(), io.BytesIO()
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), made.part.package)
    made.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")
    paragraph = made.add_paragraph("Un texte")
    paragraph._p.append(
        parse_xml(
            '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:footnoteReference w:id="2"/></w:r>'
        )
    )
    paragraph.add_run(" noté.")
    made.save(stream)
    first, note = reader_for(Kind.DOCX)(stream.getvalue(), limits=Limits(max_pages=5)).drafts
    assert (first.text, first.notes) == ("Un texte noté.", ("La note.",))
    assert (note.kind, note.text) == (BlockKind.NOTE, "1. La note.")


def test_nothing_heavy_is_imported_before_a_file_needs_it() -> None:
    program = """
import sys
import sourcier.ingest.reading, sourcier.ingest.passages, sourcier.ingest.sentences
heavy = {"docx", "lxml", "pypdfium2", "trafilatura", "markdown_it", "yaml"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", program], check=True)
