import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcier.ingest.sentences import Span, split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "marked",
    [
        # A bar stands where a sentence ends.
        "M. Dupont, cf. art. 12 al. 3, refuse.|Voir p. ex. la p. 12 et suiv.|La suite vient après.",
        "Mme Roy et MM. Côté et Roy ont signé.|Me Tremblay aussi.|Le Dr Ky est absent.",
        "L’article L. 1234-1 s’applique.|L’art. R. 123 aussi, et l’art. 5 al. 2 également.",
        "Il y a 1,5 % de hausse, soit 1 500 $ ou 1.5 fois plus.|18 % des gens le savent.",
        "Ils hésitent…|Puis ils signent.|Elle attend...|Rien ne vient.|Le rythme… ralentit.",
        "J. Tremblay et J.-P. Roy sont élus.|S. E. le consul aussi.",
        "La réunion du 3 sept. 2024 a eu lieu.|Ils étaient sept.|Nous aussi.|Le 12 janv. prochain, non.",
        "Voir https://exemple.org/a.b?c=d.e pour le détail.|Le site www.exemple.org. suffit.",
        "Il a dit : « Non. Jamais. »|Puis il est parti.",
        "Elle répond « Oui ! » et signe.|« Vraiment ? »|Il doute.",
        "(Voir l’annexe A. Elle est longue.)|Le texte reprend.",
        "Voir l’annexe A.|Elle est longue.|La vitamine C.|Oui.",
        "Le syndicat, l’employeur, etc.|Le reste suit.|Selon Roy et al.|Le livre est bon.",
        "Selon Roy et al. 2024, non.|Ce rapport fait 142 p.|Il est long.|Voir la p. 3 et le no. 5.",
        "Est-ce vrai ?|Oui !|Vraiment ?!|Bien sûr.",
        "1. Mettre l’IA au service du bien commun.|Et le reste.",
        "• Un point.|Un autre point.",
        "Le n° 3 et le no 4 du vol. 2, éd. rév. du ch. 5, sont perdus.|Dommage.",
        "Sommaire .......... 3",
        "Le budget est de 60 M€.|Il augmente.|À 9 h.|Puis à 17 h.",
        "Le taux (p. ex. celui de 2024) monte.|C’est-à-dire qu’il ne baisse pas.",
    ],
)
def test_french_sentences(marked: str) -> None:
    assert sentences(marked.replace("|", " ")) == marked.split("|")


def test_lines_are_sentences() -> None:
    assert sentences("Un titre\nUn point\n\nUne phrase. Une autre.\n") == [
        "Un titre",
        "Un point",
        "Une phrase.",
        "Une autre.",
    ]


def test_a_long_quotation_is_split() -> None:
    spoken = "« " + "Nous sommes fiers de compter sur cette équipe depuis longtemps. " * 6 + "Voilà. »"
    assert len(sentences(spoken)) == 7


def test_offsets_are_those_of_the_whole_text() -> None:
    text = "Avant. Un. Deux. Après."
    assert split_sentences(text, 7, 16) == [Span(7, 10), Span(11, 16)]


@given(st.text(alphabet=st.sampled_from(list("aÀé.!?…«»()\"' \u00a0\u202f\n\t1M")), max_size=200) | st.text())
def test_every_visible_character_is_in_one_sentence(text: str) -> None:
    spans = split_sentences(text)
    covered = [position for start, end in spans for position in range(start, end)]
    assert len(covered) == len(set(covered))
    assert covered == sorted(covered)
    assert {i for i, character in enumerate(text) if not character.isspace()} <= set(covered)
    for start, end in spans:
        assert text[start:end] == text[start:end].strip() != ""
        assert "\n" not in text[start:end]


@pytest.mark.parametrize(
    "text", ["." * 100_000 + "a", ". " * 50_000, "(." * 50_000, "« ." * 50_000, "!" * 100_000, "A." * 50_000]
)
def test_no_text_takes_for_ever(text: str) -> None:
    assert split_sentences(text)
