"""A quiz from a real index: keys carried, wrong choices not, the same for the same seed, nothing that the documents do not say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from sourcier.app.models.types import Turn, Usage
from sourcier.app.workshop.kit import QuizItem, Topic
from sourcier.app.workshop.quiz import make_quiz
from sourcier.app.workshop.quiz.checking import REFUSED, Checker, Claim
from sourcier.app.workshop.quiz.drafts import BLANK, clozes_of
from sourcier.app.workshop.quiz.reading import facts_of_topics, statements_of
from sourcier.app.workshop.quiz.rewording import asks_the_same, reworded
from sourcier.app.workshop.sources import Sources
from sourcier.app.workshop.tools import Tools
from sourcier.core.types import ModelInfo
from sourcier.eval.bench.quiz import GUESSES, guessed, stated_by, topics_of_index

Made = tuple[tuple[QuizItem, ...], Sources, list[Topic]]


def quiz_of(tools: Tools, count: int, seed: int = 7) -> Made:
    sources = Sources(tools.searcher.document)
    topics = topics_of_index(tools, sources)
    items, _ = make_quiz(topics, sources, tools, count=count, language="fr", seed=seed)
    return items, sources, topics


@pytest.fixture(scope="module")
def made(tools: Tools) -> Made:
    return quiz_of(tools, 10)


def test_every_question_has_a_proof_a_key_and_reasons(made: Made) -> None:
    items, sources, _ = made
    assert len(items) == 10 and [item.id for item in items] == [f"Q{i}" for i in range(1, len(items) + 1)]
    numbers = {source.number for source in sources.all()}
    for item in items:
        assert set(item.proof.sources) <= numbers and item.proof.support is not None
        if item.kind == "single":
            assert len(item.choices) == 4 and sum(choice.right for choice in item.choices) == 1
        if item.kind == "multiple":
            assert len(item.choices) == 4 and 1 <= sum(choice.right for choice in item.choices) <= 3
        if item.kind == "true_false":
            assert [choice.text for choice in item.choices] == ["Vrai", "Faux"]
        if item.kind == "short":
            assert item.answers and item.answers[0] in item.proof.text
        for choice in item.choices:
            assert choice.reason.sources and set(choice.reason.sources) <= numbers
        assert len({choice.text for choice in item.choices}) == len(item.choices)


def test_keys_are_carried_and_wrong_choices_are_not(made: Made, tools: Tools) -> None:
    for item in made[0]:
        assert item.support >= tools.threshold
        assert item.worst_wrong is None or item.worst_wrong < min(REFUSED, item.support)
        has_wrong = any(not one.right for one in stated_by(item)) or item.kind == "match"
        assert (item.worst_wrong is not None) == has_wrong, item.id


def test_right_choices_are_words_of_the_documents_and_wrong_statements_are_not(made: Made, tools: Tools) -> None:
    texts = " ".join(tools.searcher.document(row.document_id).text for row in tools.searcher.documents())
    plain = " ".join(texts.split())
    for item in made[0]:
        for stated in stated_by(item):
            assert (" ".join(stated.text.split()) in plain) is stated.right, (item.id, stated.text)


def test_the_stem_never_holds_its_key(made: Made) -> None:
    for item in made[0]:
        if BLANK in item.stem:
            key = item.answers[0] if item.kind == "short" else next(one.text for one in item.choices if one.right)
            stem = item.stem.rpartition("«")[2]
            assert not re.search(rf"(?<!\w){re.escape(key)}(?!\w)", stem), item.stem


def test_the_same_seed_gives_the_same_quiz_and_another_one_another(made: Made, tools: Tools) -> None:
    again, other = quiz_of(tools, 4)[0], quiz_of(tools, 4, seed=8)[0]
    assert again == made[0][:4]
    assert [(item.stem, item.choices) for item in other] != [(item.stem, item.choices) for item in again]


def test_no_sentence_is_asked_about_twice(made: Made) -> None:
    used = Counter(number for item in made[0] if item.kind != "match" for number in item.proof.sources)
    assert used and max(used.values()) == 1


def test_nothing_is_asked_without_topics_or_questions_to_make(tools: Tools) -> None:
    sources = Sources(tools.searcher.document)
    assert make_quiz((), sources, tools, count=5, language="fr", seed=1) == ((), ())
    topic = topics_of_index(tools, sources)[0]
    assert make_quiz((topic,), sources, tools, count=0, language="fr", seed=1) == ((), ())


def test_an_english_kit_asks_in_english_about_french_sentences(tools: Tools) -> None:
    sources = Sources(tools.searcher.document)
    topics = topics_of_index(tools, sources)
    items, _ = make_quiz(topics, sources, tools, count=2, language="en", seed=3)
    assert len(items) == 2 and all(item.stem.startswith(("Complete, according to", "True or false?")) for item in items)


def test_a_false_key_is_refused_by_the_index(tools: Tools) -> None:
    checker = Checker(tools)
    said = checker.check(
        "L'allocation de télétravail est de par mois.",
        [Claim("L'allocation de télétravail est de 75 $ par mois.", True), Claim("L'allocation de télétravail est de 55 $ par mois.", False)],
    )  # fmt: skip
    assert said.reasons == {0: "key", 1: "wrong"}


def test_what_fits_elsewhere_or_has_a_rival_is_no_wrong_choice(tools: Tools) -> None:
    checker = Checker(tools)
    units = checker.units("La Fédération demande que l'allocation soit indexée")
    assert checker.fits_elsewhere(
        "55 $", "L'allocation de télétravail est de par mois.", checker.units("allocation de télétravail")
    )
    assert not checker.fits_elsewhere("quatre", "L'allocation de télétravail est de par mois.", units)


class Scripted:
    """A language model that says what it is told, and what it was asked."""

    info, context, usage = ModelInfo("test", "scripted"), 2048, Usage()

    def __init__(self, reply: str) -> None:
        self.reply = reply
        self.asked: list[str] = []

    def ready(self) -> bool:
        return True

    def write(self, turns: Sequence[Turn], *, max_tokens: int, stop: Sequence[str] = ()) -> Iterator[str]:
        self.asked += [turn.text for turn in turns]
        yield self.reply

    def choose(self, turns: Sequence[Turn], options: Sequence[str]) -> dict[str, float] | None:
        return None

    def close(self) -> None:
        pass


ALLOCATION = "L'allocation de télétravail est de 55 $ par mois."


@pytest.mark.parametrize(
    ("question", "same"),
    [
        ("À combien s'élève l'allocation de télétravail par mois ?", True),
        ("L'allocation de télétravail est-elle de 55 $ par mois ?", False),  # gives the answer
        ("Qui verse l'argent ?", False),  # asks something else
        ("À combien s'élève l'allocation de télétravail par mois depuis 2019 ?", False),  # adds a date
        ("L'allocation de télétravail est de combien par mois.", False),  # no question
    ],
)
def test_a_reworded_question_must_ask_the_same(tools: Tools, question: str, same: bool) -> None:
    sources = Sources(tools.searcher.document)
    facts = facts_of_topics(topics_of_index(tools, sources), sources)
    cloze = next(one for fact in facts if fact.text == ALLOCATION for one in clozes_of(fact))
    checker = Checker(tools)
    assert asks_the_same(question, cloze, ["40 $", "75 $"], checker) is same
    model = Scripted(f"Question : {question}")
    assert reworded(cloze, ["40 $", "75 $"], model, checker, "fr") == (question if same else None)
    assert ALLOCATION in model.asked[1]


def test_a_model_that_asks_badly_changes_nothing(made: Made, tools: Tools) -> None:
    assert quiz_of(replace(tools, model=Scripted("Je ne sais pas.")), 2)[0] == made[0][:2]


def test_guesses_part_ties_and_know_the_key_only_by_chance(made: Made) -> None:
    for item in made[0]:
        if item.choices:
            for guess in GUESSES.values():
                assert 0 <= guessed(item, guess) <= 1
            assert guessed(item, lambda one, choice: 0.0) == sum(one.right for one in item.choices) / len(item.choices)
            assert guessed(item, lambda one, choice: float(choice.right)) == 1


def test_sentences_that_stand_alone_are_exact(tools: Tools) -> None:
    hits = tools.searcher.search("télétravail", 5).hits
    for fact in statements_of(hits):
        assert tools.searcher.document(fact.hit.passage.document_id).text[fact.start : fact.end] == fact.text
