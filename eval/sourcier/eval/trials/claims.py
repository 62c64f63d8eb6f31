"""Claims whose right verdict is known: labelled by people, by us, or by construction."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sourcier.core.errors import SourcierError
from sourcier.eval.training.examples import held_out, lines

__all__ = ["OWN", "SETS", "Labelled", "TrialError", "labelled", "sample"]

OWN = Path(__file__).parents[3] / "data" / "verifier" / "paraphrases.report.jsonl"


class TrialError(SourcierError):
    """A trial that cannot be held; the message says which file or which set."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One claim with its verdict.

    Attributes:
        sources: whole passages, as a judge is given them.
        supported: what people say, or what the way it was made says.
        kind: finer label (``Contradiction``, ``number_swap``…); the unchanged claims of a pair have the pair's.
        group: claims of one group are not independent: they come from one question, or one document.
        question: what the claim answers; often none.
    """

    claim: str
    sources: tuple[str, ...]
    supported: bool
    kind: str
    group: str
    question: str = ""


def _paraphrases(path: Path) -> list[Labelled]:
    """Our own: right claims far from the wording of a small document, wrong ones near to it. The title is read too."""
    return [
        Labelled(
            one["claim"],
            (f"{row['context']}\n{' '.join(row['evidence'])}",),
            bool(one["label"]),
            one["kind"],
            row["id"],
            one.get("question") or "",
        )
        for row in lines(path)
        for one in row["claims"]
    ]


def _memerag(path: Path) -> list[Labelled]:
    """Sentences of answers by large models, each read by experts against its passages. Never to be learnt from."""
    return [
        Labelled(
            one["sentence"],
            tuple(passage["text"] for passage in row["context"]),
            one["factuality"] == "Supported",
            str(one["fine_grained_factuality"]),
            row["query_id"],
            row["query"],
        )
        for row in lines(path)
        for one in row["answer"]
        if one["factuality"] in {"Supported", "Not Supported"}
    ]


# Of the three sets below the verifier has learnt a part, by these very groups (:mod:`sourcier.eval.training`): every
# judge is tried on the rest, so that all are tried on the same.


def _rte3(path: Path) -> list[Labelled]:
    """RTE-3 in French: entailed or not by a short text."""
    found = [
        Labelled(
            row["hypothesis"],
            (row["premise"],),
            row["label_text"] == "entailment",
            row["label_text"],
            "rte3-" + row["premise"][:60],
        )
        for row in lines(path)
    ]
    return [one for one in found if held_out(one.group, 0.25)]


def _daccord(path: Path) -> list[Labelled]:
    """Sentences that contradict each other. Compatible ones are not all entailed, and are left out."""
    found = [
        Labelled(row["hypothesis"], (row["premise"],), False, "contradiction", "daccord-" + row["url"])
        for row in lines(path)
        if row["label_text"] == "contradiction"
    ]
    return [one for one in found if held_out(one.group, 0.25)]


def _perturbations(path: Path) -> list[Labelled]:
    """Pairs: a sentence of a section, to the word, and the same one changed or cited from another section."""
    found = [
        Labelled(
            row["claim"], (row["context"],), bool(row["label"]), row["kind"], "pert-" + row["source"].split("#")[0]
        )
        for row in lines(path)
    ]
    return [one for one in found if held_out(one.group, 0.5)]


_READERS: dict[str, Callable[[Path], list[Labelled]]] = {
    "memerag_fr": _memerag,
    "rte3_fr_dev": _rte3,
    "daccord": _daccord,
    "perturbations": _perturbations,
}
#: Ours, then those of a folder given by option.
SETS = ("paraphrases", *_READERS)


def labelled(data: Path | None = None) -> dict[str, list[Labelled]]:
    """The sets by name: ours, and those that ``data`` holds (``NAME.jsonl`` or ``NAME.jsonl.gz``).

    Raises:
        TrialError: ``data`` holds none of them, or a file is not what its name says.
    """
    files = {"paraphrases": OWN} if OWN.is_file() else {}
    for name in _READERS if data is not None else ():
        assert data is not None
        for path in (data / f"{name}.jsonl.gz", data / f"{name}.jsonl"):
            if path.is_file():
                files[name] = path
    if data is not None and not files.keys() & _READERS.keys():
        raise TrialError("judging.no_sets", folder=data, names=", ".join(f"{name}.jsonl.gz" for name in _READERS))
    found = {}
    for name, path in files.items():
        try:
            found[name] = _READERS.get(name, _paraphrases)(path)
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            raise TrialError("judging.set_unreadable", path=path, detail=repr(error)) from error
    return found


def sample(claims: Sequence[Labelled], count: int, seed: int = 3) -> list[Labelled]:
    """At most ``count`` claims, always the same ones: half of them right, where there are both and enough."""
    rng = random.Random(seed)
    kept: list[int] = []
    both = len({one.supported for one in claims}) > 1
    for supported in (True, False):
        pool = [i for i, one in enumerate(claims) if one.supported == supported]
        kept += rng.sample(pool, min(len(pool), count // 2 if both else count))
    return [claims[i] for i in sorted(kept)]
