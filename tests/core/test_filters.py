"""What a filter asks of one document."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.app.filters import filter_of
from sourcier.core.errors import UsageError
from sourcier.core.filters import Filter, collections_of, fold
from sourcier.core.types import Metadata

DOCUMENT = Metadata(
    "Convention", publisher="CSQ", date="2024-03", language="fr-CA", kind="agreement", audience="Personnel de soutien"
)
PATHS = ("conventions/soutien/2024.pdf", "archives/2024.pdf")


@pytest.mark.parametrize(
    ("only", "allowed"),
    [
        (Filter(), True),
        (Filter(publisher=("csq",)), True),
        (Filter(publisher=("CFE-CGC", "Csq")), True),
        (Filter(publisher=("CS",)), False),
        (Filter(language=("fr",)), True),
        (Filter(language=("FR-ca",)), True),
        (Filter(language=("fr-FR",)), False),
        (Filter(language=("f",)), False),
        (Filter(collection=("conventions",)), True),
        (Filter(collection=("Conventions/Soutien",)), True),
        (Filter(collection=("archives",)), True),
        (Filter(collection=("soutien",)), False),
        (Filter(collection=("convention",)), False),
        (Filter(audience=("PERSONNEL  de soutien",)), True),
        (Filter(publisher=("CSQ",), kind=("law",)), False),
        (Filter(publisher=("CSQ",), kind=("law", "agreement")), True),
        (Filter(since=date(2024, 3, 31)), True),
        (Filter(since=date(2024, 4, 1)), False),
        (Filter(until=date(2024, 3, 1)), True),
        (Filter(until=date(2024, 2, 29)), False),
        (Filter(since=date(2024, 1, 1), until=date(2024, 12, 31)), True),
    ],
)
def test_each_condition(only: Filter, allowed: bool) -> None:
    assert only.allows(DOCUMENT, PATHS) is allowed


@pytest.mark.parametrize(
    "only", [Filter(publisher=("CSQ",)), Filter(collection=("a",)), Filter(since=date(1, 1, 1)), Filter(until=date.max)]
)
def test_a_document_that_says_nothing_is_left_out(only: Filter) -> None:
    assert not only.allows(Metadata("Sans rien"), ("note.md",))
    assert not only.allows(Metadata("Date illisible", date="au printemps"), ("note.md",))
    assert Filter(in_force=date(2026, 1, 1)).allows(Metadata("Sans rien"))


def test_collections_are_where_documents_are_unless_they_are_named() -> None:
    nothing = Metadata("T")
    assert collections_of(nothing, ("a.md",)) == ()
    assert collections_of(nothing, ("lois/b/a.md", "lois/b/c.md", "d/a.md")) == ("lois/b", "d")
    assert collections_of(nothing, ("lois/code.jsonl#art/3", "Code.JSONL.gz#1", "x/a.zip#dedans/b.zip#c.md")) == (
        "lois/code",
        "Code",
        "x/a",
    )
    assert collections_of(nothing, ("a/note #3.md", "b/courriel.eml#pièce.pdf")) == ("a", "b")
    named = Metadata("T", collection="/Santé/Ententes/")
    assert collections_of(named, ("lois/a.md",)) == ("Santé/Ententes",)
    assert Filter(collection=("sante",)).allows(named, ("lois/a.md",))
    assert not Filter(collection=("lois",)).allows(named, ("lois/a.md",))


@given(st.text())
@settings(derandomize=True, deadline=None)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_words_that_look_alike_are_the_same() -> None:
    assert fold("  L’Œuvre\u00a0ÉTÉ ") == fold("l'oeuvre e\u0301te\u0301")
    assert fold("été") != fold("étés")


def test_a_filter_from_what_was_typed() -> None:
    assert filter_of({}) is None
    assert filter_of({"publisher": None, "kind": []}) is None
    asked = {"kind": ["loi", "Fiche"], "language": "français", "collection": "lois/", "since": 2024, "until": "2024-02"}
    assert filter_of(asked) == Filter(
        kind=("law", "sheet"),
        language=("fr",),
        collection=("lois",),
        since=date(2024, 1, 1),
        until=date(2024, 2, 29),
    )
    assert filter_of({"in_force": "31 mars 2026"}) == Filter(in_force=date(2026, 3, 31))
    assert filter_of({"since": "today"}) == Filter(since=date.today())
    assert filter_of({"publisher": ["B", "A", "A"]}) == filter_of({"publisher": ("A", "B")})


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"editeur": "CSQ"}, "search.filter_name"),
        ({"publisher": ""}, "search.filter_value"),
        ({"publisher": 3}, "search.filter_value"),
        ({"kind": ["law", None]}, "search.filter_value"),
        ({"since": "hier"}, "search.filter_day"),
        ({"until": "2024-13"}, "search.filter_day"),
        ({"in_force": "2024"}, "search.filter_one_day"),
        ({"since": "2025", "until": "2024"}, "search.filter_period"),
    ],
)
def test_what_cannot_be_a_filter_is_refused_in_one_sentence(asked: dict[str, object], key: str) -> None:
    with pytest.raises(UsageError) as refusal:
        filter_of(asked)
    assert refusal.value.key == key
    assert refusal.value.exit_code == 2
