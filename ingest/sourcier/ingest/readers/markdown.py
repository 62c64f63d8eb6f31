"""Markdown: front matter, headings, lists, tables and footnotes, read as a person sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import yaml

from sourcier.core.types import BlockKind, Finding
from sourcier.ingest.cleaning import clean_characters
from sourcier.ingest.decoding import decode
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.limits import Limits
from sourcier.ingest.metadata import given_from

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_FRONT = re.compile(r"---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
_DEFINITION = re.compile(
    r"^ {0,3}\[\^([^\]\s]{1,200})\]:[ \t]*(.*(?:\n(?:[ \t]{2,}\S.*|[ \t]*\n[ \t]{4,}\S.*))*)", re.MULTILINE
)
_CALL = re.compile(r"[ \u00a0]?\[\^([^\]\s]{1,200})\]")
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<[^>]*>", re.DOTALL)
_HIDDEN_ELEMENT = re.compile(r"<(script|style|template)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)


class _FrontMatter(yaml.SafeLoader):
    """YAML whose dates stay text: one that does not exist (30 February) must not cost the rest of the front matter."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
        for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read(data: bytes, *, limits: Limits) -> Reading:
    """A Markdown file. Comments are dropped; a note's text goes with the blocks that call it.

    Raises:
        UnreadableFileError: the bytes are not text.
    """
    text = clean_characters(decode(data)[0])
    given: dict[str, str] = {}
    findings: tuple[Finding, ...] = ()
    if front := _FRONT.match(text):
        try:
            given = given_from(_FrontMatter(front.group(1) or "").get_single_data())
            text = text[front.end() :]
        except (yaml.YAMLError, ValueError, RecursionError):
            findings = (Finding("finding.front_matter"),)
    text, notes = _set_notes_apart(text)
    return Reading(tuple(_Blocks(notes).read(text)), given, findings)


def _set_notes_apart(text: str) -> tuple[str, dict[str, str]]:
    """The text without the definitions of its notes, and these, in plain text."""
    if "[^" not in text:
        return text, {}
    notes = {name: _plain(body) for name, body in _DEFINITION.findall(text)}
    return _DEFINITION.sub("", text), notes


def _plain(source: str) -> str:
    """Inline Markdown as a reader sees it, on one line."""
    return " ".join(_shown(_parser().parseInline(" ".join(source.split()))).split())


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"maxNesting": 50}).enable(["table", "strikethrough"])


class _Blocks:
    """Walks the tokens of a document, keeping count of the lists they are in."""

    def __init__(self, notes: Mapping[str, str]) -> None:
        self._notes = notes
        # One entry for each open list: the number of the next item, or None between bullets.
        self._lists: list[int | None] = []
        self._marker = ""

    def read(self, text: str) -> Iterator[Draft]:
        tokens: list[Token] = _parser().parse(text)
        index = 0
        while index < len(tokens):
            token = tokens[index]
            if token.type == "table_open":
                end = next((i for i in range(index, len(tokens)) if tokens[i].type == "table_close"), len(tokens))
                yield from (self._draft(BlockKind.TABLE, row) for row in _rows(tokens[index:end]))
                index = end
            elif token.type == "heading_open":
                yield self._draft(BlockKind.HEADING, _shown([tokens[index + 1]]).replace("\n", " "), int(token.tag[1:]))
                index += 2
            else:
                yield from self._other(token)
            index += 1

    def _other(self, token: Token) -> Iterator[Draft]:
        match token.type:
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
            case "list_item_open":
                number = self._lists[-1]
                self._marker = "" if number is None else f"{number}{token.markup or '.'} "
                if number is not None:
                    self._lists[-1] = number + 1
            case "inline":
                kind = BlockKind.LIST_ITEM if self._lists else BlockKind.PARAGRAPH
                marker, self._marker = self._marker, ""
                yield self._draft(kind, marker + _shown([token]), max(0, len(self._lists) - 1))
            case "fence" | "code_block":
                yield self._draft(BlockKind.PARAGRAPH, token.content)
            case "html_block":
                yield self._draft(BlockKind.PARAGRAPH, _without_tags(token.content))

    def _draft(self, kind: BlockKind, text: str, level: int = 0) -> Draft:
        called = dict.fromkeys(name for name in _CALL.findall(text) if name in self._notes)
        shown = _CALL.sub(lambda call: "" if call.group(1) in self._notes else call.group(), text)
        return Draft(kind, shown, level, notes=tuple(self._notes[name] for name in called))


def _rows(tokens: Sequence[Token]) -> list[str]:
    """The rows of a table, cells set apart by a bar."""
    rows: list[list[str]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            rows[-1].append(_shown([token]).replace("\n", " "))
    return [" | ".join(row) for row in rows if any(row)]


def _shown(tokens: Sequence[Token]) -> str:
    """The text of inline tokens: a soft break is a space, an image is what replaces it."""
    parts: list[str] = []
    for token in tokens:
        match token.type:
            case "inline":
                parts.append(_shown(token.children or []))
            case "text" | "code_inline" | "text_special":
                parts.append(token.content)
            case "softbreak":
                parts.append(" ")
            case "hardbreak":
                parts.append("\n")
            case "image":
                parts.append(token.content)
    return "".join(parts)


def _without_tags(html: str) -> str:
    import html as entities

    return entities.unescape(_TAG.sub(" ", _HIDDEN_ELEMENT.sub(" ", html)))
