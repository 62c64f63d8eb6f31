"""Nuggets from answers that experts wrote: one for each bullet, so that completeness can be scored on their questions.

    python -m sourcier.eval.nuggets_of FILE.jsonl.gz > questions.jsonl

Rows ``{"id", "question", "answer"}`` become rows of a question set. What experts put in a list is what they hold that an
answer must say: a bullet is a vital nugget, and so is a sentence before the list that says something by itself (a
sentence that ends with a colon only announces it); what follows the list is a nugget that is not vital. An answer
without a list gives a nugget a sentence, vital.

The patterns are drawn by rule and only a draft for a person to review: a nugget is found where the answer has, in any
order, the words of the nugget that the fewest nuggets of the file have (:data:`WORDS` of them). A paraphrase escapes
them, hence ``v_strict`` on such rows is a floor.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from sourcier.eval.dataset import DatasetError
from sourcier.eval.metrics.text import plain
from sourcier.eval.script import run_script
from sourcier.ingest.sentences import split_sentences

__all__ = ["WORDS", "Said", "expert_rows", "said_in"]

#: Words of a nugget that an answer must have; two are found by chance, four miss most rewordings.
WORDS = 3
#: Shorter words are mostly articles, pronouns and auxiliaries; a word is kept without its ending (number, gender, mood).
_SHORTEST, _STEM = 5, 6

_BULLET = re.compile(r"^\s*(?:[-–—•*·]|\d{1,2}[.)])\s+")
#: Lines that are markup alone, and references that say where something stands rather than what.
_NOT_SAID = re.compile(r"^\s*(?:<[^>]*>\s*)*$|^\s*(?:articles?|art\.)\s+[\w.]*\d", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Said:
    """One thing an answer says, and whether an answer without it is incomplete."""

    text: str
    vital: bool


def said_in(answer: str) -> list[Said]:
    """What an expert's answer says, thing by thing, in its order.

    A line that goes on from a bullet, indented further than it, belongs to it.
    """
    things: list[Said] = []
    listed, indent = False, 0
    for line in answer.split("\n"):
        if _NOT_SAID.match(line):
            continue
        margin = len(line) - len(line.lstrip())
        if bullet := _BULLET.match(line):
            things.append(Said(line[bullet.end() :].strip(), vital=True))
            listed, indent = True, margin
        elif listed and margin > indent:
            things[-1] = Said(f"{things[-1].text} {line.strip()}", vital=True)
        else:
            sentences = (line[start:end].strip() for start, end in split_sentences(line))
            things += [Said(sentence, vital=not listed) for sentence in sentences if not sentence.endswith(":")]
    return things


def expert_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a question set, with the nuggets of each expert answer.

    Raises:
        DatasetError: the file cannot be read, or a row lacks ``id``, ``question`` or ``answer``.
    """
    rows = list(_read(path))
    answers = [said_in(row["answer"]) for row in rows]
    shared = Counter(stem for answer in answers for said in answer for stem in set(_stems(said.text)))
    for row, answer in zip(rows, answers, strict=True):
        nuggets = [
            {"text": said.text, "vital": said.vital, "patterns": [pattern]}
            for said in answer
            if (pattern := _pattern(said.text, row["question"], shared))
        ]
        yield {
            "id": str(row["id"]), "question": row["question"], "answerable": True, "reference": row["answer"],
            "nuggets": nuggets, "kind": "expert", "why": f"expert answer, {path.name}",
        }  # fmt: skip


def _read(path: Path) -> Iterator[Mapping[str, str]]:
    for number, line in _lines(path):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise DatasetError("eval.row_not_json", path=path, line=number, detail=error) from error
        if not isinstance(row, dict):
            raise DatasetError("eval.row_shape", path=path, line=number)
        for field in ("id", "question", "answer"):
            if not isinstance(row.get(field), str) or not row[field].strip():
                identifier, detail = row.get("id", "?"), "text expected"
                raise DatasetError("eval.row_field", path=path, line=number, id=identifier, field=field, detail=detail)
        yield row


def _pattern(text: str, question: str, shared: Mapping[str, int]) -> str:
    """Lookaheads for the rarest words of ``text`` that the question has not; empty where there is none."""
    asked = set(_stems(question))
    stems = [stem for stem in dict.fromkeys(_stems(text)) if stem not in asked]
    rarest = sorted(stems, key=lambda stem: (shared[stem], -len(stem), stem))[:WORDS]
    # A figure may follow a letter, as in L1221-23, but not another figure.
    edges = {stem: r"(?<!\d)" if stem[0].isdigit() else r"(?<![^\W\d_])" for stem in rarest}
    return "".join(rf"(?=[\s\S]*{edges[stem]}{re.escape(stem)})" for stem in sorted(rarest, key=stems.index))


def _stems(text: str) -> Sequence[str]:
    words = (word.casefold() for word in _WORD.findall(plain(text)))
    return [
        word if word[0].isdigit() else word[:_STEM] for word in words if word[0].isdigit() or len(word) >= _SHORTEST
    ]


def _lines(path: Path) -> Iterable[tuple[int, str]]:
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise DatasetError("eval.dataset_unreadable", path=path, detail=error) from error
    return [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def main(
    file: Annotated[Path, typer.Argument(help="Rows with id, question and answer (.jsonl or .jsonl.gz).")],
) -> None:
    """Print the rows of a question set, one JSON object a line."""
    for row in expert_rows(file):
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    run_script(main, "Turns expert answers into questions with nuggets, one for each bullet, for a person to review.")
