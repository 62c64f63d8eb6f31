"""What the running system is made of, looked up each time: the page of facts and ``sourcier doctor`` say the same.

Nothing here is written by hand but the licences of the weights that are pinned by their sha256: a fact that could go
stale is asked of what it is about, a server of models included.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import metadata, version
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from sourcier.app.pages.figures import Figures, shown_figures
from sourcier.core.errors import SettingsError
from sourcier.core.settings import OrganisationSettings, Settings
from sourcier.core.types import ModelInfo
from sourcier.core.validity import validity
from sourcier.index.generations import folder_of
from sourcier.index.records import DocumentRow

__all__ = ["Corpus", "Facts", "Kept", "Model", "corpus_of", "gather", "leaves"]

#: Licences of the weights that installed packages carry, by their sha256: the authors' own, not the packages'.
_LICENCES = {
    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f": "MIT",
    "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046": "Apache-2.0",
}
#: Publishers and kinds that are named; a page of thousands would be read by nobody.
_MANY = 40


class Indexed(Protocol):
    """What is asked of an index."""

    def documents(self) -> Iterable[DocumentRow]:
        """All that is indexed."""
        ...


@dataclass(frozen=True, slots=True)
class Corpus:
    """What can be found. ``made`` is when the index was made (ISO 8601, UTC), where it is known.

    Attributes:
        publishers: documents by publisher, the most frequent first; ``others`` those beyond the first forty.
        kinds: documents by kind, as the files say it; "" for those that say none.
        validity: documents by what is known of them today: ``in_force``, ``expired``, ``future``, ``unknown``.
        first: date of the oldest document that has one; ``last`` of the newest.
    """

    version: str
    made: str | None
    documents: int
    passages: int
    publishers: Mapping[str, int]
    others: int
    kinds: Mapping[str, int]
    validity: Mapping[str, int]
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class Model:
    """A model in use. ``role`` is ``embedding``, ``writer`` or ``verifier``; sizes in bytes; "" where nothing says."""

    role: str
    provider: str
    name: str
    digest: str
    size: int | None
    licence: str


@dataclass(frozen=True, slots=True)
class Kept:
    """How long something is kept. ``minutes`` is 0 for what is not kept, None for what stays until it is removed.

    Attributes:
        days: where it is kept for days.
    """

    what: str
    minutes: int | None
    entries: int | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it. ``leaves``: the machines that questions and extracts may be sent to; empty where none are."""

    organisation: str
    contact: str
    complaint: str
    version: str
    licence: str
    source: str
    corpus: Corpus
    models: tuple[Model, ...]
    provider: str
    provider_asked: str
    leaves: tuple[str, ...]
    kept: tuple[Kept, ...]
    watts: float
    support: float
    answerable: float
    figures: Figures
    problems: tuple[str, ...]


def gather(settings: Settings, searcher: Indexed, model: ModelInfo) -> Facts:
    """Everything, as it is now.

    Args:
        model: what words the answers at the moment.

    Raises:
        SourcierError: the index cannot be read.
    """
    health = getattr(searcher, "health", None)
    organisation, transparency = settings.organisation, settings.transparency
    return Facts(
        organisation=organisation.name,
        contact=_persons(organisation),
        complaint=transparency.complaint or _persons(organisation),
        version=version("sourcier"),
        licence=_licence(),
        source=transparency.source,
        corpus=corpus_of(settings, searcher),
        models=tuple(_models(settings, searcher, model)),
        provider=model.provider,
        provider_asked=settings.model.provider,
        leaves=leaves(settings),
        kept=_kept(settings),
        watts=settings.energy.watts,
        support=settings.answer.support,
        answerable=settings.answer.answerable,
        figures=shown_figures(transparency.figures),
        problems=tuple(health()) if health else (),
    )


def corpus_of(settings: Settings, searcher: Indexed) -> Corpus:
    """What the index holds, counted."""
    rows = list(searcher.documents())
    name = str(getattr(searcher, "version", ""))
    dates = sorted(row.metadata.date for row in rows if row.metadata.date)
    publishers = Counter(row.metadata.publisher or "" for row in rows)
    today = date.today()
    commonest = publishers.most_common(_MANY)
    return Corpus(
        version=name,
        made=_made(settings.home, name),
        documents=len(rows),
        passages=sum(row.n_passages for row in rows),
        publishers=dict(commonest),
        others=len(rows) - sum(count for _, count in commonest),
        kinds=dict(Counter(row.metadata.kind or "" for row in rows).most_common(_MANY)),
        validity=dict(Counter(validity(row.metadata, today) for row in rows).most_common()),
        first=dates[0] if dates else None,
        last=dates[-1] if dates else None,
    )


def leaves(settings: Settings) -> tuple[str, ...]:
    """The machines that questions and extracts may be sent to, by name: the model servers that are elsewhere."""
    from sourcier.app.models.ollama_host import checked_url

    if settings.model.provider not in {"auto", "ollama"}:
        return ()
    elsewhere = []
    for url in (settings.model.ollama.url, *settings.model.ollama.urls):
        try:
            checked_url(url, allow_remote=False)
        except SettingsError:
            elsewhere.append(urlsplit(url if "//" in url else f"//{url}").hostname or url)
    return tuple(dict.fromkeys(elsewhere))


def _persons(organisation: OrganisationSettings) -> str:
    """Whom to turn to, as text: the contact, else the persons of the settings."""
    named = (", ".join(filter(None, (one.name, one.role, one.phone, one.email))) for one in organisation.contacts)
    return organisation.contact or " ; ".join(named)


def _models(settings: Settings, searcher: object, model: ModelInfo) -> Iterable[Model]:
    embedder: Any = getattr(searcher, "embedder", None)
    if embedder is not None:
        from sourcier.index.packaged_weights import E5_SMALL

        packaged = embedder.name == E5_SMALL.name
        digest = E5_SMALL.sha256 if packaged else str(embedder.fingerprint)
        folder = settings.home / "models" / E5_SMALL.folder_name if packaged else Path(settings.embedding.model)
        yield Model("embedding", "local", embedder.name, digest, _size(folder), _LICENCES.get(digest, ""))
    if model.provider != "none":
        size, licence = _writer(settings, model)
        yield Model("writer", model.provider, model.name, model.digest, size, licence)
    digest, size = _verifier()
    yield Model("verifier", "local", "Sourcier (model.json)", digest, size, _licence())


def _writer(settings: Settings, model: ModelInfo) -> tuple[int | None, str]:
    """Bytes and licence of what words the answers: of the file, where it is one of ours; else as its server says."""
    if model.provider == "ollama":
        from sourcier.app.models.described import described

        told = described(settings.model.ollama, model)
        return told.size, told.licence
    if model.provider != "embedded":
        return None, ""
    from sourcier.app.models.weights import assembled_path

    path = settings.model.embedded.weights or assembled_path(settings.home)
    return _size(path), _LICENCES.get(model.digest, "")


@cache
def _verifier() -> tuple[str, int]:
    data = (files("sourcier.app.answering.verifier") / "model.json").read_bytes()
    return sha256(data).hexdigest(), len(data)


def _licence() -> str:
    """The one that the project declares."""
    return str(metadata("sourcier").json.get("license_expression", ""))


def _size(path: Path) -> int | None:
    try:
        if path.is_file():
            return path.stat().st_size
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file()) or None
    except OSError:
        return None


def _made(home: Path, name: str) -> str | None:
    try:
        written = (folder_of(home) / name / "manifest.json").stat().st_mtime
    except OSError:
        return None
    return datetime.fromtimestamp(written, UTC).isoformat(timespec="seconds")


def _kept(settings: Settings) -> tuple[Kept, ...]:
    from sourcier.index.caching import KEPT_S

    minutes, feedback = round(KEPT_S / 60), settings.feedback
    return (
        Kept("questions", 0),
        Kept("answers", 0),
        Kept("visits", 0),
        Kept("searches", minutes if settings.search.cache else 0, settings.search.cache),
        Kept("verified", minutes if settings.answer.cache else 0, settings.answer.cache),
        Kept("opinions", None, feedback.most, feedback.keep_days) if feedback.enabled else Kept("opinions", 0, 0),
        Kept("documents", None),
    )
