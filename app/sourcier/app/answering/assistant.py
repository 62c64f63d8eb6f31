"""The assistant: retrieve, decide whether the documents answer, draft, verify each sentence, show what holds.

The language model only proposes. What is shown is decided by the sources: a sentence without exact quotes that
support it is removed; with no sentence left, the best sentences of the sources are shown word for word; and where
the documents do not answer, nothing is answered.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from sourcier.app.answering.acronyms import acronyms_notice
from sourcier.app.answering.answerability import Answerability
from sourcier.app.answering.cache import RememberingEmbedder
from sourcier.app.answering.cite import Numbering, Quote, clear_quote, join_neighbours
from sourcier.app.answering.conversation import completed
from sourcier.app.answering.draft import declines
from sourcier.app.answering.drafting import Drafter, Prepared
from sourcier.app.answering.events import Drafting, Event, Finished, Found, Searched, Understood
from sourcier.app.answering.evidence import VALUES, Unit, choose_units, near_the_best, rank_units
from sourcier.app.answering.manner import AS_USUAL, Manner, limits
from sourcier.app.answering.opinion import Opinion
from sourcier.app.answering.outside import SHOWS_NEAREST, outside, outside_sentence
from sourcier.app.answering.premises import correction
from sourcier.app.answering.prompt import VERSION, prefix
from sourcier.app.answering.question import check_question, question_language
from sourcier.app.answering.remembered import RememberedAnswers, answer_key, no_notice, replayed
from sourcier.app.answering.second import judging_prefix
from sourcier.app.answering.several import parts_of
from sourcier.app.answering.suggestions import Cited, suggested
from sourcier.app.answering.terms import content_words
from sourcier.app.answering.underway import Underway
from sourcier.app.answering.verifier import Verifier
from sourcier.app.answering.wanted import holds, wanted_by
from sourcier.app.answering.wording import abstention, written
from sourcier.app.energy import EnergyMeter
from sourcier.app.models import LanguageModel, choose_model
from sourcier.app.relay.contacts import shown_for
from sourcier.app.relay.hearing import Hearing
from sourcier.core.errors import ModelError
from sourcier.core.filters import Filter
from sourcier.core.messages import message
from sourcier.core.settings import Contact, Settings
from sourcier.core.types import Answer, Citation, Hit, ModelInfo
from sourcier.index.search import Searcher

_log = logging.getLogger(__name__)

NO_MODEL = ModelInfo(provider="none", name="")
#: Share of the best unit that must be quoted for an answer to rest on it: half a list is not the list.
ENOUGH_CITED = 0.6
#: Among how many of the best units a value that is asked for, and missing, is looked for.
NEAREST = 6
#: Stretches shown as perhaps useful where nothing is answered.
PERHAPS = 3
#: How many times the passages of an answer are looked at for what can be asked next.
SUGGESTION_SPREAD = 3
#: Passages searched for each part of a question that has several.
PART_HITS = 4


class Assistant:
    """Answers questions from an index, with a language model or without. Implements ``Answering``."""

    def __init__(
        self, searcher: Searcher, model: LanguageModel | None, gate: Answerability, settings: Settings
    ) -> None:
        self.searcher = searcher
        self._embedder = RememberingEmbedder(searcher.embedder)
        self._verifier = Verifier.load(self._embedder)
        self._hearing = Hearing(self._embedder)
        self._model = model
        self._gate = gate
        self._settings = settings
        self._remembered = RememberedAnswers(settings.answer.cache)

    @classmethod
    def open(cls, settings: Settings) -> Assistant:
        """Load the index and the models that ``settings`` name.

        Raises:
            EmptyIndexError: nothing has been ingested.
            ModelError: the provider asked for by name cannot be used.
        """
        searcher = Searcher.open(settings)
        try:
            model = choose_model(settings)
        except BaseException:
            searcher.close()
            raise
        return cls(searcher, model, Answerability.load(), settings)

    @property
    def model(self) -> LanguageModel | None:
        """The language model in use, for what else words things with it, in its turn."""
        return self._model

    @property
    def model_info(self) -> ModelInfo:
        """The language model in use, or the absence of one."""
        return self._model.info if self._model else NO_MODEL

    def close(self) -> None:
        """Release the index and the model."""
        self.searcher.close()
        if self._model:
            self._model.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def warm_up(self) -> None:
        """Do now what the first question would otherwise wait for: load weights, read the prompt's prefix."""
        self.searcher.search("bonjour", 1)
        if self._model and self._model.ready():
            try:
                for beginning in (judging_prefix(), prefix(self._settings.language)):
                    for _ in self._model.write(beginning, max_tokens=1):
                        pass
            except ModelError as error:
                _log.warning("the language model could not be warmed up: %s", error)

    def ask(self, question: str, only: Filter | None = None, manner: Manner = AS_USUAL) -> Answer:
        """Answer in one go; the same errors as :meth:`stream`."""
        for event in self.stream(question, only, manner):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("a stream always finishes")

    def suggestions(
        self, asked: Sequence[str], cited: Sequence[Cited], idle: Callable[[], bool] = lambda: True
    ) -> tuple[str, ...]:
        """What can be asked after the questions ``asked``, the last of them as it was searched: see ``Suggesting``.

        Raises:
            EmptyIndexError: nothing is indexed any more.
        """
        k = self._settings.search.k
        return suggested(
            asked,
            self.searcher.search(asked[-1], SUGGESTION_SPREAD * k).hits if asked else (),
            cited,
            search=lambda question: self.searcher.search(question, k).hits,
            gate=self._gate,
            threshold=self._settings.answer.answerable,
            embedder=self._embedder,
            weight_of=self.searcher.idf,
            idle=idle,
        )

    def stream(self, question: str, only: Filter | None = None, manner: Manner = AS_USUAL) -> Iterator[Event]:
        """Answer step by step, from the documents that ``only`` allows, in the ``manner`` asked for.

        Raises:
            QuestionError: the question is empty or too long.
            UsageError: no document has a value that ``only`` asks for.
            EmptyIndexError: nothing has been ingested.
        """
        asked = check_question(question, self._settings.answer.max_question_chars)
        language = question_language(asked)
        limit, count = self._settings.answer.history_tokens, self._embedder.count_tokens
        meant = completed(asked, manner.history, language, limit=limit, count_tokens=count)
        if meant.more and manner.style == "normal":
            manner = replace(manner, style="detailed")
        run = Underway(asked, meant.standalone, language, manner, Numbering(self.searcher.document), self._meter())
        run.notices += [meant.notice] if meant.notice else []
        follow_up = meant.standalone if meant.standalone != asked else ""
        if follow_up:
            yield Understood(follow_up)
        # Quotes given because the model is away for a moment are not what is to be given for ten minutes.
        # Before the key: to look for the model is to learn which weights would write.
        able = self._model is None or manner.quotes_only or self._model.ready()
        key = answer_key(
            meant.standalone, self.searcher.generation.name, model=self.model_info, settings=self._settings, manner=manner,
            only=only, prompt=VERSION, left_out=meant.left_out,
        )  # fmt: skip
        kept = None if manner.fresh else self._remembered.get(key)
        if kept is not None:
            searched = Searched((meant.standalone,), content_words(meant.standalone))
            yield from replayed(kept, asked, standalone=follow_up, started=run.started, searched=searched)
            return
        yield from self._remembered.recording(
            key, self._answer(run, only), keep=lambda answer: able and no_notice(answer)
        )

    def _answer(self, run: Underway, only: Filter | None) -> Iterator[Event]:
        reason = outside(run.standalone)
        parts = () if reason else parts_of(run.standalone, self.searcher.idf)
        run.hits, searched = self._search(run.standalone, parts, only)
        run.stamp("retrieve")
        run.stamp("first_source")
        yield Found(run.hits, searched)
        run.meter = self._meter()  # between the two, one may have waited in line while others were answered
        units = rank_units(run.standalone, run.hits, self._embedder, self.searcher.idf)
        if reason:
            near = self._nearest(run, units) if reason in SHOWS_NEAREST else ()
            people = self._people(run)
            text = outside_sentence(reason, run.language, people)
            yield run.finish("abstained", text, self.model_info, nearest=near, outside=reason, contacts=people)
            return
        denied = correction(run.standalone, units, self._verifier)
        if denied is not None:
            # Why it was done cannot be said of what was not: the question is not answered, it is put right.
            said = clear_quote(denied.unit)
            told = message("answer.premise_corrected", run.language)
            put_right = f"{told} « {' '.join(said.text.split())} » ({said.hit.metadata.title})."
            yield self._abstain(run, [denied.unit, *units], put_right)
            return
        run.answerable = self._gate.probability(run.standalone, units, self._embedder, self.searcher.idf)
        first = self._first_of_parts(run, parts)
        drafter, prepared, yes = self._drafter(run), None, None
        asked = min(Opinion.load().beneath, self._settings.answer.answerable)
        if drafter is not None and (first or run.answerable >= asked):
            yield Drafting(drafter.model.info)
            prepared, yes = self._weigh(run, drafter, first, units)
        if run.answerable < self._settings.answer.answerable and not first:
            yield self._abstain(run, units)
            return
        if drafter and prepared:
            yield from self._draft(run, drafter, prepared)
        if run.written:
            yield from self._complete(run, first, units)
            self._explain(run)
            yield run.finish("answered", written(run.shown, run.language), self.model_info)
        elif yes is None and not run.shown and any(declines(removed.text) for removed in run.removed):
            # A model that could not be asked beforehand says in its draft that nothing answers.
            yield self._abstain(run, units)
        else:
            quotes = limits(run.manner.style, self._settings).quotes
            chosen = choose_units([*first, *near_the_best(units)], max(quotes, len(first)), 10**6, len)
            cited = tuple(run.numbering.citations)  # the best sentence may have been shown already
            yield from self._quote(run, [unit for unit in chosen if _share_cited(unit, cited) < ENOUGH_CITED])
            if not run.shown:
                yield self._abstain(run, units)
                return
            self._explain(run)
            text = written(run.shown, run.language, "answer.quoted_intro")
            yield run.finish("quoted", text, self.model_info)

    def _search(self, question: str, parts: Sequence[str], only: Filter | None) -> tuple[tuple[Hit, ...], Searched]:
        """What the whole question finds, then what each of its parts finds besides; ranks follow on."""
        found = self.searcher.search(question, self._settings.search.k, only)
        searched = Searched((question, *parts), content_words(question), found.corrections, found.expansions)
        hits = list(found.hits)
        known = {hit.passage.passage_id for hit in hits}
        for part in parts:
            for hit in self.searcher.search(part, PART_HITS, only).hits:
                if hit.passage.passage_id not in known:
                    known.add(hit.passage.passage_id)
                    hits.append(replace(hit, rank=len(hits) + 1))
        return tuple(hits), searched

    def _first_of_parts(self, run: Underway, parts: Sequence[str]) -> list[Unit]:
        """For each part of the question, the sentence that answers it best; a notice for a part that has none."""
        found: list[Unit] = []
        missing: list[str] = []
        for part in parts:
            units = rank_units(part, run.hits, self._embedder, self.searcher.idf)
            possible = self._gate.probability(part, units, self._embedder, self.searcher.idf)
            if possible >= self._settings.answer.answerable:
                found.append(units[0])
            else:
                missing.append(part)
        if found:  # with nothing found at all, the whole question is what is told
            run.notices += [message("answer.notice_part", run.language, part=part) for part in missing]
        return found

    def _meter(self) -> EnergyMeter:
        return EnergyMeter(self._settings.energy.watts, elsewhere=self.model_info.provider == "ollama")

    def _drafter(self, run: Underway) -> Drafter | None:
        """The model that may write this answer, if there is one to ask."""
        if self._model is None or run.manner.quotes_only or not self._model.ready():
            return None
        return Drafter(self._model, self._verifier, self._embedder, self._settings)

    def _weigh(
        self, run: Underway, drafter: Drafter, first: Sequence[Unit], units: Sequence[Unit]
    ) -> tuple[Prepared, float | None]:
        """What the model is to write from, and its own opinion on whether that answers, weighed in where it has one."""
        style = limits(run.manner.style, self._settings)
        prepared = drafter.prepare(run.standalone, run.language, first, units, style)
        try:
            yes = drafter.opinion(run, prepared)
        except ModelError as error:
            _log.warning("the language model gave no opinion: %s", error)
            yes = None
        run.answerable = Opinion.load().weighed(run.answerable or 0.0, yes)
        return prepared, yes

    def _draft(self, run: Underway, drafter: Drafter, prepared: Prepared) -> Iterator[Event]:
        """What the model writes, verified."""
        try:
            yield from drafter.draft(run, prepared)
        except ModelError as error:
            reason = error.in_language(self._settings.language)
            run.notices.append(message("answer.notice_model_failed", self._settings.language, reason=reason))

    def _complete(self, run: Underway, first: Sequence[Unit], units: Sequence[Unit]) -> Iterator[Event]:
        """Add, word for word, the sentences that fit the question best, where nothing written rests on them.

        A small model often rewords a neighbour of the right sentence: true, and beside the question. The same goes
        for a value that is asked for and that nothing shown so far holds, and for each part of the question.
        """
        for unit in first or units[:1]:
            if _share_cited(unit, run.numbering.citations) < ENOUGH_CITED:
                yield from self._quote(run, [unit])
        shown = " ".join([sentence.text for sentence in run.shown])
        missing = [kind for kind in wanted_by(run.standalone) & VALUES if not holds(kind, shown)]
        best = next((u for u in units[:NEAREST] if any(holds(kind, u.text) for kind in missing)), None)
        if best is not None and _share_cited(best, run.numbering.citations) < ENOUGH_CITED:
            yield from self._quote(run, [best])

    def _explain(self, run: Underway) -> None:
        """In plain language, what the acronyms shown stand for: beside the answer, for no document says it here."""
        if run.manner.style == "plain":
            told = acronyms_notice([s.text for s in run.shown], self.searcher.lexicon, run.language)
            run.notices += [told] if told else []

    def _quote(self, run: Underway, units: Sequence[Unit]) -> Iterator[Event]:
        quotes = [clear_quote(unit) for unit in units]
        # What fits the question best is read first, whatever its place in the documents.
        for quote in sorted(join_neighbours(quotes), key=lambda joined: _first_within(joined, quotes)):
            yield run.show(quote.text, [quote], 1.0)

    def _abstain(self, run: Underway, units: Sequence[Unit], before: str = "") -> Finished:
        people = self._people(run)
        text = f"{before} {abstention(run.hits, people, run.language)}".strip()
        return run.finish("abstained", text, self.model_info, nearest=self._nearest(run, units), contacts=people)

    def _people(self, run: Underway) -> tuple[Contact, ...]:
        """Whom to turn to about the question: the persons that the page shows with it."""
        return shown_for(self._settings.organisation, self._hearing.subjects(run.standalone))

    def _nearest(self, run: Underway, units: Sequence[Unit]) -> tuple[Citation, ...]:
        """The stretches closest to the question, one a passage, as citations that prove nothing."""
        first_of: dict[str, Unit] = {}
        for unit in units:
            first_of.setdefault(unit.hit.passage.passage_id, unit)
        best = list(first_of.values())[:PERHAPS]
        return tuple(run.numbering.described(clear_quote(unit)) for unit in best)


def _first_within(joined: Quote, quotes: Sequence[Quote]) -> int:
    passage = joined.hit.passage.passage_id
    places = (
        place
        for place, quote in enumerate(quotes)
        if quote.hit.passage.passage_id == passage and joined.start <= quote.start < joined.end
    )
    return min(places, default=len(quotes))


def _share_cited(unit: Unit, citations: Sequence[Citation]) -> float:
    """Share of a unit's characters that the citations quote, 0 to 1."""
    mine = [c for c in citations if c.document_id == unit.hit.passage.document_id]
    cited = {i for c in mine for i in range(max(c.start, unit.start), min(c.end, unit.end))}
    return len(cited) / (unit.end - unit.start)
