"""From what a pipeline wrote, with its ``[n]``, to the product's own answer shape.

Each ``[n]`` that names a source becomes a citation of that source, exact in the canonical text. A number that names none
stays a marker without a citation, which counts as fabricated. A reply that declines is an abstention, its text kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sourcier.core.types import Answer, AnswerSentence, Citation, Hit, ModelInfo
from sourcier.eval.metrics.text import markers, without_markers
from sourcier.eval.metrics.worthy import declines
from sourcier.ingest.sentences import split_sentences

__all__ = ["WARM_UP", "Source", "answer_from_text", "first_sentence_end", "sentences_in"]

#: Not counted: the first call reads the prompt's beginning, which later ones find read.
WARM_UP = "De quoi parlent ces documents, et qui les a écrits ?"


@dataclass(frozen=True, slots=True)
class Source:
    """A numbered source of a prompt: ``text``, which is what stands in the passage of ``hit`` from ``start`` on.

    Attributes:
        start: offset in the document's canonical text.
    """

    hit: Hit
    start: int
    text: str

    @classmethod
    def whole(cls, hit: Hit) -> Source:
        """All of a passage."""
        return cls(hit, hit.passage.start, hit.passage.text)

    @classmethod
    def piece(cls, hit: Hit, shown: str, headings: str) -> Source:
        """What a prompt shows of a passage: a stretch of ``headings`` followed by the passage's text.

        The headings are not the passage's own text, so only what follows them is quoted; all of the passage where the
        stretch is nothing else, or is not found as it is.
        """
        text = hit.passage.text
        at = f"{headings}{text}".find(shown)
        first, last = max(0, at - len(headings)), at + len(shown) - len(headings)
        quote = text[first:last] if at >= 0 and last > 0 else text
        first = first if quote is not text else 0
        lead = len(quote) - len(quote.lstrip())
        return cls(hit, hit.passage.start + first + lead, quote.strip())

    def cited(self, marker: int) -> Citation:
        """The source as a proof."""
        passage, metadata = self.hit.passage, self.hit.metadata
        return Citation(
            marker=marker,
            document_id=passage.document_id,
            path=self.hit.path,
            title=metadata.title,
            start=self.start,
            end=self.start + len(self.text),
            quote=self.text,
            page=passage.page,
            section=" › ".join(passage.section) or None,
            publisher=metadata.publisher,
            date=metadata.date,
        )


def answer_from_text(
    question: str,
    text: str,
    sources: Mapping[int, Source],
    hits: Sequence[Hit],
    model: ModelInfo,
    *,
    timings_ms: Mapping[str, float],
    usage: Mapping[str, int],
    energy_wh: float,
) -> Answer:
    """The answer that ``text`` is.

    Args:
        sources: what the prompt numbered.
        hits: what was retrieved.
    """
    declined = declines(text)
    sentences = () if declined else sentences_in(text)
    used = sorted({number for sentence in sentences for number in sentence.citations if number in sources})
    return Answer(
        question=question,
        status="abstained" if declined else "answered",
        answer=text.strip(),
        sentences=sentences,
        citations=tuple(sources[number].cited(number) for number in used),
        removed=(),
        retrieved=tuple(hits),
        model=model,
        timings_ms=dict(timings_ms),
        usage=dict(usage),
        energy_wh=energy_wh,
    )


def sentences_in(text: str) -> tuple[AnswerSentence, ...]:
    """The sentences of a written answer, each with the numbers that it cites, whether or not they name a source.

    A marker after the full stop belongs to the sentence before it. Nothing was verified: ``support`` is 0.
    """
    moved = re.sub(r"([.!?])\s*((?:\[\d+(?:\s?[,;]\s?\d+)*\]\s?)+)", r" \2\1 ", text)
    found = []
    for start, end in split_sentences(moved):
        sentence = moved[start:end]
        said = " ".join(without_markers(sentence).split()).replace(" .", ".")
        if any(character.isalnum() for character in said):
            found.append(AnswerSentence(said, tuple(sorted(markers(sentence))), 0.0))
    return tuple(found)


def first_sentence_end(text: str) -> bool:
    """Whether a whole sentence has been written: another has begun."""
    return len(split_sentences(text)) > 1
