"""How a question is to be answered, beyond the question itself: in what style, by what means, after what."""

from __future__ import annotations

from dataclasses import dataclass

from sourcier.core.types import Style

__all__ = ["AS_USUAL", "Exchange", "Manner"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question of the same conversation, and what was answered."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Manner:
    """What a person chose for one answer.

    Attributes:
        style: « en bref », « en détail », « langage clair », or as it comes.
        quotes_only: « sans IA »: exact quotes, and no language model.
        history: the conversation so far, oldest first. It belongs to the person who asks: nothing of it is kept.
    """

    style: Style = "normal"
    quotes_only: bool = False
    history: tuple[Exchange, ...] = ()


AS_USUAL = Manner()
