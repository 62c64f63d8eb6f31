"""The verifier: does this evidence carry this claim? Milliseconds, no weights but the embedding model's."""

from sourcier.app.answering.verifier.explain import explain
from sourcier.app.answering.verifier.model import Evidence, Verdict
from sourcier.app.answering.verifier.verifier import Verifier

__all__ = ["Evidence", "Verdict", "Verifier", "explain"]
