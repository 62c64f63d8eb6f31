"""Terms in the documents' own definitions, and nothing that merely praises or announces."""

from __future__ import annotations

import pytest
from tests.workshop.test_quiz_drafts import fact

from sourcier.app.answering.evidence import units_of
from sourcier.app.workshop.glossary import make_glossary
from sourcier.app.workshop.kit import Topic
from sourcier.app.workshop.quiz.defining import definitions_in
from sourcier.app.workshop.sources import Sources
from sourcier.app.workshop.tools import Tools
from sourcier.eval.bench.quiz import topics_of_index


def defined(text: str) -> list[tuple[str, str]]:
    """Terms of one sentence, each with what it stands for."""
    return [(one.term, one.expansion) for one in definitions_in([fact(text).hit])]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le CPT est le comité paritaire du télétravail.", [("CPT", "")]),
        ("Le CPT est le Comité paritaire du télétravail.", [("CPT", "Comité paritaire du télétravail")]),
        (
            "La Fédération des métiers du livre (FML) compte 4 200 membres.",
            [("FML", "Fédération des métiers du livre")],
        ),
        ("Le télétravail désigne le travail accompli hors des locaux de l'employeur.", [("télétravail", "")]),
        ("On entend par « grief » toute mésentente relative à la convention.", [("grief", "")]),
        ("UPR : Union des petits relieurs, partenaire du projet depuis 2021.", [("UPR", "Union des petits relieurs")]),
        ("Le droit de retrait est un mécanisme qui permet de quitter un poste dangereux.", [("droit de retrait", "")]),
        ("Ozone : logiciel libre que la fédération recommande à ses membres.", [("Ozone", "")]),
        # None of these defines.
        ("La formation est un levier essentiel pour les membres du réseau.", []),
        ("L'objectif est une entente qui protège toutes les personnes.", []),
        ("La fédération admet une exception : des situations urgentes et rares.", []),
        ("Axe 1 : mettre l'intelligence artificielle au service du bien commun.", []),
        ("Nadia Roy : journaliste et autrice du guide de la fédération.", []),
        ("Le congrès (Montréal) a adopté le plan de formation en février.", []),
        ("Le télétravail est une priorité.", []),
        ("La confidentialité des données ne doit pas seulement signifier un mot de passe sur chaque poste.", []),
    ],
)
def test_definitions_of_a_sentence(text: str, expected: list[tuple[str, str]]) -> None:
    assert defined(text) == expected


def test_a_glossary_holds_exact_quotes_of_terms_that_the_topics_use(tools: Tools) -> None:
    sources = Sources(tools.searcher.document)
    hit = next(hit for hit in tools.searcher.search("comité paritaire", 5).hits if "(CPT)" in hit.passage.text)
    named_in = next(unit for unit in units_of(hit) if "(CPT)" in unit.text and not unit.is_list)
    topic = Topic(id="T9", title="Le comité", facts=(sources.quote(hit, named_in.start, named_in.end),))
    entries = make_glossary((topic, *topics_of_index(tools, sources)), sources, tools)
    assert [entry.term for entry in entries] == sorted((entry.term for entry in entries), key=str.casefold)
    named = {entry.term: entry for entry in entries}
    assert named["CPT"].expansion == "comité paritaire du télétravail"
    for entry in entries:
        source = sources.source(entry.definition.sources[0])
        text = tools.searcher.document(source.document_id).text
        assert entry.definition.kind == "quote" and text[source.start : source.end] == source.quote


def test_a_term_that_no_topic_uses_is_left_out(tools: Tools) -> None:
    sources = Sources(tools.searcher.document)
    funds = [topic for topic in topics_of_index(tools, sources) if "fonds" in topic.title.casefold()]
    assert funds and "CPT" not in {entry.term for entry in make_glossary(funds, sources, tools)}
    assert make_glossary((), sources, tools) == ()
    assert make_glossary((Topic(id="T1", title="Rien", facts=()),), sources, tools) == ()
