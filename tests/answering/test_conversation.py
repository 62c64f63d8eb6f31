"""Follow-ups become questions of their own; what stands alone is left as typed; one conversation never tells another."""

from __future__ import annotations

import gzip
import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.app.answering.acronyms import acronyms_notice, explained
from sourcier.app.answering.conversation import completed, standalone
from sourcier.app.answering.manner import Exchange
from sourcier.app.answering.mentions import after_preposition, mentions
from sourcier.index.lexicon import load_lexicon

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "eval" / "data"
UNRELATED = (
    Exchange(
        "Combien d'heures compte l'horaire d'été de la bibliothèque ?",
        "L'horaire d'été compte 32,5 heures par semaine. [1]",
    ),
)


def rows(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (DATA / "conversation" / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("row", rows("suites.dev.jsonl"), ids=lambda row: row["id"])
def test_a_follow_up_says_what_it_left_unsaid(row: dict[str, object]) -> None:
    history = [Exchange(**turn) for turn in row["history"]]  # type: ignore[attr-defined]
    said = standalone(row["question"], history, row["language"])  # type: ignore[arg-type]
    for pattern in row["contains"]:  # type: ignore[attr-defined]
        assert re.search(pattern, said, re.IGNORECASE), said


@pytest.mark.parametrize(
    ("before", "question", "said"),
    [
        ("Que demande la CSQ au gouvernement ?", "Et aux villes ?", "Que demande la CSQ aux villes ?"),
        ("Que dit l'article 5 ?", "Et l'article 12 ?", "Que dit l'article 12 ?"),
        ("Quels congés étaient prévus en 2023 ?", "Et en 2024 ?", "Quels congés étaient prévus en 2024 ?"),
        ("Qui préside le comité paritaire ?", "Quand se réunit-il ?", "Quand le comité paritaire se réunit-il ?"),
        ("Que prévoit la loi 25 ?", "Que propose-t-elle ?", "Qu'est-ce que la loi 25 propose ?"),
        ("Que prévoit la loi 25 ?", "Qui l'a adoptée ?", "Qui a adoptée la loi 25 ?"),
        ("Que prévoit la loi 25 ?", "Quand a-t-elle été adoptée ?", "Quand la loi 25 a-t-elle été adoptée ?"),
        ("Que prévoit le régime d'assurance ?", "Combien ça coûte ?", "Combien coûte le régime d'assurance ?"),
        ("Qui a signé l'entente ?", "Avec l'aide de qui ?", "Qui a signé l'entente, avec l'aide de qui ?"),
        (
            "Que fait l'algorithme ?",
            "Pourquoi c'est un problème ?",
            "Que fait l'algorithme, pourquoi c'est un problème ?",
        ),
        (
            "Que fait le ministère ?",
            "Pis le logiciel, il roule encore ?",
            "Que fait le ministère, le logiciel, il roule encore ?",
        ),
        ("What is the pension plan?", "How much does it cost?", "How much does the pension plan cost?"),
    ],
)
def test_the_question_that_is_understood(before: str, question: str, said: str) -> None:
    language = "en" if before.startswith("What") else "fr"
    assert standalone(question, [Exchange(before)], language) == said  # type: ignore[arg-type]


def test_what_stands_alone_is_left_as_typed() -> None:
    """Every question of our own sets but the follow-ups, after a conversation about something else."""
    asked = [
        json.loads(line)
        for path in DATA.rglob("*.jsonl")
        if path.parent.name not in {"conversation", "adversarial"}
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    # One case of the premises is a follow-up on purpose: nothing can be put right before it is completed.
    leaning = "Pourquoi a-t-elle refusé de signer ?"
    questions = [row["question"] for row in asked if "history" not in row and row.get("question", leaning) != leaning]
    assert len(questions) > 900
    changed = [question for question in questions if standalone(question, UNRELATED, "fr") != question]
    # « Leur site web européen… », typed first, cannot be told from a follow-up.
    assert len(changed) <= len(questions) // 200, changed


@pytest.mark.parametrize("name", ["service_public", "fiches_vers_code"])
def test_peoples_own_questions_are_left_as_typed(name: str) -> None:
    path = ROOT.parent / "shared" / "data" / "retrieval" / f"{name}.jsonl.gz"
    if not path.exists():
        pytest.skip(f"{path.name} is not beside this repository: see docs/retrieval.md")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        read = [json.loads(line) for line in lines]
    questions = [row["text"] for row in read if "gold" in row]
    sample = random.Random(7).sample(questions, min(150, len(questions)))
    assert [question for question in sample if standalone(question, UNRELATED, "fr") != question] == []


def test_nothing_before_means_nothing_changes() -> None:
    for row in (*rows("suites.dev.jsonl"), *rows("suites.test.jsonl")):
        assert standalone(row["question"], [], "fr") == row["question"]  # type: ignore[arg-type]


def count(text: str) -> int:
    return len(text.split())


def test_the_history_is_limited_and_says_so() -> None:
    history = [Exchange("Que prévoit la loi 25 ?", "mot " * 50), Exchange("Que prévoit le plan B ?", "mot " * 50)]
    whole = completed("Quand a-t-il été adopté ?", history, "fr", limit=200, count_tokens=count)
    assert (whole.left_out, whole.notice) == (0, "")
    less = completed("Quand a-t-il été adopté ?", history, "fr", limit=60, count_tokens=count)
    assert (less.left_out, less.standalone) == (1, whole.standalone)
    assert "trop long" in less.notice
    least = completed("Quand a-t-il été adopté ?", history, "en", limit=10, count_tokens=count)
    assert (least.left_out, least.standalone) == (2, "Quand a-t-il été adopté ?")
    assert "2 oldest exchanges" in least.notice
    none = completed("Quand a-t-il été adopté ?", history, "fr", limit=0, count_tokens=count)
    assert none.standalone == "Quand a-t-il été adopté ?"


def test_asking_for_more_is_known() -> None:
    asked = completed(
        "Donne-moi plus de détails", [Exchange("Que prévoit la loi 25 ?")], "fr", limit=99, count_tokens=count
    )
    assert (asked.more, asked.standalone) == (True, "Que prévoit la loi 25 ?")
    assert not completed(
        "Et la loi 64 ?", [Exchange("Que prévoit la loi 25 ?")], "fr", limit=99, count_tokens=count
    ).more


FOLLOW_UPS = [
    "Et pour les villes ?",
    "Pourquoi ?",
    "Combien ça coûte ?",
    "Qui la dirige ?",
    "Et le deuxième ?",
    "Quel est son but ?",
]
TOPICS = st.sampled_from(
    ["Que prévoit la loi {} ?", "Que demande la {} aux employeurs ?", "Qui finance le projet {} ?"]
)
MARKS = {"a": "Zircon", "b": "Quartz"}


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.lists(st.tuples(st.sampled_from("ab"), TOPICS, st.sampled_from(FOLLOW_UPS)), min_size=1, max_size=8))
def test_one_conversation_never_tells_another(turns: list[tuple[str, str, str]]) -> None:
    """Two people in turn, through the same functions: neither hears a word of the other's."""
    history: dict[str, list[Exchange]] = {"a": [], "b": []}
    for who, topic, follow_up in turns:
        other = MARKS["b" if who == "a" else "a"]
        for question in (topic.format(MARKS[who]), follow_up):
            meant = completed(question, history[who], "fr", limit=800, count_tokens=count).standalone
            assert other not in meant
            assert meant == standalone(question, list(history[who]), "fr")
            history[who].append(Exchange(question, f"C'est {MARKS[who]}."))


@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.text(max_size=80), st.lists(st.tuples(st.text(max_size=60), st.text(max_size=60)), max_size=3))
def test_no_text_is_too_odd(question: str, turns: list[tuple[str, str]]) -> None:
    history = [Exchange(*turn) for turn in turns]
    assert isinstance(standalone(question, history, "fr"), str)
    for mention in mentions(question):
        assert 0 <= mention.outer <= mention.start < mention.end <= len(question)


def test_prepositions_are_contracted() -> None:
    assert after_preposition("à", "les villes") == "aux villes"
    assert after_preposition("de", "le plan") == "du plan"
    assert after_preposition("de", "Éric Gingras") == "d'Éric Gingras"
    assert after_preposition("", "la CSQ") == "la CSQ"


def test_acronyms_are_explained_beside_the_answer_at_their_first_use() -> None:
    lexicon = load_lexicon()
    sentences = ["La CSQ et la CFE-CGC ont signé.", "La CSQ le confirme, comme XQZW."]
    assert [short for short, _ in explained(sentences, lexicon)] == ["CSQ", "CFE-CGC"]
    notice = acronyms_notice(sentences, lexicon, "fr")
    assert notice.startswith("Sigles : CSQ, Centrale des syndicats du Québec ; CFE-CGC")
    assert explained(["La Centrale des syndicats du Québec (CSQ) a signé."], lexicon) == ()
    assert acronyms_notice(["Rien de tel."], lexicon, "fr") == ""
