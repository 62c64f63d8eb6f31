"""BM25F over analysed terms: the words that a question and a passage share, weighted by how rare they are.

A folder holds ``words``, each a surface form and its term, and ``terms``, both sorted; the words of every passage in order
(``tokens``), from which all the rest is made again without analysing anything, and which the next index takes over for
passages that did not change; and the postings that are searched. The same passages give the same files, whatever they were
made from.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcier.core.errors import StoreDamagedError
from sourcier.index.analyser import ANALYSER_VERSION, analyse
from sourcier.index.forward import Fields, Forward, read_forward
from sourcier.index.postings import FIELDS, Bm25f, Postings, idf_of, make_postings
from sourcier.index.vocabulary import Vocabulary

__all__ = ["Fields", "LexicalIndex", "build_lexical"]

_FORMAT = 1


def build_lexical(
    passages: Sequence[Fields | int],
    folder: Path,
    parameters: Bm25f | None = None,
    *,
    previous: LexicalIndex | None = None,
) -> None:
    """Write the index of some passages, at least one, into ``folder``, which is made.

    Args:
        passages: what they say, or the row of ``previous`` that says the same: it is not analysed again.
        previous: an index made by the same analyser.
    """
    LexicalIndex.of(passages, parameters, previous=previous).save(folder)


class LexicalIndex:
    """An index that can be searched.

    Attributes:
        size: passages.
        parameters: of BM25F, with which the impacts were computed.
    """

    def __init__(self, folder: Path) -> None:
        """Open what :func:`build_lexical` wrote; files are mapped, not read.

        Raises:
            StoreDamagedError: files are missing, cannot be read, or do not go together.
        """
        try:
            about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
            if (about["format"], about["analyser"]) != (_FORMAT, ANALYSER_VERSION):
                raise ValueError(f"format {about['format']}, analyser {about['analyser']}")
            parameters = Bm25f(about["k1"], tuple(about["weights"]), tuple(about["b"]))
            forward = Forward(
                Vocabulary.load(folder, "words"),
                Vocabulary.load(folder, "terms"),
                *(_mapped(folder, name) for name in ("term_of", "tokens", "starts")),
            )
            postings = Postings(*(_mapped(folder, name) for name in ("posting_starts", "rows", "impacts")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreDamagedError("store.generation_damaged", path=folder, detail=error) from error
        self._use(forward, postings, parameters)
        if not self._holds_together():
            raise StoreDamagedError("store.generation_damaged", path=folder, detail="bm25")

    @classmethod
    def of(
        cls, passages: Sequence[Fields | int], parameters: Bm25f | None = None, *, previous: LexicalIndex | None = None
    ) -> LexicalIndex:
        """The index of some passages, at least one, that is nowhere on the disk. See :func:`build_lexical`."""
        return cls._of(read_forward(passages, previous.forward if previous else None), parameters or Bm25f())

    @classmethod
    def _of(cls, forward: Forward, parameters: Bm25f) -> LexicalIndex:
        made = cls.__new__(cls)
        postings = make_postings(forward.tokens, forward.starts, forward.term_of, len(forward.terms), parameters)
        made._use(forward, postings, parameters)
        return made

    def with_parameters(self, parameters: Bm25f) -> LexicalIndex:
        """The index of the same passages with other parameters; nothing is analysed."""
        return self._of(self.forward, parameters)

    def save(self, folder: Path) -> None:
        """Write it into ``folder``, which is made."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        about = {"format": _FORMAT, "analyser": ANALYSER_VERSION, **asdict(self.parameters)}
        (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")
        self.forward.words.save(folder, "words")
        self.forward.terms.save(folder, "terms")
        arrays: dict[str, NDArray[Any]] = {
            "term_of": self.forward.term_of,
            "tokens": self.forward.tokens,
            "starts": self.forward.starts,
            "posting_starts": self._postings.starts,
            "rows": self._postings.rows,
            "impacts": self._postings.impacts,
        }
        for name, array in arrays.items():
            np.save(folder / f"{name}.npy", array, allow_pickle=False)

    def _use(self, forward: Forward, postings: Postings, parameters: Bm25f) -> None:
        self.forward = forward
        self.parameters = parameters
        self.size: int = (len(forward.starts) - 1) // FIELDS
        self._postings = postings

    def _holds_together(self) -> bool:
        forward, postings = self.forward, self._postings
        return (
            len(forward.starts) == FIELDS * self.size + 1
            and int(forward.starts[-1]) == len(forward.tokens)
            and len(forward.term_of) == len(forward.words)
            and len(postings.starts) == len(forward.terms) + 1
            and int(postings.starts[-1]) == len(postings.rows) == len(postings.impacts)
        )

    def scores(self, terms: Mapping[str, float]) -> NDArray[np.float32]:
        """(size,) BM25F score of every passage, 0 for those that hold none of ``terms``.

        Args:
            terms: of :func:`~sourcier.index.analyser.analyse`, and what the score of each is multiplied by.
        """
        scores = np.zeros(self.size, np.float32)
        for term, weight in terms.items():
            held = self._held(term)
            impacts = self._postings.impacts[held]
            # Unbuffered addition at int32 indices is a plain loop in numpy 2, six times faster than scores[rows] +=.
            np.add.at(scores, self._postings.rows[held], impacts if weight == 1 else impacts * np.float32(weight))
        return scores

    def scores_of(self, text: str) -> NDArray[np.float32]:
        """The same for the terms of a text, each as often as it occurs."""
        return self.scores(Counter(analyse(text)))

    def idf(self, term: str) -> float:
        """How rare an analysed term is: Lucene's ``ln(1 + (N - n + 0.5) / (n + 0.5))``, largest for an unknown term."""
        held = self._held(term)
        return float(idf_of(np.array([held.stop - held.start]), self.size)[0])

    def holding(self, term: str) -> NDArray[np.int32]:
        """The passages that hold an analysed term in any field, growing."""
        return self._postings.rows[self._held(term)]

    def number(self, term: str) -> int | None:
        """The number by which :meth:`sequence` names a term, ``None`` where no passage holds it."""
        return self.forward.terms.number(term)

    def sequence(self, row: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]:
        """The numbers of the terms of a passage in reading order: of its title, its section path and its text."""
        starts = self.forward.starts[FIELDS * row : FIELDS * (row + 1) + 1].tolist()
        terms = self.forward.term_of[self.forward.tokens[starts[0] : starts[-1]]]
        title, section = starts[1] - starts[0], starts[2] - starts[0]
        return terms[:title], terms[title:section], terms[section:]

    def words(self) -> Mapping[str, int]:
        """Surface words, folded but not stemmed, and how often each occurs; made when first asked for, then kept."""
        return self._words

    @cached_property
    def occurrences(self) -> NDArray[np.int64]:
        """(words,) how often each word of :attr:`forward` occurs; counted when first asked for, then kept."""
        return np.bincount(self.forward.tokens, minlength=len(self.forward.words))

    @cached_property
    def _words(self) -> Mapping[str, int]:
        words: dict[str, int] = {}
        for word, count in zip(self.forward.words, self.occurrences.tolist(), strict=True):
            surface = word.partition("\t")[0]
            words[surface] = words.get(surface, 0) + count
        return words

    def _held(self, term: str) -> slice:
        """A term's part of the postings."""
        number = self.forward.terms.number(term)
        if number is None:
            return slice(0, 0)
        return slice(int(self._postings.starts[number]), int(self._postings.starts[number + 1]))


def _mapped(folder: Path, name: str) -> NDArray[Any]:
    # As a plain array: a slice of what calls itself a memmap costs several times as much.
    array: NDArray[Any] = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False).view(np.ndarray)
    return array
