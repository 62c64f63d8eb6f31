"""LlamaIndex's ``CitationQueryEngine`` with our passages, our vectors and our model, and its own defaults for the rest.

Two passages (``similarity_top_k`` 2), sources of 512 tokens, its English prompt, ``compact`` mode. Streaming is asked
for, so that its first sentence can be timed; temperature is 0, as ours; replies are capped at 256 tokens, LlamaIndex's
own default for a model that it knows nothing of.
"""

from __future__ import annotations

import re
import time
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

from sourcier.app.energy import EnergyMeter
from sourcier.app.models.embedded import EmbeddedModel
from sourcier.eval.bench.retrieval.corpus import load_corpus
from sourcier.eval.engines.record import Record, claims_in, declines, first_sentence_end
from sourcier.index.embedding import Embedder

__all__ = ["CitationEngine"]

MAX_TOKENS = 256
#: llama.cpp's names: read from its cache, read anew, written.
_TIMINGS = ("cache_n", "prompt_n", "predicted_n")
_HEADER = re.compile(r"^Source \d+:\n")


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

    name = "llamaindex"

    def __init__(self, home: Path, embedder: Embedder, model: EmbeddedModel, watts: float) -> None:
        corpus = load_corpus(home)
        self._watts, self._model = watts, model
        self._counts = _Counts()
        get_dispatcher().add_event_handler(self._counts)
        nodes = [
            TextNode(id_=str(row), text=text, embedding=corpus.vectors[row].tolist())
            for row, text in enumerate(corpus.passages)
        ]
        self._index = VectorStoreIndex(nodes, embed_model=_Questions(embedder))

    def answer(self, row_id: str, question: str) -> Record:
        """See :class:`~sourcier.eval.engines.record.Engine`."""
        self._counts.usage()
        meter, timings, text = EnergyMeter(self._watts), dict[str, float](), ""
        started = time.perf_counter()
        with self._model.in_llama_index(MAX_TOKENS) as llm:
            engine = CitationQueryEngine.from_args(self._index, llm=llm, streaming=True)
            response: Any = engine.query(question)
            timings["first_source"] = (time.perf_counter() - started) * 1000
            for piece in response.response_gen:
                text += piece
                if "first_sentence" not in timings and first_sentence_end(text):
                    timings["first_sentence"] = (time.perf_counter() - started) * 1000
        timings["total"] = (time.perf_counter() - started) * 1000
        timings.setdefault("first_sentence", timings["total"])
        sources = {
            n: _HEADER.sub("", found.node.get_content()).strip() for n, found in enumerate(response.source_nodes, 1)
        }
        declined = declines(text)
        claims = () if declined else claims_in(text, sources)
        usage = self._counts.usage()
        return Record(self.name, row_id, text, declined, claims, timings, usage, meter.watt_hours())
