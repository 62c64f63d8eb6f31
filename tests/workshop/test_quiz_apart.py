"""Questions to match where the documents allow it, and no question answered by another one of the same quiz."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, permutations

import pytest
from tests.workshop.corpus import indexed, tools_in

from sourcier.app.answering.verifier import Evidence
from sourcier.app.workshop.kit import Pair, QuizItem
from sourcier.app.workshop.quiz import make_quiz
from sourcier.app.workshop.quiz.checking import REFUSED, Checker, Claim
from sourcier.app.workshop.quiz.defining import definitions_in
from sourcier.app.workshop.quiz.drafts import clozes_of, replaced
from sourcier.app.workshop.quiz.matching import FEWEST_PAIRS, definitions_apart, match_clozes, match_definitions
from sourcier.app.workshop.quiz.reading import Fact, facts_of_topics
from sourcier.app.workshop.quiz.telling import Spent
from sourcier.app.workshop.sources import Sources
from sourcier.app.workshop.tools import Tools
from sourcier.eval.bench.quiz import stated_by, topics_of_index

_TERMS = """# Lexique des métiers du livre

## Les organismes

CBL : Comité des bourses du livre, organisme public qui verse une bourse annuelle aux autrices débutantes.[^cbl]

RLI : Regroupement des librairies indépendantes, association de commerces qui tient un catalogue commun.[^rli]

OTD : Office de la traduction documentaire, bureau fédéral qui traduit les contrats étrangers.

SGI : Syndicat des graphistes et illustratrices, organisation professionnelle qui négocie les tarifs des couvertures.

CIL : Conseil des imprimeurs du livre, réseau d'ateliers qui recycle les encres et le papier.

## Les dates

Le congrès de Rimouski s'est ouvert le 12 mars 2019. La grève des imprimeries a commencé le 4 octobre 2022. Le premier catalogue commun a paru le 30 juin 2016. La convention des graphistes a été signée le 21 janvier 2024.

[^cbl]: Rapport annuel du comité.
[^rli]: Procès-verbal du regroupement.
"""
_NEWS = """# Bulletin du printemps

## Les bourses

La bourse des autrices débutantes est de 8 500 $ par année. Les librairies de quartier ont vendu 64 % des livres du concours.

## Rappel

Par année, la bourse des autrices débutantes s'élève à 8 500 $ dans toutes les régions. Le salon de Gaspé accueille deux métiers : poète et conteur.
"""


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tools]:
    corpus = tmp_path_factory.mktemp("terms")
    (corpus / "lexique.md").write_text(_TERMS, encoding="utf-8")
    (corpus / "bulletin.md").write_text(_NEWS, encoding="utf-8")
    with tools_in(indexed(corpus, tmp_path_factory.mktemp("home"))) as tools:
        yield tools


def facts_in(tools: Tools) -> list[Fact]:
    sources = Sources(tools.searcher.document)
    return facts_of_topics(topics_of_index(tools, sources), sources)


def fact_with(tools: Tools, words: str) -> Fact:
    return next(fact for fact in facts_in(tools) if words in fact.text)


def test_definitions_go_with_their_terms_and_with_no_other(terms: Tools) -> None:
    given = definitions_apart(definitions_in(terms.searcher.search("organismes du livre", 12).hits))
    assert {one.term for one, _ in given} == {"CBL", "RLI", "OTD", "SGI", "CIL"}
    found = match_definitions(given, Checker(terms))
    assert found is not None
    assert len(found.places) == len(found.supports) >= FEWEST_PAIRS
    assert min(found.supports) >= terms.threshold
    assert found.worst < REFUSED


def test_a_sentence_that_does_not_name_a_thing_is_no_evidence_of_it(terms: Tools) -> None:
    checker = Checker(terms)
    told = "réseau d'ateliers qui recycle les encres et le papier."
    alone = checker.check(told, [Claim(f"CBL : {told}", False)]).verdicts[0].support
    about = checker.check(told, [Claim(f"CBL : {told}", False, named=("CBL", "Comité des bourses du livre"))])
    assert about.verdicts[0].support < alone
    assert not about.reasons
    # Two names of one thing are not told apart.
    assert checker.check(told, [Claim(f"Conseil des imprimeurs : {told}", False, named=("imprimeurs",))]).reasons


def test_values_that_the_index_does_not_deny_elsewhere_are_not_matched(terms: Tools) -> None:
    rows = [cloze for fact in facts_in(terms) for cloze in clozes_of(fact) if cloze.value.kind == "date"]
    checker = Checker(terms)
    assert match_clozes(rows[:2], checker, random.Random(3)) is None
    assert match_clozes([], checker, random.Random(3)) is None
    found = match_clozes(rows, checker, random.Random(3))
    for left, right in permutations(found.places if found else (), 2):
        text = replaced(rows[right].fact.text, rows[right].value, rows[left].value.text)
        assert not checker.check(rows[right].question, [Claim(text, False)]).reasons


def test_a_source_reports_its_own_original_and_not_those_of_its_neighbours(terms: Tools) -> None:
    given = {one.term: one for one in definitions_in(terms.searcher.search("organismes du livre", 12).hits)}
    sources = Sources(terms.searcher.document)
    reported = {
        term: sources.source(sources.add(given[term].hit, given[term].start, given[term].end)).reports
        for term in ("CBL", "RLI", "SGI")
    }
    assert reported == {"CBL": "Rapport annuel du comité.", "RLI": "Procès-verbal du regroupement.", "SGI": None}


def test_a_quiz_has_a_question_to_match_with_every_pair_proven(terms: Tools) -> None:
    sources = Sources(terms.searcher.document)
    items, _ = make_quiz(topics_of_index(terms, sources), sources, terms, count=6, language="fr", seed=4)
    matched = [item for item in items if item.kind == "match"]
    assert matched
    for item in matched:
        assert len({pair.left for pair in item.pairs}) == len(item.pairs) >= 3
        assert {number for pair in item.pairs for number in pair.right.sources} == set(item.proof.sources)


def test_sentences_that_say_the_same_tell_each_other(terms: Tools) -> None:
    facts = facts_in(terms)
    one, again = fact_with(terms, "débutantes est de 8 500 $"), fact_with(terms, "s'élève à 8 500 $")
    other = fact_with(terms, "64 %")
    spent = Spent(facts, Checker(terms))
    assert spent.tells(one, again)
    assert spent.tells(again, one)
    assert not spent.tells(one, other)
    spent.take(one)
    assert one in spent
    assert again in spent
    assert other not in spent
    spent.refuse(other)
    assert other in spent
    # One that it was not given, a definition for instance, is compared with what was taken.
    stranger = Fact(again.hit, again.start, again.end - 1, again.text[:-1])
    assert stranger in spent
    assert stranger not in Spent(facts, Checker(terms))


def shown(item: QuizItem) -> list[str]:
    """What a participant reads of a question, besides the values to choose among."""
    pairs: tuple[Pair, ...] = item.pairs
    stated = [choice.text for choice in item.choices if len(choice.text.split()) > 4]
    return [*re.findall(r"«[\s\u00a0]*([^«»]{20,})»", item.stem), *stated, *(pair.right.text for pair in pairs)]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_question_is_answered_by_another(terms: Tools, seed: int) -> None:
    sources = Sources(terms.searcher.document)
    items, _ = make_quiz(topics_of_index(terms, sources), sources, terms, count=12, language="fr", seed=seed)
    assert len(items) >= 3
    for one, other in combinations(items, 2):
        for asked, read in ((one, other), (other, one)):
            keys = [stated.text for stated in stated_by(asked) if stated.right]
            evidence = [Evidence(text, "") for text in shown(read)]
            told = [key for key in keys if terms.verifier.verify(key, evidence).support >= terms.threshold]
            assert not told, (asked.id, read.id)


def test_what_the_title_or_the_sentence_itself_tells_is_not_asked(terms: Tools) -> None:
    assert clozes_of(fact_with(terms, "deux métiers")) == []
    fact = fact_with(terms, "8 500 $ par année")
    assert [cloze.value.text for cloze in clozes_of(fact)] == ["8 500 $"]
    titled = replace(fact.hit, metadata=replace(fact.hit.metadata, title="La bourse de 8 500 $"))
    assert clozes_of(Fact(titled, fact.start, fact.end, fact.text)) == []
