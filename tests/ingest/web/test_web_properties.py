"""Whatever the page: each visible word once and in order, and never more time than its length asks for."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sourcier.core.errors import UnreadableFileError
from sourcier.core.types import Document
from sourcier.ingest.drafts import Reading
from sourcier.ingest.files import Skipped
from sourcier.ingest.kinds import Kind, kind_of
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers import html
from sourcier.ingest.readers.page.content import Content
from sourcier.ingest.readers.page.notes import Notes
from sourcier.ingest.readers.page.survey import survey
from sourcier.ingest.readers.page.tree import body_of, naive_text, parse
from sourcier.ingest.readers.page.walker import Walker
from sourcier.ingest.sandbox import read_apart

ReadAll = Callable[..., list[Document | Skipped]]
LIMITS = Limits()


class Numbered:
    """Writes words that are all different, and remembers which of them can be seen."""

    def __init__(self) -> None:
        self.count = 0
        self.seen: list[str] = []

    def words(self, number: int, *, seen: bool) -> str:
        made = [f"mot{self.count + i}z" for i in range(number)]
        self.count += number
        if seen:
            self.seen += made
        return " ".join(made)


INLINE = ["b", "i", "em", "strong", "span", "a", "code", "small", "u", "abbr", "time", "mark", "font", "kbd", "label"]
BLOCKS = ["p", "div", "section", "blockquote", "h2", "h3", "h6", "li", "pre", "figure", "address", "center", "details"]
HIDDEN = ["<p hidden>{}</p>", "<span style='display:none'>{}</span>", "<script>{}</script>", "<template>{}</template>"]


@st.composite
def pages(draw: st.DrawFn) -> tuple[str, list[str]]:
    writer = Numbered()

    def inline(depth: int) -> str:
        pieces = []
        for _ in range(draw(st.integers(1, 3))):
            choice = draw(st.integers(0, 5))
            if choice <= 2 or depth > 3:
                pieces.append(writer.words(draw(st.integers(1, 4)), seen=True))
            elif choice == 3:
                tag = draw(st.sampled_from(INLINE))
                pieces.append(f"<{tag}>{inline(depth + 1)}</{tag}>")
            elif choice == 4:
                pieces.append("<br>")
            else:
                pieces.append(draw(st.sampled_from(HIDDEN[1:3])).format(writer.words(2, seen=False)))
        return " ".join(pieces)

    def block(depth: int) -> str:
        choice = draw(st.integers(0, 7))
        if choice <= 2 or depth > 4:
            tag = draw(st.sampled_from(BLOCKS))
            return f"<{tag}>{inline(0)}</{tag}>"
        if choice == 3:
            tag = draw(st.sampled_from(["div", "section", "blockquote"]))
            return f"<{tag}>{inline(1)}{several(depth + 1)}{inline(1)}</{tag}>"
        if choice == 4:
            tag = draw(st.sampled_from(["ul", "ol"]))
            items = [f"<li>{inline(1)}{block(depth + 2)}</li>" for _ in range(draw(st.integers(1, 3)))]
            return f"<{tag}>{''.join(items)}</{tag}>"
        if choice == 5:
            columns = draw(st.integers(2, 3))
            rows = ["".join(f"<td>{inline(2)}</td>" for _ in range(columns)) for _ in range(draw(st.integers(1, 3)))]
            return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
        if choice == 6:
            return draw(st.sampled_from(HIDDEN)).format(writer.words(2, seen=False))
        return f"<dl><dt>{inline(2)}</dt><dd>{block(depth + 2)}</dd></dl>"

    def several(depth: int) -> str:
        return "".join(block(depth) for _ in range(draw(st.integers(1, 3))))

    return f"<html><body>{several(0)}</body></html>", writer.seen


@given(page=pages())
@settings(derandomize=True, deadline=None, max_examples=150, suppress_health_check=list(HealthCheck))
def test_each_visible_word_comes_out_once_in_order(page: tuple[str, list[str]]) -> None:
    source, seen = page
    reading = html.read(source.encode(), limits=LIMITS)
    assert re.findall(r"mot\d+z", " ".join(draft.text for draft in reading.drafts)) == seen
    assert set(seen) <= set(re.findall(r"mot\d+z", html.source_text(source.encode(), limits=LIMITS)))


FRAGMENTS = [
    "<p>", "</p>", "<div class=nav>", "</div>", "<table>", "<tr>", "<td>", "<th colspan=3>", "</table>", "<ul>", "<li value=9>", "<ol type=i>",
    "<h1>", "</h1>", "<a href='#x'>", "</a>", "<sup>1</sup>", "<sup id=x>", "</sup>", "<style>.a{display:none}", "</style>", "<b class=a>",
    "<!-- ", " -->", "<![if x]>", "<nav>", "</nav>", "<main>", "<article>", "<aside>", "<pre>", "<svg>", "<template>", "<select>", "&nbsp;", "&#x0;",
    "&#128169;", "<a name=x href='#'>[1]</a>", "<q>", "<br>", "<dd>", "<dl>", "<caption>", "<body>", "<html lang='\u00e9'>", "<form>", "\ufeff", "<",
    " style='color:#fff;background:white'>", "mot", "été ", "<span style=\"mso-list:Ignore\">1.</span>", "<p style='mso-list:l0 level9 lfo1'>",
]  # fmt: skip


SHOWN = [
    *(piece for piece in FRAGMENTS if "template" not in piece and "style>" not in piece),
    "mot", "<td>mot", "<p>été 5", "<td hidden>x", "<li>1er", "<sup>*</sup>", "<a href='#y'><sup>2</sup></a>", "<p id=y>2. Note",
    "<div class='footnotes'>", "<li id=x>", "<aside class=note>", "<footer>", "<header>", "<h1>T", "<a href='/x'>lien", "<dt>", "<dt id=x>",
    "<dd>x", "<table class=footnote>", "<section id=comments>", "<span class=mw-cite-backlink>", "<center>", "<details><summary>s", "<figure>",
    "<figcaption>f", "</p>", "</li>", "</ol>", "<tfoot><tr><td>z", "<thead><tr><th>q", "<caption>c", "<tr>texte<td rowspan=2>r",
    "<div role=main>", "<div style='display:block'>", "<h2 role=heading>", "<form>f</form>",
]  # fmt: skip


def letters(text: str) -> Counter[str]:
    return Counter(character for character in unicodedata.normalize("NFKC", text) if character.isalnum())


@given(pieces=st.lists(st.sampled_from(SHOWN), max_size=60))
@settings(derandomize=True, deadline=None, max_examples=400, suppress_health_check=list(HealthCheck))
def test_every_letter_of_the_source_is_read_dropped_or_hidden(pieces: list[str]) -> None:
    root = parse("".join(pieces))
    if root is None:
        return
    found = survey(root)
    walker = Walker(found, Content(root, found), Notes(found))
    drafts = walker.read(body_of(root))
    kept = " ".join([*(d.text for d in drafts), *(d.text for d in walker.dropped), *walker.unseen])
    # In what is dropped, hidden text is not looked for.
    hidden = " ".join("".join(element.itertext()) for element in found.hidden)
    assert letters(naive_text(root)) <= letters(kept) + letters(hidden)


def check(reading: Reading) -> None:
    assert Reading.from_json(json.loads(reading.to_json())) == reading
    assert all(0 <= draft.level <= 9 for draft in reading.drafts)


@given(pieces=st.lists(st.sampled_from(FRAGMENTS), max_size=60))
@settings(derandomize=True, deadline=None, max_examples=400, suppress_health_check=list(HealthCheck))
def test_broken_markup_never_breaks_the_reader(pieces: list[str]) -> None:
    data = "".join(pieces).encode()
    check(html.read(data, limits=LIMITS))
    html.source_text(data, limits=LIMITS)


@given(data=st.binary(max_size=400))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        check(html.read(b"<html><body>" + data, limits=LIMITS))
    except UnreadableFileError as error:
        assert error.key.startswith("ingest.")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("elements", b"<p>mot</p>" * 60_000),
        ("inline", b"<p>" + b"<b>m</b>" * 60_000),
        ("depth", b"<div>" * 1500 + b"mot" + b"</div>" * 1500),
        ("fonts never closed", b"<font size=2>mot<br>" * 10_000),
        ("links to one note", b"<p>" + b"<sup><a href='#n'>1</a></sup>" * 20_000 + b"</p><p id=n>" + b"note " * 2000),
        ("raised numbers", b"<p>mot<sup>1</sup>" * 20_000 + b"<p><sup>1</sup> note"),
        ("tables in tables", b"<table><tr><td>a<td>b" * 600),
        ("one wide table", b"<table>" + b"<tr>" + b"<td>1" * 20_000 + b"<tr><td>x" * 3000),
        ("classes", b"<div class='share nav menu'>un<p>" * 1000 + b"<span class='a b c d e f share'>x</span>" * 20_000),
        (
            "styles",
            b"<style>" + b".a1.b2,#c{display:none}" * 50_000 + b"</style>" + b"<p class='a1 x'>mot</p>" * 20_000,
        ),
        ("unclosed style", b"<style>" + b"@media x {{{" * 100_000 + b"</style><p>mot"),
        ("comments", b"<!-- un deux trois quatre cinq six sept huit -->" * 50_000 + b"<p>mot"),
        ("attributes", b"<p " + b"a=1 " * 100_000 + b">mot"),
        ("headings", b"<h1>mot</h1>" * 20_000),
        ("lists", b"<ol><li>mot" * 1000),
        ("entities", b"<p>" + b"&amp;" * 500_000),
    ],
)
def test_time_and_memory_follow_the_size(name: str, data: bytes) -> None:
    # In the process that reads such files, with the usual time and memory: what is quadratic would not end in it.
    reading = read_apart(Kind.HTML, data, LIMITS)
    assert reading.drafts, name


def test_nesting_beyond_measure_is_refused(read_all: ReadAll) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read_all({"bombe.html": b"<div>" * 100_000 + b"mot"})
    assert refused.value.key == "ingest.too_deep"
    assert "bombe.html" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        (
            "page.mhtml",
            b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n\r\n--b--",
            Kind.HTML,
        ),
        ("page.mht", b"x", Kind.HTML),
        ("livre.epub", b"PK\x03\x04", Kind.EPUB),
    ],
)
def test_kinds(name: str, data: bytes, kind: Kind) -> None:
    assert kind_of(name, data) is kind


@pytest.mark.parametrize(
    "data",
    [
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n\r\n--b--",
        b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nbonjour",
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="\xff\xfe\r\n\r\nx',
    ],
)
def test_an_archive_without_a_page_says_so(data: bytes) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        html.read(data, limits=LIMITS)
    assert refused.value.key == "ingest.damaged"


def test_an_empty_page_has_no_blocks() -> None:
    for data in (b"<html></html>", b"<!-- -->", b"<body>   </body>", b" "):
        assert html.read(data, limits=LIMITS).drafts == ()
