"""Charts and equations inside an OpenDocument file: what is written on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sourcier.core.types import BlockKind
from sourcier.ingest.drafts import Draft
from sourcier.ingest.readers.markup import local
from sourcier.ingest.readers.odf.package import TABLE, TEXT

_CHART = "{urn:oasis:names:tc:opendocument:xmlns:chart:1.0}"
_TITLES = ("title", "subtitle", "footer")


def object_drafts(root: Any, *, page: int | None = None) -> list[Draft] | None:
    """The titles of a chart, then its series and categories; an equation as one line; None for anything else.

    The values of a chart are not taken: they are not written on it, as a rule.
    """
    if local(root) == "math":
        # The source of an equation, in another language, is kept beside it.
        signs = (e.text.strip() for e in root.iter() if e.text and local(e) not in {"annotation", "annotation-xml"})
        text = " ".join(filter(None, signs))
        return [Draft(BlockKind.PARAGRAPH, text, page=page)] if text else []
    chart = next(root.iter(f"{_CHART}chart"), None)
    if chart is None:
        return None
    drafts = [
        Draft(BlockKind.PARAGRAPH, text, page=page)
        for title in chart.iter(*(f"{_CHART}{name}" for name in _TITLES))
        if (text := " ".join(_lines(title)))
    ]
    names: dict[str, None] = {}
    for rank, row in enumerate(chart.iter(f"{TABLE}table-row")):
        cells = row.findall(f"{TABLE}table-cell")
        # Series are named in the first row of its own small table, categories in the first column.
        for cell in cells if rank == 0 else cells[:1]:
            names.update(dict.fromkeys(_lines(cell)))
    return [*drafts, *(Draft(BlockKind.LIST_ITEM, name, page=page) for name in names)]


def _lines(element: Any) -> Iterator[str]:
    lines = ("".join(p.itertext()).strip() for p in element.iter(f"{TEXT}p"))
    return (line for line in lines if line)
