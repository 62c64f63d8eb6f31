"""What an Ollama server says of a model it holds, for the people who read what the system is made of."""

from __future__ import annotations

from dataclasses import dataclass

from sourcier.app.models.ollama_host import LOOK_S, Host, raised
from sourcier.core.errors import ModelError, SettingsError
from sourcier.core.settings import OllamaSettings
from sourcier.core.types import ModelInfo

__all__ = ["Described", "described"]

#: Characters of a licence's name: its first line, which some write as a sentence.
_LONGEST = 120
#: A name that goes on to the next line, as the Apache licence's does.
_GOES_ON = ("version", "v2", "v1")
#: By digest: the same weights are the same size for ever, and are not asked about at each visit.
_known: dict[str, Described] = {}


@dataclass(frozen=True, slots=True)
class Described:
    """``size`` in bytes, None where the server does not say; ``licence`` is the first line of its text."""

    size: int | None
    licence: str


def described(settings: OllamaSettings, model: ModelInfo) -> Described:
    """The size and licence of the model in use, by the first server that has those weights; nothing of them where none tells."""
    if found := _known.get(model.digest):
        return found
    for url in (settings.url, *settings.urls):
        try:
            with raised(url, model.name, looking=True):
                found = _asked(Host(url, settings), model)
        except (ModelError, SettingsError):
            continue
        if found is not None:
            _known[model.digest] = found
            return found
    return Described(None, "")


def _asked(host: Host, model: ModelInfo) -> Described | None:
    with host.client(LOOK_S) as client:
        sizes = [one.size for one in client.list().models if one.digest == model.digest]
        if not sizes:
            return None
        licence = client.show(model.name).license or ""
    return Described(int(sizes[0]) if sizes[0] else None, _first_line(licence))


def _first_line(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()][:2]
    if len(lines) > 1 and lines[1].casefold().startswith(_GOES_ON):
        return ", ".join(lines)[:_LONGEST]
    return lines[0][:_LONGEST] if lines else ""
