"""Who says it: frames such as « la CSQ demande que… » and « selon l'Institut… », and those that name only the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sourcier.app.answering.verifier.text import Reading, classes, lexicon

_NOUNS = "|".join(sorted(lexicon()["text_nouns"].split(), key=len, reverse=True))
_ARTICLE = r"(?:l['’]|(?:le|la|les|ce|cet|cette|ces|un|une|du|des)\s+)?"
_MARKS = re.compile(r"\s*\[\d+(?:\s*[,;–-]\s*\d+)*\]|\*\*|^\s*(?:[-•*]|\d+[.)])\s+")
#: « Selon la fiche « … », », « D'après le document, »: no figure inside, for « selon l'article 5 » says something.
_FRAME = re.compile(
    rf"^\s*(?:selon|d['’]après|suivant|dans|comme\s+l['’]indique)\s+{_ARTICLE}(?:{_NOUNS})\b"
    r"(?:\s*[«“\"][^»”\"]{0,200}[»”\"]|[^,«“\"\d]{0,60}),\s*",
    re.IGNORECASE,
)
_SAYS = re.compile(
    rf"^\s*{_ARTICLE}(?:{_NOUNS})\b[^,.\d]{{0,40}}?\s(?:(?:indique|précise|mentionne|explique|"
    r"affirme|rapporte|montre|souligne)(?:nt)?|disent|dit)\s+(?:que\s+|qu['’])",
    re.IGNORECASE,
)


def bare(claim: str) -> str:
    """The claim without list marks, citation numbers, and frames that only name the text it was read in."""
    text = _MARKS.sub("", claim).strip()
    for frame in (_FRAME, _SAYS):
        cut = frame.sub("", text, count=1)
        if cut and cut != text:
            text = cut[0].upper() + cut[1:]
    return text or claim


@dataclass(frozen=True, slots=True)
class Frame:
    """A reporting frame: stems of whoever speaks, and the kind of act (say, judge, ask, rule)."""

    subject: frozenset[str]
    act: str
    index: int


def frames(reading: Reading) -> list[Frame]:
    """Every reporting verb with a subject before it, and every « selon … »."""
    tokens = reading.tokens
    table: dict[str, str] = {**classes("reporting")}
    found = []
    for i, token in enumerate(tokens):
        if token.folded in {"selon", "apres"} and (token.folded == "selon" or (i and tokens[i - 1].folded == "d")):
            subject = _content(reading, i + 1, min(i + 9, len(tokens)))
            if subject:
                found.append(Frame(subject, "say", i))
        elif (act := table.get(token.folded)) is not None:
            subject = _content(reading, max(0, i - 8), i, backwards=True)
            if subject:
                found.append(Frame(subject, act, i))
    return found


def _content(reading: Reading, low: int, high: int, *, backwards: bool = False) -> frozenset[str]:
    """Content stems between two tokens, cut at the nearest punctuation of the clause."""
    tokens = reading.tokens
    kept: list[str] = []
    order = range(high - 1, low - 1, -1) if backwards else range(low, high)
    for i in order:
        neighbour = i + 1 if backwards else i - 1
        if 0 <= neighbour < len(tokens) and (i != order[0] or backwards):
            left, right = sorted((i, neighbour))
            if re.search(r"[,.;:!?()«»]", reading.text[tokens[left].end : tokens[right].start]):
                break
        if tokens[i].content:
            kept.append(tokens[i].stem)
    return frozenset(kept)


@dataclass(frozen=True, slots=True)
class AttributionFeatures:
    """Who speaks in the claim, against who speaks in the text."""

    subject_missing: int
    """Frames of the claim whose speaker is no speaker, and no actor, of the text."""
    act_changed: int
    """Same speaker, another act: « demande » told as « oblige »."""
    dropped: int
    """What the text gives as an opinion or a demand is told as a fact."""
    added: int
    """The claim gives a fact as someone's word, someone that no frame of the text names."""


def compare(claim: Reading, text: Reading) -> AttributionFeatures:
    """Match each frame of the claim with one of the text by a shared word of their subjects."""
    mine, theirs = frames(claim), frames(text)
    stems = {t.stem for t in text.tokens}
    missing = changed = added = 0
    for frame in mine:
        same = [other for other in theirs if frame.subject & other.subject]
        if same:
            changed += all(other.act != frame.act for other in same)
        elif not frame.subject & stems:
            missing += 1
        else:
            added += 1
    opinions = [f for f in theirs if f.act in {"judge", "ask"}]
    dropped = int(bool(opinions) and not mine)
    return AttributionFeatures(missing, changed, dropped, added)
