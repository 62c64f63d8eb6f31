"""The outline as a file that a trainer edits: TOML, with what may be changed said in it, read back with clear errors."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sourcier.app.workshop.kit import Brief, Objective, Outline, Planned, Topic
from sourcier.core.errors import UsageError
from sourcier.core.messages import message

__all__ = ["outline_text", "read_outline"]

_Model = TypeVar("_Model", bound=BaseModel)


def outline_text(brief: Brief, outline: Outline, topics: Sequence[Topic]) -> str:
    """The file: the brief, the objectives and the activities in order; the topics that can be named, as a comment."""
    lines = [f"# {line}" for line in message("workshop.file_intro", brief.language, minutes=brief.minutes).split("|")]
    lines += [f"#   {topic.id}  {topic.title}" for topic in topics]
    lines += ["", f"title = {_value(outline.title)}", "", "[brief]"]
    lines += _pairs(brief.model_dump(mode="json"))
    for objective in outline.objectives:
        lines += ["", "[[objective]]", *_pairs(objective.model_dump(mode="json"))]
    for planned in outline.activities:
        lines += ["", "[[activity]]", *_pairs(planned.model_dump(mode="json"))]
    return "\n".join(lines) + "\n"


def read_outline(path: Path) -> tuple[Brief, Outline]:
    """The brief and the outline of a file that was edited; an activity that was added may leave its ``id`` out.

    The length of the session is that of the brief: see :func:`~sourcier.app.workshop.outline.check_outline`.

    Raises:
        UsageError: the file cannot be read, or something in it is not what it should be; it names the table and the key.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError("workshop.file_unreadable", path=path, detail=error.strerror or error) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError("workshop.file_broken", path=path, detail=error) from error
    unknown = set(raw) - {"title", "brief", "objective", "activity"}
    if unknown or not isinstance(raw.get("brief"), dict) or not isinstance(raw.get("activity"), list):
        raise UsageError("workshop.file_not_outline", path=path)
    brief = _made(Brief, raw["brief"], path, "[brief]")
    activities = raw["activity"]
    objectives = raw.get("objective", [])
    taken = {row.get("id") for row in activities if isinstance(row, dict)}
    free = (f"A{n}" for n in range(1, 1000) if f"A{n}" not in taken)
    planned = tuple(
        _made(
            Planned,
            {**row, "id": row.get("id") or next(free)} if isinstance(row, dict) else row,
            path,
            _nth("activity", n),
        )
        for n, row in enumerate(activities, 1)
    )
    meant = tuple(_made(Objective, row, path, _nth("objective", n)) for n, row in enumerate(objectives, 1))
    title = raw.get("title") or brief.title or brief.theme
    if not isinstance(title, str):
        raise UsageError("workshop.file_value", path=path, table="title", key="title", value=title)
    return brief, Outline(title=title, objectives=meant, activities=planned)


def _nth(table: str, number: int) -> str:
    return f"[[{table}]] n° {number}"


def _made(kind: type[_Model], row: Any, path: Path, table: str) -> _Model:
    if not isinstance(row, dict):
        raise UsageError("workshop.file_not_outline", path=path)
    try:
        # TOML has no null: what is empty is left out.
        return kind.model_validate({key: value for key, value in row.items() if value not in ("", [])}, strict=False)
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else "?"
        if first["type"] == "missing":
            raise UsageError("workshop.file_missing", path=path, table=table, key=key) from error
        if first["type"] == "extra_forbidden":
            raise UsageError("workshop.file_extra", path=path, table=table, key=key) from error
        if first["type"] == "literal_error":
            values = {"value": first["input"], "known": first.get("ctx", {}).get("expected", "")}
            raise UsageError("workshop.file_literal", path=path, table=table, key=key, **values) from error
        raise UsageError("workshop.file_value", path=path, table=table, key=key, value=first["input"]) from error


def _pairs(values: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in values.items() if value is not None]


def _value(value: Any) -> str:
    # JSON's strings, numbers and lists of them are TOML's too; DEL alone must be escaped there and not here.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
