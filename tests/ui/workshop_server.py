"""The trainer's page on an index of an invented federation's papers, behind the guard, without a language model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from fastapi import FastAPI
from tests.ui.listening import listening
from tests.ui.pages_server import Site, embedder
from tests.workshop.corpus import write_papers

from sourcier.app.models import LanguageModel
from sourcier.app.pages.routes import pages
from sourcier.app.pages.workshop_bench import Bench
from sourcier.app.pages.workshop_routes import workshop_pages
from sourcier.app.turnstile import Turnstile
from sourcier.app.ui.guard import Guard, Hosts
from sourcier.core.settings import IngestSettings, ServeSettings, Settings
from sourcier.index.embedding import TokenVectors
from sourcier.index.search import Searcher
from sourcier.index.sync import sync

__all__ = ["indexed_papers", "trained"]


def indexed_papers(home: Path, papers: Path) -> tuple[Searcher, Settings]:
    """An index of the papers, opened, and its settings. Vectors are of words' hashes, each token being a word: no model is loaded."""
    settings = Settings(home=home, serve=ServeSettings(port=0), ingest=IngestSettings(passage_tokens=40))
    hashing = embedder()

    def embed_tokens(texts: Sequence[str], *, query: bool = False) -> list[TokenVectors]:
        found = []
        for text in texts:
            spans = [match.span() for match in re.finditer(r"\w+", text)]
            vectors = hashing.embed_queries([text[start:end] for start, end in spans])
            found.append(TokenVectors(np.array(spans, np.int64).reshape(-1, 2), vectors))
        return found

    hashing.embed_tokens = embed_tokens
    sync([write_papers(papers)], settings, embedder=hashing)
    return Searcher.open(settings, embedder=hashing), settings


@contextmanager
def trained(
    searcher: Searcher,
    settings: Settings,
    model: Callable[[], LanguageModel | None] = lambda: None,
    turnstile: Turnstile | None = None,
) -> Iterator[tuple[Site, Bench]]:
    """Where the page is served, and what it works with, until the test is over."""
    bench = Bench(searcher, model, turnstile or Turnstile(2), settings)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, hosts=Hosts(settings.serve.host, settings.serve.names))
    app.include_router(pages(object(), searcher, settings))
    app.include_router(workshop_pages(bench))
    with listening(app, settings) as (address, _):
        yield Site(address), bench
