"""Faithfulness corrected for the error of the judge that counted it, where that judge has been on trial."""

from __future__ import annotations

from collections.abc import Sequence

from sourcier.eval.metrics.intervals import Estimate

__all__ = ["corrected_by_trial"]


def corrected_by_trial(judge: str, faithful: Sequence[Sequence[bool]]) -> Estimate | None:
    """Nothing yet."""
    return None
