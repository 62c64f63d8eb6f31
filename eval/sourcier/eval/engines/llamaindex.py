"""LlamaIndex's ``CitationQueryEngine`` with our passages, our vectors and our model, and its own defaults for the rest.

Two passages (``similarity_top_k`` 2), sources of 512 tokens, its English prompt, ``compact`` mode. Streaming is asked
for, so that its first sentence can be timed; temperature is 0, as ours; replies are capped at 256 tokens, LlamaIndex's
own default for a model that it knows nothing of. It has no conversation: a follow-up is asked as it was typed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from llama_index.core import VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.instrumentation import get_dispatcher  # type: ignore[attr-defined]
from llama_index.core.instrumentation.event_handlers import BaseEventHandler
from llama_index.core.instrumentation.events import BaseEvent
from llama_index.core.instrumentation.events.llm import LLMChatInProgressEvent
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.core.schema import TextNode

from sourcier.app.answering.manner import AS_USUAL, Manner
from sourcier.app.energy import EnergyMeter
from sourcier.app.models.embedded import EmbeddedModel
from sourcier.core.errors import EmptyIndexError
from sourcier.core.filters import Filter
from sourcier.core.types import Answer, Hit, Passage
from sourcier.eval.engines.written import WARM_UP, Source, answer_from_text, first_sentence_end
from sourcier.index.embedding import Embedder
from sourcier.index.records import DocumentRow
from sourcier.index.search import Searcher
from sourcier.index.store import open_store

__all__ = ["CitationEngine"]

MAX_TOKENS = 256
#: llama.cpp's names: read from its cache, read anew, written.
_TIMINGS = ("cache_n", "prompt_n", "predicted_n")
_HEADER = re.compile(r"^Source \d+:\n")
#: Where a node keeps the place of its passage; never shown to a model.
_PLACE = "place"


class _Questions(BaseEmbedding):
    """Our embedding model as LlamaIndex's; passages come with their vectors."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name="shared")
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        vector: list[float] = self._embedder.embed_queries([query])[0].tolist()
        return vector

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        raise NotImplementedError(text)


class _Counts(BaseEventHandler):
    """Adds up llama.cpp's own counts over the calls that one answer takes."""

    _calls: dict[str, dict[str, int]] = PrivateAttr(default_factory=dict)

    @classmethod
    def class_name(cls) -> str:
        """See ``BaseEventHandler``."""
        return "Counts"

    def handle(self, event: BaseEvent, **_: Any) -> None:
        """Keep the counts so far of the call that this piece belongs to."""
        if isinstance(event, LLMChatInProgressEvent):
            timings = (getattr(event.response.raw, "model_extra", None) or {}).get("timings")
            if timings:
                self._calls[event.span_id or ""] = {name: int(timings.get(name, 0)) for name in _TIMINGS}

    def usage(self) -> dict[str, int]:
        """Of all calls since the last time, as :class:`~sourcier.app.models.Usage` names it."""
        cached, read, written = (sum(call[name] for call in self._calls.values()) for name in _TIMINGS)
        self._calls.clear()
        return {"prompt_tokens": cached + read, "cached_tokens": cached, "completion_tokens": written}


class CitationEngine:
    """The engine over the index of ``home``."""

    def __init__(self, home: Path, searcher: Searcher, model: EmbeddedModel, watts: float) -> None:
        self.searcher = searcher
        self._watts, self._model = watts, model
        self._counts = _Counts()
        get_dispatcher().add_event_handler(self._counts)
        self._passages: list[tuple[Passage, DocumentRow]] = []
        nodes = []
        for passage, row, vector in _indexed(home):
            nodes.append(
                TextNode(
                    text=f"{_headings(passage, row)}{passage.text}",
                    embedding=vector,
                    metadata={_PLACE: len(self._passages)},
                    excluded_embed_metadata_keys=[_PLACE],
                    excluded_llm_metadata_keys=[_PLACE],
                )
            )
            self._passages.append((passage, row))
        self._index = VectorStoreIndex(nodes, embed_model=_Questions(searcher.embedder))

    def warm_up(self) -> None:
        """Load what the first question would wait for."""
        self.ask(WARM_UP)

    def ask(self, question: str, only: Filter | None = None, manner: Manner = AS_USUAL) -> Answer:
        """See :class:`~sourcier.eval.assistant.Asking`."""
        self._counts.usage()
        meter, timings, text = EnergyMeter(self._watts), dict[str, float](), ""
        started = time.perf_counter()
        with self._model.in_llama_index(MAX_TOKENS) as llm:
            engine = CitationQueryEngine.from_args(self._index, llm=llm, streaming=True)
            response: Any = engine.query(question)
            timings["retrieve"] = timings["first_source"] = (time.perf_counter() - started) * 1000
            for piece in response.response_gen:
                text += piece
                if "first_sentence" not in timings and first_sentence_end(text):
                    timings["first_sentence"] = (time.perf_counter() - started) * 1000
        timings["total"] = (time.perf_counter() - started) * 1000
        timings.setdefault("first_sentence", timings["total"])
        sources = {n: self._source(n, found) for n, found in enumerate(response.source_nodes, 1)}
        hits = list({source.hit.passage.passage_id: source.hit for source in sources.values()}.values())
        return answer_from_text(
            question, text, sources, hits, self._model.info,
            timings_ms=timings, usage=self._counts.usage(), energy_wh=meter.watt_hours(),
        )  # fmt: skip

    def _source(self, rank: int, found: Any) -> Source:
        passage, row = self._passages[found.node.metadata[_PLACE]]
        hit = Hit(rank, found.score or 0.0, passage, row.path, row.metadata)
        shown = _HEADER.sub("", found.node.get_content()).strip()
        return Source.piece(hit, shown, _headings(passage, row))


def _headings(passage: Passage, row: DocumentRow) -> str:
    """What is indexed before a passage's text: title and headings."""
    return "".join(f"{line}\n" for line in (row.metadata.title, *passage.section))


def _indexed(home: Path) -> Iterator[tuple[Passage, DocumentRow, list[float]]]:
    """Every passage of an index, with its document and its vector.

    Raises:
        EmptyIndexError: nothing has been ingested.
    """
    with open_store(home) as store:
        cut, model = store.value("cut"), store.value("model")
        served = store.ready(cut)
        if not served:
            raise EmptyIndexError("store.empty", home=home)
        rows = {row.document_id: row for row in store.rows_of(served, cut)}
        for one in served:
            stored = store.passages(one.key, cut)
            vectors = store.vectors(model, [each.digest for each in stored])
            for each in stored:
                yield each.passage, rows[one.document_id], vectors[each.digest].tolist()
