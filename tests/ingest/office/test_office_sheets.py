"""Workbooks and CSV files: what the cells show, row by row, each with its header."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.drafts import Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers import csv as csv_reader
from sourcier.ingest.readers import formats
from sourcier.ingest.readers import xlsx as reader

LIMITS = Limits()


def saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(book: Any) -> Reading:
    return reader.read(saved(book), limits=LIMITS)


def shown(reading: Reading) -> list[tuple[str, str]]:
    return [(draft.kind.value, draft.text.replace("\u00a0", " ")) for draft in reading.drafts]


def sheet(*rows: Sequence[object], name: str = "Effectifs") -> Any:
    book = openpyxl.Workbook()
    book.active.title = name
    for row in rows:
        book.active.append(row)
    return book


def test_each_row_keeps_its_header_as_its_cells_show_it() -> None:
    book = sheet(
        ["Personnel au 30 septembre"],
        [],
        ["Région", "Effectif", "Taux", "Masse", "Depuis", "Mis à jour"],
        ["Montréal", 1250, 0.125, 1234567.5, date(2024, 5, 6), datetime(2024, 5, 6, 13, 30)],
        ["Estrie", 80, 0.08, -12, date(2023, 1, 1), None],
        [],
        ["Source : ministère de l’Éducation, données provisoires."],
    )
    for row in book.active.iter_rows(min_row=4, max_row=5):
        for cell, code in zip(
            row[1:], ["#,##0", "0.0%", '#,##0.00\\ "$"', "d mmmm yyyy", "dd/mm/yyyy hh:mm"], strict=True
        ):
            cell.number_format = code
    assert shown(read(book)) == [
        ("heading", "Effectifs"),
        ("paragraph", "Personnel au 30 septembre"),
        ("table", "Région | Effectif | Taux | Masse | Depuis | Mis à jour"),
        (
            "table",
            "Région : Montréal | Effectif : 1 250 | Taux : 12,5 % | Masse : 1 234 567,50 $ | Depuis : 6 mai 2024"
            + " | Mis à jour : 2024-05-06 13:30",
        ),
        ("table", "Région : Estrie | Effectif : 80 | Taux : 8,0 % | Masse : -12,00 $ | Depuis : 1er janvier 2023"),
        ("paragraph", "Source : ministère de l’Éducation, données provisoires."),
    ]


@pytest.mark.parametrize(
    ("value", "code", "expected"),
    [
        ("1250", "General", "1250"),
        ("0.333333333333", "General", "0,3333333333"),
        ("1250.5", "#,##0.00", "1 250,50"),
        ("-5", '"$"#,##0_);("$"#,##0)', "(5 $)"),
        ("0", '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)', "- $"),
        ("12.5", "[$€-40C] #,##0.00", "12,50 €"),
        ("7", "000", "007"),
        ("5145551234", "(000) 000-0000", "(514) 555-1234"),
        ("2.75", '0.00" $/h"', "2,75 $/h"),
        ("2.5", "# ?/?", "2,5"),
        ("1234567", '#,##0,"k"', "1 235k"),
        ("3.1", "0.0#", "3,1"),
        ("5", ";;;", ""),
        ("-0.001", "0.00", "0,00"),
        ("0.075", '0.0\\ "%"', "0,1 %"),
        ("123456", "0.00E+00", "1,23E+5"),
        ("1", '"Oui";"Non";"Nul"', "Oui"),
    ],
)
def test_numbers(value: str, code: str, expected: str) -> None:
    assert not formats.is_date(code)
    assert formats.number(Decimal(value), code).replace("\u00a0", " ") == expected


@pytest.mark.parametrize(
    ("serial", "code", "expected"),
    [
        (45000, "mm-dd-yy", "2023-03-15"),
        (45000.5, "yyyy-mm-dd h:mm", "2023-03-15 12:00"),
        (45000, "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "mercredi 15 mars 2023"),
        (45000, "mmm-yy", "mars 2023"),
        (45000, "d-mmm", "15 mars"),
        (0.5, "h:mm AM/PM", "12:00"),
        (1.5, "[h]:mm", "36:00"),
        (1, "yyyy-mm-dd", "1900-01-01"),
        (-3, "yyyy-mm-dd", ""),
    ],
)
def test_dates(serial: float, code: str, expected: str) -> None:
    assert formats.is_date(code)
    assert formats.date(serial, code) == expected


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.text(st.sampled_from('0#?.,;%"\\_*[]$€-()dmyhs@E+/ ab'), max_size=14), st.decimals(-(10**12), 10**12, places=3)
)
def test_any_format_is_lived_with(code: str, value: Decimal) -> None:
    formats.is_date(code)
    formats.number(value, code)
    formats.date(float(value), code)


def test_every_kind_of_value() -> None:
    book = sheet(
        ["Nom", "Valeur"], ["vrai", True], ["texte", "01"], ["heure", time(8, 30)], ["durée", timedelta(hours=30)]
    )
    texts = [text for _, text in shown(read(book))]
    assert texts[1:] == ["Nom | Valeur", "vrai | VRAI", "texte | 01", "heure | 08:30:00", "durée | 30:00:00"]


def test_formulas_show_their_last_result() -> None:
    data = saved(sheet(["a", "b", "c"], ["x", 1, "=B2*2"], ["y", 2, "=B3*2"]))
    archive = zipfile.ZipFile(io.BytesIO(data))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as changed:
        for name in archive.namelist():
            part = archive.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(b"<f>B2*2</f><v />", b"<f>B2*2</f><v>2</v>").replace(
                    b"<f>B2*2</f><v></v>", b"<f>B2*2</f><v>2</v>"
                )
            changed.writestr(name, part)
    reading = reader.read(stream.getvalue(), limits=LIMITS)
    assert [text for _, text in shown(reading)][2:] == ["a : x | b : 1 | c : 2", "a : y | b : 2"]
    assert [(f.key, f.count, f.sample) for f in reading.findings] == [("finding.uncomputed", 1, "C3")]


def test_what_is_hidden_is_left_out_and_told() -> None:
    book = sheet(["Nom", "Salaire", "Note"], ["Ann", 10, "a"], ["Luc", 20, "b"], ["Zoé", 30, "c"], ["Eva", 40, "d"])
    active = book.active
    active.row_dimensions[3].hidden = True
    active.column_dimensions["C"].hidden = True
    active["A4"].comment = Comment("Vérifier", "Julie")
    active["A5"].font = Font(color="FFFFFFFF")
    book.create_sheet("Secret").append(["caché"])
    book["Secret"].sheet_state = "veryHidden"
    active["B5"].number_format = ";;;"
    reading = read(book)
    assert [text for _, text in shown(reading)] == ["Effectifs", "Nom | Salaire", "Ann | 10", "Zoé | 30"]
    assert {(f.key, f.count, f.sample) for f in reading.findings} == {
        ("finding.hidden_cells", 2, "Luc"),
        ("finding.hidden_sheets", 1, "Secret"),
        ("finding.hidden_text", 2, "40"),
        ("finding.comments", 1, "Vérifier"),
    }
    assert "caché" in reader.source_text(saved(book), limits=LIMITS)


def test_white_on_a_fill_is_seen() -> None:
    book = sheet(["Nom", "Salaire"], ["Ann", 10])
    for cell in book.active[1]:
        cell.font, cell.fill = Font(color="FFFFFFFF", bold=True), PatternFill("solid", "FF000080")
    reading = read(book)
    assert [text for _, text in shown(reading)] == ["Effectifs", "Nom | Salaire", "Nom : Ann | Salaire : 10"]
    assert not reading.findings


def test_merged_cells() -> None:
    book = sheet(
        ["Région", "Femmes", "", "Hommes", ""],
        ["", "2022", "2023", "2022", "2023"],
        ["Montréal", 1, 2, 3, 4],
        ["", 5, 6, 7, 8],
    )
    for area in ("A1:A2", "B1:C1", "D1:E1", "A3:A4"):
        book.active.merge_cells(area)
    assert [text for _, text in shown(read(book))][3:] == [
        "Région : Montréal | Femmes – 2022 : 1 | Femmes – 2023 : 2 | Hommes – 2022 : 3 | Hommes – 2023 : 4",
        "Région : Montréal | Femmes – 2022 : 5 | Femmes – 2023 : 6 | Hommes – 2022 : 7 | Hommes – 2023 : 8",
    ]


def test_a_table_goes_on_after_an_empty_row_and_key_values_stay_as_they_are() -> None:
    book = sheet(
        ["Nom", "Ville", "Poste"], ["Ann", "Laval", "12"], ["Luc", "Gatineau", "13"], [], ["Eva", "Lévis", "14"]
    )
    assert shown(read(book))[-1] == ("table", "Nom : Eva | Ville : Lévis | Poste : 14")
    book = sheet(["Nom", "Ann"], ["Ville", "Laval"], ["Poste", 12])
    assert [text for _, text in shown(read(book))][1:] == ["Nom | Ann", "Ville | Laval", "Poste | 12"]


def test_a_sheet_without_a_name_of_its_own_is_no_heading() -> None:
    assert shown(read(sheet(["Bonjour"], name="Feuil1"))) == [("paragraph", "Bonjour")]


def raw_sheet(xml: str) -> bytes:
    stream, data = io.BytesIO(), saved(sheet(["x"]))
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as changed, zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            changed.writestr(name, xml if name.endswith("sheet1.xml") else archive.read(name))
    return stream.getvalue()


SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def test_a_sheet_that_claims_a_million_rows_is_read_at_once() -> None:
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>un</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    merged = '<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="B2:ZZZ9999999"/></mergeCells>'
    data = raw_sheet(
        f"<worksheet {SPACE}><dimension ref='A1:XFD1048576'/><sheetData>{rows}</sheetData>{merged}</worksheet>"
    )
    assert [draft.text for draft in reader.read(data, limits=LIMITS).drafts] == ["Effectifs", "un", "2"]


def test_escaped_characters_of_texts() -> None:
    xml = f"<worksheet {SPACE}><sheetData><row><c t='inlineStr'><is><t>Un_x000A_deux_x005F_x</t></is></c></row></sheetData></worksheet>"
    assert [draft.text for draft in reader.read(raw_sheet(xml), limits=LIMITS).drafts][1:] == ["Un\ndeux_x"]


@pytest.mark.parametrize(
    "xml",
    [
        "<worksheet>",
        f"<worksheet {SPACE}><sheetData><row><c t='s'><v>99999999999999999999</v></c><c r='1A'><v>x</v></c>"
        + "<c><v>1e999999999</v></c><c><v>NaN</v></c><c s='-1'><v>1</v></c></row></sheetData></worksheet>",
        f"<!DOCTYPE w [<!ENTITY a 'b'>]><worksheet {SPACE}><sheetData><row><c><v>&a;</v></c></row></sheetData></worksheet>",
        "",
    ],
)
def test_hostile_sheets_are_read_or_refused(xml: str) -> None:
    try:
        reader.read(raw_sheet(xml), limits=LIMITS)
    except UnreadableFileError as error:
        assert error.key == "ingest.damaged"
    else:
        assert "DOCTYPE" not in xml


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sourcier.ingest.readers.sheets.MAX_CELLS", 100)
    with pytest.raises(UnreadableFileError) as refused:
        read(sheet(*[["a", "b"]] * 60))
    assert refused.value.key == "ingest.too_much_text"


def rows_of(text: str, encoding: str = "utf-8") -> list[str]:
    return [draft.text for draft in csv_reader.read(text.encode(encoding), limits=LIMITS).drafts]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_csv_delimiters(delimiter: str) -> None:
    lines = [["Nom", "Ville", "Âge"], ["Ann", "Laval", "45"], ["Luc", "Lévis", "38"]]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    expected = ["Nom | Ville | Âge", "Nom : Ann | Ville : Laval | Âge : 45", "Nom : Luc | Ville : Lévis | Âge : 38"]
    assert rows_of(text) == rows_of(text, "cp1252") == rows_of(text, "utf-16") == expected


def test_csv_quotes_line_feeds_and_decimal_commas() -> None:
    text = 'sep=;\nNom;Remarque;Taux\nAnn;"Deux\nlignes; et ""plus""";1,5\nLuc;Rien;2,5\n'
    assert rows_of(text) == [
        "Nom | Remarque | Taux",
        'Nom : Ann | Remarque : Deux lignes; et "plus" | Taux : 1,5',
        "Nom : Luc | Remarque : Rien | Taux : 2,5",
    ]
    assert rows_of("Nom;Taux\nAnn;1,5\nLuc;2,25\n")[1] == "Nom : Ann | Taux : 1,5"


def test_csv_without_a_header() -> None:
    assert rows_of("2024-01-01;12,5;a\n2024-01-02;13,5;b\n") == ["2024-01-01 | 12,5 | a", "2024-01-02 | 13,5 | b"]


def test_csv_that_is_no_table_is_text() -> None:
    assert rows_of("Une phrase, puis une autre.\n\nUne seconde phrase.\n") == [
        "Une phrase, puis une autre.",
        "Une seconde phrase.",
    ]


def test_csv_with_a_stray_quote_or_a_huge_field_loses_nothing() -> None:
    stray = 'Nom;Taille\n"Ann;12\n' + "".join(f"Nom{n};{n}\n" for n in range(100))
    assert len(rows_of(stray)) == 102
    assert sum(text.count("a") for text in rows_of("x;y\n" + "a" * 1_500_000 + ";2\n")) == 1_500_000


WORD = st.text(st.sampled_from("abcéè"), min_size=1, max_size=5)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.one_of(st.none(), WORD), min_size=1, max_size=5), min_size=1, max_size=7))
def test_every_cell_comes_out_in_order(rows: list[list[str | None]]) -> None:
    numbered = [[f"{cell}{r}z{c}" if cell else None for c, cell in enumerate(row)] for r, row in enumerate(rows)]
    expected = [cell for row in numbered for cell in row if cell]
    width = max(map(len, numbered)) + 1
    delimited = "\n".join(";".join(row[n] or "" if n < len(row) else "" for n in range(width)) for row in numbered)
    for reading in (read(sheet(*numbered)), csv_reader.read(delimited.encode(), limits=LIMITS)):
        words: list[str] = []
        for draft in reading.drafts[0 if reading.drafts and reading.drafts[0].text != "Effectifs" else 1 :]:
            # Labels are repeated: each cell is what follows the last colon of its part.
            words += [part.split(" : ")[-1] for part in draft.text.split(" | ") if part.strip()]
        assert " ".join(words).split() == expected
