"""Whoever answers from one index with one model: ours, LlamaIndex's ``CitationQueryEngine``, and a plain pipeline.

All give the product's own answer shape, so that every measure is the same code. What is heavy is imported when an engine
is opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sourcier.core.errors import UsageError
from sourcier.core.settings import Settings
from sourcier.eval.assistant import Asking

if TYPE_CHECKING:
    from sourcier.index.search import Searcher

__all__ = ["ENGINES", "check_engine", "open_engine"]

ENGINES = ("sourcier", "llamaindex", "plain")


#: The providers of language models that each engine can work with.
_PROVIDERS = {
    "sourcier": ("auto", "ollama", "embedded", "none"),
    "llamaindex": ("auto", "embedded"),
    "plain": ("auto", "ollama", "embedded"),
}


def check_engine(name: str, settings: Settings) -> None:
    """Refuse at once what :func:`open_engine` would.

    Raises:
        UsageError: there is no such engine, or it cannot work with the provider of the settings.
    """
    if name not in ENGINES:
        raise UsageError("eval.engine_unknown", name=name, known=", ".join(ENGINES))
    if settings.model.provider not in _PROVIDERS[name]:
        wanted = ", ".join(_PROVIDERS[name])
        raise UsageError("eval.engine_provider", name=name, provider=settings.model.provider, wanted=wanted)


@contextmanager
def open_engine(name: str, settings: Settings, searcher: Searcher | None = None) -> Iterator[Asking]:
    """The engine of that name, over the index and with the language model of ``settings``.

    Args:
        searcher: one that is open already, for an engine that searches or embeds by it; it stays open.

    Raises:
        UsageError: there is no such engine, or it cannot work with the provider of the settings.
        EmptyIndexError: nothing has been ingested.
        ModelError: the language model cannot be used.
    """
    check_engine(name, settings)
    if name == "sourcier":
        from sourcier.app.answering.assistant import Assistant

        with Assistant.open(settings) as assistant:
            yield assistant
        return
    from contextlib import ExitStack, closing

    from sourcier.index.search import Searcher as Opening

    with ExitStack() as stack:
        held = searcher or stack.enter_context(closing(Opening.open(settings)))
        if name == "plain":
            from sourcier.app.models import choose_model
            from sourcier.eval.engines.plain import Plain

            model = choose_model(settings)
            assert model is not None  # the provider was checked
            yield Plain(held, stack.enter_context(closing(model)), settings.energy.watts)
        else:
            from sourcier.app.models.embedded import EmbeddedModel
            from sourcier.eval.engines.llamaindex import CitationEngine

            embedded = stack.enter_context(closing(EmbeddedModel(settings.model, settings.home)))
            yield CitationEngine(settings.home, held, embedded, settings.energy.watts)
