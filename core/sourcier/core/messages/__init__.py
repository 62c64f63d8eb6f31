"""The one catalogue of everything a person reads: French first, English second.

The sentences are data (``fr/SECTION.toml``, ``en/SECTION.toml``); code only names their keys, ``section.name``.
Both languages hold the same keys with the same ``{values}``, and a test says so.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

__all__ = ["LANGUAGES", "Language", "catalogue", "message"]


@cache
def catalogue(language: Language) -> dict[str, str]:
    """All the sentences of a language, keyed by ``section.name``."""
    sentences: dict[str, str] = {}
    for file in (files(__package__) / language).iterdir():
        if file.name.endswith(".toml"):
            section = file.name.removesuffix(".toml")
            raw = tomllib.loads(file.read_text(encoding="utf-8"))
            sentences.update({f"{section}.{name}": text for name, text in raw.items()})
    return sentences


def message(key: str, language: Language = "fr", /, **values: object) -> str:
    """The sentence of ``key`` with its values filled in.

    Raises:
        KeyError: the catalogue has no such key, or the sentence needs a value that was not given. That is a
            mistake in the program, never a person's.
    """
    return catalogue(language)[key].format(**values)
