"""OpenDocument: texts, presentations and sheets, as LibreOffice shows them."""

from __future__ import annotations

import io
import re
from typing import Any

import odfdo
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ingest.office.openfile import open_file

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.drafts import Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers import odp, ods, odt

LIMITS = Limits()


def text(body: str, **parts: Any) -> Reading:
    return odt.read(open_file("text", body, **parts), limits=LIMITS)


def shown(reading: Reading) -> list[tuple[str, int, str]]:
    return [(d.kind.value, d.level, t) for d in reading.drafts if (t := clean_block(d.text))]


def list_level(level: int, form: str, **attributes: str) -> str:
    more = " ".join(f'{name.replace("_", ":", 1).replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<text:list-level-style-number text:level="{level}" style:num-format="{form}" {more}/>'


def test_headings_and_lists_have_their_numbers() -> None:
    outline = (
        '<text:outline-style style:name="Outline">'
        '<text:outline-level-style text:level="1" style:num-format="1" text:start-value="5" style:num-suffix="."/>'
        '<text:outline-level-style text:level="2" style:num-format="1" text:display-levels="2"'
        ' loext:num-list-format="%1%-%2%.00"/><text:outline-level-style text:level="3" style:num-format=""/>'
        "</text:outline-style>"
    )
    lists = (
        '<text:list-style style:name="L1">'
        + list_level(1, "a", style_num_suffix=")")
        + list_level(2, "i", style_num_prefix="(", style_num_suffix=")")
        + "</text:list-style>"
    )
    body = (
        '<text:h text:outline-level="1">Congés</text:h><text:h text:outline-level="2">Spéciaux</text:h>'
        '<text:h text:outline-level="3">Sans numéro</text:h><text:h text:outline-level="2">Autres</text:h>'
        '<text:list text:style-name="L1" xml:id="x"><text:list-item><text:p>un</text:p><text:p>suite</text:p>'
        "<text:list><text:list-item><text:p>sous</text:p></text:list-item><text:list-item><text:p>sous</text:p>"
        "</text:list-item></text:list></text:list-item><text:list-item><text:p>deux</text:p></text:list-item></text:list>"
        '<text:p>Entre</text:p><text:list text:continue-list="x" text:style-name="L1"><text:list-item><text:p>trois</text:p>'
        "</text:list-item></text:list>"
        '<text:list text:style-name="L1"><text:list-item text:start-value="7"><text:p>sept</text:p></text:list-item></text:list>'
        '<text:list text:style-name="L1"><text:list-header><text:p>titre</text:p></text:list-header></text:list>'
    )
    assert shown(text(body, styles=outline, automatic=lists)) == [
        ("heading", 1, "5. Congés"),
        ("heading", 2, "5-1.00 Spéciaux"),
        ("heading", 3, "Sans numéro"),
        ("heading", 2, "5-2.00 Autres"),
        ("list_item", 0, "a) un"),
        ("list_item", 0, "suite"),
        ("list_item", 1, "(i) sous"),
        ("list_item", 1, "(ii) sous"),
        ("list_item", 0, "b) deux"),
        ("paragraph", 0, "Entre"),
        ("list_item", 0, "c) trois"),
        ("list_item", 0, "g) sept"),
        ("list_item", 0, "titre"),
    ]


def test_what_nobody_sees_is_left_out_and_told() -> None:
    styles = (
        '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
        '<style:style style:name="W" style:family="text"><style:text-properties fo:color="#FFFFFF"/></style:style>'
        '<style:style style:name="B" style:family="text" style:parent-style-name="W">'
        '<style:text-properties fo:background-color="#000080"/></style:style>'
        '<style:style style:name="P" style:family="paragraph"><style:text-properties fo:font-size="1pt"/></style:style>'
    )
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>rayé</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        '<text:p>Vu<text:span text:style-name="H"> caché</text:span>'
        "<office:annotation><dc:creator>Julie</dc:creator><text:p>À revoir</text:p></office:annotation>"
        '<text:span text:style-name="W"> blanc</text:span><text:span text:style-name="B"> sur bleu</text:span>'
        '<text:hidden-text text:is-hidden="true" text:string-value="x">secret</text:hidden-text>.</text:p>'
        '<text:p text:style-name="P">minuscule</text:p>'
        '<text:section text:display="none"><text:p>section</text:p></text:section>'
        '<text:p>disparu<text:hidden-paragraph text:is-hidden="true"/></text:p>'
    )
    reading = text(body, automatic=styles)
    assert shown(reading) == [("paragraph", 0, "Vu sur bleu.")]
    assert {(f.key, f.count) for f in reading.findings} == {
        ("finding.deletions", 1),
        ("finding.comments", 1),
        ("finding.hidden_text", 5),
    }
    assert next(f.sample for f in reading.findings if f.key == "finding.comments") == "À revoir"


def test_spaces_notes_links_and_boxes() -> None:
    body = (
        '<text:p>Un\n   deux<text:s text:c="3"/>trois<text:tab/>quatre<text:line-break/>cinq'
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body>'
        "<text:p>La note.</text:p></text:note-body></text:note> et <text:a>un lien</text:a>."
        "<draw:frame><draw:text-box><text:p>Encadré</text:p></draw:text-box></draw:frame></text:p>"
    )
    reading = text(body)
    assert shown(reading) == [
        ("paragraph", 0, "Un deux trois quatre\ncinq et un lien."),
        ("paragraph", 0, "Encadré"),
        ("note", 0, "1. La note."),
    ]
    assert reading.drafts[0].notes == ("La note.",)
    assert [(d.why, d.text) for d in reading.dropped] == [("note_mark", "1")]


def test_tables() -> None:
    cells = "<table:table-cell><text:p>{}</text:p></table:table-cell>" * 2
    body = (
        "<table:table><table:table-header-rows><table:table-row>" + cells.format("Congé", "Durée")
        + "</table:table-row></table:table-header-rows><table:table-row>"
        '<table:table-cell table:number-rows-spanned="2"><text:p>Décès</text:p></table:table-cell>'
        "<table:table-cell><text:p>cinq</text:p><text:p>jours</text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:covered-table-cell/><table:table-cell><text:p>trois</text:p></table:table-cell>"
        "</table:table-row></table:table>"
        '<table:table><table:table-row table:number-rows-repeated="1000000"><table:table-cell'
        ' table:number-columns-repeated="16384"/></table:table-row></table:table>'
        "<table:table><table:table-row><table:table-cell><text:p>Un cadre</text:p></table:table-cell></table:table-row></table:table>"
    )  # fmt: skip
    assert shown(text(body)) == [
        ("table", 0, "Congé | Durée"),
        ("table", 0, "Congé : Décès | Durée : cinq jours"),
        ("table", 0, "Congé : Décès | Durée : trois"),
        ("paragraph", 0, "Un cadre"),
    ]


def test_metadata_furniture_contents_and_title() -> None:
    meta = (
        "<dc:title>Guide</dc:title><meta:initial-creator>Ann Roy</meta:initial-creator><dc:creator>Luc</dc:creator>"
        "<dc:date>2025-03-04T10:00:00</dc:date><dc:language>fr-CA</dc:language>"
    )
    master = (
        "<style:master-page style:name='M'><style:header><text:p>En-tête</text:p></style:header></style:master-page>"
    )
    body = "<text:table-of-content><text:index-body><text:p>Un ... 3</text:p></text:index-body></text:table-of-content><text:p>Texte</text:p>"
    reading = text(body, meta=meta, master=master)
    assert shown(reading) == [("paragraph", 0, "Texte")]
    assert dict(reading.given) == {"title": "Guide", "authors": "Ann Roy", "date": "2025-03-04", "language": "fr-CA"}
    assert [(d.why, d.text) for d in reading.dropped] == [("navigation", "Un ... 3"), ("furniture", "En-tête")]
    titled = text('<text:p text:style-name="Title">Le guide</text:p>', meta=meta)
    assert shown(titled) == [("heading", 1, "Le guide")] and titled.given["title"] == "Le guide"


def test_a_real_text_by_odfdo() -> None:
    # Its model of a document numbers the headings.
    made = odfdo.Document("text")
    made.body.clear()
    made.body.append(odfdo.Header(1, "Le rapport"))
    made.body.append(odfdo.Paragraph("Un texte."))
    made.body.append(odfdo.List(["un", "deux"]))
    table = odfdo.Table("T", width=2, height=2)
    for (x, y), value in {(0, 0): "Nom", (1, 0): "Ville", (0, 1): "Ann", (1, 1): "Laval"}.items():
        table.set_value((x, y), value)
    made.body.append(table)
    stream = io.BytesIO()
    made.save(stream)
    assert [t for _, _, t in shown(odt.read(stream.getvalue(), limits=LIMITS))] == [
        "1. Le rapport", "Un texte.", "un", "deux", "Nom | Ville", "Ann | Laval"
    ]  # fmt: skip
    assert odt.source_text(stream.getvalue(), limits=LIMITS).split("\n")[:2] == ["Le rapport", "Un texte."]


def test_charts_and_equations() -> None:
    def placed(name: str) -> str:
        return f'<draw:frame><draw:object xmlns:x="http://www.w3.org/1999/xlink" x:href="./{name}"/><draw:image/></draw:frame>'

    def row(*cells: str) -> str:
        return "<table:table-row>" + "".join(cell(text) for text in cells) + "</table:table-row>"

    chart = (
        '<office:document-content SPACES xmlns:chart="urn:oasis:names:tc:opendocument:xmlns:chart:1.0"><office:body>'
        "<office:chart><chart:chart><chart:title><text:p>Taux de grief</text:p></chart:title><table:table>"
        + row("", "2024", "2025") + row("Montréal", "0.125", "0.13") + row("Estrie", "0.08", "0.09")
        + "</table:table></chart:chart></office:chart></office:body></office:document-content>"
    )  # fmt: skip
    math = "<math><semantics><mi>x</mi><mo>=</mo><mn>2</mn><annotation>x = 2</annotation></semantics></math>"
    body = f"<text:p>Avant{placed('C')}</text:p><text:p>Puis{placed('M')}</text:p><text:p>Après{placed('O')}</text:p>"
    reading = odt.read(open_file("text", body, objects={"C": chart, "M": math}), limits=LIMITS)
    assert [draft.text for draft in reading.drafts] == [
        "Avant", "Taux de grief", "2024", "2025", "Montréal", "Estrie", "Puis", "x = 2", "Après"
    ]  # fmt: skip
    assert [(f.key, f.count) for f in reading.findings] == [("finding.embedded", 1)]


def frame(content: str, kind: str = "", x: float = 1, y: float = 1) -> str:
    named = f'presentation:class="{kind}"' if kind else ""
    return (
        f'<draw:frame {named} svg:x="{x}cm" svg:y="{y}cm" svg:width="8cm" svg:height="2cm"><draw:text-box>{content}'
        "</draw:text-box></draw:frame>"
    )


def test_slides() -> None:
    styles = (
        '<style:style style:name="dp2" style:family="drawing-page">'
        '<style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
    )
    body = (
        '<draw:page draw:name="1">' + frame("<text:p>Sous-titre</text:p>", "subtitle", y=8)
        + frame("<text:p>Le titre</text:p>", "title") + frame("<text:p>Pied</text:p>", "footer", y=18)
        + "<presentation:notes>" + frame("<text:p>À dire</text:p>", "notes") + "</presentation:notes></draw:page>"
        '<draw:page draw:name="2">' + frame("<text:p>droite</text:p>", x=14, y=5) + frame("<text:p>gauche</text:p>", y=5)
        + frame("<text:p>Bilan</text:p>", "title")
        + '<draw:g><draw:custom-shape svg:x="1cm" svg:y="12cm"><text:p>forme</text:p></draw:custom-shape></draw:g>'
        + frame("<text:list><text:list-item><text:p>point</text:p></text:list-item></text:list>", "outline", y=9)
        + '</draw:page><draw:page draw:style-name="dp2">' + frame("<text:p>Masquée</text:p>", "title") + "</draw:page>"
    )  # fmt: skip
    data = open_file("presentation", body, automatic=styles)
    reading = odp.read(data, limits=LIMITS)
    assert [(d.page, d.kind.value, d.level, d.text) for d in reading.drafts] == [
        (1, "heading", 1, "Le titre"),
        (1, "paragraph", 0, "Sous-titre"),
        (2, "heading", 2, "Bilan"),
        (2, "paragraph", 0, "gauche"),
        (2, "paragraph", 0, "droite"),
        (2, "list_item", 0, "point"),
        (2, "paragraph", 0, "forme"),
    ]
    assert {(f.key, f.count, f.sample, f.page) for f in reading.findings} == {
        ("finding.speaker_notes", 1, "À dire", 1),
        ("finding.hidden_slides", 1, "Masquée", 3),
    }
    assert [(d.why, d.text, d.page) for d in reading.dropped] == [("furniture", "Pied", 1)]
    assert "Masquée" in odp.source_text(data, limits=LIMITS)
    with pytest.raises(UnreadableFileError):
        odp.read(data, limits=Limits(max_pages=2))


def cell(content: str, more: str = "") -> str:
    return f"<table:table-cell {more}><text:p>{content}</text:p></table:table-cell>"


def test_sheets_show_what_their_cells_show() -> None:
    styles = '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
    rows = (
        "<table:table-row>" + cell("Région") + cell("Taux") + cell("Caché") + cell("Effectif") + "</table:table-row>"
        "<table:table-row>" + cell("Montréal", 'office:value="0.125"') + cell("12,5 %") + cell("x") + cell("1 250") + "</table:table-row>"
        '<table:table-row table:visibility="collapse">' + cell("Laval") + "</table:table-row>"
        "<table:table-row>" + cell("Estrie") + cell("8 %") + cell("y") + cell("80") + "</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/>'
        "</table:table-row>"
    )  # fmt: skip
    body = (
        '<table:table table:name="Effectifs"><table:table-column table:number-columns-repeated="2"/>'
        f'<table:table-column table:visibility="collapse"/><table:table-column/>{rows}</table:table>'
        f'<table:table table:name="Secret" table:style-name="ta2"><table:table-row>{cell("s")}</table:table-row></table:table>'
    )
    data = open_file("spreadsheet", body, automatic=styles)
    reading = ods.read(data, limits=LIMITS)
    assert shown(reading) == [
        ("heading", 2, "Effectifs"),
        ("table", 0, "Région | Taux | Effectif"),
        ("table", 0, "Région : Montréal | Taux : 12,5 % | Effectif : 1 250"),
        ("table", 0, "Région : Estrie | Taux : 8 % | Effectif : 80"),
    ]
    assert {(f.key, f.count, f.sample) for f in reading.findings} == {
        ("finding.hidden_cells", 2, "Caché"),
        ("finding.hidden_sheets", 1, "Secret"),
    }
    assert "Laval" in ods.source_text(data, limits=LIMITS)


def test_a_sheet_full_of_one_repeated_text_is_refused() -> None:
    row = '<table:table-row table:number-rows-repeated="1048576">' + cell("x", 'table:number-columns-repeated="16384"')
    data = open_file("spreadsheet", f'<table:table table:name="F">{row}</table:table-row></table:table>')
    with pytest.raises(UnreadableFileError) as refused:
        ods.read(data, limits=LIMITS)
    assert refused.value.key == "ingest.too_much_text"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (open_file("text", "<text:p>x</text:p>", manifest="<encryption-data/>"), "archive_locked"),
        (open_file("text", "<text:p>&b;</text:p>", head="<!DOCTYPE a [<!ENTITY b 'c'>]>"), "damaged"),
        (open_file("text", "<text:p>"), "damaged"),
        (open_file("text", "<text:section>" * 400 + "</text:section>" * 400), "damaged"),
        (open_file("presentation", ""), "damaged"),
        (b"PK\x05\x06" + b"\0" * 18, "damaged"),
    ],
)
def test_hostile_files_are_refused_by_name(data: bytes, key: str) -> None:
    for work in (odt.read, odt.source_text):
        with pytest.raises(UnreadableFileError) as refused:
            work(data, limits=LIMITS)
        assert refused.value.key == f"ingest.{key}"


WORDS = st.text(st.sampled_from("abcdeéàçœ"), min_size=1, max_size=6)
KINDS = st.sampled_from(["p", "h", "list", "table", "hidden", "box", "note"])


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.tuples(KINDS, st.lists(WORDS, min_size=1, max_size=4)), max_size=8))
def test_every_visible_word_comes_out_once_in_order(blocks: list[tuple[str, list[str]]]) -> None:
    body, expected, noted = "", [], []
    for place, (kind, words) in enumerate(blocks):
        named = [f"{word}{place}x{rank}z" for rank, word in enumerate(words)]
        joined = " ".join(named)
        if kind in {"p", "h"}:
            body += f'<text:{kind} text:outline-level="1">{joined}</text:{kind}>'
        elif kind == "list":
            body += (
                "<text:list>"
                + "".join(f"<text:list-item><text:p>{w}</text:p></text:list-item>" for w in named)
                + "</text:list>"
            )
        elif kind == "table":
            cells = "".join(f"<table:table-cell><text:p>{w}</text:p></table:table-cell>" for w in named)
            body += f"<table:table><table:table-row>{cells}</table:table-row></table:table>"
        elif kind == "hidden":
            body += f'<text:p><text:span text:style-name="H">{joined}</text:span></text:p>'
        elif kind == "box":
            body += (
                f"<text:p><draw:frame><draw:text-box><text:p>{joined}</text:p></draw:text-box></draw:frame></text:p>"
            )
        else:
            body += f"<text:p>{named[0]}<text:note><text:note-body><text:p>{joined}</text:p></text:note-body></text:note></text:p>"
            expected.append(named[0])
            noted += named
        expected += named if kind not in {"hidden", "note"} else []
    hidden = (
        '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
    )
    out = " ".join(draft.text for draft in text(body, automatic=hidden).drafts)
    assert re.findall(r"\w+z\b", out) == expected + noted
