"""Dates as precise as their source, in the order of time, and none of a bibliography."""

from __future__ import annotations

import pytest

from sourcier.app.workshop.sources import Sources
from sourcier.app.workshop.timeline import dates_in, make_timeline
from sourcier.app.workshop.tools import Tools
from sourcier.eval.bench.quiz import topics_of_index


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le plan a été adopté le 3 février 2025 par le congrès.", ["2025-02-03"]),
        ("L'entente débute le 1er juin 2026 et prend fin en mars 2030.", ["2026-06-01", "2030-03"]),
        ("À l'été 2025, deux librairies ont fermé.", ["2025"]),
        ("Tout a changé depuis 2021; d'ici 2030, tout changera encore.", ["2021", "2030"]),
        ("Adopted on February 3, 2025, it was reviewed in June 2026.", ["2025-02-03", "2026-06"]),
        ("La réunion du 2025-02-03 est annulée.", ["2025-02-03"]),
        # No dates of events: impossible, names, counts, works.
        ("Le 31 février 2025 n'existe pas.", []),
        ("Le Règlement 2024/1689 et le plan 2024-2028 sont en vigueur.", []),
        ("La fédération compte 2024 membres.", []),
        ("L'étude publiée en 2024 fait 44 pages.", []),
        ("L'article a paru le 27 septembre 2024.", []),
        ("Page consultée le 22 septembre 2025.", []),
    ],
)
def test_dates_of_a_sentence(text: str, expected: list[str]) -> None:
    assert [date.iso for date in dates_in(text)] == expected


def test_a_timeline_is_sorted_exact_and_without_bylines(tools: Tools) -> None:
    sources = Sources(tools.searcher.document)
    events = make_timeline(topics_of_index(tools, sources), sources, tools)
    assert [event.date for event in events] == sorted(event.date for event in events)
    told = {event.date: event for event in events}
    assert told["2025-02-03"].shown == "3 février 2025" and "2021" in told
    assert "2026-05-14" not in told  # who signed the guide, and when
    for event in events:
        source = sources.source(event.text.sources[0])
        assert tools.searcher.document(source.document_id).text[source.start : source.end] == source.quote
        assert event.shown in event.text.text


def test_no_topic_no_event(tools: Tools) -> None:
    assert make_timeline((), Sources(tools.searcher.document), tools) == ()
