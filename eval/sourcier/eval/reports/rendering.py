"""A report as a page, as Markdown and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from typing import Any

from sourcier.core.errors import MissingExtraError
from sourcier.eval.reports.content import Block, Cell, Example, Figure, Pairs, Paragraph, Report, Table
from sourcier.eval.reports.inert import markdown, visible
from sourcier.eval.reports.words import Words

__all__ = ["to_html", "to_json", "to_markdown"]

#: The words of the page itself, which its template names.
_SAID = (
    "answer", "best", "contents", "data", "expected", "fact_found", "fact_missing", "no_answer", "no_source", "reference", "removed",
    "retrieved", "skip", "sources",
)  # fmt: skip


def to_html(report: Report) -> str:
    """One page that asks nothing of any network and runs no script: style and drawings are in it.

    Raises:
        MissingExtraError: the template library is not installed.
    """
    page = _environment().get_template("page.html.j2")
    style = (files(__package__) / "templates" / "style.css").read_text(encoding="utf-8")
    words = Words(report.language)
    html: str = page.render(report=report, said={name: words(name) for name in _SAID}, style=style)
    return html


@cache
def _environment() -> Any:
    try:
        from jinja2 import Environment, FunctionLoader, StrictUndefined
    except ImportError as error:
        raise MissingExtraError("report.no_template") from error

    def load(name: str) -> str:
        return (files(__package__) / "templates" / name).read_text(encoding="utf-8")

    environment = Environment(
        autoescape=True, loader=FunctionLoader(load), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["visible"] = visible
    environment.tests["table"] = lambda block: isinstance(block, Table)
    environment.tests["figure"] = lambda block: isinstance(block, Figure)
    environment.tests["example"] = lambda block: isinstance(block, Example)
    environment.tests["pairs"] = lambda block: isinstance(block, Pairs)
    return environment


def to_json(report: Report) -> dict[str, Any]:
    """The same content as JSON values: tables with their numbers; of drawings the figures drawn, not the lines."""
    value = asdict(report)
    for section, made in zip(report.sections, value["sections"], strict=True):
        for block, shown in zip(section.blocks, made["blocks"], strict=True):
            shown["sort"] = type(block).__name__.lower()
            shown.pop("svg", None)
    return json.loads(json.dumps(value))  # type: ignore[no-any-return]


def to_markdown(report: Report) -> str:
    """The same content as Markdown. Drawings are given by their figures; what others wrote is escaped."""
    words = Words(report.language)
    lines = [f"# {markdown(report.title)}", ""]
    lines += [f"- {markdown(sentence)}" for sentence in report.summary]
    for section in report.sections:
        lines += ["", f"## {markdown(section.title)}"]
        for block in section.blocks:
            lines += ["", *_block(block, words)]
    return "\n".join(lines) + "\n"


def _block(block: Block, words: Words) -> Iterator[str]:
    match block:
        case Paragraph():
            text = markdown(block.text)
            yield f"**{text}**" if block.warning else text
        case Table():
            yield from _table(block)
        case Figure():
            yield from (f"### {markdown(block.title)}", "", markdown(block.alt), "", *_table(block.data))
            if block.note:
                yield from ("", markdown(block.note))
        case Pairs():
            yield from (f"### {markdown(block.title)}", "")
            yield from (f"- {markdown(key)} : {markdown(value)}" for key, value in block.pairs)
        case Example():
            yield from _example(block, words)


def _table(table: Table) -> Iterator[str]:
    yield from (f"**{markdown(table.caption)}**", "")
    yield f"| {' | '.join(map(markdown, table.columns))} |"
    yield f"|{'|'.join(['---', *['---:'] * (len(table.columns) - 1)])}|"
    for title, rows in table.groups:
        if title:
            yield f"| **{markdown(title)}** |{' |' * (len(table.columns) - 1)}"
        for row in rows:
            note = f" ({markdown(row.note)})" if row.note else ""
            yield f"| {markdown(row.head)}{note} | {' | '.join(map(_cell, row.cells))} |"
    if table.note:
        yield from ("", markdown(table.note))


def _cell(cell: Cell) -> str:
    text = f"**{markdown(cell.text)}**" if cell.best or cell.strong else markdown(cell.text)
    text += " ★" if cell.best else ""
    return f"{text} {markdown(cell.detail)}".strip()


def _example(one: Example, words: Words) -> Iterator[str]:
    yield from (f"### {markdown(one.heading)} · {markdown(one.run)}", "")
    for question, answer in one.history:
        yield from (f"> {markdown(question)}", ">", f"> → {markdown(answer)}", ">")
    yield from (f"> {markdown(one.question)}", "")
    yield f"- **{markdown(', '.join(one.reasons))}** ({markdown(one.status)})"
    if one.wanted:
        yield f"- {words('expected')} : {markdown(one.wanted)}"
    for fact, found in one.expected:
        yield f"- {words('expected')} ({words('fact_found' if found else 'fact_missing')}) : {markdown(fact)}"
    if one.reference:
        yield f"- {words('reference')} : {markdown(one.reference)}"
    for text, markers, support in one.sentences:
        cited = "".join(f"\\[{marker}\\]" for marker in markers)
        yield f"- {words('shown')} : {markdown(text)} {cited} {support}".rstrip()
    for quote in one.quotes:
        yield f"- \\[{quote.marker}\\] {markdown(quote.title)}, {markdown(quote.place)} : « {markdown(quote.text)} »"
    for text, reason in one.removed:
        yield f"- {words('removed')} : {markdown(text)} ({markdown(reason)})"
    if one.retrieved:
        paths = "; ".join(f"{rank}. {markdown(path)}" for rank, path, _ in one.retrieved)
        yield f"- {words('retrieved')} : {paths}"
