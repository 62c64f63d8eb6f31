"""Quiz questions made from an index: are the keys carried and the wrong choices not, and does their wording give them away?

    SOURCIER_HOME=… python -m sourcier.eval.bench.quiz --count 70

Every key and wrong choice is judged anew, by itself, from what a search for it finds. The guesses know nothing of
the documents: they take the longest choice, the shortest, the one that shares most words with the question, or the first.
Each should do as well as chance, that is, as the share of right choices; ties are parted equally.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from sourcier.app.answering.evidence import units_of
from sourcier.app.answering.terms import content_stems
from sourcier.app.answering.verifier import Evidence
from sourcier.app.workshop.kit import Choice, LeftOut, QuizItem, Topic
from sourcier.app.workshop.quiz import make_quiz
from sourcier.app.workshop.quiz.checking import REFUSED
from sourcier.app.workshop.quiz.drafts import BLANK, inner_quotes
from sourcier.app.workshop.quiz.reading import statements_of
from sourcier.app.workshop.sources import Sources
from sourcier.app.workshop.tools import Tools, opened
from sourcier.core.settings import load
from sourcier.eval.metrics.intervals import Estimate, mean, proportion
from sourcier.eval.script import run_script

__all__ = ["GUESSES", "Stated", "guessed", "main", "stated_by", "topics_of_index"]

#: Passages of evidence, as many as when a question is made.
_PASSAGES = 10
_SENTENCES = 8
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Stated:
    """What a choice amounts to: a statement, or an answer with the question it answers."""

    text: str
    right: bool
    question: str | None = None


def stated_by(item: QuizItem) -> list[Stated]:
    """The statements that the choices of a question make; a short answer makes its key alone, pairs make none."""
    if item.kind == "true_false":
        sentence = item.proof.text
        found = [Stated(sentence, True)]
        told = item.stem.partition("«")[2].rpartition("»")[0].strip(" \u00a0\u202f")
        return found if item.choices[0].right else [*found, Stated(told or item.stem, False)]
    if item.kind == "short" and item.answers:
        return [Stated(item.proof.text, True)]
    if item.kind not in {"single", "multiple"}:
        return []
    key = next(choice.text for choice in item.choices if choice.right)
    filled = inner_quotes(item.proof.text).replace(inner_quotes(key), BLANK, 1)
    if filled in item.stem:
        return [
            Stated(item.proof.text if choice.right else item.proof.text.replace(key, choice.text, 1), choice.right)
            for choice in item.choices
        ]
    # Statements to choose among, or a question that a model worded.
    whole = len(key.split()) >= _SENTENCES - 1
    return [Stated(choice.text, choice.right, None if whole else item.stem) for choice in item.choices]


def _longest(item: QuizItem, choice: Choice) -> float:
    return len(choice.text)


def _shortest(item: QuizItem, choice: Choice) -> float:
    return -len(choice.text)


def _overlap(item: QuizItem, choice: Choice) -> float:
    return len(content_stems(choice.text) & content_stems(item.stem))


def _first(item: QuizItem, choice: Choice) -> float:
    return -item.choices.index(choice)


#: What someone looks for who knows nothing: the choice with the highest value is taken.
GUESSES: dict[str, Callable[[QuizItem, Choice], float]] = {
    "longest": _longest, "shortest": _shortest, "shares most words with the question": _overlap, "first": _first,
}  # fmt: skip


def guessed(item: QuizItem, guess: Callable[[QuizItem, Choice], float]) -> float:
    """The share of right choices among those that a guess may take, 0 to 1."""
    values = [guess(item, choice) for choice in item.choices]
    best = [choice.right for choice, value in zip(item.choices, values, strict=True) if value == max(values)]
    return sum(best) / len(best)


def topics_of_index(tools: Tools, sources: Sources, most: int = 60) -> list[Topic]:
    """The sections of the index that hold sentences to ask about, taken evenly, as topics."""
    generation = tools.searcher.generation
    sections: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    for row in range(len(generation.vectors)):
        hit = generation.hit(row, row + 1, 1.0, 0.0, 0.0)
        for fact in statements_of([hit] if hit is not None else []):
            piece = sources.quote(fact.hit, fact.start, fact.end)
            key = (fact.hit.path, *fact.hit.passage.section)
            sections.setdefault(key, []).append((piece.text, piece.sources[0]))
    whole = [(key, facts) for key, facts in sections.items() if len(facts) >= _FEWEST]
    step = max(1, -(-len(whole) // most))
    return [
        Topic(
            id=f"T{place}",
            title=key[-1],
            facts=tuple(
                sources.quote(*found)
                for _, number in facts[:_SENTENCES]
                if (found := sources.place(number)) is not None
            ),
        )
        for place, (key, facts) in enumerate(whole[::step], 1)
    ]


def main(
    count: Annotated[int, typer.Option(help="Questions to make.", min=1)] = 70,
    seed: Annotated[int, typer.Option(help="Another seed makes other questions.")] = 20261129,
    model: Annotated[bool, typer.Option(help="Let the language model of the settings word questions.")] = False,
    show: Annotated[bool, typer.Option(help="Print the questions too.")] = False,
) -> None:
    """Print Markdown tables: what was made, keys and wrong choices judged anew, guesses beside chance."""
    settings = load().settings
    if not model:
        settings = settings.model_copy(update={"model": settings.model.model_copy(update={"provider": "none"})})
    with opened(settings, settings.language) as tools:
        sources = Sources(tools.searcher.document)
        topics = topics_of_index(tools, sources)
        items, left = make_quiz(topics, sources, tools, count=count, language=settings.language, seed=seed)
        lines = [*_made(items, left), "", *_judged(items, tools), "", *_guesses(items)]
        if show:
            lines += ["", *(line for item in items for line in _printed(item))]
    sys.stdout.write("\n".join(lines) + "\n")


def _made(items: Sequence[QuizItem], left: Sequence[LeftOut]) -> list[str]:
    kinds = {kind: sum(item.kind == kind for item in items) for kind in dict.fromkeys(item.kind for item in items)}
    gone = {reason: sum(one.reason == reason for one in left) for reason in dict.fromkeys(one.reason for one in left)}
    made = ", ".join(f"{kind} {n}" for kind, n in kinds.items())
    reasons = ", ".join(f"{reason} {n}" for reason, n in gone.items()) or "none"
    return [f"{len(items)} questions: {made}. Drafts left out: {reasons}."]


def _judged(items: Sequence[QuizItem], tools: Tools) -> list[str]:
    cases = []
    for stated in (one for item in items for one in stated_by(item)):
        hits = tools.searcher.search(f"{stated.question or ''} {stated.text}".strip(), _PASSAGES).hits
        evidence = [Evidence(unit.meaning, unit.heading) for hit in hits for unit in units_of(hit)]
        cases.append((stated, tools.verifier.verify(stated.text, evidence, question=stated.question).support))
    keys = [support for stated, support in cases if stated.right]
    wrongs = [support for stated, support in cases if not stated.right]
    crossed = [item.worst_wrong for item in items if item.kind == "match" and item.worst_wrong is not None]
    rows = [
        (f"keys with {tools.threshold:.2f} or more", keys, lambda value: value >= tools.threshold),
        (f"wrong choices with less than {tools.threshold:.2f}", wrongs, lambda value: value < tools.threshold),
        (f"wrong choices with less than {REFUSED:.2f}", wrongs, lambda value: value < REFUSED),
        (
            f"questions to match: worst crossed pair under {REFUSED:.2f}, when made",
            crossed,
            lambda value: value < REFUSED,
        ),
    ]
    lines = ["| judged anew | share, 95 % |", "|---|---|"]
    return lines + [
        f"| {name} | {_shown(proportion(sum(map(holds, found)), len(found)))} |" for name, found, holds in rows
    ]


def _guesses(items: Iterable[QuizItem]) -> list[str]:
    chosen = [item for item in items if item.kind in {"single", "multiple"}]
    chance = mean([sum(choice.right for choice in item.choices) / len(item.choices) for item in chosen])
    lines = ["| guess | right, 95 % | chance |", "|---|---|---|"]
    for name, guess in GUESSES.items():
        lines.append(f"| {name} | {_shown(mean([guessed(item, guess) for item in chosen]))} | {_value(chance)} |")
    said = [item for item in items if item.kind == "true_false"]
    truths = proportion(sum(item.choices[0].right for item in said), len(said))
    return [*lines, f"| “true” to every true or false | {_shown(truths)} | 50 % |"]


def _printed(item: QuizItem) -> Iterable[str]:
    yield f"- {item.id} ({item.kind}, {item.support:.2f}, {item.worst_wrong}) {item.stem}"
    yield from (
        f"    - [{'x' if choice.right else ' '}] {choice.text} — {choice.reason.text}" for choice in item.choices
    )
    yield from (f"    - {pair.left} → {pair.right.text}" for pair in item.pairs)
    if item.answers:
        yield f"    - {' / '.join(item.answers)}"


def _value(estimate: Estimate) -> str:
    return "–" if estimate.value is None else f"{100 * estimate.value:.0f} %"


def _shown(estimate: Estimate) -> str:
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return f"{_value(estimate)}, n = {estimate.n}"
    return f"{100 * estimate.value:.0f} % ({100 * estimate.low:.0f}–{100 * estimate.high:.0f}), n = {estimate.n}"


if __name__ == "__main__":
    run_script(
        main, "Makes quiz questions from an index and measures their keys, their wrong choices and blind guesses."
    )
