"""`sourcier ask`: a verified, cited answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from sourcier.app.cli.conditions import (
    Audience,
    Collection,
    InForce,
    Kind,
    Language,
    Publisher,
    Since,
    Until,
    conditions,
)
from sourcier.app.cli.console import State, describe, out, out_json, read_batch, say, sentence
from sourcier.core.errors import QuestionError, UsageError
from sourcier.core.types import Style

if TYPE_CHECKING:
    from sourcier.core.settings import Settings
    from sourcier.core.types import Answer, Document

STYLES: tuple[Style, ...] = get_args(Style)


def ask(
    context: typer.Context,
    question: Annotated[str | None, typer.Argument(show_default=False)] = None,
    batch: Annotated[Path | None, typer.Option("--batch", metavar="FILE.jsonl")] = None,
    provider: Annotated[str | None, typer.Option("--provider", metavar="auto|ollama|embedded|none")] = None,
    publisher: Publisher = None,
    kind: Kind = None,
    language: Language = None,
    collection: Collection = None,
    audience: Audience = None,
    since: Since = None,
    until: Until = None,
    in_force: InForce = None,
    style: Annotated[str | None, typer.Option("--style", metavar="|".join(STYLES))] = None,
    quotes_only: Annotated[bool, typer.Option("--quotes-only")] = False,
    after: Annotated[list[str] | None, typer.Option("--after", metavar="QUESTION", show_default=False)] = None,
    export_to: Annotated[Path | None, typer.Option("--export", metavar="FILE.docx|odt|pdf|md|html|txt")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Answer QUESTION from the documents, or abstain."""
    state: State = context.obj
    settings = state.load(model__provider=provider).settings
    if (question is None) == (batch is None):
        raise UsageError("cli.question_or_batch")
    if export_to is not None:
        check_export(export_to, alone=batch is None)
    from sourcier.app.answering.manner import Exchange, Manner
    from sourcier.app.answering.question import check_question
    from sourcier.app.filters import filter_of

    wanted = conditions(publisher, kind, language, collection, audience, since, until, in_force)
    only = filter_of(wanted)
    manner = Manner(style_of(style), quotes_only, tuple(Exchange(earlier) for earlier in after or ()))
    rows = list(read_batch(batch)) if batch else []
    if question is not None:
        # Refuse before anything is loaded: a person who typed nothing should not wait for a model to be told so.
        check_question(question, settings.answer.max_question_chars)
    from sourcier.app.answering.assistant import Assistant
    from sourcier.app.shapes import answer_to_json

    with Assistant.open(settings) as assistant:
        if question is not None:
            asked_at = datetime.now().astimezone()
            answer = assistant.ask(question, only, manner)
            if export_to is not None:
                write_export(export_to, answer, asked_at, assistant.searcher.document, settings)
            if as_json:
                out_json(answer_to_json(answer))
            else:
                out(as_text(answer))
            return
        for row in rows:
            try:
                own = replace(
                    manner,
                    style=style_of(row.style) if row.style is not None else manner.style,
                    history=(*manner.history, *(Exchange(*turn) for turn in row.history)),
                )
                answer = assistant.ask(row.question, filter_of({**wanted, **row.filters}), own)
                shape = {**answer_to_json(answer), "id": row.id}
            except (QuestionError, UsageError) as error:
                shape = {"id": row.id, "question": row.question[:200], "error": describe(error)}
            out_json(shape, compact=True)


def style_of(name: str | None) -> Style:
    """The style of that name; an answer as it comes where none is named.

    Raises:
        UsageError: there is no such style.
    """
    for style in STYLES:
        if name == style:
            return style
    if name is not None:
        raise UsageError("cli.unknown_style", style=name, known=", ".join(STYLES))
    return "normal"


def check_export(path: Path, *, alone: bool) -> None:
    """Refuse a file that could not be written before a model is loaded for it.

    Raises:
        UsageError: no format is named so, its folder is absent, or there are several questions.
    """
    from sourcier.app.exports import format_of

    if not alone:
        raise UsageError("export.one_only")
    format_of(path.name)
    if not path.absolute().parent.is_dir():
        raise UsageError("export.unwritable", path=path, detail=path.parent)


def write_export(
    path: Path, answer: Answer, asked_at: datetime, find: Callable[[str], Document], settings: Settings
) -> None:
    """Write an answer with its sources to a file, in the format of its name.

    Raises:
        UsageError: the file cannot be written.
        SourcierError: see :func:`sourcier.app.exports.export`.
    """
    from sourcier.app.exports import export, format_of
    from sourcier.app.exports.body import ExportBody
    from sourcier.app.shapes import answer_to_json

    shape = {**answer_to_json(answer), "asked_at": asked_at}
    answers = ExportBody.model_validate({"answers": [shape]}).answers
    organisation = settings.organisation.name
    made = datetime.now().astimezone()
    exported = export(answers, format_of(path.name), find, settings.language, organisation, made)
    try:
        path.write_bytes(exported.content)
    except OSError as error:
        raise UsageError("export.unwritable", path=path, detail=error.strerror or error) from error
    say("export.saved", path=path)


def as_text(answer: Answer) -> str:
    """An answer for a terminal: the text, its exact quotes, what was removed, who wrote it."""
    lines = [sentence("cli.understood", standalone=answer.standalone), ""] if answer.standalone else []
    lines += [answer.answer, ""]
    for citation in answer.citations:
        place = " › ".join(part for part in (citation.title, citation.section) if part)
        place += f", {citation.clause}" if citation.clause else ""
        place += sentence("cli.page", page=citation.page_label or citation.page) if citation.page else ""
        if citation.validity in {"expired", "future"}:
            place += f" ({sentence(f'cli.validity_{citation.validity}')})"
        lines += [f"[{citation.marker}] « {' '.join(citation.quote.split())} »", f"    {place}"]
        if citation.reports:
            lines.append("    " + sentence("cli.reports", original=citation.reports))
    if answer.nearest:
        lines += [sentence("cli.nearest")]
        lines += [f"- « {' '.join(near.quote.split())} » ({near.title})" for near in answer.nearest]
    lines += ["", *answer.notices] if answer.notices else []
    if answer.removed:
        lines += ["", sentence("cli.removed", n=len(answer.removed))]
    total = answer.timings_ms.get("total", 0.0) / 1000
    model = sentence(f"cli.provider_{answer.model.provider}", name=answer.model.name)
    lines += ["", sentence("cli.written_by", model=model, seconds=f"{total:.1f}", wh=f"{answer.energy_wh:.3f}")]
    return "\n".join(lines)
