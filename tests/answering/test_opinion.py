"""What the language model says of whether the extracts answer is weighed in, and never decides alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcier.app.answering.answerability import Answerability
from sourcier.app.answering.assistant import Assistant
from sourcier.app.answering.opinion import Opinion, asked_of
from sourcier.app.answering.prompt import YES_NO, answering, asking, prefix
from sourcier.app.models import Turn, Usage
from sourcier.core.errors import ModelInterruptedError
from sourcier.core.messages import Language
from sourcier.core.settings import Settings
from sourcier.core.types import ModelInfo
from sourcier.index.search import Searcher

SHARE = st.floats(0, 1)
OPINION = Opinion.load()


@given(SHARE, SHARE, SHARE)
def test_both_opinions_count_and_in_the_same_direction(gate: float, yes: float, other: float) -> None:
    low, high = sorted((yes, other))
    assert 0 <= OPINION.weighed(gate, low) <= OPINION.weighed(gate, high) <= 1
    low, high = sorted((gate, other))
    assert OPINION.weighed(low, yes) <= OPINION.weighed(high, yes)


@given(SHARE)
def test_without_a_model_the_gate_alone_decides(gate: float) -> None:
    assert OPINION.weighed(gate, None) == gate


class Says:
    """A model that says yes or no as it is told to, writes one sentence, and counts what it is asked."""

    info = ModelInfo("embedded", "says")
    context = 4096
    usage = Usage(prompt_tokens=10, completion_tokens=1)

    def __init__(self, yes: float | None, no: float = 0.0, failure: Exception | None = None) -> None:
        self.said = None if yes is None else (yes, no)
        self.failure = failure
        self.asked: list[Sequence[Turn]] = []
        self.told: list[Sequence[Turn]] = []

    def ready(self) -> bool:
        return True

    def choose(self, turns: Sequence[Turn], options: Sequence[str]) -> dict[str, float] | None:
        self.asked.append(turns)
        if self.failure is not None:
            raise self.failure
        return None if self.said is None else dict(zip(options, self.said, strict=True))

    def write(self, turns: Sequence[Turn], *, max_tokens: int, stop: Sequence[str] = ()) -> Iterator[str]:
        self.told.append(turns)
        yield "Le comité de la culture se réunit le premier lundi du mois à la bibliothèque."

    def close(self) -> None: ...


@pytest.mark.parametrize(("yes", "no", "share"), [(0.6, 0.2, 0.75), (0.0, 0.9, 0.0), (0.2, 0.1, None), (None, 0, None)])
def test_another_word_than_yes_or_no_is_no_opinion(yes: float | None, no: float, share: float | None) -> None:
    assert asked_of(Says(yes, no), [Turn("user", "?")], "fr") == pytest.approx(share)


ASKED = "Quel lundi du mois le comité de la culture se réunit-il ?"


def test_what_it_writes_goes_on_from_the_prompt_that_it_was_asked_on(searcher: Searcher, settings: Settings) -> None:
    model = Says(0.9, 0.1)
    answer = Assistant(searcher, model, Answerability.load(), settings).ask(ASKED)
    assert answer.status == "answered"
    (asked,), (told,) = model.asked, model.told
    assert list(told[: len(asked)]) == list(asked) and told[len(asked)] == Turn("assistant", "oui")
    assert answer.usage["prompt_tokens"] == 20  # both calls are counted


def test_it_is_weighed_with_the_gate(searcher: Searcher, settings: Settings) -> None:
    answers = [
        Assistant(searcher, Says(share, 1 - share), Answerability.load(), settings).ask(ASKED).answerable or 0.0
        for share in (0.02, 0.5, 0.98)
    ]
    gate = Assistant(searcher, None, Answerability.load(), settings).ask(ASKED).answerable
    assert answers == sorted(answers) and len(set(answers)) == 3
    assert Assistant(searcher, Says(None), Answerability.load(), settings).ask(ASKED).answerable == gate


def test_a_model_that_fails_there_leaves_the_gate_to_decide(searcher: Searcher, settings: Settings) -> None:
    model = Says(0.5, failure=ModelInterruptedError("model.interrupted", provider="says"))
    answer = Assistant(searcher, model, Answerability.load(), settings).ask(ASKED)
    assert answer.status == "answered"


def test_it_is_not_asked_of_what_is_none_of_the_documents(searcher: Searcher, settings: Settings) -> None:
    model = Says(0.99, 0.01)
    answer = Assistant(searcher, model, Answerability.load(), settings).ask("Écris un poème sur le printemps.")
    assert (answer.status, model.asked, model.told) == ("abstained", [], [])


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_prefix_holds_both_answers_and_never_changes(language: Language) -> None:
    yes, no = YES_NO[language]
    fixed = prefix(language)
    said = [turn.text for turn in fixed if turn.role == "assistant"]
    assert said.count(yes) == said.count(no) == 3
    asked = asking("Quand ?", [], language)
    assert asked[: len(fixed)] == fixed
    assert answering(asked, language, "brief")[: len(asked)] == asked
