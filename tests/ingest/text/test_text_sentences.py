"""Sentences of what offices write: agreements, tables, addresses; offsets that always hold."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.ingest.sentences import split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "marked",
    [
        # A bar stands where a sentence ends.
        "La clause 5-3.01 s’applique.|La clause 5-3.02 B) aussi.|Voir 5-3.00 et 6-1.05.|Elle vaut pour tous.",
        "L’art. L. 1222-1 du Code s’applique.|L’article R. 4127-12, al. 3, de même.|Voir D. 3121-4.",
        "Selon l’al. 2 de l’art. 12, c’est non.|L’art. 12, al. 3, dit oui.|C’est dit à l’al. 2.|Rien d’autre.",
        "Voir les art. 12, 13 et 14.|Les al. 1 et 2 aussi.|Le par. 3 de l’art. 8 le précise.",
        "Écrivez à m.roy@exemple.org ou à info@syndicat.qc.ca.|Une réponse suit.",
        "Le site https://www.exemple.org/a.b/c.html?d=1.5 le dit.|Le site exemple.qc.ca. aussi.",
        "M. J.-P. Côté et Mme A. B. Roy ont signé.|Le Dr P. Lévesque aussi.|É. Gagnon préside.",
        "Le taux est de 22,50 $/h.|La prime est de 1.25 %.|Il y a 3 h 30 min. de pause.",
        "Fait à Montréal, le 3 févr. 2024.|Signé par les parties.",
        "Durée : 3 ans (du 1er avr. 2024 au 31 mars 2027).|Elle est renouvelée.",
        "Le ch. C-27.1 des lois du Québec (RLRQ, c. C-27, r. 3) le prévoit.|Tous le savent.",
        "Annexe A.|Liste des postes.",
        "Loi sur les normes du travail (RLRQ, c. N-1.1), art. 124.|Le délai est de 45 jours.",
        "Ce délai est de rigueur (v. Roy c. Ville de Laval, 2019 QCTA 12, par. 45).|Il n’est pas prolongé.",
    ],
)
def test_sentences_of_agreements(marked: str) -> None:
    assert sentences(marked.replace("|", " ")) == marked.split("|")


def test_rows_of_tables_are_sentences() -> None:
    text = "Échelon | Taux au 1er avr. 2024\n1 | 22,50 $\n2 | 23,10 $ (voir n. 3)\n3 | s. o."
    assert sentences(text) == text.split("\n")


_SCRAPS = [
    "5-3.01", "L. 1222-1", "al. 2", "art. 12, al. 3", "m.roy@exemple.org", "https://a.b/c.d?e=1.", "J.-P.", "A. B.", "M.",
    "Mme", "1,5 %", "3 h.", "…", "...", "« Non. »", "(p. 3)", "|", ".", "!", "?", ";", ":", " ", "\u00a0", "\n", "Le", "mot", "12",
]  # fmt: skip


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(st.sampled_from(_SCRAPS), max_size=60).map(" ".join), st.integers(0, 80), st.integers(0, 200))
def test_offsets_always_hold(text: str, start: int, end: int) -> None:
    spans = split_sentences(text, start, end)
    last = min(end, len(text))
    covered: list[int] = []
    for span in spans:
        assert start <= span.start < span.end <= last
        piece = text[span.start : span.end]
        assert piece == piece.strip() and "\n" not in piece
        covered += range(span.start, span.end)
    assert covered == sorted(set(covered))
    assert {at for at in range(start, last) if not text[at].isspace()} <= set(covered)


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.lists(st.sampled_from(_SCRAPS), max_size=40).map(" ".join))
def test_a_line_reads_the_same_wherever_it_stands(line: str) -> None:
    line = line.replace("\n", " ")
    alone = sentences(line)
    assert sentences(f"Avant.\n{line}\nAprès.") == ["Avant.", *alone, "Après."]
