"""The main job on real documents: facts answered with exact quotes, and silence where the documents are silent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FIVE_DOCUMENTS = ROOT.parent / "shared" / "corpus"

ALLOWANCE = "À combien s'élève l'allocation mensuelle de télétravail ?"
BEREAVEMENT = "Combien de jours de congé sont accordés pour le décès d'un enfant ?"
BILL = "Quel projet de loi fédéral a été déposé en juin 2022 ?"
PARKING = "À quelle heure ouvre le stationnement de la rue des Bouleaux ?"
SALARY = "Quel est le salaire annuel de la présidente du syndicat ?"
RECIPE = "Quelle est la capitale de la Mongolie ?"


def shown(answer: Any) -> str:
    return f"{answer['status']}: {answer['answer']} | removed: {answer['removed']}"


def check_citations(sourcier: Any, answer: Any) -> None:
    """Every sentence is cited, and every quote is what the canonical text holds at that place, re-read from it."""
    markers = {citation["marker"] for citation in answer["citations"]}
    assert answer["sentences"]
    for sentence in answer["sentences"]:
        assert sentence["citations"] and set(sentence["citations"]) <= markers
    for citation in answer["citations"]:
        text = sourcier.run("documents", citation["document_id"], "--text").stdout
        assert text[citation["start"] : citation["end"]] == citation["quote"] != ""


@pytest.fixture(scope="module")
def answers(sourcier: Any) -> dict[str, Any]:
    questions = [ALLOWANCE, BEREAVEMENT, BILL, PARKING, SALARY, RECIPE]
    return dict(zip(questions, sourcier.batch(questions), strict=True))


@pytest.mark.parametrize(
    ("question", "fact"), [(ALLOWANCE, "42,50"), (BEREAVEMENT, "cinq"), (BILL, "C-27"), (PARKING, "6 h 30")]
)
def test_a_fact_is_answered_with_its_exact_quote(
    sourcier: Any, answers: dict[str, Any], question: str, fact: str
) -> None:
    answer = answers[question]
    assert answer["status"] in {"answered", "quoted"}, shown(answer)
    said = answer["answer"].replace("\u00a0", " ").replace("\u202f", " ")
    assert fact in said or (fact == "cinq" and "5" in said), shown(answer)
    check_citations(sourcier, answer)
    quotes = (
        " ".join(citation["quote"] for citation in answer["citations"]).replace("\u00a0", " ").replace("\u202f", " ")
    )
    assert fact in quotes
    assert answer["model"]["provider"] == "embedded"
    assert len(answer["model"]["digest"]) == 64


def test_a_footnote_mark_is_not_a_digit_of_the_law(answers: dict[str, Any]) -> None:
    assert "C-272" not in answers[BILL]["answer"]


@pytest.mark.parametrize("question", [SALARY, RECIPE])
def test_what_the_documents_do_not_say_is_not_answered(answers: dict[str, Any], question: str) -> None:
    answer = answers[question]
    assert answer["status"] == "abstained", shown(answer)
    assert answer["sentences"] == answer["citations"] == []
    assert "ne permettent pas de répondre" in answer["answer"]


def test_a_hostile_document_puts_no_address_in_an_answer(answers: dict[str, Any]) -> None:
    for answer in answers.values():
        assert "injected.example" not in answer["answer"]


def test_ingesting_again_changes_nothing(sourcier: Any, documents: Path) -> None:
    before = sourcier.json("documents")
    report = sourcier.json("ingest", documents)
    assert {name: report[name] for name in ("added", "updated", "removed", "unchanged")} == {
        "added": 0,
        "updated": 0,
        "removed": 0,
        "unchanged": 4,
    }
    assert sourcier.json("documents") == before


def test_without_a_model_answers_are_exact_quotes(sourcier: Any) -> None:
    answer = sourcier.json("ask", ALLOWANCE, "--provider", "none")
    assert answer["status"] == "quoted", shown(answer)
    assert answer["model"]["provider"] == "none"
    assert "42,50" in answer["answer"]
    check_citations(sourcier, answer)


def test_search_ranks_the_right_passage_first(sourcier: Any) -> None:
    found = sourcier.json("search", "droit à la déconnexion", "-k", "3")["results"]
    assert found[0]["path"] == "guide.md"
    text = sourcier.run("documents", found[0]["document_id"], "--text").stdout
    assert text[found[0]["start"] : found[0]["end"]] == found[0]["text"]


def test_the_doctor_finds_everything_in_order(sourcier: Any) -> None:
    report = sourcier.json("doctor")
    assert [check for check in report["checks"] if check["state"] == "broken"] == []
    origins = {row["key"]: row["origin"] for row in report["settings"]}
    assert origins["home"] == "SOURCIER_HOME"
    assert origins["serve.port"] == "default"


@pytest.fixture(scope="module")
def five(make_sourcier: Callable[..., Any]) -> Any:
    command = make_sourcier()
    report = command.json("ingest", FIVE_DOCUMENTS)
    assert (report["added"], report["skipped"]) == (5, []), report
    return command


@pytest.fixture(scope="module")
def own(make_sourcier: Callable[..., Any]) -> Any:
    command = make_sourcier()
    report = command.json("ingest", ROOT / "corpus" / "fiches")
    assert report["added"] == len(list((ROOT / "corpus" / "fiches").glob("*.md"))), report
    assert report["skipped"] == []
    return command


@pytest.mark.slow
@pytest.mark.skipif(not FIVE_DOCUMENTS.is_dir(), reason="the five documents (../shared/corpus) are not here")
class TestFiveDocuments:
    """The documents that the project was made for, which belong to their publishers and are not in the repository."""

    def test_the_share_of_staff_trained_eight_hours_or_less(self, five: Any) -> None:
        question = "Quelle part du personnel syndiqué à la CSQ a suivi huit heures ou moins de formation liée à l'IA ?"
        answer = five.json("ask", question)
        assert answer["status"] in {"answered", "quoted"}, shown(answer)
        assert "77,2" in answer["answer"], shown(answer)
        check_citations(five, answer)
        assert any("77,2" in citation["quote"] for citation in answer["citations"])

    def test_the_federal_bill_and_what_is_outside(self, five: Any) -> None:
        bill, outside = five.batch(
            [
                "Quel est le numéro du projet de loi fédéral de juin 2022 sur l'intelligence artificielle ?",
                "Quelle est la hauteur de la tour Eiffel ?",
            ]
        )
        assert bill["status"] in {"answered", "quoted"}, shown(bill)
        assert "C-27" in bill["answer"] and "C-272" not in bill["answer"], shown(bill)
        check_citations(five, bill)
        assert outside["status"] == "abstained", shown(outside)


@pytest.mark.slow
class TestOwnCorpus:
    """The sheets that the repository ships."""

    def test_a_sheet_answers_and_names_the_original(self, own: Any) -> None:
        fact, outside = own.batch(
            [
                "Combien de revendications la plateforme de la CSQ sur l'intelligence artificielle compte-t-elle ?",
                "Combien coûte un billet de métro à Montréal ?",
            ]
        )
        assert fact["status"] in {"answered", "quoted"}, shown(fact)
        assert "27" in fact["answer"], shown(fact)
        check_citations(own, fact)
        assert any(citation["reports"] for citation in fact["citations"])
        assert outside["status"] == "abstained", shown(outside)
