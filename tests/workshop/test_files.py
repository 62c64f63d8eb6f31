"""Files of a kit, each read back by a library and compared with the papers, part by part."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from docx import Document as WordDocument
from docx.oxml.ns import qn
from lxml import etree
from odfdo import Document as OdfDocument
from pptx import Presentation
from tests.workshop.files_read import (
    Read,
    in_odp,
    in_odt,
    in_pptx,
    in_word,
    markdown_read,
    pdf_words,
    squeezed,
)
from tests.workshop.material import ORGANISATION, kit, ours

from sourcier.app.workshop.files.write import FORMATS, make_files
from sourcier.app.workshop.kit import Brief, GlossaryEntry, Kit, LeftOut, Piece, Slide, Task
from sourcier.app.workshop.papers import handouts
from sourcier.app.workshop.papers.blocks import Handout, Heading, Lines, Table, words_of
from sourcier.app.workshop.papers.deck import deck
from sourcier.app.workshop.papers.fit import SMALLEST, Room, fitted

PAPERS = {paper.name: paper for paper in handouts(kit(), ORGANISATION)}
EACH_PAPER = pytest.mark.parametrize("name", list(PAPERS))
READERS: dict[str, Callable[[bytes], Read]] = {"docx": in_word, "odt": in_odt, "md": markdown_read}


@cache
def files() -> dict[str, bytes]:
    return make_files(kit(), FORMATS, ORGANISATION)


def one(text: str) -> str:
    """Single spaces: where lines are broken is up to each format."""
    return " ".join(text.split())


def tables(paper: Handout) -> list[list[list[str]]]:
    """The rows of each table, that of titles first, as the words of their cells."""
    found = []
    for block in paper.blocks:
        if isinstance(block, Table):
            rows = [[one(" ".join(words_of(text)[0] for text in cell)) for cell in row] for row in block.rows]
            found.append([[one(title) for title in block.columns], *rows])
    return found


def test_names_are_plain_and_in_order() -> None:
    names = list(files())
    assert names == sorted(names, key=lambda name: int(name[:2]))
    assert all(re.fullmatch(r"\d\d-[a-z-]+\.(docx|odt|pdf|md|pptx|odp)", name) for name in names)
    assert len(names) == 12 * 4 + 2


@pytest.mark.parametrize("wanted", list(READERS))
@EACH_PAPER
def test_a_paper_read_back_says_what_the_kit_says(name: str, wanted: str) -> None:
    paper = PAPERS[name]
    read = READERS[wanted](files()[f"{name}.{wanted}"])
    shift = 1 if wanted == "md" else 0  # in Markdown the title is a heading
    headings = [(block.level + shift, one(words_of(block)[0])) for block in paper.blocks if isinstance(block, Heading)]
    assert [(level, one(text)) for level, text in read.headings if text != paper.title] == headings
    assert [[[one(" ".join(cell)) for cell in row] for row in table] for table in read.tables] == tables(paper)
    texts = [one(text) for block in paper.blocks if not isinstance(block, Table) for text in words_of(block) if text]
    got = [one(text) for text in read.texts if text.strip(" \t_-")]
    if wanted == "md":  # a letter before a choice is text there
        got = [re.sub(r"^[A-Z]\. ", "", text) for text in got]
        texts = [re.sub(r"^[A-Z]\. ", "", text) for text in texts]
    assert got == [one(paper.title), *texts]
    assert [one(note) for note in read.notes] == [
        one(note.line() + (f" — {note.href}" if note.href else "")) for note in paper.notes
    ]
    if wanted != "md":  # there, a second call is like the first
        assert read.calls == len(paper.notes)


@EACH_PAPER
def test_a_pdf_holds_every_text_once_where_it_is_due(name: str) -> None:
    paper = PAPERS[name]
    words = pdf_words(files()[f"{name}.pdf"])
    for block in paper.blocks:
        for text in words_of(block):
            assert squeezed(text)[:60] in words, text
    for note in paper.notes:
        assert words.count(squeezed(note.quote)) == 1, note.quote
    file = pypdfium2.PdfDocument(files()[f"{name}.pdf"])
    assert file.is_tagged()
    assert b"pdfuaid:part" in files()[f"{name}.pdf"]
    assert [mark.get_title() for mark in file.get_toc()] == [
        words_of(block)[0] for block in paper.blocks if isinstance(block, Heading)
    ]
    assert file.get_metadata_dict()["Title"] == paper.title
    assert file.get_metadata_dict()["Author"] == ORGANISATION


def test_word_files_have_real_styles_lists_tables_and_page_numbers() -> None:
    document: Any = WordDocument(BytesIO(files()["04-quiz.docx"]))
    assert document.core_properties.language == "fr-CA"
    assert (document.core_properties.title, document.core_properties.author) == ("Quiz", ORGANISATION)
    assert 'w:instr=" PAGE "' in document.sections[0].footer._element.xml
    items = [p for p in document.paragraphs if p._p.pPr is not None and p._p.pPr.numPr is not None]
    assert [p.text for p in items[:3]] == ["40\u00a0$", "55\u00a0$", "75\u00a0$"]
    lists = {p._p.pPr.numPr.numId.val for p in items}
    assert len(lists) == 5, "each question begins again at A"
    [table] = document.tables
    assert table._tbl.tr_lst[0].trPr.find(qn("w:tblHeader")) is not None
    assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")) == "Deux colonnes à relier"
    assert set(re.findall(r'<w:lang w:val="([^"]+)"', document.styles.element.xml)) == {"fr-CA"}


def test_lines_to_write_on_are_tabs_that_are_typed_over() -> None:
    count = sum(block.count for block in PAPERS["03-cahier"].blocks if isinstance(block, Lines))
    document: Any = WordDocument(BytesIO(files()["03-cahier.docx"]))
    assert sum(p.style.name == "Sourcier Line" for p in document.paragraphs if p.style) == count
    odf: Any = OdfDocument(BytesIO(files()["03-cahier.odt"]))
    assert len([p for p in odf.body.paragraphs if p.style == "Sourcier_20_Line"]) == count


def test_open_document_files_have_real_styles_and_language() -> None:
    document: Any = OdfDocument(BytesIO(files()["05-corrige.odt"]))
    assert [header.style for header in document.body.headers][:2] == ["Heading_20_1", "Heading_20_2"]
    assert str(document.meta.language) == "fr-CA"
    styles = etree.fromstring(document.get_part("styles.xml").serialize())
    assert {p.get("{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}country")
            for style in styles.iter("{*}default-style") for p in style.iter("{*}text-properties")} == {"CA"}  # fmt: skip
    assert "page-number" in document.get_part("styles.xml").serialize(pretty=False).decode()


def test_slides_say_what_the_deck_says_in_both_formats() -> None:
    place = Room(800, 300)  # larger than any of its texts: only what is at the foot is worked out
    panels = [slide for panel in deck(kit(), ORGANISATION).panels for slide in fitted(panel, place, place)]
    for shown in (in_pptx(files()["13-diapositives.pptx"]), in_odp(files()["13-diapositives.odp"])):
        assert [slide.title for slide in shown] == [panel.title for panel in panels]
        for slide, panel in zip(shown, panels, strict=True):
            assert [line for line in slide.lines if line] == [line.text for line in panel.lines]
            assert slide.rows == ([list(panel.columns), *map(list, panel.rows)] if panel.rows else [])
            assert slide.foot == panel.foot
            assert one(slide.notes) == one(" ".join(panel.notes))


def test_slides_are_made_on_layouts_with_alternative_texts_and_numbers() -> None:
    presentation: Any = Presentation(BytesIO(files()["13-diapositives.pptx"]))
    assert {slide.slide_layout.name for slide in presentation.slides} == {
        "Title Slide", "Title and Content", "Section Header", "Title Only"}  # fmt: skip
    for slide in presentation.slides:
        identities = [shape.shape_id for shape in slide.shapes]
        assert len(set(identities)) == len(identities)
        numbers = [s for s in slide.placeholders if s.placeholder_format.type.name == "SLIDE_NUMBER"]
        assert len(numbers) == 1 and 'type="slidenum"' in etree.tostring(numbers[0]._element).decode()
        for shape in slide.shapes:
            assert not shape.has_table or shape._element.nvGraphicFramePr.cNvPr.get("descr")
            assert shape.left >= 0 and shape.left + shape.width <= presentation.slide_width
            assert shape.top >= 0 and shape.top + shape.height <= presentation.slide_height
    runs = [run for slide in presentation.slides for shape in slide.shapes if shape.has_text_frame
            for paragraph in shape.text_frame.paragraphs for run in paragraph.runs]  # fmt: skip
    assert {str(run.font.language_id) for run in runs} == {"FRENCH_CANADIAN (3084)"}
    sizes = [run.font.size.pt for run in runs if run.font.size is not None]
    assert set(sizes) == {14.0}, "only the foot of slides has a size of its own"


def test_letters_of_slides_are_never_small() -> None:
    presentation: Any = Presentation(BytesIO(files()["13-diapositives.pptx"]))
    a, p = "{http://schemas.openxmlformats.org/drawingml/2006/main}", presentation.slide_master._element.nsmap["p"]
    body = presentation.slide_master._element.find(f"{{{p}}}txStyles/{{{p}}}bodyStyle")
    sizes = [int(letters.get("sz")) / 100 for letters in list(body.iter(f"{a}defRPr"))[:5]]
    assert min(sizes) >= SMALLEST
    cells = [run for slide in presentation.slides for shape in slide.shapes if shape.has_table
             for row in shape.table.rows for cell in row.cells for run in cell.text_frame.paragraphs[0].runs]  # fmt: skip
    assert min(run.font.size.pt for run in cells) >= SMALLEST
    fit = etree.tostring(presentation.slide_master._element).decode()
    assert "normAutofit" not in fit


HOSTILE = (
    "zéro\x00 cloche\x07 échappe\x1b[31m fin\uffff ligne\u2028 page\x0c",
    "\u202egnorw \u2066caché\u2069 \u200f\u200d \ufeff",
    "]]></w:t><w:instrText>DDEAUTO c:\\\\calc.exe</w:instrText> &lt; &#0; &amp;",
    '#import "/etc/passwd": x; $ sum $ @ref <label> #eval("1") \\ / * _ ` ~ = + -',
    "# Titre\n\n![x](http://evil.example/x.png) [lien](javascript:alert(1)) | a | b |",
    "{0} {} {nom!r} %s ${7*7} {{7*7}}",
    "العربية עברית 漢字 한국어 🙂🇨🇦 𝔘𝔫𝔦 ½ ₂ é̀",
    "a" * 5000,
    "mot " * 3000,
    "x",
)


def hostile(text: str) -> Kit:
    """A kit in which everything that a document, a model or a person may write is ``text``."""
    base = kit()
    quote = base.sources[0].model_copy(update={"quote": text, "title": text, "section": text, "publisher": text,
                                               "clause": text, "reports": text, "url": "javascript:alert(1)"})  # fmt: skip
    piece = Piece(kind="fact", text=text, sources=(1,), support=0.9)
    exact = Piece(kind="quote", text=text, sources=(1,), support=1)
    activity = base.activities[1]
    steps = (activity.steps[0].model_copy(update={"say": (piece, exact), "ask": (ours("question", text),)}),)
    tasks = (Task(prompt=ours("instruction", text), boxed=(1,), columns=(text, text), rows=(text,), lines=2),)
    activity = activity.model_copy(update={"steps": steps, "tasks": tasks, "material": (text,),
                                           "slides": (Slide(title=text, pieces=(exact, piece), notes=(piece,)),)})  # fmt: skip
    planned = tuple(one.model_copy(update={"title": text}) for one in base.outline.activities)
    choices = tuple(choice.model_copy(update={"text": text, "reason": piece}) for choice in base.quiz[0].choices)
    quiz = (base.quiz[0].model_copy(update={"stem": text, "choices": choices, "proof": piece}), *base.quiz[5:7])
    cases = (base.cases[0].model_copy(update={"title": text, "story": (ours("fiction", text),), "debrief": (piece,)}),)
    return kit(
        brief=Brief(theme=text, audience=text), sources=(quote, *base.sources[1:]), activities=(activity,),
        outline=base.outline.model_copy(update={"title": text, "activities": planned}), quiz=quiz, cases=cases,
        glossary=(GlossaryEntry(term=text, definition=exact, expansion=text),),
        left_out=(LeftOut(part=text, text=text, reason=text, explanation=text),),
        reading=(base.reading[0].model_copy(update={"title": text, "url": "file:///etc/passwd", "date": text}),),
        made=base.made.model_copy(update={"model": text, "generation": text}),
    )  # fmt: skip


def test_hostile_texts_stay_texts_in_every_format() -> None:
    _check_hostile(" ".join((*HOSTILE[:7], "a" * 400)))


@pytest.mark.slow
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_each_hostile_text_alone_stays_a_text(text: str) -> None:
    _check_hostile(text)


def _check_hostile(text: str) -> None:
    made = make_files(hostile(text), FORMATS, text)
    papers = {paper.name: paper for paper in handouts(hostile(text), text)}
    for name, content in made.items():
        stem, _, suffix = name.rpartition(".")
        if suffix in READERS and suffix != "md":
            read = READERS[suffix](content)
            assert len(read.tables) == len(tables(papers[stem])), name
            assert read.calls == len(papers[stem].notes), name
        if suffix in {"docx", "odt", "pptx", "odp"}:
            packed = zipfile.ZipFile(BytesIO(content))
            assert packed.testzip() is None
            for part in packed.namelist():
                assert not re.search("vba|embed|activeX", part)
                if part.endswith((".xml", ".rels")) and packed.getinfo(part).file_size:
                    root = etree.fromstring(packed.read(part))
                    told = "".join(root.itertext())
                    assert not re.search("[\u202a-\u202e\u2066-\u2069]", told), name
                    assert not any("javascript:" in value or "file:/" in value for e in root.iter() if isinstance(e.tag, str)
                                   for key, value in e.attrib.items() if key.endswith("href") or key == "Target")  # fmt: skip
        if suffix == "md":
            assert "](http" not in re.sub(r"\\.", "", content.decode())
        if suffix == "pdf":
            file = pypdfium2.PdfDocument(content)
            for page in file:
                page_width = page.get_width()
                for found in page.get_objects():
                    left, _, right, _ = found.get_bounds()
                    assert left > -1 and right < page_width + 1, name


def test_braces_and_markup_are_shown_as_they_are() -> None:
    made = make_files(hostile(HOSTILE[5]), ["docx", "md"], "x")
    # Our typography puts a no-break space before the dollar sign; nothing else may change.
    assert HOSTILE[5] in "\n".join(in_word(made["06-etudes-de-cas.docx"]).texts).replace("\u00a0", " ")
    read = markdown_read(make_files(hostile(HOSTILE[4]), ["md"], "x")["06-etudes-de-cas.md"])
    assert any("![x](http://evil.example/x.png)" in text for text in read.texts)


def test_progress_counts_the_files() -> None:
    seen: list[tuple[int, int]] = []
    made = make_files(
        kit(quiz=()), ["md", "pptx"], ORGANISATION, progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(i, len(made)) for i in range(1, len(made) + 1)]
