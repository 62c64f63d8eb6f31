"""One embedding model run in several ways, in turn, on the same passages and questions.

    python -m sourcier.eval.bench.embedding --docs FILE.jsonl --queries FILE.jsonl

Passages go in groups of 64 through each back-end, questions one by one, the order turning each time: what else the
machine does weighs on all of them alike. Ratios are of processor time, which other programs change least.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from sourcier.core.errors import UsageError
from sourcier.core.messages import Language, message
from sourcier.core.settings import load
from sourcier.eval import machine
from sourcier.eval.bench.embedding.backends import BACKENDS, Backend, Model, UnavailableError
from sourcier.eval.bench.material import Row, read_rows
from sourcier.eval.bench.measured import Clock
from sourcier.eval.dataset import RetrievalQuery, RetrievalSet, load_dataset
from sourcier.eval.metrics.intervals import Estimate, difference
from sourcier.eval.metrics.retrieval import ndcg
from sourcier.eval.reports.markdown import table
from sourcier.eval.script import run_script
from sourcier.index.embedding import model_identity

_GROUP = 64
"""Passages given to a back-end in its turn."""


@dataclass(slots=True)
class _Measured:
    """One back-end: its times, and the vectors it gave."""

    backend: Backend
    passages: list[NDArray[np.float32]] = field(default_factory=list)
    questions: list[NDArray[np.float32]] = field(default_factory=list)
    reading: Clock = field(default_factory=Clock)
    asking: list[Clock] = field(default_factory=list)

    def vectors(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """(n_questions, dimension) and (n_passages, dimension)."""
        return np.concatenate(self.questions), np.concatenate(self.passages)


def choose(rows: Sequence[Row], queries: Sequence[RetrievalQuery], passages: int) -> list[Row]:
    """At most ``passages`` rows: the relevant ones, and others taken evenly; in the order they came in."""
    wanted = {label for query in queries for label in query.relevant}
    others = [row for row in rows if row.id not in wanted]
    count = min(len(others), max(0, passages - (len(rows) - len(others))))
    kept = {others[index * len(others) // count].id for index in range(count)}
    return [row for row in rows if row.id in wanted or row.id in kept]


def gains(
    questions: NDArray[np.float32], passages: NDArray[np.float32], ids: Sequence[str], queries: Sequence[RetrievalQuery]
) -> list[float]:
    """nDCG@10 of each question, every passage compared."""
    found = []
    for vector, query in zip(questions, queries, strict=True):
        order = np.argsort(-(passages @ vector), kind="stable")[:10]
        value = ndcg([query.relevant.get(ids[index], 0.0) for index in order], query.relevant.values(), 10)
        found.append(0.0 if value is None else value)
    return found


def measure(backends: Mapping[str, Backend], texts: Sequence[str], questions: Sequence[str]) -> dict[str, _Measured]:
    """Give every back-end the same texts and questions, in turn."""
    measured = {name: _Measured(backend) for name, backend in backends.items()}
    turns = list(measured.values())
    for one in turns:  # what is only done the first time
        one.backend.passages(texts[:4])
        one.backend.queries(questions[:2])
    for number, start in enumerate(range(0, len(texts), _GROUP)):
        group = texts[start : start + _GROUP]
        for one in turns[number % len(turns) :] + turns[: number % len(turns)]:
            with one.reading.running(len(group)):
                one.passages.append(one.backend.passages(group))
    for number, question in enumerate(questions):
        for one in turns[number % len(turns) :] + turns[: number % len(turns)]:
            clock = Clock()
            with clock.running():
                one.questions.append(one.backend.queries([question]))
            one.asking.append(clock)
    return measured


def markdown(
    measured: Mapping[str, _Measured], tokens: int, ids: Sequence[str], queries: Sequence[RetrievalQuery], say: Any
) -> list[str]:
    """The table, a row a back-end."""
    first, *_ = measured.values()
    reference = first.vectors()
    base = gains(*reference, ids, queries)
    asked = np.median([clock.processor for clock in first.asking])
    rows = []
    for name, one in measured.items():
        questions, passages = one.vectors()
        own = gains(questions, passages, ids, queries)
        change = difference(base, own)
        mixed = gains(questions, reference[1], ids, queries)
        walls = np.array([1000 * clock.wall for clock in one.asking])
        processor = float(np.median([clock.processor for clock in one.asking]))
        rows.append(
            [
                say(f"row_{name}"),
                f"{tokens / one.reading.wall:.0f}",
                f"× {first.reading.processor / one.reading.processor:.2f}",
                f"{np.percentile(walls, 10):.1f} / {np.median(walls):.1f}",
                f"× {asked / processor:.2f}",
                f"{(passages * reference[1]).sum(axis=1).min():.5f}",
                f"{(questions * reference[0]).sum(axis=1).min():.5f}",
                f"{100 * np.mean(own):.2f}",
                "–" if one is first else _points(change),
                f"{100 * (np.mean(mixed) - np.mean(base)):+.2f}",
            ]
        )
    names = ("backend", "tokens", "ratio", "question", "ratio", "cosine", "cosine_question", "ndcg", "change", "mixed")
    return table([say(name) for name in names], rows)


def _points(change: Estimate) -> str:
    """A difference and its interval, in points."""
    value, low, high = (100 * (part or 0.0) for part in (change.value, change.low, change.high))
    return f"{value:+.2f} [{low:+.2f}; {high:+.2f}]"


def run(
    docs: Annotated[Path, typer.Option(help=message("bench.embedding_docs"))],
    queries: Annotated[Path, typer.Option(help=message("bench.embedding_queries"))],
    passages: Annotated[int, typer.Option(min=1, help=message("bench.embedding_passages"))] = 1000,
    questions: Annotated[int, typer.Option(min=1, help=message("bench.embedding_questions"))] = 300,
    only: Annotated[str, typer.Option(help=message("bench.embedding_only", names=", ".join(BACKENDS)))] = "",
    home: Annotated[Path | None, typer.Option(help=message("bench.embedding_home"))] = None,
) -> None:
    """Measure every back-end that is installed."""
    settings = load(options={"home": home} if home else {}).settings
    language: Language = settings.language

    def say(key: str, **values: object) -> str:
        return message(f"bench.embedding_{key}", language, **values)

    dataset = load_dataset(queries)
    if not isinstance(dataset, RetrievalSet):
        raise UsageError("bench.no_queries", path=queries)
    asked = dataset.queries[:: max(1, len(dataset.queries) // questions)][:questions]
    rows = choose(read_rows([docs], 1.0), asked, passages)
    texts = [f"{row.title}\n{row.section}\n{row.text}" if row.title != row.id else row.text for row in rows]
    name, _ = model_identity(settings.embedding)
    with tempfile.TemporaryDirectory() as work:
        model = Model.load(settings.embedding, settings.home, Path(work), name)
        found: dict[str, Backend] = {}
        missing: list[str] = []
        for backend, build in BACKENDS.items():
            if only and backend not in only.split(","):
                continue
            try:
                found[backend] = build(model)
            except UnavailableError as error:
                missing.append(say("missing", name=say(f"row_{backend}"), package=error))
        limit = int(model.loaded.max_seq_length or 512)
        tokens = sum(min(limit, len(ids)) for ids in model.loaded.tokenizer(texts, verbose=False)["input_ids"])
        measured = measure(found, texts, [query.question for query in asked])
    lines = [
        say("set", passages=len(texts), tokens=tokens, questions=len(asked), threads=model.threads),
        "",
        *markdown(measured, tokens, [row.id for row in rows], asked, say),
        "",
        *missing,
        say("note"),
        message("eval.bench_machine", language, model=name, **machine.describe()),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


def main() -> None:
    """Run from the command line."""
    run_script(run, message("bench.embedding_about"))


if __name__ == "__main__":
    main()
