"""The questions as a table for spreadsheets: one line each, the choices in columns, no cell that a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
import string
from collections.abc import Iterable

from sourcier.app.workshop.kit import QuizItem, Source
from sourcier.app.workshop.quiz.writers.said import by_number, key_of, places_of
from sourcier.core.messages import Language, message

__all__ = ["cell", "table"]

#: What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection); full-width forms are read alike by some.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠|%")
_KINDS = {
    "single": "workshop_quiz.kind_single", "multiple": "workshop_quiz.kind_multiple", "true_false": "workshop_quiz.kind_true_false",
    "match": "workshop_quiz.kind_match", "short": "workshop_quiz.kind_short",
}  # fmt: skip


def table(items: Iterable[QuizItem], sources: Iterable[Source], language: Language) -> bytes:
    """The questions as CSV in UTF-8 with its mark (Excel knows it by that), fields in quotes, lines ended by CR LF.

    Fields are parted by semicolons in French, by commas in English, as spreadsheets of each language expect.
    """
    listed, known = list(items), by_number(sources)
    columns = max((len(item.choices or item.pairs) for item in listed), default=0)
    letters = string.ascii_uppercase[:columns]
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";" if language == "fr" else ",", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(
        [
            message("workshop_quiz.column_number", language),
            message("workshop_quiz.column_kind", language),
            message("workshop_quiz.column_question", language),
            *(message("workshop_quiz.column_choice", language, letter=letter) for letter in letters),
            message("workshop_quiz.column_key", language),
            message("workshop_quiz.column_reason", language),
            message("workshop_quiz.column_source", language),
        ]
    )
    for item in listed:
        offered = [choice.text for choice in item.choices] or [pair.left for pair in item.pairs]
        why = [f"{letters[i]}. {choice.reason.text}" for i, choice in enumerate(item.choices)] or [item.proof.text]
        row = [
            item.id,
            message(_KINDS[item.kind], language),
            item.stem,
            *offered,
            *[""] * (columns - len(offered)),
            _key(item, letters),
            "\n".join(why),
            places_of(item, known, language),
        ]
        writer.writerow([cell(value) for value in row])
    return out.getvalue().encode("utf-8-sig", "replace")


def _key(item: QuizItem, letters: str) -> str:
    if item.choices:
        return ", ".join(letters[i] for i, choice in enumerate(item.choices) if choice.right)
    return "\n".join(item.answers if item.kind == "short" else key_of(item))


def cell(text: str) -> str:
    """A text that stays a text in a spreadsheet: an apostrophe goes before what would begin a formula."""
    plain = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return f"'{plain}" if plain.lstrip(" \u00a0\u202f").startswith(_FORMULA) or plain.startswith(_FORMULA) else plain
