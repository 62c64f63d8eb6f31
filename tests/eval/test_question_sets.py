"""Our question sets keep their rules, on the real sheets; and each rule sees the row that breaks it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sourcier.eval.check_questions.rows import Row, Rows, read_rows, read_texts
from sourcier.eval.check_questions.rules import is_at_hand, row_faults
from sourcier.eval.check_questions.sides import CLOSE, Split, jaccard, read_questions, read_split, set_faults
from sourcier.eval.check_questions.table import BEGIN, END, table, write_table, written
from sourcier.eval.dataset import DatasetError, load_dataset
from sourcier.eval.metrics.text import plain
from sourcier.eval.nuggets_of import Said, expert_rows, said_in

ROOT = Path(__file__).parents[2]
DATA = ROOT / "eval" / "data"
FAMILIES = ("cinq_documents", "fiches", "hors_corpus")
FILES = [DATA / f"{family}.{side}.jsonl" for family in FAMILIES for side in ("dev", "test")]
LEARNT = sorted((DATA / "answerability").glob("*.jsonl"))


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return read_texts([ROOT / "corpus" / "fiches"])


@pytest.fixture(scope="module")
def sets() -> list[Rows]:
    return [read_rows(file) for file in FILES]


def test_every_row_keeps_the_rules(sets: list[Rows], texts: dict[str, str]) -> None:
    assert [f"{row.id}: {fault}" for one in sets for row in one.rows for fault in row_faults(row, texts)] == []


def test_every_row_on_the_sheets_was_looked_up_in_them(sets: list[Rows], texts: dict[str, str]) -> None:
    assert all(is_at_hand(row, texts) for one in sets if one.family != "cinq_documents" for row in one.rows)


def test_development_and_test_share_nothing(sets: list[Rows], texts: dict[str, str]) -> None:
    learnt = [question for file in LEARNT for question in read_questions(file)]
    assert len(learnt) > 500
    assert list(set_faults(sets, read_split(DATA / "split.toml"), texts, learnt)) == []


def test_the_split_names_every_sheet_once(texts: dict[str, str]) -> None:
    split = read_split(DATA / "split.toml")["fiches"]
    assert sorted((*split.sides, *split.repeating)) == sorted(texts)


def test_the_new_development_questions_reword_none_that_the_gate_learns(sets: list[Rows]) -> None:
    learnt = [question for file in LEARNT for question in read_questions(file)]
    for one in sets:
        if one.side == "dev" and one.family != "cinq_documents":
            for row in one.rows:
                assert max(jaccard(row.question, question) for question in learnt) < CLOSE, row.id


def test_there_are_enough_rows_of_each_sort(sets: list[Rows]) -> None:
    rows = [row for one in sets for row in one.rows]
    assert len(rows) >= 250
    assert sum(bool(row.nuggets) for row in rows) >= 30
    on_sheets = [row for one in sets if one.family == "fiches" for row in one.rows]
    assert 0.6 <= sum(row.answerable for row in on_sheets) / len(on_sheets) <= 0.75


def test_the_readme_counts_as_the_command_does(sets: list[Rows]) -> None:
    assert written(DATA / "README.md") == table(sets)


TEXTS = {
    "a.md": "Le télétravail\n\nLe télétravail est permis deux jours par semaine, et mardi seulement au bureau.",
    "b.md": "Les repas\n\nLe repas est payé 20 $ par jour.\n\nLe café est gratuit.",
}
GOOD: dict[str, Any] = {
    "id": "r1", "question": "Combien de temps chez moi?", "answerable": True, "documents": ["a.md"],
    "quotes": ["permis deux jours par semaine"], "facts": [["deux|2 jours"]], "reference": "Deux jours par semaine.",
    "kind": "fact_number", "why": "a", "nuggets": [{"text": "deux jours", "patterns": ["deux jours"]}],
}  # fmt: skip
NONE: dict[str, Any] = {
    "id": "r2", "question": "Pourquoi le café coûte-t-il 5 $?", "answerable": False, "kind": "false_premise", "why": "b",
    "about": ["b.md"], "premise_corrected": ["gratuit"], "premise_quotes": ["café est gratuit"],
}  # fmt: skip


def _row(base: dict[str, Any], **changes: Any) -> Row:
    return Row.model_validate_json(json.dumps(base | changes))


def test_good_rows_have_no_fault() -> None:
    assert [*row_faults(_row(GOOD), TEXTS), *row_faults(_row(NONE), TEXTS)] == []


@pytest.mark.parametrize(
    ("base", "changes", "said"),
    [
        (GOOD, {"facts": [["trois"]]}, "not in the reference"),
        (GOOD, {"facts": [["Deux jours par semaine\\."]]}, "not in the documents"),
        (GOOD, {"question": "Deux jours ou trois?"}, "in the question"),
        (GOOD, {"kind": "follow_up", "history": [{"question": "Et?", "answer": "Deux jours. [1]"}]}, "in the question"),
        (GOOD, {"kind": "follow_up"}, "go together"),
        (GOOD, {"history": [{"question": "Le télétravail?", "answer": "Oui. [1]"}]}, "go together"),
        (GOOD, {"quotes": ["permis trois jours"]}, "is not in the documents"),
        (GOOD, {"quotes": ["télétravail est permis deux jours par semaine"]}, "more than 6 words"),
        (GOOD, {"documents": ["a.md", "b.md"]}, "no anchor is in b.md"),
        (GOOD, {"nuggets": [{"text": "mardi", "patterns": ["mardi"]}]}, "nugget 'mardi' is not in the reference"),
        (
            GOOD,
            {"nuggets": [{"text": "jeudi", "vital": False, "patterns": ["jeudi"]}]},
            "'jeudi' is not in the documents",
        ),
        (GOOD, {"kind": "near_miss"}, "is not one of answerable rows"),
        (GOOD, {"why": ""}, "why is empty"),
        (GOOD, {"reference": ""}, "reference is empty"),
        (GOOD, {"facts": []}, "facts is empty"),
        (NONE, {"facts": [["cinq"]]}, "facts is given without an answer"),
        (NONE, {"premise_corrected": ["café"]}, "premise_corrected is in the question"),
        (NONE, {"premise_corrected": ["payant"]}, "not in the documents of about"),
        (NONE, {"premise_corrected": ["gratuit", "repas"]}, "is in a title"),
        (NONE, {"premise_quotes": ["café est offert"]}, "not in the documents of about"),
        (NONE, {"premise_quotes": []}, "go together"),
        (NONE, {"kind": "near_miss"}, "for false premises"),
    ],
)
def test_each_fault_of_a_row_is_seen(base: dict[str, Any], changes: dict[str, Any], said: str) -> None:
    assert any(said in fault for fault in row_faults(_row(base, **changes), TEXTS))


def test_what_only_a_missing_document_can_tell_is_left_out() -> None:
    row = _row(GOOD, documents=["c.md"], facts=[["par semaine"]])
    assert not is_at_hand(row, TEXTS)
    assert list(row_faults(row, TEXTS)) == []


SPLIT = {"s": Split({"a.md": "dev", "b.md": "test"}, {"c.md": "test"})}


@pytest.mark.parametrize(
    ("dev", "test", "said"),
    [
        ({}, {"id": "r1"}, "the id is already in s.dev.jsonl"),
        ({"documents": ["b.md"]}, {}, "d: b.md is on the other side"),
        ({"documents": ["d.md"]}, {}, "d.md has no side"),
        ({"documents": ["c.md"]}, {}, "c.md alone is on the other side"),
        ({}, {"documents": ["a.md"], "quotes": ["permis deux"]}, "point at the same paragraph of a.md"),
        ({"question": "Qui paie le repas du midi?"}, {"question": "qui paie le REPAS du midi"}, "is d reworded"),
        ({"subject": "repas"}, {"subject": "repas"}, "“repas” is on both sides"),
        ({}, {"question": "combien coute UN, combien coûte un stationnement ?"}, "stationnement?” reworded"),
    ],
)
def test_each_fault_between_rows_is_seen(dev: dict[str, Any], test: dict[str, Any], said: str) -> None:
    mine = _row(GOOD, **({"id": "r1" if "id" in test else "d"} | dev))
    its = {"id": "t", "documents": ["b.md"], "quotes": ["repas est payé"], "question": "Le café est à quel prix?"}
    other = _row(GOOD, **(its | test))
    both = [Rows("s.dev.jsonl", "s", "dev", (mine,)), Rows("s.test.jsonl", "s", "test", (other,))]
    learnt = ["Combien coûte un stationnement?"]
    assert any(said in fault for fault in set_faults(both, SPLIT, TEXTS, learnt))


def test_sides_without_a_fault_have_none() -> None:
    other = _row(GOOD, id="t", documents=["b.md"], quotes=["repas est payé"], question="Le café est à quel prix?")
    both = [Rows("s.dev.jsonl", "s", "dev", (_row(GOOD),)), Rows("s.test.jsonl", "s", "test", (other,))]
    assert list(set_faults(both, SPLIT, TEXTS, ["Qui fait la vaisselle?"])) == []


def test_a_repeated_place_is_seen_in_the_same_paragraph_even_where_anchors_differ() -> None:
    first = _row(GOOD, id="d", quotes=["mardi seulement"])
    second = _row(GOOD, id="t", quotes=["permis deux jours"], question="Un autre jour?")
    both = [Rows("x.dev.jsonl", "x", "dev", (first,)), Rows("x.test.jsonl", "x", "test", (second,))]
    assert list(set_faults(both, {"x": Split({"a.md": "dev"})}, TEXTS))[-1].startswith("d and t point at")


def test_jaccard_by_hand() -> None:
    assert jaccard("Qui paie le repas ?", "qui paie le café?") == 3 / 5
    assert jaccard("L’IA", "l'ia") == 1.0
    assert jaccard("", "?") == 0.0


def test_a_field_that_nothing_reads_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "s.dev.jsonl"
    file.write_text(json.dumps(GOOD | {"refernce": "?"}), encoding="utf-8")
    with pytest.raises(DatasetError, match="refernce"):
        read_rows(file)


def test_the_table_is_written_between_its_marks_and_nowhere_else(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"avant\n{BEGIN}\nvieux\n{END}\naprès\n", encoding="utf-8")
    content = table([Rows("s.dev.jsonl", "s", "dev", (_row(GOOD), _row(NONE)))])
    assert "| **rows** | 2 | 2 |" in content
    assert "| `near_miss` |" not in content
    write_table(readme, content)
    assert written(readme) == content
    assert readme.read_text(encoding="utf-8") == f"avant\n{BEGIN}\n{content}\n{END}\naprès\n"
    readme.write_text("rien", encoding="utf-8")
    with pytest.raises(DatasetError):
        written(readme)


ANSWER = """Oui. L'employeur doit fournir deux choses :
- Un avis écrit, remis sept jours avant le changement ;
- Une formation payée
    donnée pendant les heures de travail.
<Tab title="Autre">
1. Un poste équivalent après le congé.
Article L1234-5 du code
La convention peut prévoir mieux."""


def test_an_expert_answer_is_split_by_bullet() -> None:
    assert said_in(ANSWER) == [
        Said("Oui.", True),
        Said("Un avis écrit, remis sept jours avant le changement ;", True),
        Said("Une formation payée donnée pendant les heures de travail.", True),
        Said("Un poste équivalent après le congé.", True),
        Said("La convention peut prévoir mieux.", False),
    ]
    assert said_in("Non. Le congé n'est pas payé.") == [Said("Non.", True), Said("Le congé n'est pas payé.", True)]


def test_expert_rows_are_questions_whose_nuggets_their_own_answer_has_and_another_has_not(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": 1, "question": "Que doit fournir l'employeur ?", "answer": ANSWER},
        {"id": "2", "question": "Le congé est-il payé ?", "answer": "- Le salaire de base continue ;\n- Article 7"},
    ]
    file = tmp_path / "experts.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with pytest.raises(DatasetError):  # an id is text
        list(expert_rows(file))
    rows[0]["id"] = "1"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    made = tmp_path / "questions.jsonl"
    made.write_text("\n".join(json.dumps(row) for row in expert_rows(file)), encoding="utf-8")
    first, second = load_dataset(made).questions  # type: ignore[union-attr]
    # « Oui. » has no word to look for.
    assert [nugget.vital for nugget in first.nuggets] == [True, True, True, False]
    for mine, other in ((first, second), (second, first)):
        for nugget in mine.nuggets:
            assert nugget.patterns[0].search(plain(mine.reference))
            assert not nugget.patterns[0].search(plain(other.reference))
