"""Questions of a reading set made statements by their answers: right and wrong claims in a reader's own words.

A person who asks words the matter differently from the source, so that claims made so are far from their evidence,
the wrong ones as much as the right ones.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sourcier.app.answering.verifier import Evidence
from sourcier.app.answering.verifier.names import names
from sourcier.app.answering.verifier.text import fold, read
from sourcier.eval.training import edits
from sourcier.eval.training.examples import Example, lines, nearest, sentences

_LONGEST_ANSWER = 9  # words: beyond, an answer is a sentence of its own
_ASKED = "est|sont|était|étaient|fut|furent|sera"
_WHO = re.compile(
    r"^qui (?!est[- ]ce|se\b|sont-ce)((?:est|sont|était|étaient|fut|a|ont|\w+e|\w+it|\w+ent|\w+a)\s.+)$", re.IGNORECASE
)
_WHAT = re.compile(rf"^quel(?:le)?s? ({_ASKED}) (.+)$", re.IGNORECASE)
_CALLED = re.compile(r"^comment (?:s['’]appelle|se nomme) (.+)$", re.IGNORECASE)
_COUNT = re.compile(r"^combien (?:de |d['’])(.+)$", re.IGNORECASE)
_INVERTED = re.compile(
    r"^(quand|en quelle année|en quel mois|où|dans quel(?:le)? \w+) (.+?) (\w+)[ -](?:t-)?(?:ils?|elles?) ?(.*)$",
    re.IGNORECASE,
)
_PREPOSED = re.compile(
    r"^(?:à|au|aux|en|dans|le|vers|depuis|avant|après|sur|chez|près|dès|lors|pendant|sous)\b", re.IGNORECASE
)
_PRONOUN = re.compile(r"-(?:t-)?(?:ils?|elles?|on)\b")


def statement(question: str, answer: str) -> str | None:
    """A question and its answer as one sentence; nothing where the question has another shape than those known."""
    asked = " ".join(question.replace("\u00a0", " ").rstrip(" ?.").split())
    given = answer.strip(" .,;:")
    if not given or len(given.split()) > _LONGEST_ANSWER:
        return None
    if (found := _INVERTED.match(asked)) is not None:
        if not _PREPOSED.match(given):
            if fold(found[1]).startswith(("ou", "dans")):
                return None
            given = ("en " if re.fullmatch(r"\d{4}", given) else "le ") + given
        return _sentence(f"{found[2]} {found[3]} {found[4]} {given}")
    if _PRONOUN.search(asked):
        return None
    if (found := _WHO.match(asked)) is not None:
        return _sentence(f"{given} {found[1]}")
    if (found := _WHAT.match(asked)) is not None:
        return _sentence(f"{found[2]} {found[1]} {given}")
    if (found := _CALLED.match(asked)) is not None:
        return _sentence(f"{found[1]} s'appelle {given}")
    if (found := _COUNT.match(asked)) is not None and len(given.split()) <= 2:
        return _sentence(f"{given} {found[1]}")
    return None


def _sentence(text: str) -> str:
    joined = " ".join(text.split())
    return joined[0].upper() + joined[1:] + "."


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answer and the paragraph that holds it."""

    question: str
    answer: str
    title: str
    sentences: tuple[str, ...]
    document: str


def questions(path: Path, passages: Path) -> list[Asked]:
    """Questions whose answer is short and stands in one sentence of their paragraph."""
    texts = {str(r["id"]): r for r in lines(passages)}
    found = []
    for r in lines(path):
        passage = texts.get(str(r["gold"][0]))
        if passage is None:
            continue
        cut = sentences(passage["text"])
        answer = next((a for a in r["answers"] if any(a in s for s in cut)), None)
        if answer is not None and len(answer.split()) <= _LONGEST_ANSWER:
            document = str(r["gold"][0]).rsplit("-", 1)[0]
            found.append(Asked(r["text"], answer, str(passage["title"]), tuple(cut), document))
    return found


def make(asked: Sequence[Asked], seed: int = 5) -> list[Example]:
    """Right and wrong claims from questions: their answer, another answer of the same shape, another subject."""
    by_document: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        by_document[one.document].append(one)
    found: list[Example] = []
    for one in asked:
        found.extend(_of_question(one, by_document[one.document], random.Random(f"{seed}{one.question}")))
    return found


def _of_question(one: Asked, same: Sequence[Asked], rng: random.Random) -> list[Example]:
    found: list[Example] = []
    group = f"asked-{one.document}"
    own = [s for s in one.sentences if one.answer in s]
    elsewhere = [s for other in same if other.sentences != one.sentences for s in other.sentences]

    def add(claim: str, label: int, kind: str, *, question: str | None = None, kept: Sequence[str] = own) -> None:
        rest = [s for s in one.sentences if s not in own]
        pool = [*rest, *(elsewhere if rng.random() < 0.5 else [])]
        evidence = [*(Evidence(s, one.title) for s in kept), *nearest(claim, pool, one.title, 8)]
        rng.shuffle(evidence)
        if evidence:
            found.append(Example(claim, tuple(evidence), label, kind, group, "asked", question))

    claim = statement(one.question, one.answer)
    wrong = _other_answer(one, same, rng)
    others = [s for other in same for s in other.sentences if s not in one.sentences]
    if claim is not None:
        # In answering the question comes with the sentence, which may repeat it: half of the claims have theirs.
        asked = one.question if rng.random() < 0.7 else None
        add(claim, 1, "answer", question=asked)
        restated = edits.restate(claim, others, rng)
        if restated != claim:
            add(restated, 1, "answer", question=asked)
        if wrong is not None and (changed := statement(one.question, wrong)) is not None:
            add(changed, 0, "other_answer", question=asked)
        add(claim, 0, "wrong_citation", question=asked, kept=())
        for kind in rng.sample(["name", "negation", "contrary", "number", "quantifier", "noun"], 3):
            if (changed := edits.WRONG[kind](claim, others, rng)) and changed != claim:
                add(changed, 0, kind, question=asked)
    if rng.random() < 0.6:
        add(one.answer, 1, "short", question=one.question)
        if wrong is not None:
            add(wrong, 0, "other_answer", question=one.question)
        other = rng.choice(same)
        if other.sentences != one.sentences:
            add(one.answer, 0, "other_question", question=other.question)
    return found


def _other_answer(one: Asked, same: Sequence[Asked], rng: random.Random) -> str | None:
    """A figure for a figure, a name for a name, of the same paragraph where there is one."""
    text = " ".join(one.sentences)
    mine = read(one.answer)
    if any(t.text[0].isdigit() for t in mine.tokens):
        pool = [m.group() for m in edits._NUMBER.finditer(text) if m.group() not in one.answer]
        figures = [m.group() for m in edits._NUMBER.finditer(one.answer)]
        return one.answer.replace(figures[0], rng.choice(pool)) if pool and figures else None
    known = fold(f"{one.answer} {one.question}")
    if names(mine) or one.answer[:1].isupper():
        spans = {s[a:b] for s in one.sentences for a, b in edits._spans(s)}
        pool = sorted(s for s in spans if fold(s) not in known and len(s) > 3)
    else:
        pool = sorted({o.answer for o in same if fold(o.answer) not in known and not o.answer[0].isdigit()})
        pool = [p for p in pool if p[:1].islower()]
    return rng.choice(pool) if pool else None
