"""Stored documents cut into passages and embedded: what is missing, and nothing twice."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator, Sequence

from sourcier.core.types import Document, Passage
from sourcier.index.embedding import Embedder
from sourcier.index.records import passage_values
from sourcier.index.stopwatch import Stopwatch
from sourcier.index.store import Served
from sourcier.index.writing import StoreWriter
from sourcier.ingest.passages import CUT_VERSION, cut_passages

logger = logging.getLogger(__name__)

#: Changes whenever the text that is embedded for a passage would change.
EMBEDDED_TEXT_VERSION = 1

_GROUP = 128
"""Passages embedded and committed together: enough to fill batches, few enough to lose little when interrupted."""
_GATHERED = 1024
"""Passages cut before any is embedded: among 128 alone, a sixth of the model's work would be padding; here, a thirtieth."""

_CutDocument = tuple[str, list[tuple[Passage, str]]]
"""The key of a document, and its passages each with the text that is embedded for it."""


def cut_name(passage_tokens: int, reader_version: object, fingerprint: str) -> str:
    """The name of one way to cut and embed: two documents with the same one were treated alike."""
    parts = f"{EMBEDDED_TEXT_VERSION}|{CUT_VERSION}|{reader_version}|{passage_tokens}|{fingerprint}"
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


def embedded_text(title: str, passage: Passage, embedder: Embedder, most: int | None = None) -> str:
    """What is embedded for a passage: title, headings and text, on lines of their own.

    Short passages say little without the headings above them ("Trente jours." of which deadline?). Where that is more
    than the model reads, the title goes first, then the outer headings: the text itself is never cut short.

    Args:
        most: tokens that the passage's own text is known not to exceed.
    """
    known = len(passage.text) if most is None else min(most, len(passage.text))
    for text in _wordings(title, passage):
        # No token is shorter than a character: most passages need no count.
        if (
            len(text) - len(passage.text) + known <= embedder.max_tokens
            or embedder.count_tokens(text) <= embedder.max_tokens
        ):
            return text
    return passage.text


def digests_of(title: str, passage: Passage) -> set[str]:
    """The digests that a passage may have: one of them is kept with it, and tells whether its text is still that one."""
    return {_digest(text) for text in _wordings(title, passage)}


def _wordings(title: str, passage: Passage) -> Iterator[str]:
    section = " > ".join(passage.section)
    inner = passage.section[-1] if passage.section else ""
    for parts in ((title, section, passage.text), (section, passage.text), (inner, passage.text), (passage.text,)):
        yield "\n".join(part for part in parts if part)


def embed_missing(
    store: StoreWriter,
    served: Sequence[Served],
    cut: str,
    passage_tokens: int,
    embedder: Callable[[], Embedder],
    watch: Stopwatch,
) -> int:
    """Cut and embed each document that is not yet. Vectors are kept as they come: what stops loses seconds of work.

    Args:
        embedder: loads the model; not called when nothing is missing.
        watch: told the time that the model takes, as ``embed``.

    Returns:
        The number of passages cut.
    """
    done = store.cut_keys(cut)
    missing = [one for one in served if one.key not in done]
    if not missing:
        return 0
    sizes = dict(store.sizes_of(missing))
    chars = sum(sizes.values())
    store.reporter.tell("embed", 0, len(missing), passages=0)
    model = embedder()
    group: list[_CutDocument] = []
    size = total = 0
    for number, one in enumerate(missing):
        document = store.document_among([one], one.path)
        rows = _cut(document, passage_tokens, model)
        group.append((one.key, rows))
        size += len(rows)
        if size >= _GATHERED or number == len(missing) - 1:
            before = chars - sum(sizes.values())
            share = sum(sizes.pop(key) for key, _ in group)
            for part in _commit(store, group, cut, model, watch):
                fraction = (before + share * part / max(size, 1)) / max(chars, 1)
                finished = number + 1 if part == size else number + 1 - len(group)
                store.reporter.tell("embed", finished, len(missing), passages=total + part, share=fraction)
            total += size
            group, size = [], 0
    logger.info("%d documents cut into %d passages", len(missing), total)
    return total


def _cut(document: Document, passage_tokens: int, embedder: Embedder) -> list[tuple[Passage, str]]:
    limit = min(passage_tokens, embedder.max_tokens)
    passages = cut_passages(
        document, max_tokens=limit, count_tokens=embedder.count_tokens, whole_tokens=embedder.max_tokens
    )
    return [(passage, embedded_text(document.metadata.title, passage, embedder, limit)) for passage in passages]


def _commit(
    store: StoreWriter, group: Sequence[_CutDocument], cut: str, embedder: Embedder, watch: Stopwatch
) -> Iterator[int]:
    """Embed and store a group of documents; yields the number of its passages that are done."""
    texts = {_digest(text): text for _, rows in group for _, text in rows}
    known = store.vectors(embedder.fingerprint, list(texts))
    # Texts of like length share a batch, so that little of it is padding.
    new = sorted((digest for digest in texts if digest not in known), key=lambda digest: len(texts[digest]))
    size = sum(len(rows) for _, rows in group)
    for start in range(0, len(new), _GROUP):
        part = new[start : start + _GROUP]
        with watch.stage("embed"):
            vectors = embedder.embed_passages([texts[digest] for digest in part])
        with store.transaction():
            store.put_vectors(embedder.fingerprint, dict(zip(part, vectors, strict=True)))
        yield size - len(new) + start + len(part) - 1
    with store.transaction():
        for key, rows in group:
            store.put_passages(key, cut, (passage_values(passage, _digest(text)) for passage, text in rows))
    yield size


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
