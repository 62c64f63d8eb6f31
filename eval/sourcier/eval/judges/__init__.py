"""Judges behind one interface: does what was cited, or retrieved, carry what was said?

``docs/judges.md`` says how often each is wrong; :mod:`sourcier.eval.trials` measures it.
"""

from __future__ import annotations

from sourcier.core.settings import Settings
from sourcier.eval.judges.base import Judge, JudgeError, Verdict, as_entailing

__all__ = ["JUDGES", "Judge", "JudgeError", "Verdict", "as_entailing", "load_judge"]

#: Every judge there is, those without a model first.
JUDGES = ("rules", "overlap", "verifier")


def load_judge(name: str, settings: Settings) -> Judge:
    """The judge of that name; what it needs is imported and loaded here.

    Raises:
        JudgeError: no judge has that name, or it cannot be had on this machine.
        ModelError: its model cannot be loaded.
    """
    match name:
        case "rules":
            from sourcier.eval.judges.lexical import RulesJudge

            return RulesJudge()
        case "overlap":
            from sourcier.eval.judges.lexical import OverlapJudge

            return OverlapJudge()
        case "verifier":
            from sourcier.app.answering.verifier import Verifier
            from sourcier.eval.judges.gate import VerifierJudge
            from sourcier.index.embedding import load_embedder

            embedder = load_embedder(settings.embedding, settings.home)
            return VerifierJudge(Verifier.load(embedder), settings.answer.support)
    raise JudgeError("judging.unknown", name=name, known=", ".join(JUDGES))
