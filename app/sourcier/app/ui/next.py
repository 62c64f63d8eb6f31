"""What can be asked next, under the last answer: looked for once it is shown, and only while nobody waits for an answer."""

from __future__ import annotations

import json
from collections.abc import Callable

from sourcier.app.answering.suggestions import Cited, Suggesting
from sourcier.app.ui.inert import inert
from sourcier.app.ui.turn import Turn
from sourcier.app.ui.words import Words
from sourcier.core.errors import SourcierError

__all__ = ["read_subject", "suggestions_html", "written_subject"]

_MOST_QUESTIONS = 20


def written_subject(turn: Turn, earlier: tuple[str, ...]) -> str:
    """The questions of a conversation, and what its last answer quotes, as text that the page sends back; empty where there is no answer."""
    if turn.answer is None or turn.answer.outside is not None:
        return ""
    asked = [*earlier, turn.standalone or turn.question][-_MOST_QUESTIONS:]
    cited = [[one.document_id, one.start, one.end] for one in turn.citations]
    return json.dumps({"key": turn.key, "asked": asked, "cited": cited})


def read_subject(text: object) -> tuple[str, list[str], list[Cited]] | None:
    """The key of the turn, the questions and the quotes of a text; None where it is not one of :func:`written_subject`."""
    try:
        given = json.loads(text) if isinstance(text, str) and text else None
    except (ValueError, RecursionError):
        return None
    match given:
        case {"key": str(key), "asked": [_, *_] as asked, "cited": [*cited]} if key.isalnum():
            quotes = [(one[0], one[1], one[2]) for one in cited if _is_quote(one)]
            return key, [one for one in asked if isinstance(one, str)][-_MOST_QUESTIONS:], quotes
    return None


def suggestions_html(assistant: object, subject: object, words: Words, idle: Callable[[], bool]) -> str:
    """Buttons that ask what can be asked next, as inert HTML; nothing where there is nothing to suggest."""
    read = read_subject(subject)
    if read is None or not isinstance(assistant, Suggesting):
        return ""
    key, asked, cited = read
    try:
        found = assistant.suggestions(asked, cited, idle)
    except SourcierError:
        return ""  # the answer is there: what could follow it is no reason to speak of a failure
    if not found:
        return ""
    rows = "".join(
        f'<li><button type="button" class="suggestion" value="{inert(one)}">{inert(one)}</button></li>' for one in found
    )
    heading = words("suggestions_heading")
    return f'<div class="suggestions" id="suggestions-{key}"><h3>{heading}</h3><ul>{rows}</ul></div>'


def _is_quote(one: object) -> bool:
    match one:
        case [str(), int(), int()]:
            return True
    return False
