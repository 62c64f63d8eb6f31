"""The quality gate on the real models: what is shipped passes, and a worse setting, corpus, prompt or model does not.

The accepted figures are those of ``eval/accepted``; ``make eval-gate GATE_OPTIONS='--accept "why"'`` renews them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sourcier.app.answering import prompt
from sourcier.app.models import choice
from sourcier.app.models.embedded import EmbeddedModel
from sourcier.core.settings import Settings
from sourcier.eval.dataset import Question, QuestionSet
from sourcier.eval.gate import Decision, decide, find_accepted, record_of
from sourcier.eval.gate.quick import ACCEPTED, CORPUS, PARTS, ask, quick_settings
from sourcier.eval.gate.table import table
from sourcier.index.sync import sync

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")

WITHOUT, EMBEDDED = PARTS
#: Instructions that someone might write who does not know what the verifier is for.
CARELESS = (
    "Tu es un assistant bavard. Réponds à la question longuement, avec tes propres connaissances, sans te limiter aux "
    "extraits, et donne toujours des chiffres, des dates et des exemples. Ne dis jamais que tu ne sais pas."
)


@pytest.fixture(scope="module")
def home(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that holds the sheets of the corpus."""
    folder = _home(models, tmp_path_factory.mktemp("gate"))
    sync([CORPUS], quick_settings(folder, WITHOUT))
    return folder


def _home(models: Path, folder: Path) -> Path:
    home = folder / "home"
    home.mkdir(mode=0o700)
    (home / "models").symlink_to(models, target_is_directory=True)
    return home


def judged(settings: Settings, folder: Path, asked: QuestionSet) -> Decision:
    """The decision over these questions alone."""
    run = record_of(ask(asked, settings, folder))
    accepted = find_accepted(ACCEPTED / run.file_name, replace(run, questions={}))
    return decide(run, replace(accepted, questions={row.id: accepted.questions[row.id] for row in asked.questions}))


def only(asked: QuestionSet, wanted: Callable[[Question], bool]) -> QuestionSet:
    return replace(asked, questions=tuple(row for row in asked.questions if wanted(row)))


def lost(decision: Decision) -> set[str]:
    return {finding.name for finding in decision.refused}


def test_what_is_shipped_passes_without_a_model(home: Path, tmp_path: Path) -> None:
    """A quarter of the accepted questions; ``make eval-gate`` asks them all, and the embedded model."""
    some = WITHOUT.read()
    some = replace(some, questions=some.questions[::4])
    decision = judged(quick_settings(home, WITHOUT), tmp_path / "run", some)
    assert decision.passed, table(decision, "en")
    assert {finding.name for finding in decision.findings if finding.how == "floor"} == {"fabricated", "exact_quotes"}


@pytest.mark.slow
def test_what_is_shipped_passes_with_the_embedded_model(home: Path, tmp_path: Path) -> None:
    decision = judged(quick_settings(home, EMBEDDED), tmp_path / "run", EMBEDDED.read())
    assert decision.passed, table(decision, "en")
    assert "kept" in {finding.name for finding in decision.findings}  # the model wrote


@pytest.mark.slow
def test_a_threshold_that_lets_all_through_is_refused(home: Path, tmp_path: Path) -> None:
    settings = quick_settings(home, WITHOUT, **{"answer.answerable": 0.0})
    decision = judged(settings, tmp_path / "run", only(WITHOUT.read(), lambda row: not row.answerable))
    assert "wrongly_answered" in lost(decision), table(decision, "en")


@pytest.mark.slow
def test_a_corpus_that_lost_its_sheets_is_refused(models: Path, tmp_path: Path) -> None:
    """Two sheets are left: they repeat each other so much that losing half of them costs little."""
    poor = quick_settings(_home(models, tmp_path), WITHOUT)
    sync(sorted(CORPUS.glob("*.md"))[-2:], poor)
    decision = judged(poor, tmp_path / "run", only(WITHOUT.read(), lambda row: row.answerable))
    assert lost(decision) & {"facts", "right_place", "wrongly_refused"}, table(decision, "en")


def written_by_the_model() -> QuestionSet:
    """The questions on which the accepted model wrote something."""
    raw = json.loads((ACCEPTED / "quick.sourcier.embedded.json").read_text(encoding="utf-8"))
    return only(EMBEDDED.read(), lambda row: "kept" in raw["questions"][row.id])


@pytest.mark.slow
def test_a_careless_prompt_is_refused(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The verifier lets none of its inventions through: what is lost is what the model could have said.

    Without the examples: with them, careless rules alone cost twelve questions too little to be told from chance.
    """
    monkeypatch.setitem(prompt._RULES, "fr", CARELESS)
    monkeypatch.setitem(prompt._EXAMPLES, "fr", ())
    settings = quick_settings(home, EMBEDDED, **{"model.max_tokens": 96})
    decision = judged(settings, tmp_path / "run", written_by_the_model())
    assert lost(decision) & {"kept", "written", "carried", "completion_tokens"}, table(decision, "en")
    assert not lost(decision) & {"fabricated", "exact_quotes"}


class Feverish(EmbeddedModel):
    """The embedded model at a temperature that makes it rave, with nothing that keeps unlikely words away."""

    @contextmanager
    def _llm(self, *arguments: Any, **options: Any) -> Iterator[Any]:
        with super()._llm(*arguments, **options) as llm:
            llm.temperature = 2.0
            llm.additional_kwargs["extra_body"] |= {"top_k": 0, "top_p": 1.0, "min_p": 0.0}
            yield llm


@pytest.mark.slow
def test_a_raving_model_is_refused(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fewer tokens than are shipped: it would go on for ever, and what it says first is enough."""
    monkeypatch.setattr(choice, "EmbeddedModel", Feverish)
    settings = quick_settings(home, EMBEDDED, **{"model.max_tokens": 64})
    decision = judged(settings, tmp_path / "run", written_by_the_model())
    assert lost(decision) & {"kept", "written", "carried"}, table(decision, "en")
    assert not lost(decision) & {"fabricated", "exact_quotes"}
