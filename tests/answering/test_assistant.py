"""The assistant on real parts: a real index, real embeddings; what a model may write is scripted, to be hostile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from sourcier.app.answering.answerability import Answerability
from sourcier.app.answering.assistant import Assistant
from sourcier.app.answering.events import Drafting, Finished, Found, SentenceRemoved, SentenceShown
from sourcier.app.answering.manner import Manner
from sourcier.app.answering.wording import written
from sourcier.app.models import Turn, Usage
from sourcier.core.errors import ModelInterruptedError, QuestionError, UsageError
from sourcier.core.filters import Filter
from sourcier.core.settings import Settings, load
from sourcier.core.types import AnswerSentence, ModelInfo
from sourcier.index.search import Searcher
from sourcier.index.sync import sync

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

SHEET = """---
title: Entente de la bibliothèque de Val-des-Pins
publisher: Syndicat de la bibliothèque
date: 2025-03-01
---
# Entente de la bibliothèque de Val-des-Pins

## Horaires

L'horaire d'été débute le 24 juin 2025 et compte 32,5 heures par semaine. La direction affiche l'horaire dix jours à
l'avance. Le syndicat demande que l'horaire soit affiché quinze jours à l'avance.

## Formation

Chaque personne salariée a droit à 14 heures de formation payée par année. La formation porte sur trois thèmes :

- l'accueil du public
- les logiciels libres
- la santé au travail

## Comité

Le comité paritaire est présidé par Aline Tremblay. Il se réunit quatre fois par année.
"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("answering")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "entente.md").write_text(SHEET, encoding="utf-8")
    settings = load(environ={"SOURCIER_HOME": str(folder / "home")}).settings
    sync([folder / "corpus"], settings)
    return settings


@pytest.fixture(scope="module")
def searcher(settings: Settings) -> Iterator[Searcher]:
    searcher = Searcher.open(settings)
    yield searcher
    searcher.close()


class Script:
    """A language model that writes what it is told to, then fails if it is told to."""

    info = ModelInfo("embedded", "script")
    context = 4096
    usage = Usage(prompt_tokens=10, completion_tokens=5)

    def __init__(self, text: str, failure: Exception | None = None) -> None:
        self.text = text
        self.failure = failure
        self.turns: Sequence[Turn] = ()

    def ready(self) -> bool:
        return True

    def write(self, turns: Sequence[Turn], *, max_tokens: int, stop: Sequence[str] = ()) -> Iterator[str]:
        self.turns = self.turns or turns
        yield from self.text
        if self.failure:
            raise self.failure

    def choose(self, turns: Sequence[Turn], options: Sequence[str]) -> dict[str, float] | None:
        return None

    def close(self) -> None: ...


def assistant(searcher: Searcher, settings: Settings, model: Script | None = None) -> Assistant:
    return Assistant(searcher, model, Answerability.load(), settings)


SUPPORTED = "L'horaire d'été débute le 24 juin 2025 et compte 32,5 heures par semaine."
QUESTION = "Combien d'heures par semaine compte l'horaire d'été ?"


REFUSED = "L'horaire d'été débute le 24 juin 2025 et compte 37,5 heures par semaine."


class TwoDrafts(Script):
    """A model that writes one thing, then another when it is told that the first does not hold."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first)
        self.second = second
        self.told: list[Sequence[Turn]] = []

    def write(self, turns: Sequence[Turn], *, max_tokens: int, stop: Sequence[str] = ()) -> Iterator[str]:
        self.told.append(turns)
        yield from self.text if len(self.told) == 1 else self.second


def test_a_draft_that_does_not_hold_is_written_again_once_knowing_what_the_source_says(
    searcher: Searcher, settings: Settings
) -> None:
    model = TwoDrafts(REFUSED, SUPPORTED)
    answer = assistant(searcher, settings, model).ask(QUESTION)
    assert (answer.status, answer.sentences[0].text) == ("answered", SUPPORTED)
    assert [removed.text for removed in answer.removed] == [REFUSED]
    assert len(model.told) == 2
    assert REFUSED in model.told[1][-1].text and "32,5 heures" in model.told[1][-1].text
    assert model.told[1][: len(model.told[0])] == model.told[0]  # the prefix that the engine has read stays
    assert answer.usage["prompt_tokens"] == 20  # both calls are counted


def test_there_is_no_second_try_beyond_the_first_nor_when_time_is_up(searcher: Searcher, settings: Settings) -> None:
    twice = TwoDrafts(REFUSED, REFUSED)
    assert assistant(searcher, settings, twice).ask(QUESTION).status == "quoted"
    assert len(twice.told) == 2
    late = with_answer(settings, retry_within_s=0.0)
    never = TwoDrafts(REFUSED, SUPPORTED)
    assert assistant(searcher, late, never).ask(QUESTION).status == "quoted"
    assert len(never.told) == 1


def with_answer(settings: Settings, **values: float) -> Settings:
    return settings.model_copy(update={"answer": settings.answer.model_copy(update=values)})


def test_where_the_model_is_slow_the_sentence_that_it_draws_on_comes_first_and_once(
    searcher: Searcher, settings: Settings
) -> None:
    impatient = with_answer(settings, first_within_s=0.0)
    model = Script(SUPPORTED)
    events = list(assistant(searcher, impatient, model).stream(QUESTION))
    [shown] = [event.sentence for event in events if isinstance(event, SentenceShown)]
    assert shown.text == SUPPORTED and shown.support == 1.0  # word for word, of the document
    assert isinstance(events[-1], Finished)
    assert (events[-1].answer.status, events[-1].answer.removed) == ("answered", ())
    answer = assistant(searcher, impatient, Script("Le comité se réunit en été.")).ask(QUESTION)
    assert answer.status == "quoted"
    assert [sentence.text for sentence in answer.sentences].count(SUPPORTED) == 1


def test_a_short_answer_stays_beside_the_long_sentence_that_it_is_drawn_from(
    searcher: Searcher, settings: Settings
) -> None:
    answer = assistant(
        searcher, settings, Script(f"{SUPPORTED} {SUPPORTED[:-1]} ! L'horaire d'été compte 32,5 heures.")
    )
    texts = [sentence.text for sentence in answer.ask(QUESTION).sentences]
    assert texts == [SUPPORTED, "L'horaire d'été compte 32,5 heures."]


class Opinionated(Script):
    """A model that can be asked for its yes or no, says yes, then writes what it is told to."""

    def choose(self, turns: Sequence[Turn], options: Sequence[str]) -> dict[str, float] | None:
        return dict(zip(options, (0.9, 0.1), strict=True))


@pytest.mark.parametrize("declined", ["PAS DE RÉPONSE", "Les extraits ne répondent pas à la question."])
def test_a_model_that_declines_in_its_draft_is_heard_where_it_could_not_be_asked_before(
    searcher: Searcher, settings: Settings, declined: str
) -> None:
    answer = assistant(searcher, settings, Script(declined)).ask(QUESTION)
    assert (answer.status, answer.sentences) == ("abstained", ())
    assert [removed.text for removed in answer.removed] == [declined]
    answer = assistant(searcher, settings, Opinionated(declined)).ask(QUESTION)
    assert (answer.status, declined in answer.answer) == ("quoted", False)


def test_words_that_decline_are_no_answer_even_where_a_document_holds_them(tmp_path: Path) -> None:
    declined = "Les extraits ne donnent pas le nom des plaignantes."
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "registre.md").write_text(f"# Registre des griefs\n\n{declined}\n", encoding="utf-8")
    settings = load(environ={"SOURCIER_HOME": str(tmp_path / "home")}, options={"answer.answerable": 0.0}).settings
    sync([tmp_path / "corpus"], settings)
    with closing(Searcher.open(settings)) as searcher:
        for model in (Script(declined), Opinionated(declined)):
            answer = assistant(searcher, settings, model).ask("Que donnent les extraits du registre des griefs ?")
            assert answer.status != "answered"
            assert [removed.text for removed in answer.removed] == [declined]
            assert answer.removed[0].support > settings.answer.support


def test_sans_ia_asks_no_model(searcher: Searcher, settings: Settings) -> None:
    model = TwoDrafts(SUPPORTED, SUPPORTED)
    answer = assistant(searcher, settings, model).ask(QUESTION, manner=Manner(quotes_only=True))
    assert (answer.status, model.told, answer.usage) == ("quoted", [], {})


def test_plain_language_explains_acronyms_beside_the_answer(searcher: Searcher, settings: Settings) -> None:
    text = "L'horaire d'été débute le 24 juin 2025 et compte 32,5 heures par semaine."
    plain = assistant(searcher, settings, Script(text)).ask(QUESTION, manner=Manner(style="plain"))
    assert (plain.style, plain.sentences[0].text) == ("plain", text)
    assert not any("CSQ" in notice for notice in plain.notices)  # none of its acronyms was shown


def test_a_note_of_the_document_is_told_from_a_marker() -> None:
    text = written([AnswerSentence("Le délai est de dix jours [7].", (1,), 1.0)], "fr")
    assert text == "Le délai est de dix jours [note 7]. [1]"


def test_what_is_true_and_beside_the_question_is_not_shown(searcher: Searcher, settings: Settings) -> None:
    beside = "Le comité paritaire est présidé par Aline Tremblay."
    answer = assistant(searcher, settings, Script(beside)).ask(QUESTION)
    assert answer.status == "quoted" and "32,5 heures" in answer.answer
    assert [(removed.text, removed.reason) for removed in answer.removed] == [(beside, "beside")]


def test_a_sentence_that_sums_up_a_list_rests_on_the_whole_list(searcher: Searcher, settings: Settings) -> None:
    summed = "La formation porte sur trois thèmes : l'accueil du public, les logiciels libres et la santé au travail."
    answer = assistant(searcher, settings, Script(summed)).ask("Sur quels thèmes la formation porte-t-elle ?")
    assert (answer.status, answer.sentences[0].text) == ("answered", summed)
    assert "la santé au travail" in answer.citations[0].quote


def test_an_abstention_gives_what_is_nearest_apart_from_any_proof(searcher: Searcher, settings: Settings) -> None:
    answer = assistant(searcher, settings).ask("Quel est le salaire de la présidente de la CSN ?")
    assert (answer.status, answer.citations, answer.sentences) == ("abstained", (), ())
    assert answer.nearest
    for citation in answer.nearest:
        assert citation.marker == 0
        assert searcher.document(citation.document_id).text[citation.start : citation.end] == citation.quote
        assert citation.quote not in answer.answer


def test_a_question_that_is_none_for_documents_gets_a_kind_refusal_and_no_search_of_meaning(
    searcher: Searcher, settings: Settings
) -> None:
    model = TwoDrafts(SUPPORTED, SUPPORTED)
    answer = assistant(searcher, settings, model).ask("Écris-moi un poème sur l'horaire d'été")
    assert (answer.status, answer.outside, answer.nearest, model.told) == ("abstained", "creative", (), [])


def test_what_a_question_takes_for_granted_and_the_sources_deny_is_put_right(
    searcher: Searcher, settings: Settings
) -> None:
    answer = assistant(searcher, settings).ask(
        "Pourquoi la direction n'affiche-t-elle pas l'horaire dix jours à l'avance ?"
    )
    assert (answer.status, answer.sentences) == ("abstained", ())
    assert "La direction affiche l'horaire dix jours à l'avance." in answer.answer
    assert answer.nearest[0].quote == "La direction affiche l'horaire dix jours à l'avance."


def test_a_link_that_no_cited_passage_holds_is_not_shown(searcher: Searcher, settings: Settings) -> None:
    listed = SUPPORTED.removesuffix(".") + " (www.horaire-ete.ca)."
    answer = assistant(searcher, settings, Script(listed)).ask(QUESTION)
    assert "horaire-ete" not in answer.answer
    assert listed in [removed.text for removed in answer.removed]


def test_without_a_model_the_sources_answer_word_for_word(searcher: Searcher, settings: Settings) -> None:
    answer = assistant(searcher, settings).ask(QUESTION)
    assert answer.status == "quoted"
    assert "32,5 heures" in answer.answer
    assert answer.model.provider == "none"
    for citation in answer.citations:
        document = searcher.document(citation.document_id)
        assert document.text[citation.start : citation.end] == citation.quote


def test_only_the_documents_that_are_allowed_answer(searcher: Searcher, settings: Settings) -> None:
    asked = assistant(searcher, settings)
    answer = asked.ask(QUESTION, Filter(publisher=("syndicat de la bibliotheque",), since=date(2025, 1, 1)))
    assert (answer.status, answer.answer) == ("quoted", asked.ask(QUESTION).answer)
    narrowed = asked.ask(QUESTION, Filter(since=date(2026, 1, 1)))
    assert (narrowed.status, narrowed.retrieved, narrowed.citations) == ("abstained", (), ())
    with pytest.raises(UsageError, match="Syndicat de la bibliothèque"):
        asked.ask(QUESTION, Filter(publisher=("Ville",)))


@pytest.mark.parametrize(
    "question",
    ["Quel est le salaire de la présidente de la CSN ?", "Quelle équipe a gagné la finale de hockey de 1993 ?"],
)
def test_what_the_documents_do_not_say_is_not_answered(searcher: Searcher, settings: Settings, question: str) -> None:
    model = Script("Le salaire est de 120 000 $.")
    answer = assistant(searcher, settings, model).ask(question)
    assert answer.status == "abstained"
    assert not answer.sentences
    assert not answer.citations
    assert "Entente de la bibliothèque" in answer.answer
    assert model.turns == ()


def test_a_supported_sentence_is_shown_with_its_exact_quote(searcher: Searcher, settings: Settings) -> None:
    answer = assistant(searcher, settings, Script(SUPPORTED)).ask(QUESTION)
    assert answer.status == "answered"
    sentence = answer.sentences[0]
    assert sentence.support >= settings.answer.support
    quotes = [c.quote for c in answer.citations if c.marker in sentence.citations]
    assert any("32,5 heures par semaine" in quote for quote in quotes)
    assert answer.answer.startswith(f"{SUPPORTED} [1]")


@pytest.mark.parametrize(
    "invention",
    [
        "L'horaire d'été compte 37,5 heures par semaine.",
        "L'horaire d'été ne compte pas 32,5 heures par semaine.",
        "La Ville de Montréal rembourse les repas de toutes les équipes.",
    ],
)
def test_an_invention_is_removed_and_the_sources_speak(searcher: Searcher, settings: Settings, invention: str) -> None:
    answer = assistant(searcher, settings, Script(invention)).ask(QUESTION)
    assert answer.status == "quoted"
    assert [removed.text for removed in answer.removed] == [invention]
    assert invention not in answer.answer
    assert "32,5 heures" in answer.answer


def test_the_models_own_numbers_are_only_a_hint(searcher: Searcher, settings: Settings) -> None:
    answer = assistant(searcher, settings, Script(SUPPORTED.removesuffix(".") + " [7].")).ask(QUESTION)
    assert "[7]" not in answer.answer
    assert {marker for sentence in answer.sentences for marker in sentence.citations} == {
        citation.marker for citation in answer.citations
    }


def test_a_model_that_fails_leaves_exact_quotes_and_a_notice(searcher: Searcher, settings: Settings) -> None:
    failure = ModelInterruptedError("answer.question_empty")
    answer = assistant(searcher, settings, Script("", failure)).ask(QUESTION)
    assert answer.status == "quoted"
    assert answer.notices


def test_what_was_verified_before_a_failure_stays(searcher: Searcher, settings: Settings) -> None:
    failure = ModelInterruptedError("answer.question_empty")
    text = f"{SUPPORTED} La dir"
    answer = assistant(searcher, settings, Script(text, failure)).ask(QUESTION)
    assert answer.status == "answered"
    assert answer.notices


def test_an_enumeration_comes_whole(searcher: Searcher, settings: Settings) -> None:
    answer = assistant(searcher, settings).ask("Sur quels thèmes la formation porte-t-elle ?")
    for theme in ("l'accueil du public", "les logiciels libres", "la santé au travail"):
        assert theme in answer.answer


def test_events_come_in_order(searcher: Searcher, settings: Settings) -> None:
    model = Script(f"La lune est verte. {SUPPORTED}")
    events = list(assistant(searcher, settings, model).stream(QUESTION))
    kinds = [type(event) for event in events]
    assert kinds[:2] == [Found, Drafting]
    assert kinds[-1] is Finished
    assert kinds.count(SentenceRemoved) == 1
    assert kinds.index(SentenceRemoved) < kinds.index(SentenceShown)
    timings = events[-1].answer.timings_ms  # type: ignore[union-attr]
    assert timings["retrieve"] <= timings["first_source"] <= timings["first_sentence"] <= timings["total"]


def test_the_prompt_never_changes_before_the_extracts(searcher: Searcher, settings: Settings) -> None:
    first, second = Script("Oui."), Script("Oui.")
    assistant(searcher, settings, first).ask(QUESTION)
    assistant(searcher, settings, second).ask("Qui préside le comité paritaire de la bibliothèque ?")
    # Then come the extracts with the question, the yes that stands for the documents', and what to do.
    assert first.turns[:-3] == second.turns[:-3]
    assert first.turns[-3] != second.turns[-3]


def test_an_empty_question_is_refused(searcher: Searcher, settings: Settings) -> None:
    with pytest.raises(QuestionError):
        assistant(searcher, settings).ask("  ")
