"""Published French data sets, as documents and questions.

Each preset names the files it reads, without their ending, and adapts their raw rows: ``retrieval/piaf`` and
``retrieval/piaf_passages`` (PIAF 1.1: questions of the crowd on Wikipedia), ``travail/fiches_ministere`` and
``retrieval/fiches_ministere`` (the labour ministry's sheets, whose section titles are the questions), the labour code,
service-public's sheets, and the articles of collective agreements, each asked what State lawyers answered from it: those
questions are asked within one agreement. ``group`` keeps the questions of one article or sheet on one side of a split, and
the same question asked of the sheets and of the code on the same side of both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["PRESETS", "Preset", "headings"]

Row = dict[str, Any]
Rows = Iterable[Row]


@dataclass(frozen=True, slots=True)
class Preset:
    """One set.

    Attributes:
        files: what it reads, in the order in which ``adapt`` takes their rows; it gives documents and questions.
    """

    name: str
    files: tuple[str, ...]
    adapt: Callable[..., tuple[Iterator[Row], Iterator[Row]]]


def _question(row: Row, group: str) -> Row:
    return {"id": row["id"], "question": row["text"], "relevant": dict.fromkeys(row["gold"], 1), "group": group}


def _before(name: str, mark: str) -> str:
    return name.rpartition(mark)[0] or name


def _piaf(passages: Rows, questions: Rows) -> tuple[Iterator[Row], Iterator[Row]]:
    # "all-129-0" is the first paragraph of the article "all-129".
    documents = ({"id": row["id"], "title": row["title"], "text": row["text"]} for row in passages)
    return documents, (_question(row, _before(row["gold"][0], "-")) for row in questions)


def _sheets(sections: Rows, questions: Rows) -> tuple[Iterator[Row], Iterator[Row]]:
    # The title of the section is the question itself: it is never indexed.
    documents = ({"id": row["id"], "text": row["text"]} for row in sections)
    return documents, (_question(row, _before(row["gold"][0], "#")) for row in questions)


def _sheets_titled(sections: Rows, questions: Rows) -> tuple[Iterator[Row], Iterator[Row]]:
    documents = ({"id": row["id"], "title": row["doc_title"], "text": row["text"]} for row in sections)
    return documents, (_question(row, _before(row["gold"][0], "#")) for row in questions)


def _code(articles: Rows, questions: Rows) -> tuple[Iterator[Row], Iterator[Row]]:
    documents = (
        {
            "id": row["id"],
            "num": row["num"],
            "section": " > ".join(" ".join(part.split()) for part in row["path"][1:]),
            "text": row["text"],
        }
        for row in articles
    )
    # "ftct-article375542#2" asks what the sheet "article375542" asks.
    return documents, (_question(row, _before(row["id"].partition("-")[2], "#")) for row in questions)


def _service(sheets: Rows, questions: Rows) -> tuple[Iterator[Row], Iterator[Row]]:
    return ({"id": row["id"], "text": row["text"]} for row in sheets), (
        _question(row, row["gold"][0]) for row in questions
    )


def _service_titled(sheets: Rows, questions: Rows) -> tuple[Iterator[Row], Iterator[Row]]:
    return ({"id": row["id"], "title": row["title"], "text": row["text"]} for row in sheets), (
        _question(row, row["gold"][0]) for row in questions
    )


def _conventions(articles: Rows, questions: Rows) -> tuple[Iterator[Row], Iterator[Row]]:
    # A question is asked of one agreement, known by its number: four digits in one file, an integer in the other.
    documents = (
        {
            "id": row["id"],
            "publisher": f"IDCC {int(row['idcc'])}",
            "num": row["num"],
            "section": " > ".join(" ".join(part.split()) for part in row["path"][1:]),
            "text": row["text"],
        }
        for row in articles
    )
    asked = (
        {
            "id": row["id"],
            "question": row["question"],
            "relevant": dict.fromkeys(row["gold_kali"], 1),
            "only": {"publisher": f"IDCC {int(row['idcc'])}"},
            "group": row["id"].rpartition(":")[0],
        }
        for row in questions
        if row["label"] == "answerable" and row["gold_kali"]
    )
    return documents, asked


_MINISTRY = ("travail/fiches_ministere", "retrieval/fiches_ministere")
_SERVICE = ("travail/fiches_service_public", "retrieval/service_public")

#: The names are those of the table.
PRESETS = (
    Preset("piaf", ("retrieval/piaf_passages", "retrieval/piaf"), _piaf),
    Preset("ft_text", _MINISTRY, _sheets),
    Preset("ft_title", _MINISTRY, _sheets_titled),
    Preset("code", ("travail/code_du_travail", "retrieval/fiches_vers_code"), _code),
    Preset("sp_text", _SERVICE, _service),
    Preset("sp_title", _SERVICE, _service_titled),
    Preset("conventions", ("abstention/conventions_articles", "abstention/conventions_questions"), _conventions),
)


def headings(folder: Path) -> tuple[list[Row], list[Row]]:
    """Our own sheets as a set that needs no one's judgement: each section's heading asks for its section.

    What is indexed is the sheet's title and the section's text, without the heading. Headings that several sections
    have ask for nothing.
    """
    documents: list[Row] = []
    asked: dict[str, list[str]] = {}
    for sheet in sorted(folder.glob("*.md")):
        text = re.sub(r"\[\^[\w-]+\](:.*)?", "", sheet.read_text(encoding="utf-8").split("---", 2)[-1])
        title, _, body = text.strip().partition("\n")
        for number, section in enumerate(re.split(r"^#{2,} ", body, flags=re.MULTILINE)[1:]):
            heading, _, paragraphs = section.strip().partition("\n")
            if paragraphs.strip():
                identity = f"{sheet.stem}#{number}"
                documents.append({"id": identity, "title": title.strip("# "), "text": paragraphs.strip()})
                asked.setdefault(" ".join(heading.split()), []).append(identity)
    alone = {heading: found[0] for heading, found in asked.items() if len(found) == 1}
    questions: list[Row] = [
        {"id": identity, "question": heading, "relevant": {identity: 1}} for heading, identity in alone.items()
    ]
    return documents, questions
