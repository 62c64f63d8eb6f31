"""Which language model to use: Ollama's if it can be, else the embedded one, else none."""

from __future__ import annotations

from collections.abc import Callable

from sourcier.app.models import weights
from sourcier.app.models.automatic import AutomaticModel
from sourcier.app.models.embedded import EmbeddedModel, installed
from sourcier.app.models.ollama import OllamaModel
from sourcier.app.models.server import INSTALL
from sourcier.app.models.types import Check, LanguageModel
from sourcier.core.errors import MissingExtraError, ModelUnreachableError, SourcierError
from sourcier.core.messages import message
from sourcier.core.settings import Settings


def choose_model(settings: Settings, progress: weights.Progress | None = None) -> LanguageModel | None:
    """The model of the settings, ready to be called; None when answers are to be made of quotes alone.

    ``auto`` takes Ollama if it is reachable and has the model, else the embedded model if it is installed, and looks
    again before each reply; where there is neither, it is not ``ready`` and may become so.

    Args:
        progress: told of the bytes read or written while weights are assembled and verified (first use only).

    Raises:
        SettingsError: the settings point outside of this machine and do not allow it, whatever the provider.
        ModelError: the provider that was asked for by name cannot be used.
        MissingExtraError: likewise, because a package is missing.
    """
    match settings.model.provider:
        case "none":
            return None
        case "ollama":
            return OllamaModel(settings.model)
        case "embedded":
            return EmbeddedModel(settings.model, settings.home, progress)
    ollama = OllamaModel(settings.model, lazily=True)
    return AutomaticModel(ollama, lambda: EmbeddedModel(settings.model, settings.home, progress))


def diagnose(settings: Settings) -> list[Check]:
    """One row per provider, in the order of ``auto``. Starts nothing and assembles no weights.

    A row's ``detail`` says what to do as well, being the sentence that a person who insists would be shown.
    """
    rows = [_check("ollama", _ollama, settings), _check("embedded", _embedded, settings)]
    none = message("model.check_none", settings.language)
    return [*rows, Check(none, "ok", message("model.none_ok", settings.language))]


def _check(provider: str, look: Callable[[Settings], str], settings: Settings) -> Check:
    name = message(f"model.check_{provider}", settings.language)
    try:
        return Check(name, "ok", look(settings))
    except SourcierError as error:
        absent = isinstance(error, (MissingExtraError, ModelUnreachableError))
        return Check(name, "absent" if absent else "broken", error.in_language(settings.language))


def _ollama(settings: Settings) -> str:
    model = OllamaModel(settings.model)
    try:
        version = model.server_version
    finally:
        model.close()
    values = {"version": version, "url": model.url, "name": model.info.name}
    return message("model.ollama_ok", settings.language, **values)


def _embedded(settings: Settings) -> str:
    if not installed():
        raise MissingExtraError("model.engine_missing", command=INSTALL)
    chosen = settings.model.embedded.weights
    path = weights.assembled_path(settings.home)
    if chosen is None and not path.is_file():
        size = sum(part.stat().st_size for part in weights.find_parts()) / 1e9
        values = {"name": weights.NAME, "size": f"{size:.1f}", "path": path.parent}
        return message("model.embedded_waiting", settings.language, **values)
    found = weights.prepare(settings.model.embedded, settings.home)
    return message("model.embedded_ready", settings.language, name=found.name, path=found.path)
