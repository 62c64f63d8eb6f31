"""The same manual in several formats, read by our readers: are they the same words in the same order?

    make manuals                                                      # fetches the packages, then runs the next line
    python -m sourcier.eval.bench.formats .manuals --verbose

Each format is read as ``sourcier ingest`` reads it, in a process of its own. The reference is the file of text that the
package carries, its bytes decoded and nothing else (our reader of text is measured like the others): its words and how
they are counted are in :mod:`sourcier.eval.bench.words`. Its tables are drawn with bars, and what a cell says goes over
several lines: the words « line by line » mix neighbouring cells, so a second figure reads these tables cell by cell.
Two more figures tell our readers from the formats: what a naive extraction of all that the format holds gives
(``source_text`` of the reader) in the same order, and how many of the words it holds at all, in whatever order. Words that
are not in the format, such as the titles of cross-references that a PDF prints as numbers, no reader can find.

Headings are the ``h1``–``h4`` of the HTML version, taken from its markup by lxml and not by our reader, but for those
of its navigation bars and the labels of its boxes (« Astuce », « Note »). One is found when a heading block has its words;
those found under another number (« A.1 » for « 1.1 ») are counted apart.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from sourcier.core.errors import SourcierError
from sourcier.core.messages import message
from sourcier.core.settings import IngestSettings
from sourcier.core.types import BlockKind, Document
from sourcier.eval.bench.words import in_order, unboxed, words
from sourcier.eval.dataset import DatasetError
from sourcier.eval.reports.markdown import table
from sourcier.eval.script import run_script
from sourcier.ingest.files import SourceFile
from sourcier.ingest.kinds import kind_of
from sourcier.ingest.limits import Limits
from sourcier.ingest.reading import read
from sourcier.ingest.sources import SourceCatalogue

__all__ = ["MANUALS", "Manual", "Measure", "main", "measure"]

_NAVIGATION = "ancestor::*[@role='navigation' or @role='search' or contains(@class, 'sidebar')]"
_BOX = "ancestor::*[contains('note tip warning caution important', @class)][@class]"


@dataclass(frozen=True, slots=True)
class Manual:
    """Where one manual's formats are below the folder: the first page of the HTML version, whose ``next`` links lead on.

    Attributes:
        text: the reference.
        others: name of a format to its file.
    """

    name: str
    text: str
    headings: str
    others: dict[str, str]


_REFERENCE = "usr/share/debian-reference"
_DEVELOPERS = "usr/share/developers-reference/fr"
_INSTALLATION = "usr/share/doc/installation-guide-amd64/fr"
MANUALS = (
    Manual(
        "debian-reference-fr",
        f"{_REFERENCE}/debian-reference.fr.txt.gz",
        "html",
        {"html": f"{_REFERENCE}/index.fr.html", "pdf": f"{_REFERENCE}/debian-reference.fr.pdf"},
    ),
    Manual(
        "developers-reference-fr",
        f"{_DEVELOPERS}/developers-reference.txt.gz",
        "html",
        {
            "html": f"{_DEVELOPERS}/developers-reference.html",
            "html-pages": f"{_DEVELOPERS}/index.html",
            "epub": f"{_DEVELOPERS}/developers-reference.epub",
            "pdf": f"{_DEVELOPERS}/developers-reference.pdf",
        },
    ),
    Manual(
        "installation-guide-amd64",
        f"{_INSTALLATION}/install.fr.txt.gz",
        "html",
        {"html": f"{_INSTALLATION}/index.html", "pdf": f"{_INSTALLATION}/install.fr.pdf.gz"},
    ),
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One format of one manual.

    Attributes:
        by_lines, by_cells: share of the words of the text version found in the same order; ``naive`` that of a naive
            extraction (tables by cells) and ``held`` whatever the order, None where the reader offers none.
        absent: runs of words of the text version (tables by cells) that are not there, with what stands before.
        headings: how many of the HTML version's; ``renumbered`` those found under another number, ``missing`` those that
            are not headings here.
        error: why it could not be read.
    """

    manual: str
    format: str
    files: int = 0
    reference: int = 0
    words: int = 0
    by_lines: float = 0.0
    by_cells: float = 0.0
    naive: float | None = None
    held: float | None = None
    absent: tuple[str, ...] = ()
    headings: int = 0
    found: int = 0
    renumbered: int = 0
    missing: tuple[str, ...] = ()
    error: str = ""


def measure(folder: Path, manual: Manual, formats: Sequence[str] = ()) -> Iterator[Measure]:
    """The measures of each format of a manual below ``folder/NAME``; ``formats`` keeps only some of them."""
    root = folder / manual.name
    text = gzip.decompress((root / manual.text).read_bytes()).decode()
    lines, cells = words(text), words(unboxed(text))
    expected = list(_headings(_pages(root / manual.others[manual.headings])))
    for name, path in {"txt": manual.text, **manual.others}.items():
        if formats and name not in formats:
            continue
        files = _pages(root / path) if name.startswith("html") else [root / path]
        try:
            documents = [document for file in files for document in _read(file)]
        except SourcierError as error:
            yield Measure(manual.name, name, len(files), len(cells), error=str(error))
            continue
        got = [word for document in documents for word in words(document.text)]
        found, absent = in_order(cells, got)
        missing, renumbered = _missing(expected, documents)
        naive, held = _naive(cells, files)
        yield Measure(
            manual=manual.name,
            format=name,
            files=len(files),
            reference=len(cells),
            words=len(got),
            by_lines=in_order(lines, got)[0] / len(lines),
            by_cells=found / len(cells),
            naive=naive,
            held=held,
            absent=tuple(_runs(cells, absent)),
            headings=len(expected),
            found=len(expected) - len(missing) - renumbered,
            renumbered=renumbered,
            missing=tuple(missing),
        )


def _naive(reference: Sequence[str], files: Sequence[Path]) -> tuple[float | None, float | None]:
    """What all the text of the format, taken as it comes, has of the reference: in the same order, and at all."""
    got: list[str] = []
    for file in files:
        data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        reader = import_module(f"sourcier.ingest.readers.{kind_of(file.name.removesuffix('.gz'), data).value}")
        if not hasattr(reader, "source_text"):
            return None, None
        got += words(reader.source_text(data, limits=Limits.of(IngestSettings())))
    held = sum((Counter(reference) & Counter(got)).values())
    return in_order(reference, got)[0] / len(reference), held / len(reference)


def _read(file: Path) -> Iterator[Document]:
    """The documents of a file, read as ingestion does; a compressed one is first unfolded elsewhere."""
    with tempfile.TemporaryDirectory() as folder:
        if file.suffix == ".gz":
            unfolded = Path(folder) / file.stem
            unfolded.write_bytes(gzip.decompress(file.read_bytes()))
            file = unfolded
        source = SourceFile(str(file.parent), file.name, file)
        for document in read(source, IngestSettings(), SourceCatalogue({})):
            if not isinstance(document, Document):
                raise document.error
            yield document


def _pages(first: Path) -> list[Path]:
    """A page and those its ``next`` links lead to, as far as they are there."""
    from lxml import html

    pages: list[Path] = []
    page = first
    while page.is_file() and page not in pages:
        pages.append(page)
        links = html.document_fromstring(page.read_bytes()).xpath("//link[@rel='next']/@href")
        if not links:
            break
        page = page.parent / Path(str(links[0]).partition("#")[0]).name
    return pages


def _headings(pages: Sequence[Path]) -> Iterator[str]:
    from lxml import html

    for page in pages:
        tree = html.document_fromstring(page.read_text(encoding="utf-8").partition("?>")[2] or page.read_bytes())
        path = f"//*[self::h1 or self::h2 or self::h3 or self::h4][not({_NAVIGATION})][not({_BOX})]"
        for heading in tree.xpath(path):
            if words(heading.text_content()):
                yield " ".join(heading.text_content().replace("¶", "").split())


def _missing(expected: Sequence[str], documents: Sequence[Document]) -> tuple[list[str], int]:
    """Headings without a heading block of the same words (each block serves once), and how many have another number."""
    there = Counter(
        tuple(words(document.text[block.start : block.end]))
        for document in documents
        for block in document.blocks
        if block.kind is BlockKind.HEADING
    )
    left = []
    for heading in expected:
        key = tuple(words(heading))
        if there[key]:
            there[key] -= 1
        else:
            left.append(heading)
    bare: Counter[tuple[str, ...]] = Counter()
    for key, count in there.items():
        bare[_unnumbered(key)] += count
    missing = []
    for heading in left:
        key = _unnumbered(tuple(words(heading)))
        if key and bare[key]:
            bare[key] -= 1
        else:
            missing.append(heading)
    return missing, len(left) - len(missing)


def _unnumbered(heading: tuple[str, ...]) -> tuple[str, ...]:
    """A heading without its number: « Chapitre 2 », « A 1 »."""
    start = 0
    while start < len(heading) and (heading[start].isdigit() or (len(heading[start]) == 1 and start == 0)):
        start += 1
    if heading[:1] and heading[0].casefold() in {"chapitre", "annexe", "partie", "chapter", "appendix"}:
        start = 2
    return heading[start:]


def _runs(reference: Sequence[str], absent: Sequence[int]) -> Iterator[str]:
    """Neighbouring absent words together, after the four words before them."""
    start = 0
    for index, place in enumerate(absent):
        if index + 1 == len(absent) or absent[index + 1] != place + 1:
            first = absent[start]
            before = " ".join(reference[max(0, first - 4) : first])
            yield f"{before} [{' '.join(reference[first : place + 1])}]"
            start = index + 1


def _row(one: Measure) -> list[str]:
    if one.error:
        return [f"{one.manual} {one.format}", *["–"] * 8]
    shares = [
        "–" if share is None else f"{100 * share:.2f} %".replace(".", ",")
        for share in (one.by_lines, one.by_cells, one.naive, one.held)
    ]
    return [
        f"{one.manual} {one.format}",
        str(one.files),
        str(one.reference),
        str(one.words),
        *shares,
        f"{one.found}{f' + {one.renumbered}' if one.renumbered else ''}/{one.headings}",
    ]


def run(
    folder: Annotated[Path, typer.Argument(help=message("eval.formats_folder"))],
    only: Annotated[list[str] | None, typer.Option("--only", help=message("eval.formats_only"))] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help=message("eval.formats_verbose"))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=message("eval.formats_json"))] = False,
) -> None:
    """Measure every manual that is there."""
    there = [manual for manual in MANUALS if (folder / manual.name / manual.text).is_file()]
    if not there:
        raise DatasetError("eval.formats_none", path=folder)
    chosen = set(only or ())
    names = {manual.name for manual in MANUALS} & chosen
    formats = sorted(chosen - names)
    found = [one for manual in there if not names or manual.name in names for one in measure(folder, manual, formats)]
    if as_json:
        sys.stdout.write(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1) + "\n")
        return
    columns = ("manual", "files", "reference", "words", "by_lines", "by_cells", "naive", "held", "headings")
    lines = table([message(f"eval.formats_{column}") for column in columns], [_row(one) for one in found])
    for one in found:
        if one.error:
            lines += ["", f"{one.manual} {one.format} : {one.error}"]
        elif verbose:
            lines += ["", message("eval.formats_missing", manual=one.manual, format=one.format), *one.missing]
            lines += ["", message("eval.formats_absent", manual=one.manual, format=one.format), *one.absent]
    sys.stdout.write("\n".join(lines) + "\n")


def main() -> None:
    """Run as a script: a failure is one clear line on stderr."""
    run_script(run, message("eval.formats_about"))


if __name__ == "__main__":
    main()
