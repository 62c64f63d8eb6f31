"""What can become of an index that was whole, F-05: results stay the same, the damage is said, and mended."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.faults.stored import find, hits_of, ingest
from tests.index import hash_embedder as standin

from sourcier.core.errors import IngestError, StoreError
from sourcier.index import writing
from sourcier.index.generations import current_folder, current_name, is_whole
from sourcier.index.schema import STORE_FILE
from sourcier.index.search import Searcher
from sourcier.index.verifying import verify

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:chromadb.*")


# F-05: the index is damaged.


def _damages(generation: Path) -> Iterator[tuple[str, Callable[[Path], object]]]:
    for path in sorted(generation.rglob("*")):
        if path.is_file() and path.name != "chroma.lock":
            name = path.relative_to(generation).as_posix()
            yield name, lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
            yield name, lambda file: file.write_bytes(b"")
            yield name, Path.unlink


def test_f05_a_file_cut_short_emptied_or_deleted_changes_no_result(corpus: Path, tmp_path: Path) -> None:
    home, damaged = tmp_path / "data", tmp_path / "damaged"
    ingest(corpus, home)
    before, health = find(home)
    assert before and health == []
    tried = 0
    for name, damage in _damages(current_folder(home)):
        shutil.rmtree(damaged, ignore_errors=True)
        shutil.copytree(home, damaged)
        damage(current_folder(damaged) / name)
        if is_whole(current_folder(damaged)):
            continue  # the file was empty
        after, health = find(damaged)
        assert after == before, name
        assert health in (["store.index_given_up"], ["store.chroma_given_up"]), name
        tried += 1
    assert tried > 25
    ingest(corpus, damaged)
    assert find(damaged) == (before, [])
    assert verify(damaged).problems == ()


def test_f05_a_hundred_bytes_flipped_change_no_result(corpus: Path, tmp_path: Path) -> None:
    home = tmp_path / "data"
    ingest(corpus, home)
    before, _ = find(home)
    generator = random.Random(5)
    folder = current_folder(home)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
    noticed = 0
    for _ in range(100):
        file = generator.choice(files)
        kept = file.read_bytes()
        place = generator.randrange(len(kept))
        file.write_bytes(kept[:place] + bytes([kept[place] ^ 1 << generator.randrange(8)]) + kept[place + 1 :])
        dense = generator.choice(("chroma", "exact", "exact", "exact"))
        after, health = find(home, dense=dense)
        assert after == before, (file, place)
        # Chroma's own files, and their sums, matter only where Chroma is asked.
        line = kept[:place].rpartition(b"\n")[2] + kept[place:].partition(b"\n")[0]
        of_chroma = "chroma" in file.parts or file.name == "chroma.lock" or b'"chroma/' in line
        assert bool(health) or of_chroma, (file, place)
        noticed += bool(health)
        file.write_bytes(kept)
        (folder / "damaged").unlink(missing_ok=True)
    assert noticed > 30


def test_f05_a_byte_flipped_in_the_store_shows_no_wrong_text(corpus: Path, tmp_path: Path) -> None:
    home = tmp_path / "data"
    ingest(corpus, home)
    texts = {identifier: text for identifier, text, _ in find(home)[0]}
    store = home / STORE_FILE
    kept = store.read_bytes()
    place = kept.index(b"trente jours")
    generator = random.Random(3)
    for at in (place, place + 5, *(generator.randrange(len(kept)) for _ in range(30))):
        store.write_bytes(kept[:at] + bytes([kept[at] ^ 1]) + kept[at + 1 :])
        try:
            after, health = find(home)
        except (StoreError, IngestError):
            continue
        assert all(texts[identifier] == text for identifier, text, _ in after)
        assert len(after) == len(texts) or "store.passage_damaged" in health or "store.index_given_up" in health
    store.write_bytes(kept)
    assert {identifier: text for identifier, text, _ in find(home)[0]} == texts


def test_f05_a_running_service_notices_within_the_hour_and_mends_itself(corpus: Path, tmp_path: Path) -> None:
    home = tmp_path / "data"
    ingest(corpus, home)
    now = [0.0]
    searcher = Searcher.open(standin.settings_of(home), embedder=standin.HashEmbedder(), clock=lambda: now[0])
    before, name = hits_of(searcher), current_name(home)
    vectors = np.load(current_folder(home) / "vectors.npy")
    np.save(current_folder(home) / "vectors.npy", np.roll(vectors, 1, axis=0))
    now[0] = 3599.0
    hits_of(searcher)
    assert searcher.health() == []  # not yet due
    now[0] = 3601.0
    assert hits_of(searcher) == before
    assert searcher.health() == ["store.index_given_up"]
    searcher.mends = True
    assert hits_of(searcher) == before
    searcher.mender.wait()
    assert hits_of(searcher) == before
    assert searcher.health() == [] and searcher.version == current_name(home) != name
    searcher.close()
    assert verify(home).problems == ()


def test_f05_a_service_that_cannot_mend_goes_on(corpus: Path, tmp_path: Path) -> None:
    home = tmp_path / "data"
    ingest(corpus, home)
    searcher = Searcher.open(standin.settings_of(home), embedder=standin.HashEmbedder())
    before = hits_of(searcher)
    shutil.rmtree(current_folder(home) / "bm25")
    assert searcher.check() == ["store.index_given_up"]
    searcher.mends = True
    with writing.open_writer(home):  # an ingestion is under way
        assert hits_of(searcher) == before
        searcher.mender.wait()
    assert not is_whole(current_folder(home))
    assert hits_of(searcher) == before
    searcher.mender.wait()
    assert is_whole(current_folder(home))
    searcher.close()
