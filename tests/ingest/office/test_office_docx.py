"""Word documents: what Word shows, in order, and nothing that it hides."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ingest.office.wordfile import numbered, paragraph, word_file

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.drafts import Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers import docx as reader

LIMITS = Limits()


def read(data: bytes) -> Reading:
    return reader.read(data, limits=LIMITS)


def texts(data: bytes) -> list[str]:
    return [shown for draft in read(data).drafts if (shown := clean_block(draft.text))]


def level(index: int, text: str, form: str = "decimal", more: str = "") -> str:
    return f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def numbering(levels: str, *, instances: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    return f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{instances}'


def test_clauses_have_the_numbers_that_word_computes() -> None:
    levels = (
        '<w:lvl w:ilvl="0"><w:start w:val="5"/><w:numFmt w:val="decimal"/><w:lvlText w:val="CHAPITRE %1"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="3"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1-%2.00"/></w:lvl>'
        + level(2, "%1-%2.%3", "decimalZero")
        + level(3, "%4)", "lowerLetter")
        + level(4, "(%5)", "lowerRoman")
    )
    body = (
        numbered("Congés", 0) + numbered("Congés spéciaux", 1) + numbered("La salariée a droit", 2)
        + numbered("au mariage;", 3) + numbered("au décès :", 3) + numbered("du père;", 4) + numbered("de la mère;", 4)
        + numbered("Le salarié", 2) + numbered("premier;", 3) + numbered("Autres congés", 1) + numbered("Encore", 2)
    )  # fmt: skip
    assert texts(word_file(body, numbering=numbering(levels))) == [
        "CHAPITRE 5 Congés",
        "5-3.00 Congés spéciaux",
        "5-3.01 La salariée a droit",
        "a) au mariage;",
        "b) au décès :",
        "(i) du père;",
        "(ii) de la mère;",
        "5-3.02 Le salarié",
        "a) premier;",
        "5-4.00 Autres congés",
        "5-4.01 Encore",
    ]


def test_numbers_of_every_form() -> None:
    forms = {
        "upperLetter": ["A", "B", "C"],
        "upperRoman": ["I", "II", "III"],
        "ordinal": ["1er", "2e", "3e"],
        "decimalZero": ["01", "02", "03"],
        "chicago": ["*", "†", "‡"],
    }
    for form, expected in forms.items():
        body = "".join(numbered("mot") for _ in expected)
        shown = texts(word_file(body, numbering=numbering(level(0, "%1.", form))))
        assert shown == [f"{number}. mot" for number in expected]


def test_instances_share_their_counters_until_one_starts_again() -> None:
    instances = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="4"/></w:lvlOverride></w:num>'
        '<w:num w:numId="4"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
        + level(0, "Annexe %1", "upperLetter")
        + "</w:lvlOverride></w:num>"
    )
    body = "".join(numbered("x", 0, number) for number in (1, 1, 2, 3, 3, 1, 4))
    shown = texts(word_file(body, numbering=numbering(level(0, "%1."), instances=instances)))
    assert shown == ["1. x", "2. x", "3. x", "4. x", "5. x", "6. x", "Annexe G x"]


def test_a_level_that_never_starts_again_and_legal_numbers() -> None:
    levels = level(0, "%1", "upperRoman") + level(1, "%1.%2", "decimal", '<w:lvlRestart w:val="0"/><w:isLgl/>')
    body = "".join(numbered("x", depth) for depth in (0, 1, 0, 1))
    assert texts(word_file(body, numbering=numbering(levels))) == ["I x", "1.1 x", "II x", "2.2 x"]


def test_numbers_come_from_styles_and_can_be_taken_away() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="Titre1"><w:name w:val="heading 1"/>'
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Titre2"><w:name w:val="heading 2"/><w:basedOn w:val="Titre1"/></w:style>'
    )
    levels = level(0, "%1.", more='<w:pStyle w:val="Titre1"/>') + level(1, "%1.%2", more='<w:pStyle w:val="Titre2"/>')
    body = (
        paragraph("Un", '<w:pStyle w:val="Titre1"/>')
        + paragraph("Un un", '<w:pStyle w:val="Titre2"/>')
        + paragraph("Sans", '<w:pStyle w:val="Titre1"/><w:numPr><w:numId w:val="0"/></w:numPr>')
        + paragraph("Deux", '<w:pStyle w:val="Titre1"/>')
    )
    drafts = read(word_file(body, styles=styles, numbering=numbering(levels))).drafts
    assert [(d.kind.value, d.level, d.text) for d in drafts] == [
        ("heading", 1, "1. Un"),
        ("heading", 2, "1.1 Un un"),
        ("heading", 1, "Sans"),
        ("heading", 1, "2. Deux"),
    ]


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_what_nobody_sees_is_left_out_and_told() -> None:
    styles = (
        '<w:style w:type="character" w:styleId="C"><w:name w:val="C"/><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="P"><w:name w:val="P"/><w:rPr><w:vanish/></w:rPr></w:style>'
    )
    body = (
        paragraph("Vu", raw=run(" masqué", "<w:vanish/>") + run(" aussi", '<w:rStyle w:val="C"/>') + run(".") )
        + paragraph("Rien", '<w:pStyle w:val="P"/>')
        + paragraph(raw=run("Révélé", '<w:vanish w:val="0"/>'), properties='<w:pStyle w:val="P"/>')
        + paragraph("Blanc :", raw=run(" blanc", '<w:color w:val="FFFFFF"/>'))
        + paragraph(raw=run("Blanc sur bleu", '<w:color w:val="ffffff"/><w:shd w:val="clear" w:fill="0000FF"/>'))
        + paragraph("Minuscule :", raw=run(" un point", '<w:sz w:val="2"/>'))
    )  # fmt: skip
    reading = read(word_file(body, styles=styles))
    assert [d.text for d in reading.drafts if d.text] == ["Vu.", "Révélé", "Blanc :", "Blanc sur bleu", "Minuscule :"]
    [finding] = reading.findings
    assert (finding.key, finding.count, finding.sample) == ("finding.hidden_text", 4, "masqué aussi")


def test_white_text_on_a_coloured_row_is_seen() -> None:
    cell = '<w:tc><w:tcPr><w:shd w:val="clear" w:fill="000080"/></w:tcPr>{}</w:tc>'
    white = paragraph(raw=run("Blanc", '<w:color w:val="FFFFFF"/>'))
    row = f"<w:tr>{cell.format(white)}{cell.format(paragraph('Noir'))}</w:tr>"
    reading = read(word_file(f"<w:tbl>{row}</w:tbl>"))
    assert [d.text for d in reading.drafts] == ["Blanc | Noir"] and not reading.findings


def test_white_text_over_a_picture_is_not_taken_for_hidden() -> None:
    anchor = '<w:r><w:drawing><wp:anchor xmlns:wp="urn:wp" behindDoc="1"/></w:drawing></w:r>'
    reading = read(word_file(paragraph(raw=anchor + run("Couverture", '<w:color w:val="FFFFFF"/>'))))
    assert [d.text for d in reading.drafts] == ["Couverture"] and not reading.findings


def test_comments_and_tracked_changes_are_left_out_and_told() -> None:
    body = (
        paragraph(
            "Le délai",
            raw='<w:del><w:r><w:delText> de dix jours</w:delText></w:r></w:del><w:ins><w:r><w:t xml:space="preserve"> de'
            " vingt jours</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>déplacé</w:t></w:r></w:moveFrom>"
            '<w:moveTo><w:r><w:t>.</w:t></w:r></w:moveTo><w:r><w:commentReference w:id="1"/></w:r>',
        )
        + "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>rayé</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    comments = f'<w:comment w:id="1">{paragraph("À vérifier avec Julie")}</w:comment>'
    reading = read(word_file(body, comments=comments))
    assert [d.text for d in reading.drafts] == ["Le délai de vingt jours."]
    assert [(f.key, f.count, f.sample) for f in reading.findings] == [
        ("finding.deletions", 3, "de dix jours"),
        ("finding.comments", 1, "À vérifier avec Julie"),
    ]


def test_a_deleted_clause_is_not_counted() -> None:
    gone = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr></w:pPr>'
        "<w:del><w:r><w:delText>biffé</w:delText></w:r></w:del></w:p>"
    )
    body = numbered("un") + gone + numbered("deux")
    assert texts(word_file(body, numbering=numbering(level(0, "%1.")))) == ["1. un", "2. deux"]


def test_fields_show_their_result() -> None:
    def field(instruction: str, result: str) -> str:
        return (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + instruction
            + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run(result) + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )  # fmt: skip

    code = "<w:r><w:instrText>REF _Ref1</w:instrText></w:r>"
    nested = code + field(code, "CODE")
    body = (
        paragraph("Voir ", raw=field(nested, "l’article 3") + run(" et "))
        + paragraph(raw='<w:fldSimple w:instr="PAGE">' + run("12") + "</w:fldSimple>")
        + paragraph(raw='<w:r><w:fldChar w:fldCharType="begin"/></w:r>' + run("jamais fini"))
        + paragraph("La suite", raw='<w:hyperlink r:id="x">' + run(" du lien") + "</w:hyperlink>")
    )
    assert texts(word_file(body)) == ["Voir l’article 3 et", "12", "La suite du lien"]


def test_text_boxes_are_read_once() -> None:
    box = f"<w:txbxContent>{paragraph('Encadré')}{paragraph('Suite')}</w:txbxContent>"
    drawn = (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:wsp><wps:txbx>" + box
        + "</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>" + box
        + "</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )  # fmt: skip
    old = f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{paragraph('Ancien')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    data = word_file(paragraph("Avant", raw=drawn + run(" après")) + paragraph("Autre", raw=old))
    assert texts(data) == ["Avant après", "Encadré", "Suite", "Autre", "Ancien"]


def test_headers_and_contents_are_kept_apart() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="TM1"><w:name w:val="toc 1"/></w:style>'
    body = (
        paragraph("1. Congés\t4", '<w:pStyle w:val="TM1"/>')
        + paragraph("Le texte")
        + '<w:sectPr><w:headerReference w:type="default" r:id="header1"/><w:footerReference r:id="footer1"/></w:sectPr>'
    )
    data = word_file(body, styles=styles, header1=paragraph("Convention 2026"), footer1=paragraph("Page 1"))
    reading = read(data)
    assert [d.text for d in reading.drafts if d.text] == ["Le texte"]
    assert [(d.why, d.text) for d in reading.dropped] == [
        ("navigation", "1. Congés 4"),
        ("furniture", "Convention 2026"),
        ("furniture", "Page 1"),
    ]
    source = reader.source_text(data, limits=LIMITS)
    assert all(words in source for words in ("Le texte", "Convention 2026", "1. Congés"))


def test_symbols_powers_and_equations() -> None:
    body = (
        paragraph("Oui ", raw='<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>' + run("ü", '<w:rFonts w:ascii="Wingdings"/>'))
        + paragraph("12 m", raw=run("2", '<w:vertAlign w:val="superscript"/>'))
        + paragraph("Taux ", raw="<m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f></m:oMath>")
        + paragraph("Inconnu", raw='<w:r><w:sym w:font="Wingdings" w:char="F030"/></w:r>')
    )  # fmt: skip
    reading = read(word_file(body))
    assert [d.text for d in reading.drafts] == ["Oui ✓✓", "12 m²", "Taux a/b", "Inconnu"]
    assert [(f.key, f.count, f.sample) for f in reading.findings] == [("finding.symbols", 1, "Wingdings")]


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def test_tables_keep_their_header() -> None:
    header = "<w:tr><w:trPr><w:tblHeader/></w:trPr>" + cell("Congé") + cell("Durée") + "</w:tr>"
    merged = "<w:tr>" + cell("Décès", '<w:vMerge w:val="restart"/>') + cell("cinq jours") + "</w:tr>"
    under = "<w:tr>" + cell("", "<w:vMerge/>") + cell("trois jours") + "</w:tr>"
    wide = "<w:tr>" + cell("Autres", '<w:gridSpan w:val="2"/>') + "</w:tr>"
    assert texts(word_file(f"<w:tbl>{header}{merged}{under}{wide}</w:tbl>")) == [
        "Congé | Durée",
        "Congé : Décès | Durée : cinq jours",
        "Congé : Décès | Durée : trois jours",
        "Autres",
    ]


def test_a_table_that_frames_text_is_not_a_table() -> None:
    framed = f"<w:tbl><w:tr><w:tc>{paragraph('Un')}{paragraph('Deux')}</w:tc></w:tr></w:tbl>"
    assert [(d.kind.value, d.text) for d in read(word_file(framed)).drafts] == [
        ("paragraph", "Un"),
        ("paragraph", "Deux"),
    ]


def test_what_the_file_says_of_itself() -> None:
    core = (
        "<dc:title>Guide des congés</dc:title><dc:creator>Ann Roy; Luc Côté</dc:creator><dc:language>fr-CA</dc:language>"
        "<dcterms:created>2024-01-02T10:00:00Z</dcterms:created><dcterms:modified>2025-03-04T10:00:00Z</dcterms:modified>"
    )
    assert dict(read(word_file(paragraph("x"), core=core)).given) == {
        "title": "Guide des congés",
        "authors": "Ann Roy; Luc Côté",
        "date": "2025-03-04",
        "language": "fr-CA",
    }
    assert "title" not in read(word_file(paragraph("x"), core="<dc:title>Document1</dc:title>")).given


def test_notes_called_from_tables_and_text() -> None:
    call = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    notes = "".join(f'<w:footnote w:id="{n}">{paragraph(f"Note {n}.")}</w:footnote>' for n in (1, 2))
    table = f"<w:tbl><w:tr>{cell('a')}<w:tc>{paragraph('b', raw=call.format(2))}</w:tc></w:tr></w:tbl>"
    drafts = read(word_file(table + paragraph("Fin", raw=call.format(1) + run(".")), footnotes=notes)).drafts
    assert [(d.text, d.notes) for d in drafts] == [
        ("a | b", ("Note 2.",)),
        ("Fin.", ("Note 1.",)),
        ("1. Note 2.", ()),
        ("2. Note 1.", ()),
    ]


BOMB = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (word_file(paragraph("&b;"), tail=BOMB), "damaged"),
        (word_file("<w:p>" * 300 + "</w:p>" * 300), "damaged"),
        (word_file("<w:p>"), "damaged"),
        (word_file(paragraph("x"), styles="<"), "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "archive_locked"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "unsupported"),
        (word_file(paragraph("x"))[:-60], "damaged"),
    ],
)  # fmt: skip
def test_hostile_files_are_refused_by_name(data: bytes, key: str) -> None:
    for work in (reader.read, reader.source_text):
        if work is reader.source_text and key == "damaged" and b"styles" in data:
            continue
        with pytest.raises(UnreadableFileError) as refused:
            work(data, limits=LIMITS)
        assert refused.value.key == f"ingest.{key}"


WORDS = st.text(st.sampled_from("abcdeéàçœ"), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.data())
def test_every_visible_word_comes_out_once_in_order(data: st.DataObject) -> None:
    import docx
    from docx.shared import Pt

    counter = iter(range(10_000))

    def word() -> str:
        return f"{data.draw(WORDS)}{next(counter)}z"

    made = docx.Document()
    expected: list[str] = []
    for _ in range(data.draw(st.integers(1, 8))):
        kind = data.draw(st.sampled_from(["paragraph", "heading", "list", "number", "table", "hidden", "mixed"]))
        if kind == "table":
            rows, columns = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
            table = made.add_table(rows, columns)
            for row in table.rows:
                for place in row.cells:
                    expected.append(word())
                    place.text = expected[-1]
            continue
        style = {"list": "List Bullet", "number": "List Number"}.get(kind)
        paragraph = made.add_heading("", 2) if kind == "heading" else made.add_paragraph("", style=style)
        for _ in range(data.draw(st.integers(1, 4))):
            hidden = kind == "hidden" or (kind == "mixed" and data.draw(st.booleans()))
            text = word()
            added = paragraph.add_run(text + " ")
            if hidden:
                added.font.size, added.font.hidden = Pt(12), True
            else:
                expected.append(text)
    stream = io.BytesIO()
    made.save(stream)
    shown = " ".join(d.text for d in read(stream.getvalue()).drafts)
    assert re.findall(r"\w+z\b", shown) == expected
