"""Reviewed feedback from members as test questions: with their consent, and without anything that names them."""

from sourcier.eval.feedback.identity import Cleaned, without_identity
from sourcier.eval.feedback.rows import Feedback, FeedbackError, Taken, rows_of

__all__ = ["Cleaned", "Feedback", "FeedbackError", "Taken", "rows_of", "without_identity"]
