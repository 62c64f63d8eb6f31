"""A cross-encoder trained on natural language inference, where the organisation has put one on the machine."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from sourcier.eval.judges.base import JudgeError, Verdict, says_nothing
from sourcier.eval.judges.nearest import best_sentences

__all__ = ["SUGGESTED", "NliJudge"]

#: Multilingual, French among its languages, MIT. Named in the message that says how to get one; never fetched.
SUGGESTED = "MoritzLaurer/mDeBERTa-v3-base-xnli-multilingual-nli-2mil7"
#: Sentences of each source in a premise: whole passages do not fit in the 512 tokens of these models.
SENTENCES = 3


class NliJudge:
    """The chance of entailment, the best of each source's premise and of all of them together.

    A premise is the three sentences of a source that are nearest to the claim, after SummaC (Laban et al. 2022), which
    takes the best sentence. A short answer is no sentence: its question is put before it.

    Args:
        model: a folder, or a name already on this machine.
        threads: processor threads; 0 is as many as there are cores.

    Raises:
        JudgeError: sentence-transformers or the model is not there, or none of its labels is « entailment ».
    """

    name = "nli"
    independent = True

    def __init__(self, model: str, threads: int = 0) -> None:
        if find_spec("sentence_transformers") is None:
            raise JudgeError("judging.nli_packages")
        if not model:
            raise JudgeError("judging.nli_unset", suggested=SUGGESTED)
        folder = _folder(model)
        from sourcier.core import offline

        offline.apply()
        import torch
        from sentence_transformers import CrossEncoder

        torch.set_num_threads(threads or os.cpu_count() or 1)
        try:
            # Safetensors alone: other weight files are pickles, which run what is in them.
            self._model = CrossEncoder(
                str(folder),
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
                activation_fn=torch.nn.Softmax(dim=-1),
            )
        except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
            raise JudgeError("judging.nli_unreadable", model=folder, detail=error) from error
        labels = {int(i): str(label).casefold() for i, label in (self._model.config.id2label or {}).items()}
        places = [i for i, label in labels.items() if label == "entailment"]
        if not places:
            raise JudgeError("judging.nli_labels", model=folder, labels=", ".join(labels.values()))
        self._entailment = places[0]
        self._lock = threading.Lock()

    def judge(self, claim: str, sources: Sequence[str], question: str) -> Verdict:
        """See :class:`~sourcier.eval.judges.Judge`."""
        premises = [" ".join(best_sentences(claim, [source], SENTENCES)) for source in sources]
        if len(sources) > 1:
            premises.append(" ".join(best_sentences(claim, sources, SENTENCES)))
        premises = [premise for premise in dict.fromkeys(premises) if premise]
        if not premises or says_nothing(claim):
            return Verdict(False, 0.0)
        said = f"{question} {claim}" if question and len(claim.split()) < 4 else claim
        with self._lock:
            found = self._model.predict([(premise, said) for premise in premises], show_progress_bar=False)
        score = float(np.asarray(found, np.float64).reshape(len(premises), -1)[:, self._entailment].max())
        return Verdict(score > 0.5, min(1.0, score))


def _folder(model: str) -> Path:
    """Where the model is on this machine."""
    from sourcier.core.errors import ModelError
    from sourcier.index.embedding import folder_of_model

    try:
        return folder_of_model(model)
    except ModelError as error:
        raise JudgeError("judging.nli_absent", model=model, suggested=SUGGESTED) from error
