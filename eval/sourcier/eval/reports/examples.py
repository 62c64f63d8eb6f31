"""The questions that went worst, with all that is needed to see why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sourcier.core.types import Answer, AnswerSentence, Citation
from sourcier.eval.reports.content import Example, Quote
from sourcier.eval.reports.reading import Run
from sourcier.eval.reports.words import Words

__all__ = ["failures", "worst"]

#: What is wrong with an answer, the gravest first, and how much it weighs when the worst are chosen.
WEIGHTS = {
    "fabricated": 100,
    "quote": 90,
    "invented": 40,
    "span": 25,
    "number": 20,
    "unsupported": 15,
    "facts": 12,
    "refused": 10,
    "place": 6,
    "language": 5,
}
#: Of one kind of fault at most so many are shown while there are others.
_ALIKE = 3


def failures(run: Run, identifier: str) -> list[str]:
    """What went wrong with an answer, by the short names that the catalogue spells out, the gravest first."""
    score = run.scores[identifier]
    answered = score.get("status") != "abstained"
    asked = bool(score.get("answerable"))
    judge = run.independent_judge()
    verdicts = run.verdicts(judge, identifier) if judge else []
    wrong = {
        "fabricated": any(v for k, v in (score.get("fabrications") or {}).items() if k != "items"),
        "quote": _short(score, "exact_quotes"),
        "invented": not asked and answered,
        "span": _short(score, "quoted_spans"),
        "number": _short(score, "numbers"),
        "unsupported": answered and False in verdicts,
        "facts": asked and answered and bool(score.get("missing")),
        "refused": asked and not answered,
        "place": asked and answered and score.get("right_place") is False,
        "language": score.get("language_kept") is False,
    }
    return [name for name in WEIGHTS if wrong[name]]


def worst(name: str, run: Run, words: Words, most: int = 8) -> tuple[list[Example], int]:
    """The worst answers of a run, and how many have some fault; of each sort of fault a few before more of one."""
    faulty = {i: found for i in run.scores if i in run.answers and (found := failures(run, i))}
    order = sorted(faulty, key=lambda i: -sum(WEIGHTS[fault] for fault in faulty[i]))
    seen: dict[str, int] = {}
    first: list[str] = []
    later: list[str] = []
    for i in order:
        main = faulty[i][0]
        seen[main] = seen.get(main, 0) + 1
        (first if seen[main] <= _ALIKE else later).append(i)
    chosen = sorted((first + later)[:most], key=order.index)
    return [_example(name, run, i, faulty[i], words) for i in chosen], len(faulty)


def _example(name: str, run: Run, identifier: str, faults: Sequence[str], words: Words) -> Example:
    answer, row, score = run.answers[identifier], run.questions.get(identifier, {}), run.scores[identifier]
    missing = set(score.get("missing") or ())
    facts = row.get("facts") or ()
    judge = run.independent_judge()
    shown = answer.sentences if answer.status != "abstained" else ()
    verdicts = (run.verdicts(judge, identifier) if judge else []) or [None] * len(shown)
    sentences = [(s.text, s.citations, _worth(s, v, words)) for s, v in zip(shown, verdicts, strict=True)]
    kind = str(score.get("kind") or "-")
    return Example(
        name=f"example-{name}-{_anchor(identifier)}",
        heading=identifier,
        run=words.known(f"kind_{kind}", words("kind_none") if kind == "-" else kind),
        question=answer.question,
        history=tuple(
            (str(turn.get("question", "")), str(turn.get("answer", ""))) for turn in row.get("history") or ()
        ),
        reasons=tuple(words(f"fault_{fault}") for fault in faults),
        expected=tuple((" | ".join(map(str, fact)), i not in missing) for i, fact in enumerate(facts)),
        reference=str(row.get("reference") or ""),
        wanted=words("abstention_wanted") if score.get("answerable") is False else "",
        status=words(f"status_{answer.status}"),
        sentences=tuple(sentences) or (() if answer.status == "abstained" else ((answer.answer, (), ""),)),
        quotes=tuple(_quote(citation, words) for citation in answer.citations),
        removed=tuple((one.text, one.explanation or words.reason(one.reason)) for one in answer.removed),
        retrieved=_retrieved(answer, words),
    )


def _worth(sentence: AnswerSentence, carried: bool | None, words: Words) -> str:
    """The support that a sentence is shown with, and whether an independent judge refuses it."""
    said = [] if sentence.support is None else [words("support_is", support=words.number(sentence.support, 2))]
    if carried is False:
        said.append(words("not_carried"))
    return " · ".join(said)


def _quote(citation: Citation, words: Words) -> Quote:
    page = citation.page_label or (str(citation.page) if citation.page is not None else "")
    place = (citation.section or "", words("page_is", page=page) if page else "", citation.path)
    return Quote(citation.marker, citation.title, " · ".join(part for part in place if part), citation.quote)


def _retrieved(answer: Answer, words: Words, most: int = 5) -> tuple[tuple[int, str, str], ...]:
    """Rank, path with the place in it, score; of the first few."""
    return tuple(
        (
            hit.rank,
            words("retrieved_at", path=hit.path, start=hit.passage.start, end=hit.passage.end),
            words.number(hit.score, 3),
        )
        for hit in answer.retrieved[:most]
    )


def _short(score: Mapping[str, Any], name: str) -> bool:
    tally = score.get(name) or {}
    return bool(tally.get("good", 0) < tally.get("n", 0))


def _anchor(identifier: str) -> str:
    """Letters, digits and dashes: an id can hold anything."""
    return "".join(c if c.isascii() and c.isalnum() else f"-{ord(c):x}-" for c in identifier)
