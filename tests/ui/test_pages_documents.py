"""The corpus open to all: what is shown is the canonical text to the character, and nobody learns what is looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.responses import HTMLResponse
from tests.ui.material import AGREEMENT
from tests.ui.pages_material import HOSTILE, by_path, written
from tests.ui.pages_server import Site, indexed, served
from tests.ui.scripted import FewDocuments, citation, document, hit

from sourcier.app.pages.browsing import PER_PAGE, Asked, browse, choices, choices_of, form_of
from sourcier.app.pages.links import place_of
from sourcier.app.pages.reading import contents, groups
from sourcier.app.pages.views import document_page
from sourcier.app.ui.guard import is_served
from sourcier.app.ui.sources import citation_panel
from sourcier.app.ui.windows import Window
from sourcier.app.ui.words import Words
from sourcier.core.settings import Settings
from sourcier.core.types import Block, BlockKind, Document, Metadata
from sourcier.index.search import Searcher


class Texts(HTMLParser):
    """The text of every element that says where it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, int, str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self._open = "data-start" in told
        if self._open:
            self.found.append((int(told["data-start"] or 0), int(told["data-end"] or 0), ""))

    def handle_data(self, data: str) -> None:
        if self._open:
            start, end, text = self.found[-1]
            self.found[-1] = (start, end, text + data)

    def handle_endtag(self, tag: str) -> None:
        self._open = False


def texts_of(html: str) -> list[tuple[int, int, str]]:
    parser = Texts()
    parser.feed(html)
    return parser.found


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, corpus: Path) -> Iterator[tuple[Searcher, Settings]]:
    searcher, settings = indexed(tmp_path_factory.mktemp("home"), corpus)
    yield searcher, settings
    searcher.close()


@pytest.fixture(scope="module")
def site(index: tuple[Searcher, Settings]) -> Iterator[Site]:
    yield from served(object(), *index)


# --- what is there ---------------------------------------------------------------------------------------------------


def test_all_documents_are_listed_with_a_way_in(site: Site, index: tuple[Searcher, Settings]) -> None:
    html = site.page("/documents")
    assert "3 documents" in html
    for row in index[0].documents():
        assert f'href="/documents/{row.document_id}"' in html
    assert 'href="/en/documents/' in site.page("/en/documents")


def test_a_search_travels_in_the_body_and_an_address_says_nothing(site: Site) -> None:
    html = site.page("/documents")
    assert re.search(r'<form[^>]* method="post"', html)
    assert site.page("/documents?q=loyer") == html
    found = site.page("/documents", {"q": "loyer du bail"})
    assert found.index("bail") < found.index("conge.md") if "conge.md" in found else "bail" in found


def test_what_is_found_opens_at_its_place(site: Site, index: tuple[Searcher, Settings]) -> None:
    found = site.page("/documents", {"q": "signe premier mars loyer"})
    bail = by_path(index, "bail")
    link = re.search(rf'href="/documents/{bail.document_id}#c(\d+)-(\d+)"', found)
    assert link is not None
    assert "Le loyer est de 900" in bail.text[int(link[1]) : int(link[2])]


@pytest.mark.parametrize(
    "form", [{"q": "x" * 3000}, {"q": "!?"}, {"q": "loyer", "publisher": "Personne"}, {"year": "hier"}]
)
def test_what_cannot_be_searched_is_said(site: Site, form: dict[str, str]) -> None:
    status, headers, body = site.ask("/documents", form)
    assert (status, headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert b'class="warning"' in body


def test_a_document_that_is_not_there_is_said_in_a_page(site: Site) -> None:
    status, headers, body = site.ask("/en/documents/0123456789abcdef")
    assert (status, headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert b'lang="en-CA"' in body


def test_filters_and_pages() -> None:
    many = [
        document(
            f"d{number:02}.md", f"Texte {number:02}", f"Texte numéro {number}.", publisher="AB"[number % 2], date="2020"
        )
        for number in range(PER_PAGE + 5)
    ]
    old = replace(AGREEMENT, metadata=replace(AGREEMENT.metadata, valid_until="2020-01-31", kind="agreement"))
    index, settings = FewDocuments((*many, old)), Settings()
    first, last = (browse(index, Asked(page=page), settings) for page in (1, 2))
    assert (first.total, first.pages, len(first.documents), len(last.documents)) == (PER_PAGE + 6, 2, PER_PAGE, 6)
    assert browse(index, Asked(publisher="a"), settings).total == 13
    assert browse(index, Asked(year="2024"), settings).documents[0].document_id == old.document_id
    assert browse(index, Asked(kind="agreement", current=True), settings).total == 0
    known = choices(list(index.documents()))
    assert known["year"] == [("2024", 1), ("2020", 25)]
    assert known["kind"] == [("agreement", 1)]


def test_filters_follow_the_index() -> None:
    @dataclass
    class Versioned(FewDocuments):
        version: str = "1"

    index = Versioned((AGREEMENT,))
    assert choices_of(index)["year"] == choices_of(index)["year"] == [("2024", 1)]
    index.held, index.version = (replace(AGREEMENT, metadata=replace(AGREEMENT.metadata, date="2019")),), "2"
    assert choices_of(index)["year"] == [("2019", 1)]


def test_a_form_that_is_not_ours_asks_for_everything() -> None:
    assert form_of(b"") == form_of(b"\xff=%ff&&&;page=x") == form_of(b"a=1&" * 100) == Asked()
    assert form_of(b"page=0&q=%20a%20%0A%20b") == Asked("a b")
    assert form_of(b"page=99999999999999999999").page == 1


# --- one document ----------------------------------------------------------------------------------------------------


def test_every_stretch_shown_is_the_text_at_its_place(site: Site, index: tuple[Searcher, Settings]) -> None:
    conge = by_path(index, "conge")
    found = texts_of(site.page(f"/documents/{conge.document_id}"))
    assert "".join("".join(text.split()) for _, _, text in found) == "".join(conge.text.split())
    for start, end, text in found:
        assert text == conge.text[start:end]


def test_hostile_text_and_names_stay_text(tmp_path: Path) -> None:
    text = f"{HOSTILE}\r\nfin\x00\x1b\ud800\ufffe."
    hostile = replace(
        document("h.md", HOSTILE, text, publisher=HOSTILE),
        blocks=(Block(BlockKind.HEADING, 0, 20, 9), Block(BlockKind.TABLE, 20, len(text), notes=(HOSTILE,))),
    )
    hostile = replace(hostile, metadata=Metadata(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, "javascript:alert(1)"))
    page = document_page(FewDocuments((hostile,)), Settings(home=tmp_path), "fr", hostile.document_id)
    assert isinstance(page, HTMLResponse)
    html = bytes(page.body).decode()
    assert html.count("<script") == 1
    assert "<img" not in html
    assert "javascript:alert(1)" not in html
    [(_, _, first), (_, end, second)] = texts_of(html)
    assert len(first + second) == len(text) == end
    assert first + second == text.translate(
        {0x0D: " ", 0: "\ufffd", 0x1B: "\ufffd", 0xD800: "\ufffd", 0xFFFE: "\ufffd"}
    )


def test_passages_pages_and_headings_are_marked() -> None:
    text = "Titre\n\nUn. Deux.\n\nTrois."
    blocks = (
        Block(BlockKind.HEADING, 0, 5, 1, page=3),
        Block(BlockKind.PARAGRAPH, 7, 16, page=3),
        Block(BlockKind.PARAGRAPH, 18, 24, page=4),
    )
    made = groups(Document("x", "x", text, blocks, Metadata("T"), page_labels=("i", "ii", "1")), (0, 11, 18))
    assert [(group.page, group.label) for group in made] == [(3, "1"), (None, ""), (4, "")]
    assert [[(s.text, s.cut) for s in e.stretches] for g in made for e in g.entries] == [
        [("Titre", 1)],
        [("Un. ", None), ("Deux.", 2)],
        [("Trois.", 3)],
    ]
    assert [(entry.level, entry.text) for entry in contents(made)] == [(2, "Titre")]
    alone = groups(Document("x", "x", text, blocks, Metadata("T")), page=4)
    assert [g.entries[0].text for g in alone] == ["Un. Deux.", "Trois."], "what comes before may end on the page"


def test_a_quote_leads_to_its_place() -> None:
    assert place_of("ab" * 8, "a/b.pdf", 3, 12, 40) == f"/documents/{'ab' * 8}/pages/3#c12-40"
    assert place_of("ab" * 8, "a/b.PDF", None, 12, 40) == f"/documents/{'ab' * 8}#c12-40"
    assert place_of("ab" * 8, "a/b.docx", 3, 12, 40) == f"/documents/{'ab' * 8}#c12-40"
    assert place_of("ab" * 8, "a/b.zip#c.pdf", 3, 12, 40) == f"/documents/{'ab' * 8}#c12-40"
    found = hit(AGREEMENT, 1, page=41)
    quoted = citation(1, found, "quatre semaines de vacances payées")
    panel = citation_panel("k", quoted, Window(quoted.quote, ((0, 5),)), Words("fr"))
    place = f"/documents/{AGREEMENT.document_id}/pages/41#c{quoted.start}-{quoted.end}"
    assert f'<a href="{place}" target="_blank" rel="noreferrer">' in panel
    assert is_served(place.partition("#")[0].encode())


# --- the file it was read from ---------------------------------------------------------------------------------------


def test_the_original_is_given_to_be_saved_under_our_name(
    site: Site, index: tuple[Searcher, Settings], corpus: Path
) -> None:
    bail = by_path(index, "bail")
    status, headers, body = site.ask(f"/documents/{bail.document_id}/original")
    assert (status, body) == (200, (corpus / "bail.txt").read_bytes())
    assert headers["content-disposition"] == f'attachment; filename="{bail.document_id}.txt"'
    assert headers["content-type"] == "application/octet-stream"
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]


def test_a_file_that_changed_is_not_given(
    site: Site, index: tuple[Searcher, Settings], corpus: Path, tmp_path: Path
) -> None:
    bail, file = by_path(index, "bail"), corpus / "bail.txt"
    address, before = f"/documents/{bail.document_id}/original", file.read_bytes()
    try:
        file.write_bytes(before + b" ")
        assert site.ask(address)[0] == 404
        file.unlink()
        assert site.ask(address)[0] == 404
        assert "plus là où il a été lu" in site.page(f"/documents/{bail.document_id}")
        (tmp_path / "same").write_bytes(before)
        file.symlink_to(tmp_path / "same")
        assert site.ask(address)[0] == 404
    finally:
        file.unlink(missing_ok=True)
        file.write_bytes(before)
    assert site.ask(address)[0] == 200


def test_a_row_of_a_collection_has_no_file_of_its_own(site: Site, index: tuple[Searcher, Settings]) -> None:
    row = by_path(index, "rangees.jsonl")
    assert site.ask(f"/documents/{row.document_id}/original")[0] == 404


@pytest.mark.parametrize(
    "path",
    [
        "/documents/../../etc/passwd",
        "/documents/0123456789abcdef/../original",
        "/documents/0123456789abcdef/original/",
        "/documents/0123456789ABCDEF",
        "/documents/0123456789abcdef0",
        "/de/documents",
        "/fr/documents/0123456789abcdef/original",
        "/documents/",
    ],
)
def test_other_addresses_do_not_exist(site: Site, path: str) -> None:
    assert not is_served(path.encode())
    assert site.ask(path)[0] == 404


def test_another_site_cannot_post_a_search(site: Site) -> None:
    assert site.ask("/documents", {"q": "bail"}, headers={"Origin": "http://evil.example"})[0] == 403
