from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcier.app.answering.draft import DraftSentence, clean_sentence, declines, sentences_of
from sourcier.core.errors import ModelInterruptedError


def texts(*pieces: str) -> list[str]:
    return [sentence.text for sentence in sentences_of(pieces)]


def test_a_sentence_is_given_as_soon_as_the_next_begins() -> None:
    given_so_far: list[str] = []

    def pieces() -> object:
        yield "La CSQ réclame une loi. "
        yield "Elle"
        given_so_far.append("next began")
        yield " agit."

    stream = sentences_of(pieces())  # type: ignore[arg-type]
    assert next(stream).text == "La CSQ réclame une loi."
    assert given_so_far == []
    assert [sentence.text for sentence in stream] == ["Elle agit."]


def test_french_abbreviations_do_not_cut() -> None:
    assert texts("Selon l'art. 12, al. 3, M. Roy touche 1,5 % de plus. ", "C'est tout.") == [
        "Selon l'art. 12, al. 3, M. Roy touche 1,5 % de plus.",
        "C'est tout.",
    ]


def test_bullets_markers_and_emphasis_are_not_part_of_the_claim() -> None:
    assert texts("- **Bâtir** une IA verte [1]\n- Adopter une loi (2).\n") == ["Bâtir une IA verte", "Adopter une loi."]


def test_repetitions_are_given_once() -> None:
    assert texts("Oui, dix jours. Oui, dix jours. Oui, dix jours.") == ["Oui, dix jours."]


def test_a_sentence_cut_by_the_limit_is_known_as_such() -> None:
    sentences = list(sentences_of(["L'horaire débute le 24 juin. La direction affi"]))
    assert sentences == [
        DraftSentence("L'horaire débute le 24 juin."),
        DraftSentence("La direction affi", complete=False),
    ]


DECLINES = (
    "PAS DE RÉPONSE", "Pas de reponse.", "« PAS DE RÉPONSE »", "NO ANSWER", "Les extraits ne répondent pas à la question.",
    "Les extraits donnés ne contiennent pas la réponse précise.", "Aucun des extraits ne précise ce point.",
    "La réponse n'est pas dans les extraits.", "Aucune information n'est donnée dans les extraits.",
    "Les documents ne permettent pas de répondre à cette question.", "Je ne trouve pas la réponse.",
    "Désolé, je ne sais pas.", "The extracts do not hold the precise answer.", "I cannot answer.",
    "There is nothing about it in the extracts.",
)  # fmt: skip


@pytest.mark.parametrize("text", DECLINES)
def test_what_declines(text: str) -> None:
    assert declines(text)


@pytest.mark.parametrize(
    "text",
    [
        "La CSQ n'a pas de réponse du gouvernement.",
        "Les documents ne sont pas remis à l'employeur.",
        "La convention ne précise pas la durée de l'affichage.",
        "Les extraits ne sont remis qu'une fois l'an.",
        "La loi 25 n'encadre pas l'IA.",
        "The committee does not answer within ten days.",
    ],
)
def test_what_a_document_may_say_declines_nothing(text: str) -> None:
    assert not declines(text)


@given(st.lists(st.text(max_size=40), max_size=12))
def test_how_the_stream_is_cut_into_pieces_does_not_matter(pieces: list[str]) -> None:
    assert list(sentences_of(pieces)) == list(sentences_of(["".join(pieces)]))


@given(st.text(max_size=200))
def test_cleaning_leaves_one_line(text: str) -> None:
    assert "\n" not in clean_sentence(text)


def test_what_was_written_before_the_model_broke_off_is_still_given() -> None:
    def broken() -> Iterator[str]:
        yield "L'horaire débute le 24 juin. La direction l'affiche dix jours à l'avance."
        raise ModelInterruptedError("model.interrupted", provider="essai")

    sentences = sentences_of(broken())
    assert [next(sentences).text, next(sentences).text] == [
        "L'horaire débute le 24 juin.",
        "La direction l'affiche dix jours à l'avance.",
    ]
    with pytest.raises(ModelInterruptedError):
        next(sentences)
