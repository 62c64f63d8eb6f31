from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.eval.perturb import Kind, perturb

QUESTION = "Quel est le délai de préavis d'un contrat à durée déterminée, selon l'article L. 1222-1 de la CSQ ?"


def source(seed: int = 0) -> random.Random:
    return random.Random(seed)


def test_each_kind_changes_what_it_says() -> None:
    bare = perturb(QUESTION, "accents", source())
    assert bare == "Quel est le delai de preavis d'un contrat a duree determinee, selon l'article L. 1222-1 de la CSQ ?"
    assert "dun contrat" in perturb(QUESTION, "glued", source()) or "larticle" in perturb(QUESTION, "glued", source())
    assert perturb("Où est l'école, à Laval ?", "case", source()) == "où est l'école à laval"
    assert "CDD" in perturb(QUESTION, "acronym", source())
    assert "Centrale des syndicats du Québec" in perturb(QUESTION, "acronym", source())
    phone = perturb(QUESTION, "phone", source())
    assert phone.isascii() and phone == phone.lower() and "'" not in phone


@settings(derandomize=True, deadline=None)
@given(st.integers(0, 10_000))
def test_a_wrong_letter_leaves_numbers_acronyms_and_the_other_words(seed: int) -> None:
    typed = perturb(QUESTION, "letter", source(seed))
    assert typed != QUESTION
    before, after = QUESTION.split(), typed.split()
    assert len(before) == len(after)
    assert {"L.", "1222-1", "CSQ", "de", "?"} <= set(after)
    assert sum(one != other for one, other in zip(before, after, strict=True)) <= 8
    assert all(abs(len(one) - len(other)) <= 2 for one, other in zip(before, after, strict=True))


@settings(derandomize=True, deadline=None)
@given(st.sampled_from(get_args(Kind)), st.text(max_size=60))
def test_any_question_can_be_mistyped(kind: Kind, question: str) -> None:
    assert perturb(question, kind, source()) == perturb(question, kind, source())


def test_a_question_without_a_word_is_left_alone() -> None:
    assert perturb("12 ?", "letter", source()) == "12 ?"
    assert perturb("Que dit la loi ?", "acronym", source()) == "Que dit la loi ?"


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    rows = [
        {"id": "1", "question": QUESTION, "relevant": {"a": 1}, "group": "g"},
        {"id": "2", "question": "Que dit la loi ?", "relevant": {"b": 1}},
    ]
    path = tmp_path / "queries.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sourcier.eval.perturb", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_command_writes_the_rows_that_changed_and_the_same_each_time(queries: Path) -> None:
    first = run(str(queries), "--kind", "accents", "--seed", "3")
    assert first.returncode == 0, first.stderr
    (row,) = map(json.loads, first.stdout.splitlines())
    assert (row["id"], row["relevant"], row["group"]) == ("1", {"a": 1}, "g")
    assert row["question"].isascii()
    assert first.stdout == run(str(queries), "--kind", "accents", "--seed", "3").stdout
    assert "1/2" in first.stderr


def test_the_command_refuses_what_it_cannot_do(queries: Path, tmp_path: Path) -> None:
    assert run(str(queries), "--kind", "autre").returncode != 0
    missing = run(str(tmp_path / "absent.jsonl"))
    assert missing.returncode != 0
    assert "absent.jsonl" in missing.stderr
    assert "Traceback" not in missing.stderr
