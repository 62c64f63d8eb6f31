"""A quiz in the formats that platforms and spreadsheets read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from sourcier.app.workshop.kit import QuizItem, Source
from sourcier.app.workshop.quiz.writers.gift import gift
from sourcier.app.workshop.quiz.writers.h5p import h5p
from sourcier.app.workshop.quiz.writers.moodle import moodle_xml
from sourcier.app.workshop.quiz.writers.table import table
from sourcier.core.messages import Language

__all__ = ["QUIZ_FORMATS", "QuizFormat", "gift", "h5p", "moodle_xml", "quiz_file", "table", "write_quiz"]

QuizFormat = Literal["gift", "xml", "csv", "h5p"]
QUIZ_FORMATS: tuple[QuizFormat, ...] = get_args(QuizFormat)


def quiz_file(
    kind: QuizFormat, items: Sequence[QuizItem], sources: Sequence[Source], *, title: str, language: Language
) -> bytes:
    """The content of one file: ``gift`` and ``xml`` for Moodle, ``csv`` for spreadsheets, ``h5p`` for hosts of H5P."""
    if kind == "gift":
        return gift(items, sources, language).encode("utf-8", "replace")
    if kind == "xml":
        return moodle_xml(items, sources, language, title)
    if kind == "csv":
        return table(items, sources, language)
    return h5p(items, sources, language, title)


def write_quiz(
    items: Sequence[QuizItem],
    sources: Sequence[Source],
    folder: Path,
    formats: Sequence[QuizFormat] = QUIZ_FORMATS,
    *,
    title: str,
    language: Language,
    name: str = "quiz",
) -> list[Path]:
    """Write ``NAME.gift``, ``NAME.xml``, ``NAME.csv`` and ``NAME.h5p``, or those of ``formats``, into a folder that exists.

    Raises:
        OSError: a file cannot be written.
    """
    written = []
    for kind in formats:
        path = folder / f"{name}.{kind}"
        path.write_bytes(quiz_file(kind, items, sources, title=title, language=language))
        written.append(path)
    return written
