"""Ingestions killed at random instants, then taken up again: what comes out must be what an undisturbed one gives.

python tests/faults/kills.py [N] [SEED]    N kills (200), half of them of a first ingestion, half of an update
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import filelock

from sourcier.core.errors import StoreBusyError
from sourcier.core.settings import Settings
from sourcier.index import generations, writing
from sourcier.index.generations import current_name
from sourcier.index.search import Searcher
from sourcier.index.store import open_store
from sourcier.index.sync import sync
from sourcier.index.verifying import verify

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.index.hash_embedder import HashEmbedder, settings_of

QUESTION = "le délai du grief numéro"
BUSY = 7


@dataclass
class Tally:
    """What happened to the ingestions that were killed."""

    kills: int = 0
    before_the_end: int = 0
    wrong: list[str] = field(default_factory=list)


def write_corpus(folder: Path, version: int, count: int = 8) -> Path:
    """Files that share some texts between versions: some change, some go, some come, some are copies."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "sous").mkdir(parents=True)
    for number in range(count):
        age = version if number % 2 else 0
        where = folder / ("sous" if number % 3 == 0 else "") / f"fiche{number}.md"
        lines = [f"## Partie {part}\n\nLe délai {part} du grief numéro {number}, version {age}.\n" for part in range(6)]
        where.write_text(f"# Fiche {number}\n\n" + "\n".join(lines), encoding="utf-8")
    (folder / f"seule{version}.txt").write_text(f"Un texte de la version {version} seulement.\n", encoding="utf-8")
    (folder / "copie.md").write_bytes((folder / "fiche1.md").read_bytes())
    return folder


def settings_for(home: Path) -> Settings:
    """One reading process, small passages."""
    settings = settings_of(home)
    return settings.model_copy(update={"ingest": settings.ingest.model_copy(update={"workers": 1})})


def ingest(home: Path, corpus: Path) -> None:
    """One ingestion, in this process."""
    sync([corpus], settings_for(home), embedder=HashEmbedder())


def manifest_of(home: Path) -> str:
    """All that is stored, as `sourcier verify --manifest` prints it."""
    with open_store(home) as store:
        return json.dumps(store.manifest(), sort_keys=True)


# Children are forked from a clean process: what has run Chroma cannot be forked.
_CLEAN = multiprocessing.get_context("forkserver")
_CLEAN.set_forkserver_preload(["sourcier.index.sync", "sourcier.index.search", "sourcier.index.verifying", "chromadb"])


def apart(work: Callable[..., object], *given: object) -> ForkServerProcess:
    """Start ``work`` in a process of its own, which ends with 0, 1 after an error, 7 when refused."""
    child = _CLEAN.Process(target=_work, args=(work, given))
    child.start()
    return child


def ended(child: ForkServerProcess) -> int | None:
    """The exit code of a process, once it ended."""
    child.join()
    return child.exitcode


def _work(work: Callable[..., object], given: tuple[object, ...]) -> None:
    mutate(setattr)
    try:
        work(*given)
    except StoreBusyError:
        sys.exit(BUSY)


def mutate(set_to: Callable[[object, str, object], object]) -> None:
    """Take out what ``SOURCIER_MUTATION`` names, in this process: tests that guard it must turn red."""
    mutation = os.environ.get("SOURCIER_MUTATION", "")
    if mutation == "lock":
        set_to(filelock.FileLock, "acquire", lambda self, **options: None)
    elif mutation == "upsert":
        upsert = writing.StoreWriter.put_file

        def insert(self: writing.StoreWriter, file: writing.KnownFile) -> None:
            if file.location in self.files():
                raise sqlite3.IntegrityError("UNIQUE constraint failed: files.location")
            upsert(self, file)

        set_to(writing.StoreWriter, "put_file", insert)
    elif mutation == "fsync":
        set_to(generations, "sync_to_disk", lambda path: None)
    elif mutation == "swap":

        def overwrite(home: Path, name: str) -> None:
            (generations.folder_of(home) / generations.CURRENT).write_text(name, encoding="utf-8")

        set_to(generations, "set_current", overwrite)


def still_answers(home: Path) -> None:
    """Whatever was published can be searched, and is sound."""
    if current_name(home) is None:
        return
    with closing(Searcher.open(settings_for(home), embedder=HashEmbedder())) as searcher:
        hits = searcher.search(QUESTION, 20).hits
        assert hits
        assert searcher.health() == [], searcher.health()
        for hit in hits:
            text = searcher.document(hit.passage.document_id).text
            assert text[hit.passage.start : hit.passage.end] == hit.passage.text


def resume(home: Path, corpus: Path, expected: str) -> None:
    """Look at what a kill left, ingest to the end, compare with an undisturbed run."""
    still_answers(home)
    ingest(home, corpus)
    assert manifest_of(home) == expected, "manifest"
    assert verify(home).problems == (), verify(home).problems
    assert not list(home.rglob("*.part")), "leftovers"
    still_answers(home)


def run(folder: Path, kills: int, seed: int, told: Callable[[str], None] = lambda line: None) -> Tally:
    """Kill ingestions ``kills`` times at instants drawn with ``seed``, and take each up again."""
    generator = random.Random(seed)
    old, new = write_corpus(folder / "old", 1), write_corpus(folder / "new", 2)
    # Paths are part of what is compared: both versions are ingested from one folder.
    corpus = folder / "corpus"
    tally = Tally()
    shutil.copytree(old, corpus)
    assert ended(apart(ingest, folder / "old-home", corpus)) == 0
    shutil.rmtree(corpus)
    shutil.copytree(new, corpus)
    started = time.monotonic()
    assert ended(apart(ingest, folder / "new-home", corpus)) == 0
    duration = time.monotonic() - started
    expected = manifest_of(folder / "new-home")
    for number in range(kills):
        home = folder / f"killed-{number}"
        if number % 2:
            shutil.copytree(folder / "old-home", home)
        for _ in range(generator.choice((1, 1, 2))):
            child = apart(ingest, home, corpus)
            time.sleep(generator.uniform(0, duration))  # the instant of the kill is what is drawn
            child.kill()
            tally.kills += 1
            tally.before_the_end += ended(child) == -signal.SIGKILL
        if ended(apart(resume, home, corpus, expected)) != 0:
            tally.wrong.append(home.name)
        else:
            shutil.rmtree(home)
        told(f"{number + 1}/{kills}: {tally.before_the_end} killed before the end, wrong: {tally.wrong or 'none'}")
    return tally


def main() -> None:
    kills, seed = (int(given) for given in (sys.argv[1:] + ["200", "1"][len(sys.argv) - 1 :])[:2])
    with tempfile.TemporaryDirectory() as folder:
        tally = run(Path(folder), kills, seed, lambda line: print(line, file=sys.stderr))  # noqa: T201
    print(json.dumps({"kills": tally.kills, "before_the_end": tally.before_the_end, "wrong": tally.wrong}))  # noqa: T201
    sys.exit(bool(tally.wrong))


if __name__ == "__main__":
    main()
