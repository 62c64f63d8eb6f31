"""The learnt verifier: what it must accept, what it must refuse, and what must not change its mind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.app.answering.verifier import Evidence, Verdict, Verifier, forest
from sourcier.app.answering.verifier.features import LEARNT, digest
from sourcier.core.errors import ModelError

TITLE = "Entente sur les outils numériques"
SOURCE = (
    "La Fédération des bibliothèques demande que l'employeur informe le personnel avant d'installer un logiciel de surveillance.",
    "L'entente du 14 mars 2023 prévoit un préavis de 60 jours et une formation payée de 12 heures.",
    "Le comité compte huit membres, dont Rosalie Gagné, et se réunit à Rimouski.",
    "Certains outils de traduction peuvent traiter des renseignements personnels, sauf si la direction s'y oppose.",
    "Les stagiaires ne sont pas couverts par l'entente.",
)
EVIDENCE = tuple(Evidence(text, TITLE) for text in SOURCE)


@pytest.fixture(scope="module")
def verifier() -> Verifier:
    """The forest that reads words alone: the same everywhere, no weights needed."""
    return Verifier.load(None)


def judge(verifier: Verifier, claim: str, question: str | None = None) -> Verdict:
    return verifier.verify(claim, EVIDENCE, question=question)


@pytest.mark.parametrize("claim", SOURCE)
def test_a_verbatim_quote_is_supported_by_itself_alone(verifier: Verifier, claim: str) -> None:
    verdict = judge(verifier, claim)
    assert verdict.support >= 0.9
    assert verdict.reason is None
    assert verdict.used == (SOURCE.index(claim),)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("L'entente du 14 mars 2023 prévoit un préavis de 90 jours et une formation payée de 12 heures.", "number"),
        ("L'entente du 14 mars 2023 prévoit un préavis de 60 mois et une formation payée de 12 heures.", "number"),
        ("L'entente du 14 mars 2021 prévoit un préavis de 60 jours et une formation payée de 12 heures.", "date"),
        ("Le comité compte huit membres, dont Rosalie Gagné, et se réunit à Gaspé.", "name"),
        ("Le comité compte huit membres, dont Hubert Leduc, et se réunit à Rimouski.", "name"),
        ("Les stagiaires sont couverts par l'entente.", "negation"),
        ("Le comité ne compte pas huit membres, dont Rosalie Gagné, et ne se réunit pas à Rimouski.", "negation"),
        ("Certains outils de traduction ne peuvent pas traiter des renseignements personnels.", "negation"),
    ],
)
def test_changed_claims_are_refused_for_the_right_reason(verifier: Verifier, claim: str, reason: str) -> None:
    verdict = judge(verifier, claim)
    assert verdict.support < 0.5
    assert verdict.reason == reason


@pytest.mark.parametrize(
    "claim",
    [
        "Tous les outils de traduction peuvent traiter des renseignements personnels.",
        "Certains outils de traduction doivent traiter des renseignements personnels, sauf si la direction s'y oppose.",
        "Le syndicat des enseignants demande que l'employeur informe le personnel avant d'installer un logiciel de surveillance.",
        "Le comité compte huit membres, dont Rosalie Gagné, et se réunit à Rimouski depuis dix ans.",
        "Le budget de la bibliothèque a doublé.",
    ],
)
def test_other_inventions_are_refused(verifier: Verifier, claim: str) -> None:
    assert judge(verifier, claim).support < 0.5


def test_a_citation_of_another_sentence_is_refused(verifier: Verifier) -> None:
    assert verifier.verify(SOURCE[1], [EVIDENCE[0], EVIDENCE[3]]).support < 0.5


@pytest.mark.parametrize("number", ["37", "15 000", "2031", "99 %", "6 mois"])
@pytest.mark.parametrize("claim", SOURCE)
def test_an_unsupported_number_lowers_support(verifier: Verifier, claim: str, number: str) -> None:
    assert judge(verifier, f"{claim.rstrip('.')}, soit {number}.").support < judge(verifier, claim).support


def test_short_answers_are_judged_with_their_question(verifier: Verifier) -> None:
    evidence = [Evidence("Nadia Benali préside la FTN depuis 2021.", "Portrait de la FTN")]
    bound = verifier.verify("Nadia Benali", evidence, question="Qui préside la FTN ?")
    unbound = verifier.verify("Nadia Benali", evidence, question="Qui préside la FTQ ?")
    assert bound.support >= 0.5 > unbound.support


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(len(SOURCE))), which=st.integers(0, len(SOURCE) - 1))
def test_the_order_of_the_evidence_changes_nothing(verifier: Verifier, order: Sequence[int], which: int) -> None:
    verdict = verifier.verify(SOURCE[which], [EVIDENCE[i] for i in order])
    assert verdict.support == judge(verifier, SOURCE[which]).support
    assert tuple(order[i] for i in verdict.used) == (which,)


def test_repeated_and_irrelevant_evidence_changes_nothing(verifier: Verifier) -> None:
    claim = "L'entente prévoit un préavis de 60 jours."
    more = [*EVIDENCE, *EVIDENCE, Evidence("Les chats dorment beaucoup."), Evidence("  ")]
    assert verifier.verify(claim, more) == judge(verifier, claim)


def test_frames_quotes_and_marks_change_nothing(verifier: Verifier) -> None:
    plain = judge(verifier, SOURCE[1]).support
    for claim in (f"Selon le texte, {SOURCE[1]}", f"- {SOURCE[1]} [2]", SOURCE[1].replace("'", "’")):
        assert judge(verifier, claim).support == pytest.approx(plain, abs=0.02)


def test_nothing_supports_an_empty_claim_and_nothing_is_supported_by_nothing(verifier: Verifier) -> None:
    assert verifier.verify("", EVIDENCE) == Verdict(0.0, "unsupported", ())
    assert verifier.verify("Oui.", EVIDENCE).support == 0.0
    assert verifier.verify(SOURCE[0], []) == Verdict(0.0, "unsupported", ())


def test_many_is_one_at_a_time(verifier: Verifier) -> None:
    cases = [(claim, EVIDENCE, None) for claim in SOURCE]
    assert verifier.verify_many(cases) == [judge(verifier, claim) for claim in SOURCE]


@settings(max_examples=40, deadline=None)
@given(claim=st.text(max_size=80), text=st.text(max_size=80))
def test_any_text_gets_a_probability(verifier: Verifier, claim: str, text: str) -> None:
    verdict = verifier.verify(claim, [Evidence(text)])
    assert 0.0 <= verdict.support <= 1.0
    assert (verdict.reason is None) == (verdict.support >= 0.5)


def test_the_model_is_for_these_features_in_this_order() -> None:
    raw = json.loads(files("sourcier.app.answering.verifier").joinpath("model.json").read_text(encoding="utf-8"))
    learnt = forest.load()
    assert learnt.close.columns == LEARNT
    assert raw["close"]["digest"] == digest(LEARNT)
    assert digest(LEARNT) != digest(LEARNT[::-1])
    with pytest.raises(ModelError, match="mesures"):
        forest.parse({**raw["close"], "columns": list(LEARNT[::-1])})


def test_the_calibration_rises() -> None:
    learnt = forest.load()
    for knots in (learnt.close.near, learnt.close.far, learnt.plain.near, learnt.plain.far):
        scores, probabilities = knots.T
        assert (scores[1:] > scores[:-1]).all()
        assert (probabilities[1:] >= probabilities[:-1]).all()


def test_a_forest_adds_up_its_leaves() -> None:
    tree = {
        "feature": [0, 0, 0],
        "threshold": [0.5, 0.0, 0.0],
        "left": [1, -1, -1],
        "right": [2, -1, -1],
        "missing_left": [1, 0, 0],
        "value": [0.0, -1.0, 2.0],
    }
    small = forest.parse(
        {
            "columns": ["a"],
            "digest": digest(["a"]),
            "trees": [tree, tree],
            "depth": 1,
            "base": 0.25,
            "near": [[-1, 0], [1, 1]],
            "far": [[-3, 0], [3, 1]],
        }
    )
    assert small.score([{"a": 0.5}, {"a": 0.6}, {"a": float("nan")}]).tolist() == [-1.75, 4.25, -1.75]
    assert small.probability(np.array([0.5, 0.5]), np.array([1.0, 0.0])).tolist() == [0.75, pytest.approx(3.5 / 6)]
    assert replace(small, base=0.0).score([{"a": 0.6}]).tolist() == [4.0]
