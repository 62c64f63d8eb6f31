"""What an ingestion costs, run after run, and what LlamaIndex's own pipeline costs on the same corpus.

    python -m sourcier.eval.bench.ingest FILE.jsonl.gz… --share 0.1 --against llamaindex

Four runs, each a process of its own: a first one into an empty data folder, a second one where nothing changed, one
after a file was changed, one after another was deleted. Without FILES the corpus is made of the project's own sheets.
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from sourcier.core.messages import Language, message
from sourcier.core.settings import load
from sourcier.eval import machine
from sourcier.eval.bench.material import TRACE, Corpus, read_rows, sheets, write_corpus
from sourcier.eval.bench.measured import Figures
from sourcier.eval.reports.markdown import table
from sourcier.eval.script import run_script
from sourcier.index.conversion import converted_folder
from sourcier.index.embedding import EMBEDDED, model_identity
from sourcier.index.packaged_weights import E5_SMALL

__all__ = ["RUNS", "Measured", "main", "markdown", "measure"]

RUNS = ("first", "again", "changed", "left")
"""The four runs, in order."""

#: What a run may write although nothing changed: locks, and what says that it runs.
_PASSING = (".lock", "-shm", "-wal", "activity.json")


class Other(StrEnum):
    """What else is measured beside Sourcier."""

    LLAMAINDEX = "llamaindex"


@dataclass(slots=True)
class Measured:
    """The runs of one program.

    Attributes:
        own: passages of the changed file, where the program says them.
        written: files that the second run changed although the corpus had not.
        traces: files that still hold the text of the deleted document, after it was deleted.
    """

    runs: dict[str, Figures] = field(default_factory=dict)
    own: int | None = None
    written: list[str] = field(default_factory=list)
    traces: list[str] = field(default_factory=list)

    @property
    def again_share(self) -> float:
        """Time of the second run, as a share of the first's."""
        return self.runs["again"].command / self.runs["first"].command

    def as_json(self) -> dict[str, object]:
        """Everything measured."""
        return {
            "runs": {name: figures.as_json() for name, figures in self.runs.items()},
            "again_share": self.again_share,
            "own_passages": self.own,
            "written_by_the_second_run": self.written,
            "files_that_hold_the_deleted_text": self.traces,
        }


def measure(module: str, home: Path, models: Path, corpus: Corpus, tell: Callable[[str], None]) -> Measured:
    """The four runs of one program, in ``home``, which is made; ``models`` are the embedding weights it finds there.

    Args:
        module: what is run, in a process of its own; see :mod:`sourcier.eval.bench.ours`.
    """
    home.mkdir(mode=0o700, parents=True)
    (home / "models").symlink_to(models.resolve(), target_is_directory=True)
    measured = Measured()

    def run(name: str) -> Figures:
        tell(name)
        arguments = [str(home), str(corpus.folder)] + ([corpus.changing] if module == "ours" else [])
        figures = _child(f"sourcier.eval.bench.{module}", arguments)
        figures.disk_mb = sum(path.stat().st_size for path in _written(home)) / 1024**2
        measured.runs[name] = figures
        return figures

    run("first")
    before = _digests(home)
    run("again")
    after = _digests(home)
    measured.written = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    corpus.change()
    measured.own = run("changed").notes.get("of_file")
    corpus.leave()
    run("left")
    needle = TRACE.encode()
    # JSON may spell an accent out.
    spelt = json.dumps(TRACE).strip('"').encode()
    holding = [path for path in _written(home) if needle in (content := path.read_bytes()) or spelt in content]
    measured.traces = sorted(path.relative_to(home).as_posix() for path in holding)
    return measured


def markdown(measured: dict[str, Measured], corpus: Corpus, model: str, language: Language) -> str:
    """The tables, and the line that says on what machine."""

    def say(key: str, /, **values: object) -> str:
        return message(f"eval.bench_{key}", language, **values)

    lines = [say("ingest_corpus", documents=corpus.documents, characters=corpus.characters), ""]
    rows: list[list[str]] = []

    def row(name: str, shown: Callable[[Measured], str]) -> None:
        rows.append([say(f"ingest_{name}"), *(shown(one) for one in measured.values())])

    def first(name: str, value: Callable[[Figures], str]) -> None:
        row(name, lambda one: value(one.runs["first"]))

    first("total", lambda f: _seconds(f.command))
    first("model", lambda f: _seconds(f.model))
    first("loading", lambda f: _seconds(f.loading))
    first("outside", lambda f: f"{_seconds(f.outside)} ({_percent(f.outside_share)})")
    first("counting", lambda f: _seconds(f.counting))
    first("outside_processor", lambda f: _percent(f.outside_processor_share))
    first("embedded", lambda f: str(f.embedded))
    first("peak", lambda f: f"{f.peak_mb:.0f}")
    first("workers", lambda f: f"{f.workers_mb:.0f}" if f.workers_mb else "–")
    first("disk", lambda f: f"{f.disk_mb:.0f}")
    row("again", lambda one: f"{_seconds(one.runs['again'].command)} ({_percent(one.again_share, 2)})")
    row("written", lambda one: str(len(one.written)))
    row("changed", lambda one: _seconds(one.runs["changed"].command))
    row("changed_embedded", lambda one: _of(one.runs["changed"].embedded, one.own))
    row("left", lambda one: _seconds(one.runs["left"].command))
    row("left_documents", lambda one: f"{one.runs['left'].documents} / {corpus.documents - 1}")
    row("traces", lambda one: ", ".join(one.traces) or "–")
    lines += table(["", *measured], rows)
    for name, one in measured.items():
        if one.runs["first"].stages:
            parts = "; ".join(f"{key} {_seconds(value)}" for key, value in one.runs["first"].stages.items())
            lines += ["", say("ingest_stages", name=name, stages=parts)]
    return "\n".join([*lines, "", say("machine", model=model, **machine.describe())])


def run(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]…", show_default=False)] = None,
    share: Annotated[float, typer.Option("--share", min=0.001, max=1.0, help=message("eval.bench_share"))] = 1.0,
    apart: Annotated[int, typer.Option("--files", min=2, help=message("eval.bench_files"))] = 500,
    against: Annotated[list[Other] | None, typer.Option("--against", help=message("eval.bench_against"))] = None,
    work: Annotated[Path | None, typer.Option("--work", help=message("eval.bench_work"))] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Measure ingestion with the embedding model of the settings in force."""
    settings = load().settings
    if settings.embedding.model == EMBEDDED:
        # Weights are converted the first time: now, and not in what is measured.
        converted_folder(E5_SMALL, settings.home)
    rows = read_rows(files, share) if files else sheets(Path("corpus/fiches"), share)
    measured: dict[str, Measured] = {}
    with nullcontext(str(work)) if work else tempfile.TemporaryDirectory(prefix="sourcier-bench-") as folder:
        for module in ("ours", *(against or ())):
            name = "Sourcier" if module == "ours" else "LlamaIndex"
            corpus = write_corpus(rows, Path(folder) / module / "corpus", min(apart, max(2, len(rows) // 2)))

            def tell(what: str, name: str = name) -> None:
                sys.stderr.write(f"{name}: {message(f'eval.bench_run_{what}', settings.language)}\n")

            home = Path(folder) / module / "home"
            measured[name] = measure(module, home, settings.home / "models", corpus, tell)
    if as_json:
        shape: dict[str, object] = {name: one.as_json() for name, one in measured.items()}
        shape |= {"machine": machine.describe(), "documents": corpus.documents, "characters": corpus.characters}
        sys.stdout.write(json.dumps(shape, ensure_ascii=False, indent=2) + "\n")
        return
    model = model_identity(settings.embedding)[0]
    sys.stdout.write(markdown(measured, corpus, model, settings.language) + "\n")


def _child(module: str, arguments: Sequence[str]) -> Figures:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True, check=True)
    command = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Figures(**{**found, "command": command, "processor": processor})


def _written(home: Path) -> list[Path]:
    # The models are a link, which is not followed.
    return [Path(folder) / name for folder, _, names in os.walk(home) for name in names]


def _digests(home: Path) -> dict[str, str]:
    return {
        path.relative_to(home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in _written(home)
        if not path.name.endswith(_PASSING)
    }


def _seconds(value: float) -> str:
    return f"{value:.0f} s" if value >= 100 else f"{value:.1f} s"


def _percent(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f} %"


def _of(embedded: int, own: int | None) -> str:
    return str(embedded) if own is None else f"{embedded} / {own}"


def main() -> None:
    """Run as a script: a failure is one clear line on stderr."""
    run_script(run, message("eval.bench_ingest_about"))


if __name__ == "__main__":
    main()
