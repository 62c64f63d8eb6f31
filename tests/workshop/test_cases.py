"""Case studies, and what a model writes of them: made up, said to be so, with nothing of the documents asserted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from sourcier.app.models import Turn, Usage
from sourcier.app.workshop.cases import make_cases
from sourcier.app.workshop.gather import gather
from sourcier.app.workshop.kit import Brief, Piece, Planned, Topic
from sourcier.app.workshop.sources import Sources
from sourcier.app.workshop.tools import Tools
from sourcier.app.workshop.writer import Writer
from sourcier.core.errors import ModelInterruptedError
from sourcier.core.types import ModelInfo

BRIEF = Brief(theme="la surveillance en télétravail")


class Reciting:
    """A language model that says what it is given, in order; an error among them is raised."""

    info = ModelInfo("embedded", "reciting")
    context = 4096
    usage = Usage()

    def __init__(self, *replies: str | Exception) -> None:
        self.replies = list(replies)
        self.asked: list[str] = []

    def ready(self) -> bool:
        return True

    def write(self, turns: Sequence[Turn], *, max_tokens: int, stop: Sequence[str] = ()) -> Iterator[str]:
        self.asked.append(turns[-1].text)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        yield reply

    def choose(self, turns: Sequence[Turn], options: Sequence[str]) -> None:
        return None

    def close(self) -> None:
        """Nothing to let go of."""


@pytest.fixture
def material(tools: Tools) -> tuple[Topic, Sources]:
    sources = Sources(tools.searcher.document)
    topics = gather(BRIEF, tools, sources).topics
    return next(topic for topic in topics if any("frappes au clavier" in piece.text for piece in topic.facts)), sources


def planned(topic: Topic) -> list[Planned]:
    return [Planned(id="A4", kind="case", title="x", minutes=20, bloom="apply", topic=topic.id)]


def writer(tools: Tools, sources: Sources, *replies: str | Exception) -> Writer:
    return Writer(Reciting(*replies), replace(tools), sources, part="A4")


def test_a_case_is_made_up_and_its_debrief_is_the_documents(material: tuple[Topic, Sources]) -> None:
    topic, sources = material
    [case] = make_cases(BRIEF, planned(topic), [topic], sources, None)
    assert (case.id, case.topic) == ("C1", topic.id)
    assert all(piece.kind == "fiction" for piece in case.story)
    assert set(case.debrief) <= set(topic.facts)
    [other] = make_cases(BRIEF, planned(topic), [topic], sources, None, variant=1)
    assert other.story != case.story


GOOD = "Camille travaille dans une école. Un matin, un nouveau logiciel apparaît sur son poste. Personne ne lui explique à quoi il sert."


def test_a_situation_of_the_model_is_announced_as_made_up(tools: Tools, material: tuple[Topic, Sources]) -> None:
    topic, sources = material
    [case] = make_cases(BRIEF, planned(topic), [topic], sources, writer(tools, sources, GOOD))
    assert case.story[0].text == f"Situation inventée. {GOOD}"


@pytest.mark.parametrize(
    "story",
    [
        "Camille travaille dans une école depuis 12 ans. Un logiciel apparaît. Personne ne lui explique.",
        "Camille travaille pour la Fédération des métiers du livre. Un logiciel apparaît sur son poste.",
        "Une personne travaille dans une école. Un nouveau logiciel apparaît sur son poste.",
        "Camille hésite.",
        "L'employeur ne doit jamais activer la caméra d'un ordinateur à distance. Camille le sait.",
        "",
    ],
)
def test_a_situation_with_a_figure_a_name_or_a_fact_is_not_kept(
    tools: Tools, material: tuple[Topic, Sources], story: str
) -> None:
    topic, sources = material
    writing = writer(tools, sources, story)
    [case] = make_cases(BRIEF, planned(topic), [topic], sources, writing)
    assert story not in case.story[0].text or not story
    assert [one.part for one in writing.left_out] == (["C1"] if story else [])


def fact(topic: Topic, words: str) -> Piece:
    return next(piece for piece in topic.facts if words in piece.text)


def test_plain_words_are_kept_where_the_source_carries_them(tools: Tools, material: tuple[Topic, Sources]) -> None:
    topic, sources = material
    said = writer(
        tools, sources, "La Fédération demande d'interdire les logiciels qui mesurent les frappes au clavier."
    )
    plain = said.plain(fact(topic, "frappes au clavier"))
    assert plain is not None
    assert plain.kind == "fact"
    assert plain.sources == fact(topic, "frappes au clavier").sources
    assert said.left_out == []


@pytest.mark.parametrize(
    "wrong",
    [
        "La Fédération demande l'obligation des logiciels qui filment les domiciles.",
        "Les données recueillies par l'employeur doivent être détruites après douze mois.",
        "La Fédération exige l'interdiction des logiciels qui mesurent les frappes au clavier.",
        "La CSN interdit les logiciels espions depuis 2019 dans toutes les librairies.",
    ],
)
def test_plain_words_that_say_something_else_are_left_out_and_listed(
    tools: Tools, material: tuple[Topic, Sources], wrong: str
) -> None:
    topic, sources = material
    writing = writer(tools, sources, wrong)
    assert writing.plain(fact(topic, "frappes au clavier")) is None
    assert [(one.part, one.text) for one in writing.left_out] == [("A4", wrong)]


def test_a_question_asks_for_what_the_extract_says(tools: Tools, material: tuple[Topic, Sources]) -> None:
    topic, sources = material
    piece = fact(topic, "frappes au clavier")
    kept = writer(tools, sources, "Question : Que demande la Fédération au sujet des logiciels ?").question(piece)
    assert kept is not None
    assert (kept.kind, kept.text) == ("question", "Que demande la Fédération au sujet des logiciels?")
    for refused in (
        "Pourquoi la CSN a-t-elle refusé?",
        "Quel temps fait-il demain?",
        "Les logiciels mesurent.",
        "Combien des 12 logiciels sont visés?",
    ):
        assert writer(tools, sources, refused).question(piece) is None


def test_a_model_that_stops_is_asked_nothing_more(tools: Tools, material: tuple[Topic, Sources]) -> None:
    topic, sources = material
    writing = writer(tools, sources, ModelInterruptedError("model.interrupted"))
    assert writing.plain(topic.facts[0]) is None
    assert writing.question(topic.facts[0]) is None
    assert writing.failed is not None
    [case] = make_cases(BRIEF, planned(topic), [topic], sources, writing)
    assert case.story[0].text.startswith("Situation inventée.")


def test_a_model_whose_time_is_over_is_asked_nothing_more(tools: Tools, material: tuple[Topic, Sources]) -> None:
    topic, sources = material
    said = "La Fédération demande d'interdire les logiciels qui mesurent les frappes au clavier."
    now = [100.0]
    model = Reciting(said, said)
    writing = Writer(model, tools, sources, clock=lambda: now[0])
    writing.give(10)
    assert writing.plain(fact(topic, "frappes au clavier")) is not None
    now[0] = 110.0
    assert writing.plain(fact(topic, "frappes au clavier")) is None
    assert len(model.asked) == 1
    writing.give(10)
    assert writing.plain(fact(topic, "frappes au clavier")) is not None
