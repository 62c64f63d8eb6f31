"""The quiz as it is handed out, and its key apart: for each choice, why, with the exact source."""

from __future__ import annotations

from sourcier.app.exports.paper import Span
from sourcier.app.ui.words import Words
from sourcier.app.workshop.kit import Kit, QuizItem
from sourcier.app.workshop.papers.blocks import Handout, Lines, Table
from sourcier.app.workshop.papers.layout import Layout

__all__ = ["answer_key", "offered", "quiz"]

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MATCH = (0.42, 0.12, 0.46)
_REASONS = (0.3, 0.14, 0.56)


def offered(item: QuizItem) -> list[str]:
    """What the pairs of a ``match`` item offer on the right, in an order that tells nothing: alphabetical, turned by one
    where that would put each in front of its own."""
    rights = [pair.right.text for pair in item.pairs]
    shown = sorted(dict.fromkeys(rights), key=str.casefold)
    return shown[1:] + shown[:1] if shown == rights else shown


def quiz(kit: Kit, organisation: str) -> Handout:
    """The questions, in order, with nothing that tells their answers."""
    layout = Layout(kit, organisation)
    layout.text(layout.title(), "lead")
    layout.text(layout.say("quiz_lead", count=len(kit.quiz)))
    layout.heading(1, layout.say("question_list"))
    for number, item in enumerate(kit.quiz, 1):
        _question(layout, item, number)
        match item.kind:
            case "match":
                _pairs(layout, item)
            case "short":
                layout.blocks.append(Lines(1))
            case _:
                layout.listing(((Span(layout.set(choice.text)),) for choice in item.choices), "letter")
    return layout.done("04-quiz", layout.say("quiz"), layout.say("quiz_subject"))


def _question(layout: Layout, item: QuizItem, number: int) -> None:
    layout.heading(2, layout.say("question", number=number, stem=item.stem))
    layout.text(layout.say(f"how_{item.kind}"), "small")


def _pairs(layout: Layout, item: QuizItem) -> None:
    rights = offered(item)
    rows = []
    for index in range(max(len(item.pairs), len(rights))):
        left = f"{index + 1}. {item.pairs[index].left}" if index < len(item.pairs) else ""
        right = f"{_LETTERS[index]}. {layout.set(rights[index])}" if index < len(rights) else ""
        rows.append((layout.cell(left), layout.cell(""), layout.cell(right)))
    columns = (layout.say("column_left"), layout.say("column_letter"), layout.say("column_right"))
    layout.blocks.append(Table(columns, tuple(rows), _MATCH, layout.say("match_about"), to_fill=True))


def answer_key(kit: Kit, organisation: str) -> Handout:
    """The key: the answer, its proof, and why each choice is right or wrong."""
    layout = Layout(kit, organisation)
    layout.text(layout.title(), "lead")
    layout.text(layout.say("key_lead"))
    layout.heading(1, layout.say("question_list"))
    for number, item in enumerate(kit.quiz, 1):
        layout.heading(2, layout.say("question", number=number, stem=item.stem))
        layout.text(_answer(layout, item), label=layout.say("answer_is"))
        layout.pieces((item.proof,), layout.say("proof_is"))
        _reasons(layout, item)
        layout.text(_measured(layout, item), "small")
    return layout.done("05-corrige", layout.say("key"), layout.say("key_subject"))


def _answer(layout: Layout, item: QuizItem) -> str:
    match item.kind:
        case "match":
            rights = offered(item)
            pairs = (f"{n} – {_LETTERS[rights.index(pair.right.text)]}" for n, pair in enumerate(item.pairs, 1))
            return " · ".join(pairs)
        case "short":
            return f" {layout.say('or')} ".join(layout.set(answer) for answer in item.answers)
        case _:
            right = ((i, choice) for i, choice in enumerate(item.choices) if choice.right)
            return " · ".join(f"{_LETTERS[i]}. {layout.set(choice.text)}" for i, choice in right)


def _reasons(layout: Layout, item: QuizItem) -> None:
    if item.pairs:
        titles = (layout.say("column_left"), layout.say("column_right"))
        pairs = tuple((layout.cell(pair.left), layout.paragraphs((pair.right,))) for pair in item.pairs)
        layout.blocks.append(Table(titles, pairs, (0.4, 0.6), layout.say("pairs_about")))
    if item.choices:
        columns = tuple(layout.say(f"column_{name}") for name in ("choice", "verdict", "reason"))
        rows = tuple(
            (
                layout.cell(f"{_LETTERS[index]}. {choice.text}"),
                layout.cell(layout.say("right" if choice.right else "wrong"), strong=choice.right),
                layout.paragraphs((choice.reason,)),
            )
            for index, choice in enumerate(item.choices)
        )
        layout.blocks.append(Table(columns, rows, _REASONS, layout.say("reasons_about")))


def _measured(layout: Layout, item: QuizItem) -> str:
    number = Words(layout.language).number
    said = layout.say("measured", support=number(item.support, 2), bloom=layout.say(f"bloom_{item.bloom}"))
    worst = item.worst_wrong
    return said if worst is None else f"{said} {layout.say('measured_wrong', worst=number(worst, 2))}"
