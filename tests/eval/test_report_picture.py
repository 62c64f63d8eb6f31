"""The picture of a report, taken in a real browser."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.eval.report_runs import write_hostile

from sourcier.eval.folder import RunError
from sourcier.eval.pictures.__main__ import FLAGS
from sourcier.eval.pictures.report import HALF, picture
from sourcier.eval.reports import write_report

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"NO BROWSER: {CHROMIUM} is absent, so no report is pictured (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield browser
        browser.close()


def test_where_a_report_begins_and_its_curves_are_one_picture(browser: Browser, tmp_path: Path) -> None:
    report, out = tmp_path / "page.html", tmp_path / "page.png"
    write_report(write_hostile(tmp_path), report, "fr")
    picture(browser, report, out)
    assert struct.unpack(">II", out.read_bytes()[16:24]) == (2 * HALF[0], HALF[1])  # PNG: width, height
    # Both halves show something, and not the same thing.
    halves = tmp_path / "left.png", tmp_path / "right.png"
    page = browser.new_page(viewport={"width": 2 * HALF[0], "height": HALF[1]})
    page.goto(out.as_uri())
    for half, left in zip(halves, (0, HALF[0]), strict=True):
        page.screenshot(path=half, clip={"x": left, "y": 0, "width": HALF[0], "height": HALF[1]})
    page.close()
    assert min(half.stat().st_size for half in halves) > 10_000
    assert halves[0].read_bytes() != halves[1].read_bytes()


def test_what_is_no_report_is_told(browser: Browser, tmp_path: Path) -> None:
    other = tmp_path / "other.html"
    with pytest.raises(RunError, match="sourcier eval report"):
        picture(browser, other, tmp_path / "out.png")
    other.write_text("<h1>Autre chose</h1>", encoding="utf-8")
    with pytest.raises(RunError, match="sourcier eval report"):
        picture(browser, other, tmp_path / "out.png")
    assert not (tmp_path / "out.png").exists()
