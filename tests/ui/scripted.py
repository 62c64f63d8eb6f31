"""An assistant that plays real events from a script, at the test's pace, and an index of a few documents of ours."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sourcier.app.answering.events import (
    Drafting,
    Event,
    Finished,
    Found,
    Searched,
    SentenceRemoved,
    SentenceShown,
    Understood,
)
from sourcier.app.answering.manner import AS_USUAL, Manner
from sourcier.core.errors import QuestionError, StoreError
from sourcier.core.filters import Filter
from sourcier.core.types import (
    Answer,
    AnswerSentence,
    Block,
    BlockKind,
    Citation,
    Document,
    Hit,
    Metadata,
    ModelInfo,
    Passage,
    Removed,
    Status,
)
from sourcier.index.records import DocumentRow

MODEL = ModelInfo("embedded", "modele-d-essai-1b", "ab" * 32)


def document(path: str, title: str, text: str, *, publisher: str | None = None, date: str | None = None) -> Document:
    """A document of one paragraph."""
    identity = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    blocks = (Block(BlockKind.PARAGRAPH, 0, len(text)),)
    return Document(identity, path, text, blocks, Metadata(title, publisher, date, "fr-CA"))


def hit(
    source: Document,
    rank: int,
    start: int = 0,
    end: int | None = None,
    *,
    section: tuple[str, ...] = (),
    page: int | None = None,
    notes: tuple[str, ...] = (),
) -> Hit:
    """A passage of a document, found at ``rank``."""
    end = len(source.text) if end is None else end
    passage = Passage(f"p{rank}", source.document_id, start, end, source.text[start:end], page, section, notes)
    return Hit(rank, 1 / rank, passage, source.path, source.metadata)


def citation(marker: int, found: Hit, quote: str) -> Citation:
    """An exact quote of a passage."""
    passage = found.passage
    start = passage.start + passage.text.index(quote)
    return Citation(
        marker,
        passage.document_id,
        found.path,
        found.metadata.title,
        start,
        start + len(quote),
        quote,
        passage.page,
        " › ".join(passage.section) or None,
        found.metadata.publisher,
        found.metadata.date,
        " ; ".join(passage.notes) or None,
    )


@dataclass
class Play:
    """What the assistant answers: sentences each with their citations, in order."""

    hits: tuple[Hit, ...]
    status: Status = "answered"
    sentences: tuple[tuple[str, tuple[Citation, ...]], ...] = ()
    removed: tuple[Removed, ...] = ()
    notices: tuple[str, ...] = ()
    model: ModelInfo = MODEL
    standalone: str = ""
    nearest: tuple[Citation, ...] = ()
    outside: str | None = None
    searched: Searched = field(default_factory=Searched)

    def answer(self, question: str) -> Answer:
        """The whole answer."""
        shown = tuple(AnswerSentence(text, tuple(c.marker for c in cited), 0.97) for text, cited in self.sentences)
        citations = {c.marker: c for _, cited in self.sentences for c in cited}
        text = " ".join(s.text + " " + "".join(f"[{m}]" for m in s.citations) for s in shown)
        return Answer(
            question,
            self.status,
            text or "Les documents ne permettent pas de répondre.",
            shown,
            tuple(citations.values()),
            self.removed,
            self.hits,
            self.model,
            {"retrieve": 21.0, "first_source": 24.5, "first_sentence": 3210.0, "total": 8412.0},
            {"prompt_tokens": 402, "completion_tokens": 61},
            0.0702,
            self.notices,
            standalone=self.standalone,
            nearest=self.nearest,
            outside=self.outside,
        )


@dataclass
class ScriptedAssistant:
    """Plays ``plays[question]`` (or ``default``).

    Attributes:
        gate: where set, every step after ``Found`` waits for one ``release()`` of it.
        running: how many streams are past ``Found`` and not finished.
        closed: how many streams were closed before their end.
        suggested: what can be asked after any answer; ``subjects`` what that was asked for.
        only: the filter of the last question; ``manner`` how it was to be answered.
    """

    plays: dict[str, Play] = field(default_factory=dict)
    default: Play | None = None
    gate: threading.Semaphore | None = None
    running: int = 0
    most_running: int = 0
    closed: int = 0
    model_info: ModelInfo = MODEL
    only: Filter | None = None
    manner: Manner = AS_USUAL
    suggested: tuple[str, ...] = ()
    subjects: list[tuple[list[str], list[tuple[str, int, int]]]] = field(default_factory=list)

    def suggestions(
        self, asked: Sequence[str], cited: Sequence[tuple[str, int, int]], idle: Callable[[], bool]
    ) -> tuple[str, ...]:
        """Those of the script; keeps what they were to follow."""
        self.subjects.append((list(asked), list(cited)))
        return self.suggested if idle() else ()

    def stream(self, question: str, only: Filter | None = None, manner: Manner = AS_USUAL) -> Iterator[Event]:
        """The events of the play, with those of its passages that are allowed."""
        if not question.strip():
            raise QuestionError("ui.bad_request", detail="question")
        play = self.plays.get(question, self.default)
        if play is None:
            raise RuntimeError(f"no play for {question}")
        self.only, self.manner = only, manner
        if play.standalone:
            yield Understood(play.standalone)
        allowed = tuple(hit for hit in play.hits if only is None or only.allows(hit.metadata, (hit.path,)))
        yield Found(allowed, play.searched)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            for event in self._rest(play, question):
                if self.gate is not None:
                    self.gate.acquire(timeout=60)
                yield event
        except GeneratorExit:
            self.closed += 1
            raise
        finally:
            self.running -= 1

    def ask(self, question: str, only: Filter | None = None, manner: Manner = AS_USUAL) -> Answer:
        """The last event's answer."""
        return next(event.answer for event in self.stream(question, only, manner) if isinstance(event, Finished))

    @staticmethod
    def _rest(play: Play, question: str) -> Iterator[Event]:
        answer = play.answer(question)
        if play.status == "answered":
            yield Drafting(play.model)
        known: set[int] = set()
        for sentence, (_, cited) in zip(answer.sentences, play.sentences, strict=True):
            yield SentenceShown(sentence, tuple(c for c in cited if c.marker not in known))
            known |= {c.marker for c in cited}
        for removed in play.removed:
            yield SentenceRemoved(removed)
        yield Finished(answer)


@dataclass(frozen=True)
class Result:
    """What a search returns."""

    hits: tuple[Hit, ...]
    timings_ms: dict[str, float]
    version: str = "000001-essai"
    corrections: tuple[tuple[str, str], ...] = ()
    expansions: tuple[tuple[str, str], ...] = ()


@dataclass
class FewDocuments:
    """An index that finds everything it holds."""

    held: tuple[Document, ...]

    def search(self, query: str, k: int, only: Filter | None = None, manner: Manner = AS_USUAL) -> Result:
        """The first ``k`` documents that are allowed."""
        held = [one for one in self.held if only is None or only.allows(one.metadata, (one.path,))]
        return Result(tuple(hit(one, rank) for rank, one in enumerate(held[:k], 1)), {"total": 1.0})

    def document(self, document_id: str) -> Document:
        """A document, refused as the index does where there is none."""
        for one in self.held:
            if one.document_id == document_id:
                return one
        raise StoreError("store.document_unknown", document=document_id)

    def documents(self) -> Iterable[DocumentRow]:
        """All of them."""
        return [DocumentRow(one.document_id, one.path, one.metadata, 1, len(one.text)) for one in self.held]
