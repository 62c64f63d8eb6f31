"""Filters over all the documents of an index: what one document is asked, asked of all at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.core.errors import UsageError
from sourcier.core.filters import Filter
from sourcier.core.types import Metadata
from sourcier.index.filtering import FilterMasks, known_values
from sourcier.index.records import DocumentRow

SETTINGS = settings(derandomize=True, deadline=None, max_examples=150)
PUBLISHERS = ["CSQ", "csq", "CFE-CGC", "Éditeur"]
LANGUAGES = ["fr", "fr-CA", "en"]
PATHS = ["a.md", "lois/code.jsonl#1", "lois/b.md", "conventions/santé/c.pdf"]
DATES = ["2023", "2024-03", "2024-03-15", "hier"]

maybe_date = st.none() | st.sampled_from(DATES)
rows = st.builds(
    lambda publisher, language, day, begins, ends, named, path, other: DocumentRow(
        "id",
        path,
        Metadata(
            "T",
            publisher=publisher,
            language=language,
            date=day,
            valid_from=begins,
            valid_until=ends,
            collection=named,
        ),
        1,
        1,
        other,
    ),
    st.none() | st.sampled_from(PUBLISHERS),
    st.none() | st.sampled_from(LANGUAGES),
    maybe_date,
    maybe_date,
    maybe_date,
    st.none() | st.sampled_from(["Nommée", "Nommée/Une"]),
    st.sampled_from(PATHS),
    st.just(()) | st.tuples(st.sampled_from(PATHS)),
)


def asking(condition: str, value: str) -> Filter:
    wanted: dict[str, Any] = {condition: (value,)}
    return Filter(**wanted)


days = st.none() | st.dates(date(2022, 12, 1), date(2025, 2, 1))
filters = st.builds(
    Filter,
    publisher=st.sampled_from([(), ("csq",), ("editeur", "CFE-CGC")]),
    language=st.sampled_from([(), ("fr",), ("fr-ca",), ("en", "fr-CA")]),
    collection=st.sampled_from([(), ("lois",), ("conventions/sante", "nommee")]),
    since=days,
    until=days,
    in_force=days,
)


@given(st.lists(st.tuples(rows, st.integers(0, 4)), min_size=1, max_size=12), filters)
@SETTINGS
def test_all_at_once_or_one_by_one_is_the_same(held: list[tuple[DocumentRow, int]], only: Filter) -> None:
    documents = [row for row, _ in held]
    sizes = np.array([size for _, size in held], np.int64)
    masks = FilterMasks(documents, sizes)
    wanted = [only.allows(row.metadata, (row.path, *row.other_paths)) for row in documents]
    try:
        found = masks.passages(only)
    except UsageError as refusal:
        # Refused is only what would let nothing through, whatever the other conditions.
        condition = str(refusal.values["condition"])
        asked = only.wanted(condition)  # type: ignore[arg-type]
        alone = [asking(condition, value) for value in asked]
        let_through = [any(one.allows(r.metadata, (r.path, *r.other_paths)) for r in documents) for one in alone]
        assert not all(let_through)
        return
    if found is None:
        assert all(wanted)
    else:
        assert found.tolist() == np.repeat(wanted, sizes).tolist()
    again = masks.passages(only)
    assert again is found


def row(path: str, **metadata: str) -> DocumentRow:
    return DocumentRow(path, path, Metadata("T", **metadata), 1, 1)  # type: ignore[arg-type]


HELD = [
    row("lois/code.jsonl#1", publisher="CSQ", language="fr-CA"),
    row("lois/code.jsonl#2", publisher="Csq", language="fr"),
    row("lois/autre.md", publisher="CSQ"),
    row("seul.md", publisher="Syndicat de l’Œuvre", kind="law"),
]


def test_the_values_there_are() -> None:
    assert known_values(HELD) == {
        "publisher": {"CSQ": 3, "Syndicat de l’Œuvre": 1},
        "kind": {"law": 1},
        "language": {"fr": 2, "fr-CA": 1},
        "collection": {"lois": 3, "lois/code": 2},
        "audience": {},
    }
    # Each of them may be asked for, and lets as many documents through as it says.
    masks = FilterMasks(HELD, np.ones(len(HELD), np.int64))
    for condition, values in known_values(HELD).items():
        for value, count in values.items():
            found = masks.passages(asking(condition, value))
            assert (len(HELD) if found is None else int(found.sum())) == count, value


def test_an_unknown_value_is_refused_with_those_that_are_known() -> None:
    masks = FilterMasks(HELD, np.ones(len(HELD), np.int64))
    with pytest.raises(UsageError, match=r"« oeuvre ».*« publisher ».*: Syndicat de l’Œuvre, CSQ \("):
        masks.passages(Filter(publisher=("oeuvre",)))
    # One among several too: it may be the one that was meant.
    with pytest.raises(UsageError, match="« CSG »"):
        masks.passages(Filter(publisher=("CSQ", "CSG")))
    with pytest.raises(UsageError, match="« audience »"):
        masks.passages(Filter(audience=("tous",)))
    many = [row(f"{n}.md", publisher=f"Éditeur {n:03}") for n in range(60)]
    with pytest.raises(UsageError) as refusal:
        FilterMasks(many, np.ones(60, np.int64)).passages(Filter(publisher=("Éditeur 0599",)))
    known = str(refusal.value.values["known"])
    assert known.startswith("Éditeur 059") and known.endswith(", …")


def test_masks_are_remembered_and_bounded() -> None:
    masks = FilterMasks(HELD, np.array([1, 2, 3, 4]))
    first = masks.passages(Filter(publisher=("CSQ",)))
    assert first is not None and first.tolist() == [True] * 6 + [False] * 4
    for day in range(1, 28):
        masks.passages(Filter(in_force=date(2026, 1, day)))
    assert masks.passages(Filter(publisher=("CSQ",))) is first
    for day in range(1, 29):
        masks.passages(Filter(in_force=date(2026, 2, day), until=date(2026, 1, 1)))
        masks.passages(Filter(in_force=date(2026, 3, day), until=date(2026, 1, 1)))
    again = masks.passages(Filter(publisher=("CSQ",)))
    assert again is not first and again is not None and again.tolist() == first.tolist()
