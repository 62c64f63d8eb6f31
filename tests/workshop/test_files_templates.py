"""An organisation's templates: their styles, layouts, headers and pages are kept; what is none is refused in one sentence."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document as WordDocument
from docx.shared import Cm, RGBColor
from odfdo import Document as OdfDocument
from odfdo import Paragraph, Style
from pptx import Presentation
from pptx.util import Inches, Pt
from tests.workshop.files_read import in_odp, in_odt, in_pptx, in_word
from tests.workshop.material import ORGANISATION, kit

from sourcier.app.workshop.files.write import make_files, write_files
from sourcier.core.errors import UsageError


def word(path: Path) -> Path:
    document: Any = WordDocument()
    document.add_paragraph("Texte du modèle")
    section = document.sections[0]
    section.page_width, section.left_margin = Cm(20), Cm(4)
    section.header.paragraphs[0].text = "Syndicat d'essai"
    document.styles["Heading 1"].font.color.rgb = RGBColor(0xAA, 0, 0)
    document.save(path)
    return path


def as_template(path: Path, suffix: str, document: str, template: str) -> Path:
    """The same file, said to be a template as office programs say it."""
    made = path.with_suffix(suffix)
    with zipfile.ZipFile(path) as read, zipfile.ZipFile(made, "w") as written:
        for part in read.infolist():
            content = read.read(part)
            if part.filename == "[Content_Types].xml":
                assert document.encode() in content
                content = content.replace(document.encode(), template.encode())
            written.writestr(part, content)
    return made


def slides(path: Path) -> Path:
    presentation: Any = Presentation()
    presentation.slide_master.placeholders[0].left = Inches(1)
    slide = presentation.slides.add_slide(presentation.slide_layouts[0])
    slide.shapes.title.text = "Texte du modèle"
    slide.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = "Autre texte"
    presentation.save(path)
    return path


def test_a_word_template_gives_its_page_styles_and_headers(tmp_path: Path) -> None:
    template = word(tmp_path / "modele.docx")
    made = make_files(kit(), ["docx"], ORGANISATION, template)
    document: Any = WordDocument(BytesIO(made["02-guide-d-animation.docx"]))
    assert abs(document.sections[0].page_width - Cm(20)) < Cm(0.01)
    assert document.sections[0].header.paragraphs[0].text == "Syndicat d'essai"
    assert document.styles["Heading 1"].font.color.rgb == RGBColor(0xAA, 0, 0)
    assert "PAGE" in document.sections[0].footer._element.xml
    read = in_word(made["02-guide-d-animation.docx"])
    assert "Texte du modèle" not in "\n".join(read.texts)
    assert read.texts[0] == "Guide d'animation" and len(read.tables) == 6 and read.calls == 3
    widths = {sum(cell.width for cell in table.rows[0].cells) for table in document.tables}
    inside = document.sections[0].page_width - document.sections[0].left_margin - document.sections[0].right_margin
    assert all(abs(width - inside) < Cm(0.1) for width in widths), "tables fit between the template's margins"


@pytest.mark.slow
def test_a_dotx_is_the_same_template(tmp_path: Path) -> None:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml."
    path = as_template(word(tmp_path / "m.docx"), ".dotx", f"{kind}document.main+xml", f"{kind}template.main+xml")
    made = make_files(kit(), ["docx"], ORGANISATION, path)
    packed = zipfile.ZipFile(BytesIO(made["04-quiz.docx"]))
    assert b"template.main" not in packed.read("[Content_Types].xml"), "what is written is a document"
    assert in_word(made["04-quiz.docx"]).texts[0] == "Quiz"


def test_a_bare_word_template_gets_the_styles_it_lacks(tmp_path: Path) -> None:
    document: Any = WordDocument()
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3", "Quote", "List Paragraph", "Table Grid"):
        style = document.styles[name]
        style.element.getparent().remove(style.element)
    numbering = document.part.numbering_part
    [relation] = [key for key, one in document.part.rels.items() if one.target_part is numbering]
    document.part.drop_rel(relation)
    document.part.rels.pop(relation, None)
    document.save(tmp_path / "nu.docx")
    made = make_files(kit(), ["docx"], ORGANISATION, tmp_path / "nu.docx")
    read = in_word(made["05-corrige.docx"])
    assert [level for level, _ in read.headings] == [1, *[2] * 8]
    assert len(read.tables) == 6
    quiz: Any = WordDocument(BytesIO(made["04-quiz.docx"]))
    assert (
        len({p._p.pPr.numPr.numId.val for p in quiz.paragraphs if p._p.pPr is not None and p._p.pPr.numPr is not None})
        == 5
    )


def test_a_slides_template_gives_its_masters_and_size(tmp_path: Path) -> None:
    template = slides(tmp_path / "modele.pptx")
    made = make_files(kit(), ["pptx"], ORGANISATION, template)["13-diapositives.pptx"]
    presentation: Any = Presentation(BytesIO(made))
    assert presentation.slide_width == Inches(10), "the size of the template"
    assert presentation.slide_master.placeholders[0].left == Inches(1)
    shown = in_pptx(made)
    assert "Texte du modèle" not in "\n".join(slide.title for slide in shown)
    assert not [name for name in zipfile.ZipFile(BytesIO(made)).namelist() if name.startswith("ppt/slides/slide") and
                b"Autre texte" in zipfile.ZipFile(BytesIO(made)).read(name)]  # fmt: skip
    assert any(slide.foot.startswith("S4 Convention") for slide in shown)
    assert "vérifiables par la personne salariée" in "".join(line for slide in shown for line in slide.lines)
    for slide in presentation.slides:
        for shape in slide.shapes:
            assert shape.left + shape.width <= presentation.slide_width
            assert shape.top + shape.height <= presentation.slide_height


def test_a_template_with_tiny_places_gets_boxes_that_hold_the_text(tmp_path: Path) -> None:
    presentation: Any = Presentation()
    for layout in presentation.slide_layouts:
        for shape in layout.placeholders:
            if shape.placeholder_format.idx == 1:
                shape.left, shape.top, shape.width, shape.height = Inches(1), Inches(2), Inches(2), Inches(0.4)
    presentation.save(tmp_path / "petit.pptx")
    made = make_files(kit(), ["pptx"], ORGANISATION, tmp_path / "petit.pptx")["13-diapositives.pptx"]
    shown = in_pptx(made)
    assert "Appliquer le délai de demande à une situation réelle." in {line for slide in shown for line in slide.lines}
    written: Any = Presentation(BytesIO(made))
    for slide in written.slides:
        boxes = [shape for shape in slide.shapes if shape.has_text_frame and not shape.is_placeholder]
        for box in boxes:
            for paragraph in box.text_frame.paragraphs:
                assert all(run.font.size is None or run.font.size >= Pt(14) for run in paragraph.runs)


def test_a_potx_is_the_same_template(tmp_path: Path) -> None:
    kind = "application/vnd.openxmlformats-officedocument.presentationml."
    path = as_template(slides(tmp_path / "m.pptx"), ".potx", f"{kind}presentation.main+xml", f"{kind}template.main+xml")
    shown = in_pptx(make_files(kit(), ["pptx"], ORGANISATION, path)["13-diapositives.pptx"])
    assert any(slide.title.startswith("Objectifs") for slide in shown)


def test_an_open_document_template_gives_its_styles(tmp_path: Path) -> None:
    document: Any = OdfDocument("text")
    document.body.append(Paragraph("Texte du modèle"))
    heading = Style("paragraph", name="Heading_20_1", parent_style="Standard")
    heading.set_properties({"fo:color": "#aa0000"}, area="text")
    document.insert_style(heading)
    page = document.get_part("styles.xml").get_element("//style:master-page")
    page.set_page_footer([Paragraph("Syndicat d'essai")])
    page.set_attribute("style:name", "Maison")
    document.save(tmp_path / "modele.odt")
    made = make_files(kit(), ["odt"], ORGANISATION, tmp_path / "modele.odt")
    read = in_odt(made["05-corrige.odt"])
    assert "Texte du modèle" not in "\n".join(read.texts) and len(read.tables) == 6
    back: Any = OdfDocument(BytesIO(made["05-corrige.odt"]))
    style = back.get_style("paragraph", "Heading_20_1")
    assert style.get_properties(area="text")["fo:color"] == "#aa0000"
    styles = back.get_part("styles.xml").serialize(pretty=False).decode()
    assert "Syndicat d'essai" in styles and "text:page-number" not in styles, "their footer, as it is"


def test_an_open_document_presentation_gives_its_master_page(tmp_path: Path) -> None:
    document: Any = OdfDocument("presentation")
    page = document.get_part("styles.xml").get_element("//style:master-page")
    name = page.get_attribute("style:name")
    document.save(tmp_path / "modele.odp")
    made = make_files(kit(), ["odp"], ORGANISATION, tmp_path / "modele.odp")["13-diapositives.odp"]
    back: Any = OdfDocument(BytesIO(made))
    pages = back.body.get_elements("//draw:page")
    assert {one.get_attribute("draw:master-page-name") for one in pages} == {name}
    assert any(slide.title.startswith("Objectifs") for slide in in_odp(made))


def garbage(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04 not a file")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def another(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("hello.txt", "hello")


@pytest.mark.parametrize("spoil", [garbage, empty, another])
@pytest.mark.parametrize("suffix", ["docx", "dotx", "pptx", "potx", "odt", "ott", "odp", "otp"])
def test_what_is_no_template_is_told_in_one_sentence(
    tmp_path: Path, suffix: str, spoil: Callable[[Path], None]
) -> None:
    path = tmp_path / f"modele.{suffix}"
    spoil(path)
    wanted = {"dotx": "docx", "potx": "pptx", "ott": "odt", "otp": "odp"}.get(suffix, suffix)
    with pytest.raises(UsageError) as raised:
        write_files(kit(), tmp_path / "k", [wanted], ORGANISATION, path)
    assert "modele" in str(raised.value) and "réenregistrez" in str(raised.value)
    assert not (tmp_path / "k").exists()


def test_a_file_of_another_kind_under_a_template_s_name_is_refused(tmp_path: Path) -> None:
    shutil.copy(word(tmp_path / "a.docx"), tmp_path / "b.pptx")
    slides(tmp_path / "c.pptx").rename(tmp_path / "d.docx")
    OdfDocument("spreadsheet").save(str(tmp_path / "e.odt"))
    for name, wanted in (("b.pptx", "pptx"), ("d.docx", "docx"), ("e.odt", "odt")):
        with pytest.raises(UsageError) as raised:
            make_files(kit(), [wanted], ORGANISATION, tmp_path / name)
        assert raised.value.key == "workshop_files.template_unreadable"


@pytest.mark.parametrize(
    ("name", "key"),
    [("m.docm", "template_macros"), ("m.potm", "template_macros"), ("m.pdf", "template_unknown"),
     ("m", "template_unknown"), ("absent.docx", "template_missing"), ("slides.pptx", "template_unused")],
)  # fmt: skip
def test_other_wrong_templates(tmp_path: Path, name: str, key: str) -> None:
    if not name.startswith("absent"):
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(UsageError) as raised:
        make_files(kit(), ["docx", "md"], ORGANISATION, [tmp_path / name])
    assert raised.value.key == f"workshop_files.{key}"
