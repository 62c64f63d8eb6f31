"""Moodle's XML format, built element by element, so that no text of a document can be read as markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lxml import etree

from sourcier.app.workshop.kit import QuizItem, Source
from sourcier.app.workshop.quiz.writers.said import by_number, proof_of
from sourcier.core.messages import Language

__all__ = ["moodle_xml"]

_TYPES = {
    "single": "multichoice", "multiple": "multichoice", "true_false": "truefalse", "match": "matching", "short": "shortanswer",
}  # fmt: skip
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def moodle_xml(items: Iterable[QuizItem], sources: Iterable[Source], language: Language, title: str) -> bytes:
    """The questions as a Moodle XML file, in a category named ``title``."""
    known = by_number(sources)
    quiz = etree.Element("quiz")
    category = etree.SubElement(quiz, "question", type="category")
    # A slash would open a category inside another.
    _text(etree.SubElement(category, "category"), f"$course$/{title.replace('/', '∕')}")
    for item in items:
        quiz.append(_question(item, known, language))
    return bytes(etree.tostring(quiz, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _question(item: QuizItem, sources: Mapping[int, Source], language: Language) -> etree._Element:
    question = etree.Element("question", type=_TYPES[item.kind])
    _text(etree.SubElement(question, "name"), item.id)
    _plain(question, "questiontext", item.stem)
    _plain(question, "generalfeedback", proof_of(item, sources, language))
    _set(question, "defaultgrade", "1")
    _set(question, "hidden", "0")
    if item.kind == "true_false":
        # Moodle's own words, in English whatever the language of the site.
        for value, choice in zip(("true", "false"), item.choices, strict=True):
            _answer(question, value, 100.0 if choice.right else 0.0, choice.reason.text)
    elif item.kind == "match":
        _set(question, "shuffleanswers", "true")
        for pair in item.pairs:
            sub = _plain(question, "subquestion", pair.right.text)
            _text(etree.SubElement(sub, "answer"), pair.left)
    elif item.kind == "short":
        _set(question, "usecase", "0")
        for answer in item.answers:
            # A star stands for anything in Moodle's answers; ours are meant word for word.
            _answer(question, answer.replace("*", "\\*"), 100.0, "")
    else:
        _set(question, "single", "true" if item.kind == "single" else "false")
        _set(question, "shuffleanswers", "false")
        _set(question, "answernumbering", "abc")
        rights = sum(choice.right for choice in item.choices)
        penalty = 0.0 if item.kind == "single" else -100.0 / max(1, len(item.choices) - rights)
        for choice in item.choices:
            _answer(question, choice.text, 100.0 / rights if choice.right else penalty, choice.reason.text)
    return question


def _answer(question: etree._Element, text: str, fraction: float, why: str) -> None:
    answer = etree.SubElement(
        question, "answer", fraction=f"{fraction:.5f}".rstrip("0").rstrip("."), format="plain_text"
    )
    _text(answer, text)
    if why:
        _plain(answer, "feedback", why)


def _plain(parent: etree._Element, name: str, text: str) -> etree._Element:
    element = etree.SubElement(parent, name, format="plain_text")
    _text(element, text)
    return element


def _text(parent: etree._Element, text: str) -> None:
    etree.SubElement(parent, "text").text = _ILLEGAL.sub(" ", text)


def _set(question: etree._Element, name: str, value: str) -> None:
    etree.SubElement(question, name).text = value
