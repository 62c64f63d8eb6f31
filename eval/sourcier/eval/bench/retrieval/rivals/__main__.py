"""Ours beside what people would pick instead, question by question: how good, and how fast.

    make bench-rivals RETRIEVAL_DATA="folder" RETRIEVAL_OPTIONS="--sets piaf --questions 300"
    python -m sourcier.eval.bench.retrieval.rivals FOLDER --sets piaf

Same machine, same passages, same vectors, same model for questions; every program is in a process of its own and all are
asked each question in turn, so that what slows the machine slows them all. The programs live in environments that
``make bench-rivals`` makes; one that is absent or fails is named, and the others are measured.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from sourcier.core.errors import UsageError
from sourcier.core.messages import Language, message
from sourcier.core.settings import load
from sourcier.eval import machine
from sourcier.eval.bench.retrieval.__main__ import indexed
from sourcier.eval.bench.retrieval.corpus import load_corpus, resolved
from sourcier.eval.bench.retrieval.measure import MEASURES, Measured, against
from sourcier.eval.bench.retrieval.rankings import DEPTH, SEEN
from sourcier.eval.bench.retrieval.rivals.material import write
from sourcier.eval.bench.retrieval.rivals.process import Program
from sourcier.eval.bench.retrieval.rivals.server import serving
from sourcier.eval.bench.retrieval.sets import SearchSet, find_sets
from sourcier.eval.bench.retrieval.tables import Numbers
from sourcier.eval.dataset import RetrievalQuery
from sourcier.eval.metrics.intervals import mean, percentile
from sourcier.eval.metrics.retrieval import score
from sourcier.eval.reports.markdown import table
from sourcier.eval.script import run_script
from sourcier.eval.split import Split, in_split
from sourcier.index.embedding import Embedder, load_embedder

__all__ = ["Rival", "ask", "main", "markdown"]

_OURS = "sourcier"
_PACKAGE = "sourcier.eval.bench.retrieval.rivals"
_Environments = dict[str, Path]


class Rival(Measured):
    """A ranking of a program; ``whole`` is the milliseconds of each search with the question's embedding."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.whole: list[float] = []


def ask(programs: Sequence[Program], queries: Sequence[RetrievalQuery]) -> list[Rival]:
    """Ask every program every question, each in turn first; one more question warms them all, and is not counted."""
    rivals = {name: Rival(name) for program in programs for name in program.names}
    for number, query in enumerate([queries[-1], *queries]):
        for place in range(len(programs)):
            answers = programs[(place + number) % len(programs)].ask(query.question, (SEEN, DEPTH))
            for name, said in answers.items() if number else ():
                into, elapsed = rivals[name], said["search_ms"]
                into.times.append(elapsed)
                into.whole.append(elapsed + said["embed_ms"])
                for depth, scores in ((SEEN, into.seen), (DEPTH, into.deep)):
                    found = [(document, "") for document in said["found"][str(depth)]]
                    scores.append(score(query.id, query.kind, found, query.relevant, elapsed))
        if number % 100 == 0:
            sys.stderr.write(f"{number} / {len(queries)}\n")
    return [rival for rival in rivals.values() if len(rival.deep) == len(queries)]


def markdown(one: str, rivals: Sequence[Rival], programs: Sequence[Program], language: Language) -> str:
    """The table of a set, and what it was measured with."""
    number = Numbers(language)
    ours = next(rival for rival in rivals if rival.name == _OURS)
    compared = {
        other.name: other.differences["ndcg@10"] for other in against(ours, [r for r in rivals if r is not ours])
    }
    names = [message(f"eval.measure_{name.replace('@', '_at_')}", language) for name in MEASURES]
    spans = [message(f"bench.{key}", language) for key in ("search_ms", "whole_ms")]
    head = [message("bench.program", language), *names, message("bench.ours_less", language), "p"]
    head += [message("bench.seen", language), spans[0], "p95", spans[1], "p95"]
    rows = []
    for rival in rivals:
        versus = compared.get(rival.name)
        seen = mean([value for row in rival.seen if (value := row.values["ndcg@10"]) is not None]).value
        rows.append(
            [
                message(f"bench.program_{rival.name}", language),
                *(number.share(mean(rival.values(name))) for name in MEASURES),
                number.gain(versus.difference) if versus else "–",
                number.p(versus) if versus else "–",
                number(None if seen is None else 100 * seen, 1),
                *(number(percentile(times, q), 1) for times in (rival.times, rival.whole) for q in (50, 95)),
            ]
        )
    lines = [
        f"## {one}",
        "",
        message("bench.rivals_set", language, questions=len(ours.deep)),
        "",
        *table(head, rows),
        "",
    ]
    for program in programs:
        if program.failure:
            lines.append(message("bench.program_failed", language, name=program.name, detail=program.failure))
        else:
            notes = ", ".join(f"{name} {value}" for name, value in program.notes.items())
            lines.append(message("bench.program_notes", language, notes=notes, seconds=number(program.build_s, 0)))
    return "\n".join(lines)


def run(
    sources: Annotated[list[Path] | None, typer.Argument(metavar="[SOURCE]…", show_default=False)] = None,
    sets: Annotated[str, typer.Option("--sets", help=message("bench.retrieval_sets"))] = "",
    split: Annotated[Split, typer.Option("--split", help=message("bench.retrieval_split"))] = Split.ALL,
    questions: Annotated[int, typer.Option("--questions", min=2, help=message("bench.rivals_questions"))] = 1_000_000,
    work: Annotated[Path, typer.Option("--work", help=message("bench.retrieval_work"))] = Path(".bench-retrieval"),
    rivals: Annotated[Path, typer.Option("--rivals", help=message("bench.rivals_python"))] = Path(".venv-rivals"),
    haiku: Annotated[Path, typer.Option("--haiku", help=message("bench.haiku_python"))] = Path(".venv-rivals-haiku"),
    as_json: Annotated[Path | None, typer.Option("--json", metavar="FILE")] = None,
) -> None:
    """Measure each set, and print its table."""
    settings = load().settings
    found = find_sets(sources or [], work, [name for name in sets.split(",") if name])
    embedder = load_embedder(settings.embedding, settings.home)
    environments = {"llamaindex": rivals, "txtai": rivals, "haiku": haiku}
    results: dict[str, Any] = {}
    for one in found:
        indexed(one, embedder)
        measured, programs = _measure(one, embedder, split, questions, environments)
        sys.stdout.write(markdown(one.name, measured, programs, settings.language) + "\n\n")
        sys.stdout.flush()
        results[one.name] = {rival.name: {**rival.to_json(), "whole_ms": _spread(rival.whole)} for rival in measured}
        results[one.name] |= {"notes": {program.name: program.notes for program in programs}}
    line = message("eval.bench_machine", settings.language, model=embedder.name, **machine.describe())
    sys.stdout.write(line + "\n")
    if as_json:
        shape = {"sets": results, "machine": machine.describe()}
        as_json.write_text(json.dumps(shape, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _measure(
    one: SearchSet, embedder: Embedder, split: Split, most: int, environments: _Environments
) -> tuple[list[Rival], list[Program]]:
    folder = one.home.parent / "rivals"
    queries, _ = resolved(in_split(one.queries, split), load_corpus(one.home).documents)
    if len(queries) > most:
        queries = [queries[place * len(queries) // most] for place in range(most)]
    write(one.home, folder, embedder)
    if any(query.only for query in queries):
        raise UsageError("bench.rivals_filtered", name=one.name)
    if not queries:
        raise UsageError("bench.no_sets", sources=f"{one.name} ({split})")
    with ExitStack() as stack:
        url = stack.enter_context(serving(embedder))
        programs = [stack.enter_context(Program(f"{_PACKAGE}.ours", (folder, one.home)))]
        for module, environment in environments.items():
            python = environment / "bin" / "python"
            arguments = (folder, url, embedder.dimension) if module == "haiku" else (folder,)
            if python.exists():
                sys.stderr.write(f"{one.name}: {module}\n")
                programs.append(stack.enter_context(Program(f"{_PACKAGE}.{module}", arguments, str(python.absolute()))))
            else:
                sys.stderr.write(message("bench.program_absent", name=module, path=python) + "\n")
        return ask(programs, queries), programs


def _spread(times: Sequence[float]) -> dict[str, float | None]:
    return {f"p{q}": percentile(times, q) for q in (50, 95)}


def main() -> None:
    """Run as a script: a failure is one clear line on stderr."""
    run_script(run, message("bench.rivals_about"))


if __name__ == "__main__":
    main()
