"""What the words of a question also stand for: acronyms, equivalent terms, feminine and masculine forms, English terms.

The delivered entries are the TOML files of ``terms/``; an organisation adds its own files, which have the last word::

    [[acronym]]
    short = "CSQ"
    long = "Centrale des syndicats du Québec"

    [[same]]
    terms = ["congédiement", "licenciement"]

    [[forms]]
    terms = ["enseignante", "enseignant", "personnel enseignant"]

    [[english]]
    term = "collective agreement"
    french = ["convention collective"]
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

from sourcier.core.errors import SettingsError
from sourcier.index.analyser import analyse, analyse_words

__all__ = ["Kind", "Lexicon", "Match", "Meaning", "load_lexicon"]

Kind = Literal["acronym", "same", "forms", "english"]

#: What each kind of table must hold, and whether it may also hold the rest.
_REQUIRED: dict[str, frozenset[str]] = {
    "acronym": frozenset({"short", "long"}),
    "same": frozenset({"terms"}),
    "forms": frozenset({"terms"}),
    "english": frozenset({"term", "french"}),
}
_OPTIONAL: dict[str, frozenset[str]] = {"acronym": frozenset({"capitals"})}
_WITHOUT = "without"
_LONGEST_TERM = 120
_CAPITALS = re.compile(r"\b[A-Z]{2,}\b")


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a term also stands for.

    Attributes:
        text: as it is written in the file.
        terms: analysed, in order.
        capitals: holds only for an acronym typed in capitals, being an ordinary word otherwise.
    """

    text: str
    terms: tuple[str, ...]
    kind: Kind
    capitals: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A term of the lexicon found in a question: ``[start, end)`` among the analysed terms, and as files write it."""

    start: int
    end: int
    text: str
    meanings: tuple[Meaning, ...]


@dataclass(slots=True)
class Lexicon:
    """Terms and what they stand for. See :func:`load_lexicon`.

    Attributes:
        written: the words of its French terms, folded, as they are written: with accents, acronyms in capitals.
    """

    written: dict[str, str] = field(default_factory=dict)
    _meanings: dict[tuple[str, ...], list[Meaning]] = field(default_factory=dict)
    _texts: dict[tuple[str, ...], str] = field(default_factory=dict)
    _stop_words: dict[str, list[Meaning]] = field(default_factory=dict)
    _first: dict[str, int] = field(default_factory=dict)
    _parts: set[str] = field(default_factory=set)

    def matches(self, terms: Sequence[str]) -> list[Match]:
        """The terms of the lexicon among analysed ones, the longest at each place."""
        found: list[Match] = []
        place = 0
        while place < len(terms):
            longest = self._first.get(terms[place], 0)
            for length in range(min(longest, len(terms) - place), 0, -1):
                key = tuple(terms[place : place + length])
                meanings = self._meanings.get(key)
                if meanings:
                    found.append(Match(place, place + length, self._texts[key], tuple(meanings)))
                    place += length
                    break
            else:
                place += 1
        return found

    def in_capitals(self, question: str) -> list[Match]:
        """Acronyms that are stop words when they are not in capitals (« AI »), hence no analysed term."""
        found = (token for token in _CAPITALS.findall(question) if token in self._stop_words)
        return [Match(0, 0, token, tuple(self._stop_words[token])) for token in dict.fromkeys(found)]

    def meanings(self, text: str) -> tuple[Meaning, ...]:
        """What a term stands for; empty where the lexicon does not have it."""
        return tuple(self._meanings.get(tuple(analyse(text)), self._stop_words.get(text, ())))

    def entries(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Every term it has meanings for: analysed, and as it is written."""
        for key in self._meanings:
            yield key, self._texts[key]

    def knows(self, term: str) -> bool:
        """Whether an analysed term is part of a term of the lexicon, hence no spelling mistake."""
        return term in self._parts

    def _read(self, entries: Iterable[_Entry]) -> None:
        """Add the entries of one file; what it says of a term replaces what the files before it said."""
        added: dict[tuple[str, ...], list[Meaning]] = {}
        stop_words: dict[str, list[Meaning]] = {}
        for entry in entries:
            for text in entry.french():
                self.written.update(_as_written(text))
            for text, meaning in entry.meanings():
                key = _analysed(text)
                if not key:
                    stop_words.setdefault(text, []).append(meaning)
                elif key != meaning.terms:
                    self._texts[key] = text
                    known = added.setdefault(key, [])
                    if all(meaning.terms != other.terms for other in known):
                        known.append(meaning)
        self._stop_words.update(stop_words)
        for key, meanings in added.items():
            self._forget(key, frozenset(meaning.kind for meaning in meanings))
        for key, meanings in added.items():
            self._meanings.setdefault(key, []).extend(meanings)
        self._number()

    def _forget(self, gone: tuple[str, ...], kinds: frozenset[Kind] = frozenset(get_args(Kind))) -> None:
        """Drop what was said of a term, and what it was said to be the meaning of."""
        for key in list(self._meanings):
            kept = [one for one in self._meanings[key] if one.kind not in kinds or gone not in (key, one.terms)]
            if kept:
                self._meanings[key] = kept
            else:
                del self._meanings[key]

    def _number(self) -> None:
        self._first.clear()
        self._parts.clear()
        for key, meanings in self._meanings.items():
            self._first[key[0]] = max(len(key), self._first.get(key[0], 0))
            self._parts.update(key, *(one.terms for one in meanings))


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: Kind
    values: Mapping[str, Any]

    def french(self) -> Iterator[str]:
        """Its French terms."""
        for key in ("short", "long"):
            if key in self.values:
                yield self.values[key]
        yield from (*self.values.get("terms", ()), *self.values.get("french", ()))

    def meanings(self) -> Iterator[tuple[str, Meaning]]:
        """(term, what it stands for), both ways but for English."""
        if self.kind == "acronym":
            short, long = self.values["short"], self.values["long"]
            in_capitals = bool(self.values.get("capitals", False))
            yield short, Meaning(long, _analysed(long), "acronym", in_capitals)
            yield long, Meaning(short, _analysed(short), "acronym")
        elif self.kind == "english":
            for french in self.values["french"]:
                yield self.values["term"], Meaning(french, _analysed(french), "english")
        else:
            for term in self.values["terms"]:
                for other in self.values["terms"]:
                    if other != term:
                        yield term, Meaning(other, _analysed(other), self.kind)


def _as_written(text: str) -> Iterator[tuple[str, str]]:
    for token in re.findall(r"[^\W\d_]+", text):
        for word, _ in analyse_words(token):
            yield word, token if token.isupper() else token.lower()


@cache
def _analysed(text: str) -> tuple[str, ...]:
    return tuple(analyse(text))


def load_lexicon(paths: Sequence[Path] = ()) -> Lexicon:
    """The delivered lexicon, then the organisation's own files in the order given.

    What a file says of a term replaces what was known of it before; ``without = ["PL"]`` at its head removes terms.

    Raises:
        SettingsError: a file is missing or broken; the message names it, the line, and what to do.
    """
    lexicon = Lexicon()
    delivered = sorted((files(__package__) / "terms").iterdir(), key=lambda file: file.name)
    entries: list[_Entry] = []
    for file in delivered:
        if file.name.endswith(".toml"):
            entries += _entries(file.read_text(encoding="utf-8"), Path(file.name))[0]
    lexicon._read(entries)
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError("lexicon.unreadable", path=path, detail=error) from error
        entries, removed = _entries(text, path)
        for term in removed:
            lexicon._forget(_analysed(term))
        lexicon._read(entries)
    return lexicon


def _entries(text: str, path: Path) -> tuple[list[_Entry], list[str]]:
    """The entries of a file, and the terms it removes."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        raise SettingsError("lexicon.not_toml", path=path, line=line, detail=error) from error
    removed = content.pop(_WITHOUT, [])
    if not _are_terms(removed):
        raise SettingsError("lexicon.bad_value", path=path, line=_line(text, _WITHOUT), key=_WITHOUT)
    entries: list[_Entry] = []
    for kind, tables in content.items():
        if kind not in _REQUIRED or not isinstance(tables, list):
            known = ", ".join(f"[[{one}]]" for one in get_args(Kind))
            raise SettingsError("lexicon.unknown_table", path=path, line=_line(text, kind), key=kind, known=known)
        for number, values in enumerate(tables):
            _check(kind, values, path, _line(text, kind, number))
            entries.append(_Entry(kind, values))  # type: ignore[arg-type] # a key of _REQUIRED
    return entries, removed


def _check(kind: str, values: object, path: Path, line: int) -> None:
    required, optional = _REQUIRED[kind], _OPTIONAL.get(kind, frozenset())
    if not isinstance(values, dict) or not required <= values.keys() or values.keys() - required - optional:
        expected = ", ".join(sorted(required))
        raise SettingsError("lexicon.bad_entry", path=path, line=line, key=kind, expected=expected)
    for key, value in values.items():
        if key == "capitals":
            good = isinstance(value, bool)
        elif key in {"terms", "french"}:
            good = _are_terms(value) and len(value) > (key == "terms")
        else:
            good = _are_terms([value])
        if not good:
            raise SettingsError("lexicon.bad_value", path=path, line=line, key=key)


def _are_terms(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, str) and len(one) <= _LONGEST_TERM and bool(_analysed(one) or _CAPITALS.fullmatch(one))
        for one in value
    )


def _line(text: str, name: str, number: int = 0) -> int:
    """The line, from 1, of the ``number``-th table of a name, or of its first mention; 1 where neither is found."""
    escaped = re.escape(name)
    places = [*re.finditer(rf"^\s*\[\[\s*\"?{escaped}\"?\s*\]\]", text, re.MULTILINE)]
    if number < len(places):
        place = places[number].end()
    else:
        mention = re.search(rf"^\s*\[?\"?{escaped}\b", text, re.MULTILINE)
        place = mention.end() if mention else 0
    return text.count("\n", 0, place) + 1
