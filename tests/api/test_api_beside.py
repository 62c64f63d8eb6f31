"""What stands beside an answer, by the interface: asked afresh, one's own reading, what to ask next, who to talk to, opinions, facts."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from tests.ui.conftest import Service
from tests.ui.material import ASK_ANSWERED, FEW, GUIDE
from tests.ui.relay_server import CONTACTS, LINE
from tests.ui.scripted import ScriptedAssistant

from sourcier.app.api.beside_shapes import ReadingReply, RelayReply, SuggestionsReply, TransparencyReply
from sourcier.app.feedback.routes import ErasedReply, OpinionsReply, ReceiptReply

OPINION = {
    "consent": True,
    "helps": False,
    "kind": "incomplete",
    "comment": "Il manque la hausse.",
    "question": ASK_ANSWERED,
    "citations": [{"document_id": GUIDE.document_id}],
}


def asked(kind: type[BaseModel], service: Service, path: str, body: Any = None) -> Any:
    """The reply to a request that is answered, which its description must not change."""
    status, shape = service.call("GET" if body is None else "POST", f"/api/v1/{path}", body)
    assert status == 200, shape
    assert kind.model_validate(shape).model_dump(mode="json") == shape
    return shape


def test_a_question_is_answered_afresh_where_that_is_asked_for(interface: Service, scripted: ScriptedAssistant) -> None:
    for fresh in (True, False):
        for path in ("ask", "ask/stream"):
            assert interface.call("POST", f"/api/v1/{path}", {"question": ASK_ANSWERED, "fresh": fresh})[0] == 200
            assert scripted.manner.fresh is fresh
    assert interface.call("POST", "/api/v1/ask", {"question": ASK_ANSWERED, "fresh": "yes"})[0] == 422


def test_a_reading_is_laid_beside_the_sources(interface: Service) -> None:
    question = "De combien est l'allocation de télétravail?"
    first = asked(ReadingReply, interface, "reading", {"question": question})
    assert [one["text"] for one in first["passages"]] == [one.text for one in FEW.held]
    hers = "Le télétravail est volontaire. La cafétéria est bruyante."
    said = asked(ReadingReply, interface, "reading", {"question": question, "reading": hers})
    assert [one["finding"] for one in said["sentences"]] == ["supported", "silent"]
    assert said["sentences"][0]["quotes"][0]["text"] in GUIDE.text


def test_what_can_be_asked_next(interface: Service, scripted: ScriptedAssistant) -> None:
    scripted.suggested = ("Que dit le guide sur le matériel?",)
    cited = [{"document_id": GUIDE.document_id, "start": 0, "end": 30}]
    found = asked(SuggestionsReply, interface, "suggestions", {"asked": [ASK_ANSWERED], "cited": cited})
    assert found == {"suggestions": ["Que dit le guide sur le matériel?"]}
    assert scripted.subjects == [([ASK_ANSWERED], [(GUIDE.document_id, 0, 30)])]
    bodies: tuple[dict[str, Any], ...] = (
        {},
        {"asked": []},
        {"asked": ["a"] * 21},
        {"asked": ["a"], "cited": [{"document_id": "x"}]},
    )
    for bad in bodies:
        assert interface.call("POST", "/api/v1/suggestions", bad)[0] == 422


def test_who_can_be_reached(interface: Service) -> None:
    everybody = asked(RelayReply, interface, "relay", {})
    assert everybody["urgent"] == []
    assert [one["name"] for one in everybody["contacts"]] == [one.name for one in CONTACTS]
    assert [one["phone"] for one in everybody["emergency"]] == [LINE.phone]
    urgent = asked(RelayReply, interface, "relay", {"question": "Mon collègue me harcèle, que faire?"})
    assert urgent["urgent"] == ["harassment"]
    assert [one["name"] for one in urgent["contacts"]] == [CONTACTS[1].name]
    late = asked(RelayReply, interface, "relay", {"question": "Quel est le délai pour déposer un grief?"})
    assert (late["urgent"], late["emergency"]) == (["deadline"], [])


def test_an_opinion_is_given_read_and_erased_by_its_code(interface: Service) -> None:
    code = asked(ReceiptReply, interface, "feedback", OPINION)["code"]
    [read] = asked(OpinionsReply, interface, "feedback/read", {"code": code})["opinions"]
    assert (read["verdict"], read["comment"]) == ("incomplete", OPINION["comment"])
    assert asked(ErasedReply, interface, "feedback/erase", {"code": code}) == {"erased": 1}
    assert asked(OpinionsReply, interface, "feedback/read", {"code": code}) == {"opinions": []}
    assert interface.call("POST", "/api/v1/feedback", {**OPINION, "consent": False})[0] == 422


def test_the_facts_are_those_of_the_page(interface: Service) -> None:
    facts = asked(TransparencyReply, interface, "transparency")
    assert facts["corpus"]["documents"] == len(FEW.held)
    assert facts["provider"] == "embedded"
    assert interface.call("GET", "/api/transparency") == (200, facts)
    assert interface.call("POST", "/api/v1/transparency", {})[0] == 405


def test_the_older_names_still_answer(interface: Service) -> None:
    assert interface.call("POST", "/api/reading", {"question": "a"})[0] == 200
    assert interface.call("POST", "/api/feedback/read", {"code": "A"}) == (200, {"opinions": []})
