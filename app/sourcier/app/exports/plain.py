"""A paper as plain text and as Markdown: what is pasted in a message, and what is kept in notes."""

from __future__ import annotations

import re
import textwrap

from sourcier.app.exports.paper import Block, Note, Paper, Span

__all__ = ["inert", "markdown", "note_markdown", "span_markdown", "started", "text"]

_WIDTH = 88

#: What CommonMark, or its usual extensions (tables, struck text, formulas), reads as anything but itself.
_MEANINGFUL = re.compile(r"[\\`*_\[\]<>#|~$&^]")
#: What it reads so at the beginning of a line only.
_AT_START = re.compile(r"(\d{1,9})?([-+=:.)])")


def text(paper: Paper) -> bytes:
    """UTF-8 text; sources are numbered after each answer."""
    parts = [paper.title.upper()]
    for block in paper.blocks:
        line = "".join(f" [{span.note}]" if span.note else span.text for span in block.spans)
        match block.kind:
            case "heading":
                parts.append(f"{_filled(line)}\n{'-' * min(len(line), _WIDTH)}")
            case "quote":
                parts.append(_filled(line, "    "))
            case "item" | "listed":
                parts.append(_filled(line, "- ", "  "))
            case "notes":
                listed = [_filled(note.line(), f"[{note.number}] ", "    ") for note in _notes(paper, block)]
                parts.append("\n".join([f"{paper.words['sources']}", *listed]))
            case _:
                parts.append(_filled(line))
    return ("\n\n".join(parts) + "\n").encode()


def markdown(paper: Paper) -> bytes:
    """CommonMark with footnotes, UTF-8; nothing in the texts is markup."""
    parts = [f"# {inert(paper.title)}"]
    for block in paper.blocks:
        line = "".join(span_markdown(span) for span in block.spans)
        line = started(line)
        match block.kind:
            case "heading":
                parts.append(f"## {line}")
            case "sub":
                parts.append(f"### {line}")
            case "quote":
                parts.append(f"> {line}")
            case "item" | "listed":
                parts.append(f"- {line}")
            case "notes":
                parts += [f"[^{note.number}]: {note_markdown(note)}" for note in _notes(paper, block)]
            case _:
                parts.append(line)
    return ("\n\n".join(parts) + "\n").encode()


def _notes(paper: Paper, block: Block) -> list[Note]:
    return [paper.notes[number - 1] for number in block.notes]


def _filled(line: str, first: str = "", following: str | None = None) -> str:
    rest = first if following is None else following
    # Only ordinary spaces may break: « and its word stay together. An empty line stays a line.
    return textwrap.fill(
        line,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def span_markdown(span: Span) -> str:
    """A stretch of text as Markdown, nothing in it being markup of its own."""
    if span.note:
        return f"[^{span.note}]"
    if span.href:
        return f"<{span.href}>"
    escaped = inert(span.text)
    if not span.strong or not escaped.strip():
        return escaped
    around = escaped.strip(" ")
    before, _, after = escaped.partition(around)
    return f"{before}**{around}**{after}"


def note_markdown(note: Note) -> str:
    """What a note says, on one line of Markdown."""
    warning = f"**\\[{inert(note.lost)}\\]** " if note.lost else ""
    address = f" — <{note.href}>" if note.href else ""
    return f"{warning}{started(inert(note.quote))} — {inert(note.place)}{address}"


def inert(line: str) -> str:
    """A line in which no character is read as markup, its beginning apart."""
    return _MEANINGFUL.sub(lambda found: "\\" + found[0], line)


def started(line: str) -> str:
    """An inert line whose beginning is no mark of a list, a heading or a rule either."""
    found = _AT_START.match(line)
    return f"{found[1] or ''}\\{line[found.start(2) :]}" if found else line
