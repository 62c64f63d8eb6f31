"""What a passage stands among: the rest of its document, its section, and the documents before and after it in its file.

A passage rarely repeats what its surroundings are about: the article of a law does not name its chapter, nor the section
of a sheet the sheet's subject. All these are stretches of passages that follow each other, since passages are numbered in
the order of their files. Whether neighbours in a file have anything to do with each other depends on the file: the rows of
a collection may be the parts of one text, or questions in no order. Their vectors tell.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sourcier.index.forward import Forward
from sourcier.index.postings import FIELDS

__all__ = ["KINDS", "SIBLINGS", "Surroundings", "section_starts"]

KINDS = ("document", "section", "near", "far")
"""The rest of a passage's document; its section; other documents of its file, a few passages away, and further."""
SIBLINGS = KINDS[2:]
_REACH = 10
"""How many passages before and after it count in a document or a section, at the most."""
_NEAR, _FAR = 3, 10

_PAIRS = 512
_KIN = 3.0
"""Standard deviations above chance at which neighbours are wholly taken for parts of one text."""


class Surroundings:
    """The stretches that every passage stands in.

    Attributes:
        bare: (passages,) 1 where a passage has no heading, and its document no title but its name; 0 elsewhere.
        kinship: (passages,) 0 to 1, how much more alike neighbouring documents of its file are than documents at random.
    """

    def __init__(
        self,
        documents: NDArray[np.int64],
        files: NDArray[np.int64],
        sections: NDArray[np.int64],
        bare: NDArray[np.float32],
        kinship: NDArray[np.float32],
    ) -> None:
        """The first three are where stretches begin, in passages, ended by the number of passages."""
        self._documents, self._files, self._sections = documents, files, sections
        self.bare = bare
        self.kinship = kinship

    @classmethod
    def of(
        cls,
        paths: Sequence[str],
        titles: Sequence[str],
        sizes: Sequence[int],
        forward: Forward,
        vectors: NDArray[np.float32],
    ) -> Surroundings:
        """Those of documents in the order in which they are served.

        Args:
            paths: of the documents; rows of one collection, ``FILE#id``, are of one file.
            titles: of the documents; one that only repeats the path's end says nothing.
            sizes: passages of each.
            vectors: (passages, dimension) unit vectors.
        """
        documents = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)
        names = [path.partition("#")[0] for path in paths]
        new = [number for number, name in enumerate(names) if number == 0 or name != names[number - 1]]
        files = np.append(documents[new], documents[-1])
        named = np.array([path.endswith(title) for path, title in zip(paths, titles, strict=True)], bool)
        fields = forward.starts[: FIELDS * int(documents[-1])].reshape(-1, FIELDS)
        sectioned = fields[:, 2] > fields[:, 1]
        bare = (np.repeat(named, sizes) & ~sectioned).astype(np.float32)
        kinship = np.repeat(_kinship(documents, files, vectors), np.diff(files))
        sections = section_starts(documents, files, forward)
        return cls(documents, files, sections, bare, kinship)

    def same_section(self, row: int, other: int) -> bool:
        """Whether two passages are in one section."""
        one, two = np.searchsorted(self._sections, [row, other], side="right")
        return bool(one == two)

    def bounds(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """(len(KINDS) + 1, 2, n) first passage of each stretch, and the one after the last.

        ``near`` and ``far`` hold the whole document, which comes last, and which is not part of them.
        """
        found = np.empty((len(KINDS) + 1, 2, len(rows)), np.int64)
        whole, section, file = (_around(starts, rows) for starts in (self._documents, self._sections, self._files))
        for kind, (first, last) in enumerate((whole, section)):
            np.maximum(first, rows - _REACH, out=found[kind, 0])
            np.minimum(last, rows + _REACH + 1, out=found[kind, 1])
        for kind, reach in enumerate((_NEAR, _FAR), start=2):
            np.maximum(file[0], whole[0] - reach, out=found[kind, 0])
            np.minimum(file[1], whole[1] + reach, out=found[kind, 1])
        found[-1] = whole
        return found


def section_starts(documents: NDArray[np.int64], files: NDArray[np.int64], forward: Forward) -> NDArray[np.int64]:
    """Where sections begin: passages of one document, or of neighbouring rows of one file, under the same headings.

    A document without headings is one section.
    """
    count = len(forward.starts) // FIELDS
    starts = forward.starts[: FIELDS * count].reshape(count, FIELDS)
    lengths = starts[:, 2] - starts[:, 1]
    ends = np.concatenate([[0], np.cumsum(lengths)])
    # A sum of the words of each section path, each multiplied by a power of an odd number: a hash that order changes.
    inside = np.arange(int(ends[-1])) - np.repeat(ends[:-1], lengths)
    powers = np.cumprod(np.full(int(lengths.max(initial=0)) + 1, 0x9E3779B97F4A7C15, np.uint64))
    words = forward.tokens[np.repeat(starts[:, 1], lengths) + inside].astype(np.uint64)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum((words + np.uint64(1)) * powers[inside])])
    hashes = sums[ends[1:]] - sums[ends[:-1]]
    begins = np.ones(count, bool)
    begins[1:] = (hashes[1:] != hashes[:-1]) | (lengths[1:] != lengths[:-1])
    inner = documents[documents < count]
    begins[inner] |= lengths[inner] == 0
    begins[files[files < count]] = True
    return np.append(np.flatnonzero(begins), count).astype(np.int64)


def _around(starts: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    place = np.searchsorted(starts, rows, side="right")
    return np.stack([starts[place - 1], starts[place]])


def _kinship(
    documents: NDArray[np.int64], files: NDArray[np.int64], vectors: NDArray[np.float32]
) -> NDArray[np.float32]:
    """(files,) the kinship of each file's documents: cosines across their borders, compared with those of any two passages."""
    found = np.zeros(len(files) - 1, np.float32)
    count = len(vectors)
    if count < 3:
        return found
    # The same pairs every time: a passage, and one half an index away from it.
    some = np.unique(np.linspace(0, count - 1, min(_PAIRS, count), dtype=np.int64))
    chance = np.vecdot(vectors[some], vectors[(some + count // 2 + 1) % count])
    mean, deviation = float(chance.mean()), max(float(chance.std()), 1e-6)
    places = np.searchsorted(documents, files)
    for number in np.flatnonzero(np.diff(places) > 1).tolist():
        borders = documents[places[number] + 1 : places[number + 1]]
        borders = borders[np.unique(np.linspace(0, len(borders) - 1, min(_PAIRS, len(borders)), dtype=np.int64))]
        alike = float(np.vecdot(vectors[borders - 1], vectors[borders]).mean())
        found[number] = min(max((alike - mean) / (_KIN * deviation), 0.0), 1.0)
    return found
