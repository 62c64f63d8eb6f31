"""The JSON given out has every field of the contract, with the values of the answer it is made from."""

from __future__ import annotations

import json

from tests.ui.material import ABSTAINED, ANSWERED, ASK_ANSWERED, FEW, GUIDE, HITS
from tests.ui.scripted import ScriptedAssistant

from sourcier.app.shapes import answer_to_json, document_to_json, documents_to_json, event_to_json, search_to_json

ANSWER = ANSWERED.answer(ASK_ANSWERED)


def test_an_answer_has_the_contracts_fields() -> None:
    shape = json.loads(json.dumps(answer_to_json(ANSWER)))
    assert {
        "id", "question", "status", "answer", "sentences", "citations", "removed", "retrieved", "model", "timings_ms", "energy_wh",
    } <= shape.keys()  # fmt: skip
    assert shape["id"] is None
    assert shape["status"] == "answered"
    assert shape["sentences"][1] == {"text": ANSWER.sentences[1].text, "citations": [2, 3], "support": 0.97}
    assert {"text", "reason"} <= shape["removed"][0].keys()
    assert shape["retrieved"][0].keys() == {"document_id", "path", "start", "end", "score"}
    assert shape["model"].keys() == {"provider", "name", "digest"}
    assert {"retrieve", "first_source", "first_sentence", "total"} <= shape["timings_ms"].keys()


def test_every_citation_quotes_its_document_exactly() -> None:
    fields = {"marker", "document_id", "path", "title", "page", "section", "start", "end", "quote"}
    for shape in answer_to_json(ANSWER)["citations"]:
        assert fields <= shape.keys()
        text = next(hit for hit in HITS if hit.passage.document_id == shape["document_id"]).passage.text
        assert text[shape["start"] : shape["end"]] == shape["quote"]


def test_a_search_has_the_contracts_fields() -> None:
    shape = search_to_json("vacances", HITS, {"total": 3.0}, "000001-essai", [("vacanses", "vacances")], [("CC", "…")])
    assert shape.keys() == {"query", "results", "read_as", "index", "timings_ms"}
    assert shape["read_as"] == {
        "corrections": [{"typed": "vacanses", "read": "vacances"}],
        "expansions": [{"term": "CC", "meaning": "…"}],
    }
    assert shape["results"][2] == {
        "rank": 3,
        "score": 1 / 3,
        "document_id": HITS[2].passage.document_id,
        "path": "convention.pdf",
        "title": "Convention collective 2024-2028",
        "page": 41,
        "page_label": None,
        "section": "Article 12 › Vacances",
        "clause": None,
        "publisher": "Fédération des métiers du livre et Association des imprimeurs",
        "date": "2024-11",
        "valid_from": None,
        "valid_until": None,
        "validity": "unknown",
        "start": 0,
        "end": len(HITS[2].passage.text),
        "text": HITS[2].passage.text,
    }


def test_events_come_in_order_and_end_with_the_whole_answer() -> None:
    assistant = ScriptedAssistant(default=ANSWERED)
    shapes = [event_to_json(event) for event in assistant.stream(ASK_ANSWERED)]
    assert [shape["event"] for shape in shapes] == [
        "found", "drafting", "sentence", "sentence", "sentence", "removed", "removed", "finished",
    ]  # fmt: skip
    assert shapes[0]["results"][0]["text"] == HITS[0].passage.text
    assert [c["marker"] for c in shapes[3]["citations"]] == [2, 3]
    assert shapes[-1]["answer"] == answer_to_json(assistant.ask(ASK_ANSWERED))


def test_an_abstention_cites_nothing_and_says_where_it_looked() -> None:
    shape = answer_to_json(ABSTAINED.answer("?"))
    assert (shape["status"], shape["citations"], shape["sentences"]) == ("abstained", [], [])
    assert len(shape["retrieved"]) == len(HITS)


def test_documents_are_listed_without_their_text_and_shown_with_it() -> None:
    (row, *_) = documents_to_json(FEW.documents())
    assert row == {
        "document_id": GUIDE.document_id,
        "path": "guides/teletravail.md",
        "title": "Guide du télétravail",
        "publisher": "Fédération des métiers du livre",
        "date": "2026-03-01",
        "language": "fr-CA",
        "kind": None,
        "audience": None,
        "collections": ["guides"],
        "valid_from": None,
        "valid_until": None,
        "validity": "unknown",
        "passages": 1,
        "characters": len(GUIDE.text),
    }
    assert document_to_json(GUIDE)["text"] == GUIDE.text
