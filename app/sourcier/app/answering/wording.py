"""The answer as one text: what is said around verified sentences, and what is said where there are none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sourcier.core.messages import Language, message
from sourcier.core.organisation import Contact
from sourcier.core.types import AnswerSentence, Hit

__all__ = ["abstention", "people_line", "written"]

_NUMBERED = re.compile(r"\[(\d+)\]")
#: Characters beyond which sentences stand on lines of their own.
_LONG = 200
#: Documents named where nothing was found in them.
_TITLES = 3


def written(sentences: Sequence[AnswerSentence], language: Language, intro: str | None = None) -> str:
    """Sentences with their markers; below ``intro``, a key of the catalogue, where they are quotes."""
    lines = [
        f"{_without_markers(s.text, language)} {''.join(f'[{marker}]' for marker in s.citations)}" for s in sentences
    ]
    if intro is not None:
        return "\n".join([message(intro, language), *lines])
    return " ".join(lines) if not any(len(line) > _LONG for line in lines[1:]) else "\n".join(lines)


def _without_markers(text: str, language: Language) -> str:
    """The same text with the document's own « [7] » told from ours: a reader could not tell a note from a proof."""
    return _NUMBERED.sub(lambda found: message("answer.note", language, number=found.group(1)), text)


def abstention(hits: Sequence[Hit], contacts: Sequence[Contact], language: Language) -> str:
    """That the documents do not answer, where it was looked, and whom to ask."""
    parts = [message("answer.abstained", language)]
    titles = list(dict.fromkeys(hit.metadata.title for hit in hits))[:_TITLES]
    if titles:
        parts.append(message("answer.abstained_looked", language, titles=" ; ".join(titles)))
    return " ".join([*parts, people_line(contacts, language)]).rstrip()


def people_line(contacts: Sequence[Contact], language: Language) -> str:
    """Whom to turn to, in one sentence, and how to reach them; empty where there is nobody."""
    told = [_told(contact) for contact in contacts]
    if len(told) > 1:
        return message("answer.abstained_contacts", language, contacts=" ; ".join(told))
    return message("answer.abstained_contact", language, contact=told[0]) if told else ""


def _told(contact: Contact) -> str:
    parts = (contact.name, contact.role, contact.region, contact.phone, contact.email, contact.url, contact.hours)
    return ", ".join(part for part in parts if part)
