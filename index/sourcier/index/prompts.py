"""What an embedding model wants before a question and before a passage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["Prompts", "family_of", "prompts_of"]


@dataclass(frozen=True, slots=True)
class Prompts:
    """Texts put before a question and before a passage; empty for none."""

    query: str = ""
    passage: str = ""


_E5 = Prompts("query: ", "passage: ")

# Families whose published folders store no prompt although their model cards ask for one, by the end of the folder's
# name. The others need no line: bge-m3 and CamemBERT bi-encoders want none; arctic-embed, Qwen3-Embedding and
# EmbeddingGemma store theirs.
_FAMILIES = (
    (re.compile(r"e5-(small|base|large)(-v2)?$"), _E5),
    (
        re.compile(r"e5-large-instruct$"),
        Prompts("Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: "),
    ),
    (re.compile(r"solon-embeddings-(mini|base|large)-[\d.]+$", re.IGNORECASE), Prompts("query : ")),
)


def family_of(name: str) -> Prompts | None:
    """The prompts that the model's card asks for and its folder does not store, by the name of the folder."""
    return next((prompts for pattern, prompts in _FAMILIES if pattern.search(name)), None)


def prompts_of(
    name: str, stored: Mapping[str, str | None], query: str | None = None, passage: str | None = None
) -> Prompts:
    """The prompts a model is used with: those of the settings, else those stored in its folder, else its family's.

    Args:
        name: name of the model's folder.
        stored: ``prompts`` of the folder's ``config_sentence_transformers.json``.
        query, passage: the settings; ``""`` is no prompt at all, ``None`` leaves the choice to the model.
    """
    family = family_of(name) or Prompts()
    # Sentence-transformers itself takes the first of these three names; models use each of them.
    of_passages = (stored.get(key) for key in ("passage", "document", "corpus"))
    return Prompts(
        (stored.get("query") or family.query) if query is None else query,
        next((text for text in of_passages if text), family.passage) if passage is None else passage,
    )
