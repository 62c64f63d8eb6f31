"""Feedback as test rows: only with consent, and never with what names or reaches the person who asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sourcier.app.cli import app
from sourcier.eval.dataset import QuestionSet, load_dataset
from sourcier.eval.feedback import FeedbackError, rows_of, without_identity

QUOTE = "L’allocation de télétravail est de 42,50 $ par mois ; écrire à conges@syndicat.example.org, poste 4417."
CITED = {
    "marker": 1,
    "document_id": "d" * 16,
    "path": "guide.md",
    "title": "Guide",
    "start": 0,
    "end": 9,
    "quote": QUOTE,
}


def line(**fields: Any) -> dict[str, Any]:
    good = {
        "question": "Quelle est l’allocation de télétravail ?", "verdict": "right", "answer": "Elle est de 42,50 $ par mois. [1]",
        "citations": [CITED], "consent": True, "reviewed": True,
    }  # fmt: skip
    return {**good, **fields}


def write(path: Path, *lines: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("said", "left"),
    [
        (
            "Écrivez-moi à nadia.lebrun@ecole.example.org : ai-je droit au congé ?",
            "Écrivez-moi à […] : ai-je droit au congé ?",
        ),
        ("Rappelez-moi au 418 555-0142 svp", "Rappelez-moi au […] svp"),
        ("Rappelez-moi au (514) 555-0142, poste 12.", "Rappelez-moi au […]."),
        ("Mon numéro : +33 6 12 34 56 78", "Mon numéro : […]"),
        (
            "Je m’appelle Éloïse Thériault-Lévesque et je cherche la clause.",
            "Je m’appelle […] et je cherche la clause.",
        ),
        ("Mon NAS est 046 454 286, est-ce utile ?", "Mon NAS est […], est-ce utile ?"),
        ("Mon matricule est le A12345, suis-je admissible ?", "Mon matricule est le […], suis-je admissible ?"),
        ("Quelle est la durée du congé ? Merci, Jean-Guy Roy", "Quelle est la durée du congé ? Merci, […]"),
        ("Quelle est la durée du congé ?\nNadia Lebrun", "Quelle est la durée du congé ?\n[…]"),
        ("J’habite au 1234, rue des Bouleaux : et le transport ?", "J’habite au […] : et le transport ?"),
    ],
)
def test_what_names_or_reaches_someone_goes(said: str, left: str) -> None:
    assert without_identity(said).text == left
    assert len(without_identity(said).taken) == 1


@pytest.mark.parametrize(
    "said",
    [
        "Qui préside la CSQ depuis 2021 ?",
        "La loi 25 et le projet de loi C-27 disent-ils la même chose ?",
        "Combien valent 1 500 $ sur 24 mois, à 12,5 % ?",
        "Que dit l’article 5-3.00 de la convention 2020-2023 ?",
        "Combien de personnes sur 810 000 sont touchées ?",
    ],
)
def test_an_ordinary_question_stays_as_it_is(said: str) -> None:
    cleaned = without_identity(said)
    assert (cleaned.text, cleaned.taken, cleaned.flags) == (said, (), ())


def test_what_the_documents_hold_is_no_secret() -> None:
    said = "Il faut écrire à conges@syndicat.example.org ou à moi@chez.example.org."
    assert without_identity(said, [QUOTE]).text == "Il faut écrire à conges@syndicat.example.org ou à […]."


def test_what_may_still_name_someone_is_flagged() -> None:
    assert without_identity("Ma patronne refuse mon grief, que faire ?").flags == ("personal",)
    assert without_identity("Est-ce que Nadia Lebrun peut refuser un congé ?").flags == ("name",)


def test_a_right_answer_becomes_a_row(tmp_path: Path) -> None:
    taken = rows_of(write(tmp_path / "in.jsonl", line()), "fr")
    (row,) = taken.rows
    assert (row["answerable"], row["documents"], row["quotes"]) == (True, ["guide.md"], [QUOTE])
    assert row["reference"] == "Elle est de 42,50 $ par mois."
    assert row["facts"] == [[r"42,50\s*\$"]]
    assert row["reviewed"] is True and row["id"].startswith("feedback-")


def test_a_wrong_answers_citations_prove_nothing(tmp_path: Path) -> None:
    wrong = line(verdict="wrong", correction="Elle est de 45 $ par mois.", question="L’allocation de 2026 ?")
    empty = line(verdict="wrong", correction="", question="Et celle de 2027 ?")
    refuse = line(verdict="should_refuse", question="Quelle sera celle de 2030 ?")
    taken = rows_of(write(tmp_path / "in.jsonl", wrong, empty, refuse), "fr")
    first, second = taken.rows
    assert (first["quotes"], first["documents"], first["facts"]) == ([], [], [[r"45\s*\$"]])
    assert (second["answerable"], second["facts"], second["quotes"], second["reference"]) == (False, [], [], "")
    assert taken.refused == {"empty": 1}


def test_without_consent_or_review_or_with_an_identity_nothing_is_taken(tmp_path: Path) -> None:
    path = write(
        tmp_path / "in.jsonl",
        line(consent=False),
        line(consent=True, reviewed=False),
        line(email="nadia@ecole.example.org"),
        line(user="nadia"),
        line(user=""),
        line(),
    )
    taken = rows_of(path, "fr")
    assert taken.refused == {"consent": 1, "review": 1, "identity": 2, "repeated": 1}
    assert len(taken.rows) == 1


@pytest.mark.parametrize("consent", ["oui", 1, "true", None])
def test_consent_is_a_plain_yes(tmp_path: Path, consent: object) -> None:
    with pytest.raises(FeedbackError, match="consent"):
        rows_of(write(tmp_path / "in.jsonl", line(consent=consent)), "fr")


def test_the_command_writes_a_set_that_a_run_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCIER_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    signed = line(
        question="Quelle est l’allocation ? Merci, Nadia Lebrun", answer="Elle est de 42,50 $. Nadia, c’est ça."
    )
    write(tmp_path / "in.jsonl", line(), signed, line(consent=False, question="secret@exemple.example.org ?"))
    command = CliRunner()
    done = command.invoke(app, ["eval", "feedback", "in.jsonl", "--out", "rows.jsonl", "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["n"], told["changed"], told["flagged"], told["refused"]["consent"]) == (2, 2, 1, 1)
    text = (tmp_path / "rows.jsonl").read_text(encoding="utf-8")
    assert "Lebrun" not in text and "Nadia" not in text and "secret" not in text
    read = load_dataset(tmp_path / "rows.jsonl")
    assert isinstance(read, QuestionSet) and len(read.questions) == 2
    again = command.invoke(app, ["eval", "feedback", "in.jsonl", "--out", "rows.jsonl"])
    assert again.exit_code == 1


@pytest.mark.parametrize(
    ("content", "said"), [("", "consent"), ("{", "ligne 1"), ("[1]", "ligne 1"), ('{"question": 3}', "ligne 1")]
)
def test_a_bad_file_is_one_sentence(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FeedbackError, match=said):
        rows_of(path, "fr")
    with pytest.raises(FeedbackError, match="chemin"):
        rows_of(tmp_path / "absent.jsonl", "fr")
