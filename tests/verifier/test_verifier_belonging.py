"""A role is held in a body: a source that has it in another body alone says nothing of this one."""

from __future__ import annotations

import pytest

from sourcier.app.answering.verifier import Evidence, Verifier
from sourcier.app.answering.verifier.belonging import compare
from sourcier.app.answering.verifier.text import read

ROY = "Aline Roy : vice-présidente de la FAE, présente à l'annonce de la collaboration avec Moov AI."
ASKED = "C'est qui la vice-présidente chez Moov AI ?"


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Aline Roy est vice-présidente de Moov AI.", ROY),
        ("Marc Côté préside la FTQ.", "Marc Côté, président de la CSN, a parlé de la FTQ."),
        (
            "Marc Côté est le directeur général de l'UMQ.",
            "Marc Côté, directeur des finances de Laval, conseille l'UMQ.",
        ),
        ("The chair of the OECD is Ann Lee.", "Ann Lee, chair of UNESCO, met the OECD."),
    ],
)
def test_a_role_that_the_source_has_in_another_body_alone(claim: str, source: str) -> None:
    assert compare(read(claim), read(source)).elsewhere == 1


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Aline Roy est vice-présidente de la FAE.", ROY),
        ("Aline Roy est présidente de Moov AI.", ROY),  # another role: not for this rule to say
        # The same body under a short form, in full, or by its common noun.
        ("Marc Côté préside la Centrale.", "Marc Côté, président de la CSQ, a parlé."),
        ("Marc Côté préside la Centrale des syndicats du Québec.", "Marc Côté, président de la CSQ, a parlé."),
        ("Marc Côté préside la CSQ.", "Marc Côté, président de la Centrale des syndicats du Québec, a parlé."),
        ("Marc Côté préside le comité.", "Marc Côté, président de la CSQ, a parlé."),
        # The source has the role in no named body, or in both.
        ("Marc Côté préside la FTQ.", "Le président, Marc Côté, a parlé de la FTQ."),
        ("Marc Côté préside la FTQ.", "Marc Côté, président de la CSN puis président de la FTQ, a parlé."),
        ("Marc Côté préside la FTQ.", "Marc Côté, président. La CSN a parlé de la FTQ."),
    ],
)
def test_what_may_be_the_same_body_is_left_to_the_forest(claim: str, source: str) -> None:
    assert compare(read(claim), read(source)).elsewhere == 0


def test_a_name_alone_answers_for_its_question() -> None:
    assert compare(read("Aline Roy"), read(ROY), read(ASKED)).elsewhere == 1
    assert compare(read("Aline Roy"), read(ROY), read("Qui est vice-présidente de la FAE ?")).elsewhere == 0
    whole = read("Aline Roy a assisté à l'annonce de la collaboration entre la FAE et Moov AI mardi.")
    assert compare(whole, read(ROY), read(ASKED)).elsewhere == 0


def test_the_verifier_refuses_it_whatever_the_forest_says() -> None:
    evidence = [Evidence(ROY, "Personnes")]
    verifier = Verifier.load(None)
    refused = verifier.verify("Aline Roy", evidence, question=ASKED)
    assert refused.support <= 0.5 and refused.ruled
    assert not verifier.verify("Aline Roy", evidence, question="Qui est vice-présidente de la FAE ?").ruled
