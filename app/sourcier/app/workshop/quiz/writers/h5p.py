"""An H5P question set (``.h5p``): what the questions are, for a host that has H5P's libraries.

The file holds no library and no code: the host (Moodle, WordPress, Drupal, Lumi) has those that are named, or fetches them
from its own hub. Names and versions are those of H5P's content types as published since 2023.
"""

from __future__ import annotations

import html
import io
import json
import re
import uuid
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sourcier.app.workshop.kit import QuizItem, Source
from sourcier.app.workshop.quiz.drafts import BLANK
from sourcier.app.workshop.quiz.writers.said import by_number, proof_of
from sourcier.core.messages import Language, message

__all__ = ["LIBRARIES", "h5p"]

#: Machine names of the content types used, with the version that the content is written for.
LIBRARIES: dict[str, tuple[int, int]] = {
    "H5P.QuestionSet": (1, 20),
    "H5P.MultiChoice": (1, 16),
    "H5P.TrueFalse": (1, 8),
    "H5P.Blanks": (1, 14),
    "H5P.DragText": (1, 10),
}
_KINDS = {
    "single": "H5P.MultiChoice", "multiple": "H5P.MultiChoice", "true_false": "H5P.TrueFalse", "match": "H5P.DragText",
    "short": "H5P.Blanks",
}  # fmt: skip
_PASS = 50
#: Zip files carry a date: always the same one, so that the same quiz gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def h5p(items: Iterable[QuizItem], sources: Iterable[Source], language: Language, title: str) -> bytes:
    """The questions as a ``.h5p`` file."""
    listed, known = list(items), by_number(sources)
    used = ["H5P.QuestionSet", *sorted({_KINDS[item.kind] for item in listed})]
    about = {
        "title": _clean(title)[:255] or "Quiz",
        "language": language,
        "mainLibrary": "H5P.QuestionSet",
        "embedTypes": ["iframe"],
        "license": "U",
        "preloadedDependencies": [
            {"machineName": name, "majorVersion": LIBRARIES[name][0], "minorVersion": LIBRARIES[name][1]}
            for name in used
        ],
    }
    content = _question_set([_question(item, known, language) for item in listed], language)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in (("h5p.json", about), ("content/content.json", content)):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, json.dumps(value, ensure_ascii=False, indent=1))
    return out.getvalue()


def _question_set(questions: Sequence[dict[str, Any]], language: Language) -> dict[str, Any]:
    return {
        "introPage": {"showIntroPage": False, "startButtonText": message("workshop_quiz.start", language)},
        "progressType": "textual",
        "passPercentage": _PASS,
        "questions": list(questions),
        "disableBackwardsNavigation": False,
        "randomQuestions": False,
        "endGame": {
            "showResultPage": True,
            "showSolutionButton": True,
            "showRetryButton": True,
            "message": message("workshop_quiz.result", language),
            "scoreBarLabel": message("workshop_quiz.score", language),
            "overallFeedback": [{"from": 0, "to": 100}],
            "solutionButtonText": message("workshop_quiz.show_solution", language),
            "retryButtonText": message("workshop_quiz.retry", language),
            "finishButtonText": message("workshop_quiz.finish", language),
            "showAnimations": False,
        },
        "override": {"checkButton": True},
        "texts": {
            "prevButton": message("workshop_quiz.previous", language),
            "nextButton": message("workshop_quiz.next", language),
            "finishButton": message("workshop_quiz.finish", language),
            "textualProgress": message("workshop_quiz.progress", language),
        },
    }


def _question(item: QuizItem, sources: Mapping[int, Source], language: Language) -> dict[str, Any]:
    name = _KINDS[item.kind]
    major, minor = LIBRARIES[name]
    makers = {"H5P.MultiChoice": _choices, "H5P.TrueFalse": _true_false, "H5P.Blanks": _blank, "H5P.DragText": _pairs}
    return {
        "library": f"{name} {major}.{minor}",
        "params": makers[name](item, proof_of(item, sources, language), language),
        # The same question keeps its id: what a host remembers of it stays.
        "subContentId": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{item.id} {item.stem}")),
        "metadata": {"contentType": name, "license": "U", "title": _clean(item.id)},
    }


def _choices(item: QuizItem, proof: str, language: Language) -> dict[str, Any]:
    return {
        "question": _html(item.stem),
        "answers": [
            {
                "text": _html(choice.text),
                "correct": choice.right,
                "tipsAndFeedback": {"tip": "", "chosenFeedback": _html(choice.reason.text), "notChosenFeedback": ""},
            }
            for choice in item.choices
        ],
        "overallFeedback": [{"from": 0, "to": 100, "feedback": _clean(proof)}],
        "behaviour": {
            "enableRetry": True,
            "enableSolutionsButton": True,
            "enableCheckButton": True,
            "type": "single" if item.kind == "single" else "multi",
            "singlePoint": False,
            "randomAnswers": False,
            "showSolutionsRequiresInput": True,
        },
        "UI": _buttons("checkAnswerButton", "tryAgainButton", "showSolutionButton", language),
    }


def _true_false(item: QuizItem, proof: str, language: Language) -> dict[str, Any]:
    del proof  # each of the two choices says it
    first = item.choices[0]
    return {
        "question": _html(item.stem),
        "correct": "true" if first.right else "false",
        "behaviour": {
            "enableRetry": True,
            "enableSolutionsButton": True,
            "enableCheckButton": True,
            "feedbackOnCorrect": _clean(f"{message('workshop_quiz.well_done', language)} {first.reason.text}"),
            "feedbackOnWrong": _clean(f"{message('workshop_quiz.not_quite', language)} {first.reason.text}"),
        },
        "l10n": {
            "trueText": message("workshop_quiz.true", language),
            "falseText": message("workshop_quiz.false", language),
            **_buttons("checkAnswer", "tryAgain", "showSolutionButton", language),
        },
    }


def _blank(item: QuizItem, proof: str, language: Language) -> dict[str, Any]:
    blank = f"*{'/'.join(_answer(answer) for answer in item.answers)}*"
    stem = html.escape(_marks(_clean(item.stem)), quote=False)
    text = stem.replace(BLANK, blank, 1) if BLANK in stem else f"{stem} {blank}"
    return {
        "text": _html(message("workshop_quiz.fill_blank", language)),
        "questions": [f"<p>{text}</p>"],
        "overallFeedback": [{"from": 0, "to": 100, "feedback": _clean(proof)}],
        "behaviour": {
            "enableRetry": True,
            "enableSolutionsButton": True,
            "enableCheckButton": True,
            "caseSensitive": False,
            "acceptSpellingErrors": False,
            "showSolutionsRequiresInput": True,
        },
        **_buttons("checkAnswer", "tryAgain", "showSolutions", language),
    }


def _pairs(item: QuizItem, proof: str, language: Language) -> dict[str, Any]:
    lines = [f"*{_word(pair.left)}* : {_marks(_clean(pair.right.text))}" for pair in item.pairs]
    return {
        "taskDescription": _html(f"{item.stem} {message('workshop_quiz.drag_words', language)}"),
        "textField": "\n".join(lines),
        "overallFeedback": [{"from": 0, "to": 100, "feedback": _clean(proof)}],
        "behaviour": {
            "enableRetry": True,
            "enableSolutionsButton": True,
            "enableCheckButton": True,
            "instantFeedback": False,
        },
        **_buttons("checkAnswer", "tryAgain", "showSolution", language),
    }


def _buttons(check: str, retry: str, solution: str, language: Language) -> dict[str, str]:
    return {
        check: message("workshop_quiz.check", language),
        retry: message("workshop_quiz.retry", language),
        solution: message("workshop_quiz.show_solution", language),
    }


def _clean(text: str) -> str:
    return " ".join(_ILLEGAL.sub(" ", text).split(" ")).strip()


def _html(text: str) -> str:
    return f"<p>{html.escape(_clean(text), quote=False)}</p>"


def _marks(text: str) -> str:
    """Without the star, which opens a blank, and on one line; H5P has no escape for it."""
    return text.replace("*", "∗").replace("\n", " ")


def _answer(text: str) -> str:
    """An answer inside a blank: a slash parts answers there, a colon opens a hint."""
    return html.escape(_word(text).replace("/", "∕"), quote=False)


def _word(text: str) -> str:
    return _marks(_clean(text)).replace(":", "∶").replace("\\", "∖")
