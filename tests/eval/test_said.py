"""What a model said is kept by the words that it was given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from sourcier.app.models import LanguageModel, Turn
from sourcier.core.types import ModelInfo
from sourcier.eval.training.said import Said


@dataclass
class Weights:
    info: ModelInfo = field(default_factory=lambda: ModelInfo("embedded", "weights", "digest"))


def model(digest: str = "digest") -> LanguageModel:
    return cast("LanguageModel", Weights(ModelInfo("embedded", "weights", digest)))


def counted(answers: list[float | None]) -> tuple[Callable[[], float | None], list[int]]:
    calls: list[int] = []

    def ask() -> float | None:
        calls.append(1)
        return answers[len(calls) - 1]

    return ask, calls


TURNS = [Turn("user", "Oui ou non ?")]


def test_what_was_asked_is_not_asked_again_in_another_run(tmp_path: Path) -> None:
    ask, calls = counted([0.75])
    path = tmp_path / "said.jsonl"
    assert [Said(path).of(model(), TURNS, ask) for _ in range(2)] == [0.75, 0.75]
    assert len(calls) == 1


def test_other_words_and_other_weights_are_asked(tmp_path: Path) -> None:
    ask, _ = counted([0.75, 0.5, 0.25])
    said = Said(tmp_path / "said.jsonl")
    shares = [said.of(model(), TURNS, ask), said.of(model("other"), TURNS, ask)]
    assert [*shares, said.of(model(), [Turn("user", "Non ?")], ask)] == [0.75, 0.5, 0.25]


def test_another_word_than_yes_or_no_is_asked_again() -> None:
    ask, calls = counted([None, 0.5])
    said = Said(None)
    assert [said.of(model(), TURNS, ask) for _ in range(2)] == [None, 0.5]
    assert len(calls) == 2
