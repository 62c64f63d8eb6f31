"""Underlined titles and deep section numbers of plain texts are headings, and nothing else becomes one."""

from __future__ import annotations

import pytest

from sourcier.core.types import BlockKind
from sourcier.ingest.readers.plain import read_text


def headings(text: str) -> list[tuple[int, str]]:
    return [(draft.level, draft.text) for draft in read_text(text).drafts if draft.kind is BlockKind.HEADING]


def test_the_first_sign_is_the_widest_level() -> None:
    text = (
        "Guide du comité\n***************\n\nLe comité se réunit.\n\n1. Rôle\n=======\n\nIl conseille.\n\n"
        "1.1. Membres\n------------\n\nIls sont huit.\n\n2. Mandat\n=========\n\nDeux ans.\n"
    )
    assert headings(text) == [(1, "Guide du comité"), (2, "1. Rôle"), (3, "1.1. Membres"), (2, "2. Mandat")]
    reading = read_text(text)
    assert [dropped.text for dropped in reading.dropped] == ["*" * 15, "=" * 7, "-" * 12, "=" * 9]


def test_a_title_on_two_lines_is_one() -> None:
    text = "Un titre assez long pour que la\nligne le coupe\n==============\n\nDu texte.\n"
    assert headings(text) == [(1, "Un titre assez long pour que la ligne le coupe")]


@pytest.mark.parametrize(
    "text",
    [
        "Un paragraphe de plusieurs lignes,\nqui continue sur une autre,\npuis une troisième.\n----------\n\nSuite.\n",
        "Court\n--------------------------------------------\n\nUn filet, pas un titre.\n",
        "Nom      Taille\n---------------\nA        3\nB        4\n",
        "-----\n-----\n\nDeux filets.\n",
        "Un mot\n\n------\n\nUn filet seul.\n",
    ],
)
def test_rules_and_tables_underline_nothing(text: str) -> None:
    assert [level for level, found in headings(text) if "---" not in found] == []


def numbered(titles: list[str]) -> str:
    prose = "Ce paragraphe dit ce qu'il faut savoir de la section, en une phrase qui se termine par un point."
    return "\n\n".join(f"{title}\n\n{prose}" for title in titles)


def test_a_section_among_many_may_begin_with_a_small_letter() -> None:
    titles = [f"1.{n}. Section de rang {n}" for n in range(1, 7)]
    assert (
        "1.7. procfs et sysfs" in {text for _, text in headings(numbered([*titles, "1.7. procfs et sysfs"]))}
    ) is True
    assert "1.7. procfs et sysfs" not in {text for _, text in headings(numbered([titles[0], "1.7. procfs et sysfs"]))}
