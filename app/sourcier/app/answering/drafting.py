"""The model writes, the sources decide: each sentence is shown only if exact quotes carry it, and tried again once.

Nothing that the model writes reaches a person before it is verified. A sentence that fails may be rewritten once, the
model being told what it said and what the source says; the prompt is then in the engine's cache, so that it costs
little more than the words written.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

from sourcier.app.answering.cite import Quote, clear_quote
from sourcier.app.answering.draft import DraftSentence, declines, steps_of
from sourcier.app.answering.events import Event
from sourcier.app.answering.evidence import Unit, choose_units, in_reading_order, near_the_best
from sourcier.app.answering.manner import Limits
from sourcier.app.answering.opening import adds_nothing, drawn_from
from sourcier.app.answering.opinion import asked_of
from sourcier.app.answering.particulars import unlisted
from sourcier.app.answering.prompt import again, answering, asking
from sourcier.app.answering.question import only_repeats
from sourcier.app.answering.second import SecondJudge, resting_on, second_opinion
from sourcier.app.answering.underway import Underway
from sourcier.app.answering.verifier import Evidence, Verdict, Verifier, explain
from sourcier.app.models import LanguageModel, Turn
from sourcier.core.errors import ModelError
from sourcier.core.messages import Language
from sourcier.core.settings import Settings
from sourcier.index.embedding import Embedder

__all__ = ["Drafter", "Prepared"]

_log = logging.getLogger(__name__)

#: A small model that has answered may go on with a question of its own.
STOP = ("\nQuestion", "\nExtraits", "\nExtracts")
#: Sentences that a claim is checked against. Beyond the best two dozen, the chance of a spurious match grows.
EVIDENCE_SENTENCES = 24


#: A document, and an exact stretch of it.
Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question ready for the model.

    Attributes:
        asked: the conversation up to whether the extracts answer.
        opening: what may be shown while the model still writes: the sentences that fit the question, best first.
        quotes: what its sentences are judged by, as ``evidence``; ``near`` where those stand that fit the question.
    """

    asked: list[Turn]
    opening: Sequence[Quote]
    quotes: Sequence[Quote]
    evidence: Sequence[Evidence]
    near: Collection[Place]
    limits: Limits


class _Doubtful(NamedTuple):
    """A whole sentence that the verifier neither trusts nor refuses."""

    claim: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Drafter:
    """A model, and the verifier that decides what of its writing is shown."""

    model: LanguageModel
    verifier: Verifier
    embedder: Embedder
    settings: Settings

    def prepare(
        self, question: str, language: Language, first: Sequence[Unit], ranked: Sequence[Unit], limits: Limits
    ) -> Prepared:
        """What the model is given for a question, and what its sentences are judged by.

        Args:
            first: units that must be read whatever their rank, one for each part of the question.
            ranked: all units, best first.
        """
        # A sentence that rests on anything further is not shown: to read that would be for nothing.
        near = _near(first, ranked)
        chosen = choose_units(near, limits.prompt_sentences, limits.prompt_tokens, self.embedder.count_tokens)
        quotes = _evidence_quotes(chosen, ranked)
        return Prepared(
            asked=asking(question, in_reading_order(chosen), language),
            opening=_openings(near),
            quotes=quotes,
            evidence=[Evidence(quote.text, _context(quote)) for quote in quotes],
            near=_places(near),
            limits=limits,
        )

    def opinion(self, run: Underway, prepared: Prepared) -> float | None:
        """Whether the model finds the answer in what it is given, 0 to 1; see :func:`asked_of`.

        Raises:
            ModelError: the model failed.
        """
        yes = asked_of(self.model, prepared.asked, run.language)
        if yes is not None:  # else there may have been no call, and the counts are another's
            run.spent(self.model.usage)
        return yes

    def draft(self, run: Underway, prepared: Prepared) -> Iterator[Event]:
        """Show each sentence of the model's that the sources support.

        Raises:
            ModelError: the model failed; what was shown stays true.
        """
        conversation = answering(prepared.asked, run.language, run.manner.style)
        yield from self._write(run, conversation, prepared)
        failed = [removed for removed in run.removed if removed.reason not in {"repeats", "incomplete", "beside"}]
        if run.written or not failed or run.elapsed_s() > self.settings.answer.retry_within_s:
            return
        # Once only, and for the sentence that came nearest to being shown.
        best = max(failed, key=lambda removed: removed.support)
        verdict = self.verifier.verify(best.text, prepared.evidence, question=run.standalone)
        source = " ".join(prepared.quotes[i].text for i in verdict.used) or prepared.opening[0].text
        told = again(conversation, best.text, source, best.explanation, run.language)
        yield from self._write(run, told, prepared)

    def _write(self, run: Underway, conversation: Sequence[Turn], basis: Prepared) -> Iterator[Event]:
        doubtful: list[_Doubtful] = []
        pieces = self.model.write(conversation, max_tokens=basis.limits.max_tokens, stop=STOP)
        try:
            for sentence in steps_of(pieces):
                if isinstance(sentence, str):
                    # Nobody waits for a small model to end its sentence: the one of the sources that it draws on comes first.
                    late = not run.shown and run.elapsed_s() > self.settings.answer.first_within_s
                    if late and (quote := drawn_from(sentence, basis.opening)):
                        yield run.show(quote.text, [quote], 1.0)
                    continue
                if any(removed.text == sentence.text for removed in run.removed):
                    continue  # told what is wrong with it, a small model may write the same again
                if adds_nothing(sentence.text, [shown.text for shown in run.shown]):
                    run.written += 1  # the quote that it draws on is the answer
                elif isinstance(found := self._judged(run, sentence, basis), _Doubtful):
                    doubtful.append(found)
                else:
                    yield found
                if run.written >= basis.limits.sentences:
                    break
        finally:
            # Closed first: the engine stops, and its counts are those of what it did.
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
            run.spent(self.model.usage)
        # Only now: an engine does one thing at a time, and what is sure has not waited for what is not.
        for found in doubtful:
            if run.written >= basis.limits.sentences:
                break
            # What was written after it may say the same, and was sure.
            if not adds_nothing(found.claim, [shown.text for shown in run.shown]):
                yield self._reconsidered(run, found, basis)

    def _judged(self, run: Underway, sentence: DraftSentence, basis: Prepared) -> Event | _Doubtful:
        verdict = self.verifier.verify(sentence.text, basis.evidence, question=run.standalone)
        # Without its full stop, the last sentence was cut only if the model had no tokens left.
        whole = sentence.complete or 0 < self.model.usage.completion_tokens < basis.limits.max_tokens
        if only_repeats(sentence.text, run.standalone):
            return run.remove(sentence.text, "repeats", verdict.support)
        if not whole:
            return run.remove(sentence.text, "incomplete", verdict.support)
        # Words that decline are never an answer, even where a document holds them about something else.
        if not declines(sentence.text) and SecondJudge.load().unsure(verdict, self.settings.answer.support):
            return _Doubtful(sentence.text, verdict)
        return self._decided(run, sentence.text, verdict, basis)

    def _reconsidered(self, run: Underway, doubtful: _Doubtful, basis: Prepared) -> Event:
        """What becomes of a sentence that the verifier is unsure of, once the model has been asked too."""
        claim, verdict = doubtful
        used = [basis.evidence[i] for i in verdict.used]
        sources = resting_on(self.verifier, claim, used, verdict.support, run.standalone)
        try:
            yes = second_opinion(self.model, claim, sources, run.standalone)
        except ModelError as error:
            _log.warning("the language model gave no second opinion: %s", error)
            yes = None
        if yes is not None:
            run.spent(self.model.usage)
        support = SecondJudge.load().weighed(verdict.support, yes)
        refused = support < self.settings.answer.support
        reason = (verdict.reason or "unsupported") if refused else None
        return self._decided(run, claim, replace(verdict, support=round(support, 4), reason=reason), basis)

    def _decided(self, run: Underway, claim: str, verdict: Verdict, basis: Prepared) -> Event:
        used = [basis.quotes[i] for i in verdict.used]
        if verdict.support < self.settings.answer.support or not used or declines(claim):
            why = explain(verdict, run.language) or ""
            return run.remove(claim, verdict.reason or "unsupported", verdict.support, why)
        if unlisted(claim, [quote.text for quote in used]):
            return run.remove(claim, "particular", verdict.support)
        if not any(_place(quote) in basis.near for quote in used):
            # True, and beside the question: a small model often rewords a neighbour of the right sentence.
            return run.remove(claim, "beside", verdict.support)
        run.written += 1
        return run.show(claim, *self._fewest(claim, run.standalone, used, verdict.support, basis))

    def _fewest(
        self, claim: str, question: str, used: Sequence[Quote], support: float, basis: Prepared
    ) -> tuple[Sequence[Quote], float]:
        """The fewest of the quotes that carry the sentence alone, and how well: one that adds a little proves nothing."""
        for size in range(1, len(used)):
            sets = list(combinations(used, size))
            cases = [(claim, [Evidence(quote.text, _context(quote)) for quote in few], question) for few in sets]
            supports = [verdict.support for verdict in self.verifier.verify_many(cases)]
            enough = [
                (value, few)
                for value, few in zip(supports, sets, strict=True)
                if value >= self.settings.answer.support and any(_place(quote) in basis.near for quote in few)
            ]
            if enough:
                value, few = max(enough, key=lambda pair: pair[0])
                return few, value
        return used, support


def _place(quote: Quote) -> Place:
    return quote.hit.passage.document_id, quote.start, quote.end


def _openings(near: Sequence[Unit]) -> list[Quote]:
    once: dict[Place, Quote] = {}
    for quote in map(clear_quote, near):
        once.setdefault(_place(quote), quote)
    return list(once.values())


def _places(near: Sequence[Unit]) -> frozenset[Place]:
    spans = {(unit.hit.passage.document_id, *span) for unit in near for span in ((unit.start, unit.end), *unit.parts)}
    return frozenset(spans)


def _near(first: Sequence[Unit], ranked: Sequence[Unit]) -> list[Unit]:
    """What fits the question nearly as well as the best one, or a part of it best."""
    return [*first, *near_the_best(ranked)]


def _evidence_quotes(chosen: Sequence[Unit], ranked: Sequence[Unit]) -> list[Quote]:
    """The sentences that claims are checked against: those the model was given, then the next best ones."""
    quotes: dict[tuple[str, int, int], Quote] = {}
    for unit in (*chosen, *ranked):
        # A list is looked at whole too: what sums it up rests on all of it.
        for start, end in ((unit.start, unit.end), *unit.parts) if unit.is_list else unit.parts:
            if len(quotes) < EVIDENCE_SENTENCES:
                quotes.setdefault((unit.hit.passage.document_id, start, end), Quote(unit.hit, start, end))
    return list(quotes.values())


def _context(quote: Quote) -> str:
    passage = quote.hit.passage
    before = passage.text[: quote.start - passage.start].rstrip()[-200:]
    return " › ".join((quote.hit.metadata.title, *passage.section)) + (f" … {before}" if before else "")
