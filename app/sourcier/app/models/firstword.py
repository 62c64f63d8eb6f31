"""Which option a reply begins with, from the probabilities of its first token."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence


def option_probabilities(first_token: Iterable[tuple[str, float]], options: Sequence[str]) -> dict[str, float]:
    """Share the first token's probability mass among the options.

    A token counts for an option that it spells, begins, or goes beyond (``Oui,``), leaving case and surrounding
    white space aside; one that begins several options alike (``No`` for *Non* and *Nord*) counts for none of them.

    Args:
        first_token: ``(token, natural logarithm of its probability)``, as many as the engine lists.
        options: the words to choose from, different but for case.

    Returns:
        probability by option, summing to at most 1.
    """
    chances = dict.fromkeys(options, 0.0)
    for token, logprob in first_token:
        option = _option_of(token.strip().casefold(), options)
        if option is not None:
            chances[option] += math.exp(logprob)
    total = sum(chances.values())
    # Rounding of the engine's float32 logarithms only: the tokens are different events.
    return {option: chance / max(total, 1.0) for option, chance in chances.items()}


def _option_of(token: str, options: Sequence[str]) -> str | None:
    if not token:
        return None
    words = {option.casefold(): option for option in options}
    if token in words:
        return words[token]
    begun = [option for word, option in words.items() if word.startswith(token)]
    beyond = [option for word, option in words.items() if token.startswith(word) and not token[len(word)].isalnum()]
    matches = begun or beyond
    return matches[0] if len(matches) == 1 else None
