"""Markdown: front matter, headings, lists, tables and footnotes, read as a person sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import yaml

from sourcier.core.types import BlockKind, Finding
from sourcier.ingest.alignment import left_over
from sourcier.ingest.cleaning import clean_characters
from sourcier.ingest.decoding import decode
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.layout.losses import Losses
from sourcier.ingest.limits import Limits
from sourcier.ingest.metadata import given_from
from sourcier.ingest.readers.plain import decoded

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
# What a link, an image or a tag has that is not shown; « <https://…> » is.
_LINK = r"\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s*\)"
_REFERENCE = r"\]\[[^\]\n]*\]"
_MARKUP = r"<!--.*?(?:-->|\Z)|<(?!https?:|mailto:|[^<>@\s]+@)[^<>]*>"
# The likeliest first: what looks like a link, a reference or a tag may be text.
_UNSHOWN = [
    re.compile("|".join(parts), re.DOTALL)
    for parts in (
        (_LINK, _REFERENCE, _MARKUP),
        (_LINK, _MARKUP),
        (_LINK, _REFERENCE),
        (_LINK,),
        (_REFERENCE,),
        (_MARKUP,),
    )
]
_TARGET = re.compile(r"[\s>]*\[[^\]]+\]:\s*\S.*")
_FENCED = re.compile(r"[\s>*+-]*(?:`{3,}|~{3,})")
_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_SHOWN = 80


class _FrontMatter(yaml.SafeLoader):
    """YAML whose dates stay text: one that does not exist (30 February) must not cost the rest of the front matter."""


_FrontMatter.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read(data: bytes, *, limits: Limits) -> Reading:
    """A Markdown file. Comments are dropped; a note's text goes with the blocks that call it, or at the end.

    Raises:
        UnreadableFileError: the bytes are not text.
    """
    text, told = decoded(data)
    text = clean_characters(text)
    given: dict[str, str] = {}
    findings = list(told)
    losses = Losses()
    if front := _FRONT.match(text):
        try:
            given = given_from(_FrontMatter(front.group(1) or "").get_single_data())
            text = text[front.end() :]
            losses.add("markup", front.group())
        except (yaml.YAMLError, ValueError, RecursionError):
            findings.append(Finding("finding.front_matter"))
    hidden = (
        [comment for body in _COMMENT.findall(text) if (comment := " ".join(body.split()))] if "<!--" in text else []
    )
    if hidden:
        findings.append(Finding("finding.hidden", len(hidden), hidden[0][:_SHOWN]))
    text, definitions = _set_notes_apart(text)
    blocks = _Blocks({name: _plain(body) for name, (body, _) in definitions.items()}, losses)
    drafts = list(blocks.read(text))
    for name, (_, whole) in definitions.items():
        if name in blocks.called:
            losses.add("note", whole)
        else:
            # Nobody calls it: a reader sees it all the same.
            drafts.append(Draft(BlockKind.NOTE, whole))
    return Reading(tuple(drafts), given, tuple(findings), tuple(losses))


def source_text(data: bytes, *, limits: Limits) -> str:
    """All the text of the file: its characters, decoded."""
    return decode(data)[0]


def _set_notes_apart(text: str) -> tuple[str, dict[str, tuple[str, str]]]:
    """The text without the definitions of its notes, and these: what each says, and as it is written.

    Of several definitions of one name, the first counts and the others stay in the text.
    """
    definitions: dict[str, tuple[str, str]] = {}

    def take(found: re.Match[str]) -> str:
        name, body = found.groups()
        if name in definitions:
            return found.group()
        definitions[name] = body, found.group()
        return ""

    return (_DEFINITION.sub(take, text) if "[^" in text else text), definitions


def _plain(source: str) -> str:
    """Inline Markdown as a reader sees it, on one line."""
    return " ".join(_shown(_parser().parseInline(" ".join(source.split()))).split())


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"maxNesting": 50}).enable(["table", "strikethrough"])


class _Blocks:
    """Walks the tokens of a document, keeping count of the lists they are in, and of every line it has read.

    ``called`` are the names of the notes that a block calls.
    """

    def __init__(self, notes: Mapping[str, str], losses: Losses) -> None:
        self._notes = notes
        self._losses = losses
        self.called: set[str] = set()
        self._lines: list[str] = []
        # The first line that no block has taken yet.
        self._next = 0
        # One entry for each open list: the number of the next item, or None between bullets.
        self._lists: list[int | None] = []
        self._marker = ""

    def read(self, text: str) -> Iterator[Draft]:
        tokens: list[Token] = _parser().parse(text)
        self._lines = text.split("\n")
        index = 0
        while index < len(tokens):
            token = tokens[index]
            if token.type == "table_open":
                end = next((i for i in range(index, len(tokens)) if tokens[i].type == "table_close"), len(tokens))
                for opening, row in _rows(tokens[index:end]):
                    yield from self._drafts(BlockKind.TABLE, row, opening)
                index = end
            elif token.type == "heading_open":
                heading = _shown([tokens[index + 1]]).replace("\n", " ")
                yield from self._drafts(BlockKind.HEADING, heading, token, int(token.tag[1:]))
                index += 2
            else:
                yield from self._other(token)
            index += 1
        yield from self._between(len(self._lines))

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
                yield from self._drafts(kind, marker + _shown([token]), token, max(0, len(self._lists) - 1))
            case "fence" | "code_block":
                yield from self._drafts(BlockKind.PARAGRAPH, token.content, token)
            case "html_block":
                yield from self._drafts(BlockKind.PARAGRAPH, _without_tags(token.content), token)

    def _drafts(self, kind: BlockKind, text: str, token: Token, level: int = 0) -> Iterator[Draft]:
        """The block of a token, and before it what stands between the last one and it."""
        start, end = token.map or (self._next, self._next)
        yield from self._between(start)
        lines = self._lines[max(start, self._next) : end]
        if token.type == "fence":
            for line in {0: lines[0], len(lines) - 1: lines[-1]}.values() if lines else ():
                if _FENCED.match(line):
                    self._losses.add("markup", line)
            lines = [line for at, line in enumerate(lines) if at not in {0, len(lines) - 1} or not _FENCED.match(line)]
        raw = "\n".join(lines)
        self._next = max(self._next, end)
        names = [name for name in _CALL.findall(text) if name in self._notes]
        shown, raw = (self._without_calls(text), self._without_calls(raw)) if names else (text, raw)
        for name in names:
            self._losses.add("note_mark", f"[^{name}]")
        self.called.update(names)
        self._account(raw, shown)
        yield Draft(kind, shown, level, notes=tuple(self._notes[name] for name in dict.fromkeys(names)))

    def _without_calls(self, text: str) -> str:
        return _CALL.sub(lambda call: "" if call.group(1) in self._notes else call.group(), text)

    def _between(self, end: int) -> Iterator[Draft]:
        """Lines that are in no block: rules, targets of links; what the parser gave up (too deep) is a paragraph."""
        for line in self._lines[self._next : end]:
            if not any(map(str.isalnum, line)) or _TARGET.fullmatch(line):
                self._losses.add("markup", line)
            else:
                yield Draft(BlockKind.PARAGRAPH, line)
        self._next = max(self._next, end)

    def _account(self, raw: str, shown: str) -> None:
        """Take note of the signs that are in the source of a block and not in what is shown of it."""
        before, after = "".join(raw.split()), "".join(shown.split())
        if before == after:
            return
        if before.endswith(after):
            pieces: list[str] | None = [before[: len(before) - len(after)]]
        else:
            pieces = None
            for pattern in _UNSHOWN if "](" in raw or "][" in raw or "<" in raw else ():
                pieces = left_over("".join(pattern.sub("", raw).split()), after)
                if pieces is not None:
                    for found in pattern.finditer(raw):
                        self._losses.add("markup", "".join(found.group().split()))
                    break
            if pieces is None:
                pieces = left_over(before, after)
        for piece in pieces or ():
            if _UNSHOWN[0].fullmatch(piece) or not any(map(str.isalnum, piece)):
                self._losses.add("markup", piece)


def _rows(tokens: Sequence[Token]) -> list[tuple[Token, str]]:
    """The rows of a table, cells set apart by a bar, each with the token that opens it."""
    rows: list[tuple[Token, list[str]]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append((token, []))
        elif token.type == "inline" and rows:
            rows[-1][1].append(_shown([token]).replace("\n", " "))
    for _, row in rows:
        while row and not row[-1]:
            row.pop()
    return [(opening, " | ".join(row)) for opening, row in rows if row]


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
