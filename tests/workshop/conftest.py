"""One small index, its tools and one kit made without a language model, for all the tests of the workshop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from tests.workshop.corpus import indexed, tools_in, write_papers

from sourcier.app.workshop.kit import Brief, Kit
from sourcier.app.workshop.make import make_kit
from sourcier.app.workshop.tools import Tools
from sourcier.core.settings import Settings


@pytest.fixture(scope="session")
def papers_index(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of an index of the invented federation's papers."""
    return indexed(write_papers(tmp_path_factory.mktemp("papers")), tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def tools(papers_index: Settings) -> Iterator[Tools]:
    """French tools on that index, without a language model."""
    with tools_in(papers_index) as opened:
        yield opened


@pytest.fixture(scope="session")
def made_kit(tools: Tools) -> Kit:
    """A kit of ninety minutes on telework."""
    brief = Brief(theme="le télétravail", minutes=90, audience="personnes déléguées")
    return make_kit(brief, tools, kit_id="essai", now=lambda: datetime(2026, 11, 29, 15, 4, tzinfo=UTC))
