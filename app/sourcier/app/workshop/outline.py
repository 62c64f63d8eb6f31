"""The outline: what is done, in what order, for how many minutes, so that they add up to the session exactly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sourcier.app.workshop.gather import Gathered
from sourcier.app.workshop.kit import (
    LOWER_BLOOM,
    ActivityKind,
    Bloom,
    Brief,
    Grouping,
    Objective,
    Outline,
    Planned,
    Topic,
)
from sourcier.app.workshop.papers.typography import typeset
from sourcier.app.workshop.standalone import demands, shortened
from sourcier.app.workshop.verbs import bloom_of
from sourcier.core.errors import UsageError
from sourcier.core.messages import message

__all__ = ["ABOVE", "check_outline", "draft_outline", "objectives_for", "share_above", "usual"]

#: Share of the activities, breaks left out, that must ask for more than to understand.
ABOVE = 1 / 3
#: Minutes of work after which people need a break, and how long it lasts; a meal beyond five hours.
_STRETCH, _PAUSE, _MEAL, _DAY = 90, 10, 60, 300
_PRESENTATION = re.compile(
    r"^(?:présentation|survol|aperçu|vue d[’']ensemble|découverte)\s+(?P<of>des|du|de|d[’'])\s*(?P<what>\S.*)$",
    re.IGNORECASE,
)
_ARTICLES = {"du": "le ", "des": "les "}


@dataclass(frozen=True, slots=True)
class _Shape:
    """An activity as it is usually led: the minutes it takes, at least and at most, and what it asks of people."""

    minutes: int
    least: int
    most: int
    bloom: Bloom


_SHAPES: dict[ActivityKind, _Shape] = {
    "opening": _Shape(8, 2, 15, "remember"),
    "discover": _Shape(15, 3, 30, "understand"),
    "sort": _Shape(15, 8, 25, "analyse"),
    "case": _Shape(20, 10, 40, "apply"),
    "debate": _Shape(20, 12, 40, "evaluate"),
    "position": _Shape(10, 5, 20, "evaluate"),
    "detective": _Shape(12, 3, 20, "analyse"),
    "quiz": _Shape(10, 4, 20, "remember"),
    "commit": _Shape(8, 3, 20, "create"),
    "closing": _Shape(5, 2, 15, "understand"),
}
_CORE: tuple[ActivityKind, ...] = ("opening", "discover", "detective", "commit", "closing")
#: What is added to the core, in this order, until the session is full; the number says of which topic, from the first.
_MORE: tuple[tuple[ActivityKind, int], ...] = (
    ("position", 0), ("quiz", 0), ("case", 0), ("sort", 1), ("discover", 1), ("debate", 1), ("discover", 2), ("case", 2),
    ("sort", 2), ("discover", 3), ("debate", 3), ("case", 3), ("discover", 4), ("sort", 4), ("case", 1), ("discover", 5),
    ("debate", 5), ("case", 4), ("sort", 5), ("debate", 0), ("sort", 3), ("debate", 2), ("case", 5), ("debate", 4),
)  # fmt: skip
#: Groups beyond this size sit in rows: they talk in pairs, and nothing is handed out to sort.
_ASSEMBLY = 30
_PLACE: dict[ActivityKind, int] = {"discover": 0, "sort": 1, "case": 2, "debate": 3}
_LOWEST_FIRST: tuple[Bloom, ...] = ("remember", "understand", "apply", "analyse", "evaluate", "create")


def draft_outline(brief: Brief, gathered: Gathered) -> Outline:
    """A first outline: the minutes add up, and at least :data:`ABOVE` of the activities ask for more than to understand."""
    topics = gathered.topics
    breaks = _breaks(brief.minutes)
    work = brief.minutes - sum(breaks)
    chosen = _chosen(brief, work, len(topics))
    readings = [n for n, (kind, _) in enumerate(chosen) if kind == "discover"]
    if gathered.overview or len(readings) == 1:
        # A single reading goes through all topics, and so does the first one where a whole document is presented.
        chosen[readings[0]] = ("discover", None)
    richest = sorted(range(len(topics)), key=lambda n: -sum(demands(piece.text) for piece in topics[n].facts))
    if len(topics) > 1 and sum(kind == "case" for kind, _ in chosen) == 1:
        # The one case is on what the documents ask for the most.
        chosen = [(kind, richest[0] if kind == "case" else place) for kind, place in chosen]
    minutes = _shared(brief.minutes, work, [kind for kind, _ in chosen])
    rows: list[tuple[ActivityKind, int | None, int]] = [
        (kind, place, length) for (kind, place), length in zip(chosen, minutes, strict=True)
    ]
    rows = _with_breaks(rows, breaks)
    activities = tuple(
        _planned(n, kind, None if place is None else topics[place], length, brief)
        for n, (kind, place, length) in enumerate(rows, 1)
    )
    title = brief.title.strip() or _title(brief, topics)
    return Outline(title=title, objectives=objectives_for(brief, activities, topics), activities=activities)


def share_above(activities: Iterable[Planned]) -> float:
    """Share of the activities, breaks left out, that ask for more than to understand, 0 to 1."""
    working = [planned for planned in activities if planned.kind != "break"]
    return sum(planned.bloom not in LOWER_BLOOM for planned in working) / len(working) if working else 0.0


def check_outline(outline: Outline, brief: Brief, topics: Sequence[Topic]) -> None:
    """Refuse an outline that could not be followed.

    Raises:
        UsageError: it has no activity, its minutes do not add up, an id comes twice, or a topic is unknown.
    """
    if not any(planned.kind != "break" for planned in outline.activities):
        raise UsageError("workshop.outline_empty")
    if outline.minutes != brief.minutes:
        over = outline.minutes - brief.minutes
        key = "workshop.outline_over" if over > 0 else "workshop.outline_under"
        raise UsageError(key, sum=outline.minutes, minutes=brief.minutes, n=abs(over))
    ids = [planned.id for planned in outline.activities]
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice is not None:
        raise UsageError("workshop.outline_twice", id=twice)
    known = {topic.id for topic in topics}
    named = [*(one.topic for one in outline.activities), *(one.topic for one in outline.objectives)]
    stranger = next((topic for topic in named if topic is not None and topic not in known), None)
    if stranger is not None:
        raise UsageError("workshop.outline_topic", topic=stranger, known=", ".join(sorted(known)))


def objectives_for(brief: Brief, activities: Sequence[Planned], topics: Sequence[Topic]) -> tuple[Objective, ...]:
    """What participants will be able to do: the trainer's own words where she gave any, else one for each level worked on."""
    if any(goal.strip() for goal in brief.goals):
        return tuple(
            Objective(text=goal.strip(), bloom=bloom_of(goal, brief.language)) for goal in brief.goals if goal.strip()
        )
    titles = {topic.id: shortened(topic.title) for topic in topics}
    first: dict[Bloom, Planned] = {}
    for planned in activities:
        if planned.kind not in {"break", "opening", "closing"}:
            first.setdefault(planned.bloom, planned)
    found = []
    for bloom in _LOWEST_FIRST:
        worked = first.get(bloom)
        if worked is not None:
            about = titles.get(worked.topic or "") or shortened(
                presented(brief.theme) or (topics[0].title if topics else "")
            )
            text = typeset(message(f"workshop.objective_{bloom}", brief.language, topic=about), brief.language)
            found.append(Objective(text=text, bloom=bloom, topic=worked.topic))
    return tuple(found)


def presented(theme: str) -> str:
    """What a theme is about: « la plateforme » of « présentation de la plateforme », any other theme as it is."""
    found = _PRESENTATION.match(theme.strip())
    return f"{_ARTICLES.get(found['of'].lower(), '')}{found['what']}" if found else theme.strip()


def usual(number: int, kind: ActivityKind, topic: Topic | None, brief: Brief) -> Planned:
    """The activity ``A{number}`` as it is usually led, to be added to an outline."""
    return _planned(number, kind, topic, _PAUSE if kind == "break" else _SHAPES[kind].minutes, brief)


def _chosen(brief: Brief, work: int, topics: int) -> list[tuple[ActivityKind, int | None]]:
    """Which activities fill so many minutes, in the order in which they are led."""
    assembly = brief.group_size > _ASSEMBLY
    chosen: list[tuple[ActivityKind, int | None]] = [(kind, 0 if kind == "discover" else None) for kind in _CORE]
    if work < 20:
        chosen.remove(("closing", None))
    more = [(kind, place) for kind, place in _MORE if place < topics and not (assembly and kind in {"sort", "debate"})]
    if brief.level == "advanced":
        # Those who know the matter discuss it sooner.
        more.sort(key=lambda row: row[0] in {"discover", "sort", "quiz"})
    for kind, place in more:
        filled = sum(_SHAPES[one].minutes for one, _ in chosen)
        if filled + _SHAPES[kind].minutes // 2 > work:
            break
        chosen.append((kind, place if kind in _PLACE else None))
    middle = sorted((row for row in chosen if row[1] is not None), key=lambda row: (row[1] or 0, _PLACE.get(row[0], 9)))
    after: tuple[ActivityKind, ...] = ("detective", "position", "quiz", "commit", "closing")
    rest = [row for kind in after for row in chosen if row[0] == kind]
    return [("opening", None), *middle, *rest]


def _shared(asked: int, work: int, kinds: Sequence[ActivityKind]) -> list[int]:
    """Minutes of each activity, multiples of five in a session of an hour or more whose length is one; they sum to ``work``."""
    step = 5 if asked >= 60 and work % 5 == 0 and work >= 5 * len(kinds) else 1
    usual = sum(_SHAPES[kind].minutes for kind in kinds)
    shares = [work * _SHAPES[kind].minutes / usual for kind in kinds]
    minutes = [
        max(step, min(_SHAPES[kind].most, round(share / step) * step))
        for kind, share in zip(kinds, shares, strict=True)
    ]
    if step == 1:
        minutes = [max(_SHAPES[kind].least, length) for kind, length in zip(kinds, minutes, strict=True)]
    while (left := work - sum(minutes)) != 0:
        sign = 1 if left > 0 else -1

        # What is furthest from its share gives or takes; one that is at its end only when all are.
        def distance(place: int, sign: int = sign) -> tuple[bool, float]:
            shape = _SHAPES[kinds[place]]
            at_end = minutes[place] >= shape.most if sign > 0 else minutes[place] - step < max(1, shape.least)
            return at_end, sign * (minutes[place] - shares[place])

        place = min(range(len(kinds)), key=distance)
        minutes[place] += sign * min(step, abs(left))
    return minutes


def _breaks(minutes: int) -> list[int]:
    """The breaks of a session, in order: one for each ninety minutes and a meal beyond five hours."""
    if minutes <= _STRETCH:
        return []
    count = (minutes - 1) // (_STRETCH + _PAUSE)
    breaks = [_PAUSE] * count
    if minutes >= _DAY:
        breaks[len(breaks) // 2] = _MEAL
    return breaks


def _with_breaks(
    rows: Sequence[tuple[ActivityKind, int | None, int]], breaks: Sequence[int]
) -> list[tuple[ActivityKind, int | None, int]]:
    """Breaks put between activities, as evenly as these allow."""
    if not breaks:
        return list(rows)
    total = sum(length for *_, length in rows)
    wanted = [total * (n + 1) / (len(breaks) + 1) for n in range(len(breaks))]
    ends: list[int] = []
    so_far = 0
    for *_, length in rows:
        so_far += length
        ends.append(so_far)
    after: dict[int, int] = {}
    for place, moment in enumerate(wanted):
        free = [i for i in range(len(rows) - 1) if i not in after]
        if free:
            after[min(free, key=lambda i: abs(ends[i] - moment))] = breaks[place]
    placed: list[tuple[ActivityKind, int | None, int]] = []
    for i, row in enumerate(rows):
        placed.append(row)
        if i in after:
            placed.append(("break", None, after[i]))
    return placed


def _planned(number: int, kind: ActivityKind, topic: Topic | None, minutes: int, brief: Brief) -> Planned:
    bloom = "remember" if kind == "break" else _SHAPES[kind].bloom
    title = message(f"workshop.title_{kind}", brief.language)
    if kind == "break" and minutes >= _MEAL:
        title = message("workshop.title_meal", brief.language)
    if topic is not None:
        title = message("workshop.title_on", brief.language, title=title, topic=shortened(topic.title))
    return Planned(
        id=f"A{number}",
        kind=kind,
        title=title,
        minutes=minutes,
        bloom=bloom,
        grouping=_grouping(kind, brief.group_size),
        topic=None if topic is None else topic.id,
    )


def _grouping(kind: ActivityKind, size: int) -> Grouping:
    if kind in {"opening", "break", "closing", "position"} or size < 4:
        return "plenary"
    if kind in {"quiz", "commit"}:
        return "alone"
    return "teams" if kind in {"sort", "case", "debate"} and 6 <= size <= _ASSEMBLY else "pairs"


def _title(brief: Brief, topics: Sequence[Topic]) -> str:
    theme = brief.theme.strip() or (topics[0].title if topics else "")
    return theme[:1].upper() + theme[1:]
