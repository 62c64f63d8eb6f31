"""What is taken out of characters before anyone reads them: whatever cannot be seen, and nothing else.

French typography is kept (no-break spaces, curly apostrophes, ligatures typed as such); the form is NFC, never NFKC,
which would change what the document says (½, №).
"""

from __future__ import annotations

import re
import unicodedata

# Bullets of symbol fonts live in the private use area: they must be recognised before that area is emptied.
_BULLETS = dict.fromkeys(map(ord, "\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf0a8\uf02d\uf0be"), "•")
_PRESENTATION = {
    ord(ligature): plain
    for ligature, plain in zip("ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True)
}
# Marks that NFC splits in two: split first, so that cleaning twice changes nothing more.
_SPLIT_MARKS = {0x0340: "\u0300", 0x0341: "\u0301", 0x0343: "\u0313", 0x0344: "\u0308\u0301"}
_LINE_ENDS = dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n")
_CHARACTERS = _BULLETS | _PRESENTATION | _SPLIT_MARKS | _LINE_ENDS
_ANY_CHARACTER = re.compile("[" + "".join(map(chr, _CHARACTERS)) + "]")

INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"  # controls, but for the tab and the ends of lines
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufe00-\ufe0f\U000e0100-\U000e01ef"  # variation selectors
    "\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e007f"  # specials, tags
    "\ue000-\uf8ff\U000f0000-\U000fffff\U00100000-\U0010ffff"  # private use
    "\ud800-\udfff"  # halves of characters
    "]+"
)
_SOFT_BREAK = re.compile("\u00ad[ \t]*\n[ \t]*")
# Normalising a run of n marks costs n²: no writing system stacks more than a handful.
MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{6})[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
_SPACES = re.compile(r"[^\S\n]{2,}")
_HARD_SPACES = frozenset("\u00a0\u202f\u2007")


def clean_characters(text: str) -> str:
    r"""``text`` in NFC, line ends as ``\n``, without anything a reader cannot see. Cleaning twice changes nothing."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _ANY_CHARACTER.search(text):
        text = text.translate(_CHARACTERS)
    text = INVISIBLE.sub("", _SOFT_BREAK.sub("", text))
    if text.isascii():
        return text
    return MARKS.sub(r"\1", unicodedata.normalize("NFC", MARKS.sub(r"\1", text)))


def clean_block(text: str) -> str:
    """The text of one block: clean characters, single spaces, no blank line, nothing around."""
    lines = (_SPACES.sub(_one_space, line.replace("\t", " ")).strip() for line in clean_characters(text).split("\n"))
    return "\n".join(line for line in lines if line)


def _one_space(run: re.Match[str]) -> str:
    spaces = run.group()
    return spaces[0] if _HARD_SPACES.issuperset(spaces) else " "
