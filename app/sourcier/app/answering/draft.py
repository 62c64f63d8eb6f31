"""From the model's stream of text pieces to whole sentences, each as soon as it is complete."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sourcier.core.errors import ModelError
from sourcier.ingest.sentences import split_sentences

# The model is not asked for markers, bullets or titles; where it writes some, they are not part of what it claims.
_MARKS = re.compile(r"\s*(?:\[\d{1,2}\]|\(\d{1,2}\)(?=\s*[.;]?$))")
_LEAD = re.compile(r"^\s*(?:[-*•–]\s+|\d{1,2}[.)]\s+|#+\s*|(?:réponse|answer)\s*:\s*)+", re.IGNORECASE)
_EMPHASIS = re.compile(r"(\*\*|__|`)(.+?)\1")
#: What a model says of what it was given rather than of the question. Of « documents » only that they do not answer: what they do
#: not hold may be what a document says of others.
_DECLINES = re.compile(
    r"^\W*(?:pas de r[ée]ponse|no answer)\b"
    r"|^\W*(?:d[ée]sol[ée]e?\W+|malheureusement\W+|sorry\W+|unfortunately\W+)?"
    r"(?:je ne (?:sais|peux|trouve|dispose)\b|i (?:do not|don['’]t|cannot|can['’]t|could not)\b)"
    r"|\b(?:les|ces|aucun des) extraits?(?: fournis| donnés| ci-dessus)? n(?:e |['’])(?:\w+ )?"
    r"(?:répond|conti|précis|mention|dis|donn|indiqu|fourni|perm|parl|abord|trait)"
    r"|\bles (?:documents|passages|sources|textes)(?: fournis| donnés| consultés)? ne (?:permettent|répondent)\b"
    r"|\b(?:pas|ni|non|aucune?|rien)\b[^.;:]*\bdans (?:les|ces) extraits\b"
    r"|\b(?:the|these|none of the) (?:given |provided )?extracts (?:do|does|did)(?: not|n['’]t) (?:\w+ )?"
    r"(?:answer|contain|hold|say|mention|give|provide|specif|state|tell|include)"
    r"|\b(?:not?|nothing|n['’]t)\b[^.;:]*\bin the extracts\b",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"[.!?…:;»”\")\]]\s*$")


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence the model wrote. ``complete`` is false when it was cut by the length limit."""

    text: str
    complete: bool = True


def sentences_of(pieces: Iterable[str]) -> Iterator[DraftSentence]:
    """Sentences, in order, each once; a sentence is given when the next one has begun, or at the end."""
    return (step for step in steps_of(pieces) if isinstance(step, DraftSentence))


def steps_of(pieces: Iterable[str]) -> Iterator[DraftSentence | str]:
    """The same, and what is written of the next one each time that a piece ends none."""
    seen: set[str] = set()
    for span in _spans(pieces):
        if isinstance(span, str):
            yield span
            continue
        raw, last = span
        text = clean_sentence(raw)
        key = text.casefold()
        if any(character.isalnum() for character in text) and key not in seen:
            seen.add(key)
            yield DraftSentence(text, complete=not last or bool(_CLOSED.search(raw)) or _is_item(raw))


def clean_sentence(raw: str) -> str:
    """A sentence without list bullets, emphasis, and citation numbers of the model's own making."""
    text = _EMPHASIS.sub(r"\2", unicodedata.normalize("NFC", raw))
    return " ".join(_MARKS.sub("", _LEAD.sub("", text)).split())


def declines(text: str) -> bool:
    """Whether a sentence says that there is no answer in what the model was given: true or not, it answers nothing."""
    return bool(_DECLINES.search(text))


def _spans(pieces: Iterable[str]) -> Iterator[tuple[str, bool] | str]:
    buffer, failure = "", None
    source = iter(pieces)
    while True:
        try:
            piece = next(source)
        except StopIteration:
            break
        except ModelError as error:
            # What was written before the model broke off is still to be looked at: its last sentence may be whole.
            failure = error
            break
        buffer += piece
        spans = split_sentences(buffer)
        for start, end in spans[:-1]:
            yield buffer[start:end], False
        if len(spans) > 1:
            buffer = buffer[spans[-1].start :]
        else:
            yield buffer
    if buffer.strip():
        spans = split_sentences(buffer)
        for i, (start, end) in enumerate(spans):
            yield buffer[start:end], i == len(spans) - 1
    if failure is not None:
        raise failure


def _is_item(raw: str) -> bool:
    # The last item of a list often has no full stop: short enough, it was not cut by the length limit.
    return bool(_LEAD.match(raw)) and len(raw) < 200
