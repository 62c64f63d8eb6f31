"""The decision: which measures a run loses against what was accepted, floors first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from sourcier.eval.gate.accepted import Accepted, GateError
from sourcier.eval.gate.measures import FLOORS, GUARDS, RANKING, Guard, floor_value, guards_of
from sourcier.eval.gate.statistics import ALPHA, Loss, holm, loss

__all__ = ["MARGIN", "Decision", "Finding", "decide", "floors"]

#: The loss let through on every measure that has no margin of its own: what a text that differs in its last bits from
#: one machine to another moves, and what no reader would notice.
MARGIN = 0.02

Verdict = Literal["held", "lost", "unproven", "absent"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one measure.

    Attributes:
        how: by ``floor``, by ``pairs`` of answers, or by ``intervals`` where a run did not keep its questions.
        gain: below 0 is worse; a share of ``accepted`` where ``relative``.
        at_worst: what the gain is above with 95 % confidence.
        p: adjusted for there being several measures.
        verdict: ``lost`` (more than the margin, and more than chance), ``unproven`` (a loss beyond the margin is not
            excluded: too few questions), ``absent`` (one of the runs has nothing to measure it on), else ``held``.
    """

    name: str
    how: Literal["floor", "pairs", "intervals"]
    verdict: Verdict
    accepted: float | None = None
    candidate: float | None = None
    n: int = 0
    changed: int = 0
    gain: float | None = None
    at_worst: float | None = None
    p: float | None = None
    margin: float = 0.0
    relative: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of all of them. ``strict``: what is not proven is refused too."""

    findings: tuple[Finding, ...]
    strict: bool = False

    @property
    def refused(self) -> tuple[Finding, ...]:
        """The measures for which the change is refused."""
        grounds = {"lost", "unproven"} if self.strict else {"lost"}
        return tuple(finding for finding in self.findings if finding.verdict in grounds)

    @property
    def passed(self) -> bool:
        """Whether the change may go on."""
        return not self.refused


def floors(run: Accepted) -> list[Finding]:
    """What must hold whatever was accepted; a search has none."""
    found = []
    for name, wanted in FLOORS.items():
        if name not in run.metrics:
            continue
        value = floor_value(run.metrics, name)
        verdict: Verdict = "absent" if value is None else "held" if value == wanted else "lost"
        n = int(run.metrics[name].get("n") or 0)
        found.append(Finding(name, "floor", verdict, accepted=wanted, candidate=value, n=n))
    return found


def decide(run: Accepted, accepted: Accepted, *, margin: float = MARGIN, strict: bool = False) -> Decision:
    """Set ``run`` beside ``accepted``, over the questions that were accepted.

    A measure is lost if its loss exceeds the margin by more than chance would (see :func:`~.statistics.loss`), at 5 %
    for all measures together. With ``strict``, the 95 % bound of each must be within the margin: a proof of
    non-inferiority, which no other measure can undo (intersection-union test, Berger 1982, Technometrics 24:295), and
    which needs hundreds of questions.

    Args:
        margin: a share, 0 to 1, for the measures that have none of their own.

    Raises:
        GateError: the margin is no share.
    """
    if not 0 <= margin < 1:
        raise GateError("gate.bad_margin", margin=margin)
    if run.questions and accepted.questions:
        compared = _by_pairs(run, accepted, margin)
    else:
        compared = _by_intervals(run, accepted, margin)
    return Decision((*floors(run), *compared), strict)


def _by_pairs(run: Accepted, accepted: Accepted, margin: float) -> list[Finding]:
    asked = sorted(accepted.questions)
    guards = _guards(accepted)
    losses: dict[str, Loss] = {}
    for guard in guards:
        before, after = (_column(one, asked, guard.name) for one in (accepted, run))
        found = loss(
            before,
            after,
            lower_is_better=guard.better == "lower",
            relative=guard.relative,
            margin=_margin(guard, margin),
        )
        if found is not None:
            losses[guard.name] = found
    adjusted = holm(losses)
    findings = []
    for guard in guards:
        own = _margin(guard, margin)
        one = losses.get(guard.name)
        if one is None:
            if any(guard.name in measures for measures in accepted.questions.values()):
                findings.append(Finding(guard.name, "pairs", "absent", margin=own, relative=guard.relative))
            continue
        verdict: Verdict = "held" if one.at_worst >= -own else "unproven"
        if -one.gain > own and adjusted[guard.name] <= ALPHA:
            verdict = "lost"
        compared = Finding(
            name=guard.name,
            how="pairs",
            verdict=verdict,
            accepted=one.accepted,
            candidate=one.candidate,
            n=one.n,
            changed=one.changed,
            gain=one.gain,
            at_worst=one.at_worst,
            p=adjusted[guard.name],
            margin=own,
            relative=guard.relative,
        )
        findings.append(compared)
    return findings


def _by_intervals(run: Accepted, accepted: Accepted, margin: float) -> list[Finding]:
    """Without questions to pair: lost where two 95 % intervals are further apart than the margin.

    That is harder to reach than 5 % (about 0.6 % for two alike; Schenker and Gentleman 2001, The American Statistician
    55:182), which leaves room for several measures.
    """
    findings = []
    for guard in (*GUARDS, *_ranking(accepted)):
        before, after = accepted.metrics.get(guard.name), run.metrics.get(guard.name)
        if before is None or after is None or guard.relative:
            continue
        own = _margin(guard, margin)
        values = [one.get(key) for one in (before, after) for key in ("value", "low", "high")]
        if any(value is None for value in values):
            findings.append(
                Finding(guard.name, "intervals", "absent", before.get("value"), after.get("value"), margin=own)
            )
            continue
        was, was_low, was_high, now, low, high = (float(value or 0.0) for value in values)
        higher = guard.better == "higher"
        gain = now - was if higher else was - now
        at_worst = low - was_high if higher else was_low - high
        at_best = high - was_low if higher else was_high - low
        verdict: Verdict = "lost" if at_best < -own else "held" if at_worst >= -own else "unproven"
        n = int(after.get("n") or 0)
        findings.append(Finding(guard.name, "intervals", verdict, was, now, n, 0, gain, at_worst, None, own))
    return findings


def _guards(record: Accepted) -> tuple[Guard, ...]:
    return GUARDS if record.provider != "search" else _ranking(record)


def _ranking(record: Accepted) -> tuple[Guard, ...]:
    named = {name: None for measures in record.questions.values() for name in measures} or dict.fromkeys(record.metrics)
    return guards_of({"measures": {name: None for name in named if name in RANKING}})


def _column(record: Accepted, asked: Iterable[str], name: str) -> Any:
    return np.array([record.questions[identifier].get(name, (0.0, 0.0)) for identifier in asked], dtype=np.float64)


def _margin(guard: Guard, common: float) -> float:
    return common if guard.margin is None else guard.margin
