"""Cards of the passages found, and the panels that show a quote in its place, as inert HTML."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sourcier.app.pages.links import place_of
from sourcier.app.shapes import section_line
from sourcier.app.ui.inert import inert, marked
from sourcier.app.ui.windows import Window
from sourcier.app.ui.words import Words
from sourcier.core.messages import message
from sourcier.core.types import Citation, Hit, Metadata
from sourcier.core.validity import days_of, expired_since, validity

__all__ = ["card", "citation_panel", "citations_inside", "nearest_panel", "panel_id", "passage_panel"]

#: Characters of a passage shown on its card.
FIRST_CHARACTERS = 190


def panel_id(key: str, kind: str, number: int) -> str:
    """The id of a panel: ``kind`` is ``c`` for a citation's, ``h`` for a passage's, ``n`` for one that answers nothing."""
    return f"panel-{key}-{kind}{number}"


def citations_inside(hit: Hit, citations: Sequence[Citation]) -> list[Citation]:
    """The citations that quote a part of a passage."""
    passage = hit.passage
    return [
        citation
        for citation in citations
        if citation.document_id == passage.document_id and citation.start < passage.end and passage.start < citation.end
    ]


def card(key: str, hit: Hit, citations: Sequence[Citation], words: Words) -> str:
    """A passage in a few lines; the whole card opens its panel."""
    metadata, passage = hit.metadata, hit.passage
    facts = [
        inert(metadata.publisher) if metadata.publisher else "",
        inert(words.date(metadata.date)) if metadata.date else "",
        inert(passage.clause) if passage.clause else "",
        _page(passage.page, passage.page_label, words),
        _validity(metadata, words),
    ]
    numbers = "".join(f'<span class="number">{c.marker}</span>' for c in citations_inside(hit, citations))
    section = section_line(passage.section)
    return (
        f'<li><button type="button" class="card opens" value="{panel_id(key, "h", hit.rank)}">'
        f'<span class="card-title">{numbers}{inert(metadata.title)}</span>'
        + (f'<span class="card-section">{inert(section)}</span>' if section else "")
        + f'<span class="card-text">{inert(_first_lines(passage.text))}</span>'
        + f'<span class="card-facts">{_facts(facts)}</span></button></li>'
    )


def citation_panel(key: str, citation: Citation, window: Window, words: Words) -> str:
    """A quote, highlighted in what surrounds it, and where it comes from."""
    heading = words("passage_heading", marker=citation.marker)
    return _quote_panel(panel_id(key, "c", citation.marker), heading, citation, window, words)


def nearest_panel(key: str, number: int, citation: Citation, window: Window, words: Words) -> str:
    """A stretch that is close to a question which is not answered, highlighted in what surrounds it."""
    return _quote_panel(panel_id(key, "n", number), words("passage_heading_plain"), citation, window, words)


def _quote_panel(identity: str, heading: str, citation: Citation, window: Window, words: Words) -> str:
    return _panel(
        identity,
        heading,
        _quoted(window),
        [
            ("passage_source", citation.title),
            ("passage_section", citation.section),
            ("passage_clause", citation.clause),
            ("passage_page", citation.page_label or (str(citation.page) if citation.page else None)),
            ("passage_publisher", citation.publisher),
            ("passage_date", words.date(citation.date) if citation.date else None),
            ("passage_validity", _state(citation.valid_from, citation.valid_until, words)),
            ("reports", citation.reports),
            ("passage_file", citation.path),
        ],
        words,
        place_of(citation.document_id, citation.path, citation.page, citation.start, citation.end),
    )


def passage_panel(key: str, hit: Hit, citations: Sequence[Citation], words: Words) -> str:
    """A whole passage, with what the answer quotes of it highlighted."""
    passage, metadata = hit.passage, hit.metadata
    spans = [(c.start - passage.start, c.end - passage.start) for c in citations_inside(hit, citations)]
    return _panel(
        panel_id(key, "h", hit.rank),
        words("passage_heading_plain"),
        marked(passage.text, spans),
        [
            ("passage_source", metadata.title),
            ("passage_section", section_line(passage.section)),
            ("passage_clause", passage.clause),
            ("passage_page", passage.page_label or (str(passage.page) if passage.page else None)),
            ("passage_publisher", metadata.publisher),
            ("passage_date", words.date(metadata.date) if metadata.date else None),
            ("passage_validity", _state(metadata.valid_from, metadata.valid_until, words)),
            ("reports", " ; ".join(passage.notes) or None),
            ("passage_file", hit.path),
        ],
        words,
        place_of(passage.document_id, hit.path, passage.page, passage.start, passage.end),
    )


def _panel(
    identity: str, heading: str, text: str, rows: Sequence[tuple[str, str | None]], words: Words, place: str
) -> str:
    described = "".join(f"<div><dt>{words(name)}</dt><dd>{inert(value)}</dd></div>" for name, value in rows if value)
    return (
        f'<article class="panel" id="{identity}" hidden><h3>{heading}</h3>'
        f'<blockquote class="passage">{text}</blockquote>'
        f'<p class="open-document"><a href="{place}" target="_blank" rel="noreferrer">{inert(message("pages.open_document", words.language))}</a></p>'
        f"<dl>{described}</dl></article>"
    )


def _page(page: int | None, label: str | None, words: Words) -> str:
    return words("page_label", label=label) if label else words("page_number", page=page) if page else ""


def _validity(metadata: Metadata, words: Words) -> str:
    """A mark, as HTML, on what is expired or not yet in force."""
    state = _state(metadata.valid_from, metadata.valid_until, words)
    return f'<strong class="validity">{inert(state)}</strong>' if state else ""


def _state(valid_from: str | None, valid_until: str | None, words: Words) -> str | None:
    """« périmé depuis le 1er juillet 2025 », as text; nothing for what is in force, or says nothing of it."""
    metadata = Metadata("", valid_from=valid_from, valid_until=valid_until)
    match validity(metadata, date.today()):
        case "expired":
            since = expired_since(metadata)
            if since is not None and _whole(valid_until):
                return words.plain("validity_expired_day", date=words.date(since.isoformat()))
            return words.plain("validity_expired", date=words.date(valid_until or ""))
        case "future":
            key = "validity_future_day" if _whole(valid_from) else "validity_future"
            return words.plain(key, date=words.date(valid_from or ""))
    return None


def _whole(iso: str | None) -> bool:
    days = days_of(iso) if iso else None
    return days is not None and days[0] == days[1]


def _quoted(window: Window) -> str:
    text = marked(window.text, list(window.quotes))
    return ("… " if window.before else "") + text + (" …" if window.after else "")


def _first_lines(text: str) -> str:
    line = " ".join(text.split())
    if len(line) <= FIRST_CHARACTERS:
        return line
    return line[:FIRST_CHARACTERS].rsplit(" ", 1)[0] + "…"


def _facts(facts: Sequence[str]) -> str:
    return " · ".join(fact for fact in facts if fact)
