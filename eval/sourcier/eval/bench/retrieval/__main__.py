"""The table of how well passages are found: BM25, vectors, their plain fusions, and ours, set by set.

    make bench-retrieval                                    # our own sheets, in every clone
    make bench-retrieval RETRIEVAL_DATA="folder sets.toml"  # published data, and an organisation's own questions
    python -m sourcier.eval.bench.retrieval FOLDER --sets piaf,code --split test --json table.json

Sets are described in :mod:`.sets`, rankings in :mod:`.rankings`. Indexes are built once in the work folder, and brought
in line with their documents the next time; embedding four million tokens takes half an hour on two cores.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from sourcier.core.errors import UsageError
from sourcier.core.messages import message
from sourcier.core.settings import Settings, load
from sourcier.eval import machine
from sourcier.eval.bench.retrieval.corpus import load_corpus, resolved
from sourcier.eval.bench.retrieval.measure import measure
from sourcier.eval.bench.retrieval.rankings import Ours, RememberedQueries, baselines
from sourcier.eval.bench.retrieval.sets import SearchSet, find_sets
from sourcier.eval.bench.retrieval.tables import SetResult, draw, markdown
from sourcier.eval.script import run_script
from sourcier.eval.split import Split, in_split
from sourcier.index.embedding import Embedder, load_embedder
from sourcier.index.sync import sync

__all__ = ["evaluate", "indexed", "main", "settings_of", "variants_of"]

Options = dict[str, str]


def settings_of(one: SearchSet, options: Options | None = None) -> Settings:
    """The settings in force, on the data folder of a set, every question searched anew."""
    return load(options={"home": one.home, "search.cache": 0, **(options or {})}).settings


def indexed(one: SearchSet, embedder: Embedder) -> None:
    """Bring the index of a set in line with its documents."""
    sys.stderr.write(f"{one.name}: {message('bench.indexing')}\n")
    one.home.mkdir(parents=True, exist_ok=True)
    sync(one.documents, settings_of(one), embedder=embedder)


def evaluate(
    one: SearchSet, embedder: Embedder, split: Split, variants: dict[str, Options], keep: bool = False
) -> SetResult:
    """Measure the rankings on the questions of one half of a set.

    Args:
        variants: more rankings: a name, and settings by dotted key.
        keep: whether vectors of questions are kept beside the index, and taken from there; no time is then measured.

    Raises:
        UsageError: no question is in that half.
    """
    remembered = RememberedQueries(embedder, one.home.parent / "questions.npz" if keep else None)
    corpus = load_corpus(one.home)
    queries, absent = resolved(in_split(one.queries, split), corpus.documents)
    if not queries:
        raise UsageError("bench.no_sets", sources=f"{one.name} ({split})")
    ours = [Ours(name, settings_of(one, of), remembered) for name, of in {"ours": {}, **variants}.items()]
    try:

        def tell(done: int, total: int) -> None:
            if done % 100 == 0 or done == total:
                sys.stderr.write(f"{one.name}: {done} / {total}\n")

        measured = measure(queries, [*baselines(corpus, remembered), *ours], remembered, tell)
    finally:
        for each in ours:
            each.close()
    remembered.save()
    return SetResult(
        one.name,
        split.value,
        len(corpus.passages),
        len(corpus.documents),
        tuple(absent),
        tuple(measured),
        "ours",
        tuple(remembered.each_ms),
    )


def variants_of(given: list[str]) -> dict[str, Options]:
    """``NAME:key=value,key=value`` as settings by name.

    Raises:
        UsageError: one is not written so.
    """
    found: dict[str, Options] = {}
    for one in given:
        name, mark, options = one.partition(":")
        pairs = [pair.partition("=") for pair in options.split(",")]
        if not (name and mark) or not all(key and equal for key, equal, _ in pairs):
            raise UsageError("bench.variant_malformed", given=one)
        found[name] = {key.strip(): value.strip() for key, _, value in pairs}
    return found


def run(
    sources: Annotated[list[Path] | None, typer.Argument(metavar="[SOURCE]…", show_default=False)] = None,
    sets: Annotated[str, typer.Option("--sets", help=message("bench.retrieval_sets"))] = "",
    split: Annotated[Split, typer.Option("--split", help=message("bench.retrieval_split"))] = Split.ALL,
    work: Annotated[Path, typer.Option("--work", help=message("bench.retrieval_work"))] = Path(".bench-retrieval"),
    variant: Annotated[list[str] | None, typer.Option("--variant", help=message("bench.retrieval_variants"))] = None,
    keep: Annotated[bool, typer.Option("--keep-vectors", help=message("bench.retrieval_keep"))] = False,
    as_json: Annotated[Path | None, typer.Option("--json", metavar="FILE")] = None,
    picture: Annotated[Path | None, typer.Option("--png", metavar="FILE")] = None,
) -> None:
    """Measure each set, and print its table."""
    settings = load().settings
    variants = variants_of(variant or [])
    wanted = [name for name in sets.split(",") if name]
    found = find_sets(sources or [], work, wanted)
    embedder = load_embedder(settings.embedding, settings.home)
    results = []
    for one in found:
        indexed(one, embedder)
        results.append(evaluate(one, embedder, split, variants, keep))
        sys.stdout.write(markdown(results[-1:], settings.language) + "\n\n")
        sys.stdout.flush()
    line = message("eval.bench_machine", settings.language, model=embedder.name, **machine.describe())
    sys.stdout.write(line + "\n")
    if as_json:
        shape = {"sets": {one.name: one.to_json() for one in results}, "machine": machine.describe()}
        as_json.write_text(json.dumps(shape, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if picture:
        draw(results, picture, settings.language)


def main() -> None:
    """Run as a script: a failure is one clear line on stderr."""
    run_script(run, message("bench.retrieval_about"))


if __name__ == "__main__":
    main()
