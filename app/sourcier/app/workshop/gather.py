"""From a theme, or from documents, to topics: what the documents say, in sentences that stand alone, each with its source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sourcier.app.answering.answerability import Answerability
from sourcier.app.answering.evidence import Unit, rank_units
from sourcier.app.answering.terms import content_stems, coverage
from sourcier.app.workshop.asked import check_brief, chosen_documents
from sourcier.app.workshop.kit import Brief, Piece, Topic
from sourcier.app.workshop.sections import Section, bare_heading, sections_of
from sourcier.app.workshop.sources import Sources, shown_words
from sourcier.app.workshop.standalone import Said, demands, is_figure, standing_alone
from sourcier.app.workshop.tools import Tools
from sourcier.core.errors import QuestionError
from sourcier.core.filters import fold
from sourcier.core.messages import message
from sourcier.core.types import Hit
from sourcier.index.records import DocumentRow

__all__ = ["Gathered", "gather", "topics_for"]

#: Passages looked at for a theme, and sections at most that are read whole around them.
_HITS = 16
_SECTIONS = 36
_FEWEST_FACTS, _MOST_FACTS = 3, 8
#: Sentences of a topic among which those eight are looked for.
_LOOKED_AT = 20
#: A theme is in the corpus where the gate's probability for « what do the documents say of it? » and the share of its words'
#: weight that one sentence holds come to this together (0 to 2). Of 30 themes of the five documents, the lowest comes to 1.38;
#: of 32 others of a union's life, the highest to 1.14. Later trials are told in ``docs/workshop.md``.
IN_CORPUS = 1.25
#: Sections whose best sentence scores less than this share of the best of all are beside the theme, unless they stand beside
#: one that is on it.
_ON_THEME = 0.5
_BESIDE = 0.16
#: Sentences that mean nearly the same: cosine of their vectors, or share of the words of the shorter one.
_SAME_MEANING, _SAME_WORDS = 0.965, 0.75
_DEMAND_LIFT, _FIGURE_LIFT = 0.12, 0.05
_OVERVIEW = re.compile(
    r"\b(?:présent(?:ation|er)|survol|aperçu|vue d[’']ensemble|découvr\w+|connaître|introduction|résumé|sommaire|tour|"
    r"overview|presentation|introduc\w+|summary|presenting)\b",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"^(?:introduction|préambule|avant-propos|présentation|contexte|foreword|preface)\b", re.IGNORECASE
)
_BACK = re.compile(
    r"^(?:annexes?|références?|bibliographie|notes?|remerciements|sources|index|glossaire|table des|appendix|references)\b",
    re.IGNORECASE,
)
_PROPOSED = 6


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a kit is made from.

    Attributes:
        overview: whether a whole document is presented, part by part.
        paths: the documents that the topics come from, the most used first.
    """

    topics: tuple[Topic, ...]
    overview: bool
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Scored:
    said: Said
    unit: Unit
    score: float


@dataclass(frozen=True, slots=True)
class _Group:
    """Sections that make one topic."""

    title: str
    path: str
    start: int
    scored: tuple[_Scored, ...]
    on_theme: bool = True

    @property
    def head(self) -> str:
        """The great part of the document that it is in; the document itself where it has none."""
        section = self.scored[0].said.hit.passage.section
        return section[0] if section else ""

    @property
    def score(self) -> float:
        best = sorted((one.score for one in self.scored), reverse=True)[:3]
        return sum(best) / 3 if best else 0.0


def topics_for(minutes: int) -> int:
    """How many topics a session of that length can work on."""
    return 3 if minutes < 75 else 4 if minutes <= 120 else 5 if minutes <= 200 else 6


def gather(brief: Brief, tools: Tools, sources: Sources) -> Gathered:
    """The topics of a brief, in the order in which the documents tell them.

    Raises:
        UsageError: the brief cannot be used (see :func:`check_brief`), or names a document that is not in the index.
        QuestionError: nothing in the documents is about the theme; the sentence names what they are about.
        EmptyIndexError: nothing has been ingested.
    """
    check_brief(brief)
    rows = tools.searcher.documents()
    chosen = chosen_documents(brief, rows)
    toured = _toured(brief, rows, chosen)
    if toured:
        groups, overview = _parts(toured, chosen, tools), True
    else:
        groups, overview = _on_theme(brief, rows, chosen, tools), False
    count = max(topics_for(brief.minutes), 8) if overview else topics_for(brief.minutes)
    best = sorted(groups, key=lambda group: (not group.on_theme, -group.score))[:count]
    kept = _without_twins(best, tools)
    places = {path: place for place, path in enumerate(dict.fromkeys(group.path for group in best))}
    kept = sorted(kept, key=lambda group: (places[group.path], group.start))
    topics = tuple(
        Topic(id=f"T{n}", title=group.title, facts=tuple(_piece(one, sources, tools) for one in group.scored))
        for n, group in enumerate(kept, 1)
    )
    if not topics:
        raise _outside(brief, rows, tools)
    return Gathered(topics, overview, tuple(dict.fromkeys(group.path for group in kept)))


def _toured(brief: Brief, rows: Sequence[DocumentRow], chosen: dict[str, tuple[str, ...]]) -> list[DocumentRow]:
    """The documents to present part by part; none where a theme is to be looked for in them."""
    asked = content_stems(_OVERVIEW.sub(" ", brief.theme))
    if chosen and not asked:
        return [row for row in rows if row.path in chosen]
    if not asked or not _OVERVIEW.search(brief.theme):
        return []
    among = [row for row in rows if not chosen or row.path in chosen]
    named = [row for row in among if asked <= content_stems(row.metadata.title)]
    # « la plateforme » is the one that has most to say of the documents so called.
    return sorted(named, key=lambda row: -row.n_chars)[:1]


def _parts(toured: Sequence[DocumentRow], chosen: dict[str, tuple[str, ...]], tools: Tools) -> list[_Group]:
    """The great parts of documents, each with sentences taken from all its sections."""
    groups: list[_Group] = []
    for row in toured:
        sections = _asked_sections(row, chosen.get(row.path, ()), tools)
        depth = 0
        while len({one.headings[: depth + 1] for one in sections}) < 3 and any(
            len(s.headings) > depth + 1 for s in sections
        ):
            depth += 1
        by_head: dict[tuple[str, ...], list[Section]] = {}
        for section in sections:
            by_head.setdefault(section.headings[: depth + 1], []).append(section)
        for head, inside in by_head.items():
            if head and _BACK.match(bare_heading(head[-1])) and len(by_head) > 2:
                continue
            title = _title(head, row.metadata.title)
            scored = _score(title, inside, tools)
            if len(scored) >= 2:
                groups.append(_Group(title, row.path, inside[0].start, tuple(_varied(scored))))
    return groups


def _on_theme(
    brief: Brief, rows: Sequence[DocumentRow], chosen: dict[str, tuple[str, ...]], tools: Tools
) -> list[_Group]:
    """Groups of sections on a theme; the theme is first known to be in the documents."""
    hits = _found(brief.theme, chosen, rows, tools)
    if not hits or _belonging(brief.theme, hits, tools) < IN_CORPUS:
        raise _outside(brief, rows, tools)
    by_path = {row.path: row for row in rows}
    sections = _around(hits, [by_path[path] for path in dict.fromkeys(hit.path for hit in hits)], chosen, tools)
    scored = _score(brief.theme, sections, tools)
    best = max((one.score for one in scored), default=0.0)
    return _grouped(sections, scored, best)


def _found(theme: str, chosen: dict[str, tuple[str, ...]], rows: Sequence[DocumentRow], tools: Tools) -> list[Hit]:
    """Passages on the theme, and on each of its halves; where documents are chosen, theirs alone."""
    queries = [
        theme,
        *(part for part in re.split(r"\s+(?:et|and)\s+|[,;:/]\s*", theme) if len(content_stems(part)) > 1),
    ]
    # The index cannot be asked for some documents alone by their paths: more is asked for, and theirs kept.
    count = _HITS if not chosen else max(_HITS, min(400, sum(row.n_passages for row in rows)))
    found: dict[str, Hit] = {}
    for query in dict.fromkeys(queries):
        for hit in tools.searcher.search(query, count).hits:
            if not chosen or hit.path in chosen:
                found.setdefault(hit.passage.passage_id, hit)
    return list(found.values())[: 2 * _HITS]


def _belonging(theme: str, hits: Sequence[Hit], tools: Tools) -> float:
    """How surely the documents speak of a theme, 0 to 2 (see :data:`IN_CORPUS`)."""
    weight_of = tools.searcher.idf
    asked = message("workshop.what_do_they_say", tools.language, theme=theme)
    gate = Answerability.load().probability(
        asked, rank_units(asked, hits, tools.embedder, weight_of), tools.embedder, weight_of
    )
    stems = content_stems(theme)
    said = [f"{hit.metadata.title} {' '.join(hit.passage.section)} {hit.passage.text}" for hit in hits]
    return gate + max(coverage(stems, content_stems(text), weight_of) for text in said)


def _around(
    hits: Sequence[Hit], rows: Sequence[DocumentRow], chosen: dict[str, tuple[str, ...]], tools: Tools
) -> list[Section]:
    """The sections that the passages are in, then those beside them."""
    first: list[Section] = []
    rest: list[Section] = []
    for row in rows:
        mine = [hit for hit in hits if hit.path == row.path]
        for section in _asked_sections(row, chosen.get(row.path, ()), tools):
            end = section.units[-1].end
            inside = any(hit.passage.start < end and section.start < hit.passage.end for hit in mine)
            (first if inside else rest).append(section)
    parents = {section.parent for section in first} | {(section.path, section.headings) for section in first}
    beside = [section for section in rest if section.parent in parents or (section.path, section.headings) in parents]
    return [*first, *beside][:_SECTIONS]


def _asked_sections(row: DocumentRow, asked: Sequence[str], tools: Tools) -> list[Section]:
    sections = sections_of(tools.searcher.document(row.document_id), row)
    if not asked:
        return [
            section for section in sections if not (section.headings and _BACK.match(bare_heading(section.headings[0])))
        ]
    wanted = [fold(bare_heading(one.split(" › ")[-1])) for one in asked]
    kept = [s for s in sections if any(fold(bare_heading(heading)) in wanted for heading in s.headings)]
    if not kept:
        known = ", ".join(dict.fromkeys(bare_heading(s.headings[-1]) for s in sections if s.headings)) or "—"
        raise QuestionError("workshop.unknown_section", document=row.path, section=asked[0], known=known[:600])
    return kept


def _score(theme: str, sections: Sequence[Section], tools: Tools) -> list[_Scored]:
    """The sentences of sections that stand alone, best first."""
    alone = {
        (unit.hit.path, unit.start, unit.end): said
        for section in sections
        for unit in section.units
        if (said := standing_alone(unit)) is not None
    }
    hits = [replace(section.units[0].hit, score=0.0) for section in sections]
    ranked = rank_units(theme, hits, tools.embedder, tools.searcher.idf)
    found = []
    for unit in ranked:
        said = alone.get((unit.hit.path, unit.start, unit.end))
        if said is not None:
            lift = _DEMAND_LIFT * demands(said.text) + _FIGURE_LIFT * is_figure(said.text)
            found.append(_Scored(said, unit, unit.score + lift))
    return sorted(found, key=lambda one: (-one.score, one.said.start))


def _grouped(sections: Sequence[Section], scored: Sequence[_Scored], best: float) -> list[_Group]:
    """Topics: a section that says enough, else what stands under the heading above it."""
    own: dict[tuple[str, tuple[str, ...]], list[_Scored]] = {}
    for one in scored:
        own.setdefault((one.said.hit.path, one.said.hit.passage.section), []).append(one)
    titles = {section.path: section.title for section in sections}
    pooled: dict[tuple[str, tuple[str, ...]], list[_Scored]] = {}
    for (path, headings), inside in own.items():
        near = inside[0].score >= _ON_THEME * best
        enough = len(inside) >= _FEWEST_FACTS or (near and len(inside) >= 2)
        key = (path, headings) if enough or not headings else (path, headings[:-1])
        pooled.setdefault(key, []).extend(inside)
    groups = []
    for (path, headings), inside in pooled.items():
        inside.sort(key=lambda one: (-one.score, one.said.start))
        if len(inside) < 2 or inside[0].score < _BESIDE:
            continue
        on_theme = inside[0].score >= _ON_THEME * best
        title = _title(headings, titles[path])
        groups.append(_Group(title, path, min(one.said.start for one in inside), tuple(inside), on_theme))
    near_of = {(group.path, group.head) for group in groups if group.on_theme}
    return [group for group in groups if group.on_theme or (group.path, group.head) in near_of]


def _title(headings: Sequence[str], title: str) -> str:
    bare = bare_heading(headings[-1]) if headings else ""
    return title if not bare or _OPENING.match(bare) else bare


def _varied(scored: Sequence[_Scored]) -> list[_Scored]:
    """The same, the best of each section before the second of any."""
    turns: dict[tuple[str, ...], int] = {}
    ordered = []
    for one in scored:
        section = one.said.hit.passage.section
        ordered.append((turns.get(section, 0), -one.score, one.said.start, one))
        turns[section] = turns.get(section, 0) + 1
    return [one for *_, one in sorted(ordered, key=lambda row: row[:3])]


def _without_twins(groups: Iterable[_Group], tools: Tools) -> list[_Group]:
    """Each thing said once, in the first group that says it; eight sentences a group at most."""
    groups = list(groups)
    texts = list(dict.fromkeys(one.said.text for group in groups for one in group.scored[:_LOOKED_AT]))
    vectors = dict(zip(texts, tools.embedder.embed_passages(texts), strict=True))
    told: list[tuple[frozenset[str], NDArray[np.float32]]] = []
    titles: set[str] = set()
    kept: list[_Group] = []
    for group in groups:
        mine: list[_Scored] = []
        for one in group.scored[:_LOOKED_AT]:
            if len(mine) == _MOST_FACTS:
                break
            stems, vector = content_stems(one.said.text), vectors[one.said.text]
            if any(_same(stems, vector, *other) for other in told):
                continue
            told.append((stems, vector))
            mine.append(one)
        if len(mine) >= 2:
            kept.append(replace(group, scored=tuple(mine), title=_new_title(group, titles)))
            titles.add(kept[-1].title.casefold())
    return kept


def _new_title(group: _Group, taken: set[str]) -> str:
    if group.title.casefold() not in taken:
        return group.title
    return f"{group.title} ({group.scored[0].said.hit.metadata.title})"


def _same(
    stems: frozenset[str], vector: NDArray[np.float32], others: frozenset[str], other: NDArray[np.float32]
) -> bool:
    few = min(len(stems), len(others)) or 1
    return float(vector @ other) >= _SAME_MEANING or len(stems & others) / few >= _SAME_WORDS


def _piece(one: _Scored, sources: Sources, tools: Tools) -> Piece:
    said = one.said
    if said.whole:
        return sources.quote(said.hit, said.start, said.end)
    # Only the word that tied it to the sentence before is gone; it is judged all the same, as whatever is written.
    number = sources.add(said.hit, said.start, said.end)
    support = tools.verifier.verify(said.text, sources.evidence([number])).support
    if support < tools.threshold:
        return sources.quote(said.hit, said.start, said.end)
    return sources.fact(shown_words(said.text), [(said.hit, said.start, said.end)], support)


def _outside(brief: Brief, rows: Sequence[DocumentRow], tools: Tools) -> QuestionError:
    """The refusal of a theme, with the nearest headings that the documents have."""
    theme = brief.theme.strip()
    hits = tools.searcher.search(theme, _HITS).hits if theme else ()
    near = [bare_heading(hit.passage.section[-1]) if hit.passage.section else hit.metadata.title for hit in hits]
    near += [row.metadata.title for row in rows]
    named = [one for one in dict.fromkeys(near) if len(one) < 140 and not _OPENING.match(one) and not _BACK.match(one)]
    known = " ; ".join(f"« {one} »" for one in named[:_PROPOSED])
    return QuestionError("workshop.outside", theme=theme or ", ".join(brief.documents), known=known)
