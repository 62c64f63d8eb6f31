"""Whatever a document, a model or a person writes, the page shows text: no element, attribute or Markdown of its own."""

from __future__ import annotations

import re
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ui.scripted import FewDocuments, Play, ScriptedAssistant, citation, document, hit

from sourcier.app.ui.inert import inert, marked
from sourcier.app.ui.relay import abstention_people
from sourcier.app.ui.render import turn_html
from sourcier.app.ui.turn import Turn, after
from sourcier.app.ui.windows import Windows
from sourcier.app.ui.words import Words
from sourcier.core.settings import OrganisationSettings, Settings
from sourcier.core.types import Document, Metadata, Removed

ANY = st.text(st.characters(codec=None), max_size=40) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "![x](http://evil.example/a.png)",
        '"><img src=x onerror=alert(1)>',
        "[clic](javascript:alert(1))",
        "</div></article><svg onload=alert(1)>",
        "&lt;script&gt;",
        "```\n<b>x</b>\n```",
        "{{constructor}} ${alert(1)} $$x$$",
        "\n\n<h1>hors du bloc</h1>\n\n",
        "' onmouseover='alert(1)",
        "<!-- --><![CDATA[<b>]]>",
    ]
)
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class Seen(HTMLParser):
    """The tags, attributes and text that a browser would find."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.others = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "action"}]

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.others += 1

    def handle_decl(self, decl: str) -> None:
        self.others += 1

    def unknown_decl(self, data: str) -> None:
        self.others += 1

    def handle_pi(self, data: str) -> None:
        self.others += 1


@given(ANY)
def test_inert_text_is_itself_and_nothing_else(text: str) -> None:
    seen = Seen(inert(text))
    assert (seen.tags, seen.others) == ([], 0)
    assert seen.text == UNPRINTABLE.sub("", text)


@given(ANY)
def test_inert_text_has_nothing_that_markdown_reads(text: str) -> None:
    bare = re.sub(r"&#\d+;", "", inert(text))
    assert re.search(r"[!-/:-@\[-`{-~\n\r\t]", bare) is None


@given(ANY)
def test_inert_text_can_be_sent(text: str) -> None:
    inert(text).encode("utf-8")


@given(ANY, st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60)), max_size=4))
def test_marking_changes_no_character_and_never_nests(text: str, spans: list[tuple[int, int]]) -> None:
    html = marked(text, spans)
    seen = Seen(html)
    assert set(seen.tags) <= {"mark"}
    assert seen.text == UNPRINTABLE.sub("", text)
    assert re.search(r"<mark>[^<]*<mark>", html) is None


def test_the_quote_alone_is_marked() -> None:
    assert marked("avant la citation après", [(6, 17)]) == "avant <mark>la citation</mark> après"
    assert marked("abcdef", [(0, 2), (2, 4), (3, 5)]) == "<mark>abcde</mark>f"


OURS = {
    "a", "div", "h2", "h3", "h4", "p", "span", "button", "ul", "li", "details", "summary", "article", "blockquote", "mark", "dl", "dt", "dd",
}  # fmt: skip


@settings(max_examples=60)
@given(st.lists(ANY, min_size=9, max_size=9), st.sampled_from(["answered", "quoted", "abstained"]))
def test_a_whole_turn_holds_no_element_of_anyone_elses(texts: list[str], status: str) -> None:
    question, title, body, publisher, date, section, note, sentence, path = texts
    source = document(path, title, body + "x", publisher=publisher, date=date)
    found = hit(source, 1, section=(section,), notes=(note,))
    quote = citation(1, found, source.text)
    removed = (Removed(sentence, question, 0.0),)
    sentences = () if status == "abstained" else ((sentence, (quote,)),)
    play = Play((found,), status, sentences, removed, (note,))  # type: ignore[arg-type]
    turn = Turn("abc", question)
    windows = Windows(FewDocuments((source,)).document)
    pages = []
    shown = "".join(letter for letter in note if letter.isprintable())
    people = abstention_people(Settings(home=Path("unused"), organisation=OrganisationSettings(contact=shown)))
    for step in ScriptedAssistant(default=play).stream(question + "?"):
        turn = after(turn, step)
        pages.append(turn_html(turn, partial(windows.around, hits=turn.hits or ()), Words("fr"), people=people))
    for html in pages:
        seen = Seen(html)
        assert set(seen.tags) <= OURS
        assert seen.attributes <= {"class", "id", "hidden", "type", "value", "href", "target", "rel", "aria-haspopup"}
        # The one place that a link leads to: the document, by its digest.
        assert all(re.fullmatch(r"/documents/[0-9a-f]{16}(?:/pages/\d+)?#c\d+-\d+", link) for link in seen.links)
        assert seen.others == 0
        assert "\n" not in html
        html.encode("utf-8")


@pytest.mark.parametrize("iso", ["2026-13-45", "hier", "", "2026-02-xx", "20260101"])
def test_a_date_that_is_not_one_is_shown_as_it_is(iso: str) -> None:
    assert Words("fr").date(iso) == iso


def test_dates_and_numbers_are_written_as_in_french_or_english() -> None:
    french, english = Words("fr"), Words("en")
    assert [french.date(d) for d in ("2026-03-01", "2024-11", "2026", "2026-05-14T09:00")] == [
        "1er mars 2026",
        "novembre 2024",
        "2026",
        "14 mai 2026",
    ]
    assert english.date("2026-03-01") == "1 March 2026"
    assert (french.number(8.412, 1), english.number(8.412, 1)) == ("8,4", "8.4")


TEXT = "début " * 200 + "la phrase citée" + " fin" * 200
SOURCE = Document("0" * 16, "a.md", TEXT, (), Metadata("A"))


def test_a_quote_outside_the_passages_found_is_shown_in_its_document() -> None:
    start = TEXT.index("la phrase")
    quote = citation(1, hit(SOURCE, 1), "la phrase citée")
    window = Windows(FewDocuments((SOURCE,)).document).around(quote, ())
    (span,) = window.quotes
    assert window.text[span[0] : span[1]] == "la phrase citée"
    assert window.before
    assert window.after
    assert len(window.text) < 900
    assert start


def test_a_quote_of_a_document_removed_since_is_still_shown() -> None:
    quote = citation(1, hit(SOURCE, 1), "la phrase citée")
    window = Windows(FewDocuments(()).document).around(quote, ())
    assert (window.text, window.quotes) == ("la phrase citée", ((0, 15),))


def test_a_passage_that_does_not_hold_the_quote_where_it_says_is_not_marked_elsewhere() -> None:
    quote = citation(1, hit(SOURCE, 1), "la phrase citée")
    changed = Document(SOURCE.document_id, "a.md", "x" * len(TEXT), (), Metadata("A"))
    window = Windows(FewDocuments(()).document).around(quote, (hit(changed, 1),))
    assert window.text == "la phrase citée"
