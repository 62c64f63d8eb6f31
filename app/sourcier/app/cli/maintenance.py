"""`sourcier forget` and `sourcier verify`: a document erased, and proof of what the data folder holds or does not."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sourcier.app.cli.console import State, out, out_json, say, sentence
from sourcier.core.errors import SourcierError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sourcier.core.settings import Settings
    from sourcier.index.traces import Trace


def forget(
    context: typer.Context,
    document: Annotated[str | None, typer.Argument(metavar="[ID|PATH]", show_default=False)] = None,
    previous: Annotated[bool, typer.Option("--previous")] = False,
    allow: Annotated[str | None, typer.Option("--allow", metavar="ID|FILE")] = None,
    listed: Annotated[bool, typer.Option("--list")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Erase a document from the data folder, and search every byte of it for what would be left."""
    state: State = context.obj
    home = state.load().settings.home
    if sum((document is not None, previous, allow is not None, listed)) != 1:
        raise UsageError("cli.forget_one")
    if previous:
        from sourcier.index.sync import forget_previous

        erased = forget_previous(home)
        _show(as_json, {"erased": erased}, sentence("cli.forgot_previous", n=erased))
    elif allow is not None:
        from sourcier.index.erasure import allow as allow_again

        identifier = _identifier(allow)
        allowed = allow_again(home, identifier)
        key = "cli.forget_allowed" if allowed else "cli.forget_not_forgotten"
        _show(as_json, {"document_id": identifier, "allowed": allowed}, sentence(key, document=identifier))
    elif listed:
        from sourcier.index.store import open_store

        with open_store(home) as store:
            forgotten = store.forgotten()
        rows = [{"document_id": one, "since": since} for one, since in forgotten.items()]
        _show(
            as_json, rows, "\n".join(sentence("cli.forget_row", **row) for row in rows) or sentence("cli.forget_none")
        )
    else:
        assert document is not None
        _erase(home, document, as_json)


def verify(
    context: typer.Context,
    erased: Annotated[Path | None, typer.Option("--erased", metavar="FILE")] = None,
    manifest: Annotated[bool, typer.Option("--manifest")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Check the whole index, print its manifest, or search the data folder for the text of a file."""
    state: State = context.obj
    settings = state.load().settings
    if manifest:
        from sourcier.index.store import open_store

        with open_store(settings.home) as store:
            # One shape, whoever prints it: two manifests are compared byte for byte.
            out(json.dumps(store.manifest(), ensure_ascii=False, indent=1, sort_keys=True))
        return
    if erased is not None:
        _search(settings, erased, as_json)
        return
    from sourcier.index.verifying import verify as verify_index

    verified = verify_index(settings.home)
    problems = [sentence(key, detail=detail) for key, detail in verified.problems]
    value = {"documents": verified.documents, "passages": verified.passages, "problems": problems}
    summary = sentence("cli.verified", documents=verified.documents, passages=verified.passages)
    _show(as_json, value, summary if not problems else "\n".join(problems))
    if problems:
        raise SourcierError("cli.verify_failed", n=len(problems))


def _erase(home: Path, document: str, as_json: bool) -> None:
    from sourcier.index.erasure import forget as erase

    done = erase(home, document)
    value = {
        "document_id": done.document_id,
        "paths": list(done.paths),
        "before": _rows(done.before),
        "after": _rows(done.after),
        "rebuilt": done.rebuilt,
    }
    lines = [
        sentence("cli.forgot", path=", ".join(done.paths), document=done.document_id),
        sentence("cli.forgot_proof", before=len(done.before), after=len(done.after)),
        *(sentence("cli.forgot_left", path=trace.path) for trace in done.after),
    ]
    _show(as_json, value, "\n".join(lines))
    if not done.rebuilt:
        say("cli.forgot_no_index")
    if done.after:
        raise SourcierError("cli.forgot_not_all", n=len(done.after))


def _search(settings: Settings, file: Path, as_json: bool) -> None:
    from sourcier.index.store import open_store
    from sourcier.index.traces import find_traces, traces_of_text
    from sourcier.ingest.files import Skipped, search
    from sourcier.ingest.reading import Readers
    from sourcier.ingest.sources import SourceCatalogue

    paths: set[str] = set()
    with Readers(settings.ingest) as readers, open_store(settings.home) as store:
        for source in search([file]).sources:
            for found in readers.read(source, SourceCatalogue({})):
                if isinstance(found, Skipped):
                    raise found.error
                traces = find_traces(settings.home, traces_of_text(store, found.document_id, found.text))
                paths.update(trace.path for trace in traces)
    _show(as_json, {"found": sorted(paths)}, "\n".join(sorted(paths)) or sentence("cli.verify_nothing_left", path=file))
    if paths:
        raise SourcierError("cli.forgot_not_all", n=len(paths))


def _identifier(given: str) -> str:
    """An identifier as it is, or that of a file by its content."""
    from sourcier.ingest.files import content_digest

    return content_digest(Path(given))[:16] if Path(given).is_file() else given


def _rows(traces: Sequence[Trace]) -> list[dict[str, object]]:
    return [{"path": trace.path, "texts": trace.texts, "vectors": trace.vectors} for trace in traces]


def _show(as_json: bool, value: object, text: str) -> None:
    if as_json:
        out_json(value)
    else:
        out(text)
    sys.stdout.flush()
