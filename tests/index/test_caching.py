"""What searches remember: the same as a new search would find, a number of things, for ten minutes at most."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sourcier.core.errors import EmptyIndexError
from sourcier.core.filters import Filter
from sourcier.core.settings import Settings
from sourcier.index import caching
from sourcier.index.caching import KEPT_S, Cache, digest_of_text
from sourcier.index.erasure import forget
from sourcier.index.search import Searcher
from sourcier.index.sync import sync

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:chromadb.*")


class Hours:
    """A clock that is moved by hand, and does at their time the things it was asked to do later."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waiting: list[tuple[float, Callable[[], None], list[bool]]] = []

    def clock(self) -> float:
        return self.now

    def later(self, seconds: float, action: Callable[[], None]) -> caching.Later:
        off: list[bool] = []
        self.waiting.append((self.now + seconds, action, off))

        class Planned:
            def cancel(self) -> None:
                off.append(True)

        return Planned()

    def move(self, seconds: float) -> None:
        until = self.now + seconds
        while due := [one for one in self.waiting if one[0] <= until]:
            first = min(due, key=lambda one: one[0])
            self.waiting.remove(first)
            self.now = max(self.now, first[0])
            if not first[2]:
                first[1]()
        self.now = until


def test_the_one_unused_for_longest_makes_room() -> None:
    hours = Hours()
    cache: Cache[int] = Cache(2, clock=hours.clock, later=hours.later)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, 3)
    none: Cache[int] = Cache(0, clock=hours.clock, later=hours.later)
    none.put("a", 1)
    assert none.get("a") is None and len(none) == 0


def test_nothing_outlives_its_time_even_where_nobody_asks() -> None:
    hours = Hours()
    cache: Cache[int] = Cache(9, clock=hours.clock, later=hours.later)
    cache.put("a", 1)
    hours.move(KEPT_S / 2)
    cache.put("b", 2)
    for _ in range(3):
        assert cache.get("a") == 1  # being asked for does not prolong it
    hours.move(KEPT_S / 2)
    assert len(cache) == 1
    hours.move(KEPT_S / 2)
    assert len(cache) == 0
    assert all(off for _, _, off in hours.waiting)
    # And again after it was empty, or emptied.
    cache.put("c", 3)
    cache.clear()
    cache.put("d", 4)
    hours.move(KEPT_S)
    assert len(cache) == 0


def test_what_had_its_time_is_not_given_though_it_was_not_swept_yet() -> None:
    hours = Hours()
    cache: Cache[int] = Cache(9, clock=hours.clock, later=hours.later)
    cache.put("a", 1)
    hours.now = KEPT_S
    assert cache.get("a") is None


def test_the_real_timer_sweeps_and_holds_nothing_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "KEPT_S", 0.01)
    cache: Cache[int] = Cache(9)
    cache.put("a", 1)
    timer = cache._sweeping
    assert timer is not None and timer.daemon  # type: ignore[attr-defined]
    timer.join(30)  # type: ignore[attr-defined]
    assert len(cache) == 0
    monkeypatch.setattr(caching, "KEPT_S", 3600.0)
    cache.put("a", 1)
    timer, gone = cache._sweeping, weakref.ref(cache)
    del cache
    gc.collect()
    assert gone() is None and timer is not None
    timer.cancel()


def test_many_threads_share_one() -> None:
    hours = Hours()
    cache: Cache[int] = Cache(20, clock=hours.clock, later=hours.later)

    def use(seed: int) -> bool:
        for step in range(300):
            key = (seed * 7 + step * 13) % 40
            if cache.get(key) not in {None, key}:
                return False
            cache.put(key, key)
            if step % 50 == 0:
                cache.clear()
            if step % 40 == 0:
                cache.sweep()
        return len(cache) <= 20

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(8)))


def test_questions_are_not_kept_as_such() -> None:
    assert b"grief" not in digest_of_text("grief")
    assert digest_of_text("grief") == digest_of_text("grief") != digest_of_text("Grief")
    assert digest_of_text("\ud83d") != digest_of_text("?")


# In a searcher.


@pytest.fixture
def words(corpus: Path, tmp_path: Path, standin: ModuleType) -> Settings:
    settings: Settings = standin.settings_of(tmp_path / "data", dense="exact")
    sync([corpus], settings, embedder=standin.HashEmbedder())
    return settings


@pytest.fixture
def searcher(words: Settings, standin: ModuleType) -> Iterator[Searcher]:
    opened = Searcher.open(words, embedder=standin.HashEmbedder())
    yield opened
    opened.close()


SOME = st.sampled_from(["le délai du grief", "le délai du  grief", "Le délai du grief", "congé", "vacances", "?", ""])
ONLY = st.sampled_from([None, Filter(), Filter(collection=("sante",)), Filter(language=("fr",))])


@given(st.lists(st.tuples(SOME, st.sampled_from([None, 1, 3]), ONLY), min_size=1, max_size=8))
@settings(derandomize=True, deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_remembered_is_what_a_new_search_finds(
    words: Settings, searcher: Searcher, standin: ModuleType, asked: list[tuple[str, int | None, Filter | None]]
) -> None:
    fresh = standin.settings_of(words.home, dense="exact", cache=0)
    forgetful = Searcher.open(fresh, embedder=standin.HashEmbedder())
    for query, k, only in asked:
        first, second = searcher.search(query, k, only), searcher.search(query, k, only)
        new = forgetful.search(query, k, only)
        assert first.hits == second.hits == new.hits
        assert first.version == second.version == new.version == searcher.version
        assert set(second.timings_ms) == {"cached", "total"}
        assert "cached" not in new.timings_ms
    forgetful.close()


def test_a_question_is_embedded_once_whatever_is_asked_of_it(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded: list[str] = []
    embed = searcher.embedder.embed_queries

    def noted(texts: Sequence[str]) -> NDArray[np.float32]:
        embedded.extend(texts)
        return embed(texts)

    monkeypatch.setattr(searcher.embedder, "embed_queries", noted)
    for k, only in ((1, None), (2, None), (2, Filter(language=("fr",)))):
        searcher.search("le délai du grief", k, only)
    assert len(embedded) == 1
    searcher.search("le délai du grief ", 1)
    assert len(embedded) == 2


def test_a_new_index_is_searched_anew(searcher: Searcher, words: Settings, corpus: Path, standin: ModuleType) -> None:
    before = searcher.search("vacances annuelles")
    (corpus / "conges.md").write_text("# Congés\n\nLes vacances annuelles sont de cinq semaines.\n", encoding="utf-8")
    sync([corpus], words, embedder=standin.HashEmbedder())
    after = searcher.search("vacances annuelles")
    assert "cached" not in after.timings_ms
    assert after.version != before.version
    assert "cinq" in after.hits[0].passage.text
    assert "cached" in searcher.search("vacances annuelles").timings_ms


def test_erased_texts_leave_the_memory(searcher: Searcher, words: Settings) -> None:
    found = searcher.search("vacances annuelles").hits[0]
    assert len(searcher._results) == 1
    assert forget(words.home, found.path).after == ()
    left = searcher.search("griefs")
    assert len(searcher._results) == 1
    assert found.path not in {hit.path for hit in (*left.hits, *searcher.search("vacances annuelles").hits)}


def test_where_the_last_document_is_erased_nothing_is_found_nor_remembered(
    searcher: Searcher, words: Settings, corpus: Path, standin: ModuleType
) -> None:
    searcher.search("vacances annuelles")
    for path in [row.path for row in searcher.documents()]:
        forget(words.home, path)
    with pytest.raises(EmptyIndexError):
        searcher.search("vacances annuelles")
    assert len(searcher._results) == 0
    with pytest.raises(EmptyIndexError):
        searcher.documents()
    (corpus / "neuf.md").write_text("# Neuf\n\nVacances annuelles.\n", encoding="utf-8")
    sync([corpus], words, embedder=standin.HashEmbedder())
    assert [hit.path for hit in searcher.search("vacances annuelles").hits] == ["neuf.md"]


def test_closing_drops_everything(words: Settings, standin: ModuleType) -> None:
    opened = Searcher.open(words, embedder=standin.HashEmbedder())
    opened.search("congé")
    opened.close()
    assert len(opened._results) == len(opened._vectors) == 0
