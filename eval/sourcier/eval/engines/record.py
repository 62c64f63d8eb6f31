"""What is kept of one engine's answer to one question: enough to judge it again without asking again."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from sourcier.eval.metrics.citations import Claim
from sourcier.eval.metrics.text import markers, without_markers
from sourcier.ingest.sentences import split_sentences

__all__ = ["Engine", "Record", "Records", "claims_in", "declines", "first_sentence_end"]


@dataclass(frozen=True, slots=True)
class Record:
    """One answer.

    Attributes:
        engine: ``ours``, ``llamaindex`` or ``plain``.
        declined: nothing was answered.
        claims: each sentence with the texts that it cites.
        timings_ms: ``first_source``, ``first_sentence`` (none where no sentence was shown) and ``total``.
        usage: ``prompt_tokens``, ``cached_tokens`` and ``completion_tokens``, by the engine's own counters.
    """

    engine: str
    id: str
    text: str
    declined: bool
    claims: tuple[Claim, ...]
    timings_ms: dict[str, float]
    usage: dict[str, int]
    energy_wh: float


class Engine(Protocol):
    """Something that answers questions from the index."""

    name: str

    def answer(self, row_id: str, question: str) -> Record:
        """The answer to one question, timed."""
        ...


class Records:
    """The answers of a run, one JSON value a line, so that a run that was stopped goes on.

    Args:
        without: engines whose answers are not read again: they have changed since. The newest line of one counts.
    """

    def __init__(self, path: Path, without: Collection[str] = ()) -> None:
        self._path = path
        self._kept: dict[tuple[str, str], Record] = {}
        for row in self._rows():
            claims = tuple(Claim(one["text"], tuple(one["quotes"]), one["astray"]) for one in row.pop("claims"))
            if row["engine"] not in without:
                self._kept[row["engine"], row["id"]] = Record(claims=claims, **row)

    def get(self, engine: str, row_id: str) -> Record | None:
        """What ``engine`` answered, if it was asked."""
        return self._kept.get((engine, row_id))

    def add(self, record: Record) -> None:
        """Keep one more."""
        self._kept[record.engine, record.id] = record
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(record), ensure_ascii=False) + "\n")

    def _rows(self) -> Iterator[dict[str, Any]]:
        if self._path.exists():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                try:
                    yield json.loads(line)
                except ValueError:
                    return  # The last line of a run that was killed: that question is asked again.


#: How a small model says, in French or in English, that the sources do not answer.
_DECLINES = re.compile(
    r"je ne (?:sais|peux|dispose|trouve|connais)"
    r"|(?:pas|aucune?|ni) (?:d'|de |des )?(?:information|mention|réponse|précision|indication|donnée|détail)"
    r"|ne (?:\w+ )?(?:mentionne|précise|contien|fourni|donne|parle|indique|permet|répond|aborde|traite)\w*"
    r"|n'(?:est|a|y a|ont|apporte|indique|aborde|offre)\w* (?:pas|aucun)|(?:n'est|ne sont) pas (?:\w+ )?(?:mentionn|précis|indiqu|fourni)"
    r"|none of the (?:provided )?sources|no (?:information|mention|answer|source)|(?:do|does|did|is|are)(?: not|n't) "
    r"(?:\w+ )?(?:contain|provide|mention|specif|answer|include|give|say|state|address|available|helpful)"
    r"|i (?:do not|don't|cannot|can't|am unable)|empty response",
    re.IGNORECASE,
)


def declines(text: str) -> bool:
    """Whether the first sentence says that there is no answer; nothing written at all says so too."""
    said = " ".join(without_markers(text).split()).replace("’", "'")
    spans = split_sentences(said)
    return not spans or bool(_DECLINES.search(said[spans[0][0] : spans[0][1]]))


def claims_in(text: str, sources: dict[int, str]) -> tuple[Claim, ...]:
    """The sentences of a written answer, each with the sources that its ``[n]`` name.

    A marker after the full stop belongs to the sentence before it.
    """
    moved = re.sub(r"([.!?])\s*((?:\[\d+(?:\s?[,;]\s?\d+)*\]\s?)+)", r" \2\1 ", text)
    claims = []
    for start, end in split_sentences(moved):
        sentence = moved[start:end]
        said = " ".join(without_markers(sentence).split()).replace(" .", ".")
        if any(character.isalnum() for character in said):
            cited = sorted(markers(sentence))
            quotes = tuple(sources[n] for n in cited if n in sources)
            claims.append(Claim(said, quotes, len(cited) - len(quotes)))
    return tuple(claims)


def first_sentence_end(text: str) -> bool:
    """Whether a whole sentence has been written: another has begun."""
    return len(split_sentences(text)) > 1
