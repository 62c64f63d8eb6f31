"""A corpus to ingest: rows of collections, some of them as files of their own, the same for every program measured."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sourcier.core.errors import UsageError

__all__ = ["COLLECTION", "Corpus", "Row", "read_rows", "sheets", "write_corpus"]

COLLECTION = "collection.jsonl"
#: In the text of the file that is deleted, and nowhere else: what is looked for on the disk afterwards.
TRACE = "Repère 7d1c94e0 du banc d'essai."
ADDED = "\n\nLe délai passe à quarante-deux jours à la demande du comité de relations de travail.\n"


@dataclass(frozen=True, slots=True)
class Row:
    """A document of a collection."""

    id: str
    title: str
    section: str
    text: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder to ingest.

    Attributes:
        changing, leaving: the files that will be changed and deleted, relative to ``folder``.
    """

    folder: Path
    documents: int
    characters: int
    changing: str
    leaving: str

    def change(self) -> None:
        """Add a paragraph to one file."""
        with (self.folder / self.changing).open("a", encoding="utf-8") as file:
            file.write(ADDED)

    def leave(self) -> None:
        """Delete one file."""
        (self.folder / self.leaving).unlink()


def read_rows(files: Sequence[Path], share: float) -> list[Row]:
    """The rows of JSON Lines files, compressed or not; of ``share`` of them, taken evenly.

    Raises:
        UsageError: a file cannot be read, or a line of it is not an object with ``id`` and ``text``.
    """
    rows = [row for file in files for row in _rows_of(file)]
    count = max(2, round(len(rows) * share))
    return [rows[index * len(rows) // count] for index in range(count)] if count < len(rows) else rows


def sheets(folder: Path, share: float, variants: int = 12) -> list[Row]:
    """The paragraphs of the project's own sheets, each in several variants that differ by their figures."""
    rows = []
    for variant in range(max(1, round(variants * share))):
        for sheet in sorted(folder.glob("*.md")):
            text = re.sub(r"\[\^[\w-]+\](:.*)?", "", sheet.read_text(encoding="utf-8").split("---", 2)[-1])
            title, _, body = text.strip().partition("\n")
            for number, section in enumerate(re.split(r"^#{2,} ", body, flags=re.MULTILINE)):
                heading, _, paragraphs = section.strip().partition("\n")
                if paragraphs.strip():
                    said = re.sub(r"\d+", lambda found: str(int(found[0]) + variant), paragraphs)  # noqa: B023
                    identity = f"{sheet.stem}-{variant}-{number}"
                    said = f"Variante {variant + 1}. {said.strip()}"
                    rows.append(Row(identity, f"{title.strip('# ')} ({variant + 1})", heading.strip("# "), said))
    return rows


def write_corpus(rows: Sequence[Row], folder: Path, files: int) -> Corpus:
    """Write rows as one collection, and ``files`` of them, taken evenly, as Markdown files of their own."""
    apart = {index * len(rows) // files for index in range(files)} if files < len(rows) else set(range(len(rows)))
    names: list[str] = []
    (folder / "files").mkdir(parents=True)
    with (folder / COLLECTION).open("w", encoding="utf-8") as collection:
        for number, row in enumerate(rows):
            if number not in apart:
                collection.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")
                continue
            name = f"files/{len(names):05}.md"
            section = f"## {row.section}\n\n" if row.section else ""
            trace = f"\n\n{TRACE}" if len(names) == 1 else ""
            (folder / name).write_text(f"# {row.title}\n\n{section}{row.text}{trace}\n", encoding="utf-8")
            names.append(name)
    return Corpus(folder, len(rows), sum(len(row.text) for row in rows), names[0], names[1])


def _rows_of(file: Path) -> Iterator[Row]:
    try:
        with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    yield _row(json.loads(line))
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    raise UsageError("cli.batch_row", path=file, line=number) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("eval.bench_unreadable", path=file, detail=error) from error


def _row(raw: dict[str, Any]) -> Row:
    # An article says where it stands in its code, a sheet from which page it comes.
    path = [" ".join(str(part).split()) for part in raw.get("path") or ()]
    number = str(raw.get("num") or "")
    title = str(raw.get("title") or raw.get("doc_title") or " ".join([*path[:1], number]).strip() or raw["id"])
    section = str(raw.get("section") or raw.get("section_title") or ", ".join(path[1:]))
    return Row(str(raw["id"]), " ".join(title.split()), " ".join(section.split()), str(raw["text"]))
