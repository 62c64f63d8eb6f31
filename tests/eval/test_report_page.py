"""The page: asks nothing of any network, can be read by anyone, and shows hostile text as text."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from tests.eval.report_runs import HOSTILE, write_hostile, write_run

from sourcier.core.messages import LANGUAGES, Language
from sourcier.eval.reports import write_report
from sourcier.eval.reports.inert import markdown, visible

#: Everything an attribute can fetch or run with.
FETCHING = {"src", "href", "xlink:href", "srcset", "data", "action", "formaction", "poster", "background", "cite", "ping",
            "manifest", "archive", "codebase", "longdesc", "usemap", "profile", "icon", "srcdoc"}  # fmt: skip
#: What the page and its drawings are made of: anything else is a break-out.
KNOWN = frozenset(
    re.findall(
        r"\w+",
        "html head meta title style body a header h1 h2 h3 h4 ul ol li nav main section div table caption thead tbody tr th td"
        " bdi small strong span p figure figcaption blockquote details summary article dl dt dd code s"
        " svg desc defs g path use text tspan rect clippath pattern",
    )
)


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def named(self, *tags: str) -> list[tuple[str, dict[str, str]]]:
        return [(tag, attributes) for tag, attributes in self.tags if tag in tags]


def check_closed(html: str) -> Page:
    """Nothing of the page reaches outside it, or runs."""
    page = Page(html)
    assert {tag for tag, _ in page.tags} <= KNOWN, {tag for tag, _ in page.tags} - KNOWN
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), name
            if name in FETCHING:
                assert re.fullmatch(r"#[\w-]+", value) and value[1:] in ids, (name, value)
            for target in re.findall(r"url\(\s*([^)]*)\)", value):
                assert re.fullmatch(r"#[\w-]+", target) and target[1:] in ids, (name, value)
    [style] = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert not re.search(r"url\(|@import|https?:|//[a-z]|expression\(", style)
    [policy] = [a["content"] for _, a in page.named("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script" not in policy
    return page


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[Language, str]:
    home = tmp_path_factory.mktemp("pages")
    folders = [
        write_run(home / "a", drawn=True),
        write_run(home / "b", drawn=True, environment={"engine": "llamaindex"}),
    ]
    for language in LANGUAGES:
        write_report(folders if language == "fr" else folders[:1], home / f"{language}.html", language)
    return {language: (home / f"{language}.html").read_text(encoding="utf-8") for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_leaves_the_page(pages: dict[Language, str], language: Language) -> None:
    page = check_closed(pages[language])
    assert "http:" not in pages[language] and "https:" not in pages[language]
    assert page.named("svg")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_can_be_read_by_anyone(pages: dict[Language, str], language: Language) -> None:
    page = check_closed(pages[language])
    assert page.named("html")[0][1]["lang"] == language
    assert next(a for tag, a in page.tags if tag == "a")["class"] == "skip"
    levels = [int(tag[1]) for tag, _ in page.named("h1", "h2", "h3", "h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(page.named("table")) == len(page.named("caption"))
    assert all("scope" in attributes for _, attributes in page.named("th"))
    assert all(a["tabindex"] == "0" and ("aria-labelledby" in a or "aria-label" in a)
               for _, a in page.named("div") if a.get("class") == "scroll")  # fmt: skip
    ids = {a["id"] for _, a in page.tags if "id" in a}
    drawings = page.named("svg")
    assert len(drawings) == 6
    for _, attributes in drawings:
        assert attributes["role"] == "img"
        assert set(attributes["aria-labelledby"].split()) <= ids
    # The best of a row is said by a mark with a name, not by a colour.
    assert len(page.named("strong")) >= len([1 for _, a in page.named("span") if a.get("class") == "star"])
    assert all(a["aria-label"] for _, a in page.named("span") if a.get("class") == "star")


def test_paper_and_darkness_are_thought_of(pages: dict[Language, str]) -> None:
    [style] = re.findall(r"<style>(.*?)</style>", pages["fr"], re.DOTALL)
    for wanted in (
        "size: A4",
        "table-header-group",
        "break-inside: avoid",
        "prefers-color-scheme: dark",
        "max-width: 46rem",
    ):
        assert wanted in style


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_colours_have_the_contrast_they_claim(pages: dict[Language, str]) -> None:
    """WCAG 2.2, 1.4.3 and 1.4.11: 4.5 for text, 3 for what is drawn."""
    [style] = re.findall(r"<style>(.*?)</style>", pages["fr"], re.DOTALL)
    light, dark = (
        dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{6});", block))
        for block in re.findall(r":root \{(.*?)\}", style, re.DOTALL)[:2]
    )
    for scheme in (light, dark):
        for ground in ("--paper", "--surface", "--sunk", "--wash"):
            for ink, least in [
                ("--ink", 4.5),
                ("--soft", 4.5),
                ("--accent", 4.5),
                *((f"--series-{i}", 3.0) for i in range(1, 7)),
            ]:
                if ink.startswith("--series") and ground != "--surface":
                    continue
                a, b = sorted((_luminance(scheme[ink]), _luminance(scheme[ground])))
                assert (b + 0.05) / (a + 0.05) >= least, (ink, ground)
        for ink, ground in (("--red", "--red-wash"), ("--ink", "--amber-wash")):
            a, b = sorted((_luminance(scheme[ink]), _luminance(scheme[ground])))
            assert (b + 0.05) / (a + 0.05) >= 4.5, ink


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A report on runs where every text that others write is hostile."""
    home = tmp_path_factory.mktemp("hostile")
    out = home / "page.html"
    write_report(write_hostile(home), out, "fr")
    return {kind: out.with_suffix(kind).read_text(encoding="utf-8") for kind in (".html", ".md", ".json")}


def test_hostile_text_is_shown_and_does_nothing(hostile: dict[str, str]) -> None:
    page = check_closed(hostile[".html"])
    said = "".join(page.texts)
    for text in HOSTILE:
        assert visible(text) in said, text  # all of it is there to be read
    assert "49" not in re.findall(r"\{\{ 7 \* 7 \}\}|\b49\b", said)  # no template ran in it


def test_no_mark_turns_what_is_read(hostile: dict[str, str]) -> None:
    for kind in (".html", ".md"):
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", hostile[kind]), kind
    assert "⟦U+202E⟧gnp.exe⟦U+202C⟧" in hostile[".html"]


def test_hostile_markdown_stays_text(hostile: dict[str, str]) -> None:
    paper = hostile[".md"]
    assert "<script" not in paper and "<img" not in paper and "<iframe" not in paper
    assert not re.search(r"(?<!\\)\]\(", paper)  # no link, no image
    assert "://" not in paper.replace("\\://", "")
    from markdown_it import MarkdownIt

    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(paper)
    tags = {tag for tag, _ in Page(html).tags}
    assert tags <= {
        "h1",
        "h2",
        "h3",
        "p",
        "ul",
        "li",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "strong",
        "blockquote",
    }, tags
    cells = [len(re.findall(r"<t[hd]", row)) for row in re.findall(r"<tr>.*?</tr>", html, re.DOTALL)]
    assert max(cells) <= 7  # « | » made no cell
    assert json.loads(hostile[".json"])


def test_visible_and_markdown_by_hand() -> None:
    assert visible("a\u202eb\r\nc\x07\tl\u2019é\u00ad") == "a⟦U+202E⟧b\nc⟦U+0007⟧\tl\u2019é\u00ad"
    assert visible("\ud800") == "⟦U+D800⟧"
    assert markdown("# titre") == "\\# titre"
    assert markdown("a *b* <i> [c](d) e|f\nhttp://g") == "a \\*b\\* &lt;i\\> \\[c\\](d) e\\|f http\\://g"


def test_the_same_runs_give_the_same_bytes(pages: dict[Language, str], tmp_path: Path) -> None:
    folder = write_run(tmp_path / "a", drawn=True)
    write_report([folder], tmp_path / "again.html", "en")
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == pages["en"]
