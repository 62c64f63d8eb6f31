"""Questions that the documents do not answer: asked of a name of another document, or for what is said of nobody."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sourcier.core.types import Document
from sourcier.eval.drafts.rows import Draft
from sourcier.eval.drafts.sources import names_in
from sourcier.eval.metrics.text import fold

__all__ = ["Unanswerable", "missing_attributes", "swapped_names"]

#: What organisations and people are often asked about and documents seldom say, and a word that would say it.
_ATTRIBUTES = (
    ("Quel est le budget annuel de {name} ?", r"\bbudget\b|\$|€|\bdollars?\b|\beuros?\b"),
    ("En quelle année {name} a-t-elle été fondée ?", r"\bfond[ée]|\bcréée?\b|\bcréation\b"),
    ("Quelle est l’adresse du siège de {name} ?", r"\badresse\b|\bsiège\b|\brue\b|\bavenue\b|\bboulevard\b"),
    ("Combien d’employés compte {name} ?", r"\bemploy|\bsalari|\beffectif"),
)


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """A question that nothing should answer, and why nothing does."""

    question: str
    kind: str
    why: str


def swapped_names(
    drafts: Sequence[Draft], documents: Sequence[Document], generator: random.Random
) -> Iterator[Unanswerable]:
    """Answerable questions, with the name they are about replaced by one that only other documents hold."""
    names = _names_by_document(documents)
    for draft in drafts:
        own = {document.path for document in documents if document.path in draft.documents}
        elsewhere = sorted(
            {name for path, found in names.items() if path not in own for name in found}
            - {name for path in own for name in names.get(path, ())}
        )
        inside = [name for name in names_in(draft.question) if any(name in names.get(path, ()) for path in own)]
        if not inside or not elsewhere:
            continue
        old, new = generator.choice(inside), generator.choice(elsewhere)
        if _said_together(new, draft, documents):
            continue
        question = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", new.replace("\\", r"\\"), draft.question)
        yield Unanswerable(question, "wrong_entity", f"{draft.id} : « {old} » → « {new} »")


def missing_attributes(documents: Sequence[Document], generator: random.Random) -> Iterator[Unanswerable]:
    """What is asked of names that the documents hold, and that no sentence which names them says."""
    names = sorted({name for found in _names_by_document(documents).values() for name in found})
    generator.shuffle(names)
    for place, name in enumerate(names):
        question, said = _ATTRIBUTES[place % len(_ATTRIBUTES)]
        around = " ".join(line for document in documents for line in document.text.splitlines() if name in line)
        if not re.search(said, around, re.IGNORECASE):
            yield Unanswerable(question.format(name=name), "missing_attribute", f"« {name} » : {said}")


def _names_by_document(documents: Sequence[Document]) -> Mapping[str, frozenset[str]]:
    """Names met twice or more in a document: once may be a word with a capital."""
    found = {}
    for document in documents:
        names = names_in(document.text)
        kept = {name for name in names if document.text.count(name) > 1 and (" " in name or name.isupper())}
        found[document.path] = frozenset(name for name in kept if 3 <= len(name) <= 60)
    return found


def _said_together(name: str, draft: Draft, documents: Sequence[Document]) -> bool:
    """Whether a line of any document holds the new name and the fact that was asked for."""
    facts = [re.compile(pattern, re.IGNORECASE) for fact in draft.facts for pattern in fact]
    lines = (line for document in documents for line in document.text.splitlines() if name in line)
    return any(pattern.search(fold(line)) for line in lines for pattern in facts)
