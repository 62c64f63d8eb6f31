"""The same French manual in its formats gives the same words: Debian's own manuals, fetched by ``make manuals``.

What a format does not hold cannot be found in it: the bounds below 98 % are explained where they stand.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from sourcier.eval.bench.formats import MANUALS, Manual, Measure, measure

FOLDER = Path(__file__).resolve().parents[2] / ".manuals"

#: Share of the words of the text version found in the same order, its drawn tables read cell by cell.
BOUNDS = {
    ("debian-reference-fr", "html"): 0.999,
    ("developers-reference-fr", "html-pages"): 0.999,
    ("developers-reference-fr", "epub"): 0.999,
    # This one page has the tables of contents of nine chapters less than the text version: what its source holds as a
    # naive extraction gives it, in order, is 96.3 %.
    ("developers-reference-fr", "html"): 0.963,
    ("installation-guide-amd64", "html"): 0.989,
}


def measured(name: str, form: str) -> Measure:
    manual: Manual = next(manual for manual in MANUALS if manual.name == name)
    if not (FOLDER / name / manual.text).is_file():
        pytest.skip(f"{name} is not in .manuals: run « make manuals » (it needs apt-get)")
    [found] = measure(FOLDER, manual, [form])
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("name", "form"), BOUNDS)
def test_a_format_has_the_words_and_the_headings_of_the_manual(name: str, form: str) -> None:
    found = measured(name, form)
    assert not found.error
    assert found.by_cells >= BOUNDS[name, form], found.absent[:20]
    assert found.missing == () and found.headings > 200
    # No page of the manual was taken for something else on the way.
    assert found.naive is not None and found.by_cells >= found.naive - 0.001
