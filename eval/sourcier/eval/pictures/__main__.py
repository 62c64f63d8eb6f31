"""Pictures of each state of the page: wide and light, wide and dark, as on a phone.

    python -m sourcier.eval.pictures OUT

The page, its server and its browser are the real ones; who answers says lines written in advance (``stage``), on documents of an
invented organisation. Needs Playwright and a Chromium, which come with the ``dev`` extra.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from sourcier.core.messages import message
from sourcier.eval.pictures.stage import Scene, on_stage
from sourcier.eval.pictures.states import CONVERSATION, IN_ENGLISH, SITE, WITHOUT_FEEDBACK, State, still
from sourcier.eval.script import run_script

__all__ = ["FLAGS", "IN_DOCS", "LOOKS", "main", "take"]

#: What each picture is taken in: width and height in CSS pixels, and the colour scheme.
LOOKS: dict[str, tuple[int, int, Any]] = {
    "desktop": (1280, 900, "light"),
    "dark": (1280, 900, "dark"),
    "phone": (375, 740, "light"),
}
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


#: Those that ``docs/`` shows: few and light, since they are kept with the code.
IN_DOCS = (
    "welcome-desktop", "answered-dark", "source-phone", "abstained-desktop", "urgent-phone", "compared-desktop", "document-desktop",
)  # fmt: skip


def take(browser: Any, scene: Scene, states: tuple[State, ...], out: Path) -> list[Path]:
    """Lead one page through ``states`` and picture each in every look; the files, ``STATE-LOOK.png``."""
    width, height, scheme = LOOKS["desktop"]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce", locale="fr-CA"
    )
    page = context.new_page()
    made = []
    for state in states:
        state.reach(page, scene)
        for look, (wide, high, colours) in LOOKS.items():
            page.set_viewport_size({"width": wide, "height": high})
            page.emulate_media(color_scheme=colours)
            state.settle(page)
            still(page)
            made.append(out / f"{state.name}-{look}.png")
            page.screenshot(path=made[-1])
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
    context.close()
    return made


def run(
    out: Annotated[Path, typer.Argument(help=message("bench.pictures_out"))],
    for_docs: Annotated[bool, typer.Option("--for-docs", help=message("bench.pictures_docs"))] = False,
    browser: Annotated[Path, typer.Option("--browser", help=message("bench.page_browser"))] = Path("/usr/bin/chromium"),
) -> None:
    """Picture every state."""
    from playwright.sync_api import sync_playwright

    out.mkdir(parents=True, exist_ok=True)
    stages: tuple[tuple[dict[str, Any], tuple[State, ...]], ...] = (
        ({}, (*CONVERSATION, *SITE)),
        ({"feedback": False}, WITHOUT_FEEDBACK),
        ({"language": "en"}, IN_ENGLISH),
    )
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as home:
        into = Path(home) if for_docs else out
        chromium = playwright.chromium.launch(executable_path=str(browser), args=list(FLAGS))
        for number, (given, states) in enumerate(stages):
            with on_stage(Path(home) / str(number), **given) as scene:
                for path in take(chromium, scene, states, into):
                    if for_docs and path.stem not in IN_DOCS:
                        continue
                    kept = shutil.copy(path, out / f"page-{path.name}") if for_docs else path
                    sys.stdout.write(f"{kept}\n")
        chromium.close()


def main() -> None:
    """Run as a script: a failure is one clear line on stderr."""
    run_script(run, message("bench.pictures_about"))


if __name__ == "__main__":
    main()
