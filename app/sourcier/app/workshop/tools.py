"""What the makers of a kit work with: the index, the verifier, and a language model where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sourcier.app.answering.cache import RememberingEmbedder
from sourcier.app.answering.verifier import Verifier
from sourcier.app.models import LanguageModel, choose_model
from sourcier.core.messages import Language
from sourcier.core.settings import Settings
from sourcier.core.types import ModelInfo
from sourcier.index.embedding import Embedder
from sourcier.index.search import Searcher

__all__ = ["NO_MODEL", "Tools", "opened"]

NO_MODEL = ModelInfo(provider="none", name="")


@dataclass(frozen=True, slots=True)
class Tools:
    """The collaborators of one kit.

    Attributes:
        model: words short things; None where there is none, and everything is then made of quotes and patterns.
        language: of the kit; the quotes stay in their document's.
    """

    searcher: Searcher
    embedder: Embedder
    verifier: Verifier
    model: LanguageModel | None
    settings: Settings
    language: Language

    @property
    def threshold(self) -> float:
        """The support, 0 to 1, from which a sentence may be shown: that of the answers."""
        return self.settings.answer.support

    @property
    def model_info(self) -> ModelInfo:
        """The language model in use, or the absence of one."""
        return self.model.info if self.model is not None else NO_MODEL

    def writer(self) -> LanguageModel | None:
        """The model, if it can be asked now."""
        return self.model if self.model is not None and self.model.ready() else None


@contextmanager
def opened(settings: Settings, language: Language) -> Iterator[Tools]:
    """The tools of the settings' index and provider, closed at the end.

    Raises:
        EmptyIndexError: nothing has been ingested.
        ModelError: the provider that was asked for by name cannot be used.
    """
    searcher = Searcher.open(settings)
    try:
        model = choose_model(settings)
        try:
            embedder = RememberingEmbedder(searcher.embedder)
            yield Tools(searcher, embedder, Verifier.load(embedder), model, settings, language)
        finally:
            if model is not None:
                model.close()
    finally:
        searcher.close()
