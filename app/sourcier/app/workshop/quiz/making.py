"""A quiz, question by question: each is drafted from an exact sentence, checked against the whole index, and balanced."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import cycle

from sourcier.app.answering.verifier.text import fold
from sourcier.app.workshop.kit import Choice, LeftOut, Pair, Piece, QuizItem, QuizKind, Topic
from sourcier.app.workshop.quiz.balance import Deck
from sourcier.app.workshop.quiz.checking import Checker, Claim
from sourcier.app.workshop.quiz.defining import Definition, definitions_in
from sourcier.app.workshop.quiz.drafts import Cloze, clozes_of, inner_quotes, picked, replaced, tried, wordings
from sourcier.app.workshop.quiz.matching import (
    FEWEST_PAIRS,
    Matched,
    definitions_apart,
    match_clozes,
    match_definitions,
)
from sourcier.app.workshop.quiz.reading import Fact, facts_of_topics, passages_near, statements_of
from sourcier.app.workshop.quiz.rewording import reworded
from sourcier.app.workshop.quiz.stock import Statement, Stock
from sourcier.app.workshop.quiz.telling import Spent
from sourcier.app.workshop.quiz.values import Value, values_in
from sourcier.app.workshop.sources import Sources
from sourcier.app.workshop.tools import Tools
from sourcier.core.messages import Language, message

__all__ = ["make_quiz"]

#: The kinds in turn; where one has nothing left to ask, the next ones take its place.
_TURNS: tuple[str, ...] = ("cloze", "true_false", "several", "short", "cloze", "match", "true_false", "cloze", "statement", "short")  # fmt: skip
_WRONG_CHOICES = 3
#: A name or figure is the answer of so many questions at most: a quiz whose answer is always the same teaches nothing.
_SAME_ANSWER = 2
#: The same word is changed once in so many questions, and twice at least: « refuse » must not always be the wrong one.
_CHANGED_ONCE_IN = 15
_MATCHED_KINDS = ("count", "share", "year", "month", "date", "acronym", "name")


def make_quiz(
    topics: Sequence[Topic], sources: Sources, tools: Tools, *, count: int, language: Language, seed: int
) -> tuple[tuple[QuizItem, ...], tuple[LeftOut, ...]]:
    """``count`` questions, or as many as the documents allow, and the drafts that did not pass the checks.

    The topics' own sentences come first, then those around them in the index. Each key is carried, from
    ``settings.answer.support`` on, by what a search for its question finds; each wrong choice gets less than
    :data:`~sourcier.app.workshop.quiz.checking.REFUSED` from the best evidence of the whole index.

    Args:
        language: of what is said around the sentences, which stay in their document's.
        seed: the same index, topics and seed give the same quiz, as long as no language model words it.
    """
    if count < 1 or not topics:
        return (), ()
    return _Maker(topics, sources, tools, language, seed, count).make(count)


class _Maker:
    def __init__(
        self, topics: Sequence[Topic], sources: Sources, tools: Tools, language: Language, seed: int, count: int
    ) -> None:
        self._sources, self._tools, self._language = sources, tools, language
        self._source = random.Random(seed)
        self._checker = Checker(tools)
        hits = passages_near(topics, sources, tools.searcher)
        own = facts_of_topics(topics, sources)
        known = {fact.key for fact in own}
        self._facts: list[Fact] = [*own, *(fact for fact in statements_of(hits) if fact.key not in known)]
        self._pool = [value for fact in self._facts for value in values_in(fact.text)]
        self._spent = Spent(self._facts, self._checker)
        self._answers: Counter[str] = Counter()
        self._items: list[QuizItem] = []
        self._left: list[LeftOut] = []
        self._ranks = Deck(_WRONG_CHOICES + 1, self._source)
        self._places = Deck(_WRONG_CHOICES + 1, self._source)
        self._truths = Deck(2, self._source)
        self._mixes = Deck(3, self._source)
        definitions = list(definitions_in(hits))
        self._meanings: dict[str, list[str]] = {}
        for one in definitions:
            if one.expansion and one.expansion not in self._meanings.setdefault(fold(one.term), []):
                self._meanings[fold(one.term)].append(one.expansion)
        found = definitions_apart(definitions)
        apart = self._source.sample(found, len(found))
        # An acronym is told apart from another more surely than a name made of common words.
        self._defined = sorted(apart, key=lambda pair: not pair[0].term.isupper())
        self._stock = Stock(
            self._checker,
            list(self._facts),
            self._pool,
            self._source,
            self._spent,
            lambda text: self._leave(text, "key"),
        )
        self._clozes = self._cloze_queue()
        self._makers: dict[str, Callable[[], QuizItem | None]] = {
            "cloze": self._cloze, "short": self._short, "true_false": self._true_false, "statement": self._statement,
            "several": self._several, "match": self._match,
        }  # fmt: skip

    def make(self, count: int) -> tuple[tuple[QuizItem, ...], tuple[LeftOut, ...]]:
        spent: set[str] = set()
        for turn in cycle(_TURNS):
            if len(self._items) >= count or len(spent) == len(self._makers):
                break
            if turn in spent:
                continue
            item = self._makers[turn]()
            if item is None:
                spent.add(turn)
            else:
                self._items.append(item)
        return tuple(self._items), tuple(self._left)

    # A sentence to complete -------------------------------------------------------------------------------------

    def _cloze_queue(self) -> list[Cloze]:
        """One value of each sentence at a time, figures and dates before names."""
        rows = [
            sorted(self._source.sample(found, len(found)), key=lambda one: one.value.kind in {"acronym", "name"})
            for fact in self._facts
            if (found := clozes_of(fact))
        ]
        return [row[0] for row in rows if row]

    def _next_cloze(self, fits: Callable[[Cloze], bool]) -> Cloze | None:
        for cloze in self._clozes:
            if cloze.fact in self._spent:
                continue
            if fits(cloze) and self._answers[fold(cloze.value.text)] < _SAME_ANSWER:
                self._clozes.remove(cloze)
                return cloze
        return None

    def _cloze(self) -> QuizItem | None:
        while (cloze := self._next_cloze(lambda one: True)) is not None:
            others = tried(cloze, self._pool, self._source)
            if len(others) < _WRONG_CHOICES:
                continue
            if (item := self._chosen(cloze, others)) is not None:
                return item
        return None

    def _chosen(self, cloze: Cloze, others: list[Value]) -> QuizItem | None:
        claims = [Claim(cloze.fact.text, True, cloze.value.text)]
        claims += [Claim(replaced(cloze.fact.text, cloze.value, other.text), False, other.text) for other in others]
        quick = self._checker.check(cloze.question, claims, blanked=cloze.question, quick=True)
        stem = self._cloze_stem(cloze)
        if 0 in quick.reasons:
            self._leave(stem, "key")
            return None
        if self._checker.has_rival(cloze.value, cloze.question):
            self._leave(stem, "rival")
            return None
        good = [other for place, other in enumerate(others, 1) if place not in quick.reasons]
        while True:
            found = picked(cloze, good, self._ranks.order(), _WRONG_CHOICES, self._source)
            if found is None:
                self._leave(stem, "wrong")
                return None
            rank, wrongs = found
            chosen = [claims[0], *(claims[1 + others.index(other)] for other in wrongs)]
            checked = self._checker.check(cloze.question, chosen, blanked=cloze.question)
            if not checked.reasons:
                break
            failed = [wrongs[place - 1] for place in checked.reasons if place]
            good = [other for other in good if other not in failed]
        self._ranks.take(rank)
        self._take(cloze)
        if (model := self._tools.writer()) is not None:
            asked = reworded(cloze, [other.text for other in wrongs], model, self._checker, self._language)
            if asked is not None:
                stem = message("workshop_quiz.asked", self._language, title=cloze.fact.title, question=asked)
        choices = [self._right_choice(cloze.value.text, cloze.fact)]
        choices += [
            self._wrong_choice(other.text, cloze.fact, cloze.value.text, other.text, checked.support)
            for other in wrongs
        ]
        return self._item(
            "single",
            stem,
            cloze.fact,
            checked.support,
            worst=checked.worst,
            choices=self._placed(choices),
            bloom="remember",
        )

    def _short(self) -> QuizItem | None:
        while (cloze := self._next_cloze(lambda one: one.value.kind != "name")) is not None:
            checked = self._checker.check(cloze.question, [Claim(cloze.fact.text, True)])
            stem = self._cloze_stem(cloze)
            if checked.reasons:
                self._leave(stem, "key")
            elif self._checker.has_rival(cloze.value, cloze.question):
                self._leave(stem, "rival")
            else:
                self._take(cloze)
                answers = wordings(cloze.value, self._meanings)
                return self._item("short", stem, cloze.fact, checked.support, answers=answers, bloom="remember")
        return None

    def _cloze_stem(self, cloze: Cloze) -> str:
        sentence = inner_quotes(cloze.shown)
        return message("workshop_quiz.cloze", self._language, title=inner_quotes(cloze.fact.title), sentence=sentence)

    def _take(self, cloze: Cloze) -> None:
        self._spent.take(cloze.fact)
        self._answers[fold(cloze.value.text)] += 1

    # Statements --------------------------------------------------------------------------------------------------

    def _true_false(self) -> QuizItem | None:
        # As many true as false, or none: who answers « true » to all must not win by it.
        place = self._truths.order()[0]
        statement = self._stock.one(place == 1)
        if statement is None:
            return None
        self._truths.take(place)
        fact, change = statement.fact, statement.change
        texts = (message("workshop_quiz.true", self._language), message("workshop_quiz.false", self._language))
        if change is None:
            why = sides = self._says(fact, statement.key)
        else:
            why = self._differs(fact, change.was, change.now, statement.key)
            sides = why
        choices = (
            Choice(text=texts[0], right=statement.right, reason=why),
            Choice(text=texts[1], right=not statement.right, reason=sides),
        )
        stem = message("workshop_quiz.true_or_false", self._language, sentence=inner_quotes(statement.text))
        worst = None if change is None else statement.support
        return self._item("true_false", stem, fact, statement.key, worst=worst, choices=choices, bloom="understand")

    def _statement(self) -> QuizItem | None:
        rank = self._ranks.order()[0]
        found = self._stock.several(1, _WRONG_CHOICES, rank)
        if found is None:
            return None
        self._ranks.take(rank)
        return self._of_statements("single", found, self._placed(self._stated(found)))

    def _several(self) -> QuizItem | None:
        place = self._mixes.order()[0]
        found = self._stock.several(place + 1, _WRONG_CHOICES - place, self._ranks.order()[0])
        if found is None:
            return None
        self._mixes.take(place)
        return self._of_statements("multiple", found, tuple(self._source.sample(self._stated(found), len(found))))

    def _of_statements(self, kind: QuizKind, found: Sequence[Statement], choices: tuple[Choice, ...]) -> QuizItem:
        key = "workshop_quiz.statement_one" if kind == "single" else "workshop_quiz.statement_many"
        rights = [one for one in found if one.right]
        proof = self._sources_of([one.fact for one in rights], min(one.support for one in rights))
        return self._item(
            kind, message(key, self._language), found[0].fact, min(one.support for one in rights),
            worst=max(one.support for one in found if not one.right), choices=choices, bloom="understand", proof=proof,
        )  # fmt: skip

    def _stated(self, found: Sequence[Statement]) -> list[Choice]:
        return [
            self._right_choice(one.text, one.fact)
            if one.change is None
            else self._wrong_choice(one.text, one.fact, one.change.was, one.change.now, one.key)
            for one in found
        ]

    # Pairs -------------------------------------------------------------------------------------------------------

    def _match(self) -> QuizItem | None:
        self._defined = [pair for pair in self._defined if _told_by(pair[0]) not in self._spent]
        found = match_definitions(self._defined, self._checker) if len(self._defined) >= FEWEST_PAIRS else None
        if found is not None:
            chosen = [self._defined[i] for i in found.places]
            self._defined = [one for one in self._defined if one not in chosen]
            for defined, _ in chosen:
                self._spent.take(_told_by(defined))
            pairs = [Pair(left=one.term, right=self._sources.quote(one.hit, start, one.end)) for one, start in chosen]
            return self._paired(found, pairs, _told_by(chosen[0][0]), "workshop_quiz.match_terms")
        for kind in _MATCHED_KINDS:
            rows = [one for one in self._clozes if one.value.kind == kind and one.fact not in self._spent]
            paired = match_clozes(rows, self._checker, self._source) if len(rows) >= FEWEST_PAIRS else None
            if paired is not None:
                rest = [rows[i] for i in paired.places]
                pairs = []
                for one, support in zip(rest, paired.supports, strict=True):
                    self._take(one)
                    place = one.fact.hit, one.fact.start, one.fact.end
                    pairs.append(Pair(left=one.value.text, right=self._sources.fact(one.shown, [place], support)))
                return self._paired(paired, pairs, rest[0].fact, "workshop_quiz.match_blanks")
        return None

    def _paired(self, found: Matched, pairs: Sequence[Pair], fact: Fact, key: str) -> QuizItem:
        numbers = tuple(dict.fromkeys(number for pair in pairs for number in pair.right.sources))
        support = min(found.supports)
        text = message(key, self._language)
        proof = Piece(
            kind="fact",
            text=" ".join(f"{pair.left} : {pair.right.text}" for pair in pairs),
            sources=numbers,
            support=support,
        )
        return self._item(
            "match", text, fact, support, worst=found.worst, pairs=tuple(self._source.sample(list(pairs), len(pairs))),
            bloom="understand", proof=proof,
        )  # fmt: skip

    # Parts of an item --------------------------------------------------------------------------------------------

    def _placed(self, choices: Sequence[Choice]) -> tuple[Choice, ...]:
        """The choices, the right one (the first given) in the place whose turn it is, the others shuffled."""
        place = self._places.order()[0]
        self._places.take(place)
        right, *wrongs = choices
        wrongs = self._source.sample(wrongs, len(wrongs))
        return (*wrongs[:place], right, *wrongs[place:])

    def _right_choice(self, text: str, fact: Fact) -> Choice:
        return Choice(text=text, right=True, reason=self._sources.quote(fact.hit, fact.start, fact.end))

    def _wrong_choice(self, text: str, fact: Fact, was: str, now: str, support: float) -> Choice:
        return Choice(text=text, right=False, reason=self._differs(fact, was, now, support))

    def _differs(self, fact: Fact, was: str, now: str, support: float) -> Piece:
        text = message("workshop_quiz.source_differs", self._language, was=was, now=now)
        return self._sources.fact(text, [(fact.hit, fact.start, fact.end)], support)

    def _says(self, fact: Fact, support: float) -> Piece:
        text = message("workshop_quiz.source_says", self._language, quote=inner_quotes(fact.text))
        return self._sources.fact(text, [(fact.hit, fact.start, fact.end)], support)

    def _sources_of(self, facts: Sequence[Fact], support: float) -> Piece:
        if len(facts) == 1:
            return self._sources.quote(facts[0].hit, facts[0].start, facts[0].end)
        text = " ".join(fact.text for fact in facts)
        return self._sources.fact(text, [(fact.hit, fact.start, fact.end) for fact in facts], support)

    def _item(
        self,
        kind: QuizKind,
        stem: str,
        fact: Fact,
        support: float,
        *,
        bloom: str,
        worst: float | None = None,
        choices: tuple[Choice, ...] = (),
        pairs: tuple[Pair, ...] = (),
        answers: tuple[str, ...] = (),
        proof: Piece | None = None,
    ) -> QuizItem:
        return QuizItem(
            id=f"Q{len(self._items) + 1}",
            kind=kind,
            stem=stem,
            bloom="remember" if bloom == "remember" else "understand",
            proof=proof or self._sources.quote(fact.hit, fact.start, fact.end),
            topic=fact.topic,
            choices=choices,
            pairs=pairs,
            answers=answers,
            support=support,
            worst_wrong=worst,
        )

    def _leave(self, text: str, reason: str) -> None:
        key = {
            "key": "workshop_quiz.left_key",
            "wrong": "workshop_quiz.left_wrong",
            "rival": "workshop_quiz.left_rival",
        }[reason]
        self._left.append(LeftOut(part="quiz", text=text, reason=reason, explanation=message(key, self._language)))


def _told_by(one: Definition) -> Fact:
    """The sentence that defines, as one that is asked about."""
    text = one.hit.passage.text[one.start - one.hit.passage.start : one.end - one.hit.passage.start]
    return Fact(one.hit, one.start, one.end, text)
