"""Drawings by matplotlib, as SVG that can stand inside a page: text as text, the page's colours, nothing from outside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from sourcier.core.errors import MissingExtraError
from sourcier.eval.reports.words import Words

__all__ = ["GRID", "INK", "SERIES", "SOFT", "axes_figure", "decimal_axis", "finish", "legend", "style"]

#: Colours of the page's style sheet, by the name of their variable. Matplotlib wants real ones, so each stands for itself
#: while drawing. As people with any of the three colour blindnesses see them (Machado et al. 2009), the first four stay at
#: least 19 apart in CIE L*a*b*, 13 in the dark scheme; in greys, marks, dashes and hatches tell series apart.
INK, SOFT, GRID = "#1b2430", "#525d6b", "#d8d5cb"
SERIES = ("#0b5563", "#b3541e", "#6f58a8", "#3f8a5c", "#20242b", "#8b9098")
_VARIABLES = {INK: "--ink", SOFT: "--soft", GRID: "--line"} | {c: f"--series-{i}" for i, c in enumerate(SERIES, 1)}

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text as text: it can be read aloud, searched and made larger
    "svg.hashsalt": "sourcier",  # the same figures give the same file
    "text.parse_math": False,  # « $ » in a name is a dollar
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9.5,
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "text.color": INK,
    "hatch.linewidth": 0.8,
    "legend.frameon": False,
    "legend.fontsize": 9.5,
    "lines.linewidth": 1.8,
    "lines.markersize": 6,
}
_SVG = "{http://www.w3.org/2000/svg}"
_HREF = "{http://www.w3.org/1999/xlink}href"


@contextmanager
def style() -> Iterator[None]:
    """Draw in the report's style, and leave no trace of it.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    try:
        import matplotlib
    except ImportError as error:
        raise MissingExtraError("report.no_drawing") from error
    with matplotlib.rc_context(_STYLE):
        yield


def axes_figure(rows: int = 1, width: float = 7.4, height: float = 3.8, columns: int = 1) -> tuple[Any, Any]:
    """``(figure, axes)``; sizes in inches of 72 points, ``height`` for all rows together."""
    from matplotlib.figure import Figure

    # A figure of its own, without pyplot: no window, no state shared with who else draws.
    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, sharex="col", squeeze=False)


def legend(figure: Any, series: int) -> None:
    """The names of the series above the drawing, where they hide nothing."""
    figure.legend(loc="outside upper left", ncols=min(2, series))


def decimal_axis(axis: Any, words: Words, *, percent: bool = False) -> None:
    """Write an axis' numbers as the language does, shares as percentages."""
    from matplotlib.ticker import FuncFormatter

    def write(value: float, _: object = None) -> str:
        text = f"{100 * value if percent else value:.6g}"
        text = text.replace(".", ",") if words.language == "fr" else text
        return f"{text}\u00a0%" if percent and words.language == "fr" else f"{text}%" if percent else text

    axis.set_major_formatter(FuncFormatter(write))


def finish(figure: Any, name: str, title: str, alt: str) -> str:
    """The ``<svg>`` element of a figure: an image with a name and a description, each ``id`` beginning with ``name``."""
    target = BytesIO()
    figure.savefig(target, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _embed(target.getvalue(), name, title, alt)


def _embed(svg: bytes, name: str, title: str, alt: str) -> str:
    from lxml import etree

    root = etree.fromstring(svg, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True))
    # Who drew it, and a style that would be the whole page's: the page's own sheet says the same of drawings alone.
    for needless in [*root.iter(f"{_SVG}metadata"), *root.iter(f"{_SVG}style")]:
        needless.getparent().remove(needless)
    for element in root.iter():
        element.tag = str(element.tag).removeprefix(_SVG)
        target = element.attrib.pop(_HREF, None)
        if target is not None:
            element.set("href", target)
        _each(element, lambda value: re.sub(r"url\(#", f"url(#{name}-", value))
        if "id" in element.attrib:
            element.set("id", f"{name}-{element.get('id')}")
        if element.get("href", "").startswith("#"):
            element.set("href", f"#{name}-{element.get('href')[1:]}")
        for colour, variable in _VARIABLES.items():
            _each(element, lambda value, c=colour, v=variable: value.replace(c, f"var({v}, {c})"))  # type: ignore[misc]
    for attribute in ("width", "height", "version"):
        root.attrib.pop(attribute, None)
    for number, (tag, text) in enumerate((("title", title), ("desc", alt))):
        described = etree.Element(tag, id=f"{name}-{tag}")
        described.text = text
        root.insert(number, described)
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title {name}-desc")
    etree.cleanup_namespaces(root)
    return re.sub(r"[ \n\t]+", " ", str(etree.tostring(root, encoding="unicode"))).replace("> <", ">\n<")


def _each(element: Any, change: Callable[[str], str]) -> None:
    for attribute, value in element.attrib.items():
        element.set(attribute, change(value))
