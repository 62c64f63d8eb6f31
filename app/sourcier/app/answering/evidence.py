"""From passages found to the few sentences that may carry the answer.

A *unit* is what can be cited alone: a sentence, or a whole enumeration with the sentence that announces it. Small
models read some 80 tokens a second on two cores, so they are given the best units, not the passages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sourcier.app.answering.roles import asked_role, holds_role
from sourcier.app.answering.terms import content_stems, coverage
from sourcier.app.answering.wanted import Wanted, holds, wanted_by, wants_list
from sourcier.core.types import Hit
from sourcier.index.embedding import Embedder
from sourcier.ingest.sentences import Span, split_sentences

#: An enumeration longer than this (characters) is left in its items: it would fill the prompt alone.
MAX_LIST_CHARS = 1200
_MAX_ITEM_CHARS = 260
#: Kinds of value whose presence in a sentence says something; names are everywhere.
VALUES = frozenset({Wanted.AMOUNT, Wanted.SHARE, Wanted.COUNT, Wanted.DATE, Wanted.CONTACT})
#: Both chosen on the development questions (``docs/evaluation.md``), on the scale of a unit's score, 0 to 1.
VALUE_LIFT = 0.08
NOTE_DROP = 0.15
REFERENCE_DROP = 0.6
FRAGMENT_DROP = 0.15
BYLINE_LIFT = 0.3
#: As much as a byline's: either is the answer itself, in words that the question need not share.
ROLE_LIFT = 0.3
#: Units whose score is further from the best one's are beside the question. On the development questions, five quotes at
#: most within 0.3 find 91 % of the facts with 1.8 quotes an answer; within 0.2, 88 % with 1.4.
CLOSE = 0.3
#: Words under which a stretch is a title or a label rather than a sentence.
_FEW_WORDS = 4
_ANAPHORA = re.compile(
    r"\W*(?:(?:bien|afin|puis|alors) qu|lors|mais|or,?|ainsi,?|en effet,?|toutefois,?)?[’' ]*"
    r"(?:elles?|ils?|cela|ceci|ce|cet|cette|ces|celui|celle|ceux|celles|l[’']une?)\b",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\d{1,3}\.\s")
#: A line of a bibliography: it names the subject of every question, and answers none but « selon quelle source ? ».
_REFERENCE = re.compile(
    r"\[(?:en ligne|online|consulté|s\. ?[dl]\.)[^\]]*\]|\[(?:https?://|www\.)?[\w-]+(?:\.[\w-]+)+/[^\]]*\]|\bISBN\b"
    r"|,\s+\d+\s?p\.(?:\s|$)",
    re.IGNORECASE,
)
_ABOUT_SOURCES = re.compile(
    r"\b(?:sources?|r[ée]f[ée]rences?|bibliographie|[ée]tudes?|rapports?|auteure?s?|autrices?|[ée]crit|publi\w+|cit\w+)\b",
    re.IGNORECASE,
)
#: Who signed, and when: short lines that no sentence surrounds.
_BYLINE = re.compile(
    r"\W*(?:par|by|de|texte\s*:|auteure?s?\s*:)\s+[A-ZÀ-ÖØ-Þ][\w’'-]+\s+[A-ZÀ-ÖØ-Þ]|.{0,60}\b(?:publié|mis à jour|paru|published|updated)\b.{0,12}\d",
    re.IGNORECASE,
)
_ASKS_BYLINE = re.compile(
    r"\b(?:qui (?:a |est l[’'])?(?:[ée]crit|r[ée]dig\w+|sign\w+|auteure?|autrice)|auteure?|autrice|journaliste|who wrote|author|written by|[ée]crit par"
    r"|(?:quand|date|jour).{0,40}(?:publi|paru|parution)\w*|when.{0,40}published)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """An exact stretch of a document: ``canonical_text[start:end] == text``.

    Attributes:
        hit: the passage it stands in, with the document's title, path and section.
        lead: where the sentence before it in the passage begins, to resolve « elle », « ce projet »; ``start`` if none.
        parts: the sentences it is made of, as spans of the canonical text.
        score: how well it fits the question, for ordering only.
    """

    hit: Hit
    start: int
    end: int
    text: str
    lead: int
    parts: tuple[tuple[int, int], ...]
    score: float = 0.0
    similarity: float = 0.0
    overlap: float = 0.0

    @property
    def heading(self) -> str:
        """Title and section path, outermost first."""
        return " › ".join((self.hit.metadata.title, *self.hit.passage.section))

    @property
    def meaning(self) -> str:
        """The exact text from :attr:`clear_start` on."""
        offset = self.hit.passage.start
        return self.hit.passage.text[self.clear_start - offset : self.end - offset]

    @property
    def clear_start(self) -> int:
        """``lead`` where the text starts from « elle », « cela », « ces mesures »…; ``start`` where it needs nothing."""
        return self.lead if _ANAPHORA.match(self.text) else self.start

    @property
    def is_list(self) -> bool:
        """Whether it is an enumeration rather than one sentence."""
        return len(self.parts) > 1


def units_of(hit: Hit) -> list[Unit]:
    """Every unit of a passage: each sentence, and each enumeration as a whole."""
    text, offset = hit.passage.text, hit.passage.start
    spans = _whole_notes(text, split_sentences(text)) if not hit.passage.section else split_sentences(text)
    lists = [
        (first, last) for first, last in _lists(text, spans) if spans[last].end - spans[first].start <= MAX_LIST_CHARS
    ]
    # The sentence that announces a list says nothing without it; nor does one whose list stands under other headings.
    announcing = {i for i, span in enumerate(spans) if _announces(text, span)} if len(spans) > 1 else set()
    units = []
    for first, last in sorted({*((i, i) for i in range(len(spans)) if i not in announcing), *lists}):
        start, end = spans[first].start, spans[last].end
        lead = spans[first - 1].start if first else start
        parts = tuple((a + offset, b + offset) for a, b in spans[first : last + 1])
        units.append(Unit(hit, start + offset, end + offset, text[start:end], lead + offset, parts))
    return units


def _lists(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs of sentences on consecutive lines (list items), with the announcing line if it ends on a colon."""
    runs: list[tuple[int, int]] = []
    i = 0
    while i < len(spans):
        j = i
        while j + 1 < len(spans) and _next_item(text, spans[j], spans[j + 1]):
            j += 1
        # What stands right above a list announces it, with a colon or without.
        long = j - i >= 2
        first = i - 1 if i and (long or _announces(text, spans[i - 1])) else i
        if long or (j > first and (first < i or _announces(text, spans[i]))):
            runs.append((first, j))
        i = j + 1
    return runs


def _whole_notes(text: str, spans: Sequence[Span]) -> list[Span]:
    """The same spans, with the sentences of a numbered note in one: an author is nothing without the title after."""
    joined: list[Span] = []
    for span in spans:
        if joined and "\n" not in text[joined[-1].end : span.start] and _NOTE.match(text, joined[-1].start):
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


def _announces(text: str, span: tuple[int, int]) -> bool:
    return text[span[0] : span[1]].rstrip().endswith(":")


def _next_item(text: str, one: tuple[int, int], two: tuple[int, int]) -> bool:
    gap = text[one[1] : two[0]]
    return gap.count("\n") == 1 and two[1] - two[0] <= _MAX_ITEM_CHARS


def rank_units(
    question: str,
    hits: Sequence[Hit],
    embedder: Embedder,
    weight_of: Callable[[str], float],
    *,
    lexical_share: float = 0.35,
    passage_share: float = 0.3,
) -> list[Unit]:
    """All units of ``hits``, best first.

    A unit's score mixes the closeness of its embedding to the question's, the share of the question's content
    words it holds (with its heading, each word weighted by ``weight_of``), and the score of its passage.
    """
    units = [unit for hit in hits for unit in units_of(hit)]
    if not units:
        return []
    asked = embedder.embed_queries([question])[0]
    similarity = embedder.embed_passages([f"{_last_section(unit)}{unit.meaning}" for unit in units]) @ asked
    stems = content_stems(question)
    overlap = np.array([coverage(stems, content_stems(f"{unit.heading} {unit.meaning}"), weight_of) for unit in units])
    passage = np.array([unit.hit.score for unit in units])
    # Cosines of e5 models live between 0.7 and 0.9: stretch them over the candidates before mixing.
    low, high = float(similarity.min()), float(similarity.max())
    dense = (similarity - low) / (high - low) if high > low else np.ones_like(similarity)
    wanted = wanted_by(question) & VALUES
    role = asked_role(question)
    fits = np.array([_fits(unit, wanted, question) for unit in units])
    if role is not None:
        # Of a list of people, the one who holds it.
        fits += ROLE_LIFT * np.array([not unit.is_list and holds_role(role, unit.text) is True for unit in units])
    score = (1 - lexical_share - passage_share) * dense + lexical_share * overlap + passage_share * passage + fits
    scored = [
        replace(unit, score=float(score[i]), similarity=float(similarity[i]), overlap=float(overlap[i]))
        for i, unit in enumerate(units)
    ]
    if wants_list(question):
        scored = [_lifted(unit, scored) if unit.is_list else unit for unit in scored]
    return sorted(scored, key=lambda unit: (-unit.score, unit.hit.rank, unit.start))


def _fits(unit: Unit, wanted: frozenset[Wanted], question: str) -> float:
    """What the kind of a sentence adds to its score or takes from it, the question being what it is."""
    fit = VALUE_LIFT * any(holds(kind, unit.text) for kind in wanted)
    fit -= NOTE_DROP * bool(not unit.hit.passage.section and _NOTE.match(unit.text))
    if _REFERENCE.search(unit.text) and not _ABOUT_SOURCES.search(question):
        fit -= REFERENCE_DROP
    if _ASKS_BYLINE.search(question) and _BYLINE.match(unit.text):
        fit += BYLINE_LIFT
    elif _announces(unit.text, (0, len(unit.text))):
        fit -= FRAGMENT_DROP  # its list stands elsewhere
    elif len(unit.text.split()) < _FEW_WORDS and not any(character.isdigit() for character in unit.text):
        fit -= FRAGMENT_DROP
    return fit


def _lifted(whole: Unit, units: Sequence[Unit]) -> Unit:
    """A list that is asked for goes before its best item."""
    inside = [
        unit.score for unit in units if unit.hit is whole.hit and whole.start <= unit.start < unit.end <= whole.end
    ]
    return replace(whole, score=max(inside) + 0.01)


def _last_section(unit: Unit) -> str:
    section = unit.hit.passage.section
    return f"{section[-1]} : " if section else f"{unit.hit.metadata.title} : "


def choose_units(ranked: Sequence[Unit], limit: int, max_tokens: int, count: Callable[[str], int]) -> list[Unit]:
    """The best units that fit in ``max_tokens``, none inside another, best first."""
    chosen: list[Unit] = []
    spent = 0
    for unit in ranked:
        if len(chosen) >= limit:
            break
        if any(_overlaps(unit, other) for other in chosen):
            continue
        cost = count(unit.text)
        if spent + cost > max_tokens:
            continue
        chosen.append(unit)
        spent += cost
    return chosen


def near_the_best(ranked: Sequence[Unit]) -> list[Unit]:
    """The units that fit the question nearly as well as the best one, best first."""
    return [unit for unit in ranked if ranked[0].score - unit.score <= CLOSE]


def in_reading_order(units: Sequence[Unit]) -> list[Unit]:
    """Units as a reader would meet them, best passage first."""
    return sorted(units, key=lambda unit: (unit.hit.rank, unit.start))


def _overlaps(one: Unit, other: Unit) -> bool:
    same = one.hit.passage.document_id == other.hit.passage.document_id
    return same and one.start < other.end and other.start < one.end
