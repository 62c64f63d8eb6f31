"""What is learnt of the second judge's word, on cases made for it."""

from __future__ import annotations

import numpy as np
import pytest

from sourcier.app.answering.second import SecondJudge
from sourcier.app.answering.verifier import Evidence, Verdict
from sourcier.eval.training.examples import Example
from sourcier.eval.training.train_second import Judged, cross_validated, fitted, gather, show, table


def case(number: int, label: int, support: float, yes: float | None) -> Judged:
    evidence = (Evidence("Le comité siège le lundi.", "Comité"),)
    example = Example(f"Phrase {number}.", evidence, label, "synonym" if label else "role", f"group-{number}", "own")
    return Judged(example, Verdict(support, None, (0,)), yes)


def drawn() -> list[Judged]:
    """Forty claims on which each opinion errs at times, and never both at once."""
    rng = np.random.default_rng(4)
    found = []
    for number in range(40):
        label = number % 2
        told, less = (0.9 if label else 0.1) + rng.normal(0, 0.02), (0.6 if label else 0.4) + rng.normal(0, 0.1)
        support, yes = (told, less) if number % 4 < 2 else (less, told)
        found.append(case(number, label, support, yes))
    return found


def test_both_together_tell_what_neither_does_alone() -> None:
    found = drawn()
    labels = np.array([one.example.label for one in found])
    supports = cross_validated(found)
    assert supports[labels == 1].min() > 0.5 > supports[labels == 0].max()
    alone = np.array([one.verdict.support for one in found])
    assert alone[labels == 1].min() < alone[labels == 0].max()
    learnt = SecondJudge(**fitted(found))
    assert learnt.weight > 0 and learnt.weighed(0.5, 0.95) > 0.5 > learnt.weighed(0.5, 0.05)


def test_six_in_ten_are_taken_to_be_right_whatever_the_set_holds() -> None:
    found = [case(number, int(number < 5), 0.5, 0.5) for number in range(50)]
    _, labels, weight = table(found)
    assert weight[labels == 1].sum() / weight.sum() == pytest.approx(0.6)


def test_the_report_is_of_what_would_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    found = [case(0, 1, 0.5, 0.99), case(1, 0, 0.75, 0.01)]
    show("two", found, np.array([0.9, 0.2]))
    alone, both = capsys.readouterr().out.split("two, both")
    assert '"balanced_accuracy": 0.0' in alone and '"balanced_accuracy": 100.0' in both


def test_nothing_is_learnt_from_what_the_verifier_learnt_or_from_what_is_reported() -> None:
    learnt, reported = gather(None)
    groups = {example.group for found in learnt.values() for example in found}
    assert groups and not groups & {example.group for found in reported.values() for example in found}
    assert all(name in {"own", "learn2"} for name in learnt)
