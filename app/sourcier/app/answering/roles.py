"""Who holds a role in a body: « Qui préside la CSQ ? » is answered by « président de la CSQ », and by no other president.

To words and vectors a verb and a noun of one role are two words, and the presidents of two bodies are all but the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sourcier.app.answering.verifier.belonging import Held, may_be_one, roles_in
from sourcier.app.answering.verifier.names import initials
from sourcier.app.answering.verifier.text import Reading, read, words

__all__ = ["asked_role", "holds_role", "said_of_role"]

_WHO = re.compile(
    r"^\W*(?:(?:et|mais|alors|dis|donc|au fait|bonjour|hello|so|and)\W+)*(?:qui|who|c\W?est qui|cki|ki)\b",
    re.IGNORECASE,
)
#: What asks for more than who: since when, before whom, in what year, who else.
_MORE = re.compile(
    r"\d|\b(?:autres?|other|else|depuis|avant|après|ancien\w*|futur\w*|prochain\w*|premi\w+|since|before|after|former|next|first)\b",
    re.IGNORECASE,
)


def asked_role(question: str) -> Held | None:
    """The role, in a named body, whose holder a question asks for; None where it asks for anything else."""
    if not _WHO.match(question) or _MORE.search(question):
        return None
    held = [one for one in roles_in(read(question)) if one.body and one.direct]
    return held[0] if len(held) == 1 else None


def holds_role(asked: Held, text: str) -> bool | None:
    """Whether a text has the role in that body; False where it has it in other bodies alone, None where it does not tell."""
    same = _same_role(asked, text)
    if any(one.direct and _are_one(asked, one) for one in same):
        return True
    return False if same and all(one.body and not may_be_one(asked.body, one.body) for one in same) else None


def said_of_role(question: str, texts: Iterable[str]) -> bool | None:
    """What sentences that were found tell of the role that ``question`` asks for; None where it asks for none.

    True where one has it in that body, False where all those that have it have it in other bodies.
    """
    asked = asked_role(question)
    if asked is None:
        return None
    told = [holds_role(asked, text) for text in texts if _same_role(asked, text)]
    return True if True in told else False if told and None not in told else None


def _same_role(asked: Held, text: str) -> list[Held]:
    return [one for one in roles_in(read(text)) if _answers(asked, one)]


def _answers(asked: Held, other: Held) -> bool:
    """Whether one role is the other; « qui dirige » asks for whoever is at the head, by whatever name."""
    leads = asked.role == {"leader"} and len(other.role) == 1 and other.role <= words("belonging", "leading")
    return leads or other.role == asked.role


def _are_one(asked: Held, other: Held) -> bool:
    """Whether two names are surely those of one body: the same words, or one made of the other's initials."""
    mine, theirs = ({token.stem for token in one.body} for one in (asked, other))
    if mine and theirs and (mine <= theirs or theirs <= mine):
        return True
    return any(
        len(one.body) == 1 and one.body[0].text.isupper() and one.body[0].folded in initials(_between(full))
        for one, full in ((asked, other), (other, asked))
        if full.body
    )


def _between(held: Held) -> Reading:
    """The body's whole name, little words and common nouns included: « Centrale des syndicats du Québec »."""
    return read(held.text[held.body[0].start : held.body[-1].end])
