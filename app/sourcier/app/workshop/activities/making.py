"""What an activity is written with: the topics, the words that were verified, our own sentences, and how minutes are shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sourcier.app.workshop.kit import Brief, Case, Piece, Planned, Slide, Step, Topic
from sourcier.app.workshop.papers.typography import typeset
from sourcier.app.workshop.standalone import demands, shortened
from sourcier.core.messages import message

__all__ = ["Making", "Moment", "slide_words", "timed"]

#: Characters of a piece that still fits a slide read from the back of a room.
_ON_A_SLIDE = 210


@dataclass(frozen=True, slots=True)
class Making:
    """The material of one kit's activities.

    Attributes:
        plain: by topic, sentences that say a fact in plain words, verified; empty without a language model.
        asked: by the number of a fact's first source, a question that this fact answers; empty likewise.
        variant: 0 at first; another number gives other facts to the same activity.
    """

    brief: Brief
    title: str
    topics: Sequence[Topic]
    cases: Sequence[Case] = ()
    plain: Mapping[str, Sequence[Piece]] = field(default_factory=dict)
    asked: Mapping[int, Piece] = field(default_factory=dict)
    variant: int = 0

    def say(self, key: str, /, **values: object) -> Piece:
        """An instruction of ours, from the catalogue."""
        return Piece(kind="instruction", text=self.words(key, **values))

    def ask(self, key: str, /, **values: object) -> Piece:
        """A question of ours, from the catalogue."""
        return Piece(kind="question", text=self.words(key, **values))

    def words(self, key: str, /, **values: object) -> str:
        """Words of ours, with the spaces that printers use."""
        return typeset(message(key, self.brief.language, **values), self.brief.language)

    def topic(self, planned: Planned) -> Topic | None:
        """The topic that an activity works on; None where it works on all."""
        return next((topic for topic in self.topics if topic.id == planned.topic), None)

    def about(self, planned: Planned) -> str:
        """What an activity is about, in the documents' own words for it."""
        topic = self.topic(planned)
        return topic.title if topic is not None else self.theme

    @property
    def theme(self) -> str:
        """What the session is about, as the trainer says it; its title where she chose documents alone."""
        return self.brief.theme.strip() or self.title

    def facts(self, planned: Planned, most: int, *, skip: int = 0) -> list[Piece]:
        """Up to ``most`` facts for an activity: those of its topic, or each topic's in turn; others for another variant."""
        topic = self.topic(planned)
        ordered = list(topic.facts) if topic is not None else self._in_turn()
        if not ordered:
            return []
        start = (skip + self.variant * most) % len(ordered)
        return (ordered[start:] + ordered[:start])[:most]

    def demanded(self, planned: Planned, most: int) -> list[Piece]:
        """Up to ``most`` facts that ask, recommend or oblige; other facts where there are not enough."""
        topic = self.topic(planned)
        everything = list(topic.facts) if topic is not None else self._in_turn()
        first = [piece for piece in everything if demands(piece.text)]
        ordered = [*first, *(piece for piece in everything if piece not in first)]
        start = self.variant * most % len(ordered) if ordered else 0
        return [*ordered[start:], *ordered[:start]][:most]

    def told(self, planned: Planned, most: int) -> list[Piece]:
        """What may be said aloud of a topic: plain words where a model wrote some that hold, else the best facts."""
        topic = self.topic(planned)
        chosen = [topic] if topic is not None else list(self.topics)
        plain = [piece for one in chosen for piece in list(self.plain.get(one.id, ()))[: most if topic else 1]]
        return (plain or self.facts(planned, most))[:most]

    def question_on(self, piece: Piece) -> Piece:
        """A question that a fact answers: a model's own, else one of ours on what kind of a sentence it is."""
        known = self.asked.get(piece.sources[0]) if piece.sources else None
        if known is not None:
            return known
        return self.ask("workshop.ask_demand" if demands(piece.text) else "workshop.ask_fact")

    def _in_turn(self) -> list[Piece]:
        longest = max((len(topic.facts) for topic in self.topics), default=0)
        return [topic.facts[n] for n in range(longest) for topic in self.topics if n < len(topic.facts)]


@dataclass(frozen=True, slots=True)
class Moment:
    """A step before its minutes are known: ``share`` of the activity's, any unit."""

    share: float
    do: Sequence[Piece] = ()
    say: Sequence[Piece] = ()
    ask: Sequence[Piece] = ()
    expected: Sequence[Piece] = ()


def timed(minutes: int, moments: Sequence[Moment]) -> tuple[Step, ...]:
    """Steps that last ``minutes`` together, a minute each at least; in a short activity the last ones are led as one."""
    kept = list(moments)
    while len(kept) > minutes:
        one, two = kept[-2:]
        joined = Moment(
            one.share + two.share, (*one.do, *two.do), (*one.say, *two.say), (*one.ask, *two.ask),
            (*one.expected, *two.expected),
        )  # fmt: skip
        kept[-2:] = [joined]
    total = sum(moment.share for moment in kept)
    lengths = [max(1, round(minutes * moment.share / total)) for moment in kept]
    while (left := minutes - sum(lengths)) != 0:
        # The longest gives or takes: nobody misses a minute of it.
        lengths[max(range(len(kept)), key=lambda i: lengths[i])] += 1 if left > 0 else -1
    steps = []
    at = 0
    for moment, length in zip(kept, lengths, strict=True):
        expected = tuple(dict.fromkeys(moment.expected))
        parts = {"do": tuple(moment.do), "say": tuple(moment.say), "ask": tuple(moment.ask), "expected": expected}
        steps.append(Step(at=at, minutes=length, **parts))
        at += length
    return tuple(steps)


def slide_words(title: str, pieces: Sequence[Piece], notes: Sequence[Piece] = (), most: int = 3) -> Slide:
    """A slide with the pieces short enough to be read on one; the shortest alone where none is."""
    pieces = list({piece.text: piece for piece in pieces}.values())
    fitting = [piece for piece in pieces if len(piece.text) <= _ON_A_SLIDE][:most]
    if not fitting and pieces:
        fitting = [min(pieces, key=lambda piece: len(piece.text))]
    return Slide(title=shortened(title), pieces=tuple(fitting), notes=tuple(notes))
