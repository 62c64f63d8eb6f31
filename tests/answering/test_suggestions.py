"""What can be asked next: only what the documents answer, and nothing twice. Real index, real embeddings, no model."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sourcier.app.answering.answerability import Answerability
from sourcier.app.answering.assistant import Assistant
from sourcier.app.answering.manner import Manner
from sourcier.app.answering.suggestions import Suggesting
from sourcier.core.settings import Settings, load
from sourcier.core.types import Answer
from sourcier.index.search import Searcher
from sourcier.index.sync import sync

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

SHEETS = {
    "horaires": "1. Horaires d'été de la bibliothèque\n\nLes horaires d'été de la bibliothèque débutent le 24 juin 2025 et comptent "
    "32,5 heures par semaine.",
    "formation": "2. Heures de formation payées\n\nLes heures de formation payées de la bibliothèque sont au nombre de quatorze par "
    "année pour chaque personne salariée.",
    "comite": "3. Composition du comité paritaire\n\nLa composition du comité paritaire de la bibliothèque est de trois personnes élues "
    "par le syndicat et de trois personnes nommées par la direction, pour deux ans.",
    "notes": "Notes\n\nLa bibliothèque ouvre à neuf heures en semaine.",
}
ASKED = "Combien d'heures comptent les horaires d'été de la bibliothèque ?"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("suggestions")
    (folder / "corpus").mkdir()
    for name, text in SHEETS.items():
        (folder / "corpus" / f"{name}.md").write_text(f"# Entente, {name}\n\n## {text}\n", encoding="utf-8")
    settings: Settings = load(environ={"SOURCIER_HOME": str(folder / "home")}).settings
    sync([folder / "corpus"], settings)
    with Assistant(Searcher.open(settings), None, Answerability.load(), settings) as opened:
        yield opened


def quotes(answer: Answer) -> list[tuple[str, int, int]]:
    return [(one.document_id, one.start, one.end) for one in answer.citations]


def test_what_is_suggested_is_answered(assistant: Assistant) -> None:
    assert isinstance(assistant, Suggesting)
    answer = assistant.ask(ASKED)
    found = assistant.suggestions([ASKED], quotes(answer))
    assert set(found) == {
        "Que disent les documents sur « Composition du comité paritaire » ?",
        "Que disent les documents sur « Heures de formation payées » ?",
    }
    for question in found:
        assert assistant.ask(question, manner=Manner(quotes_only=True)).status == "quoted"
    # Numbers of headings are left out, and so is a heading of one word, which asks nothing.
    assert not any("Notes" in question or "2." in question for question in found)


def test_nothing_is_suggested_twice_nor_while_others_wait(assistant: Assistant) -> None:
    cited = quotes(assistant.ask(ASKED))
    first = assistant.suggestions([ASKED], cited)[0]
    assert first not in assistant.suggestions([first, ASKED], cited)
    assert assistant.suggestions([ASKED], cited, lambda: False) == ()
    assert assistant.suggestions([], ()) == ()


def test_a_passage_that_is_cited_is_not_suggested(assistant: Assistant) -> None:
    hits = assistant.searcher.search(ASKED, 10).hits
    everything = [(one.passage.document_id, one.passage.start, one.passage.end) for one in hits]
    assert assistant.suggestions([ASKED], everything) == ()


def test_they_are_asked_in_the_language_of_the_question(assistant: Assistant) -> None:
    found = assistant.suggestions(["How many hours do the summer schedules have at the library?"], ())
    assert found
    assert all(question.startswith("What do the documents say about “") for question in found)
