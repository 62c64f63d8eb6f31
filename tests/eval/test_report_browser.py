"""The page in a real browser: it asks for nothing, runs nothing, fits a phone, and can be read without a mouse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.eval.report_runs import write_hostile

from sourcier.eval.reports import write_report

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run"]  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"NO BROWSER: {CHROMIUM} is absent, so the report is NOT tested in one (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


def test_a_hostile_report_in_a_browser(browser: Browser, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    write_report(write_hostile(tmp_path), out, "fr")
    context = browser.new_context(viewport={"width": 375, "height": 800})
    page = context.new_page()
    requested: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text))
    page.goto(out.as_uri())
    assert requested == [out.as_uri()]
    assert complaints == []
    assert page.evaluate("document.querySelectorAll('script, img, iframe, link, object, form').length") == 0
    # On a phone the page itself does not move sideways: wide tables and drawings do, each in its own box.
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.className"))
    assert "scroll" in reached
    # A marker leads to its quote, in the page.
    page.locator("a.marker").first.click()
    assert page.evaluate("document.querySelector(':target').className") == "quote"
    assert requested == [out.as_uri()]
    context.close()
