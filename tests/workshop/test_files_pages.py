"""Every file opened by LibreOffice and looked at page by page: nothing sticks out of a page, a slide or its place."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest
from tests.workshop.files_read import pdf_words, squeezed
from tests.workshop.material import ORGANISATION, kit
from tests.workshop.test_files import HOSTILE, hostile

from sourcier.app.workshop.files.write import write_files
from sourcier.app.workshop.kit import Kit
from sourcier.app.workshop.papers import handouts
from sourcier.app.workshop.papers.blocks import words_of
from sourcier.app.workshop.papers.deck import deck
from sourcier.app.workshop.papers.fit import Room, fitted

pytestmark = pytest.mark.slow

OFFICE = shutil.which("soffice")
#: Points that letters may be off by: accents, italics, the width of a line.
SLACK = 4


def converted(folder: Path, made: Kit, formats: list[str], organisation: str = ORGANISATION) -> list[Path]:
    """The PDF files that LibreOffice makes of a kit's, without a screen and with a profile of its own."""
    if OFFICE is None:
        pytest.skip("LibreOffice (Writer and Impress) is not installed: soffice is not on the path")
    written = write_files(made, folder / "kit", formats, organisation)
    for suffix in formats:
        out = folder / suffix
        command = [OFFICE, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
                   "--outdir", str(out), *(str(path) for path in written if path.suffix == f".{suffix}")]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=600)
    found = sorted(path for suffix in formats for path in (folder / suffix).glob("*.pdf"))
    assert len(found) == len(written)
    return found


def sticking_out(path: Path, left: float, bottom: float) -> list[str]:
    """The texts that are beyond the margins, given as shares of the page."""
    out = []
    for number, page in enumerate(pypdfium2.PdfDocument(path), 1):
        wide, high = page.get_width(), page.get_height()
        texts = page.get_textpage()
        for index in range(texts.count_rects()):
            x0, y0, x1, y1 = texts.get_rect(index)
            inside = x0 >= wide * left - SLACK and x1 <= wide * (1 - left) + SLACK
            if not (inside and y0 >= high * bottom - SLACK and y1 <= high + SLACK):
                out.append(f"{path.name} p. {number}: {texts.get_text_bounded(x0, y0, x1, y1)[:60]!r} {x0, y0, x1, y1}")
    return out


def overlapping(path: Path) -> list[str]:
    """The slides whose text comes down to their foot: the last line of the text above the sources, never on them."""
    out = []
    for number, page in enumerate(pypdfium2.PdfDocument(path), 1):
        high = page.get_height()
        texts = page.get_textpage()
        rects = [texts.get_rect(index) for index in range(texts.count_rects())]
        # The place of the text ends at 86 % of the slide, in both formats: what begins above must end above.
        out += [f"{path.name} p. {number}" for _, y0, _, y1 in rects if y1 > high * 0.14 and y0 < high * 0.13 - SLACK]
    return out


def test_papers_hold_in_their_pages_and_say_the_same(tmp_path: Path) -> None:
    papers = {paper.name: paper for paper in handouts(kit(), ORGANISATION)}
    for path in converted(tmp_path, kit(), ["docx", "odt"]):
        assert sticking_out(path, 0.09, 0.02) == []
        words = pdf_words(path.read_bytes())
        missing = [
            text for block in papers[path.stem].blocks for text in words_of(block) if squeezed(text)[:40] not in words
        ]
        assert missing == [], path


def test_slides_hold_in_their_places_and_say_the_same(tmp_path: Path) -> None:
    place = Room(800, 300)
    panels = [slide for panel in deck(kit(), ORGANISATION).panels for slide in fitted(panel, place, place)]
    for path in converted(tmp_path, kit(), ["pptx", "odp"]):
        assert sticking_out(path, 0.03, 0.02) == []
        assert overlapping(path) == []
        words = pdf_words(path.read_bytes())
        shown = [text for panel in panels for text in (panel.title, *(line.text for line in panel.lines), panel.foot)]
        assert [text for text in shown if squeezed(text) not in words] == [], path
        assert len(pypdfium2.PdfDocument(path)) == len(panels)


@pytest.mark.parametrize("text", [HOSTILE[7], HOSTILE[8][:4000], HOSTILE[6], "Une longue phrase, avec des mots ordinaires. " * 60],
                         ids=["endless", "many", "scripts", "long"])  # fmt: skip
def test_hostile_texts_hold_in_pages_and_slides(tmp_path: Path, text: str) -> None:
    for path in converted(tmp_path, hostile(text), ["docx", "odt", "pptx", "odp"], text[:200]):
        slides = path.parent.name in {"pptx", "odp"}
        assert sticking_out(path, 0.03 if slides else 0.09, 0.0) == []
