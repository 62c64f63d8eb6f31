"""Topics from a theme or from documents: sentences that stand alone, with their place; and themes that are not there."""

from __future__ import annotations

import pytest

from sourcier.app.answering.evidence import Unit
from sourcier.app.workshop.gather import gather
from sourcier.app.workshop.kit import Brief
from sourcier.app.workshop.sources import Sources
from sourcier.app.workshop.standalone import demands, standing_alone
from sourcier.app.workshop.tools import Tools
from sourcier.core.errors import QuestionError, UsageError
from sourcier.core.types import Hit, Metadata, Passage


def unit(text: str, parts: int = 1) -> Unit:
    passage = Passage("p", "d", 0, len(text), text)
    return Unit(Hit(1, 1.0, passage, "a.md", Metadata("Guide")), 0, len(text), text, 0, ((0, len(text)),) * parts)


def facts(brief: Brief, tools: Tools) -> tuple[dict[str, list[str]], Sources]:
    sources = Sources(tools.searcher.document)
    found = gather(brief, tools, sources)
    return {topic.title: [piece.text for piece in topic.facts] for topic in found.topics}, sources


def test_a_theme_gives_topics_under_the_documents_headings_with_exact_sources(tools: Tools) -> None:
    topics, sources = facts(Brief(theme="la surveillance et la vie privée en télétravail"), tools)
    assert "La vie privée et la surveillance" in topics
    everything = [text for texts in topics.values() for text in texts]
    assert "La Fédération demande l'interdiction des logiciels qui mesurent les frappes au clavier." in everything
    assert not [text for text in everything if text.startswith(("Il ", "Elle ", "Ils ", "Par "))]
    assert len(everything) == len(set(everything))
    for source in sources.all():
        assert tools.searcher.document(source.document_id).text[source.start : source.end] == source.quote


def test_a_sentence_loses_the_word_that_tied_it_and_is_verified(tools: Tools) -> None:
    sources = Sources(tools.searcher.document)
    found = gather(Brief(theme="l'allocation de télétravail"), tools, sources)
    pieces = [piece for topic in found.topics for piece in topic.facts]
    tied = next(
        piece for piece in pieces if piece.text.startswith("La Fédération demande que l'allocation soit indexée")
    )
    assert tied.kind == "fact"
    assert tied.support is not None
    assert tied.support >= tools.threshold
    assert sources.source(tied.sources[0]).quote.startswith("la Fédération demande que")


@pytest.mark.parametrize("theme", ["la pêche à la mouche", "l'astronomie", "recettes végétariennes", "zzzz qwerty"])
def test_a_theme_that_is_not_in_the_documents_is_refused_with_what_is(tools: Tools, theme: str) -> None:
    with pytest.raises(QuestionError, match="Les documents ne disent rien") as caught:
        facts(Brief(theme=theme), tools)
    assert theme in str(caught.value)
    named = (
        "L'allocation de télétravail",
        "La demande et le refus",
        "Le droit à la formation",
        "La vie privée et la surveillance",
    )
    assert any(f"« {heading} »" in str(caught.value) for heading in named)


def test_a_document_is_presented_part_by_part(tools: Tools) -> None:
    topics, sources = facts(Brief(documents=("plans/formation.md",)), tools)
    assert list(topics) == ["Le droit à la formation", "Le fonds de formation"]
    assert {source.path for source in sources.all()} == {"plans/formation.md"}
    named, _ = facts(Brief(theme="présentation du plan de formation continue"), tools)
    assert named == topics


def test_a_section_and_a_theme_within_a_document_hold(tools: Tools) -> None:
    asked = "Guide du télétravail de la Fédération des métiers du livre#La demande et le refus"
    topics, sources = facts(Brief(documents=(asked,)), tools)
    assert {source.section for source in sources.all()} == {"La demande et le refus"}
    assert topics
    with pytest.raises(QuestionError, match="Les documents ne disent rien"):
        facts(Brief(theme="la caméra et les frappes au clavier", documents=("plans/formation.md",)), tools)


def test_a_document_or_a_section_that_is_not_there_is_named_with_those_that_are(tools: Tools) -> None:
    with pytest.raises(UsageError, match=r"plans/budget\.md.*guides/teletravail\.md"):
        facts(Brief(documents=("plans/budget.md",)), tools)
    with pytest.raises(QuestionError, match=r"« Dons ».*Le fonds de formation"):
        facts(Brief(documents=("plans/formation.md#Dons",)), tools)


@pytest.mark.parametrize(
    "text",
    [
        "Elle est versée avec la première paie de chaque mois par l'employeur.",
        "Dans ce contexte difficile, cela pose un risque pour toutes les personnes salariées.",
        "Le déploiement de cette nouvelle technologie constitue un enjeu névralgique pour tous.",
        "Par Nadia Roy, publié le 14 mai 2026 à neuf heures du matin",
        "Roy, N. (2026). Le télétravail au quotidien, Éditions du Livre, p. 12, [en ligne].",
        "Qui a dit que le télétravail ne profitait qu'aux employeurs du secteur?",
        "Trois mots seulement.",
        "Une telle transition comporte de nombreux défis pour les personnes salariées du réseau.",
        "À l'inverse, le travail sur place permet à chaque personne de mieux se connaître.",
    ],
)
def test_what_leans_on_its_page_is_not_taken(text: str) -> None:
    assert standing_alone(unit(text)) is None


def test_a_list_needs_the_sentence_that_announces_it() -> None:
    announced = "La Fédération met de l'avant trois demandes pour ses membres :\nun horaire\nune allocation\nun comité"
    said = standing_alone(unit(announced, 4))
    assert said is not None
    assert said.text == announced
    assert standing_alone(unit("un horaire de travail qui convient\nune allocation indexée\nun comité", 3)) is None


def test_a_demand_is_told_from_what_is() -> None:
    assert demands("L'employeur doit répondre dans les dix jours.")
    assert demands("The employer must answer within ten days.")
    assert not demands("La Fédération compte 4 200 membres.")
