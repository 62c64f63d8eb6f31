"""Charts: what is written on them, and no number that is not."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openpyxl
import pptx
from openpyxl.chart import BarChart, Reference
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches
from tests.ingest.office.wordfile import paragraph, word_file

from sourcier.ingest.limits import Limits
from sourcier.ingest.readers import docx as docx_reader
from sourcier.ingest.readers import pptx as pptx_reader
from sourcier.ingest.readers import xlsx as xlsx_reader

LIMITS = Limits()


def deck(*, labels: bool) -> Any:
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "Bilan"
    data: Any = CategoryChartData(number_format="0.0%")  # type: ignore[no-untyped-call]
    data.categories = ["Montréal", "Estrie"]
    data.add_series("2024", (0.125, 0.08))
    data.add_series("2025", (0.13, 0.09))
    where = (Inches(1), Inches(2), Inches(6), Inches(4))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *where, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Taux de grief"
    chart.plots[0].has_data_labels = labels
    if labels:
        chart.plots[0].data_labels.show_value = True
    return made


def saved(made: Any) -> bytes:
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def test_values_are_read_where_they_are_written() -> None:
    drafts = pptx_reader.read(saved(deck(labels=True)), limits=LIMITS).drafts
    assert [draft.text.replace("\u00a0", " ") for draft in drafts] == [
        "Bilan",
        "Taux de grief",
        " | 2024 | 2025",
        "Montréal | 2024 : 12,5 % | 2025 : 13,0 %",
        "Estrie | 2024 : 8,0 % | 2025 : 9,0 %",
    ]


def test_values_that_nobody_sees_are_not() -> None:
    drafts = pptx_reader.read(saved(deck(labels=False)), limits=LIMITS).drafts
    assert [draft.text for draft in drafts] == ["Bilan", "Taux de grief", "2024", "2025", "Montréal", "Estrie"]


def test_a_chart_in_a_text() -> None:
    with zipfile.ZipFile(io.BytesIO(saved(deck(labels=False)))) as archive:
        [part] = [name for name in archive.namelist() if name.startswith("ppt/charts/chart")]
        chart = archive.read(part).decode()
    drawn = '<w:r><w:drawing><c:chart xmlns:c="urn:c" r:id="chart1"/></w:drawing></w:r>'
    drafts = docx_reader.read(
        word_file(paragraph("Avant", raw=drawn) + paragraph("Après"), chart1=chart), limits=LIMITS
    ).drafts
    assert [d.text for d in drafts] == ["Avant", "Taux de grief", "2024", "2025", "Montréal", "Estrie", "Après"]


def test_charts_of_workbooks() -> None:
    book = openpyxl.Workbook()
    for row in (["Région", "Taux"], ["Montréal", 1]):
        book.active.append(row)
    for sheet in (book.active, book.create_chartsheet("Graphique")):
        chart = BarChart()
        chart.title = f"Titre de {sheet.title}"
        chart.add_data(Reference(book.active, min_col=2, min_row=1, max_row=2), titles_from_data=True)
        sheet.add_chart(chart)
    texts = [d.text for d in xlsx_reader.read(saved(book), limits=LIMITS).drafts]
    assert texts[-3:] == ["Titre de Sheet", "Graphique", "Titre de Graphique"]
