from __future__ import annotations

import random
from pathlib import Path
from types import ModuleType

import pytest

from sourcier.index import near
from sourcier.index.store import open_store
from sourcier.index.sync import SyncReport, sync

WORDS = [f"mot{number}" for number in range(3000)]


def text(seed: int, length: int = 120) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


def write(folder: Path, name: str, words: list[str]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(" ".join(words) + "\n", encoding="utf-8")


def ingest(folder: Path, home: Path, standin: ModuleType) -> SyncReport:
    return sync([folder], standin.settings_of(home), embedder=standin.HashEmbedder())


def test_nearly_the_same_text_is_reported_with_what_it_resembles(tmp_path: Path, standin: ModuleType) -> None:
    folder, home = tmp_path / "corpus", tmp_path / "data"
    for number in range(6):
        write(folder, f"{number}.txt", text(number))
    write(folder, "2-bis.txt", [*text(2), "une", "phrase", "de", "plus"])
    write(folder, "3-autre.txt", [*text(3, 60), *text(99, 60)])
    report = ingest(folder, home, standin)
    # 116 shingles of 120: those of the first text, and 4 more for the second.
    assert report.near == (("2.txt", "2-bis.txt", round(116 / 120, 4)),)
    assert ingest(folder, home, standin).near == report.near
    with open_store(home) as store:
        alike = near.near_duplicates(store, store.served())
    assert sorted(path for others in alike.values() for path, _ in others) == ["2-bis.txt", "2.txt"]
    (folder / "2-bis.txt").unlink()
    assert ingest(folder, home, standin).near == ()


def test_what_is_added_later_is_compared_with_what_was_there(
    tmp_path: Path, standin: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, one_by_one = tmp_path / "corpus", tmp_path / "data"
    signed: list[int] = []
    sign = near._signature

    def counted(shingles: frozenset[int]) -> bytes:
        signed.append(len(shingles))
        return sign(shingles)

    monkeypatch.setattr(near, "_signature", counted)
    for number in range(8):
        write(folder, f"{number}.txt", [*text(number % 3), *(str(number) for _ in range(2))])
        last = ingest(folder, one_by_one, standin)
    assert len(signed) == 8  # each document once
    monkeypatch.setattr(near, "_FEW", 0)  # as if they were thousands
    assert ingest(folder, tmp_path / "fresh", standin).near == last.near
    assert [path for path, _, _ in last.near] == ["3.txt", "4.txt", "5.txt", "6.txt", "7.txt"]


def test_short_texts_are_not_compared(tmp_path: Path, standin: ModuleType) -> None:
    folder = tmp_path / "corpus"
    for number in range(3):
        write(folder, f"{number}.txt", ["Abrogé", "le", str(number), "janvier"])
    assert ingest(folder, tmp_path / "data", standin).near == ()


def test_another_threshold_compares_again(tmp_path: Path, standin: ModuleType) -> None:
    folder, home = tmp_path / "corpus", tmp_path / "data"
    write(folder, "a.txt", text(1))
    write(folder, "b.txt", [*text(1, 108), *text(2, 12)])
    assert ingest(folder, home, standin).near == ()
    settings = standin.settings_of(home)
    looser = settings.model_copy(update={"ingest": settings.ingest.model_copy(update={"near_duplicate": 0.7})})
    (pair,) = sync([folder], looser, embedder=standin.HashEmbedder()).near
    assert pair[:2] == ("b.txt", "a.txt") and 0.7 <= pair[2] < 0.9
