"""Answers given again: the same sentences and proofs, nobody else's words, and nothing that has had its time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from sourcier.app.answering.events import Event, Finished, Found, SentenceShown, Understood
from sourcier.app.answering.manner import Exchange, Manner
from sourcier.app.answering.remembered import Key, RememberedAnswers, answer_key, replayed
from sourcier.core.filters import Filter
from sourcier.core.settings import AnswerSettings, ModelSettings, ServeSettings, Settings
from sourcier.core.types import Answer, AnswerSentence, Citation, Hit, Metadata, ModelInfo, Passage
from sourcier.index.caching import KEPT_S, Cache

MODEL = ModelInfo("embedded", "petit", "ab" * 32)
PASSAGE = Passage("p1", "d1", 0, 24, "Le comité compte 4 élus.")
HIT = Hit(1, 1.0, PASSAGE, "a.md", Metadata("Statuts"))
SENTENCE = AnswerSentence("Le comité compte 4 élus.", (1,), 0.98)
CITATION = Citation(1, "d1", "a.md", "Statuts", 0, 24, PASSAGE.text)
SECRET = "Combien d'élus compte le comité de Zoé ?"


def answer(question: str = SECRET, *notices: str) -> Answer:
    timings = {"retrieve": 20.0, "total": 9000.0}
    return Answer(
        question, "answered", "Le comité compte 4 élus. [1]", (SENTENCE,), (CITATION,), (), (HIT,), MODEL, timings,
        {"prompt_tokens": 400}, 0.07, notices, standalone="Combien d'élus compte-t-il ?",
    )  # fmt: skip


def events(*notices: str) -> list[Event]:
    return [Understood("x"), Found((HIT,)), SentenceShown(SENTENCE, (CITATION,)), Finished(answer(SECRET, *notices))]


def key(question: str = SECRET, index: str = "1", **other: object) -> Key:
    given = {"model": MODEL, "settings": Settings(), "manner": Manner(), **other}
    return answer_key(question, index, **given)  # type: ignore[arg-type]


def test_what_was_shown_is_shown_again_at_no_cost() -> None:
    kept = RememberedAnswers(4)
    assert kept.get(key()) is None
    assert list(kept.recording(key(), events())) == events()
    found = kept.get(key())
    assert found is not None and SECRET not in repr(found)
    again = list(replayed(found, "combien  d'élus ?", standalone="Combien d'élus en tout ?"))
    assert again[:2] == events()[1:3]
    last = again[-1]
    assert isinstance(last, Finished)
    assert (last.answer.question, last.answer.standalone) == ("combien  d'élus ?", "Combien d'élus en tout ?")
    assert (last.answer.cached, last.answer.energy_wh, last.answer.usage) == (True, 0.0, {})
    assert last.answer.timings_ms.keys() == {"retrieve", "first_source", "first_sentence", "total"}
    assert last.answer.timings_ms["total"] < 9000.0
    same = replace(last.answer, question="", standalone="", timings_ms={}, usage={}, energy_wh=0.0, cached=False)
    assert same == replace(answer(), question="", standalone="", timings_ms={}, usage={}, energy_wh=0.0)


CHANGES = {
    "question": key("Combien d'élues ?"),
    "case": key(SECRET.lower()),
    "index": key(index="2"),
    "model": key(model=replace(MODEL, digest="cd" * 32)),
    "settings": key(settings=Settings(answer=AnswerSettings(support=0.9))),
    "tokens": key(settings=Settings(model=ModelSettings(max_tokens=99))),
    "style": key(manner=Manner("brief")),
    "no model": key(manner=Manner(quotes_only=True)),
    "filter": key(only=Filter(publisher=("csq",))),
    "prompt": key(prompt="2"),
    "turns left out": key(left_out=1),
    "day": key(today=date(2001, 1, 1)),
}


@pytest.mark.parametrize("what", CHANGES)
def test_another_answer_has_another_key(what: str) -> None:
    assert CHANGES[what] != key()
    assert len(set(CHANGES.values())) == len(CHANGES)


def test_what_does_not_change_an_answer_does_not_change_its_key() -> None:
    assert key(f"  {SECRET} ".replace(" ", "  ")) == key()
    assert key(manner=Manner(history=(Exchange("Autre chose ?"),))) == key()
    assert key(settings=Settings(serve=ServeSettings(port=1))) == key()


def test_nothing_is_kept_of_what_did_not_finish_or_failed() -> None:
    kept = RememberedAnswers(4)
    kept.get(key())
    stopped = kept.recording(key(), events())
    assert [next(stopped) for _ in range(3)] == events()[:3]
    stopped.close()
    assert len(kept) == 0
    list(kept.recording(key(), events("Le modèle n'a pas pu rédiger.")))
    assert kept.get(key()) is None
    list(kept.recording(key(), events("2 tours laissés de côté."), keep=lambda _: True))
    assert kept.get(key()) is not None


def test_another_index_forgets_everything_and_a_late_answer_is_not_kept() -> None:
    kept = RememberedAnswers(4)
    kept.get(key())
    late = kept.recording(key(), events())
    next(late)
    assert kept.get(key(index="2")) is None
    list(late)
    assert len(kept) == 0
    list(kept.recording(key(index="2"), events()))
    assert kept.get(key(index="2")) is not None and kept.get(key()) is None
    assert len(kept) == 0


def test_the_number_and_the_age_are_bounded_and_zero_keeps_none() -> None:
    now = [0.0]

    class Never:
        def cancel(self) -> None: ...

    def later(seconds: float, action: Callable[[], None]) -> Never:
        return Never()

    cache: Cache[tuple[Event, ...]] = Cache(2, clock=lambda: now[0], later=later)
    kept = RememberedAnswers(2, cache=cache)
    for number in range(3):
        kept.get(key(f"{number} ?"))
        list(kept.recording(key(f"{number} ?"), events()))
    assert [kept.get(key(f"{n} ?")) is not None for n in range(3)] == [False, True, True]
    now[0] = KEPT_S
    assert kept.get(key("2 ?")) is None
    none = RememberedAnswers(0)
    none.get(key())
    list(none.recording(key(), events()))
    assert none.get(key()) is None


def test_many_threads_share_it() -> None:
    kept = RememberedAnswers(8)
    wrong: list[object] = []

    def ask(number: int) -> None:
        for turn in range(200):
            mine = key(f"{(number + turn) % 12} ?")
            found = kept.get(mine)
            shown = list(replayed(found, "q")) if found else list(kept.recording(mine, events()))
            if not isinstance(shown[-1], Finished) or shown[-1].answer.sentences != (SENTENCE,):
                wrong.append(shown)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == [] and 0 < len(kept) <= 8
    kept.clear()
    assert len(kept) == 0
