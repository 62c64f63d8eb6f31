"""Strict citation precision and recall against cases counted by hand, and the judge that has no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.eval.hand_made import cite, make_answer

from sourcier.core.types import Document
from sourcier.eval.metrics.citations import Claim, Counts, Rules, citation_counts, claims_of


class Letters:
    """Entails when every letter of the claim is in the quotes together: easy to count by hand."""

    def entails(self, claim: str, quotes: Sequence[str], question: str) -> bool:
        return set(claim) <= set("".join(quotes))


@pytest.mark.parametrize(
    ("claim", "counts"),
    [
        (Claim("ab", ("ab",)), Counts(1, 1, 1, 1, 1)),
        (Claim("ab", ()), Counts(1, 0, 0, 0, 0)),  # uncited: a failure
        (Claim("ab", (), astray=1), Counts(1, 0, 0, 1, 0)),  # a marker that leads nowhere
        (Claim("ab", ("ab",), astray=1), Counts(1, 1, 0, 2, 0)),  # and one marker that leads nowhere spoils the rest
        (Claim("ab", ("a", "b")), Counts(1, 1, 1, 2, 2)),  # both are needed
        (Claim("ab", ("ab", "z")), Counts(1, 1, 1, 2, 1)),  # the second is idle
        (Claim("ab", ("ab", "ba")), Counts(1, 1, 1, 2, 2)),  # each would do: neither is wrong
        (Claim("ab", ("ab", "a")), Counts(1, 1, 1, 2, 1)),
        (Claim("abc", ("a", "b")), Counts(1, 1, 0, 2, 0)),  # not supported: no citation counts
    ],
)
def test_one_claim_counted_by_hand(claim: Claim, counts: Counts) -> None:
    assert citation_counts([claim], Letters()) == counts


def test_counts_add_up() -> None:
    claims = [Claim("ab", ("ab",)), Claim("ab", ()), Claim("abc", ("a", "b"), astray=1)]
    assert citation_counts(claims, Letters()) == Counts(3, 2, 1, 4, 1)


QUOTE = "La CSQ demande que l'employeur remette un préavis de trente jours avant toute mise à pied."


@pytest.mark.parametrize(
    ("claim", "so"),
    [
        (QUOTE, True),
        ("L'employeur devrait remettre un préavis de 30 jours avant toute mise à pied, demande la CSQ.", True),
        ("L'employeur doit remettre un préavis de 60 jours avant toute mise à pied.", False),  # another figure
        ("La FTQ demande que l'employeur remette un préavis avant toute mise à pied.", False),  # another name
        ("On demande à la FTQ que l'employeur remette un préavis avant toute mise à pied.", False),  # another name
        ("La CSQ ne demande pas que l'employeur remette un préavis avant toute mise à pied.", False),  # denied
        ("La CSQ demande la gratuité des garderies pour les familles.", False),  # other words
        ("", False),
    ],
)
def test_the_rules(claim: str, so: bool) -> None:
    assert Rules().entails(claim, [QUOTE], "") is so


def test_a_name_of_the_question_is_no_new_one() -> None:
    claim = "Le préavis demandé par la CSQ et la FTQ est remis par l'employeur avant toute mise à pied."
    assert not Rules().entails(claim, [QUOTE], "")
    assert Rules().entails(claim, [QUOTE], "Que demandent la CSQ et la FTQ ?")


def test_the_order_of_quotes_and_the_sort_of_quotation_marks_change_nothing() -> None:
    quotes = ["Le comité ne siège pas le mardi.", "Le comité siège souvent le mardi."]
    claim = "Le comité siège chaque mardi."
    assert Rules().entails(claim, quotes, "") == Rules().entails(claim, quotes[::-1], "")
    said = "Le syndicat demande que l'employeur remette un « Préavis » de trente jours avant une mise à pied."
    for marked in (said, said.replace("« ", "“").replace(" »", "”")):
        assert Rules().entails(marked, [QUOTE.replace("La CSQ", "Le syndicat")], "")


def test_a_stretch_quoted_whole_is_as_many_claims_as_sentences(telework: Document) -> None:
    quote = cite(telework, telework.text)
    answer = make_answer("q", ((telework.text, (1,)), ("Les sources ne disent rien d'autre ?", ())), (quote,), ())
    claims = claims_of(answer)
    assert [claim.text for claim in claims] == telework.text.split("\n")
    assert {claim.quotes for claim in claims} == {(telework.text,)}
    assert claims_of(replace(answer, status="abstained")) == []
