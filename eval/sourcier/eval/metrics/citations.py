"""Whether citations carry what they are cited for, in the strict sense: uncited or wrong counts for nothing.

After ALCE (Gao et al. 2023, EMNLP, § 3): a sentence without a citation, or with one that leads nowhere, is a failure,
never left out; a citation that leads nowhere is a useless one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from sourcier.core.types import Answer
from sourcier.eval.metrics.numbers import figures, supported
from sourcier.eval.metrics.text import fold, plain
from sourcier.eval.metrics.worthy import check_worthy
from sourcier.ingest.sentences import split_sentences

__all__ = ["Claim", "Counts", "Judge", "Rules", "citation_counts", "claims_of", "stems"]


class Judge(Protocol):
    """Decides whether quotes entail a claim."""

    def entails(self, claim: str, quotes: Sequence[str], question: str) -> bool:
        """Whether ``quotes``, together, say all that ``claim`` says, given as an answer to ``question``."""
        ...


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence shown, what its citations quote, and how many of them lead nowhere."""

    text: str
    quotes: tuple[str, ...]
    astray: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """Of some claims: ``cited`` have a citation that leads somewhere, ``supported`` are entailed by theirs together.

    Attributes:
        citations: of all claims, those that lead nowhere included.
        useful: citations of supported claims, without those that neither entail the claim alone nor are missed by it.
    """

    claims: int = 0
    cited: int = 0
    supported: int = 0
    citations: int = 0
    useful: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(
            self.claims + other.claims,
            self.cited + other.cited,
            self.supported + other.supported,
            self.citations + other.citations,
            self.useful + other.useful,
        )


def citation_counts(claims: Iterable[Claim], judge: Judge, question: str = "") -> Counts:
    """Counts from which recall is ``supported / claims``, precision ``useful / citations``, coverage ``cited / claims``.

    A citation is useless if the claim is not supported, or if it does not entail the claim alone while the others do.
    """
    total = Counts()
    for claim in claims:
        whole = bool(claim.quotes) and not claim.astray and judge.entails(claim.text, claim.quotes, question)
        useful = 0
        for i, quote in enumerate(claim.quotes if whole else ()):
            others = claim.quotes[:i] + claim.quotes[i + 1 :]
            idle = bool(others) and not judge.entails(claim.text, [quote], question)
            useful += not (idle and judge.entails(claim.text, others, question))
        total += Counts(1, bool(claim.quotes), whole, len(claim.quotes) + claim.astray, useful)
    return total


def claims_of(answer: Answer) -> list[Claim]:
    """The check-worthy sentences of an answer with what they cite; an abstention claims nothing.

    A stretch quoted whole, a list with its items for instance, is as many claims as it has sentences.
    """
    if answer.status == "abstained":
        return []
    quotes = {citation.marker: citation.quote for citation in answer.citations}
    return [
        Claim(
            text,
            tuple(quotes[marker] for marker in sentence.citations if marker in quotes),
            sum(marker not in quotes for marker in sentence.citations),
        )
        for sentence in answer.sentences
        for text in (sentence.text[start:end] for start, end in split_sentences(sentence.text))
        if check_worthy(text)
    ]


#: Shares of a claim's content stems that the quotes together, and their best sentence, must have. Set by hand: what is
#: missing must be a word or two of a short sentence, and what is there must not come from all over a page.
_TOGETHER, _BEST = 0.7, 0.5

_WORD = re.compile(r"[^\W\d_]+")
_NAME = re.compile(r"(?<![.!?:;«\"\n] )(?<![«“\"])(?<!^)\b(?:[A-ZÀ-ÖØ-Þ][\w'’-]+|[A-Z]{2,})\b")
_NEGATION = re.compile(
    r"\b(?:ne|n'(?=\w)|pas|jamais|aucune?|ni|sans|non|refuse\w*|interdi\w*|not|no|never|without|none|cannot|\w+n't)\b"
)
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n+")
_FEW = frozenset(
    re.findall(
        r"\w+",
        "alors ainsi aussi avec avoir cela cette comme dans depuis donc elle elles entre être leur leurs mais même nous"
        " pour plus quand selon sont sous sur tout tous toute toutes très vers vous with that this from have their they",
    )
)


class Rules:
    """A judge without a model, independent of the product's own: figures, names, negation and shared words.

    A claim is entailed if it is in the quotes to the word; or else if all its figures and names are there, it shares
    enough stems with the quotes together and with their best sentence, and denies exactly when that sentence does.
    Blind to who does what to whom: what it refuses is suspect, what it accepts may still be wrong.
    """

    def entails(self, claim: str, quotes: Sequence[str], question: str) -> bool:
        """See :class:`Judge`. A name of the question is no new one."""
        folded, said = fold("\n".join(quotes)), fold(claim).rstrip(" .")
        if said and said in folded:
            return True
        known = figures("\n".join(quotes), evidence=True)
        if not all(supported(figure, known) for figure in figures(claim)):
            return False
        if any(fold(name) not in folded and fold(name) not in fold(question) for name in _NAME.findall(plain(claim))):
            return False
        wanted = stems(claim)
        if not wanted:
            return False
        best = max(
            (sentence for quote in quotes for sentence in _SENTENCE.split(quote)),
            # Of equals the one that says least else, then by their text: the order of the quotes changes nothing.
            key=lambda sentence: (len(wanted & stems(sentence)), -len(stems(sentence)), sentence),
            default="",
        )
        together = len(wanted & stems(" ".join(quotes))) / len(wanted)
        alone = len(wanted & stems(best)) / len(wanted)
        return together >= _TOGETHER and alone >= _BEST and _denies(claim) == _denies(best)


def _denies(text: str) -> bool:
    return bool(_NEGATION.search(plain(text).casefold()))


def stems(text: str) -> frozenset[str]:
    """The French stems of the words of ``text`` that have more than three letters and carry meaning."""
    words = (word.casefold() for word in _WORD.findall(plain(text)))
    return frozenset(_stemmer().stemWord(word) for word in words if len(word) > 3 and word not in _FEW)


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("french")
