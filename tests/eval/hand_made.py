"""A small assistant made by hand, with the real types: it finds passages by shared words and answers as it is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sourcier.app.answering.events import Event, Finished, Found, SentenceShown
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
)

MODEL = ModelInfo("embedded", "hand-made", "abc")


def make_document(document_id: str, path: str, text: str) -> Document:
    block = Block(BlockKind.PARAGRAPH, 0, len(text))
    return Document(document_id, path, text, (block,), Metadata(title=path, language="fr"))


def cite(document: Document, quote: str, marker: int = 1) -> Citation:
    start = document.text.index(quote)
    return Citation(marker, document.document_id, document.path, document.path, start, start + len(quote), quote)


@dataclass(frozen=True, slots=True)
class HandFound:
    hits: tuple[Hit, ...]
    timings_ms: dict[str, float]


@dataclass(slots=True)
class HandSearcher:
    held: dict[str, Document]
    version: str = "v1"
    asked: list[str] = field(default_factory=list)

    def search(
        self, query: str, k: int | None = None, only: Filter | None = None, manner: Manner = AS_USUAL
    ) -> HandFound:
        self.asked.append(query)
        words = set(query.casefold().split())
        held = {d: doc for d, doc in self.held.items() if only is None or only.allows(doc.metadata, (doc.path,))}
        shared = {d: len(words & set(doc.text.casefold().split())) for d, doc in held.items()}
        best = sorted((d for d in shared if shared[d]), key=lambda d: (-shared[d], d))[:k]
        hits = tuple(hit_on(self.held[d], rank, float(shared[d])) for rank, d in enumerate(best, 1))
        return HandFound(hits, {"total": 1.0})

    def documents(self) -> list[Document]:
        return list(self.held.values())

    def document(self, document_id: str) -> Document:
        if document_id not in self.held:
            raise StoreError("eval.dataset_empty", path=document_id)
        return self.held[document_id]


def hit_on(document: Document, rank: int = 1, score: float = 1.0) -> Hit:
    passage = Passage(f"p{document.document_id}", document.document_id, 0, len(document.text), document.text)
    return Hit(rank, score, passage, document.path, document.metadata)


def make_answer(
    question: str,
    sentences: tuple[tuple[str, tuple[int, ...]], ...],
    citations: tuple[Citation, ...],
    hits: tuple[Hit, ...],
    **changes: Any,
) -> Answer:
    shown = tuple(AnswerSentence(text, marks, 0.9) for text, marks in sentences)
    text = " ".join(f"{s.text} {''.join(f'[{m}]' for m in s.citations)}" for s in shown)
    answer = Answer(
        question=question,
        status="answered",
        answer=text,
        sentences=shown,
        citations=citations,
        removed=(),
        retrieved=hits,
        model=MODEL,
        timings_ms={"retrieve": 2.0, "first_source": 3.0, "first_sentence": 40.0, "total": 100.0},
        usage={"prompt_tokens": 300, "completion_tokens": 30},
        energy_wh=0.01,
    )
    return replace(answer, **changes)


def abstain(question: str) -> Answer:
    return make_answer(
        question, (), (), (), status="abstained", answer="Le corpus ne permet pas de répondre.", usage={}
    )


@dataclass(slots=True)
class HandAssistant:
    searcher: HandSearcher
    answers: Mapping[str, Answer]
    refused: frozenset[str] = frozenset()
    stop_at: str | None = None
    asked: list[str] = field(default_factory=list)
    manners: list[Manner] = field(default_factory=list)

    def warm_up(self) -> None: ...

    def ask(self, question: str, only: Filter | None = None, manner: Manner = AS_USUAL) -> Answer:
        assert only is None  # what is measured is never narrowed
        if question in self.refused:
            raise QuestionError("eval.dataset_empty", path="?")
        if question == self.stop_at:
            raise KeyboardInterrupt
        self.asked.append(question)
        self.manners.append(manner)
        return self.answers.get(question) or abstain(question)

    def stream(self, question: str, only: Filter | None = None, manner: Manner = AS_USUAL) -> Iterator[Event]:
        answer = self.ask(question, only)
        yield Found(answer.retrieved)
        for sentence in answer.sentences:
            yield SentenceShown(sentence, answer.citations)
        yield Finished(answer)
