from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.index.analyser import analyse


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("assemblée", "ASSEMBLEE"),
        ("cœur", "coeur"),
        ("remboursement", "remboursés"),
        ("L’employeur", "employeur"),
        ("jusqu'à l'été", "été"),
        ("d’aujourd’hui", "aujourd'hui"),
        ("les prud'hommes", "prud’homme"),
        ("article L. 1222-1", "article L1222-1"),
        ("L.1222-1", "L. 1222-1"),
        ("projet de loi C-27", "projet de loi C27"),
        ("77,2 %", "77.2%"),
        ("12\u202f000 membres", "12000 membres"),
        ("la C.S.Q.", "csq"),
        ("enseignant·e·s", "enseignants"),
        ("employé.e.s", "employés"),
        ("salarié(e)s", "salarié"),
        ("e\u0301cole", "école"),
        ("syndi\u00adcat", "syndicat"),
        ("les salariées", "le salarié"),
        ("une ouvrière", "un ouvrier"),
        ("la conseillère", "le conseiller"),
        ("les directrices", "le directeur"),
        ("délégué-e-s", "délégués"),
        ("travailleur/euse", "travailleur"),
        ("conseiller(-ère)", "conseiller"),
        ("directeur·rice·s créatif·ve·s", "directeurs créatifs"),
        ("l´employeur, l`employeur, l‘employeur", "employeur employeur employeur"),
        ("art. 12", "article 12"),
        ("art. L. 1222-1", "article L1222-1"),
        ("l'article l 1222-1", "l'article L. 1222-1"),
        ("r 4121-3", "R. 4121-3"),
        ("la clause 5-3.02a)", "clause 5-3.02 a)"),
        ("35h par semaine", "35 heures par semaine"),
        ("à 14h30", "à 14 h 30"),
        ("des CPEs", "CPE"),
    ],
)
def test_variants_meet(one: str, other: str) -> None:
    assert analyse(one) == analyse(other)


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("la clause 5-3.00 de l'entente", "5-3.00"),
        ("loi 78-17 du 6 janvier", "78-17"),
        ("article L. 1222-1 du code", "1222-1"),
        ("article L. 1222-1 du code", "l1222-1"),
        ("(RLRQ, c. P-39.1)", "p39.1"),
        ("projet de loi C-27", "c27"),
        ("convention 2023-2028", "2023-2028"),
        ("convention 2023-2028", "2028"),
        ("hausse de 17,4 %", "17.4"),
        ("le 3e groupe", "3e"),
        ("L'IA générative", "ia"),
        ("article 1222-1", "1222-1"),
        ("l 1222-1", "1222-1"),
        ("P-39.1", "39.1"),
        ("la loi 25", "25"),
        ("c 27", "27"),
    ],
)
def test_references_stay_whole(text: str, term: str) -> None:
    assert term in analyse(text)


def test_what_is_no_inclusive_ending_stays() -> None:
    assert analyse("vis-à-vis, sud-est, 100 km/h") == analyse("vis vis sud 100 km h")
    assert analyse("art moderne") != analyse("article moderne")


def test_stop_words_leave_nothing() -> None:
    assert analyse("Pourquoi, comment et combien pour quelqu'un ?") == []
    assert analyse("Où est-ce que c'est, et qui l'a ?") == []
    assert analyse("") == []


def test_the_end_of_a_sentence_is_no_inclusive_ending() -> None:
    assert analyse("Il vote. Les membres") == analyse("vote membres")
    assert analyse("Voir l'article 5. Les membres")[-1] == analyse("membres")[0]


def test_repeated_terms_are_counted() -> None:
    assert len(analyse("grève, grèves, GRÈVE")) == 3


@settings(derandomize=True, deadline=None)
@given(st.text(max_size=80))
def test_any_text_has_terms_without_spaces_and_its_case_does_not_matter(text: str) -> None:
    terms = analyse(text)
    assert all(term and not any(map(str.isspace, term)) for term in terms)
    assert analyse(text.lower()) == terms


@settings(derandomize=True, deadline=None)
@given(st.lists(st.sampled_from(["grief", "L. 1222-1", "5-3.00", "l'école", "77,2 %", "C-27", "syndicat"]), max_size=6))
def test_terms_do_not_depend_on_what_surrounds_them(parts: list[str]) -> None:
    assert analyse(" ; ".join(parts)) == [term for part in parts for term in analyse(part)]
