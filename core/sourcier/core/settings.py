"""What can be set, within which bounds, and where each value in force comes from.

Built-in defaults < ``sourcier.toml`` < environment ``SOURCIER_…`` < command-line options. Unknown keys are refused
everywhere, so that a mistyped or renamed setting is never silently ignored.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_data_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from sourcier.core.errors import SettingsError, UsageError
from sourcier.core.messages import Language
from sourcier.core.organisation import (
    Contact,
    EmergencyLine,
    FeedbackSettings,
    OrganisationSettings,
    Section,
    TransparencySettings,
)

__all__ = [
    "CONFIG_VARIABLE", "ENV_PREFIX", "FILE_NAME", "OPTION", "AnswerSettings", "ApiSettings", "Contact",
    "EmbeddedSettings", "EmbeddingSettings", "EmergencyLine", "EnergySettings", "FeedbackSettings", "IngestSettings",
    "Loaded", "McpSettings", "ModelSettings", "OllamaSettings", "OrganisationSettings", "Probability", "Provider",
    "SearchSettings", "ServeSettings", "Settings", "TransparencySettings", "WorkshopSettings", "load",
]  # fmt: skip

FILE_NAME = "sourcier.toml"
ENV_PREFIX = "SOURCIER_"
CONFIG_VARIABLE = "SOURCIER_CONFIG"
OPTION = "option"

Provider = Literal["auto", "ollama", "embedded", "none"]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class IngestSettings(Section):
    """Reading files. ``corpus`` is what ``sourcier ingest`` reads when no path is named."""

    corpus: tuple[Path, ...] = (Path("corpus"),)
    passage_tokens: Annotated[int, Field(ge=32, le=480)] = 200
    max_file_mb: Annotated[int, Field(ge=1, le=2000)] = 50
    max_pages: Annotated[int, Field(ge=1, le=20000)] = 2000
    timeout_s: Annotated[int, Field(ge=1, le=3600)] = 120
    memory_mb: Annotated[int, Field(ge=256, le=65536)] = 2048
    max_unpacked_mb: Annotated[int, Field(ge=1, le=20000)] = 200
    max_ratio: Annotated[int, Field(ge=2, le=10000)] = 100
    max_members: Annotated[int, Field(ge=1, le=100000)] = 5000
    max_nesting: Annotated[int, Field(ge=0, le=10)] = 2
    workers: Annotated[int, Field(ge=0, le=64)] = 0
    """Processes that read files; 0 is as many as there are cores."""
    ocr: Annotated[str, Field(pattern="^([a-z_]+([+][a-z_]+)*)?$")] = "fra+eng"
    """Languages of Tesseract for scanned pages; empty reads no image."""
    near_duplicate: Probability = 0.9
    """Share of text in common from which two documents are reported as near-duplicates."""


class EmbeddingSettings(Section):
    """The embedding model: ``embedded`` (weights of an installed package), a folder, or a name already on disk.

    Left empty, the prompts are the model's own (those of the e5 family for the embedded weights).
    """

    model: str = "embedded"
    query_prompt: str | None = None
    passage_prompt: str | None = None
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """What products are computed in; ``auto`` is bfloat16 where the processor multiplies it by itself."""
    batch_size: Annotated[int, Field(ge=1, le=512)] = 32
    """Size of a batch, in texts of 128 tokens: more of them where they are shorter, fewer where they are longer."""
    threads: Annotated[int, Field(ge=0, le=256)] = 0
    """Processor threads; 0 is as many as there are cores."""


class SearchSettings(Section):
    """Finding passages."""

    dense: Literal["chroma", "exact"] = "chroma"
    graph_from: Annotated[int, Field(ge=2)] = 50_000
    """Passages from which Chroma's graph is built and asked. Below, comparing every vector takes less of the processor."""
    k: Annotated[int, Field(ge=1, le=100)] = 8
    candidates: Annotated[int, Field(ge=1, le=1000)] = 60
    lexical_weight: Probability | None = None
    """The share of BM25 in a plain sum of both scores, in place of the ranking that was learnt."""
    lexicon: tuple[Path, ...] = ()
    """The organisation's own lexicon files, read after the one that is delivered."""
    spelling: bool = True
    """Whether words that the index does not know are read as those it knows, one letter or one space away."""
    rerank_model: str = ""
    """A cross-encoder: a folder, or a name already on disk; empty uses none."""
    rerank_passages: Annotated[int, Field(ge=1, le=200)] = 20
    cache: Annotated[int, Field(ge=0, le=100_000)] = 256
    """Questions whose results are kept in memory, until the index changes; 0 keeps none."""
    check_minutes: Annotated[int, Field(ge=0, le=10080)] = 60
    """How often a running service has sampled passages find themselves; 0 only when it opens an index."""


class OllamaSettings(Section):
    """The organisation's Ollama server. Remote addresses are refused unless ``allow_remote`` says otherwise."""

    url: str = "http://127.0.0.1:11434"
    urls: tuple[str, ...] = ()
    """Other servers, tried in this order when those before do not answer or lack the model."""
    model: str = ""
    """Name of an installed model; empty takes the first one that is installed."""
    context: Annotated[int, Field(ge=1024, le=131072)] = 4096
    """The longest window; what is asked for is what the prompt needs, in powers of two from 2048."""
    timeout_s: Annotated[float, Field(gt=0, le=3600)] = 300.0
    """Before the first word: the model is loaded, then the prompt read."""
    idle_timeout_s: Annotated[float, Field(gt=0, le=3600)] = 30.0
    """Longest silence once the first word has come."""
    total_timeout_s: Annotated[float, Field(gt=0, le=3600)] = 180.0
    """Longest writing, from the first word to the last."""
    keep_alive: str = "30m"
    allow_remote: bool = False


class EmbeddedSettings(Section):
    """llama.cpp in this machine. ``weights`` is a GGUF file; empty takes those of the installed packages."""

    weights: Path | None = None
    sha256: Annotated[str, Field(pattern="^([0-9a-f]{64})?$")] = ""
    context: Annotated[int, Field(ge=1024, le=131072)] = 4096
    threads: Annotated[int, Field(ge=0, le=256)] = 0
    timeout_s: Annotated[float, Field(gt=0, le=3600)] = 300.0


class ModelSettings(Section):
    """The language model that words the answers."""

    provider: Provider = "auto"
    max_tokens: Annotated[int, Field(ge=16, le=2048)] = 160
    seed: Annotated[int, Field(ge=0)] = 42
    ollama: OllamaSettings = OllamaSettings()
    embedded: EmbeddedSettings = EmbeddedSettings()


class AnswerSettings(Section):
    """Answering. Both thresholds are learnt on development data; ``docs/evaluation.md`` has their error rates.

    ``support`` and ``answerable`` are probabilities below which a sentence, or a whole answer, is not shown.
    """

    max_question_chars: Annotated[int, Field(ge=20, le=20000)] = 2000
    prompt_sentences: Annotated[int, Field(ge=1, le=60)] = 6
    quoted_sentences: Annotated[int, Field(ge=1, le=10)] = 5
    support: Probability = 0.7
    answerable: Probability = 0.36
    first_within_s: Annotated[float, Field(ge=0, le=600)] = 5.0
    """With nothing shown after so many seconds, the best sentence of the sources is, while the model goes on writing."""
    retry_within_s: Annotated[float, Field(ge=0, le=600)] = 9.0
    """A draft of which no sentence holds is tried again once, unless the question is this many seconds old; 0 never."""
    history_tokens: Annotated[int, Field(ge=0, le=20000)] = 800
    """Tokens of the earlier turns that a follow-up may be completed from; 0 answers every question by itself."""
    cache: Annotated[int, Field(ge=0, le=10_000)] = 128
    """Verified answers kept in memory, ten minutes at most and until the index changes; 0 keeps none."""


class ServeSettings(Section):
    """The members' page and its HTTP interface. Loopback only, unless the organisation decides otherwise."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 7860
    names: tuple[str, ...] = ()
    """Other names the page is reached by, behind a proxy for instance; any other is refused."""
    max_waiting: Annotated[int, Field(ge=1, le=1000)] = 20
    grace_s: Annotated[float, Field(ge=1, le=3600)] = 8.0
    """Seconds that answers under way are given when the service is asked to stop."""


class ApiSettings(Section):
    """What other programs may ask. The page needs neither."""

    enabled: bool = True
    """Questions, searches and documents; without it, only exports and the state of the service answer."""
    metrics: bool = False
    """``/metrics``: how many questions, how long, how much energy; numbers only."""


class McpSettings(Section):
    """Tools for assistants of other makers, over HTTP at ``/mcp``; ``sourcier mcp`` needs no setting."""

    enabled: bool = False


class WorkshopSettings(Section):
    """The trainer's page, ``/atelier``. Kits are kept by the server, and whoever opens the page sees all of them."""

    page: Literal["local", "on", "off"] = "local"
    """``local``: for a browser on this machine alone, and only while the service answers to no other machine or name."""


class EnergySettings(Section):
    """What an answer costs: power drawn by the busy processor, in watts, when it cannot be measured."""

    watts: Annotated[float, Field(ge=0, le=10000)] = 30.0


class Settings(BaseSettings):
    """Everything that can be set."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    home: Path = Field(default_factory=lambda: user_data_path("sourcier"))
    language: Language = "fr"
    ingest: IngestSettings = IngestSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    search: SearchSettings = SearchSettings()
    model: ModelSettings = ModelSettings()
    answer: AnswerSettings = AnswerSettings()
    serve: ServeSettings = ServeSettings()
    api: ApiSettings = ApiSettings()
    mcp: McpSettings = McpSettings()
    workshop: WorkshopSettings = WorkshopSettings()
    organisation: OrganisationSettings = OrganisationSettings()
    feedback: FeedbackSettings = FeedbackSettings()
    transparency: TransparencySettings = TransparencySettings()
    energy: EnergySettings = EnergySettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what :func:`load` passes: it merges the sources itself, to be able to name them."""
        return (init_settings,)


def load(
    *,
    config: Path | None = None,
    options: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
) -> Loaded:
    """Read every source and say what is in force.

    Args:
        config: a settings file; without it ``SOURCIER_CONFIG``, ``./sourcier.toml``, then ``HOME/sourcier.toml``.
        options: command-line values by dotted key (``model.provider``); ``None`` values are not given.
        environ: the environment, the process's own by default.

    Raises:
        SettingsError: an unknown key, a value out of bounds, a file that cannot be read; it names the source.
    """
    environ = os.environ if environ is None else environ
    given: dict[str, Any] = {}
    origins: dict[str, str] = {}
    path = _find_file(config, environ)
    if path is not None:
        for key, value in _flat(_read_file(path)):
            given[key], origins[key] = value, str(path)
    for name, value in environ.items():
        if name.startswith(ENV_PREFIX) and name != CONFIG_VARIABLE:
            key = name.removeprefix(ENV_PREFIX).lower().replace("__", ".")
            given[key], origins[key] = _from_environment(key, value), name
    for key, value in (options or {}).items():
        if value is not None:
            given[key], origins[key] = value, OPTION
    known = dict(_flat(Settings.model_construct().model_dump()))
    for key in given:
        if key not in known:
            raise SettingsError("settings.unknown_key", key=key, origin=origins[key])
    try:
        settings = Settings(**_nested(given))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"] if not isinstance(part, int))
        values = {"key": key, "origin": _origin(key, origins), "value": first["input"]}
        reason = _REASONS.get(first["type"], "settings.bad_value")
        refusal = SettingsError(reason, **values, **first.get("ctx", {}))
        if values["origin"] == OPTION:
            refusal.exit_code = UsageError.exit_code
        raise refusal from error
    return Loaded(settings, path, origins)


#: pydantic's error types that a person can meet, with the sentence that says what would be accepted.
_REASONS = {
    "less_than_equal": "settings.too_large",
    "greater_than_equal": "settings.too_small",
    "greater_than": "settings.not_above",
    "literal_error": "settings.not_among",
    "int_parsing": "settings.not_whole",
    "int_from_float": "settings.not_whole",
    "int_type": "settings.not_whole",
    "float_parsing": "settings.not_number",
    "float_type": "settings.not_number",
    "too_pale": "settings.too_pale",
    "too_dark": "settings.too_dark",
}


class Loaded:
    """Settings in force, the file they were read from, and the origin of each value that is not a default."""

    def __init__(self, settings: Settings, path: Path | None, origins: Mapping[str, str]) -> None:
        self.settings = settings
        self.path = path
        self._origins = dict(origins)

    def rows(self) -> Iterator[tuple[str, Any, str]]:
        """``(key, value, origin)`` for every setting; the origin of a default is ``default``."""
        for key, value in _flat(self.settings.model_dump()):
            yield key, value, self._origins.get(key, "default")


def _find_file(config: Path | None, environ: Mapping[str, str]) -> Path | None:
    named = config or (Path(environ[CONFIG_VARIABLE]) if environ.get(CONFIG_VARIABLE) else None)
    if named is not None:
        if not named.is_file():
            raise SettingsError("settings.file_missing", path=named)
        return named
    home = Path(environ.get(f"{ENV_PREFIX}HOME") or user_data_path("sourcier"))
    return next((p for p in (Path(FILE_NAME), home / FILE_NAME) if p.is_file()), None)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError("settings.file_broken", path=path, detail=error) from error


def _origin(key: str, origins: Mapping[str, str]) -> str:
    """Where a value comes from; one inside a table of a list comes from where the list does."""
    while key not in origins and "." in key:
        key = key.rpartition(".")[0]
    return origins.get(key, "?")


#: Lists of tables, which the environment holds as JSON.
_TABLES = frozenset({"organisation.contacts", "organisation.emergency"})
#: Lists in the environment: paths with the platform's own separator, as in PATH; names with commas.
_SEPARATORS = {
    "ingest.corpus": os.pathsep,
    "search.lexicon": os.pathsep,
    "serve.names": ",",
    "transparency.figures": os.pathsep,
    "organisation.examples": "|",
}


def _from_environment(key: str, value: str) -> Any:
    if key in _TABLES:
        try:
            return json.loads(value)
        except ValueError:
            return value  # refused below, as what it is
    separator = _SEPARATORS.get(key)
    return value if separator is None else tuple(part.strip() for part in value.split(separator) if part.strip())


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for key, value in flat.items():
        *parents, name = key.split(".")
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
        branch[name] = value
    return tree
