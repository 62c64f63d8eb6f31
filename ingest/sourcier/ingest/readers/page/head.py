"""What a page says of itself: its head, and the data that it carries for search engines."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from sourcier.ingest.cleaning import clean_block

_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?(?!\d)")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(https?://[^\s>]{1,2000})\s*-->", re.IGNORECASE)
_SEPARATORS = re.compile(r"\s+[|–—·»:•-]\s+|\s*\|\s*")
_MAX_JSON = 1_000_000
_MAX_ITEMS = 500
_META = {
    "title": ("og:title", "dcterms.title", "dc.title", "citation_title", "twitter:title"),
    "publisher": ("og:site_name", "publisher", "dcterms.publisher", "dc.publisher", "citation_publisher"),
    "date": (
        "article:published_time",
        "datepublished",
        "date",
        "dcterms.issued",
        "dcterms.date",
        "dc.date.issued",
        "dc.date",
        "dcterms.created",
        "dc.date.created",
        "citation_publication_date",
        "publication_date",
        "dcterms.modified",
        "article:modified_time",
    ),
    "url": ("og:url",),
    "language": ("content-language", "dcterms.language", "dc.language", "og:locale"),
    "authors": ("author", "article:author", "dcterms.creator", "dc.creator", "citation_author", "parsely-author"),
}
_ARTICLES = {
    "newsarticle",
    "reportagenewsarticle",
    "analysisnewsarticle",
    "opinionnewsarticle",
    "article",
    "blogposting",
}
_NEWS = _ARTICLES - {"article", "blogposting"}


def given(root: Any, source: str, main: Any, location: str = "") -> dict[str, str]:
    """What the page says of itself, by name of :class:`~sourcier.core.types.Metadata`.

    Args:
        source: the page's text as it was, for the comment in which browsers note where they saved it from.
        main: the element that holds the text.
        location: address that its envelope gives.
    """
    metas = _metas(root)
    data = list(_linked_data(root))
    found = {
        "title": _title(root, metas, main),
        "publisher": _first(*metas["publisher"], *_names(data, "publisher")),
        "date": _date(root, metas, data, main),
        "language": _first(root.get("lang"), root.get("xml:lang"), *metas["language"]).replace("_", "-"),
        "url": _first(
            *(link.get("href") for link in root.iter("link") if (link.get("rel") or "").lower() == "canonical"),
            *metas["url"],
            location,
            *_SAVED_FROM.findall(source[:4096]),
        ),
        "authors": "; ".join(_authors(root, metas, data)),
        "kind": "news" if any(_types(item) & _NEWS for item in data) else "",
    }
    if not found["url"].startswith(("http://", "https://")):
        found["url"] = ""
    return {name: value for name, value in found.items() if value}


def _metas(root: Any) -> dict[str, list[str]]:
    """The contents of the ``meta`` elements of each name, best first."""
    there: dict[str, list[str]] = {}
    for meta, _ in zip(root.iter("meta"), range(_MAX_ITEMS), strict=False):
        content = meta.get("content") or ""
        for attribute in ("name", "property", "itemprop", "http-equiv"):
            if key := (meta.get(attribute) or "").strip().lower():
                there.setdefault(key, []).append(content)
    return {name: [value for key in keys for value in there.get(key, [])] for name, keys in _META.items()}


def _linked_data(root: Any) -> Iterator[Mapping[str, Any]]:
    """The articles and pages that JSON-LD describes."""
    for script, _ in zip(root.iter("script"), range(_MAX_ITEMS), strict=False):
        text = script.text or ""
        if (script.get("type") or "").strip().lower() != "application/ld+json" or len(text) > _MAX_JSON:
            continue
        try:
            raw = json.loads(text)
        except (ValueError, RecursionError):
            continue
        for item in (raw if isinstance(raw, list) else [raw])[:_MAX_ITEMS]:
            graph = item.get("@graph") if isinstance(item, dict) else None
            for one in [item, *(graph if isinstance(graph, list) else [])][:_MAX_ITEMS]:
                if isinstance(one, dict) and _types(one) & (_ARTICLES | {"webpage", "report", "legislation"}):
                    yield one


def _types(item: Mapping[str, Any]) -> set[str]:
    said = item.get("@type")
    return {str(one).lower() for one in (said if isinstance(said, list) else [said])}


def _names(data: list[Mapping[str, Any]], key: str) -> Iterator[str]:
    for item in data:
        said = item.get(key)
        for one in said if isinstance(said, list) else [said]:
            name = one.get("name") if isinstance(one, dict) else one
            if isinstance(name, str) and not name.startswith("http"):
                yield name


def _title(root: Any, metas: Mapping[str, list[str]], main: Any) -> str:
    """The title without the name of the site, where something tells them apart: the main heading, or that name."""
    whole = _first(*metas["title"], *("".join(title.itertext()) for title in root.iter("title")))
    headings = [_line("".join(heading.itertext())) for heading, _ in zip(main.iter("h1"), range(3), strict=False)]
    if len(headings) == 1 and headings[0] and headings[0].casefold() in whole.casefold():
        return headings[0]
    site = {name.casefold() for name in map(_line, metas["publisher"]) if name}
    parts = list(_SEPARATORS.finditer(whole))
    if parts and whole[parts[-1].end() :].casefold() in site:
        return whole[: parts[-1].start()]
    if parts and whole[: parts[0].start()].casefold() in site:
        return whole[parts[0].end() :]
    return whole


def _date(root: Any, metas: Mapping[str, list[str]], data: list[Mapping[str, Any]], main: Any) -> str:
    said = [item.get(key) for key in ("datePublished", "dateCreated") for item in data]
    said += metas["date"]
    marked = root.xpath("//*[@itemprop='datePublished' or @pubdate]")[:5]
    times = [time for time, _ in zip(main.iter("time"), range(5), strict=False)]
    said += [element.get(name) for element in [*marked, *times[:1]] for name in ("datetime", "content")]
    for value in said:
        if isinstance(value, str):
            if found := _DATE.match(value.strip().replace("/", "-")):
                return found.group()
            if found := _DAY_FIRST.match(value.strip()):
                day, month, year = map(int, found.groups())
                if day > 12 >= month:
                    return f"{year}-{month:02}-{day:02}"
    return ""


def _authors(root: Any, metas: Mapping[str, list[str]], data: list[Mapping[str, Any]]) -> list[str]:
    said = [*_names(data, "author"), *metas["authors"]]
    if not any(said):
        marked = root.xpath("//*[@rel='author' or @itemprop='author']")[:10]
        said = ["".join(element.itertext()) for element in marked]
    names = (_line(name).replace(";", ",") for name in said[:20] if not name.startswith("http"))
    unique = {name.casefold(): name for name in names if 1 < len(name) < 200}
    return list(unique.values())


def _first(*values: str | None) -> str:
    return next((line for value in values if value and (line := _line(value))), "")


def _line(text: str) -> str:
    return " ".join(clean_block(text[:2000]).split("\n"))
