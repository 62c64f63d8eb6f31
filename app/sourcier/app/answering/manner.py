"""How a question is to be answered, beyond the question itself: in what style, by what means, after what."""

from __future__ import annotations

from dataclasses import dataclass

from sourcier.core.messages import Language
from sourcier.core.settings import Settings
from sourcier.core.types import Style

__all__ = ["AS_USUAL", "MAX_TURNS", "Exchange", "Limits", "Manner", "instruction", "limits"]

#: Turns of a conversation that may come with a question; ``answer.history_tokens`` decides what is read of them.
MAX_TURNS = 50
#: Tokens of extracts given to the model for an answer as it comes, as the embedding model counts them (the language
#: model's own are a quarter more). With 330, the embedded model strayed to neighbours of the right sentence. Of the facts of
#: the development questions, 190 hold 96 % (five documents) and 80 % (sheets); 160 hold 94 and 79, 120 hold 90 and 75
#: (``python -m sourcier.eval.bench.extracts``).
PROMPT_TOKENS = 160


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
        fresh: asked again on purpose: an answer verified a moment ago is not given again.
        history: the conversation so far, oldest first. It belongs to the person who asks: nothing of it is kept.
    """

    style: Style = "normal"
    quotes_only: bool = False
    history: tuple[Exchange, ...] = ()
    fresh: bool = False


AS_USUAL = Manner()


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one answer may take, in one style.

    Attributes:
        sentences: verified sentences shown, at most; the model is stopped after the last one.
        quotes: sentences of the sources shown word for word, where nothing written holds.
        prompt_sentences: sentences of the sources given to the model.
        prompt_tokens: tokens of them, as the embedding model counts.
        max_tokens: tokens that the model may write.
    """

    sentences: int
    quotes: int
    prompt_sentences: int
    prompt_tokens: int
    max_tokens: int


@dataclass(frozen=True, slots=True)
class _Scale:
    """A style's limits beside those of an answer as it comes."""

    sentences: int
    quotes: float
    prompt: float
    written: float


_SCALES: dict[Style, _Scale] = {
    "normal": _Scale(sentences=6, quotes=1.0, prompt=1.0, written=1.0),
    # Half the tokens are enough for two sentences, and let the model be stopped sooner.
    "brief": _Scale(sentences=2, quotes=0.5, prompt=1.0, written=0.5),
    "detailed": _Scale(sentences=12, quotes=2.0, prompt=1.75, written=2.0),
    # Short sentences take more of them to say the same.
    "plain": _Scale(sentences=8, quotes=1.0, prompt=1.0, written=1.25),
}

#: Added at the very end of what the person asks: what comes before stays the same, and is read from the prefix cache.
_INSTRUCTIONS: dict[Style, dict[Language, str]] = {
    "normal": {"fr": "", "en": ""},
    "brief": {"fr": "Réponds en une seule phrase courte.", "en": "Answer in one short sentence."},
    "detailed": {
        "fr": "Réponds en détail : une phrase complète pour chaque élément utile des extraits.",
        "en": "Answer in detail: one complete sentence for each useful item of the extracts.",
    },
    "plain": {
        "fr": "Réponds en langage clair : des phrases de moins de quinze mots, une idée par phrase, des mots courants.",
        "en": "Answer in plain language: sentences under fifteen words, one idea each, everyday words.",
    },
}


def limits(style: Style, settings: Settings) -> Limits:
    """What an answer in ``style`` may take; at the normal style, exactly what ``settings`` say."""
    scale = _SCALES[style]
    answer = settings.answer
    return Limits(
        sentences=scale.sentences,
        quotes=max(1, round(answer.quoted_sentences * scale.quotes + 0.01)),
        prompt_sentences=max(1, round(answer.prompt_sentences * scale.prompt)),
        prompt_tokens=round(PROMPT_TOKENS * scale.prompt),
        max_tokens=max(32, round(settings.model.max_tokens * scale.written))
        if style != "normal"
        else settings.model.max_tokens,
    )


def instruction(style: Style, language: Language) -> str:
    """The sentence that asks the model for a style, to be put after the question; empty for an answer as it comes."""
    return _INSTRUCTIONS[style][language]
