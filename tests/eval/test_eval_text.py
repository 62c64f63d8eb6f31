"""Folding, anchors, markers, quoted spans, language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcier.eval.metrics.text import anchor, fold, language, markers, plain, quoted_spans, without_markers


def test_plain_folds_spaces_and_apostrophes_only() -> None:
    assert plain("l’été\u00a0: 1\u202f500 E\u0301tats") == "l'été : 1 500 États"
    assert plain("«\u00a0Oui\u00a0»") == "« Oui »"


def test_fold_ignores_typography_and_case() -> None:
    assert fold("«\u00a0L’ÉTÉ\n dernier\u00a0»") == fold("“ l'été dernier “")


@pytest.mark.parametrize("quote", ["l'indemnité est", "L’INDEMNITÉ\u00a0EST", "indemnité\nest"])
def test_an_anchor_is_found_where_it_stands(quote: str) -> None:
    text = "Avant. L’indemnité\u00a0est due."
    found = anchor(quote).search(text)
    assert found is not None
    assert fold(text[found.start() : found.end()]) == fold(quote)


def test_an_anchor_takes_its_signs_literally() -> None:
    assert anchor("a.b (c)?").search("axb c") is None
    assert anchor("a.b (c)?").search("A.B\u00a0(C)?")


@given(st.text(alphabet="ab'’« »-‑.(\u00a0é", min_size=1).filter(lambda t: fold(t) != ""))
def test_an_anchor_finds_its_own_text(text: str) -> None:
    assert anchor(text).search(f"…{text}…")


def test_markers_are_read_and_taken_out() -> None:
    answer = "Il y en a 27 [1][2]. Puis [3, 4]."
    assert markers(answer) == {1, 2, 3, 4}
    assert without_markers(answer) == "Il y en a 27. Puis."


def test_quoted_spans_come_in_pieces() -> None:
    assert quoted_spans("Il dit « Tout va bien » et “never […] again”.") == [("tout va bien",), ("never", "again")]
    assert quoted_spans('Rien «  » ici, ni "droit".') == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Quelles sont les conditions du congé ?", "fr"),
        ("What are the conditions of the leave?", "en"),
        ("L'employeur doit le verser.", "fr"),
        ("The text says « que le congé est dans la loi et pour les membres ».", "en"),
        ("SéCoIA", None),
        ("", None),
    ],
)
def test_language_is_a_vote(text: str, expected: str | None) -> None:
    assert language(text) == expected
