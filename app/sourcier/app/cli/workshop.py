"""`sourcier workshop`: a trainer's kit from the documents: outlined, made, kept, mended, checked, written to files."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sourcier.app.cli.console import State, describe, interface_language, out, out_json, say, sentence
from sourcier.core.errors import UsageError
from sourcier.core.messages import message

if TYPE_CHECKING:
    from sourcier.app.workshop.check import Checked
    from sourcier.app.workshop.kit import Brief, Kit
    from sourcier.app.workshop.make import Stage
    from sourcier.app.workshop.shelf import Shelf
    from sourcier.core.settings import Settings

__all__ = ["app"]

_LANGUAGE = interface_language()
#: Stages that take minutes: each thing done is told.
_LONG = frozenset({"words", "quiz"})
_LEVELS = ("beginner", "intermediate", "advanced")


def _help(name: str) -> str:
    return message(f"workshop.help_{name}", _LANGUAGE)


_Json = Annotated[bool, typer.Option("--json")]
_Kit = Annotated[str, typer.Argument(metavar="ID")]
_Provider = Annotated[str | None, typer.Option("--provider", metavar="auto|ollama|embedded|none")]
_Theme = Annotated[str, typer.Argument(metavar="THEME", show_default=False, help=_help("theme"))]
_Documents = Annotated[list[str] | None, typer.Option("--document", metavar="PATH[#SECTION]", help=_help("document"))]
_Audience = Annotated[str, typer.Option("--audience", help=_help("audience"))]
_Minutes = Annotated[int, typer.Option("--minutes", help=_help("minutes"))]
_Level = Annotated[str, typer.Option("--level", metavar="|".join(_LEVELS))]
_Group = Annotated[int, typer.Option("--group", help=_help("group"))]
_Goals = Annotated[list[str] | None, typer.Option("--goal", help=_help("goal"))]
_In = Annotated[str | None, typer.Option("--language", metavar="fr|en", help=_help("language"))]
_Title = Annotated[str, typer.Option("--title")]
_Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", help=_help("out"))]
_Formats = Annotated[list[str] | None, typer.Option("--format", help=_help("format"))]
_Templates = Annotated[list[Path] | None, typer.Option("--template", metavar="FILE", help=_help("template"))]

app = typer.Typer(help=_help("workshop"), no_args_is_help=True)


@app.command("new", help=_help("new"))
def new(
    context: typer.Context,
    theme: _Theme = "",
    document: _Documents = None,
    audience: _Audience = "",
    minutes: _Minutes = 90,
    level: _Level = "beginner",
    group: _Group = 12,
    goal: _Goals = None,
    language: _In = None,
    title: _Title = "",
    outline: Annotated[Path | None, typer.Option("--outline", metavar="FILE.toml", help=_help("outline_file"))] = None,
    target: _Out = None,
    formats: _Formats = None,
    template: _Templates = None,
    provider: _Provider = None,
    as_json: _Json = False,
) -> None:
    """Make a kit, keep it on the shelf, and write its files where a folder is given."""
    from sourcier.app.workshop.asked import check_brief
    from sourcier.app.workshop.exporting import check_export
    from sourcier.app.workshop.make import make_kit
    from sourcier.app.workshop.outline_file import read_outline
    from sourcier.app.workshop.shelf import Shelf
    from sourcier.app.workshop.tools import opened

    state: State = context.obj
    settings = state.load(model__provider=provider).settings
    plan = None
    if outline is not None:
        if theme or document:
            raise UsageError("workshop.outline_or_theme")
        brief, plan = read_outline(outline)
    else:
        brief = _brief(settings, theme, document, audience, minutes, level, group, goal, language, title)
    # All that can be refused is refused before minutes of work.
    check_brief(brief)
    check_export(target, formats, template)
    with opened(settings, brief.language) as tools:
        shelf = Shelf(settings.home)
        now = datetime.now().astimezone()
        kit_id = shelf.new_id(plan.title if plan else brief.title or brief.theme or "atelier", now)
        with shelf.make_room():
            kit = make_kit(brief, tools, kit_id=kit_id, outline=plan, progress=_progress())
    shelf.keep(kit, *_elsewhere(target))
    say("workshop.saved", id=kit.id)
    written = _exported(kit, settings, target, formats, template)
    _show(kit, as_json, written)


@app.command("outline", help=_help("outline"))
def outline(
    context: typer.Context,
    theme: _Theme = "",
    document: _Documents = None,
    audience: _Audience = "",
    minutes: _Minutes = 90,
    level: _Level = "beginner",
    group: _Group = 12,
    goal: _Goals = None,
    language: _In = None,
    title: _Title = "",
    as_json: _Json = False,
) -> None:
    """Print the outline that is proposed, as a file to edit and give to `sourcier workshop new --outline`."""
    from sourcier.app.workshop.asked import check_brief
    from sourcier.app.workshop.make import make_outline
    from sourcier.app.workshop.outline_file import outline_text
    from sourcier.app.workshop.tools import opened

    state: State = context.obj
    settings = state.load(model__provider="none").settings  # an outline is made of headings: no model is woken for it
    brief = _brief(settings, theme, document, audience, minutes, level, group, goal, language, title)
    check_brief(brief)
    with opened(settings, brief.language) as tools:
        plan, gathered = make_outline(brief, tools)
    if as_json:
        topics = [topic.model_dump(mode="json") for topic in gathered.topics]
        out_json({"brief": brief.model_dump(mode="json"), "outline": plan.model_dump(mode="json"), "topics": topics})
    else:
        out(outline_text(brief, plan, gathered.topics).rstrip("\n"))


@app.command("list", help=_help("list"))
def list_kits(context: typer.Context, as_json: _Json = False) -> None:
    """One line a kit, the newest first."""
    rows = _shelf(context).all()
    if as_json:
        out_json(
            [
                {
                    "id": row.id, "title": row.title, "theme": row.theme, "minutes": row.minutes, "language": row.language,
                    "when": row.when.isoformat() if row.when else None,
                    "problem": describe(row.problem) if row.problem else None,
                }
                for row in rows
            ]
        )  # fmt: skip
        return
    for row in rows:
        told = describe(row.problem) if row.problem else f"{row.title} ({row.minutes} min)"
        out(f"{row.id}  {told}")
    if not rows:
        say("workshop.shelf_empty")


@app.command("show", help=_help("show"))
def show(context: typer.Context, kit_id: _Kit, as_json: _Json = False) -> None:
    """The agenda of a kit and what it holds; the whole kit with --json."""
    _show(_shelf(context).open(kit_id), as_json)


@app.command("redo", help=_help("redo"))
def redo_part(
    context: typer.Context,
    kit_id: _Kit,
    part: Annotated[str, typer.Argument(metavar="PART", help=_help("part"))],
    provider: _Provider = None,
    as_json: _Json = False,
) -> None:
    """Make one part again; the others stay as they are."""
    from sourcier.app.workshop.make import redo
    from sourcier.app.workshop.shelf import Shelf
    from sourcier.app.workshop.tools import opened

    state: State = context.obj
    settings = state.load(model__provider=provider).settings
    shelf = Shelf(settings.home)
    kit = shelf.open(kit_id)
    with opened(settings, kit.brief.language) as tools, shelf.make_room():
        kit = redo(kit, part, tools, _progress())
    shelf.keep(kit, *_elsewhere())
    say("workshop.redone", part=part, id=kit.id)
    _show(kit, as_json)


@app.command("check", help=_help("check"))
def check(context: typer.Context, kit_id: _Kit, as_json: _Json = False) -> None:
    """Say what changed in the sources since a kit was made, and which parts to look at again."""
    from sourcier.app.workshop.check import check_kit
    from sourcier.app.workshop.shelf import Shelf
    from sourcier.index.generations import current_folder
    from sourcier.index.store import open_store

    state: State = context.obj
    home = state.load().settings.home
    kit = Shelf(home).open(kit_id)
    generation = current_folder(home).name  # refuses an empty index
    with open_store(home) as store:
        checked = check_kit(kit, store, generation)
    if as_json:
        out_json(_checked_shape(kit, checked))
    else:
        out(_checked_text(checked))


@app.command("duplicate", help=_help("duplicate"))
def duplicate(context: typer.Context, kit_id: _Kit, as_json: _Json = False) -> None:
    """A copy of a kit, to change without losing the first."""
    kit = _shelf(context).duplicate(kit_id, datetime.now().astimezone())
    if as_json:
        out_json({"id": kit.id})
    else:
        say("workshop.saved", id=kit.id)


@app.command("export", help=_help("export"))
def export(
    context: typer.Context,
    kit_id: _Kit,
    target: Annotated[Path, typer.Option("--out", metavar="DIR", help=_help("out"))],
    formats: _Formats = None,
    template: _Templates = None,
    as_json: _Json = False,
) -> None:
    """Write a kit's files; no index and no model are needed."""
    from sourcier.app.workshop.exporting import check_export

    state: State = context.obj
    settings = state.load().settings
    check_export(target, formats, template)
    from sourcier.app.workshop.shelf import Shelf

    written = _exported(Shelf(settings.home).open(kit_id), settings, target, formats, template)
    if as_json:
        out_json({"files": [str(path) for path in written]})


@app.command("delete", help=_help("delete"))
def delete(context: typer.Context, kit_id: _Kit, as_json: _Json = False) -> None:
    """Take a kit off the shelf for good."""
    gone = _shelf(context).delete(kit_id)
    if as_json:
        out_json({"deleted": gone})
    else:
        say("workshop.deleted", id=gone)


def _shelf(context: typer.Context) -> Shelf:
    from sourcier.app.workshop.shelf import Shelf

    state: State = context.obj
    return Shelf(state.load().settings.home)


def _elsewhere(target: Path | None = None) -> list[Path]:
    """Where a kit goes that the shelf cannot hold: the folder of its files, else that of temporary files."""
    return [*([target] if target is not None else []), Path(tempfile.gettempdir())]


def _brief(
    settings: Settings, theme: str, documents: list[str] | None, audience: str, minutes: int, level: str, group: int,
    goals: list[str] | None, language: str | None, title: str,
) -> Brief:  # fmt: skip
    from sourcier.app.workshop.kit import Brief

    if level not in _LEVELS:
        raise UsageError("workshop.bad_level", level=level, known=", ".join(_LEVELS))
    if (wanted := language or settings.language) not in {"fr", "en"}:
        raise UsageError("workshop.bad_language", language=wanted)
    return Brief.model_validate(
        {
            "theme": " ".join(theme.split()), "documents": tuple(documents or ()), "audience": audience, "minutes": minutes,
            "level": level, "group_size": group, "language": wanted, "goals": tuple(goals or ()), "title": title,
        }
    )  # fmt: skip


def _progress() -> Callable[[Stage, int, int], None]:
    """One line a stage on stderr, with the seconds since the beginning."""
    started = time.monotonic()
    last = ""

    def tell(stage: Stage, done: int, total: int) -> None:
        nonlocal last
        said = sentence(f"workshop.stage_{stage}")
        line = f"{said} ({done}/{total})" if total > 1 else said
        if stage != last or stage in _LONG:
            print(f"{time.monotonic() - started:6.0f} s  {line}", file=sys.stderr, flush=True)  # noqa: T201
        last = stage

    return tell


def _exported(
    kit: Kit, settings: Settings, target: Path | None, formats: list[str] | None, templates: list[Path] | None
) -> list[Path]:
    if target is None:
        return []
    from sourcier.app.workshop.exporting import export_kit

    written = export_kit(kit, target, formats, settings.organisation.name, templates)
    say("workshop.written", n=len(written), folder=target)
    return written


def _show(kit: Kit, as_json: bool, written: list[Path] | None = None) -> None:
    if as_json:
        shape: dict[str, Any] = kit.model_dump(mode="json", by_alias=True)
        out_json(shape if not written else {**shape, "files": [str(path) for path in written]})
        return
    at = 0
    lines = [kit.outline.title, ""]
    lines += [f"- {objective.text}" for objective in kit.outline.objectives] + [""]
    for planned in kit.outline.activities:
        lines.append(f"{at:4d} min  {planned.id:<4} {planned.minutes:3d} min  {planned.title}")
        at += planned.minutes
    counts = {"topics": len(kit.topics), "quiz": len(kit.quiz), "cases": len(kit.cases), "glossary": len(kit.glossary)}
    counts |= {"timeline": len(kit.timeline), "sources": len(kit.sources), "left_out": len(kit.left_out)}
    lines += [f"{at:4d} min", "", sentence("workshop.holds", **counts)]
    out("\n".join(lines))


def _checked_shape(kit: Kit, checked: Checked) -> dict[str, Any]:
    return {
        "id": kit.id,
        "made_with": kit.made.generation,
        "index": checked.generation,
        "sources": checked.sources,
        "moved": checked.moved,
        "findings": [
            {
                "number": finding.source.number, "path": finding.source.path, "quote": finding.source.quote,
                "state": finding.state, "now": finding.now, "parts": list(finding.parts),
            }
            for finding in checked.findings
        ],
        "parts": list(checked.parts),
    }  # fmt: skip


def _checked_text(checked: Checked) -> str:
    if not checked.findings:
        return sentence("workshop.check_same", n=checked.sources, moved=checked.moved)
    lines = []
    for finding in checked.findings:
        parts = ", ".join(finding.parts) or "—"
        quote = " ".join(finding.source.quote.split("\n"))
        key = f"workshop.check_{finding.state}"
        lines += [sentence(key, number=finding.source.number, path=finding.source.path), f"    « {quote} »"]
        lines += [f"    → « {' '.join(finding.now.split(chr(10)))} »"] if finding.now else []
        lines += ["    " + sentence("workshop.check_parts", parts=parts)]
    return "\n".join([*lines, "", sentence("workshop.check_again", parts=", ".join(checked.parts) or "—")])
