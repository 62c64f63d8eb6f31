"""What a page hides with its styles: attributes of elements, and the simple rules of its own style sheets.

Not an engine: selectors made of one tag, classes and an identifier are understood, their last and most precise rule
wins, and whatever is more complicated is taken not to hide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_SELECTOR = re.compile(r"([a-z][a-z0-9]*|\*)?((?:[.#][\w-]+)*)", re.IGNORECASE)
_PART = re.compile(r"([.#])([\w-]+)")
_MAX_RULES = 20_000
_MAX_ALIKE = 200
"""Rules that one name of an element may call up: no page has that many, and each is tried on each such element."""
_MAX_CSS = 4_000_000

HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?<![\w-])opacity\s*:\s*0?(?:\.0+|0)\s*%?\s*(?:;|!|$)|"
    r"(?:^|[;{\s])font-size\s*:\s*[01](?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)|font\s*:\s*[01]px|"
    r"(?<![\w-])(?:left|top|right|margin-left|text-indent)\s*:\s*-\s*\d{3,}|clip\s*:\s*rect\s*\(\s*0|clip\s*:\s*rect\s*\(\s*1px|"
    r"clip-path\s*:\s*(?:inset\s*\(\s*(?:50|100)%|circle\s*\(\s*0)|transform\s*:[^;]{0,80}scale\s*\(\s*0\s*\)|"
    r"mso-hide\s*:\s*all",
    re.IGNORECASE,
)
_NO_SIZE = re.compile(r"(?:^|[;\s])(?:max-)?(?:width|height)\s*:\s*[01](?:px|pt|em)?\s*(?:;|!|$)", re.IGNORECASE)
_CLIPPED = re.compile(r"overflow(?:-[xy])?\s*:\s*(?:hidden|clip)", re.IGNORECASE)
_SHOWING = re.compile(
    r"display\s*:\s*(?!none)[a-z]|visibility\s*:\s*visible|opacity\s*:\s*(?:1|0?\.[1-9])", re.IGNORECASE
)
_COLOUR = re.compile(r"(?<![\w-])color\s*:\s*([^;!]{1,60})", re.IGNORECASE)
_BACKGROUND = re.compile(r"background(?:-color|-image)?\s*:\s*([^;!]{1,200})", re.IGNORECASE)
_RGB = re.compile(r"rgba?\s*\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)(?:[\s,/]+([\d.]+%?))?\s*\)", re.IGNORECASE)
_NAMES = {"white": (255, 255, 255), "black": (0, 0, 0), "snow": (255, 250, 250), "ivory": (255, 255, 240)}
_CLEAR = (-1, -1, -1)
_NEARLY = 12
"""How far apart two colours may be, of 255, and still not be told from each other."""


@dataclass(frozen=True, slots=True)
class _Rule:
    tag: str
    identifier: str
    classes: frozenset[str]
    hides: bool
    rank: tuple[int, int, int, int, int]


class Styles:
    """Which elements the style sheets of a page hide."""

    def __init__(self, sheets: Iterable[str]) -> None:
        strongest: dict[tuple[str, str, frozenset[str]], _Rule] = {}
        rules = _rules(_COMMENT.sub(" ", "\n".join(sheets)[:_MAX_CSS]))
        for rule, _ in zip(rules, range(_MAX_RULES), strict=False):
            selector = (rule.tag, rule.identifier, rule.classes)
            if selector not in strongest or rule.rank > strongest[selector].rank:
                strongest[selector] = rule
        self._rules: dict[str, list[_Rule]] = {}
        for rule in strongest.values():
            key = f"#{rule.identifier}" if rule.identifier else f".{min(rule.classes)}" if rule.classes else rule.tag
            among = self._rules.setdefault(key, [])
            if len(among) < _MAX_ALIKE:
                among.append(rule)

    def hide(self, tag: str, identifier: str, classes: Iterable[str]) -> bool:
        """Whether an element is hidden by a rule and not shown by a stronger one."""
        if not self._rules:
            return False
        there = frozenset(classes)
        best: _Rule | None = None
        for key in (tag, f"#{identifier}", *(f".{name}" for name in there)):
            for rule in self._rules.get(key, ()):
                fits = rule.tag in {"", tag} and rule.identifier in {"", identifier} and rule.classes <= there
                if fits and (best is None or rule.rank > best.rank):
                    best = rule
        return best is not None and best.hides


def _rules(css: str) -> Iterator[_Rule]:
    for number, (selectors, body) in enumerate(_blocks(css)):
        hides = is_hiding(body)
        if not hides and not _SHOWING.search(body):
            continue
        important = "!important" in body.lower()
        for selector in selectors.split(","):
            found = _SELECTOR.fullmatch(selector.strip())
            if found is None or not found.group():
                continue
            parts = _PART.findall(found.group(2))
            tag = (found.group(1) or "").lower().replace("*", "")
            identifier = next((name for mark, name in parts if mark == "#"), "")
            classes = frozenset(name for mark, name in parts if mark == ".")
            if tag or identifier or classes:
                rank = (int(important), int(bool(identifier)), len(classes), int(bool(tag)), number)
                yield _Rule(tag, identifier, classes, hides, rank)


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations that hold on a screen; the rest of an at-rule is skipped, braces counted."""
    place = 0
    while (brace := css.find("{", place)) != -1:
        head = css[place:brace].rpartition(";")[2].rpartition("}")[2].strip()
        if head.startswith("@"):
            kept = re.match(r"@(?:media\s+(?:only\s+)?(?:all|screen)\s*$|layer|supports)", head, re.IGNORECASE)
            place = brace + 1 if kept else _closing(css, brace)
            continue
        end = css.find("}", brace)
        end = len(css) if end == -1 else end
        if len(head) <= 4000:
            yield head, css[brace + 1 : end]
        place = end + 1


def _closing(css: str, brace: int) -> int:
    depth = 0
    for found in re.compile(r"[{}]").finditer(css, brace):
        depth += 1 if found.group() == "{" else -1
        if depth == 0:
            return found.end()
    return len(css)


def is_hiding(declarations: str) -> bool:
    """Whether declarations (of a rule or of a ``style`` attribute) keep what they apply to from being seen."""
    return HIDING.search(declarations) is not None or (
        _NO_SIZE.search(declarations) is not None and _CLIPPED.search(declarations) is not None
    )


def colour_of(element: Any, style: str) -> tuple[int, int, int] | None:
    """The colour of an element's letters, where it says one itself."""
    found = _COLOUR.search(style)
    return _colour(found.group(1) if found else element.get("color"))


def background_of(element: Any, style: str) -> tuple[int, int, int] | None:
    """The colour behind an element, where it says one itself; a picture or a word not understood is no colour."""
    found = _BACKGROUND.search(style)
    said = found.group(1) if found else element.get("bgcolor")
    if said is None:
        return _CLEAR if element.get("background") else None
    return _colour(said) or _CLEAR


def alike(one: tuple[int, int, int], other: tuple[int, int, int]) -> bool:
    """Whether letters of one colour cannot be seen on the other."""
    return all(abs(a - b) <= _NEARLY for a, b in zip(one, other, strict=True))


def _colour(said: str | None) -> tuple[int, int, int] | None:
    if not said:
        return None
    said = said.strip().lower()
    if said in _NAMES:
        return _NAMES[said]
    if found := re.match(r"#([0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-f])", said):
        digits = found.group(1)
        digits = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if found := _RGB.match(said):
        return int(found.group(1)), int(found.group(2)), int(found.group(3))
    return None
