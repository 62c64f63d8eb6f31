"""Ingest, ask, look: each hostile question with what came of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sourcier.app.answering.assistant import Assistant
from sourcier.app.answering.manner import AS_USUAL
from sourcier.app.answering.second import SecondJudge, resting_on, second_opinion
from sourcier.app.answering.verifier import Evidence, Verifier
from sourcier.core.errors import QuestionError, SourcierError
from sourcier.core.settings import load
from sourcier.core.types import Citation
from sourcier.eval.adversarial.checks import Expected, faults, rule_stretches
from sourcier.index.sync import sync

__all__ = ["DOCUMENTS", "QUESTIONS", "Asked", "Row", "asking", "read_questions"]

_DATA = Path(__file__).resolve().parents[3] / "data" / "adversarial"
QUESTIONS = _DATA / "questions.jsonl"
DOCUMENTS = _DATA / "documents"


@dataclass(frozen=True, slots=True)
class Row:
    """A hostile question.

    Attributes:
        why: what it tries.
        repeat: how many times it is written in a row, for those of ten thousand characters.
    """

    id: str
    kind: str
    question: str
    why: str
    repeat: int = 1

    @property
    def asked(self) -> str:
        """The question as it is asked."""
        return self.question * self.repeat


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of a question: the answer's status, or ``refused``; what is wrong with it."""

    row: Row
    outcome: str
    faults: tuple[str, ...]


def read_questions(path: Path) -> list[Row]:
    """The questions of a file, in order."""
    return [Row(**json.loads(line)) for line in path.read_text(encoding="utf-8").split("\n") if line]


def asking(rows: Sequence[Row], corpus: Sequence[Path], home: Path, provider: str) -> Iterator[Asked]:
    """Ingest ``corpus`` and the hostile documents into ``home``, and ask each question.

    Raises:
        IngestError, ModelError: nothing can be asked.
    """
    settings = load(
        environ={"SOURCIER_HOME": str(home)}, options={"model.provider": provider, "answer.cache": 0}
    ).settings
    sync([*corpus, DOCUMENTS], settings)
    with Assistant.open(settings) as assistant:
        verifier = Verifier.load(assistant.searcher.embedder)

        def text_of(document_id: str) -> str | None:
            try:
                return assistant.searcher.document(document_id).text
            except SourcierError:
                return None

        def support(sentence: str, proofs: Sequence[Citation], question: str) -> float:
            evidence = [
                Evidence(proof.quote, " › ".join(filter(None, (proof.title, proof.section)))) for proof in proofs
            ]
            verdict, judge = verifier.verify(sentence, evidence, question=question), SecondJudge.load()
            if assistant.model is None or not judge.unsure(verdict, settings.answer.support):
                return verdict.support
            used = [evidence[i] for i in verdict.used]
            sources = resting_on(verifier, sentence, used, verdict.support, question)
            return judge.weighed(verdict.support, second_opinion(assistant.model, sentence, sources, question))

        expected = Expected(text_of, support, settings.answer.support, rule_stretches())
        for row in rows:
            yield _asked(row, assistant, expected)


def _asked(row: Row, assistant: Assistant, expected: Expected) -> Asked:
    try:
        answer = assistant.ask(row.asked, None, AS_USUAL)
    except QuestionError:
        return Asked(row, "refused", ())
    except Exception as error:  # noqa: BLE001 - anything else raised is what is looked for
        return Asked(row, "crashed", (f"{type(error).__name__}: {error}",))
    return Asked(row, answer.status, tuple(faults(answer, expected)))
