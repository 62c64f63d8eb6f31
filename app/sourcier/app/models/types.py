"""What a language model is to the rest of the application: turns in, pieces of text out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from sourcier.core.types import ModelInfo

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation.

    Attributes:
        lasting: the conversation up to here is the same for every question and holds nothing of anybody's: an engine
            may keep what it has read of it.
    """

    role: Role
    text: str
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call; zero where the engine does not say.

    Attributes:
        prompt_tokens: of the whole prompt, those read from the cache included.
        cached_tokens: part of the prompt that the engine had already read.
        completion_tokens: written by the model.
    """

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """One row of ``sourcier doctor``: sentences of the catalogue, in the language of the settings."""

    name: str
    state: Literal["ok", "absent", "broken"]
    detail: str
    remedy: str = ""


class LanguageModel(Protocol):
    """A local model that words sentences. Same turns, same settings: same text, as far as the engine allows."""

    @property
    def info(self) -> ModelInfo:
        """Provider, name, and digest of the weights."""
        ...

    @property
    def context(self) -> int:
        """Tokens that prompt and answer may take together."""
        ...

    @property
    def usage(self) -> Usage:
        """Of the last call; complete once its iterator is exhausted or closed."""
        ...

    def ready(self) -> bool:
        """Whether to ask it; where not, answers are made of quotes and nothing is amiss."""
        ...

    def write(self, turns: Sequence[Turn], *, max_tokens: int, stop: Sequence[str] = ()) -> Iterator[str]:
        """The reply, piece by piece, at temperature 0 with a fixed seed.

        Closing the iterator early stops the engine too, and so does the cancellation in force (``cancelling``), from
        another thread. What was already yielded stays valid when it raises. A thinking model's thoughts are left out.

        Raises:
            CancelledAnswer: the cancellation was asked for.
            ModelError: the model cannot be used, refused the prompt, or stopped in mid-answer (see its subclasses).
        """
        ...

    def choose(self, turns: Sequence[Turn], options: Sequence[str]) -> dict[str, float] | None:
        """Probability of each of ``options`` as the first word of the reply, or None where the engine gives none.

        The probabilities sum to at most 1: the rest went to other words.

        Raises:
            ModelError: as ``write``.
        """
        ...

    def close(self) -> None:
        """Let go of the engine. Closing twice does nothing."""
        ...
