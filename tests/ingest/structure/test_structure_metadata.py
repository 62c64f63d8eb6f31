"""What is known of a document: from ``sources.toml``, from the file itself, from its text."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcier.core.errors import IngestError
from sourcier.core.filters import Filter
from sourcier.core.types import BlockKind, Document, Metadata
from sourcier.core.validity import days_of, expired_since, validity
from sourcier.ingest.clauses import clause_at
from sourcier.ingest.drafts import Draft, Reading
from sourcier.ingest.files import Skipped, SourceFile
from sourcier.ingest.language import language_of
from sourcier.ingest.metadata import given_from, iso_date, kind_of_text, language_tag, metadata_of, settled
from sourcier.ingest.sources import SourceCatalogue

TEXT = "La personne salariée dépose son grief dans les trente jours qui suivent l'événement.\n"


def catalogue(folder: Path, toml: str) -> SourceCatalogue:
    (folder / "sources.toml").write_text(toml, encoding="utf-8")
    return SourceCatalogue.load(folder)


def test_sources_give_all_that_metadata_hold(tmp_path: Path) -> None:
    loaded = catalogue(
        tmp_path,
        """[[document]]
        file = "a.txt"
        title = "Convention"
        authors = ["Une Telle", "Un Tel"]
        nature = "convention"
        langue = "fr-ca"
        date = 2025-06-01
        valid_from = 2025-06-01
        valid_until = "2028"
        audience = "personnel de soutien"
        """,
    )
    found = loaded.metadata_for(SourceFile(str(tmp_path), "a.txt", tmp_path / "a.txt"), "")
    assert found == Metadata(
        title="Convention", date="2025-06-01", language="fr-CA", kind="agreement", authors=("Une Telle", "Un Tel"),
        valid_from="2025-06-01", valid_until="2028", audience="personnel de soutien",
    )  # fmt: skip


def test_a_member_of_an_archive_is_described_by_path_name_or_digest(tmp_path: Path) -> None:
    digest = hashlib.sha256(b"x").hexdigest()
    loaded = catalogue(
        tmp_path,
        f"""[[document]]
        path = "envois/lot.zip#a/un.pdf"
        title = "Par le chemin"
        [[document]]
        file = "lot.zip#a/deux.pdf"
        title = "Par le nom"
        [[document]]
        sha256 = "{digest}"
        title = "Par le contenu"
        """,
    )
    archive = SourceFile(str(tmp_path), "envois/lot.zip", tmp_path / "envois" / "lot.zip")

    def title(member: str | None, sha256: str = "") -> str | None:
        found = loaded.metadata_for(archive, sha256, member)
        return found.title if found else None

    assert title("a/un.pdf") == "Par le chemin"
    assert title("a/deux.pdf") == "Par le nom"
    assert title("trois.pdf", digest) == "Par le contenu"
    assert title("trois.pdf") is None
    assert title(None) is None


@pytest.mark.parametrize(
    ("line", "key", "said"),
    [
        ('date = "le printemps"', "ingest.sources_date", "le printemps"),
        ('valid_until = "2026-02-30"', "ingest.sources_date", "2026-02-30"),
        ("valid_from = 2027-01-01\nvalid_until = 2026", "ingest.sources_period", "2027-01-01"),
        ('language = "français du Québec"', "ingest.sources_language", "français du Québec"),
        ("publisher = 3", "ingest.sources_value", "publisher"),
        ("date = true", "ingest.sources_value", "date"),
        ("authors = [1]", "ingest.sources_value", "authors"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_with_its_file(tmp_path: Path, line: str, key: str, said: str) -> None:
    with pytest.raises(IngestError) as caught:
        catalogue(tmp_path, f'[[document]]\nfile = "a.txt"\ntitle = "A"\n{line}\n')
    assert caught.value.key == key
    assert said in str(caught.value) and str(tmp_path / "sources.toml") in str(caught.value)


def test_front_matter_may_be_french(read_all: Callable[..., list[Document | Skipped]]) -> None:
    front = "titre: Guide\néditeur: Le syndicat\nauteurs: [A. B., C. D.]\ndate: 1er mars 2026\nnature: loi\n"
    front += "en vigueur: 2026-04-01\nfin de validité: 2027\npublic: personnes déléguées\nlangue: anglais\n"
    [document] = read_all({"a.md": f"---\n{front}---\n\n{TEXT}"})
    assert isinstance(document, Document)
    assert document.metadata == Metadata(
        "Guide", "Le syndicat", "2026-03-01", "en", "law", None, ("A. B.", "C. D."), "2026-04-01", "2027",
        "personnes déléguées",
    )  # fmt: skip
    assert document.findings == ()


def test_a_bad_date_of_one_file_is_a_finding(read_all: Callable[..., list[Document | Skipped]]) -> None:
    [document] = read_all({"a.md": f"---\ntitle: T\ndate: 2026-02-30\nlanguage: je ne sais pas\n---\n\n{TEXT}"})
    assert isinstance(document, Document)
    assert (document.metadata.title, document.metadata.date, document.metadata.language) == ("T", None, "fr")
    assert {(f.key, f.sample) for f in document.findings} == {
        ("finding.date", "2026-02-30"),
        ("finding.language", "je ne sais pas"),
    }


def test_a_row_comes_before_what_is_said_of_its_collection() -> None:
    reading = settled(Reading((Draft(BlockKind.PARAGRAPH, TEXT),), {"publisher": "La ligne"}))
    described = Metadata("La collection", publisher="Le tout", kind="law", language="fr-FR")
    row = metadata_of(described, reading, "7", row=True)
    assert (row.title, row.publisher, row.kind, row.language) == ("7", "La ligne", "law", "fr-FR")
    file = metadata_of(described, reading, "7")
    assert (file.title, file.publisher) == ("La collection", "Le tout")


def test_a_row_may_give_the_number_of_an_article(read_all: Callable[..., list[Document | Skipped]]) -> None:
    rows = [
        {"id": "LEGI1", "num": "L1222-1", "text": TEXT, "valid_until": "31/12/2025"},
        {"id": "LEGI2", "num": "L1222-2", "title": "De la preuve", "text": TEXT},
        {"id": "LEGI3", "num": 4, "text": TEXT},
    ]
    documents = read_all({"code.jsonl": "\n".join(map(json.dumps, rows))})
    assert [d.metadata.title for d in documents if isinstance(d, Document)] == [
        "Article L1222-1",
        "De la preuve",
        "LEGI3",
    ]
    assert isinstance(documents[0], Document)
    assert clause_at(documents[0], 5) == "art. L. 1222-1"
    assert documents[0].metadata.valid_until == "2025-12-31"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026", "2026"), (2026, "2026"), ("2026-03", "2026-03"), ("2026-03-05", "2026-03-05"),
        (date(2026, 3, 5), "2026-03-05"), ("2026-03-05T10:00:00Z", "2026-03-05"), ("13/11/2025", "2025-11-13"),
        ("5 mars 2026", "2026-03-05"), ("Le 1er août 2026", "2026-08-01"), ("Mars 2026", "2026-03"),
        ("2026-13", None), ("31/02/2026", None), ("30 février 2026", None), ("hier", None), ("", None), (True, None),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(written: object, read: str | None) -> None:
    assert iso_date(written) == read


@given(st.dates(min_value=date(1000, 1, 1)))
@settings(derandomize=True, deadline=None)
def test_a_date_in_words_is_the_one_in_figures(day: date) -> None:
    months = [
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre",
    ]  # fmt: skip
    assert iso_date(f"{day.day} {months[day.month - 1]} {day.year:04}") == day.isoformat()
    assert iso_date(f"{day.day}/{day.month}/{day.year:04}") == day.isoformat()


def test_kinds_and_languages_have_one_name() -> None:
    words = ["loi", "Convention", "position", "nouvelle", "fiche", "law", "procès-verbal"]
    assert [kind_of_text(word) for word in words] == [
        "law", "agreement", "position", "news", "sheet", "law", "procès-verbal",
    ]  # fmt: skip
    tags = ["FR", "fr_ca", "fr-CA", "français", "zh-Hant", "québécois", "f", ""]
    assert [language_tag(tag) for tag in tags] == ["fr", "fr-CA", "fr-CA", "fr", "zh-Hant", None, None, None]


def test_what_is_not_a_mapping_of_names_gives_nothing() -> None:
    assert given_from(["title"]) == {}
    assert given_from({1: "a", "title": {"a": 1}, "autre": "b", "lang": None, "url": True}) == {}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (TEXT, "fr"),
        ("The employer shall answer the grievance in writing within ten days of its receipt.", "en"),
        ("El empleador responde por escrito a la queja en los diez días que siguen a su recepción.", "es"),
        ("Guide 2026 : annexe A, tableau 3", None),
        ("", None),
    ],
)
def test_the_language_is_told_by_small_words(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_validity_is_said_only_when_sure() -> None:
    def on(day: str, begins: str | None, ends: str | None) -> str:
        return validity(Metadata("T", valid_from=begins, valid_until=ends), date.fromisoformat(day))

    assert on("2026-06-30", None, None) == "unknown"
    assert [on(day, None, "2026-06-30") for day in ("2026-06-30", "2026-07-01")] == ["in_force", "expired"]
    assert [on(day, "2026-07-01", None) for day in ("2026-06-30", "2026-07-01")] == ["future", "in_force"]
    # A year or a month: any of its days may be meant.
    assert [on(day, "2026", "2028-04") for day in ("2025-12-31", "2026-06-01", "2026-12-31", "2028-04-01", "2028-04-02",
                                                   "2028-05-01")] == [
        "future", "unknown", "in_force", "in_force", "unknown", "expired",
    ]  # fmt: skip
    assert on("2026-06-30", "le printemps", "un jour") == "unknown"


@given(st.dates(), st.one_of(st.none(), st.dates()), st.one_of(st.none(), st.dates()))
@settings(derandomize=True, deadline=None)
def test_a_filter_keeps_exactly_what_may_be_in_force(day: date, begins: date | None, ends: date | None) -> None:
    metadata = Metadata("T", valid_from=str(begins) if begins else None, valid_until=str(ends) if ends else None)
    outside = (begins is not None and day < begins) or (ends is not None and day > ends)
    assert Filter(in_force=day).allows(metadata) is not outside
    assert Filter().allows(metadata)


def test_the_first_day_a_text_is_expired() -> None:
    assert expired_since(Metadata("T", valid_until="2026-06-30")) == date(2026, 7, 1)
    assert expired_since(Metadata("T", valid_until="2026-02")) == date(2026, 3, 1)
    assert expired_since(Metadata("T")) is None
    assert days_of("2024-02") == (date(2024, 2, 1), date(2024, 2, 29))
    assert days_of("2026-00") is None and days_of("0000") is None
