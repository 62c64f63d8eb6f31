"""The quick gate: a few real questions on the sheets of the corpus, with the real models.

Without a language model, enough questions to see a search, a threshold or a corpus go wrong; with the embedded one, a
few on which it writes, to see a prompt or a model go wrong. No clock decides what is answered: a slow machine must give
what a fast one gives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from sourcier.core.settings import Settings, load
from sourcier.eval.dataset import QuestionSet, load_dataset, spread
from sourcier.eval.gate.accepted import GateError

__all__ = ["ACCEPTED", "CORPUS", "PARTS", "Part", "ask", "quick_settings"]

_ROOT = Path(__file__).resolve().parents[4]
CORPUS = _ROOT / "corpus" / "fiches"
ACCEPTED = _ROOT / "eval" / "accepted"


@dataclass(frozen=True, slots=True)
class Part:
    """A provider, the data set it is asked, and how many of its questions, spread evenly (``None``: all)."""

    provider: str
    dataset: Path
    questions: int | None = None

    def read(self) -> QuestionSet:
        """The questions.

        Raises:
            DatasetError: the file cannot be read.
            GateError: it asks no questions.
        """
        asked = load_dataset(self.dataset)
        if not isinstance(asked, QuestionSet):
            raise GateError("gate.no_questions", path=self.dataset)
        return replace(asked, questions=spread(asked.questions, self.questions or len(asked.questions)))


PARTS = (
    Part("none", _ROOT / "eval" / "data" / "fiches.dev.jsonl", 64),
    Part("embedded", ACCEPTED / "quick.jsonl"),
)


def quick_settings(home: Path, part: Part, **options: object) -> Settings:
    """The product's own settings, whatever those of the person who runs the gate, but for what a clock decides.

    A draft that fails is not tried again, and no quote is shown because the model is slow: both depend on the machine.
    """
    fixed = {"model.provider": part.provider, "answer.cache": 0, "search.cache": 0}
    timeless = {"answer.retry_within_s": 0, "answer.first_within_s": 600}
    return load(environ={"SOURCIER_HOME": str(home)}, options={**fixed, **timeless, **options}).settings


def ask(
    asked: QuestionSet,
    settings: Settings,
    folder: Path,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Path:
    """Ask questions of an index that holds the corpus, into a run folder, and return it.

    Raises:
        EmptyIndexError: nothing has been ingested.
        ModelError: the model cannot be used.
    """
    from sourcier.eval.engines import open_engine
    from sourcier.eval.run import evaluate_answers

    with open_engine("sourcier", settings) as assistant:
        evaluate_answers(asked, assistant, settings, folder, progress=progress)
    return folder
