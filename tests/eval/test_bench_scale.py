"""The scale bench: what it makes up, what it says, and, slowly, a run of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from sourcier.core.errors import UsageError
from sourcier.eval.bench.scale.__main__ import _sizes
from sourcier.eval.bench.scale.material import CUT, DIMENSION, GivenVectors, Material, fill, replace_document
from sourcier.eval.bench.scale.report import Point, draw, limits, markdown
from sourcier.index.analyser import analyse
from sourcier.index.building import gather
from sourcier.index.writing import open_writer

ROOT = Path(__file__).resolve().parents[2]


def point(passages: int, ours: float, both: float) -> Point:
    return Point(
        {
            "passages": passages,
            "ours": [ours] * 19 + [10 * ours],
            "chroma": [both / 2] * 20,
            "bm25s": [both / 2] * 20,
            "recall": 0.995,
            "opening_s": 1.25,
            "anonymous": 100 * passages,
            "disk": {"vectors": 1536 * passages, "words": 1000 * passages, "graph": 2000 * passages},
            "build_s": 12.0,
            "graph_s": 9.0,
        }
    )


def test_passages_are_as_long_and_their_words_as_uneven_as_in_french() -> None:
    made = list(islice(Material().documents(400), 20))
    passages = [passage for _, found, _ in made for passage in found]
    assert len(passages) == 400
    for document, found, vectors in made:
        assert all(document.text[one.start : one.end] == one.text for one in found)
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
        assert vectors.shape == (20, DIMENSION) and vectors.dtype == np.float32
    terms = [term for one in passages for term in analyse(one.text)]
    assert 45 <= len(terms) / len(passages) <= 60
    shares = [count / len(terms) for _, count in Counter(terms).most_common()]
    assert 0.005 < shares[0] < 0.03 and 0.0003 < shares[99] < 0.002


def test_the_same_seed_makes_the_same_ones() -> None:
    ours, again = (list(Material().documents(60)) for _ in range(2))
    assert [one[0] for one in ours] == [one[0] for one in again]
    texts, vectors = [one.text for one in ours[0][1]], ours[0][2]
    first, second = (Material().questions(5, texts, vectors) for _ in range(2))
    assert [one.text for one in first] == [one.text for one in second]
    other = list(Material().documents(60, version=1))
    assert ours[0][0].text != other[0][0].text


def test_the_store_is_that_of_an_ingestion(tmp_path: Path) -> None:
    fill(tmp_path, Material(), 130)
    with open_writer(tmp_path) as store:
        before = gather(store, store.ready(CUT), CUT, GivenVectors.fingerprint)
        assert len(before.ids) == 130
        expected = np.concatenate([vectors for _, _, vectors in Material().documents(130)])
        np.testing.assert_array_equal(before.vectors, expected)
        replace_document(store, Material())
        after = gather(store, store.ready(CUT), CUT, GivenVectors.fingerprint)
        replace_document(store, Material())
        again = gather(store, store.ready(CUT), CUT, GivenVectors.fingerprint)
    assert len(set(before.ids) - set(after.ids)) == 20 and len(after.ids) == 130
    assert len(set(before.ids) - set(again.ids)) == 20 and len(set(after.ids) - set(again.ids)) == 20


def test_the_table_says_ratios_and_limits(tmp_path: Path) -> None:
    points = [point(10_000, 2.0, 4.0), point(100_000, 11.0, 10.0)]
    shown = markdown(points, "fr")
    assert "| Sourcier sur les deux (médiane / p95) | 0.50 / " in shown and "10 000 | 100 000" in shown
    assert point(10_000, 2.0, 4.0).ratio(0.5) == pytest.approx(0.5)
    holds, slow = limits(points)
    assert holds == int(0.75 * 16e9 / 2636) and slow == 990_000
    assert limits(points[:1])[1] is None
    del points[0].figures["disk"]["graph"]  # compared one by one: another line than that of a graph
    assert limits(points)[1] is None
    draw(points, tmp_path / "scale.png", "fr")
    assert (tmp_path / "scale.png").read_bytes().startswith(b"\x89PNG")


def test_sizes_are_numbers() -> None:
    assert _sizes("100000, 1000") == [1000, 100_000]
    for wrong in ("", "mille", "10", "1000,"):
        with pytest.raises(UsageError):
            _sizes(wrong)


@pytest.mark.slow
def test_a_run_measures_three_programs_and_a_change(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sourcier.eval.bench.scale", "--sizes", "400", "--questions", "20"]
    places = [
        "--pictures",
        str(tmp_path / "pictures"),
        "--json",
        str(tmp_path / "figures.json"),
        "--work",
        str(tmp_path),
    ]
    done = subprocess.run([*command, *places], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "bm25s" in done.stdout and (tmp_path / "pictures" / "scale.png").is_file()
    (figures,) = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert all(len(figures[name]) == 20 and min(figures[name]) > 0 for name in ("ours", "chroma", "bm25s"))
    assert figures["recall"] > 0.95 and figures["change_build_s"] > 0 and figures["passages"] == 400
