"""Judges on trial: how often each is wrong, and what that takes from a score."""

from sourcier.eval.trials.correction import corrected, rogan_gladen, tells_apart
from sourcier.eval.trials.trial import Trial, hold

__all__ = ["Trial", "corrected", "hold", "rogan_gladen", "tells_apart"]
