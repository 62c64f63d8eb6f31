"""`sourcier doctor`: what is configured, reachable and healthy, and what to do where it isn't."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated, Literal

import typer

from sourcier.app.cli.console import State, describe, out, out_json, sentence
from sourcier.core.errors import SourcierError
from sourcier.core.settings import Settings

Health = Literal["ok", "absent", "broken"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. ``remedy`` says what to do, where something is to be done."""

    name: str
    state: Health
    detail: str
    remedy: str = ""


def doctor(context: typer.Context, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Look at everything, change nothing."""
    state: State = context.obj
    loaded = state.load()
    findings = list(examine(loaded.settings))
    rows = [{"key": key, "value": str(value), "origin": origin} for key, value, origin in loaded.rows()]
    if as_json:
        file = str(loaded.path) if loaded.path else None
        out_json({"settings_file": file, "settings": rows, "checks": [asdict(finding) for finding in findings]})
        return
    out(sentence("cli.doctor_settings_file", path=loaded.path) if loaded.path else sentence("cli.doctor_no_file"))
    for row in rows:
        out(sentence("cli.doctor_setting", **{**row, "origin": _origin(row["origin"])}))
    out("")
    for finding in findings:
        out(sentence(f"cli.doctor_{finding.state}", **asdict(finding)).rstrip())


def examine(settings: Settings) -> Iterator[Finding]:
    """Data folder, index, embedding model, what leaves the machine, language models, in that order."""
    yield _home(settings)
    yield from _index(settings)
    yield _leaves(settings)
    yield from examine_relay(settings)
    from sourcier.app.models import choose_model, diagnose

    for check in diagnose(settings):
        yield Finding(check.name, check.state, check.detail, check.remedy or "")
    try:
        model = choose_model(settings)
    except SourcierError as error:
        yield Finding(sentence("cli.doctor_writer"), "broken", describe(error))
        return
    detail = sentence(f"cli.provider_{model.info.provider if model else 'none'}", name=model.info.name if model else "")
    yield Finding(sentence("cli.doctor_writer"), "ok", detail)
    if model:
        model.close()


def _home(settings: Settings) -> Finding:
    name = sentence("cli.doctor_home")
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        detail = sentence("cli.doctor_home_bad", path=settings.home, detail=error.strerror)
        return Finding(name, "broken", detail, sentence("cli.doctor_home_remedy"))
    if not os.access(settings.home, os.W_OK):
        detail = sentence("cli.doctor_home_bad", path=settings.home, detail="EACCES")
        return Finding(name, "broken", detail, sentence("cli.doctor_home_remedy"))
    return Finding(name, "ok", sentence("cli.doctor_home_ok", path=settings.home))


def _index(settings: Settings) -> Iterator[Finding]:
    from sourcier.app.pages.facts import corpus_of
    from sourcier.core.errors import EmptyIndexError
    from sourcier.index.embedding import load_embedder
    from sourcier.index.search import Searcher

    name = sentence("cli.doctor_embedding")
    try:
        embedder = load_embedder(settings.embedding, settings.home)
    except SourcierError as error:
        yield Finding(name, "broken", describe(error))
        return
    yield Finding(name, "ok", sentence("cli.doctor_embedding_ok", name=embedder.name, dimension=embedder.dimension))
    name = sentence("cli.doctor_index")
    try:
        searcher = Searcher.open(settings, embedder=embedder)
    except EmptyIndexError as error:
        yield Finding(name, "absent", describe(error))
        return
    except SourcierError as error:
        yield Finding(name, "broken", describe(error))
        return
    try:
        # As the page of facts counts them.
        corpus = corpus_of(settings, searcher)
        told = {"version": corpus.version, "documents": corpus.documents, "passages": corpus.passages}
        detail = sentence("cli.doctor_index_ok", **told)
        problems = " ".join(sentence(key) for key in searcher.health())
        yield Finding(name, "broken" if problems else "ok", detail, problems)
    finally:
        searcher.close()


def _leaves(settings: Settings) -> Finding:
    from sourcier.app.pages.facts import leaves

    hosts = leaves(settings)
    said = (
        sentence("transparency.leaves_some", hosts=", ".join(hosts)) if hosts else sentence("transparency.leaves_none")
    )
    return Finding(sentence("transparency.leaves"), "ok", said)


def examine_relay(settings: Settings) -> Iterator[Finding]:
    """Whether the page has somebody to name; how to name somebody where it has nobody."""
    organisation = settings.organisation
    name = sentence("relay.doctor")
    if organisation.contacts or organisation.emergency:
        told = {"contacts": len(organisation.contacts), "emergency": len(organisation.emergency)}
        yield Finding(name, "ok", sentence("relay.doctor_some", **told))
    elif organisation.contact:
        yield Finding(name, "ok", sentence("relay.doctor_one_line", contact=organisation.contact))
    else:
        yield Finding(name, "absent", sentence("relay.doctor_none"), sentence("relay.doctor_remedy"))


def _origin(origin: str) -> str:
    return sentence(f"cli.doctor_origin_{origin}") if origin in {"default", "option"} else origin
