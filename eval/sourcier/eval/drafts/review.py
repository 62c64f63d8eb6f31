"""The review of drafts in a terminal: every decision is on disk before the next question is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sourcier.core.messages import Language, message
from sourcier.eval.drafts.rows import add, read_drafts, replace_all

__all__ = ["Reviewed", "rejected_path", "review"]

#: Asks a person for a line of text; raises EOFError or KeyboardInterrupt when they leave.
Ask = Callable[[str], str]
Show = Callable[[str], None]


@dataclass(slots=True)
class Reviewed:
    """What a sitting came to. ``left``: rows that nobody has looked at yet."""

    accepted: int = 0
    edited: int = 0
    rejected: int = 0
    left: int = 0


def rejected_path(path: Path) -> Path:
    """Where rejected rows go, so that nothing is lost: beside the file, ``NAME.rejected.jsonl``."""
    return path.with_name(f"{path.name.removesuffix('.jsonl')}.rejected.jsonl")


def review(path: Path, ask: Ask, show: Show, language: Language) -> Reviewed:
    """Show each row that is not reviewed, and keep what the person decides; leaving at any moment loses nothing.

    Raises:
        DraftError: the file cannot be read or written.
    """
    rows = read_drafts(path)
    done = Reviewed()
    waiting = [row for row in rows if row.get("reviewed") is False]
    for place, row in enumerate(waiting, 1):
        show(_shown(row, place, len(waiting), language))
        try:
            choice = _choice(ask, language)
            if choice == "quit":
                break
            if choice == "skip":
                continue
            if choice == "edit":
                changed = _edited(row, ask, language)
        except (EOFError, KeyboardInterrupt):
            break
        if choice == "reject":
            _reject(path, rows, row)
            done.rejected += 1
            continue
        if choice == "edit":
            row.update(changed)
            done.edited += 1
        else:
            done.accepted += 1
        row["reviewed"] = True
        replace_all(path, rows)
    done.left = sum(row.get("reviewed") is False for row in rows)
    return done


def _reject(path: Path, rows: list[dict[str, Any]], row: dict[str, Any]) -> None:
    """First into the other file, then out of this one: stopped between the two, the row is in both, and asked again."""
    other = rejected_path(path)
    known = {known["id"] for known in read_drafts(other)} if other.exists() else set()
    if row["id"] not in known:
        add(other, {**row, "reviewed": True})
    rows.remove(row)
    replace_all(path, rows)


def _choice(ask: Ask, language: Language) -> str:
    """``accept``, ``edit``, ``reject``, ``skip`` or ``quit``, by the first letter in either language."""
    letters = {"a": "accept", "e": "edit", "m": "edit", "r": "reject", "s": "skip", "p": "skip", "q": "quit"}
    while True:
        answer = ask(message("drafting.review_choice", language)).strip().lower()[:1]
        if answer in letters:
            return letters[answer]


def _edited(row: dict[str, Any], ask: Ask, language: Language) -> dict[str, Any]:
    """The fields as the person wants them; an empty line leaves one as it is."""
    changed: dict[str, Any] = {}
    for field, key in (("question", "drafting.edit_question"), ("reference", "drafting.edit_reference")):
        said = ask(message(key, language, value=row.get(field, ""))).strip()
        if said:
            changed[field] = said
    while True:
        facts = [list(fact) for fact in row.get("facts", ())]
        shown = " | ".join(" / ".join(fact) for fact in facts)
        said = ask(message("drafting.edit_facts", language, value=shown)).strip()
        if not said:
            return changed
        facts = [[pattern.strip() for pattern in fact.split(" / ")] for fact in said.split(" | ")]
        if all(_compiles(pattern) for fact in facts for pattern in fact):
            return {**changed, "facts": facts}


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return bool(pattern)


def _shown(row: dict[str, Any], place: int, total: int, language: Language) -> str:
    lines = [
        message("drafting.review_place", language, place=place, total=total, id=row["id"], kind=row.get("kind", "–")),
        message("drafting.review_question", language, question=row["question"]),
    ]
    if row["answerable"]:
        lines.append(message("drafting.review_answer", language, answer=row.get("reference", "")))
        lines += [message("drafting.review_quote", language, quote=quote) for quote in row.get("quotes", ())]
        facts = " | ".join(" / ".join(fact) for fact in row.get("facts", ()))
        lines.append(message("drafting.review_facts", language, facts=facts))
    else:
        lines.append(message("drafting.review_no_answer", language))
    lines.append(message("drafting.review_why", language, why=row.get("why", "")))
    flags = {
        "not_retrieved": message("drafting.flag_not_retrieved", language),
        "answered": message("drafting.flag_answered", language),
    }
    lines += [flags[flag] for flag in row.get("flags", ()) if flag in flags]
    return "\n".join(["", *lines])
