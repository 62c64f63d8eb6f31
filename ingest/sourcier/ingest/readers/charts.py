"""Charts of office files: what is written on them. Values count only where they are, beside their bars or points."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from sourcier.core.types import BlockKind
from sourcier.ingest.drafts import Draft
from sourcier.ingest.readers import formats
from sourcier.ingest.readers.markup import local
from sourcier.ingest.tables import rows_with_header

_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_MAX_POINTS = 2000


def chart_drafts(root: Any, *, page: int | None = None) -> Iterator[Draft]:
    """The titles of a chart and of its axes, then its categories and series: as a table where values are written,
    else one after the other.

    Args:
        root: of the part of the chart, None when there is none.
    """
    chart = root.find(f"{_C}chart") if root is not None else None
    if chart is None:
        return
    for title in chart.iter(f"{_C}title"):
        lines = ("".join(t.text or "" for t in p.iter() if local(t) == "t") for p in title.iter() if local(p) == "p")
        if text := " ".join(line.strip() for line in lines).strip():
            yield Draft(BlockKind.PARAGRAPH, text, page=page)
    series = list(chart.iter(f"{_C}ser"))
    names = [" ".join(_points(one.find(f"{_C}tx")).values()) for one in series]
    categories: dict[int, str] = {}
    for one in series:
        categories.update(_points(one.find(f"{_C}cat")))
    values = [_points(one.find(f"{_C}val")) if _labelled(one) else {} for one in series]
    if any(values):
        places = sorted({place for column in (categories, *values) for place in column})
        table = [["", *names], *([categories.get(n, ""), *(column.get(n, "") for column in values)] for n in places)]
        for row in rows_with_header(table, header=1):
            yield Draft(BlockKind.TABLE, row, page=page)
        return
    for text in dict.fromkeys(filter(None, [*names, *categories.values()])):
        yield Draft(BlockKind.LIST_ITEM, text, page=page)


def _points(holder: Any) -> dict[int, str]:
    """Texts or numbers kept of the cells of a series, by their place."""
    found: dict[int, str] = {}
    for cache in holder.iter(f"{_C}strCache", f"{_C}numCache", f"{_C}lvl", f"{_C}strLit") if holder is not None else ():
        code = cache.findtext(f"{_C}formatCode") or "General"
        for point in cache.findall(f"{_C}pt")[:_MAX_POINTS]:
            place = point.get("idx", "")
            if place.isascii() and place.isdecimal() and len(place) < 8:
                text = point.findtext(f"{_C}v") or ""
                shown = _number(text, code) if cache.tag == f"{_C}numCache" else text
                found[int(place)] = f"{found[int(place)]} {shown}" if int(place) in found else shown
    if not found and holder is not None and (text := holder.findtext(f"{_C}v")):
        found[0] = text
    return found


def _number(text: str, code: str) -> str:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    if not value.is_finite() or abs(value.adjusted()) > 320:
        return text
    return formats.date(float(value), code) if formats.is_date(code) else formats.number(value, code)


def _labelled(series: Any) -> bool:
    """Whether its values are written on the chart: by its own labels, or those of its whole group."""
    for holder in (series, series.getparent()):
        labels = holder.find(f"{_C}dLbls")
        if labels is not None:
            shown = labels.find(f"{_C}showVal")
            return shown is not None and shown.get("val", "1") in {"1", "true"}
    return False
