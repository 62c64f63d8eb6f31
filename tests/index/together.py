"""Processes that search, and one that writes, told by lines on their input what to do; each answers with lines of JSON.

python together.py write HOME DENSE CORPUS     « 3 »: brings the corpus to its third state, ingests, answers with the index's name
                                               « forget PATH »: erases a document, answers with the index's name
python together.py search HOME DENSE           « 10 »: searches as many times, five at once, answers with what was seen
"""

from __future__ import annotations

import importlib.util
import json
import random
import shutil
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

from sourcier.core.errors import StoreError
from sourcier.core.filters import Filter
from sourcier.core.settings import Settings
from sourcier.index.erasure import forget
from sourcier.index.generations import current_name
from sourcier.index.search import Searcher
from sourcier.index.sync import sync

DOCUMENTS = 12
EVERYWHERE = "grief"
ASKED: tuple[tuple[str, str | None], ...] = (("grief", None), ("le grief", "a"), ("un grief", None), ("grief ?", "b"))
_SYLLABLES = "bacodifugehojikulamenopiqurasotivuwaxeyoza"


def standin() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hash_embedder", Path(__file__).with_name("hash_embedder.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def settings_of(home: Path, dense: str) -> Settings:
    """``chroma`` builds a graph each time, ``exact`` none."""
    settings: Settings = standin().settings_of(home, dense=dense, graph_from=2 if dense == "chroma" else 10**6)
    return settings


def texts_of(state: int) -> dict[str, str]:
    """The corpus in one of its states: every text says which, but those of two documents; a few come and go."""
    texts = {}
    for number in range(DOCUMENTS):
        words = random.Random(number)
        own = " ".join("".join(words.choices(_SYLLABLES, k=6)) for _ in range(18))
        if number % 5 != state % 5:
            when = "toujours" if number >= DOCUMENTS - 2 else f"état{state}"
            texts[f"{'ab'[number % 2]}/{number}.txt"] = f"Le {EVERYWHERE} {own} {when}.\n"
    return texts


def write(corpus: Path, state: int) -> None:
    """Bring a folder to a state, file by file."""
    texts = texts_of(state)
    for path in corpus.rglob("*.txt"):
        if path.relative_to(corpus).as_posix() not in texts:
            path.unlink()
    for name, text in texts.items():
        (corpus / name).parent.mkdir(parents=True, exist_ok=True)
        (corpus / name).write_text(text, encoding="utf-8")


def look(searcher: Searcher, number: int) -> list[Any]:
    """One search: which one, the index it names, what was found, and whether it is what the document says there."""
    query, collection = ASKED[number % len(ASKED)]
    result = searcher.search(query, 50, Filter(collection=(collection,)) if collection else None)
    found = sorted((h.path, h.passage.document_id, h.passage.start, h.passage.text) for h in result.hits)
    said = True
    for hit in result.hits[number % 3 : number % 3 + 1]:
        try:
            text = searcher.document(hit.passage.document_id).text
        except StoreError:
            continue  # two indexes later, what is gone from the corpus is gone from the store
        said = text[hit.passage.start : hit.passage.end] == hit.passage.text
    return [number % len(ASKED), result.version, found, said]


def searches(searcher: Searcher, numbers: Iterable[int], pool: ThreadPoolExecutor) -> list[Any]:
    """What many searches at once saw, each different thing once."""
    seen = {json.dumps(one) for one in pool.map(lambda number: look(searcher, number), numbers)}
    return [json.loads(one) for one in sorted(seen)]


def main() -> None:
    command, home, dense, *rest = sys.argv[1:]
    parts = standin()
    settings: Settings = settings_of(Path(home), dense)
    if command == "write":
        corpus = Path(rest[0])

        def act(line: str) -> Any:
            name, _, path = line.partition(" ")
            if name == "forget":
                forget(Path(home), path)
                shutil.rmtree(corpus / path, ignore_errors=True)
            else:
                write(corpus, int(name))
                sync([corpus], settings, embedder=parts.HashEmbedder())
            return current_name(Path(home))

        _serve(act)
        return
    searcher = Searcher.open(settings, embedder=parts.HashEmbedder())
    with ThreadPoolExecutor(5) as pool:
        _serve(lambda line: searches(searcher, range(int(line)), pool))
    searcher.close()


def _serve(act: Callable[[str], Any]) -> None:
    sys.stdout.write('"ready"\n')
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(act(line.strip())) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
