"""What a passage stands among: the rest of its document, of its section, and what is before and after it in its file.

A passage rarely repeats what its surroundings are about: the article of a law does not name its chapter, nor the section
of a sheet the sheet's subject. All these are stretches of passages that follow each other, since passages are numbered in
the order of their files.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sourcier.index.forward import Forward
from sourcier.index.postings import FIELDS

__all__ = ["KINDS", "REACH", "Surroundings", "section_starts"]

KINDS = ("document", "section", "near", "far")
#: How many passages before and after count, at the most, by kind. Beyond the document, those of the same file do.
REACHES = (10, 10, 3, 10)
REACH = max(REACHES)


class Surroundings:
    """The stretches that every passage stands in.

    Attributes:
        bare: (passages,) 1 where a passage has no heading, and its document no title but its name; 0 elsewhere.
    """

    def __init__(
        self,
        documents: NDArray[np.int64],
        files: NDArray[np.int64],
        sections: NDArray[np.int64],
        bare: NDArray[np.float32],
    ) -> None:
        """The first three are where stretches begin, in passages, ended by the number of passages."""
        self._starts = (documents, sections, files, files)
        self.bare = bare

    @classmethod
    def of(cls, paths: Sequence[str], titles: Sequence[str], sizes: Sequence[int], forward: Forward) -> Surroundings:
        """Those of documents in the order in which they are served.

        Args:
            paths: of the documents; rows of one collection, ``FILE#id``, are of one file.
            titles: of the documents; one that only repeats the path's end says nothing.
            sizes: passages of each.
        """
        documents = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)
        names = [path.partition("#")[0] for path in paths]
        new = [number for number, name in enumerate(names) if number == 0 or name != names[number - 1]]
        files = np.append(documents[new], documents[-1])
        named = np.array([path.endswith(title) for path, title in zip(paths, titles, strict=True)], bool)
        fields = forward.starts[: FIELDS * int(documents[-1])].reshape(-1, FIELDS)
        bare = np.repeat(named, sizes) & (fields[:, 2] == fields[:, 1])
        return cls(documents, files, section_starts(documents, files, forward), bare.astype(np.float32))

    def bounds(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """(len(KINDS), 2, n) first passage of each stretch that ``rows`` stand in, and the one after the last."""
        found = np.empty((len(KINDS), 2, len(rows)), np.int64)
        for kind, (starts, reach) in enumerate(zip(self._starts, REACHES, strict=True)):
            place = np.searchsorted(starts, rows, side="right")
            np.maximum(starts[place - 1], rows - reach, out=found[kind, 0])
            np.minimum(starts[place], rows + reach + 1, out=found[kind, 1])
        return found


def section_starts(documents: NDArray[np.int64], files: NDArray[np.int64], forward: Forward) -> NDArray[np.int64]:
    """Where sections begin: passages of one document, or of neighbouring rows of one file, under the same headings.

    A document without headings is one section.
    """
    count = len(forward.starts) // FIELDS
    starts = forward.starts[: FIELDS * count].reshape(count, FIELDS)
    lengths = starts[:, 2] - starts[:, 1]
    # A sum of the words of each section path, each multiplied by a power of an odd number: a hash that order changes.
    places = np.repeat(starts[:, 1] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths) + np.arange(
        lengths.sum()
    )
    inside = places - np.repeat(starts[:, 1], lengths)
    powers = np.cumprod(np.full(int(lengths.max(initial=0)) + 1, 0x9E3779B97F4A7C15, np.uint64))
    terms = (forward.tokens[places].astype(np.uint64) + np.uint64(1)) * powers[inside]
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(terms)])
    ends = np.concatenate([[0], np.cumsum(lengths)])
    hashes = sums[ends[1:]] - sums[ends[:-1]]
    begins = np.ones(count, bool)
    begins[1:] = (hashes[1:] != hashes[:-1]) | (lengths[1:] != lengths[:-1])
    begins[documents[:-1][documents[:-1] < count]] |= lengths[documents[:-1][documents[:-1] < count]] == 0
    begins[files[:-1][files[:-1] < count]] = True
    return np.append(np.flatnonzero(begins), count).astype(np.int64)
