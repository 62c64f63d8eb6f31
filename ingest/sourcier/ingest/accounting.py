"""What was dropped from a text, to be found again in its source, each piece once."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sourcier.ingest.cleaning import clean_characters
from sourcier.ingest.drafts import Dropped

RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_FEW = 3
"""Words from which a piece may be looked for by itself."""


@dataclass(slots=True)
class Words:
    """The words of a text: what a reader sees between two blanks."""

    text: str
    spans: list[tuple[int, int]]
    keys: list[str]

    @classmethod
    def of(cls, text: str) -> Words:
        """The words of ``text``; the raised digits of notes count as digits."""
        spans = [found.span() for found in re.finditer(r"\S+", text)]
        return cls(text, spans, [text[start:end].translate(RAISED) for start, end in spans])

    def shown(self, places: Sequence[int]) -> str:
        """These words as they are written, on one line."""
        return " ".join(self.text[slice(*self.spans[place])] for place in places)


class Pool:
    """What was dropped, each piece to be found once in the source; signs of markup may be found in any order."""

    def __init__(self, dropped: Iterable[Dropped]) -> None:
        self._left: dict[tuple[str, ...], deque[Dropped]] = {}
        self._lengths: dict[str, set[int]] = {}
        self._signs: Counter[str] = Counter()
        # Length of the longest piece of one word.
        self._longest = 0
        for one in dropped:
            words = tuple(Words.of(clean_characters(one.text)).keys)
            if one.why == "markup" and not any(map(str.isalnum, one.text)):
                self._signs.update("".join(words))
            elif words:
                self._left.setdefault(words, deque()).append(one)
                self._lengths.setdefault(words[0], set()).add(len(words))
                self._longest = max(self._longest, len(words[0]) if len(words) == 1 else 0)

    def pieces(self) -> list[tuple[str, ...]]:
        """The words of each piece of several words."""
        return [words for words, left in self._left.items() for _ in left if len(words) >= _FEW]

    def take(self, words: Sequence[str], at: int, end: int) -> tuple[int, Dropped] | None:
        """The longest piece that stands at ``words[at:end]``, and how many words it takes."""
        for length in sorted(self._lengths.get(words[at], ()), reverse=True):
            if at + length <= end and (one := self.pop(tuple(words[at : at + length]))) is not None:
                return length, one
        return None

    def pop(self, words: tuple[str, ...]) -> Dropped | None:
        """A piece of exactly these words, which is then no longer there."""
        left = self._left.get(words)
        return left.popleft() if left else None

    def parts(self, piece: str) -> list[Dropped] | None:
        """What ``piece`` is made of, or ``None`` if something of it was not dropped; then nothing is taken."""
        taken: list[Dropped] = []
        at = 0
        while at < len(piece):
            for end in range(min(len(piece), at + self._longest), at, -1):
                if (one := self.pop((piece[at:end],))) is not None:
                    taken.append(one)
                    at = end
                    break
            else:
                if not self._spell(piece[at]):
                    self.give_back(taken)
                    return None
                if taken and taken[-1].why == "markup" and set(taken[-1].text) == {piece[at]}:
                    taken[-1] = Dropped("markup", taken[-1].text + piece[at])
                else:
                    taken.append(Dropped("markup", piece[at]))
                at += 1
        return taken

    def _spell(self, signs: str) -> bool:
        wanted = Counter(signs)
        if any(self._signs[sign] < count for sign, count in wanted.items()):
            return False
        self._signs -= wanted
        return True

    def give_back(self, taken: Iterable[Dropped]) -> None:
        """Put pieces back that turned out to stand elsewhere."""
        for one in taken:
            words = tuple(Words.of(clean_characters(one.text)).keys)
            if words in self._left:
                self._left[words].appendleft(one)
            else:
                self._signs.update("".join(words))
