"""Every format is opened again by a library, and says what was said: sentences, exact quotes, places, warnings."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from docx import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from lxml import etree
from lxml import html as lxml_html
from markdown_it import MarkdownIt
from odfdo import Document as OdfDocument
from pydantic import ValidationError
from tests.ui.material import ABSTAINED, ANSWERED, ASK_ANSWERED, FEW, GUIDE, PLAYS, RAISE_QUOTE
from tests.ui.scripted import FewDocuments, Play, citation, document, hit

from sourcier.app.exports import FORMATS, Exported, Format, export, format_of
from sourcier.app.exports.body import MAX_ANSWERS, ExportBody, ExportedAnswer
from sourcier.app.exports.compose import compose
from sourcier.app.exports.paper import Paper, clean
from sourcier.app.shapes import answer_to_json
from sourcier.core.errors import UsageError

MADE = datetime(2026, 11, 29, 10, 12, tzinfo=UTC)
EACH = pytest.mark.parametrize("wanted", FORMATS)

HOSTILE = [
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "]]></w:t><w:instrText>DDEAUTO c:\\\\calc.exe</w:instrText> &lt; &#0; &amp;",
    "# Titre\n\n![x](http://evil.example/x.png) [lien](javascript:alert(1)) `code` ***gras*** ~~non~~ | a | b |",
    "1. un\n- deux\n> trois\n[^1]: quatre\n---\n===",
    '#import "/etc/passwd": x; $ sum $ @ref <label> #eval("1") \\ / * _ ` ~ = + -',
    "zéro\x00 cloche\x07 échappe\x1b[31m supprime\x7f fin\uffff ligne\u2028 page\x0c",
    "\u202egnorw \u2066caché\u2069 \u200f\u200d \ufeff",
    "œ Œ — ’ « deux » 10\u202f000\u00a0$ ½ ₂ é̀ Ŀ ∑ → ✓",
    "=HYPERLINK(\"http://evil.example\") =cmd|' /C calc'!A0 {{7*7}} ${7*7} %s {0}",
    "a" * 3000,
    "العربية עברית 漢字 한국어 🙂🇨🇦 𝔘𝔫𝔦",
    " ",
]


def answers(*shapes: dict[str, Any]) -> list[ExportedAnswer]:
    return ExportBody.model_validate({"answers": shapes}).answers


CONVERSATION = answers(
    *(
        {**answer_to_json(play.answer(question)), "asked_at": "2026-11-29T10:12:00-05:00"}
        for question, play in PLAYS.items()
    )
)


def written(wanted: Format, given: list[ExportedAnswer] = CONVERSATION, few: FewDocuments = FEW) -> Exported:
    return export(given, wanted, few.document, "fr", "Fédération des métiers du livre", MADE)


def paper(given: list[ExportedAnswer], few: FewDocuments = FEW) -> Paper:
    return compose(given, few.document, "fr", "Fédération", MADE)


def footnotes(content: bytes) -> dict[int, str]:
    """The footnotes of a Word document by their id, the two rules left out."""
    related = [r for r in WordDocument(BytesIO(content)).part.rels.values() if r.reltype == RELATIONSHIP_TYPE.FOOTNOTES]
    if not related:
        return {}
    [part] = [relation.target_part for relation in related]
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    root = etree.fromstring(part.blob)
    return {
        int(note.get(f"{w}id")): "".join(text.text or "" for text in note.iter(f"{w}t"))
        for note in root
        if note.get(f"{w}type") is None
    }


def pdf_text(content: bytes) -> str:
    file = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in file)


def read(exported: Exported, wanted: Format) -> str:
    """All the words of a file, notes included, with single spaces."""
    content = exported.content
    match wanted:
        case "txt" | "md":
            text = content.decode()
            text = re.sub(r"\\([\\`*_\[\]<>#|~$&^])", r"\1", text) if wanted == "md" else text
        case "html":
            text = lxml_html.document_fromstring(content).text_content()
        case "docx":
            file = WordDocument(BytesIO(content))
            text = "\n".join([*(p.text for p in file.paragraphs), *footnotes(content).values()])
        case "odt":
            text = OdfDocument(BytesIO(content)).get_formatted_text()
        case "pdf":
            text = pdf_text(content)
    return " ".join(text.split())


@EACH
def test_a_file_says_what_the_page_said(wanted: Format) -> None:
    text = read(written(wanted), wanted)
    for said in (ASK_ANSWERED, "Elle passe à 55 $ par mois", RAISE_QUOTE, "Procès-verbal du conseil fédéral", "14 mai 2026",
                 "Rédigé par modele-d-essai-1b", "2 phrases retirées", "Les documents ne permettent pas de répondre.",
                 "guides/teletravail.md", "Le modèle de langue ne répond pas", "29 novembre 2026, 10 h 12",
                 "6 citations sur 6"):  # fmt: skip
        assert said in text, said
    assert "Jean Tremblay" not in text, "a sentence that was refused is not taken along"
    assert "non retrouvée" not in text


@EACH
def test_a_quote_that_the_documents_do_not_hold_is_marked(wanted: Format) -> None:
    shape = answer_to_json(ANSWERED.answer(ASK_ANSWERED))
    shape["citations"][0]["quote"] = "Une allocation de 400 $ par mois"
    shape["citations"][1]["document_id"] = "0" * 16
    text = read(written(wanted, answers(shape)), wanted)
    assert text.count("citation non retrouvée") == 2
    assert "2 citations sur 4" in text


def test_what_the_index_knows_of_a_document_is_preferred_to_what_was_sent() -> None:
    shape = answer_to_json(ANSWERED.answer(ASK_ANSWERED))
    shape["citations"][0] |= {
        "title": "Un faux titre",
        "publisher": "Un faux éditeur",
        "date": "1999",
        "path": "faux.md",
    }
    [note, *_] = paper(answers(shape)).notes
    assert note.place.startswith("Guide du télétravail, Conditions")
    assert "faux" not in str(paper(answers(shape)))


def test_a_quote_found_at_another_place_is_not_lost_and_a_blank_one_is() -> None:
    shape = answer_to_json(ANSWERED.answer(ASK_ANSWERED))
    shape["citations"][0] |= {"start": 0, "end": 3}
    shape["citations"][1] |= {"start": 5, "end": 5, "quote": ""}
    assert [bool(note.lost) for note in paper(answers(shape)).notes] == [False, True, False, False]


def test_a_sentence_without_a_source_says_so_and_notes_follow_the_order_of_their_calls() -> None:
    shape = answer_to_json(ANSWERED.answer(ASK_ANSWERED))
    shape["sentences"] = [
        {"text": "Rien ne l'appuie.", "citations": [99]},
        {"text": "D'abord la troisième.", "citations": [3, 3, 1]},
        {"text": "- Puis la troisième encore.", "citations": [3]},
    ]
    made = paper(answers(shape))
    spans = [span for block in made.blocks for span in block.spans]
    assert "[phrase sans source]" in "".join(span.text for span in spans)
    assert [span.note for span in spans if span.note] == [1, 2, 1]
    assert made.notes[0].quote == "«\u00a0Le conseil adopte à l'unanimité\u00a0»"
    assert [block.kind for block in made.blocks if block.kind == "item"] == ["item"]


def test_an_address_is_a_link_only_where_it_leads_to_a_page() -> None:
    plain = document("a.md", "A", "Un texte qui est cité.")
    for url, expected in (
        ("https://exemple.quebec/a?b=1&c=2#d", "https://exemple.quebec/a?b=1&c=2#d"),
        ("javascript:alert(1)", None),
        ("https://exemple.quebec/ a", None),
        ('https://exemple.quebec/">', None),
        ("file:///etc/passwd", None),
    ):
        held = replace(plain, metadata=replace(plain.metadata, url=url))
        found = hit(held, 1)
        play = Play((found,), sentences=(("Une phrase.", (citation(1, found, "est cité"),)),))
        made = paper(answers(answer_to_json(play.answer("?"))), FewDocuments((held,)))
        assert made.notes[0].href == expected
        if expected:
            exported = written("html", answers(answer_to_json(play.answer("?"))), FewDocuments((held,)))
            assert expected in {a.get("href") for a in lxml_html.document_fromstring(exported.content).iter("a")}
            given, few = answers(answer_to_json(play.answer("?"))), FewDocuments((held,))
            word = zipfile.ZipFile(BytesIO(written("docx", given, few).content))
            for part in ("document", "footnotes"):
                assert expected.replace("&", "&amp;") in word.read(f"word/_rels/{part}.xml.rels").decode()
            odf: Any = OdfDocument(BytesIO(written("odt", given, few).content))
            assert [link.url for link in odf.body.get_links()] == [expected, expected]
            assert written("pdf", given, few).content.count(f"/URI({expected})".encode()) >= 2


@EACH
def test_hostile_texts_stay_texts(wanted: Format) -> None:
    held = tuple(
        document(f"h{i}.md", text or "?", f"Début {text} fin", publisher=text) for i, text in enumerate(HOSTILE)
    )
    few = FewDocuments(held)
    given = []
    for source, text in zip(held, HOSTILE, strict=True):
        found = hit(source, 1, section=(text,))
        play = Play((found,), "quoted", ((text, (citation(1, found, source.text),)),), notices=(text,))
        given.append({**answer_to_json(play.answer(text)), "question": text, "standalone": text})
    exported = written(wanted, answers(*given), few)
    text = read(exported, wanted)
    assert "alert(1)" in text
    assert "\x00" not in text and "\u202e" not in text
    assert "citation non retrouvée" not in text
    match wanted:
        case "html":
            tree = lxml_html.document_fromstring(exported.content)
            assert {element.tag for element in tree.iter()} <= {"html", "head", "meta", "title", "body", "article", "h1",
                "h2", "h3", "p", "sup", "a", "strong", "ul", "ol", "li", "blockquote"}  # fmt: skip
            assert {a.get("href")[:6] for a in tree.iter("a")} == {"#note-"}
        case "md":
            tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(exported.content.decode())
            inside = [child for token in tokens for child in token.children or []]
            assert {child.type for child in inside} <= {
                "text",
                "strong_open",
                "strong_close",
                "text_special",
                "softbreak",
            }
            kinds = {token.type.removesuffix("_open").removesuffix("_close") for token in tokens}
            assert kinds <= {"heading", "paragraph", "inline", "blockquote", "bullet_list", "list_item"}
        case "docx":
            for name in zipfile.ZipFile(BytesIO(exported.content)).namelist():
                assert not re.search("vba|embed|activeX", name)


@EACH
def test_one_answer_and_no_source_at_all(wanted: Format) -> None:
    text = read(written(wanted, answers(answer_to_json(ABSTAINED.answer("Quoi?")))), wanted)
    assert "RÉPONSE SOURCÉE" in text.upper()
    assert "citations sur" not in text


def test_word_has_real_styles_footnotes_language_and_page_numbers() -> None:
    exported = written("docx")
    file = WordDocument(BytesIO(exported.content))
    assert [p.text for p in file.paragraphs if p.style and p.style.name == "Heading 1"] == [*PLAYS, "Documents cités"]
    assert file.core_properties.title == "Conversation sourcée"
    assert file.core_properties.language == "fr-CA"
    notes = footnotes(exported.content)
    assert sorted(notes) == list(range(2, 8))
    assert RAISE_QUOTE in notes[3]
    xml = zipfile.ZipFile(BytesIO(exported.content)).read("word/document.xml").decode()
    assert re.findall(r'<w:footnoteReference w:id="(\d+)"/>', xml) == [str(i) for i in range(2, 8)]
    assert 'w:instr=" PAGE "' in file.sections[0].footer._element.xml
    styles = zipfile.ZipFile(BytesIO(exported.content)).read("word/styles.xml").decode()
    assert set(re.findall(r'<w:lang w:val="([^"]+)"', styles)) == {"fr-CA"}


def test_open_document_has_real_styles_footnotes_and_language() -> None:
    file: Any = OdfDocument(BytesIO(written("odt").content))
    assert [header.text_recursive for header in file.body.headers] == [*PLAYS, "Documents cités"]
    notes = file.body.get_notes(note_class="footnote")
    assert [note.note_id for note in notes] == [f"ftn{i}" for i in range(1, 7)]
    assert RAISE_QUOTE in notes[1].note_body
    assert file.meta.title == "Conversation sourcée"
    assert str(file.meta.language) == "fr-CA"
    assert 'fo:country="CA"' in file.get_part("styles.xml").serialize(pretty=False).decode()


def test_a_second_call_of_a_note_refers_to_the_first() -> None:
    shape = answer_to_json(ANSWERED.answer(ASK_ANSWERED))
    for sentence in shape["sentences"]:
        sentence["citations"] = [1]
    given = answers(shape)
    word = written("docx", given).content
    xml = zipfile.ZipFile(BytesIO(word)).read("word/document.xml").decode()
    assert (len(footnotes(word)), xml.count("NOTEREF _Ref1 ")) == (1, 2)
    odf: Any = OdfDocument(BytesIO(written("odt", given).content))
    assert len(odf.body.get_elements("//text:note-ref")) == 2
    assert pdf_text(written("pdf", given).content).count("Une allocation de 40 $ par mois couvre") == 1


def test_a_pdf_is_tagged_outlined_and_its_french_can_be_read_again() -> None:
    few = FewDocuments((document("a.md", "Le cœur", "L’œuvre — 10\u202f000\u00a0$, « à Noël » : ça, où ? Ÿ"),))
    found = hit(few.held[0], 1)
    play = Play((found,), "quoted", (("L’œuvre — 10\u202f000\u00a0$", (citation(1, found, few.held[0].text),)),))
    exported = written("pdf", answers(answer_to_json(play.answer("Où est l’œuvre?"))), few)
    file = pypdfium2.PdfDocument(exported.content)
    assert file.is_tagged()
    assert [mark.get_title() for mark in file.get_toc()] == ["Où est l’œuvre?", "Documents cités"]
    assert file.get_metadata_dict()["Title"] == "Réponse sourcée"
    assert b"pdfuaid:part" in exported.content
    text = pdf_text(exported.content)
    assert "L’œuvre — 10\u202f000\u00a0$" in text
    assert "« à Noël »".replace(" ", "") in re.sub(r"\s", "", text)


def test_names_and_types() -> None:
    assert {wanted: written(wanted).name for wanted in FORMATS} == {
        wanted: f"reponse-sourcee-2026-11-29.{wanted}" for wanted in FORMATS
    }
    assert format_of("Réponse.DOCX") == format_of("docx") == "docx"
    with pytest.raises(UsageError):
        format_of("réponse.exe")


@pytest.mark.parametrize(
    "odd",
    [
        {"answers": []},
        {"answers": [{"question": "?", "status": "answered"}] * (MAX_ANSWERS + 1)},
        {"answers": [{"question": "", "status": "answered"}]},
        {"answers": [{"question": "?", "status": "inconnu"}]},
        {"answers": [{"question": "?", "status": "answered", "energy_wh": float("nan")}]},
        {"answers": [{"question": "?", "status": "answered", "citations": [{"document_id": "../etc", "start": 0, "end": 1, "quote": ""}]}]},
        {"answers": [{"question": "?", "status": "answered"}], "language": "de"},
        {"answers": [{"question": "?", "status": "answered"}], "template": "x"},
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused(odd: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ExportBody.model_validate(odd)


def test_a_text_is_one_line_of_what_a_file_can_hold() -> None:
    assert clean(" a\n\tb\x00\u202ec\u00a0\ud800 ") == "a bc\u00a0"
    assert GUIDE.metadata.title == clean(GUIDE.metadata.title)
