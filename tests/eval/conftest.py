"""Two documents, and a searcher that finds them by their words."""

from __future__ import annotations

import pytest
from tests.eval.hand_made import HandSearcher, make_document

from sourcier.core.types import Document
from sourcier.eval.assistant import canonical_texts
from sourcier.eval.metrics.answers import Texts


@pytest.fixture
def telework() -> Document:
    text = "Le télétravail est limité à trois jours par semaine.\nL’indemnité est de 1 500 $ par année dès le 12 mars 2025."
    return make_document("a" * 16, "conventions/teletravail.txt", text)


@pytest.fixture
def leave() -> Document:
    return make_document("b" * 16, "lot.jsonl#conge-7", "Le congé parental dure 65 semaines. Il est « payé à 75 % ».")


@pytest.fixture
def searcher(telework: Document, leave: Document) -> HandSearcher:
    return HandSearcher({d.document_id: d for d in (telework, leave)})


@pytest.fixture
def texts(searcher: HandSearcher) -> Texts:
    return canonical_texts(searcher)
