"""Pages that are images: read where the programs for it are installed, and named where they are not."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from tests.ingest.pdf.pdf_pages import HEIGHT, OTHER, TEXT, WIDTH, drawn, lines_of, put

from sourcier.core.errors import UnreadableFileError
from sourcier.ingest.cleaning import clean_block
from sourcier.ingest.limits import Limits
from sourcier.ingest.readers import pdf
from sourcier.ingest.readers.pdf import scanned

OCR = Limits(ocr="fra+eng")


def plain(canvas: Canvas) -> None:
    put(canvas, 72, 700, lines_of(OTHER, 80), size=11)


def image(canvas: Canvas) -> None:
    """The image of a page of text, and nothing else."""
    import pypdfium2

    def page(other: Canvas) -> None:
        put(other, 72, 700, lines_of(TEXT, 70), size=12)

    document = pypdfium2.PdfDocument(drawn(page))
    stream = io.BytesIO()
    document[0].render(scale=200 / 72, grayscale=True).to_pil().save(stream, "PNG")
    document.close()
    canvas.drawImage(ImageReader(stream), 0, 0, WIDTH, HEIGHT)


@pytest.fixture
def no_programs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


def test_a_scan_where_nothing_can_read_it(no_programs: None) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        pdf.read(drawn(image, image), limits=OCR)
    assert refused.value.key == "ingest.scan_missing"
    assert refused.value.values["packages"] == "ocrmypdf tesseract-ocr-fra"


def test_a_scan_that_nobody_wants_read() -> None:
    with pytest.raises(UnreadableFileError) as refused:
        pdf.read(drawn(image), limits=Limits(ocr=""))
    assert refused.value.key == "ingest.scan_off"


def test_scanned_pages_among_others_are_named(no_programs: None) -> None:
    reading = pdf.read(drawn(plain, image, image, plain, image), limits=OCR)
    assert [clean_block(draft.text) for draft in reading.drafts] == [OTHER.strip()] * 2
    [finding] = reading.findings
    assert (finding.key, finding.count, finding.sample, finding.page) == ("finding.scan_missing", 3, "2-3, 5", 2)


def test_blank_pages_are_no_scans() -> None:
    def blank(canvas: Canvas) -> None:
        pass

    [finding] = pdf.read(drawn(plain, blank), limits=OCR).findings
    assert (finding.key, finding.page) == ("finding.empty_pages", 2)


def test_what_to_install() -> None:
    assert scanned.packages("fra+eng") == "ocrmypdf tesseract-ocr-fra"
    assert scanned.packages("eng") == "ocrmypdf"
    assert scanned.packages("fra+chi_sim") == "ocrmypdf tesseract-ocr-fra tesseract-ocr-chi-sim"


@pytest.mark.skipif(not scanned.available("fra+eng"), reason="ocrmypdf or tesseract-ocr-fra is not installed: make ocr")
def test_a_scan_is_read() -> None:
    reading = pdf.read(drawn(plain, image), limits=OCR)
    [finding] = reading.findings
    assert (finding.key, finding.count, finding.sample, finding.page) == ("finding.ocr", 1, "2", 2)
    first, second = (clean_block(draft.text) for draft in reading.drafts)
    assert first == OTHER.strip()
    assert {draft.page for draft in reading.drafts} == {1, 2}
    expected, found = TEXT.split(), second.split()
    assert len(set(expected) & set(found)) >= 0.95 * len(set(expected))


@pytest.mark.skipif(not scanned.available("fra+eng"), reason="ocrmypdf or tesseract-ocr-fra is not installed: make ocr")
def test_what_there_is_no_time_for_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanned, "_AT_ONCE", 1)
    reading = pdf.read(drawn(image, image), limits=Limits(ocr="fra", timeout_s=1))
    assert {draft.page for draft in reading.drafts} == {1}
    assert [(finding.key, finding.sample) for finding in reading.findings] == [
        ("finding.scan_late", "2"),
        ("finding.ocr", "1"),
    ]


@pytest.mark.skipif(not scanned.available("fra+eng"), reason="ocrmypdf or tesseract-ocr-fra is not installed: make ocr")
def test_an_image_with_nothing_to_read_on_it() -> None:
    from PIL import Image

    def photo(canvas: Canvas) -> None:
        stream = io.BytesIO()
        Image.new("L", (300, 300), 220).save(stream, "PNG")
        canvas.drawImage(ImageReader(stream), 100, 100, 400, 400)

    reading = pdf.read(drawn(photo, plain), limits=OCR)
    assert [draft.page for draft in reading.drafts] == [2]
    assert [(finding.key, finding.page) for finding in reading.findings] == [("finding.empty_pages", 1)]
