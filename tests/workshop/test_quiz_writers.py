"""Quiz files, read back: GIFT by a parser that is not ours, XML, CSV and H5P by their libraries, all with hostile texts."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from tests.workshop.gift_reading import read_by_package, unescaped
from tests.workshop.material import fact, kit

from sourcier.app.workshop.kit import Choice, Pair, QuizItem
from sourcier.app.workshop.quiz.writers import QUIZ_FORMATS, gift, h5p, moodle_xml, quiz_file, table, write_quiz
from sourcier.app.workshop.quiz.writers.gift import escaped
from sourcier.app.workshop.quiz.writers.h5p import LIBRARIES
from sourcier.app.workshop.quiz.writers.table import cell

PIECES = [*"abé «»'\"~=#{}:\\%$@+-*/<>&[]()|;,\n\r\t\x00\u2028_→", "->", "//", "::", "\\n", "%50%", "</p>", "mot", " "]
HOSTILE = (
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=16)
    .map("".join)
    .filter(lambda text: bool(text.strip(" \n\r\t\x00\u2028")))
)


def item_with(text: str) -> list[QuizItem]:
    """A question of every kind, made of one text."""
    why, right = fact("Parce que.", 1), Choice(text=text, right=True, reason=fact(f"Oui : {text}", 1))
    wrong = Choice(text=f"{text} non", right=False, reason=fact(f"Non : {text}", 1))
    shared = {"stem": text, "bloom": "remember", "proof": why, "support": 0.9}
    return [
        QuizItem.model_validate({"id": "Q1", "kind": "single", "choices": (wrong, right), **shared}),
        QuizItem.model_validate({"id": "Q2", "kind": "multiple", "choices": (right, wrong, right), **shared}),
        QuizItem.model_validate({"id": "Q3", "kind": "true_false", "choices": (right, wrong), **shared}),
        QuizItem.model_validate({"id": "Q4", "kind": "short", "answers": (text, "autre"), **shared}),
        QuizItem.model_validate(
            {
                "id": "Q5",
                "kind": "match",
                "pairs": tuple(Pair(left=f"{text} {i}", right=why) for i in range(3)),
                **shared,
            }
        ),
    ]


def test_an_independent_parser_reads_every_question_of_a_kit() -> None:
    made = kit()
    read = read_by_package(gift(made.quiz, made.sources, "fr"))
    assert [question.title for question in read] == [item.id for item in made.quiz]
    assert all(question.valid for question in read)
    kinds = {"single": "SelectSet", "multiple": "MultipleChoicesSet", "true_false": "TrueFalseSet", "match": "MatchingSet",
             "short": "ShortSet"}  # fmt: skip
    for item, question in zip(made.quiz, read, strict=True):
        assert type(question.answers).__name__ == kinds[item.kind], item.id
        assert unescaped(question.text) == item.stem
        assert item.proof.text in unescaped(question.generalFeedback)
        if item.kind == "true_false":
            assert question.answers.answer == item.choices[0].right
        elif item.kind == "match":
            found = [(answer.question.strip(), answer.answer.strip()) for answer in question.answers.answers]
            assert [(unescaped(left), unescaped(right)) for left, right in found] == [
                (pair.left, pair.right.text) for pair in item.pairs
            ]
        elif item.kind == "short":
            assert [unescaped(answer.answer) for answer in question.answers.answers] == list(item.answers)
        else:
            assert [unescaped(answer.answer) for answer in question.answers.answers] == [
                one.text for one in item.choices
            ]
            assert [answer.fraction > 0 for answer in question.answers.answers] == [one.right for one in item.choices]
            assert [unescaped(answer.feedback) for answer in question.answers.answers] == [
                one.reason.text for one in item.choices
            ]


# The package takes an escaped brace for the end of its question; what Moodle makes of one is tested below.
@given(
    HOSTILE.filter(
        lambda text: not set("{}\r\n\x00\t\u2028") & set(text) and not text.endswith("\\") and ":" not in text
    )
)
@settings(derandomize=True, deadline=None, max_examples=60)
def test_an_independent_parser_reads_hostile_texts(text: str) -> None:
    items = item_with(text)
    read = read_by_package(gift(items, (), "fr"))
    assert [question.valid for question in read] == [True] * len(items)
    shown = " ".join(text.replace("->", "→").split())
    assert [" ".join(unescaped(question.text).split()) for question in read] == [shown.strip()] * len(
        items
    ) or text.strip()[0] in "%["
    assert [answer.fraction for answer in read[0].answers.answers] == [0, 100]


@given(HOSTILE)
@settings(derandomize=True, deadline=None, max_examples=200)
def test_nothing_in_a_text_is_read_as_gift(text: str) -> None:
    line = escaped(text)
    bare = line.replace("\\\\", "")
    for mark in "~=#{}:":
        assert bare.count(mark) == bare.count(f"\\{mark}"), mark
    assert "\n" not in line and "\r" not in line and "->" not in line and not line.startswith("%")
    shown = unescaped(line).strip("\u00a0 \n")
    plain = (
        text.strip()
        .replace("->", "→")
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .translate(dict.fromkeys((0, 9, 0x2028), " "))
    )
    assert shown.split() == plain.strip("\u00a0").split()


@given(HOSTILE)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_moodle_xml_holds_hostile_texts_as_texts(text: str) -> None:
    root = etree.fromstring(moodle_xml(item_with(text), (), "fr", text))
    questions = root.findall("question")
    assert [question.get("type") for question in questions] == [
        "category", "multichoice", "multichoice", "truefalse", "shortanswer", "matching",
    ]  # fmt: skip
    expected = text.replace("\x00", " ").replace("\r\n", "\n").replace("\r", "\n")
    for question in questions[1:]:
        held = question.find("questiontext/text")
        assert held is not None and (held.text or "").replace("\r", "\n").split() == expected.split()
        assert {len(element) for element in question.iter("text")} == {0}
        assert {
            element.get("format")
            for element in question.iter("questiontext", "feedback", "answer")
            if element.get("format")
        } == {"plain_text"}


def test_fractions_of_moodle_xml_add_up() -> None:
    made = kit()
    root = etree.fromstring(moodle_xml(made.quiz, made.sources, "fr", "Télétravail"))
    for item, question in zip(made.quiz, root.findall("question")[1:], strict=True):
        shares = [float(answer.get("fraction", "0")) for answer in question.findall("answer")]
        if item.kind in {"single", "multiple"}:
            assert sum(share for share in shares if share > 0) == pytest.approx(100, abs=0.001)
            assert [share > 0 for share in shares] == [choice.right for choice in item.choices]
            assert (min(shares) < 0) == (item.kind == "multiple")
        elif item.kind == "true_false":
            texts = [answer.findtext("text") for answer in question.findall("answer")]
            assert (texts, shares[0] == 100) == (["true", "false"], item.choices[0].right)
        elif item.kind == "short":
            assert shares == [100.0] * len(item.answers)


@given(HOSTILE)
@settings(derandomize=True, deadline=None, max_examples=100)
def test_no_cell_begins_a_formula_and_all_are_read_back(text: str) -> None:
    rows = list(
        csv.reader(io.StringIO(table(item_with(text), (), "fr").decode("utf-8-sig"), newline=""), delimiter=";")
    )
    assert len(rows) == 6 and len({len(row) for row in rows}) == 1
    for value in (value for row in rows[1:] for value in row if value):
        assert value.lstrip(" \u00a0").lstrip()[:1] not in set("=+@") and value[0] not in "=+-@\t\r\n|%"
    assert rows[1][2].removeprefix("'").split() == text.replace("\x00", "").split()


def test_the_table_is_what_spreadsheets_expect() -> None:
    made = kit()
    french, english = table(made.quiz, made.sources, "fr"), table(made.quiz, made.sources, "en")
    assert french.startswith(b"\xef\xbb\xbf") and b'"Num\xc3\xa9ro";"Type"' in french and b'"Number","Type"' in english
    rows = list(csv.DictReader(io.StringIO(french.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0]["Réponse"] == "B" and rows[2]["Réponse"] == "A, B"
    assert rows[6]["Réponse"].split("\n")[0] == made.quiz[6].answers[0]
    assert cell("-5 %") == "'-5 %" and cell(" =1+1") == "' =1+1" and cell("55 $") == "55 $"


@given(HOSTILE)
@settings(derandomize=True, deadline=None, max_examples=60)
def test_h5p_holds_no_markup_of_a_text(text: str) -> None:
    archive = zipfile.ZipFile(io.BytesIO(h5p(item_with(text), (), "fr", text)))
    assert archive.namelist() == ["h5p.json", "content/content.json"]
    about, content = (json.loads(archive.read(name)) for name in archive.namelist())
    declared = {
        f"{one['machineName']} {one['majorVersion']}.{one['minorVersion']}" for one in about["preloadedDependencies"]
    }
    used = {question["library"] for question in content["questions"]}
    assert used | {"H5P.QuestionSet 1.20"} == declared and about["mainLibrary"] == "H5P.QuestionSet"
    assert {name.split()[0] for name in declared} == set(LIBRARIES)
    single, multiple, said, blank, pairs = (question["params"] for question in content["questions"])
    for shown in (single["question"], said["question"], *(answer["text"] for answer in multiple["answers"])):
        inside = shown.removeprefix("<p>").removesuffix("</p>")
        assert "<" not in inside and ">" not in inside
    assert [answer["correct"] for answer in single["answers"]] == [False, True]
    assert said["correct"] == "true"
    assert blank["questions"][0].count("*") == 2  # one blank, whatever stars the text has
    assert len(pairs["textField"].split("\n")) == 3 and pairs["textField"].count("*") == 6


def test_the_same_quiz_gives_the_same_bytes_and_every_file(tmp_path: Path) -> None:
    made = kit()
    once = [quiz_file(kind, made.quiz, made.sources, title="T", language="fr") for kind in QUIZ_FORMATS]
    assert once == [quiz_file(kind, made.quiz, made.sources, title="T", language="fr") for kind in QUIZ_FORMATS]
    written = write_quiz(made.quiz, made.sources, tmp_path, title="T", language="fr", name="essai")
    assert [path.name for path in written] == ["essai.gift", "essai.xml", "essai.csv", "essai.h5p"]
    assert [path.read_bytes() for path in written] == once


def test_an_empty_quiz_is_written_too() -> None:
    assert read_by_package(gift((), (), "fr")) == []
    assert len(etree.fromstring(moodle_xml((), (), "fr", "T")).findall("question")) == 1
    assert table((), (), "en").count(b"\r\n") == 1
