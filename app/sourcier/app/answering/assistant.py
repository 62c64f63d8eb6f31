"""The assistant: retrieve, decide whether the documents answer, draft, verify each sentence, show what holds.

The language model only proposes. What is shown is decided by the sources: a sentence without exact quotes that
support it is removed; with no sentence left, the best sentences of the sources are shown word for word; and where
the documents do not answer, nothing is answered.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from types import TracebackType
from typing import Self

from sourcier.app.answering.answerability import Answerability
from sourcier.app.answering.cache import RememberingEmbedder
from sourcier.app.answering.cite import Numbering, Quote, join_neighbours
from sourcier.app.answering.draft import is_refusal, sentences_of
from sourcier.app.answering.events import Drafting, Event, Finished, Found, SentenceRemoved, SentenceShown
from sourcier.app.answering.evidence import VALUES, Unit, choose_units, in_reading_order, rank_units
from sourcier.app.answering.manner import AS_USUAL, Manner
from sourcier.app.answering.prompt import prefix, turns
from sourcier.app.answering.question import check_question, only_repeats, question_language
from sourcier.app.answering.verifier import Evidence, Verifier
from sourcier.app.answering.wanted import holds, wanted_by
from sourcier.app.energy import EnergyMeter
from sourcier.app.models import LanguageModel, choose_model
from sourcier.core.errors import ModelError
from sourcier.core.filters import Filter
from sourcier.core.messages import Language, message
from sourcier.core.settings import Settings
from sourcier.core.types import Answer, AnswerSentence, Citation, Hit, ModelInfo, Removed, Status
from sourcier.index.search import Searcher

_log = logging.getLogger(__name__)

NO_MODEL = ModelInfo(provider="none", name="")
#: Tokens of extracts given to the model, as the embedding model counts them (the language model's own are half as
#: many again). With 330 rather than 220, the embedded model strayed to neighbours of the right sentence more often.
PROMPT_TOKENS = 240
#: A small model that has answered may go on with a question of its own.
STOP = ("\nQuestion", "\nExtraits")
#: Sentences that a claim is checked against. Beyond the best two dozen, the chance of a spurious match grows.
EVIDENCE_SENTENCES = 24
#: Share of the best unit that must be quoted for an answer to rest on it: half a list is not the list.
ENOUGH_CITED = 0.6
#: Among how many of the best units a value that is asked for, and missing, is looked for.
NEAREST = 6


@dataclass(slots=True)
class _Run:
    """One question on its way: what has been shown so far, and since when."""

    question: str
    language: Language
    meter: EnergyMeter
    started: float = field(default_factory=time.monotonic)
    hits: tuple[Hit, ...] = ()
    drafted: bool = False
    shown: list[AnswerSentence] = field(default_factory=list)
    removed: list[Removed] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    numbering: Numbering = field(default_factory=Numbering)
    timings: dict[str, float] = field(default_factory=dict)

    def stamp(self, name: str) -> None:
        self.timings.setdefault(name, round((time.monotonic() - self.started) * 1000, 1))


class Assistant:
    """Answers questions from an index, with a language model or without. Implements ``Answering``."""

    def __init__(
        self, searcher: Searcher, model: LanguageModel | None, gate: Answerability, settings: Settings
    ) -> None:
        self.searcher = searcher
        self._embedder = RememberingEmbedder(searcher.embedder)
        self._verifier = Verifier.load(self._embedder)
        self._model = model
        self._gate = gate
        self._settings = settings

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
        if self._model:
            try:
                for _ in self._model.write(prefix(self._settings.language), max_tokens=1):
                    pass
            except ModelError as error:
                _log.warning("the language model could not be warmed up: %s", error)

    def ask(self, question: str, only: Filter | None = None, manner: Manner = AS_USUAL) -> Answer:
        """Answer in one go; the same errors as :meth:`stream`."""
        for event in self.stream(question, only, manner):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("a stream always finishes")

    def stream(self, question: str, only: Filter | None = None, manner: Manner = AS_USUAL) -> Iterator[Event]:
        """Answer step by step, from the documents that ``only`` allows, in the ``manner`` asked for.

        Raises:
            QuestionError: the question is empty or too long.
            UsageError: no document has a value that ``only`` asks for.
            EmptyIndexError: nothing has been ingested.
        """
        asked = check_question(question, self._settings.answer.max_question_chars)
        run = _Run(asked, question_language(asked), self._meter(), numbering=Numbering(self.searcher.document))
        run.hits = self.searcher.search(asked, self._settings.search.k, only).hits
        run.stamp("retrieve")
        run.stamp("first_source")
        yield Found(run.hits)
        run.meter = self._meter()  # between the two, one may have waited in line while others were answered
        units = rank_units(asked, run.hits, self._embedder, self.searcher.idf)
        possible = self._gate.probability(asked, units, self._embedder, self.searcher.idf)
        if possible < self._settings.answer.answerable:
            yield self._finish(run, "abstained")
            return
        refused = False
        if self._model and not manner.quotes_only:
            run.drafted = True
            yield Drafting(self._model.info)
            try:
                refused = yield from self._draft(run, self._model, units)
            except ModelError as error:
                reason = error.in_language(self._settings.language)
                run.notices.append(message("answer.notice_model_failed", self._settings.language, reason=reason))
        if run.shown:
            yield from self._complete(run, units)
            yield self._finish(run, "answered")
        elif refused and not self._gate.overrules_model(possible):
            yield self._finish(run, "abstained")
        else:
            yield from self._quote(run, choose_units(units, self._settings.answer.quoted_sentences, 10**6, len))
            yield self._finish(run, "quoted" if run.shown else "abstained")

    def _meter(self) -> EnergyMeter:
        return EnergyMeter(self._settings.energy.watts, elsewhere=self.model_info.provider == "ollama")

    def _draft(self, run: _Run, model: LanguageModel, units: Sequence[Unit]) -> Generator[Event, None, bool]:
        """Show each sentence of the model's that the sources support; whether the model declined to answer."""
        settings = self._settings.answer
        chosen = choose_units(units, settings.prompt_sentences, PROMPT_TOKENS, self._embedder.count_tokens)
        quotes = _evidence_quotes(chosen, units)
        evidence = [Evidence(quote.text, _context(quote)) for quote in quotes]
        conversation = turns(run.question, in_reading_order(chosen), run.language)
        written = model.write(conversation, max_tokens=self._settings.model.max_tokens, stop=STOP)
        for sentence in sentences_of(written):
            if is_refusal(sentence.text):
                return not run.shown
            verdict = self._verifier.verify(sentence.text, evidence, question=run.question)
            # Without its full stop, the last sentence was cut only if the model had no tokens left.
            whole = sentence.complete or 0 < model.usage.completion_tokens < self._settings.model.max_tokens
            if only_repeats(sentence.text, run.question):
                run.removed.append(Removed(sentence.text, "repeats", verdict.support))
                yield SentenceRemoved(run.removed[-1])
            elif whole and verdict.support >= settings.support and verdict.used:
                yield self._show(run, sentence.text, [quotes[i] for i in verdict.used], verdict.support)
            else:
                reason = (verdict.reason or "unsupported") if whole else "incomplete"
                run.removed.append(Removed(sentence.text, reason, verdict.support))
                yield SentenceRemoved(run.removed[-1])
        return False

    def _complete(self, run: _Run, units: Sequence[Unit]) -> Iterator[Event]:
        """Add, word for word, the sentence that fits the question best, where nothing written rests on it.

        A small model often rewords a neighbour of the right sentence: true, and beside the question. The same goes
        for a value that is asked for and that nothing shown so far holds.
        """
        if _share_cited(units[0], run.numbering.citations) < ENOUGH_CITED:
            yield from self._quote(run, units[:1])
        shown = " ".join([sentence.text for sentence in run.shown])
        missing = [kind for kind in wanted_by(run.question) & VALUES if not holds(kind, shown)]
        best = next((u for u in units[:NEAREST] if any(holds(kind, u.text) for kind in missing)), None)
        if best is not None and _share_cited(best, run.numbering.citations) < ENOUGH_CITED:
            yield from self._quote(run, [best])

    def _quote(self, run: _Run, units: Sequence[Unit]) -> Iterator[Event]:
        for quote in join_neighbours([_clear_quote(unit) for unit in units]):
            yield self._show(run, quote.text, [quote], 1.0)

    def _show(self, run: _Run, text: str, quotes: Sequence[Quote], support: float) -> Event:
        markers, new = run.numbering.add(quotes)
        sentence = AnswerSentence(text, markers, round(support, 4))
        run.shown.append(sentence)
        run.stamp("first_sentence")
        return SentenceShown(sentence, new)

    def _finish(self, run: _Run, status: Status) -> Event:
        run.stamp("total")
        usage = self._model.usage if self._model and run.drafted else None
        return Finished(
            Answer(
                question=run.question,
                status=status,
                answer=self._text(run, status),
                sentences=tuple(run.shown),
                citations=tuple(run.numbering.citations),
                removed=tuple(run.removed),
                retrieved=run.hits,
                model=self.model_info,
                timings_ms=run.timings,
                usage={} if usage is None else asdict(usage),
                energy_wh=round(run.meter.watt_hours(), 5),
                notices=tuple(run.notices),
            )
        )

    def _text(self, run: _Run, status: Status) -> str:
        language = run.language
        if status == "abstained":
            return self._abstention(run, language)
        lines = [f"{s.text} {''.join(f'[{marker}]' for marker in s.citations)}" for s in run.shown]
        if status == "quoted":
            return "\n".join([message("answer.quoted_intro", language), *lines])
        return " ".join(lines) if not any(len(line) > 200 for line in lines[1:]) else "\n".join(lines)

    def _abstention(self, run: _Run, language: Language) -> str:
        parts = [message("answer.abstained", language)]
        titles = list(dict.fromkeys(hit.metadata.title for hit in run.hits))[:3]
        if titles:
            parts.append(message("answer.abstained_looked", language, titles=" ; ".join(titles)))
        if self._settings.organisation.contact:
            parts.append(message("answer.abstained_contact", language, contact=self._settings.organisation.contact))
        return " ".join(parts)


def _clear_quote(unit: Unit) -> Quote:
    """What to show of a unit when it is shown word for word: with what its « elle » stands for."""
    return Quote(unit.hit, unit.clear_start, unit.end)


def _share_cited(unit: Unit, citations: Sequence[Citation]) -> float:
    """Share of a unit's characters that the citations quote, 0 to 1."""
    mine = [c for c in citations if c.document_id == unit.hit.passage.document_id]
    cited = {i for c in mine for i in range(max(c.start, unit.start), min(c.end, unit.end))}
    return len(cited) / (unit.end - unit.start)


def _evidence_quotes(chosen: Sequence[Unit], ranked: Sequence[Unit]) -> list[Quote]:
    """The sentences that claims are checked against: those the model was given, then the next best ones."""
    quotes: dict[tuple[str, int, int], Quote] = {}
    for unit in (*chosen, *ranked):
        for start, end in unit.parts:
            if len(quotes) < EVIDENCE_SENTENCES:
                quotes.setdefault((unit.hit.passage.document_id, start, end), Quote(unit.hit, start, end))
    return list(quotes.values())


def _context(quote: Quote) -> str:
    passage = quote.hit.passage
    before = passage.text[: quote.start - passage.start].rstrip()[-200:]
    return " › ".join((quote.hit.metadata.title, *passage.section)) + (f" … {before}" if before else "")
