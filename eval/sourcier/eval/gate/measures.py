"""What is guarded, and what each question counts for.

The verifier stops most of what a worse prompt or model writes before anyone reads it. What such a change still harms is
guarded besides what people see: how much of what the model writes is kept (``kept``), how near all of it comes to being
kept (``carried``), how often an answer is written rather than quoted (``written``), and how many tokens it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

__all__ = ["FLOORS", "GUARDS", "RANKING", "Guard", "Share", "floor_value", "guards_of", "per_question"]

#: What one question counts for: ``(good, of)``. A measure's value is the sum of the first over the sum of the second.
Share = tuple[float, float]

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Guard:
    """A guarded measure.

    Attributes:
        better: which way is better.
        of: from a question's scores and its prediction to what it counts for; ``None`` where it says nothing.
        relative: margins and losses are shares of the accepted value, not absolute.
        margin: the loss that is let through whatever the interval, where it is not the common one.
    """

    name: str
    better: Literal["higher", "lower"]
    of: Callable[[Row, Row], Share | None]
    relative: bool = False
    margin: float | None = None


def guards_of(score: Row) -> tuple[Guard, ...]:
    """The guards of a run, by one line of its ``scores.jsonl``: answers have a status, rankings do not."""
    return GUARDS if "status" in score else tuple(_ranking(name) for name in RANKING if name in score["measures"])


def per_question(guards: tuple[Guard, ...], score: Row, prediction: Row) -> dict[str, Share]:
    """What one question counts for, measure by measure, where it counts for anything."""
    found = {guard.name: guard.of(score, prediction) for guard in guards}
    return {name: share for name, share in found.items() if share is not None and share[1] > 0}


def _measure(name: str) -> Callable[[Row, Row], Share | None]:
    def of(score: Row, _: Row) -> Share | None:
        value = score["measures"].get(name)
        return None if value is None else (float(value), 1.0)

    return of


def _tally(field: str) -> Callable[[Row, Row], Share | None]:
    def of(score: Row, _: Row) -> Share | None:
        return float(score[field]["good"]), float(score[field]["n"])

    return of


def _language(score: Row, _: Row) -> Share | None:
    kept = score["language_kept"]
    return None if kept is None else (float(kept), 1.0)


def _by_a_model(prediction: Row) -> bool:
    return bool(prediction["model"]["provider"] != "none")


def _written(score: Row, prediction: Row) -> Share | None:
    """Whether an answerable question got an answer in the model's words."""
    asked = score["answerable"] and _by_a_model(prediction)
    return (float(prediction["status"] == "answered"), 1.0) if asked else None


def _kept(_: Row, prediction: Row) -> Share | None:
    """Of the sentences that the model wrote, those shown. What is quoted has a support of 1; what is verified, less."""
    if not _by_a_model(prediction):
        return None
    shown = sum(sentence["support"] < 1.0 for sentence in prediction["sentences"])
    return float(shown), float(shown + len(prediction["removed"]))


def _carried(_: Row, prediction: Row) -> Share | None:
    """The support of what the model wrote, shown or thrown away: of a sentence that missed the line, by how much.

    Yes or no takes many questions to see a model get worse; by how much, a few, on each of which it wrote something.
    """
    if not _by_a_model(prediction):
        return None
    written = [sentence["support"] for sentence in prediction["sentences"] if sentence["support"] < 1.0]
    written += [removed["support"] for removed in prediction["removed"]]
    return float(sum(written)), float(len(written))


def _tokens(name: str) -> Callable[[Row, Row], Share | None]:
    def of(_: Row, prediction: Row) -> Share | None:
        spent = prediction.get("usage", {}).get(name)
        return (float(spent), 1.0) if spent else None

    return of


GUARDS: tuple[Guard, ...] = (
    Guard("facts", "higher", _measure("facts")),
    Guard("wrongly_answered", "lower", _measure("wrongly_answered")),
    Guard("wrongly_refused", "lower", _measure("wrongly_refused")),
    Guard("right_place", "higher", _measure("right_place")),
    Guard("citation_recall", "higher", _tally("cited_support")),
    Guard("citation_precision", "higher", _tally("cited_use")),
    Guard("coverage", "higher", _tally("covered")),
    Guard("language", "higher", _language),
    Guard("written", "higher", _written),
    Guard("kept", "higher", _kept),
    Guard("carried", "higher", _carried),
    # Text that differs in its last bits from one machine to another makes the counts differ by a few in a hundred.
    Guard("prompt_tokens", "lower", _tokens("prompt_tokens"), relative=True, margin=0.25),
    Guard("completion_tokens", "lower", _tokens("completion_tokens"), relative=True, margin=0.5),
)

#: Measures of a ranking that are guarded, all the higher the better.
RANKING = ("ndcg@10", "recall@5", "recall@10", "mrr@10")


def _ranking(name: str) -> Guard:
    return Guard(name, "higher", _measure(name))


#: What must hold to the last question, whatever was accepted before: measure of ``metrics.json``, and its only value.
FLOORS: Mapping[str, float] = {"fabricated": 0.0, "exact_quotes": 1.0}


def floor_value(metrics: Mapping[str, Any], name: str) -> float | None:
    """The value of a floor's measure, ``None`` where nothing was shown that it could be measured on."""
    value = (metrics.get(name) or {}).get("value")
    return None if value is None else float(value)
