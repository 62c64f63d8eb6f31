"""The model is a second judge of what the verifier is unsure of: it tips the balance, and never decides alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcier.app.answering.answerability import Answerability
from sourcier.app.answering.assistant import Assistant
from sourcier.app.answering.second import SecondJudge, judging, second_opinion
from sourcier.app.answering.verifier import Evidence, Verdict
from sourcier.app.models import Turn, Usage
from sourcier.core.errors import ModelInterruptedError
from sourcier.core.settings import Settings
from sourcier.core.types import Answer, ModelInfo
from sourcier.index.search import Searcher

SHARE = st.floats(0, 1)
JUDGE = SecondJudge.load()

ASKED = "Quel lundi du mois le comité de la culture se réunit-il ?"
#: Right, in other words than the sheet's; wrong by a figure; nearly word for word.
REWORDED = "Chaque premier lundi du mois, la bibliothèque accueille le comité de la culture."
CHANGED = "Le comité de la culture se réunit le deuxième lundi du mois à la bibliothèque."
REPEATED = "Le comité de la culture se réunit le premier lundi du mois."


@given(SHARE, SHARE, SHARE)
def test_both_count_and_in_the_same_direction(support: float, yes: float, other: float) -> None:
    low, high = sorted((yes, other))
    assert 0 <= JUDGE.weighed(support, low) <= JUDGE.weighed(support, high) <= 1
    low, high = sorted((support, other))
    assert JUDGE.weighed(low, yes) <= JUDGE.weighed(high, yes)
    assert JUDGE.weighed(support, None) == support


@given(SHARE, SHARE)
def test_it_is_asked_where_its_word_can_change_what_is_shown(support: float, threshold: float) -> None:
    asked = JUDGE.unsure(Verdict(support, None, (0,)), threshold)
    worst, best = JUDGE.weighed(support, 0.0), JUDGE.weighed(support, 1.0)
    assert asked == (worst < threshold <= best and support < JUDGE.beyond)
    # What a rule refuses is nobody else's to judge, and what rests on nothing neither.
    assert not JUDGE.unsure(Verdict(support, "number", (0,), ruled=True), threshold)
    assert not JUDGE.unsure(Verdict(support, None, ()), threshold)


def test_a_source_that_tells_the_model_what_to_say_cannot_carry_what_it_does_not_say() -> None:
    assert JUDGE.weighed(0.1, 1.0) < 0.7 <= JUDGE.weighed(0.3, 1.0)


class Writes:
    """A model that drafts what it is told to, and says yes to every claim with the chance it is told."""

    info = ModelInfo("embedded", "writes")
    context = 4096

    def __init__(self, *sentences: str, yes: float | None = 0.9, failure: Exception | None = None) -> None:
        self.sentences, self.yes, self.failure = sentences, yes, failure
        self.usage = Usage()
        self.judged: list[str] = []
        self.writing = False

    def ready(self) -> bool:
        return True

    def choose(self, turns: Sequence[Turn], options: Sequence[str]) -> dict[str, float] | None:
        assert not self.writing, "an engine does one thing at a time"
        self.usage = Usage(prompt_tokens=5, completion_tokens=1)
        if "La source dit-elle" not in turns[-1].text:
            return {options[0]: 0.9, options[1]: 0.1}
        self.judged.append(turns[-1].text)
        if self.failure is not None:
            raise self.failure
        return None if self.yes is None else {options[0]: self.yes, options[1]: 1 - self.yes}

    def write(self, turns: Sequence[Turn], *, max_tokens: int, stop: Sequence[str] = ()) -> Iterator[str]:
        self.writing = True
        try:
            self.usage = Usage(prompt_tokens=10, completion_tokens=20)
            for sentence in self.sentences:
                yield sentence + "\n"
        finally:
            self.writing = False

    def close(self) -> None: ...


def answer(searcher: Searcher, model: Writes, settings: Settings) -> Answer:
    return Assistant(searcher, model, Answerability.load(), settings).ask(ASKED)


def test_the_models_word_tips_the_balance(searcher: Searcher, settings: Settings) -> None:
    said = {yes: answer(searcher, Writes(REWORDED, yes=yes), settings) for yes in (0.999, 0.001)}
    assert said[0.999].status == "answered"
    assert said[0.999].sentences[0].text == REWORDED
    assert REWORDED not in [sentence.text for sentence in said[0.001].sentences]
    refused = said[0.001].removed[0]
    assert (refused.text, refused.reason) == (REWORDED, "unsupported") and refused.explanation
    assert refused.support < settings.answer.support <= said[0.999].sentences[0].support


def test_it_is_asked_of_nothing_else(searcher: Searcher, settings: Settings) -> None:
    model = Writes(REPEATED, CHANGED)
    given = answer(searcher, model, settings)
    assert model.judged == []
    assert [sentence.text for sentence in given.sentences] == [REPEATED]


def test_what_is_sure_does_not_wait_for_it(searcher: Searcher, settings: Settings) -> None:
    model = Writes(REWORDED, REPEATED, yes=0.999)
    given = answer(searcher, model, settings)
    assert len(model.judged) == 1
    assert [sentence.text for sentence in given.sentences] == [REPEATED, REWORDED]


def test_what_it_lifts_is_not_shown_twice(searcher: Searcher, settings: Settings) -> None:
    again = "La bibliothèque accueille, chaque premier lundi du mois, le comité de la culture."
    model = Writes(REWORDED, again, yes=0.999)
    given = answer(searcher, model, settings)
    assert len(model.judged) == 1
    assert [sentence.text for sentence in given.sentences] == [REWORDED]


@pytest.mark.parametrize("failure", [None, ModelInterruptedError("model.interrupted", provider="writes")])
def test_without_its_word_the_verifiers_stands(
    searcher: Searcher, settings: Settings, failure: Exception | None
) -> None:
    given = answer(searcher, Writes(REWORDED, yes=None, failure=failure), settings)
    assert [sentence.text for sentence in given.sentences] == [REWORDED]


def test_what_it_reads_is_the_sources_and_the_claim() -> None:
    source = Evidence("Les vélos sont prêtés pendant trois jours.", "Prêt de vélos › Durée … Tout le monde y a droit.")
    *fixed, turn = judging("Trois jours.", [source], "Combien de temps ?")
    assert "[Prêt de vélos › Durée] Les vélos sont prêtés pendant trois jours." in turn.text
    assert "(« Combien de temps ? ») Trois jours." in turn.text and "y a droit" not in turn.text
    assert fixed == judging("Une semaine.", [])[:-1] and fixed[-1].lasting
    assert second_opinion(Writes(yes=0.25), "Trois jours.", [source]) == pytest.approx(0.25)
    assert second_opinion(Writes(yes=None), "Trois jours.", [source]) is None
