"""What the verifier is given and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """One exact sentence of a source.

    Attributes:
        context: its title, section or neighbouring sentence, to know who or what it speaks of. It is no proof by
            itself, but a name it holds is not a new one.
    """

    text: str
    context: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the evidence carries a claim.

    Attributes:
        support: calibrated probability, 0 to 1, that the evidence entails the claim.
        reason: when ``support`` is below one half, what would most help it, were it otherwise: ``unsupported``,
            ``number``, ``date``, ``name``, ``negation``, ``quantifier``, ``modality`` or ``attribution``.
        used: indices of the smallest set of evidence that carries the support, in increasing order.
        detail: with a reason, words of the claim and the words that its source has in their place, where both are
            known: (« 90 jours », « 60 jours »). See :func:`explain.explain`.
        ruled: a rule keeps it below one half whatever else is alike (see :func:`forest.ceiling`): a figure that is nowhere in
            the evidence, a name that a short answer rests on.
    """

    support: float
    reason: str | None
    used: tuple[int, ...]
    detail: tuple[str, str] | None = None
    ruled: bool = False
