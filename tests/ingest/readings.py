"""What the tests of readers share: a document as plain rows, and the pages of a small PDF."""

from __future__ import annotations

from collections.abc import Callable

from sourcier.core.types import Document
from sourcier.ingest.files import Skipped

__all__ = ["SUBJECTS", "ReadAll", "blocks", "pdf_pages"]

ReadAll = Callable[..., list[Document | Skipped]]

SUBJECTS = ("emplois", "salaires", "horaires", "congés")


def blocks(document: Document | Skipped) -> list[tuple[str, int, str]]:
    assert isinstance(document, Document)
    return [(b.kind.value, b.level, document.text[b.start : b.end]) for b in document.blocks]


def pdf_pages() -> list[list[tuple[float, float, float, str]]]:
    pages: list[list[tuple[float, float, float, str]]] = []
    for number, subject in enumerate(SUBJECTS, 1):
        pages.append(
            [
                (72, 760, 8, "Plateforme du syndicat"),
                (72, 700, 16, f"Les {subject} d’abord"),
                (72, 670, 11, f"Le comité étudie les {subject} et les besoins technolo-"),
                (72, 656, 11, "giques de chaque établissement, en tenant compte des avis"),
                (72, 642, 11, "reçus du personnel."),
                (72, 614, 11, f"Un second paragraphe sur les {subject} commence ici et va"),
                (72, 600, 11, "jusqu’au bout de la page."),
                (300, 30, 9, str(number)),
            ]
        )
    pages[0].insert(5, (172, 645, 6, "1"))
    pages[0].insert(8, (72, 80, 8, "1 AUTEUR (2024). Le règlement, 12 p."))
    return pages
