"""Sets to measure on: documents and questions, from a manifest, a prepared folder, published data, or our own sheets.

A manifest is a TOML or JSON file, its paths relative to itself::

    [sets.conventions]
    documents = ["conventions.jsonl.gz"]     # collections, as `sourcier ingest` reads them
    questions = "questions.jsonl"            # {"id", "question", "relevant": {"row id": 1}}, and "group" if need be

A prepared folder holds a folder for each set, with ``docs.jsonl`` and ``queries.jsonl``: what :func:`prepare` writes.
"""

from __future__ import annotations

import gzip
import json
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sourcier.core.errors import UsageError
from sourcier.eval.bench.retrieval.presets import PRESETS, headings
from sourcier.eval.dataset import DatasetError, RetrievalQuery, RetrievalSet, load_dataset

__all__ = ["SearchSet", "find_sets", "prepare"]

DOCUMENTS, QUESTIONS = "docs.jsonl", "queries.jsonl"
#: Relative to the project: our sheets, and what they are asked (``eval/data/README.md``).
SHEETS, SHEETS_ASKED = Path("corpus/fiches"), Path("eval/data/retrieval/fiches.jsonl")


@dataclass(frozen=True, slots=True)
class SearchSet:
    """A set that is ready: its collections, its questions, and the data folder where it is or will be indexed."""

    name: str
    documents: tuple[Path, ...]
    queries: tuple[RetrievalQuery, ...]
    home: Path


def find_sets(sources: Sequence[Path], work: Path, names: Sequence[str] = ()) -> list[SearchSet]:
    """The sets of all ``sources``, each prepared in a folder of its own below ``work``.

    Args:
        sources: manifests, prepared folders, and folders of published data (:mod:`.presets`); without any, our own
            sheets, asked with questions as people type them and, in a second set, with their own headings.
        names: the sets to keep, all of them by default.

    Raises:
        UsageError: a source is none of these, or no set is left.
        DatasetError: questions that cannot be read.
    """
    found: list[SearchSet] = []
    for source in sources:
        if source.is_file():
            found += _of_manifest(source, work, names)
        elif prepared := sorted(path.parent for path in source.glob(f"*/{QUESTIONS}")):
            found += [_prepared(folder) for folder in prepared if not names or folder.name in names]
        else:
            found += _of_presets(source, work, names)
    if not sources:
        found += _of_sheets(work, names)
    if not found:
        raise UsageError("bench.no_sets", sources=", ".join(map(str, sources)))
    return found


def prepare(name: str, documents: Iterable[dict[str, Any]], queries: Iterable[dict[str, Any]], work: Path) -> SearchSet:
    """Write the rows of a set below ``work/name``; a file that already says the same is left as it is."""
    folder = work / name
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / DOCUMENTS, documents)
    _write(folder / QUESTIONS, queries)
    return _prepared(folder)


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSON Lines file, compressed or not.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())
    except (OSError, ValueError) as error:
        raise UsageError("eval.bench_unreadable", path=path, detail=error) from error


def _of_sheets(work: Path, names: Sequence[str]) -> Iterator[SearchSet]:
    if SHEETS.is_dir() and SHEETS_ASKED.is_file():
        documents, titles = headings(SHEETS)
        for name, asked in (("fiches", rows_of(SHEETS_ASKED)), ("fiches_titres", iter(titles))):
            if not names or name in names:
                yield prepare(name, documents, asked, work)


def _of_manifest(path: Path, work: Path, names: Sequence[str]) -> Iterator[SearchSet]:
    try:
        text = path.read_text(encoding="utf-8")
        described = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
        sets = {
            name: ([path.parent / one for one in of["documents"]], path.parent / of["questions"])
            for name, of in described["sets"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError("bench.manifest_unreadable", path=path, detail=error) from error
    for name, (documents, questions) in sets.items():
        if not names or name in names:
            yield SearchSet(name, tuple(documents), _queries(questions), work / name / "home")


def _of_presets(folder: Path, work: Path, names: Sequence[str]) -> Iterator[SearchSet]:
    for preset in PRESETS:
        files = {stem: found for stem in preset.files if (found := _file(folder, stem))}
        if len(files) == len(preset.files) and (not names or preset.name in names):
            documents, queries = preset.adapt(*(rows_of(files[stem]) for stem in preset.files))
            yield prepare(preset.name, documents, queries, work)


def _file(folder: Path, stem: str) -> Path | None:
    return next((path for end in (".jsonl.gz", ".jsonl") if (path := folder / f"{stem}{end}").is_file()), None)


def _prepared(folder: Path) -> SearchSet:
    return SearchSet(folder.name, (folder / DOCUMENTS,), _queries(folder / QUESTIONS), folder / "home")


def _queries(path: Path) -> tuple[RetrievalQuery, ...]:
    dataset = load_dataset(path)
    if not isinstance(dataset, RetrievalSet):
        raise DatasetError("bench.no_queries", path=path)
    return dataset.queries


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
