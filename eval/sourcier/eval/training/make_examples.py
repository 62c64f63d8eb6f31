"""Examples made from any French texts: each sentence restated rightly, and changed so that its source denies it.

A change is laid on the claim, or on the source: both readings of a pair occur on both sides, so that a claim alone
tells nothing of its label.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sourcier.app.answering.verifier import Evidence
from sourcier.app.answering.verifier.names import names
from sourcier.app.answering.verifier.text import read
from sourcier.eval.training import edits
from sourcier.eval.training.examples import POOL, Example, lines, nearest, sentences

_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_MARKDOWN = re.compile(r"\[\^[^\]]*\]:?.*?(?=\s|$)|[*_`]|^#+ .*$|^\s*[-|].*$", re.MULTILINE)


_OPENINGS = ("Quel est", "Qui", "Combien", "Quelle est", "Quand", "Pourquoi", "Comment", "Est-ce que", "Que dit")


@dataclass(frozen=True, slots=True)
class Text:
    """A document's title and sentences."""

    name: str
    title: str
    sentences: tuple[str, ...]


def texts(path: Path) -> list[Text]:
    """Documents of a folder (``.md``, ``.txt``) or of a collection (``.jsonl``, ``.jsonl.gz``)."""
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.suffix in {".md", ".txt"} and p.name != "README.md")
        raw = [(p.stem, "", p.read_text(encoding="utf-8")) for p in files]
    else:
        raw = [(str(r["id"]), str(r.get("title") or r.get("doc_title") or ""), str(r["text"])) for r in lines(path)]
    found = []
    for key, title, text in raw:
        heading = re.search(r"^title: (.+)$", text, re.MULTILINE)
        body = re.sub(r"\[\^[^\]]+\]", "", _MARKDOWN.sub("", _FRONT.sub("", text)))
        kept = [" ".join(s.split()) for s in sentences(body)]
        kept = list(dict.fromkeys(s for s in kept if 6 <= len(s.split()) <= 45 and s[0].isupper() and s[-1] == "."))
        if len(kept) >= 4:
            found.append(Text(key, heading[1] if heading else title, tuple(kept)))
    return found


def make(documents: Sequence[Text], *, per_text: int = 12, seed: int = 7) -> list[Example]:
    """Examples from up to ``per_text`` sentences of each document."""
    rng = random.Random(seed)
    found: list[Example] = []
    for document in documents:
        for sentence in rng.sample(document.sentences, min(per_text, len(document.sentences))):
            # A generator of its own for each sentence: a change to one edit leaves the other examples as they were.
            found.extend(_of_sentence(sentence, document, documents, random.Random(f"{seed}{sentence}")))
    return found


def _of_sentence(sentence: str, document: Text, documents: Sequence[Text], rng: random.Random) -> list[Example]:
    others = [s for s in document.sentences if s != sentence]
    group = f"made-{document.name}"
    found: list[Example] = []

    def add(
        claim: str, source: str | None, label: int, kind: str, *, question: str | None = None, weight: float = 1.0
    ) -> None:
        pool = nearest(claim, others, document.title, POOL - 1)
        own = [Evidence(source, document.title)] if source else []
        evidence = [*own, *(e for e in pool if e.text != claim or label)]
        evidence = evidence[: rng.choice([1, 3, POOL, POOL])] if own else evidence
        rng.shuffle(evidence)
        if evidence:
            if question is None and rng.random() < 0.5:
                # In answering every sentence comes with a question; one that fits says nothing of the sentence.
                question = key_words(source or sentence, others, rng)
            found.append(Example(claim, tuple(evidence), label, kind, group, "made", question, weight))

    add(sentence, sentence, 1, "verbatim", weight=0.4)
    for kind in rng.sample(sorted(edits.RIGHT), 4):
        claim = edits.RIGHT[kind](sentence, others, rng)
        if claim and claim != sentence:
            add(claim, sentence, 1, kind)
    taken = 0
    for kind in rng.sample(sorted(edits.WRONG), len(edits.WRONG)):
        # Wrong claims are reworded as often as right ones: a change of words must not give them away.
        start = edits.restate(sentence, others, rng) if rng.random() < 0.5 else sentence
        claim = edits.WRONG[kind](start, others, rng)
        if not claim or claim in {sentence, start} or taken >= 4:
            continue
        taken += 1
        one_way = kind in {"quantifier", "modality", "condition", "detail"}  # the other way may be entailed
        if one_way or start != sentence or rng.random() < 0.6:
            add(claim, sentence, 0, kind)
        else:
            add(edits.restate(sentence, others, rng) if rng.random() < 0.5 else sentence, claim, 0, kind)
            add(edits.restate(claim, others, rng), claim, 1, "restated")
        if rng.random() < 0.3:
            add(claim, claim, 1, "verbatim", weight=0.4)
    other = rng.choice([d for d in documents if d is not document] or [document])
    claim = edits.addition(sentence, other.sentences if rng.random() < 0.7 else others, rng)
    if claim:
        add(claim, sentence, 0, "addition")
    add(sentence if rng.random() < 0.5 else edits.restate(sentence, others, rng), None, 0, "wrong_citation")
    follower = document.sentences.index(sentence) + 1
    if follower < len(document.sentences):
        found.append(_merged(sentence, document.sentences[follower], document, group, rng))
    found.extend(_short_answers(sentence, document, documents, rng))
    return found


def key_words(sentence: str, others: Sequence[str], rng: random.Random) -> str | None:
    """A question in three to five key words of a sentence, of which up to two may come from others of its document."""
    words = [t.text for t in read(sentence).content()]
    if len(words) < 4:
        return None
    kept = [words[i] for i in sorted(rng.sample(range(len(words)), min(len(words), rng.choice([3, 4, 5]))))]
    strange = [t.text for s in others for t in read(s).content() if t.text.islower()]
    for place in rng.sample(range(len(kept)), rng.choice([0, 0, 1, 2])):
        if strange and kept[place].islower():
            kept[place] = rng.choice(strange)
    return f"{rng.choice(_OPENINGS)} {' '.join(kept)} ?"


def _merged(first: str, second: str, document: Text, group: str, rng: random.Random) -> Example:
    link = rng.choice([" et ", " ; de plus, ", ", et "])
    claim = first.rstrip(" .") + link + second[0].lower() + second[1:]
    rest = nearest(claim, [s for s in document.sentences if s not in {first, second}], document.title, 6)
    both = [Evidence(first, document.title), Evidence(second, document.title)]
    if rng.random() < 0.5:
        return Example(claim, (*both, *rest), 1, "merged", group, "made")
    return Example(claim, (both[rng.randrange(2)], *rest), 0, "half", group, "made")


def _short_answers(sentence: str, document: Text, documents: Sequence[Text], rng: random.Random) -> list[Example]:
    """A name or a figure alone, to a question in key words of the same sentence, or of another one."""
    reading = read(sentence)
    runs = [sentence[a:b] for a, b in edits._spans(sentence)]
    runs += [
        m.group() for m in re.finditer(r"\d[\d \u00a0\u202f,]*\s(?:%|[a-zé]{3,})(?:\s(?:de|d['’])\s?\w+)?", sentence)
    ]
    if not runs or rng.random() < 0.4:
        return []
    answer = rng.choice(runs)
    others = [s for s in document.sentences if s != sentence]
    evidence = (Evidence(sentence, document.title), *nearest(sentence, others, document.title, 4))
    words = [t.text for t in reading.content() if t.text not in answer]
    if len(words) < 4:
        return []
    kept = sorted(rng.sample(range(len(words)), min(len(words), rng.choice([3, 4, 5]))))
    asked = " ".join(words[i] for i in kept)
    start = rng.choice(_OPENINGS)
    group = f"made-{document.name}"
    found = [Example(answer, evidence, 1, "short", group, "made", f"{start} {asked} ?", 0.7)]
    other = rng.choice([d for d in documents if d is not document] or [document])
    stranger = read(rng.choice(other.sentences))
    strange = [t.text for t in names(stranger)] + [t.text for t in stranger.content()]
    strange = [w for w in strange if read(w).tokens[0].stem not in set(reading.stems())]
    if len(strange) >= 2:
        swapped = [words[i] for i in kept]
        for place in rng.sample(range(len(swapped)), min(2, len(swapped))):
            swapped[place] = rng.choice(strange[:4])
        found.append(
            Example(answer, evidence, 0, "other_question", group, "made", f"{start} {' '.join(swapped)} ?", 0.7)
        )
    return found
