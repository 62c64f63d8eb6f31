"""One table of judges.

    python -m sourcier.eval.bench.judges [--judge FOLDER] [--subset 60]

Without ``--judge`` (``perturbations``, ``rte3_fr_dev``, ``memerag_fr``, all ``.jsonl.gz``), on the claims written here
alone. Thresholds: ours is ``answer.support``, the same everywhere; the simple rules get the best one of each set,
chosen on that set itself, which is more than anyone could know beforehand. ``--subset`` asks LlamaIndex's evaluator about so many claims of each set, half of them right.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from sourcier.core.settings import load
from sourcier.eval.bench.judges.judges import Floats, Judge, best_threshold, cosine, faithfulness, ours, overlap
from sourcier.eval.metrics.intervals import Estimate, mean_of_means, proportion
from sourcier.eval.script import run_script
from sourcier.eval.training import examples as sets
from sourcier.eval.training.examples import Example, held_out
from sourcier.eval.training.report import expected_calibration_error
from sourcier.eval.training.train_verifier import OWN
from sourcier.index.embedding import load_embedder


def material(judge: Path | None) -> dict[str, list[Example]]:
    """Sets by name, none of whose claims the verifier was taught on."""
    found = {"paraphrases": sets.authored(OWN / "paraphrases.report.jsonl", padding=1.0)}
    if judge is not None:
        pairs = sets.perturbations(judge / "perturbations.jsonl.gz")
        found["perturbations"] = [e for e in pairs if held_out(e.group, 0.5)]
        found["RTE3-FR"] = [e for e in sets.rte3(judge / "rte3_fr_dev.jsonl.gz") if held_out(e.group, 0.25)]
        found["MEMERAG-fr"] = sets.memerag(judge / "memerag_fr.jsonl.gz")
    return found


def some(examples: Sequence[Example], count: int) -> list[Example]:
    """A fixed sample, half of it right claims."""
    rng = random.Random(3)
    right, wrong = ([e for e in examples if e.label == label] for label in (1, 0))
    return [*rng.sample(right, min(count // 2, len(right))), *rng.sample(wrong, min(count // 2, len(wrong)))]


def line(name: str, judge: Judge, examples: Sequence[Example], threshold: float | None) -> str:
    """A row of the table: balanced accuracy, wrong claims caught and right ones refused, with 95 % intervals.

    Args:
        threshold: the least score that counts as support; None for the best one of these examples.
    """
    return next(lines_of(name, judge, examples, [threshold]))


def lines_of(name: str, judge: Judge, examples: Sequence[Example], thresholds: Sequence[float | None]) -> Iterator[str]:
    """A row for each threshold, from one judgement."""
    started = time.perf_counter()
    scores = judge(examples)
    spent = 1000 * (time.perf_counter() - started) / max(1, len(examples))
    for threshold in thresholds:
        given = best_threshold(scores, np.array([e.label for e in examples])) if threshold is None else threshold
        shown = f"{name}, from {given:.2f}" + (" (its best)" if threshold is None else "")
        yield _row(shown, scores, examples, given, spent)


def _row(name: str, scores: Floats, examples: Sequence[Example], threshold: float, spent: float) -> str:
    labels = np.array([e.label for e in examples])
    right, wrong = scores[labels == 1] >= threshold, scores[labels == 0] < threshold
    balanced = mean_of_means(right.astype(float).tolist(), wrong.astype(float).tolist())
    caught = proportion(int(wrong.sum()), len(wrong))
    refused = proportion(int((~right).sum()), len(right))
    cells = [_cell(e) for e in (balanced, caught, refused)]
    error = f"{100 * expected_calibration_error(scores, labels):.1f}" if name.startswith("verifier") else "–"
    return f"| {name} | {len(examples)} | {' | '.join(cells)} | {error} | {spent:.1f} |"


def _cell(found: Estimate) -> str:
    if found.value is None or found.low is None or found.high is None:
        return "–"
    return f"{100 * found.value:.1f} [{100 * found.low:.0f}–{100 * found.high:.0f}]"


def main(
    judge: Annotated[Path | None, typer.Option(help="folder of judged sets")] = None,
    subset: Annotated[int, typer.Option(help="claims of each set for LlamaIndex's evaluator")] = 0,
    cache: Annotated[Path, typer.Option(help="its verdicts")] = Path(".bench/judges.jsonl"),
) -> None:
    """Print the table."""
    settings = load().settings
    embedder = load_embedder(settings.embedding, settings.home)
    judges: list[tuple[str, Judge, list[float | None]]] = [
        ("verifier", ours(embedder), [settings.answer.support, 0.5]),
        ("verifier, words alone", ours(None), [settings.answer.support]),
        ("overlap", overlap, [None]),
        ("cosine", cosine(embedder), [None]),
    ]
    for name, examples in material(judge).items():
        typer.echo(f"\n**{name}**\n")
        typer.echo("| judge | n | balanced accuracy | wrong caught | right refused | ECE | ms a claim |")
        typer.echo("|---|---|---|---|---|---|---|")
        for label, one, thresholds in judges:
            for row in lines_of(label, one, examples, thresholds):
                typer.echo(row)
        if subset:
            few = some(examples, subset)
            typer.echo(line("verifier, on the sample", judges[0][1], few, settings.answer.support))
            typer.echo(line("FaithfulnessEvaluator", faithfulness(settings, cache), few, 0.5))


if __name__ == "__main__":
    run_script(main, "Judges of claims side by side.")
