"""The page of ``sourcier eval report`` as one picture: where it begins, and beside it where its curves begin.

    python -m sourcier.eval.pictures.report RAPPORT.html docs/images/eval-report.png

The report is opened in a real browser, in the light colours, at the width of half the picture. Needs Playwright and a
Chromium, which come with the ``dev`` extra.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from sourcier.core.messages import message
from sourcier.eval.folder import RunError
from sourcier.eval.pictures.__main__ import FLAGS
from sourcier.eval.pictures.states import still
from sourcier.eval.script import run_script

__all__ = ["CURVES", "HALF", "main", "picture"]

#: Width and height of each half, CSS pixels: a page of a book, which a README shows whole.
HALF = (700, 1275)
#: What the right half begins with.
CURVES = "#curves"


def picture(browser: Any, report: Path, out: Path) -> None:
    """Write ``out``, twice as wide as :data:`HALF`, from the HTML file ``report``.

    Raises:
        RunError: the report is not there, or is no report: it has no curves.
    """
    if not report.is_file():
        raise RunError("bench.pictures_no_report", path=report)
    width, height = HALF
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme="light", reduced_motion="reduce", locale="fr-CA"
    )
    try:
        page = context.new_page()
        page.goto(report.resolve().as_uri())
        if not page.locator(CURVES).count():
            raise RunError("bench.pictures_no_report", path=report)
        halves = []
        for begins in ("body", CURVES):
            page.locator(begins).first.evaluate("element => element.scrollIntoView({block: 'start'})")
            still(page)
            halves.append(base64.b64encode(page.screenshot()).decode("ascii"))
        page = context.new_page()  # The report's own policy, which outlives its content, lets no picture in.
        page.set_viewport_size({"width": 2 * width, "height": height})
        beside = "".join(f'<img alt="" width="{width}" src="data:image/png;base64,{half}">' for half in halves)
        page.set_content(f'<body style="margin: 0; display: flex">{beside}</body>', wait_until="load")
        page.screenshot(path=out)
    finally:
        context.close()


def run(
    report: Annotated[Path, typer.Argument(metavar="RAPPORT.html", help=message("bench.pictures_report"))],
    out: Annotated[Path, typer.Argument(metavar="IMAGE.png", help=message("bench.pictures_image"))],
    browser: Annotated[Path, typer.Option("--browser", help=message("bench.page_browser"))] = Path("/usr/bin/chromium"),
) -> None:
    """Picture a report."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(browser), args=list(FLAGS))
        picture(chromium, report, out)
        chromium.close()
    sys.stdout.write(f"{out}\n")


def main() -> None:
    """Run as a script: a failure is one clear line on stderr."""
    run_script(run, message("bench.pictures_report_about"))


if __name__ == "__main__":
    main()
