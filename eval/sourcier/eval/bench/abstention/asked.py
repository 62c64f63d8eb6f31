"""The language model's opinion on cases whose sentences are given, as the assistant would ask it; kept as it goes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sourcier.app.answering.drafting import Drafter
from sourcier.app.answering.manner import limits
from sourcier.app.answering.opinion import asked_of
from sourcier.app.answering.verifier import Verifier
from sourcier.app.models import LanguageModel
from sourcier.core.settings import Settings
from sourcier.eval.bench.abstention.sets import Case
from sourcier.eval.training.said import Said
from sourcier.index.embedding import Embedder

__all__ = ["shares_of_yes"]


def shares_of_yes(
    cases: Sequence[Case], model: LanguageModel, embedder: Embedder, settings: Settings, kept: Path | None
) -> NDArray[np.float64]:
    """(n,) share of yes of each case, 0 to 1; one half where the model said neither yes nor no.

    Args:
        kept: a file (JSON Lines) of what was asked before, which a run that was stopped goes on from; None keeps nothing.

    Raises:
        ModelError: the model cannot be used.
    """
    said = Said(kept)
    drafter = Drafter(model, Verifier.load(embedder), embedder, settings)
    shares = []
    for case in cases:
        asked = drafter.prepare(case.question, "fr", [], case.units, limits("normal", settings)).asked
        yes = said.of(model, asked, partial(asked_of, model, asked, "fr"))
        shares.append(0.5 if yes is None else yes)
    return np.array(shares)
