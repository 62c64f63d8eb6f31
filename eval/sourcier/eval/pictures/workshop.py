"""Pages of a workshop kit as pictures: its plan, guide, booklet and quiz as they are printed, and a few of its slides.

    python -m sourcier.eval.pictures.workshop TROUSSE.json docs/images

The kit is a saved one (``sourcier workshop show ID --json``). Papers are set as PDF by the product itself; slides are drawn from
its PowerPoint file by LibreOffice, where it is installed.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import pypdfium2
import typer
from pydantic import ValidationError

from sourcier.app.workshop.files.write import write_files
from sourcier.app.workshop.kit import Kit
from sourcier.core.messages import message
from sourcier.eval.folder import RunError
from sourcier.eval.script import run_script

__all__ = ["PAGES", "main", "pictures"]

#: The papers that are shown, by the name of their picture, and which of their pages, from 1; one that has fewer shows its last.
PAGES = {
    "plan": ("01-plan-de-seance", 1),
    "guide": ("02-guide-d-animation", 1),
    "cahier": ("03-cahier", 1),
    "quiz": ("04-quiz", 1),
}
_SLIDES = "13-diapositives"
#: Width of a page, and of the four slides together, in pixels.
_WIDTH, _SHEET = 850, 1280
#: Colours of a picture that is kept with the code: a page of text needs no more.
_COLOURS = 64


def pictures(kit: Kit, organisation: str, out: Path) -> list[Path]:
    """Write ``workshop-NAME.png`` in a folder for each of :data:`PAGES`, and ``workshop-slides.png``; their paths.

    Raises:
        RunError: LibreOffice could not draw the slides.
    """
    out.mkdir(parents=True, exist_ok=True)
    made = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        written = {path.name: path for path in write_files(kit, folder / "kit", ["pdf", "pptx"], organisation)}
        for name, (paper, number) in PAGES.items():
            if f"{paper}.pdf" in written:
                pages = list(pypdfium2.PdfDocument(written[f"{paper}.pdf"]))
                made.append(_saved(_drawn(pages[min(number, len(pages)) - 1], _WIDTH), out / f"workshop-{name}.png"))
        office = shutil.which("soffice")
        if office:
            slides = _slides(office, written[f"{_SLIDES}.pptx"], folder)
            made.append(_saved(_together(slides), out / "workshop-slides.png"))
    return made


def _drawn(page: Any, width: int) -> Any:
    return page.render(scale=width / page.get_width()).to_pil()


def _slides(office: str, path: Path, folder: Path) -> list[Any]:
    """The four slides that show most: the first, the agenda, and the first two that quote."""
    command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
               "--outdir", str(folder), str(path)]  # fmt: skip
    done = subprocess.run(command, check=False, capture_output=True, timeout=300)
    drawn = folder / f"{_SLIDES}.pdf"
    if done.returncode or not drawn.is_file():
        raise RunError("bench.pictures_no_office", detail=done.stderr.decode("utf-8", "replace").strip()[:200])
    pages = list(pypdfium2.PdfDocument(drawn))
    quoting = [page for page in pages if "«" in page.get_textpage().get_text_range() and page not in pages[:3]]
    chosen = list(dict.fromkeys([pages[0], pages[min(2, len(pages) - 1)], *quoting[:2]]))
    return [_drawn(page, _SHEET // 2) for page in chosen]


def _together(slides: Sequence[Any]) -> Any:
    from PIL import Image

    width, height = slides[0].size
    rows = (len(slides) + 1) // 2
    sheet = Image.new("RGB", (2 * width + 8, rows * height + 8 * (rows - 1)), "#888888")
    for index, slide in enumerate(slides):
        sheet.paste(slide, (index % 2 * (width + 8), index // 2 * (height + 8)))
    return sheet


def _saved(picture: Any, path: Path) -> Path:
    picture.convert("RGB").quantize(_COLOURS).save(path, optimize=True)
    return path


def run(
    kit: Annotated[Path, typer.Argument(metavar="TROUSSE.json", help=message("bench.pictures_kit"))],
    out: Annotated[Path, typer.Argument(help=message("bench.pictures_out"))],
    organisation: Annotated[
        str, typer.Option("--organisation", help=message("bench.pictures_organisation"))
    ] = "Sourcier",
) -> None:
    """Picture a kit."""
    try:
        read = Kit.model_validate_json(kit.read_bytes())
    except (OSError, ValidationError) as error:
        raise RunError("bench.pictures_no_kit", path=kit) from error
    for path in pictures(read, organisation, out):
        typer.echo(str(path))


def main() -> None:
    """Run as a script: a failure is one clear line on stderr."""
    run_script(run, message("bench.pictures_workshop_about"))


if __name__ == "__main__":
    main()
