"""Train the verifier and print the figures of its model card.

    python -m sourcier.eval.training.train_verifier --judge FOLDER --texts FOLDER_OR_COLLECTION… [--write]

``--judge`` holds ``daccord``, ``rte3_fr_dev`` and ``perturbations`` (``.jsonl.gz``), and ``memerag_fr``, which is only
ever measured on. Absent sets are left out. scikit-learn is needed here and nowhere else.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcier.app.answering.verifier.features import LEARNT, LEXICAL, NAMES
from sourcier.app.answering.verifier.forest import FORMAT, parse
from sourcier.core import settings
from sourcier.core.settings import EmbeddingSettings
from sourcier.eval.training import examples as sets
from sourcier.eval.training import extracts, statements
from sourcier.eval.training.examples import Example, held_out
from sourcier.eval.training.learner import Recipe, calibrations, export, fit, highest, named, out_of_fold, subset
from sourcier.eval.training.make_examples import Text, make, texts
from sourcier.eval.training.report import measure
from sourcier.eval.training.rows import Table, VectorCache, centre_of, table, texts_of
from sourcier.index.embedding import load_embedder

MADE_SHARE = 0.45
"""Share of the documents whose examples made by program are kept: more of them adds time and no accuracy."""
THRESHOLDS = (0.5, 0.7)
"""Where a reason is given, and where answers draw the line (``answer.support``)."""
OWN = Path(__file__).parents[3] / "data" / "verifier"


def gather(
    judge: Path, sources: Sequence[Path], per_text: int, most: int, questions: tuple[Path, Path] | None = None
) -> tuple[list[Example], dict[str, list[Example]]]:
    """``(training examples, held-out sets by name)``; no group is on both sides."""
    training: list[Example] = []
    kept_apart: dict[str, list[Example]] = {}

    def split(name: str, found: list[Example], share: float) -> None:
        training.extend(e for e in found if not held_out(e.group, share))
        kept_apart[name] = [e for e in found if held_out(e.group, share)]

    for name, read, share in (
        ("perturbations", sets.perturbations, 0.5),
        ("rte3_fr_dev", sets.rte3, 0.25),
        ("daccord", sets.daccord, 0.25),
    ):
        path = judge / f"{name}.jsonl.gz"
        if path.exists():
            split(name, read(path), share)
    split("own", sets.own(OWN / "rewordings.jsonl"), 0.4)
    # ``paraphrases.learn2.jsonl`` teaches how far to trust the second judge (``train_second``): only claims that are new to
    # this one can.
    training.extend(sets.authored(OWN / "paraphrases.learn.jsonl", padding=0.5))
    kept_apart["paraphrases"] = sets.authored(OWN / "paraphrases.report.jsonl", padding=1.0)
    if questions is not None:
        split("asked", statements.make(statements.questions(*questions)), 0.2)
    documents = [t for path in sources for t in sample(texts(path), most)]
    made = [e for e in make(documents, per_text=per_text) if held_out(e.group, MADE_SHARE, "thin")]
    split("made", made, 0.2)
    split("parts", extracts.make([t for path in sources for t in texts(path)]), 0.2)
    if (judge / "memerag_fr.jsonl.gz").exists():
        kept_apart["memerag_fr"] = sets.memerag(judge / "memerag_fr.jsonl.gz")
    return training, kept_apart


def sample(documents: list[Text], most: int) -> list[Text]:
    """At most ``most`` documents, always the same ones."""
    return documents if len(documents) <= most else random.Random(11).sample(documents, most)


def teachable(examples: Sequence[Example], rows: Table) -> NDArray[np.int64]:
    """Indices of the examples to learn from: all but right claims with a figure that their evidence does not write.

    A few are right by arithmetic. Sourcier never shows a figure that its source does not give, so none teaches that
    a missing figure may be forgiven.
    """
    missing = rows.rows[rows.largest, NAMES.index("number.missing")]
    return np.array([i for i, e in enumerate(examples) if not (e.label == 1 and missing[i] > 0)])


def train(training: Sequence[Example], rows: Table, columns: Sequence[str], recipe: Recipe) -> dict[str, Any]:
    """One forest, calibrated on scores of folds it had not seen."""
    labels = np.array([e.label for e in training])
    scores, near = out_of_fold(training, rows, columns, recipe)
    return export(fit(training, rows, columns, recipe), columns, calibrations(scores, labels, near))


def supports(raw: dict[str, Any], count: int, rows: Table) -> NDArray[np.float64]:
    """Calibrated supports by the exported forest, read back as the program reads it."""
    forest = parse(raw)
    found = forest.support(named(rows.rows))
    return highest(found, rows, count)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description="Train the verifier.")
    parser.add_argument("--judge", type=Path, required=True)
    parser.add_argument("--texts", type=Path, nargs="*", default=[])
    parser.add_argument("--per-text", type=int, default=4)
    parser.add_argument("--documents", type=int, default=150, help="at most so many documents of each source of texts")
    parser.add_argument(
        "--questions", type=Path, nargs=2, metavar=("QUESTIONS", "PASSAGES"), help="a reading set, as piaf.jsonl.gz"
    )
    parser.add_argument("--cache", type=Path, required=True, help="folder for vectors, may be erased at any time")
    parser.add_argument("--write", action="store_true", help="replace the model that comes with the program")
    given = parser.parse_args(arguments)
    embedder = load_embedder(EmbeddingSettings(), settings.load().settings.home)
    cache = VectorCache(embedder, given.cache)
    training, kept_apart = gather(
        given.judge, given.texts, given.per_text, given.documents, given.questions and tuple(given.questions)
    )
    everything = [*training, *(e for found in kept_apart.values() for e in found)]
    new = cache.fill(texts_of(everything))
    _say(f"{len(training)} examples, {new} texts embedded")
    centre = centre_of(cache, texts_of(training)[:3000])
    recipe = Recipe()
    rows = table(training, cache, centre)
    kept = teachable(training, rows)
    training, rows = [training[i] for i in kept.tolist()], subset(rows, kept, len(training))
    tables = {name: table(found, cache, centre) for name, found in kept_apart.items()}
    raw: dict[str, Any] = {
        "format": FORMAT,
        "embedding": embedder.name,
        "centre": [round(float(c), 5) for c in centre],
    }
    for name, columns in (("close", LEARNT), ("plain", LEXICAL)):
        raw[name] = train(training, rows, columns, recipe)
        for held, found in kept_apart.items():
            values = supports(raw[name], len(found), tables[held])
            for threshold in THRESHOLDS:
                result = measure(found, values, threshold)
                _say(f"\n[{name}] {held} at {threshold}\n{json.dumps(result, ensure_ascii=False, indent=1)}")
    if given.write:
        target = Path(str(files("sourcier.app.answering.verifier").joinpath("model.json")))
        target.write_text(json.dumps(raw, separators=(",", ":")) + "\n", encoding="utf-8")
        _say(f"{target}: {target.stat().st_size} bytes")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
