"""Questions whose keys are checked against the documents, and whose wrong choices are checked to be wrong."""

from sourcier.app.workshop.quiz.making import make_quiz

__all__ = ["make_quiz"]
