"""The best model there is, chosen again before each reply: Ollama may start, stop and come back."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence

from sourcier.app.models.ollama import OllamaModel
from sourcier.app.models.types import LanguageModel, Turn, Usage
from sourcier.core.errors import MissingExtraError, ModelError, SourcierError
from sourcier.core.types import ModelInfo

__all__ = ["AutomaticModel"]

_log = logging.getLogger(__name__)
_NONE = ModelInfo(provider="none", name="")


class AutomaticModel:
    """Ollama while it answers and has the model, else the embedded model where it is installed, else none.

    To look again costs next to nothing: a server that did not answer is left alone for ten seconds. The embedded
    model is made when it is first needed, and gives its memory back when Ollama returns.

    Args:
        ollama: made lazily, so that it may be absent now.
        make_embedded: makes the embedded model; ``ModelError`` or ``MissingExtraError`` where it cannot be had, which
            is final: packages do not appear while a program runs.

    Raises:
        SettingsError: the model of the settings runs elsewhere, in a cloud.
    """

    def __init__(self, ollama: OllamaModel, make_embedded: Callable[[], LanguageModel]) -> None:
        self._ollama = ollama
        self._make_embedded = make_embedded
        self._embedded: LanguageModel | None = None
        self._no_embedded: SourcierError | None = None
        self._using: LanguageModel | None = None
        self._had_one = False
        self._why: ModelError | None = None
        self._pick()

    @property
    def info(self) -> ModelInfo:
        """Of the model in use; its provider is ``none`` while there is none."""
        return self._using.info if self._using else _NONE

    @property
    def context(self) -> int:
        """Of the model in use."""
        return self._using.context if self._using else 0

    @property
    def usage(self) -> Usage:
        """Of the last call."""
        return self._using.usage if self._using else Usage()

    def ready(self) -> bool:
        """Whether a model writes now, or one that wrote before should: its absence is then to be said."""
        return self._pick() is not None or self._had_one

    def write(self, turns: Sequence[Turn], *, max_tokens: int, stop: Sequence[str] = ()) -> Iterator[str]:
        """See :class:`sourcier.app.models.LanguageModel`."""
        yield from self._picked().write(turns, max_tokens=max_tokens, stop=stop)

    def choose(self, turns: Sequence[Turn], options: Sequence[str]) -> dict[str, float] | None:
        """See :class:`sourcier.app.models.LanguageModel`."""
        return self._picked().choose(turns, options)

    def close(self) -> None:
        """Let go of both engines."""
        self._ollama.close()
        if self._embedded:
            self._embedded.close()

    def _picked(self) -> LanguageModel:
        model = self._pick()
        if model is None:
            assert self._why is not None
            raise self._why
        return model

    def _pick(self) -> LanguageModel | None:
        before = self._using
        try:
            self._ollama.look()
        except ModelError as error:
            self._why = error
            self._using = self._fallback()
        else:
            self._using = self._ollama
            if self._embedded is not None and before is self._embedded:
                self._embedded.close()
        self._had_one = self._had_one or self._using is not None
        if before is not self._using:
            _log.info("answers are now written by %s", self.info.provider)
        return self._using

    def _fallback(self) -> LanguageModel | None:
        if self._embedded is None and self._no_embedded is None:
            try:
                self._embedded = self._make_embedded()
            except (ModelError, MissingExtraError) as error:
                _log.info("the embedded model cannot be used: %s", error.in_language("en"))
                self._no_embedded = error
        return self._embedded
