"""Questions that are none for documents: a poem, a diagnosis, one's own case. Rules only, and precise rather than many.

What is said instead is the sentence ``answer.outside_<code>`` of the catalogue, which points to a person.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from sourcier.app.answering.verifier.text import fold
from sourcier.app.answering.wording import people_line
from sourcier.core.messages import Language, message
from sourcier.core.organisation import Contact

__all__ = ["CODES", "SHOWS_NEAREST", "outside", "outside_sentence"]

#: In the order in which they are tried: a person in distress who also asks for a poem is a person in distress.
CODES = (
    "urgent", "instructions", "medical", "legal", "personal", "person", "creative", "task", "chat", "everyday",
)  # fmt: skip
#: Reasons where what the documents say next to the subject can still be of help, set apart from an answer.
SHOWS_NEAREST = frozenset({"urgent", "medical", "legal", "personal"})


def outside(question: str) -> str | None:
    """Why a question is none for the documents, as one of :data:`CODES`; None where it may be one.

    Some refusals leave something to show: for the codes in :data:`SHOWS_NEAREST` (« mon patron m'a congédiée, que
    faire ? ») the person gets the sentence, and the nearest passages may still be shown under it as possibly useful,
    never as an answer. For ``urgent`` the sentence comes first, whatever else is shown.
    """
    folded = fold(question)
    return next((code for code in CODES if any(rule.search(folded) for rule in _rules()[code])), None)


def outside_sentence(code: str, language: Language, contacts: Sequence[Contact] = ()) -> str:
    """What to say for a code, and whom to turn to where the organisation has named someone."""
    return f"{message(f'answer.outside_{code}', language)} {people_line(contacts, language)}".rstrip()


@cache
def _rules() -> dict[str, tuple[re.Pattern[str], ...]]:
    raw = tomllib.loads((files(__package__) / "outside.toml").read_text(encoding="utf-8"))
    return {code: tuple(re.compile(rule) for rule in raw[code]) for code in CODES}
