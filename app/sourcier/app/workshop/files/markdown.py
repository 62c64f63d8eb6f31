"""A paper of the kit as CommonMark, with the tables and footnotes of its usual extensions; nothing in its texts is markup."""

from __future__ import annotations

from sourcier.app.exports.paper import Span
from sourcier.app.exports.plain import inert, note_markdown, span_markdown, started
from sourcier.app.workshop.papers.blocks import Block, Box, Handout, Heading, Lines, Listing, PageBreak, Table, Text

__all__ = ["markdown"]

#: A line to write on, and a letter before each choice of a list: neither is a thing of CommonMark.
_LINE = "\\_" * 60
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: Paragraphs of a cell, which must stay on its line.
_IN_CELL = "<br>"


def markdown(handout: Handout) -> bytes:
    """The bytes of a ``.md`` file, UTF-8."""
    parts = [f"# {inert(handout.title)}"]
    parts += [part for part in map(_block, handout.blocks) if part]
    parts += [f"[^{note.number}]: {note_markdown(note)}" for note in handout.notes]
    return ("\n\n".join(parts) + "\n").encode()


def _spans(spans: tuple[Span, ...]) -> str:
    return started("".join(map(span_markdown, spans)))


def _text(text: Text) -> str:
    line = _spans(text.spans)
    return f"> {line}" if text.look in {"quote", "fiction"} else line


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * (block.level + 1)} {_spans(block.spans)}"
        case Text():
            return _text(block)
        case Listing():
            return "\n".join(f"{_mark(block, index)} {_spans(item)}" for index, item in enumerate(block.items))
        case Table():
            rows = [[_IN_CELL.join(_spans(text.spans) for text in cell) for cell in row] for row in block.rows]
            lines = [[inert(title) for title in block.columns], ["---"] * len(block.columns), *rows]
            return "\n".join(f"| {' | '.join(line)} |" for line in lines)
        case Box():
            return "\n>\n".join(f"> {_spans(text.spans)}" for text in block.texts)
        case Lines():
            return "\n\n".join([_LINE] * block.count)
        case PageBreak():
            return "---"


def _mark(block: Listing, index: int) -> str:
    match block.mark:
        case "number":
            return f"{index + 1}."
        case "letter":
            return f"- {_LETTERS[index % len(_LETTERS)]}\\."
        case _:
            return "-"
