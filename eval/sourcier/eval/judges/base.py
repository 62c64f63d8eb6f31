"""What a judge of claims is, whatever it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sourcier.core.errors import SourcierError
from sourcier.eval.metrics.citations import Judge as Entailing
from sourcier.ingest.sentences import split_sentences

__all__ = ["Judge", "JudgeError", "Verdict", "as_entailing", "says_nothing", "sentences_of"]


class JudgeError(SourcierError):
    """A judge that cannot be had here; the message says what to install or to set."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge says of one claim.

    Attributes:
        supported: the sources carry all that the claim says. Never so for an unreadable verdict.
        score: 0 to 1, more being better supported, where the judge has one.
        readable: False where the judge said nothing that is a verdict: counted, and counted against the claim.
    """

    supported: bool
    score: float | None = None
    readable: bool = True

    def __post_init__(self) -> None:
        if self.supported and not self.readable:
            raise ValueError("an unreadable verdict supports nothing")


class Judge(Protocol):
    """Decides whether sources carry a claim. Exactly one verdict for each claim it is asked about.

    Attributes:
        name: ``rules``, ``overlap``, ``cosine``, ``verifier``, ``model``, ``nli`` or ``llamaindex``.
        independent: False where it helped to decide what the answers show, as the verifier does, or wrote them, as
            their own language model did.
    """

    @property
    def name(self) -> str:
        """Which judge it is."""
        ...

    @property
    def independent(self) -> bool:
        """Whether it had no hand in the answers it judges."""
        ...

    def judge(self, claim: str, sources: Sequence[str], question: str) -> Verdict:
        """Whether ``sources`` together say all that ``claim`` says, given as an answer to ``question`` (may be empty)."""
        ...


class _Entailing:
    """A judge that only says yes or no. Each case is judged once: precision asks again what recall asked."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._known: dict[tuple[str, tuple[str, ...], str], bool] = {}

    def entails(self, claim: str, quotes: Sequence[str], question: str) -> bool:
        """See :class:`sourcier.eval.metrics.citations.Judge`; nothing entails a claim that quotes nothing."""
        case = (claim, tuple(quotes), question)
        if case not in self._known:
            self._known[case] = bool(quotes) and self._judge.judge(claim, quotes, question).supported
        return self._known[case]


def as_entailing(judge: Judge) -> Entailing:
    """``judge`` as what counts citations (:func:`sourcier.eval.metrics.citations.citation_counts`) asks for."""
    return _Entailing(judge)


def sentences_of(sources: Sequence[str]) -> Iterator[str]:
    """The sentences of every source, as they are cut when a document is ingested."""
    for source in sources:
        for start, end in split_sentences(source):
            yield source[start:end]


def says_nothing(claim: str) -> bool:
    """Whether a claim has no word and no figure: whatever a judge is made of, it must not call that supported."""
    return not any(character.isalnum() for character in claim)
