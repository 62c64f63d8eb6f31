"""Rows that keep their header: the convention that every format shares."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.ingest.tables import MAX_COLUMNS, Cell, evident_header, rows_with_header

REGIONS = [
    ["Région", "Effectif", "Taux"],
    ["Montréal", "1 250", "12,5 %"],
    ["Estrie", "", "8 %"],
]


def test_each_row_keeps_its_header() -> None:
    assert rows_with_header(REGIONS) == [
        "Région | Effectif | Taux",
        "Région : Montréal | Effectif : 1 250 | Taux : 12,5 %",
        "Région : Estrie | Taux : 8 %",
    ]


def test_without_a_header_cells_are_set_apart_by_a_bar() -> None:
    assert rows_with_header(REGIONS, header=0) == [
        "Région | Effectif | Taux",
        "Montréal | 1 250 | 12,5 %",
        "Estrie |  | 8 %",
    ]
    assert rows_with_header([["Nom", "Jean"], ["Âge", "45"]]) == ["Nom | Jean", "Âge | 45"]
    assert rows_with_header([]) == []
    assert rows_with_header([["", ""], ["a", "b"]]) == ["", "a | b"]


def test_a_header_that_the_file_declares_needs_no_evidence() -> None:
    rows = [["Terme", "Sens"], ["Grief", "Une plainte\nécrite"]]
    assert rows_with_header(rows, header=1) == ["Terme | Sens", "Terme : Grief | Sens : Une plainte écrite"]
    assert rows_with_header(rows) == ["Terme | Sens", "Grief | Une plainte écrite"]


def test_merged_cells() -> None:
    rows: list[list[str | Cell]] = [
        [Cell("Région", rows=2), Cell("Taux :", columns=2)],
        ["Femmes", "Hommes"],
        [Cell("Ensemble du Québec", columns=3)],
        [Cell("Montréal", rows=2), "12 %", "11 %"],
        [Cell("9 %", columns=2)],
    ]
    assert rows_with_header(rows, header=2) == [
        "Région | Taux :",
        "Région | Femmes | Hommes",
        "Ensemble du Québec",
        "Région : Montréal | Taux – Femmes : 12 % | Taux – Hommes : 11 %",
        "Région : Montréal | Taux – Femmes, Taux – Hommes : 9 %",
    ]


def test_years_can_be_headers() -> None:
    assert evident_header([["Région", "2022", "2023"], ["Montréal", "10", "12"], ["Estrie", "4", "5"]])
    assert not evident_header([["Début", "2022", "2023"], ["Fin", "2024", "2025"], ["Bilan", "2026", "2027"]])


@pytest.mark.parametrize(
    "rows",
    [
        [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"]],
        [["Nom", "Nom", "Taux"], ["a", "b", "1"], ["c", "d", "2"]],
        [["Une phrase entière.", "x", "y"], ["a", "b", "1"], ["c", "d", "2"]],
        [["Nom", "", "Taux"], ["a", "b", "1"], ["c", "d", "2"]],
        [["Nom", "Prénom", "Ville"], ["a", "b", "c"], ["c", "d", "e"]],
    ],
)
def test_doubtful_headers_are_not_headers(rows: list[list[str]]) -> None:
    assert not evident_header(rows)


def test_hostile_tables_stay_small() -> None:
    wide = rows_with_header([[Cell("a", columns=10**9, rows=10**9)], *([["b"]] * 10)])
    assert len(wide) == 11 and sum(map(len, wide)) < 11 * 10_000
    long = "mot " * 5000
    repeated = rows_with_header([["x", "y", "z"], [Cell(long, rows=9999), "1", "2"], *([["3", "4"]] * 500)], header=1)
    assert sum(map(len, repeated)) < 2 * len(long) + 500 * 40
    header = [f"Colonne numéro {n}" for n in range(1000)]
    assert rows_with_header([header, ["1"] * 1000], header=1)[1].startswith("1 | 1")
    assert len(rows_with_header([["x"] * (MAX_COLUMNS + 5)])[0]) == 4 * MAX_COLUMNS - 3


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.sampled_from(["", "mot", "12", "deux mots"]), max_size=5), max_size=6), st.integers(0, 3))
def test_no_cell_is_lost(rows: list[list[str]], header: int) -> None:
    shown = rows_with_header(rows, header=header)
    assert len(shown) == len(rows)
    for row, text in zip(rows, shown, strict=True):
        position = 0
        for cell in row:
            position = text.index(cell, position) + len(cell)
