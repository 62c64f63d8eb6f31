"""Figures in one form, and whether a quote holds them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcier.eval.metrics.numbers import Day, Figure, Number, Reference, figures, supported


def number(value: str | int, unit: str = "") -> Number:
    return Number(Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 500 membres", [number(1500)]),
        ("1\u00a0500, 1\u202f500 et 1500", [number(1500)] * 3),
        ("12 345,67 €", [number("12345.67", "€")]),
        ("$1,250,000.50", [number("1250000.50", "$")]),
        ("77,2 % ou 77.2 percent ou 77,2 pour cent", [number("77.2", "%")] * 3),
        ("60 millions d'euros, 60 M€, 60 000 000 €", [number(60_000_000, "€")] * 3),
        ("trois mois, 3 mois, three months", [number(3)] * 3),
        ("sept membres", [number(7)]),
        (
            "vingt et un, vingt-et-un, soixante-douze, quatre-vingt-dix-neuf, cent",
            [number(n) for n in (21, 21, 72, 99, 100)],
        ),
        ("deux mille", [number(2000)]),
        ("une trentaine", [number(30)]),
        ("le 44e congrès, le quatrième axe, la 1re année", [number(44), number(4), number(1)]),
        ("en 2025 300 personnes", [number(2025), number(300)]),
        ("2024-2025", [number(2024), number(2025)]),
        ("0,500", [number("0.5")]),
        ("à 8 h 30, 8:30 et 14 h 00", [Reference("8:30"), Reference("8:30"), number(14)]),
        ("12 mars 2025, le 1er mai", [Day(2025, 3, 12), Day(None, 5, 1)]),
        ("March 12, 2025; 2025-03-12; 12/03/2025", [Day(2025, 3, 12)] * 3),
        ("décembre 2025", [Day(2025, 12, None)]),
        ("L. 1234-1, L1234-1", [Reference("l1234-1")] * 2),
        ("C-27, loi 25, D14551, 2601-18", [Reference("c27"), number(25), Reference("d14551"), Reference("2601-18")]),
        ("(514) 265-6679 ou 514-265-6679", [Reference("5142656679")] * 2),
        ("2. Un avis est donné [12].", []),
        ("Un membre, une règle, en mars", []),
        ("H2O", []),
    ],
)
def test_figures_have_one_form(text: str, expected: list[Figure]) -> None:
    assert figures(text) == expected


@pytest.mark.parametrize(
    ("claim", "quote", "held"),
    [
        ("3 jours", "trois jours par semaine", True),
        ("4 jours", "trois jours par semaine", False),
        ("1500 $", "1 500 dollars", True),
        ("50 $", "50 %", False),
        ("12 %", "entre 12 et 18 %", True),
        ("12 mars 2025", "le 12 mars 2025", True),
        ("12 mars 2025", "En 2025, dès le 12 mars", True),
        ("12 mars 2025", "le 12 mars 2024", False),
        ("12 mars", "le 12 mars 2024", True),
        ("12 mars 2024", "le 12 mars", False),
        ("3 mars", "du 3 au 5 mars", True),
        ("5 mars", "le 3 mars et le 5 avril", False),
        ("mars 2025", "le 12 mars 2025", True),
        ("en 2025", "le 12 mars 2025", True),
        ("10-15 %", "de 10 à 15 %", True),
        ("1 règlement", "un règlement", True),
        ("article L. 1234-2", "article L1234-1", False),
        ("2601-18", "2601 et 18", False),
    ],
)
def test_a_quote_holds_a_figure_or_not(claim: str, quote: str, held: bool) -> None:
    found = figures(claim)
    assert found
    assert all(supported(figure, figures(quote, evidence=True)) for figure in found) is held


@given(st.integers(1, 10**9), st.sampled_from([" ", "\u00a0", "\u202f", ""]))
def test_thousands_separators_do_not_matter(value: int, separator: str) -> None:
    assert figures(f"soit {value:,} cas".replace(",", separator)) == [number(value)]


@given(st.text(alphabet="0123456789 ,.-/%$€LdeuxmarsMhº:[]()\u00a0", max_size=60))
def test_a_text_holds_its_own_figures(text: str) -> None:
    held = figures(text, evidence=True)
    assert all(supported(figure, held) for figure in figures(text))
