"""Marks of notes come off the words they are stuck to, and the note goes with its paragraph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

ReadPage = Callable[[str | bytes], Any]

CALLED = "<p>Le règlement{call} est en vigueur.</p><p>La suite du texte.</p>{note}"


@pytest.mark.parametrize(
    ("call", "note"),
    [
        pytest.param(
            '<a href="#fn1" class="footnote-ref" id="fnref1" role="doc-noteref"><sup>1</sup></a>',
            '<section class="footnotes" role="doc-endnotes"><hr><ol><li id="fn1"><p>Adopté en 2021.<a href="#fnref1" '
            'class="footnote-back" role="doc-backlink">↩︎</a></p></li></ol></section>',
            id="pandoc",
        ),
        pytest.param(
            '<sup><a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a></sup>',
            '<div id="sdfootnote1"><p class="sdfootnote"><a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a>'
            "Adopté en 2021.</p></div>",
            id="libreoffice",
        ),
        pytest.param(
            '<a href="#_ftn1" name="_ftnref1">[1]</a>',
            '<hr><p><a href="#_ftnref1" name="_ftn1">[1]</a> Adopté en 2021.</p>',
            id="pasted from word",
        ),
        pytest.param("<sup>1</sup>", "<p><sup>1</sup> Adopté en 2021.</p>", id="without links"),
        pytest.param(
            "<sup>(1)</sup>", "<p><small><sup>(1)</sup> Adopté en 2021.</small></p>", id="brackets without links"
        ),
        pytest.param(
            '<sup><a href="#n">1</a></sup>', '<p id="n">1. Adopté en 2021.</p>', id="the note says its number"
        ),
        pytest.param(
            '<a id="r1" href="#f1">[1]</a>',
            '<table class="docutils footnote"><tr><td class="label"><a name="f1" href="#r1">[1]</a></td><td>Adopté en 2021.</td></tr></table>',
            id="docutils table",
        ),
        pytest.param(
            '<a class="footnote-reference brackets" href="#id2" id="id1">1</a>',
            '<dl class="footnote brackets"><dt class="label" id="id2"><span class="brackets"><a class="fn-backref" href="#id1">1</a></span></dt>'
            "<dd><p>Adopté en 2021.</p></dd></dl>",
            id="docutils list",
        ),
        pytest.param(
            '<span style="vertical-align:super"><a href="#n1">1</a></span>',
            '<div class="notes"><p><a name="n1">1</a>. Adopté en 2021.</p></div>',
            id="raised by a style",
        ),
    ],
)
def test_notes_of_many_kinds(read_page: ReadPage, call: str, note: str) -> None:
    page = read_page(f"<html><body>{CALLED.format(call=call, note=note)}</body></html>")
    assert page.lines == ["Le règlement est en vigueur.", "La suite du texte.", "1. Adopté en 2021."]
    assert [block.kind.value for block in page.document.blocks] == ["paragraph", "paragraph", "note"]
    assert page.document.blocks[0].notes == ("1. Adopté en 2021.",)
    assert page.document.blocks[1].notes == ()


def test_a_note_of_several_paragraphs_called_twice(read_page: ReadPage) -> None:
    page = read_page(
        '<p>Un<sup><a href="#a">*</a></sup>.</p><p>Deux<sup><a href="#a">*</a></sup>.</p>'
        '<div class="footnote" id="a"><p><sup>*</sup> Premier.</p><p>Second.</p></div>'
    )
    assert page.lines == ["Un.", "Deux.", "* Premier.", "Second."]
    assert page.document.blocks[0].notes == page.document.blocks[1].notes == ("* Premier.\nSecond.",)


def test_notes_start_again_in_each_part(read_page: ReadPage) -> None:
    page = read_page(
        "<p>A<sup>1</sup></p><p>B<sup>2</sup></p><p><sup>1</sup> un</p><p><sup>2</sup> deux</p>"
        "<p>C<sup>1</sup></p><p><sup>1</sup> trois</p>"
    )
    assert page.lines == ["A", "B", "1. un", "2. deux", "C", "1. trois"]
    notes = [block.notes for block in page.document.blocks]
    assert notes == [("1. un",), ("2. deux",), (), (), ("1. trois",), ()]


def test_notes_outside_the_main_part_are_kept(read_page: ReadPage) -> None:
    text = "Le texte de la page est assez long pour être le sien. " * 10
    page = read_page(
        f'<body><main><p>{text}<a href="#n1"><sup>1</sup></a></p></main><footer><div class=footnotes><p id="n1"><sup>1</sup> '
        "La note.</p></div><p>Pied de page.</p></footer></body>"
    )
    assert page.lines == [text.strip(), "1. La note."] and page.dropped["navigation"] == "Pied de page."


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<p>10 m<sup>2</sup> et x<sup>3</sup></p>", "10 m² et x³"),
        ('<p>Voir la section <a href="#s2">2</a>.</p><h2 id="s2">Deux</h2>', "Voir la section 2."),
        ('<p>Voir l’alinéa <a href="#a1">1</a>.</p><p id="a1">Le premier alinéa.</p>', "Voir l’alinéa 1."),
        ('<p>Voir <a href="#s2">[2]</a>.</p><div id="s2"><h2>Titre</h2><p>Texte</p></div>', "Voir [2]."),
        ('<p>Le <a href="#x">premier</a>.</p><p id="x">Suite.</p>', "Le premier."),
        ("<p>La 1<sup>re</sup> fois, M<sup>me</sup> Roy</p>", "La 1re fois, Mme Roy"),
        ('<p>Article 12 <a href="/loi">(1)</a></p>', "Article 12 (1)"),
    ],
)
def test_numbers_that_call_no_note_stay(read_page: ReadPage, source: str, shown: str) -> None:
    page = read_page(f"<html><body>{source}</body></html>")
    assert page.lines[0] == shown and not any(block.notes for block in page.document.blocks)
    assert "note_mark" not in page.dropped
