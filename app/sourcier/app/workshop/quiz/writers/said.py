"""What every quiz file says of a question beside its choices: why the key is right, and where it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sourcier.app.workshop.kit import QuizItem, Source
from sourcier.core.messages import Language, message

__all__ = ["by_number", "key_of", "places_of", "proof_of"]


def by_number(sources: Iterable[Source]) -> dict[int, Source]:
    """The sources of a kit, by their numbers."""
    return {source.number: source for source in sources}


def places_of(item: QuizItem, sources: Mapping[int, Source], language: Language) -> str:
    """Where the key is written: titles, with clause or section and page, each place once."""
    lines: list[str] = []
    for number in item.proof.sources:
        source = sources.get(number)
        if source is None:
            continue
        label = source.page_label or (str(source.page) if source.page else "")
        page = message("workshop_quiz.source_page", language, page=label) if label else ""
        place = ", ".join(part for part in (source.clause or source.section or "", page) if part)
        line = (
            message("workshop_quiz.source_line", language, title=source.title, place=place) if place else source.title
        )
        if line not in lines:
            lines.append(line)
    return " ; ".join(lines) if language == "fr" else "; ".join(lines)


def proof_of(item: QuizItem, sources: Mapping[int, Source], language: Language) -> str:
    """Why the key is right, then where that is written."""
    place = places_of(item, sources, language)
    return f"{item.proof.text} ({place})" if place else item.proof.text


def key_of(item: QuizItem) -> Sequence[str]:
    """The right answers as a person would write them down, in order."""
    if item.choices:
        return [choice.text for choice in item.choices if choice.right]
    if item.pairs:
        return [f"{pair.left} → {pair.right.text}" for pair in item.pairs]
    return item.answers[:1]
