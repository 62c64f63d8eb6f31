"""How many tokens a text may be, at least and at most, for a tokenizer that cannot be asked."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from sourcier.app.models.types import Turn

__all__ = ["STEP", "at_least", "at_most", "window_for"]

#: Characters that a token stands for, at most. French is near 4 with the tokenizers of today's models.
_MOST_CHARACTERS = 6.0
#: Characters of a word that a token stands for, at least, on the whole of a French or English text.
_LEAST_LETTERS = 3.0
#: Tokens of the template, which no turn holds: a few for each turn, and those that open the reply.
_TEMPLATE, _OPENING = 8, 40
#: The shortest window worth having, in tokens. Windows double from there: another size makes Ollama load again.
STEP = 2048

#: Latin letters, with the space before them: it belongs to the first token of a word, and to no figure.
_LATIN_WORD = re.compile(r" ?([A-Za-zÀ-ÖØ-öø-ɏ]+)")


def at_least(turns: Sequence[Turn]) -> int:
    """Tokens that these turns take with any tokenizer, template left out."""
    return math.floor(sum(len(turn.text) for turn in turns) / _MOST_CHARACTERS)


def at_most(turns: Sequence[Turn]) -> int:
    """Tokens that these turns may take, template included.

    A third of the letters of Latin words, and as many as its bytes for any other character: figures and signs are
    often tokens of their own, and a tokenizer that knows nothing of a character writes it byte by byte.
    """
    return sum(_TEMPLATE + _heaviest(turn.text) for turn in turns) + _OPENING


def _heaviest(text: str) -> int:
    letters = sum(len(word) for word in _LATIN_WORD.findall(text))
    others = _LATIN_WORD.sub("", text)
    return math.ceil(letters / _LEAST_LETTERS) + len(others.encode("utf-8", "replace"))


def window_for(tokens: int, limit: int) -> int:
    """The window to ask for ``tokens`` of prompt and reply together: a power of two times ``STEP``, at most ``limit``."""
    window = STEP
    while window < tokens:
        window *= 2
    return min(limit, window)
