"""What is expired, or not yet in force, says so wherever it is shown; and where a quote is, down to its clause."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.ui.material import AGREEMENT, HITS

from sourcier.app.shapes import document_to_json, search_to_json
from sourcier.app.ui.sources import card, citation_panel, passage_panel
from sourcier.app.ui.windows import Window
from sourcier.app.ui.words import Words
from sourcier.core.types import Citation, Hit, Metadata

FRENCH = Words("fr")
PAST, TO_COME = "2019-06-30", "2999-07-01"


def found(**known: str) -> Hit:
    passage = replace(HITS[2].passage, clause="art. 5-3.01", page=4, page_label="iv")
    return replace(HITS[2], passage=passage, metadata=Metadata("Convention", **known))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        ({"valid_until": PAST}, "périmé depuis le 1er juillet 2019"),
        ({"valid_until": "2019"}, "périmé &#40;2019&#41;"),
        ({"valid_from": TO_COME}, "en vigueur à partir du 1er juillet 2999"),
        ({"valid_from": "2999-07"}, "pas encore en vigueur &#40;juillet 2999&#41;"),
    ],
)
def test_cards_and_panels_say_what_is_not_in_force(known: dict[str, str], shown: str) -> None:
    hit = found(**known)
    citation = Citation(1, "d", "c.pdf", "Convention", 0, 5, hit.passage.text[:5], **known)  # type: ignore[arg-type]
    window = Window(hit.passage.text, ((0, 5),))
    for html in (
        card("k", hit, (), FRENCH),
        passage_panel("k", hit, (), FRENCH),
        citation_panel("k", citation, window, FRENCH),
    ):
        assert shown in html


def test_nothing_is_said_of_what_is_in_force_or_says_no_date() -> None:
    for known in ({}, {"valid_from": PAST}, {"valid_until": TO_COME}):
        html = card("k", found(**known), (), FRENCH) + passage_panel("k", found(**known), (), FRENCH)
        assert "vigueur" not in html and "périmé" not in html


def test_the_clause_and_the_printed_page_are_shown() -> None:
    for html in (card("k", found(), (), FRENCH), passage_panel("k", found(), (), FRENCH)):
        assert "art&#46; 5&#45;3&#46;01" in html or "art. 5-3.01" in html
        assert "iv" in html and ">4<" not in html and "p. 4" not in html


def test_shapes_say_it_too() -> None:
    (result,) = search_to_json("q", [found(valid_from="2018", valid_until=PAST)], {})["results"]
    assert (result["validity"], result["valid_from"], result["valid_until"]) == ("expired", "2018", PAST)
    assert (result["clause"], result["page_label"]) == ("art. 5-3.01", "iv")
    to_come = replace(AGREEMENT, metadata=Metadata("Convention", valid_from=TO_COME, authors=("A", "B")))
    shape = document_to_json(to_come)
    assert (shape["validity"], shape["authors"]) == ("future", ["A", "B"])
