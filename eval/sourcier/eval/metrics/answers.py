"""What can be checked of one answer without any model: facts, citations, quotes, figures, language.

Counts only; :mod:`.summary` turns the counts of a data set into estimates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sourcier.core.types import Answer, AnswerSentence, Citation
from sourcier.eval.dataset import Question
from sourcier.eval.metrics.citations import Rules, citation_counts, claims_of
from sourcier.eval.metrics.completeness import Completeness, completeness
from sourcier.eval.metrics.numbers import figures, supported
from sourcier.eval.metrics.retrieval import same_document
from sourcier.eval.metrics.text import anchor, fold, language, markers, plain, quoted_spans, without_markers
from sourcier.eval.metrics.worthy import check_worthy

#: Canonical text of a document, by id; ``None`` for a document that the index does not hold.
Texts = Callable[[str], str | None]

#: The citations of each marker: one, unless something is wrong.
Proofs = Mapping[int, Sequence[Citation]]


@dataclass(frozen=True, slots=True)
class Tally:
    """``good`` of ``n`` things."""

    good: int
    n: int


@dataclass(frozen=True, slots=True)
class Fabrications:
    """Claims of a proof that is not there, by sort. ``items`` is what was looked at: markers and sentences."""

    items: int
    markers_without_citation: int
    unknown_documents: int
    passages_not_retrieved: int
    uncited_sentences: int

    @property
    def total(self) -> int:
        """All sorts together: must be 0."""
        return (
            self.markers_without_citation
            + self.unknown_documents
            + self.passages_not_retrieved
            + self.uncited_sentences
        )


@dataclass(frozen=True, slots=True)
class AnswerScores:
    """Everything counted on one answer. A measure that has no object is ``None``, or a tally with ``n`` 0.

    Attributes:
        missing: positions, in the row's ``facts``, of those that the answer does not say.
        right_place: a citation overlaps an anchor in a listed document; ``None`` without anchors.
        passage_found: the same of the passages retrieved.
        first_right_rank: the rank, from 1, of the first retrieved passage that does; ``None`` where none does.
        answerable_p: the gate's probability that the passages answer; ``None`` where it was not asked.
        cited_support: sentences that their citations entail together, by rules without a model (``citations``).
        cited_use: citations of those sentences that are needed or enough.
        premise_corrected: the reply to a false premise puts it right; ``None`` where none is expected to.
        completeness: by nuggets.
        words: of what is shown; ``None`` for an abstention.
        language_kept: the answer is in the question's language; ``None`` where either cannot be told.
    """

    id: str
    kind: str | None
    answerable: bool
    status: str
    facts: Tally
    missing: tuple[int, ...]
    exact_quotes: Tally
    fabrications: Fabrications
    covered: Tally
    right_place: bool | None
    passage_found: bool | None
    first_right_rank: int | None
    answerable_p: float | None
    numbers: Tally
    quoted_spans: Tally
    language_kept: bool | None
    cited_support: Tally
    cited_use: Tally
    premise_corrected: bool | None
    completeness: Completeness
    words: int | None


def score(question: Question, answer: Answer, texts: Texts) -> AnswerScores:
    """Count everything on the answer to ``question``; ``texts`` reads the store again, not the answer."""
    proofs: Proofs = {
        marker: [citation for citation in answer.citations if citation.marker == marker]
        for marker in sorted({citation.marker for citation in answer.citations})
    }
    # An abstention states nothing of the documents: its text is no claim, whatever words it uses.
    shown = () if answer.status == "abstained" else tuple(s for s in answer.sentences if check_worthy(s.text))
    missing = _missing_facts(question, answer)
    cited = [(c.document_id, c.path, c.start, c.end) for c in answer.citations]
    found = [(h.passage.document_id, h.path, h.passage.start, h.passage.end) for h in answer.retrieved]
    place, rank = _first_right(question, cited, texts), _first_right(question, found, texts)
    anchored = bool(question.quotes and question.documents)
    counts = citation_counts(claims_of(answer), Rules(), answer.question)
    return AnswerScores(
        id=question.id,
        kind=question.kind,
        answerable=question.answerable,
        status=answer.status,
        facts=Tally(len(question.facts) - len(missing), len(question.facts)),
        missing=missing,
        exact_quotes=_tally(is_exact(citation, texts) for citation in answer.citations),
        fabrications=_fabrications(answer, shown, proofs, texts),
        covered=_tally(any(marker in proofs for marker in sentence.citations) for sentence in shown),
        right_place=place is not None if anchored else None,
        passage_found=rank is not None if anchored else None,
        first_right_rank=rank,
        answerable_p=answer.answerable,
        numbers=_tally(present for s in shown for present in _figures_present(s, proofs)),
        quoted_spans=_tally(present for s in shown for present in _spans_present(s, proofs)),
        language_kept=_language_kept(answer),
        cited_support=Tally(counts.supported, counts.claims),
        cited_use=Tally(counts.useful, counts.citations),
        premise_corrected=_premise_corrected(question, answer),
        completeness=completeness(question, answer),
        words=None if answer.status == "abstained" else len(plain(without_markers(answer.answer)).split()),
    )


def _premise_corrected(question: Question, answer: Answer) -> bool | None:
    """Whether the reply, an abstention's sentence included, says one of the things that put the premise right."""
    if not question.premise_corrected:
        return None
    said = plain(without_markers(answer.answer))
    return any(pattern.search(said) for pattern in question.premise_corrected)


def is_exact(citation: Citation, texts: Texts) -> bool:
    """Whether the quote is, to the character, what the store holds at its offsets."""
    text = texts(citation.document_id)
    in_bounds = text is not None and 0 <= citation.start < citation.end <= len(text)
    return in_bounds and text is not None and text[citation.start : citation.end] == citation.quote


def _tally(outcomes: Iterable[bool]) -> Tally:
    seen = list(outcomes)
    return Tally(sum(seen), len(seen))


def _missing_facts(question: Question, answer: Answer) -> tuple[int, ...]:
    if answer.status == "abstained":
        return tuple(range(len(question.facts)))
    said = plain(without_markers(answer.answer))
    return tuple(i for i, fact in enumerate(question.facts) if not any(pattern.search(said) for pattern in fact))


def _fabrications(answer: Answer, shown: Sequence[AnswerSentence], proofs: Proofs, texts: Texts) -> Fabrications:
    used = {marker for sentence in shown for marker in sentence.citations} | set(proofs)
    if answer.status != "abstained":
        used |= markers(answer.answer)
    unknown = {m for m, citations in proofs.items() if any(texts(c.document_id) is None for c in citations)}
    strays = {m for m, citations in proofs.items() if not all(_was_retrieved(c, answer) for c in citations)}
    return Fabrications(
        items=len(used) + len(shown),
        markers_without_citation=len(used - set(proofs)),
        unknown_documents=len(unknown),
        passages_not_retrieved=len(strays - unknown),
        uncited_sentences=sum(not sentence.citations for sentence in shown),
    )


def _was_retrieved(citation: Citation, answer: Answer) -> bool:
    return any(
        hit.passage.document_id == citation.document_id
        and hit.passage.start < citation.end
        and citation.start < hit.passage.end
        for hit in answer.retrieved
    )


def _first_right(question: Question, spans: Iterable[tuple[str, str, int, int]], texts: Texts) -> int | None:
    """The position, from 1, of the first span ``(document_id, path, start, end)`` that overlaps an anchor in a listed
    document."""
    anchors = [anchor(quote) for quote in question.quotes]
    for position, (document_id, path, start, end) in enumerate(spans, 1):
        text = texts(document_id)
        if text is None or not any(same_document(label, document_id, path) for label in question.documents):
            continue
        for pattern in anchors:
            if any(found.start() < end and start < found.end() for found in pattern.finditer(text)):
                return position
    return None


def _quotes(sentence: AnswerSentence, proofs: Proofs) -> str:
    return "\n".join(citation.quote for marker in sentence.citations for citation in proofs.get(marker, ()))


def _figures_present(sentence: AnswerSentence, proofs: Proofs) -> list[bool]:
    evidence = figures(_quotes(sentence, proofs), evidence=True)
    return [supported(figure, evidence) for figure in figures(sentence.text)]


def _spans_present(sentence: AnswerSentence, proofs: Proofs) -> list[bool]:
    quotes = fold(_quotes(sentence, proofs))
    return [all(piece in quotes for piece in span) for span in quoted_spans(sentence.text)]


def _language_kept(answer: Answer) -> bool | None:
    if answer.status == "quoted":
        return None  # quotes stay in the document's language
    asked, said = language(answer.question), language(without_markers(answer.answer))
    return None if asked is None or said is None else asked == said
