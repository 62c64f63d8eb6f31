"""The reliability diagram: of the claims given a support of 0.7, are seven in ten right?

python -m sourcier.eval.trials.reliability docs/images/verifier-reliability.png [--data FOLDER]
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from sourcier.core.settings import load
from sourcier.eval.judges import load_judge
from sourcier.eval.script import run_script
from sourcier.eval.training.report import expected_calibration_error
from sourcier.eval.trials.claims import labelled
from sourcier.eval.trials.trial import Floats

BINS = 10


def curve(supports: Floats, labels: Floats) -> tuple[Floats, Floats, Floats]:
    """``(mean support, share of right claims, claims)`` of each of ten equal bins that is not empty."""
    place = np.minimum((supports * BINS).astype(int), BINS - 1)
    kept = [b for b in range(BINS) if (place == b).any()]
    return (
        np.array([supports[place == b].mean() for b in kept]),
        np.array([labels[place == b].mean() for b in kept]),
        np.array([float((place == b).sum()) for b in kept]),
    )


def main(target: Path, data: Annotated[Path | None, typer.Option(help="folder of labelled sets")] = None) -> None:
    """Draw every set that has right and wrong claims."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    settings = load().settings
    verifier = load_judge("verifier", settings)
    figure, axes = pyplot.subplots(figsize=(5.4, 5.0), dpi=130, layout="constrained")
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    for name, claims in labelled(data).items():
        if len({one.supported for one in claims}) < 2:
            continue
        supports = np.array([verifier.judge(one.claim, one.sources, one.question).score or 0.0 for one in claims])
        labels = np.array([int(one.supported) for one in claims], np.int64)
        error = 100 * expected_calibration_error(supports, labels)
        x, y, _ = curve(supports, labels.astype(float))
        axes.plot(x, y, marker="o", label=f"{name} (n = {len(claims)}, ECE {error:.1f})")
        typer.echo(f"{name}: ECE {error:.1f} on {len(claims)}")
    axes.axvline(settings.answer.support, color="0.5", linestyle=":", linewidth=1)
    axes.set(xlabel="support", ylabel="share of right claims", xlim=(0, 1), ylim=(0, 1))
    axes.legend(fontsize=8, loc="upper left")
    figure.savefig(target)


if __name__ == "__main__":
    run_script(main, "Draw how honest the verifier's supports are.")
