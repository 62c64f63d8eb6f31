r"""Moodle's GIFT format: questions as lines of text, each control character of ours escaped.

What is escaped and how is what Moodle's own import undoes (``question/format/gift``): a backslash before ``\ ~ = # { } :``
and ``\n`` for a new line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sourcier.app.workshop.kit import QuizItem, Source
from sourcier.app.workshop.quiz.writers.said import by_number, proof_of
from sourcier.core.messages import Language

__all__ = ["escaped", "gift"]

_CONTROL = re.compile(r"[\\~=#{}:]")
#: What XML and text files cannot hold, and what Moodle would take for the end of a line.
_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\x85\u2028\u2029]")


def gift(items: Iterable[QuizItem], sources: Iterable[Source], language: Language) -> str:
    """The questions in GIFT, to be saved in UTF-8; one of a kind that GIFT lacks does not exist.

    Args:
        sources: those of the kit, named after each question as its feedback.
    """
    known = by_number(sources)
    return "\n\n".join(_question(item, known, language) for item in items) + "\n"


def escaped(text: str) -> str:
    """A text that GIFT reads as it is: neither an end, a weight, a pair nor a comment begins in it."""
    lines = [_UNSEEN.sub(" ", line) for line in re.split(r"\r\n|\r|\n", text.strip())]
    # No escape exists for an arrow, and none for a « % » at the head: what is shown stays nearly the same.
    plain = "\n".join(lines).replace("->", "→")
    plain = f"\u00a0{plain}" if plain.startswith("%") else plain
    return _CONTROL.sub(lambda found: f"\\{found[0]}", plain).replace("\n", "\\n")


def _question(item: QuizItem, sources: Mapping[int, Source], language: Language) -> str:
    lines = list(_answers(item))
    general = f"\t####{escaped(proof_of(item, sources, language))}"
    # Plain text: nothing of a document is ever read as HTML or Markdown.
    return "\n".join([f"::{escaped(item.id)}::[plain]{escaped(item.stem)}{{", *lines, general, "}"])


def _answers(item: QuizItem) -> Iterable[str]:
    if item.kind == "true_false":
        first = item.choices[0]
        why = escaped(first.reason.text)
        yield f"\t{'TRUE' if first.right else 'FALSE'}#{why}#{why}"
    elif item.kind == "match":
        for pair in item.pairs:
            yield f"\t={escaped(pair.left)} -> {escaped(pair.right.text)}"
    elif item.kind == "short":
        for answer in item.answers:
            yield f"\t=%100%{escaped(answer)}"
    else:
        rights = sum(choice.right for choice in item.choices)
        for choice in item.choices:
            why = escaped(choice.reason.text)
            if item.kind == "single":
                yield f"\t{'=' if choice.right else '~'}{escaped(choice.text)}#{why}"
            else:
                share = 1 / rights if choice.right else -1 / max(1, len(item.choices) - rights)
                yield f"\t~%{_percent(share)}%{escaped(choice.text)}#{why}"


def _percent(share: float) -> str:
    """A share as Moodle names it: ``33.33333``, ``50``."""
    return f"{100 * share:.5f}".rstrip("0").rstrip(".")
