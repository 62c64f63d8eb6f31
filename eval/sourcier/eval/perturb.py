"""Questions as members type them: the same set, with accents, letters, spaces or capitals gone wrong.

    python -m sourcier.eval.perturb QUERIES.jsonl --kind letter --seed 0 > letter.jsonl

What changes depends on the seed, the kind and the question's id alone: the same command gives the same file. Rows that
a kind leaves as they were (no accent, no acronym) are left out, so that nothing dilutes what the others lose; compare
with the clean questions of the same ids.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, get_args

import typer

from sourcier.eval.dataset import load_dataset
from sourcier.eval.script import run_script
from sourcier.index.lexicon import load_lexicon

__all__ = ["Kind", "main", "perturb"]

Kind = Literal["accents", "letter", "glued", "case", "acronym", "phone"]

#: One word in five has a wrong letter, and one at least in every question.
_WRONG = 0.2
_SHORTEST = 4
#: A Canadian French keyboard: letters side by side, and those just below.
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_WORD = re.compile(r"[^\W\d_]+")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")


def perturb(question: str, kind: Kind, source: random.Random) -> str:
    """The question with one kind of mistake; unchanged where it has nothing of that kind.

    Args:
        kind: ``accents``: none left. ``letter``: in about one word of five, at least one, of four letters or more, a
            letter is missing, doubled, swapped with the next, or is its neighbour on the keyboard. ``glued``: apostrophes
            are missing, and two words have no space between them. ``case``: neither capitals nor punctuation.
            ``acronym``: an acronym of the lexicon in full, or the reverse. ``phone``: no capitals, punctuation, accents
            or apostrophes, and a wrong letter.
    """
    return _KINDS[kind](question, source)


def _accents(question: str, _: random.Random) -> str:
    decomposed = unicodedata.normalize("NFD", question.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _letter(question: str, source: random.Random) -> str:
    words = [word for word in _WORD.finditer(question) if len(word.group()) >= _SHORTEST and not word.group().isupper()]
    if not words:
        return question
    chosen = [word for word in words if source.random() < _WRONG] or [source.choice(words)]
    for word in reversed(chosen):
        question = question[: word.start()] + _mistyped(word.group(), source) + question[word.end() :]
    return question


def _mistyped(word: str, source: random.Random) -> str:
    while True:
        place = source.randrange(len(word))
        before, letter, after = word[:place], word[place], word[place + 1 :]
        wrong = source.choice(
            [
                before + after,
                before + letter + letter + after,
                before + after[:1] + letter + after[1:],
                before + source.choice(_beside(letter)) + after,
            ]
        )
        if wrong != word:
            return wrong


def _beside(letter: str) -> str:
    plain = _accents(letter, random.Random(0)).lower()
    for number, row in enumerate(_ROWS):
        place = row.find(plain)
        if place >= 0:
            below = _ROWS[number + 1][max(0, place - 1) : place + 1] if number + 1 < len(_ROWS) else ""
            return row[max(0, place - 1) : place] + row[place + 1 : place + 2] + below
    return "e"


def _glued(question: str, source: random.Random) -> str:
    joined = _APOSTROPHE.sub("", question)
    spaces = [space.start() for space in re.finditer(r"(?<=[^\W\d_]) (?=[^\W\d_])", joined)]
    if not spaces:
        return joined
    place = source.choice(spaces)
    return joined[:place] + joined[place + 1 :]


def _case(question: str, _: random.Random) -> str:
    kept = re.sub(r"(?<![\w])[^\w\s]+|[^\w\s]+(?!\w)", " ", question.lower())
    return " ".join(kept.split())


def _acronym(question: str, source: random.Random) -> str:
    found: list[tuple[int, int, str]] = []
    for text, others in _acronyms():
        flags = re.NOFLAG if text.isupper() else re.IGNORECASE
        for place in re.finditer(rf"(?<!\w){re.escape(text)}(?!\w)", question, flags):
            found.append((place.start(), place.end(), source.choice(others)))
    done = len(question)
    # From the end, the longest first: what is replaced never overlaps.
    for start, end, other in sorted(found, key=lambda one: (-one[1], one[0])):
        if end <= done:
            question, done = question[:start] + other + question[end:], start
    return question


@cache
def _acronyms() -> tuple[tuple[str, tuple[str, ...]], ...]:
    lexicon = load_lexicon()
    pairs = (
        (text, tuple(one.text for one in lexicon.meanings(text) if one.kind == "acronym"))
        for _, text in lexicon.entries()
    )
    return tuple(sorted((text, others) for text, others in pairs if others))


def _phone(question: str, source: random.Random) -> str:
    return _letter(_accents(_APOSTROPHE.sub("", _case(question, source)), source), source)


_KINDS: dict[Kind, Callable[[str, random.Random], str]] = {
    "accents": _accents,
    "letter": _letter,
    "glued": _glued,
    "case": _case,
    "acronym": _acronym,
    "phone": _phone,
}


def _rows(path: Path) -> Iterator[dict[str, object]]:
    load_dataset(path)  # a broken file is said as for any other measure
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    for line in content.decode("utf-8-sig").split("\n"):
        if line.strip():
            yield json.loads(line)


def _run(
    queries: Annotated[Path, typer.Argument(help="Questions, .jsonl or .jsonl.gz")],
    kind: Annotated[str, typer.Option(help=", ".join(get_args(Kind)))] = "letter",
    seed: Annotated[int, typer.Option(help="Another seed makes other mistakes")] = 0,
) -> None:
    if kind not in _KINDS:
        raise typer.BadParameter(", ".join(_KINDS), param_hint="--kind")
    total = changed = 0
    for row in _rows(queries):
        total += 1
        question = str(row["question"])
        typed = perturb(question, kind, random.Random(f"{seed} {kind} {row['id']}"))
        if typed != question:
            changed += 1
            sys.stdout.write(json.dumps({**row, "question": typed}, ensure_ascii=False) + "\n")
    sys.stderr.write(f"{kind}: {changed}/{total}\n")


def main() -> None:
    """Run ``python -m sourcier.eval.perturb``."""
    run_script(_run, __doc__ or "")


if __name__ == "__main__":
    main()
