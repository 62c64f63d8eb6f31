"""What is kept after the session: glossary, timeline, further reading, how to check a source; and what was left out."""

from __future__ import annotations

from sourcier.app.exports.paper import Span, clean
from sourcier.app.ui.words import Words
from sourcier.app.workshop.kit import Kit, Reading
from sourcier.app.workshop.papers.blocks import Handout, Table, Text
from sourcier.app.workshop.papers.layout import Layout, place_of, quoted_lines
from sourcier.core.messages import catalogue

__all__ = ["further_reading", "glossary", "left_out", "limits", "timeline"]


def glossary(kit: Kit, organisation: str) -> Handout:
    """The terms, in alphabetical order, with the documents' own definitions."""
    layout = Layout(kit, organisation)
    layout.text(layout.title(), "lead")
    layout.text(layout.say("glossary_lead"))
    rows = []
    for entry in sorted(kit.glossary, key=lambda entry: entry.term.casefold()):
        term = layout.cell(entry.term, strong=True)
        expansion = (Text((Span(layout.set(entry.expansion)),)),) if entry.expansion else ()
        rows.append((term, (*expansion, *layout.paragraphs((entry.definition,)))))
    columns = (layout.say("column_term"), layout.say("column_definition"))
    layout.blocks.append(Table(columns, tuple(rows), (0.28, 0.72), layout.say("glossary_about")))
    return layout.done("08-glossaire", layout.say("glossary"), layout.say("glossary_subject"))


def timeline(kit: Kit, organisation: str) -> Handout:
    """The events, oldest first."""
    layout = Layout(kit, organisation)
    layout.text(layout.title(), "lead")
    layout.text(layout.say("timeline_lead"))
    rows = tuple(
        (layout.cell(event.shown, strong=True), layout.paragraphs((event.text,)))
        for event in sorted(kit.timeline, key=lambda event: event.date)
    )
    columns = (layout.say("column_date"), layout.say("column_event"))
    layout.blocks.append(Table(columns, rows, (0.25, 0.75), layout.say("timeline_about")))
    return layout.done("09-ligne-du-temps", layout.say("timeline"), layout.say("timeline_subject"))


def further_reading(kit: Kit, organisation: str) -> Handout:
    """The documents to read, then every source of the kit, word for word, by the number that all the files share."""
    layout = Layout(kit, organisation)
    layout.text(layout.title(), "lead")
    layout.heading(1, layout.say("to_read"))
    layout.listing(_listed(layout, one) for one in kit.reading)
    layout.heading(1, layout.say("sources"))
    layout.text(layout.say("sources_lead"))
    rows = tuple(
        (
            layout.cell(layout.say("source", number=source.number), strong=True),
            (
                *(Text((Span(line),), "quote") for line in quoted_lines(layout.quoted(source.quote.strip()))),
                Text((Span(place_of(source, layout.language)),), "small"),
            ),
        )
        for source in sorted(kit.sources, key=lambda source: source.number)
    )
    if rows:
        columns = (layout.say("column_number"), layout.say("column_quote"))
        layout.blocks.append(Table(columns, rows, (0.12, 0.88), layout.say("sources_about")))
    return layout.done("10-lectures-et-sources", layout.say("reading"), layout.say("reading_subject"))


def _listed(layout: Layout, one: Reading) -> tuple[Span, ...]:
    told = ", ".join(clean(part) for part in (
        one.publisher, Words(layout.language).date(one.date) if one.date else None) if part)  # fmt: skip
    spans = [Span(clean(one.title), strong=True)]
    if told:
        spans.append(Span(f", {told}"))
    if one.sources:
        numbers = ", ".join(layout.say("source", number=number) for number in one.sources)
        spans.append(Span(f" ({numbers})"))
    address = clean(one.url or "")
    if address.startswith(("http://", "https://")):
        spans += [Span(" — "), Span(address, href=address)]
    return tuple(spans)


def limits(kit: Kit, organisation: str) -> Handout:
    """The limits of AI, and how to check a source, one step after the other."""
    layout = Layout(kit, organisation)
    layout.text(layout.title(), "lead")
    if kit.limits:
        layout.heading(1, layout.say("limits_ai"))
        layout.listing(layout.piece(piece) for piece in kit.limits)
    layout.heading(1, layout.say("check"))
    steps = ("check_quote", "check_around", "check_date", "check_who", "check_person")
    layout.listing(((Span(layout.say(step)),) for step in steps), "number")
    return layout.done("11-limites-et-verification", layout.say("limits"), layout.say("limits_subject"))


def left_out(kit: Kit, organisation: str) -> Handout:
    """For the trainer alone: what was written and not kept, and why."""
    layout = Layout(kit, organisation)
    layout.text(layout.title(), "lead")
    layout.text(layout.say("left_out_lead"))
    numbers = {planned.id: number for number, planned in enumerate(kit.outline.activities, 1)}
    titles = {planned.id: planned for planned in kit.outline.activities}
    cases = {case.id: number for number, case in enumerate(kit.cases, 1)}
    rows = []
    for one in kit.left_out:
        part = clean(one.part)
        if one.part in numbers:
            part = layout.numbered(titles[one.part], numbers[one.part])
        elif one.part in cases:
            part = layout.say("case_number", number=cases[one.part])
        elif one.part.startswith("Q") and one.part[1:].isdigit():
            part = layout.say("question_number", number=one.part[1:])
        reason = layout.set(one.explanation) or _reason(layout, one.reason)
        rows.append((layout.cell(part), layout.cell(one.text), layout.cell(reason)))
    columns = tuple(layout.say(f"column_{name}") for name in ("part", "sentence", "why"))
    layout.blocks.append(Table(columns, tuple(rows), (0.24, 0.42, 0.34), layout.say("left_out_about")))
    return layout.done("12-phrases-ecartees", layout.say("left_out"), layout.say("left_out_subject"))


def _reason(layout: Layout, code: str) -> str:
    sentences = catalogue(layout.language)
    return sentences.get(f"ui.reason_{code}", sentences["ui.reason_other"])
