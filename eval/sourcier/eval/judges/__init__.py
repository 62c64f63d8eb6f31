"""Judges behind one interface: does what was cited, or retrieved, carry what was said?

``docs/judges.md`` says how often each is wrong; :mod:`sourcier.eval.trials` measures it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sourcier.core.settings import Settings
from sourcier.core.types import ModelInfo
from sourcier.eval.judges.base import Judge, JudgeError, Verdict, as_entailing

if TYPE_CHECKING:
    from sourcier.eval.judges.llamaindex import LlamaIndexJudge
    from sourcier.eval.judges.model import ModelJudge

__all__ = ["JUDGES", "Judge", "JudgeError", "Verdict", "as_entailing", "load_judge"]

#: Every judge there is, those without a model first.
JUDGES = ("rules", "overlap", "cosine", "verifier", "model", "nli", "llamaindex")

Writer = ModelInfo | Mapping[str, Any]
"""A model that wrote answers, as the program knows it or as ``environment.json`` keeps it."""


def load_judge(name: str, settings: Settings, writers: Iterable[Writer] = ()) -> Judge:
    """The judge of that name; what it needs is imported and loaded here.

    Args:
        name: one of :data:`JUDGES`; ``nli:MODEL`` names the folder or the model of the cross-encoder.
        writers: the models that wrote what is to be judged: one that judges its own sentences is not independent.

    Raises:
        JudgeError: no judge has that name, or it cannot be had on this machine.
        ModelError: its model cannot be loaded.
    """
    kind, _, detail = name.partition(":")
    if kind not in JUDGES or (detail and kind != "nli"):
        raise JudgeError("judging.unknown", name=name, known=", ".join(JUDGES))
    if kind == "rules":
        from sourcier.eval.judges.lexical import RulesJudge

        return RulesJudge()
    if kind == "overlap":
        from sourcier.eval.judges.lexical import OverlapJudge

        return OverlapJudge()
    if kind == "nli":
        from sourcier.eval.judges.nli import NliJudge

        return NliJudge(detail, settings.embedding.threads)
    if kind == "model":
        return _model(settings, writers)
    if kind == "llamaindex":
        return _llamaindex(settings, writers)
    from sourcier.index.embedding import load_embedder

    embedder = load_embedder(settings.embedding, settings.home)
    if kind == "cosine":
        from sourcier.eval.judges.cosine import CosineJudge

        return CosineJudge(embedder)
    from sourcier.app.answering.verifier import Verifier
    from sourcier.eval.judges.gate import VerifierJudge

    return VerifierJudge(Verifier.load(embedder), settings.answer.support)


def _model(settings: Settings, writers: Iterable[Writer]) -> ModelJudge:
    from sourcier.app.models import choose_model
    from sourcier.eval.judges.model import ModelJudge
    from sourcier.eval.judges.replies import Replies

    model = choose_model(settings)
    if model is None or not model.ready():
        raise JudgeError("judging.no_model", provider=settings.model.provider)
    kept = Replies(settings.home / "judges" / "model.jsonl")
    return ModelJudge(model, independent=not _wrote(model.info, writers), kept=kept)


def _llamaindex(settings: Settings, writers: Iterable[Writer]) -> LlamaIndexJudge:
    from sourcier.app.models.embedded import EmbeddedModel
    from sourcier.eval.judges.llamaindex import LlamaIndexJudge
    from sourcier.eval.judges.replies import Replies

    model = EmbeddedModel(settings.model, settings.home)
    kept = Replies(settings.home / "judges" / "llamaindex.jsonl")
    return LlamaIndexJudge(model, independent=not _wrote(model.info, writers), kept=kept)


def _wrote(judge: ModelInfo, writers: Iterable[Writer]) -> bool:
    """Whether one of the writers is the judge: same weights, or same name where either has no digest."""
    for writer in writers:
        mapping = writer if isinstance(writer, Mapping) else {"name": writer.name, "digest": writer.digest}
        name, digest = mapping.get("name") or "", mapping.get("digest") or ""
        if digest == judge.digest if digest and judge.digest else name == judge.name:
            return True
    return False
