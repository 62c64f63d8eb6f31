"""A decision as a table that says at a glance which measures stop a change."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sourcier.core.messages import Language, message
from sourcier.eval.gate.accepted import Accepted
from sourcier.eval.gate.deciding import Decision, Finding

__all__ = ["as_values", "named", "summary", "table"]


def table(decision: Decision, language: Language) -> str:
    """One line a measure, Markdown: accepted, now, the difference and its worst, the margin, the verdict."""
    heads = (
        message("gate.head_measure", language),
        message("gate.head_accepted", language),
        message("gate.head_candidate", language),
        message("gate.head_gain", language),
        message("gate.head_at_worst", language),
        message("gate.head_margin", language),
        message("gate.head_n", language),
        message("gate.head_verdict", language),
    )
    rows = [heads, tuple("---" for _ in heads), *(_cells(finding, language) for finding in decision.findings)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def summary(decision: Decision, accepted: Accepted, language: Language) -> str:
    """One sentence: the change may go on, or what stops it."""
    if decision.passed:
        return message("gate.passed", language, dataset=accepted.dataset)
    return message("gate.refused", language, dataset=accepted.dataset, measures=named(decision, language))


def named(decision: Decision, language: Language) -> str:
    """The measures for which a change is refused, one after the other."""
    return ", ".join(message(f"gate.measure_{_key(finding)}", language) for finding in decision.refused)


def as_values(decision: Decision, accepted: Accepted) -> dict[str, Any]:
    """The same as JSON values: ``passed``, what it was compared with, and every finding."""
    last = {key: value for key, value in (accepted.history or ({},))[-1].items() if key in {"at", "by", "because"}}
    return {
        "passed": decision.passed,
        "dataset": accepted.dataset,
        "engine": accepted.engine,
        "provider": accepted.provider,
        "accepted": last or None,
        "refused": [finding.name for finding in decision.refused],
        "findings": [asdict(finding) for finding in decision.findings],
    }


def _cells(finding: Finding, language: Language) -> tuple[str, ...]:
    floor = finding.how == "floor"
    verdict = message(f"gate.verdict_{finding.verdict}", language)
    return (
        message(f"gate.measure_{_key(finding)}", language),
        _value(finding.accepted, finding, language),
        _value(finding.candidate, finding, language),
        "–" if floor else _signed(finding.gain, language),
        "–" if floor else _signed(finding.at_worst, language),
        message("gate.floor", language) if floor else _percent(finding.margin, language),
        str(finding.n) if not finding.changed else message("gate.changed", language, n=finding.n, k=finding.changed),
        f"**{verdict}**" if finding.verdict == "lost" else verdict,
    )


def _key(finding: Finding) -> str:
    return finding.name.replace("@", "_at_")


def _value(value: float | None, finding: Finding, language: Language) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if finding.relative else _percent(value, language)


def _percent(value: float, language: Language) -> str:
    return f"{100 * value:.1f} %".replace(".", ",") if language == "fr" else f"{100 * value:.1f}%"


def _signed(value: float | None, language: Language) -> str:
    if value is None:
        return "–"
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return sign + _percent(abs(value), language)
