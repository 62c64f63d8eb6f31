"""One Ollama server: whether it answers, which model it has, and what that model can do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from sourcier.app.models.line import Line
from sourcier.core import offline
from sourcier.core.errors import (
    ModelError,
    ModelInterruptedError,
    ModelMissingError,
    ModelUnreachableError,
    SettingsError,
)
from sourcier.core.settings import OllamaSettings

if TYPE_CHECKING:
    import ollama

__all__ = ["Found", "Host", "checked_url", "is_cloud", "raised"]

CONNECT_S = 2.0
LOOK_S = 10.0  # To list models is quick even while one is being loaded.
#: Seconds that a server which did not answer is left alone before it is asked again.
REST_S = 10.0

#: Models whose thinking cannot be turned off, by the family that Ollama gives them: the least of it is asked for.
_ALWAYS_THINKS = frozenset({"gptoss", "gpt-oss"})


@dataclass(frozen=True, slots=True)
class Found:
    """A model that a server has.

    Attributes:
        trained: tokens of the window it was trained for; 0 where the server does not say.
        thinking: what to answer to "shall it think?".
    """

    name: str
    digest: str
    trained: int = 0
    thinking: Literal[False, "low"] = False


class Host:
    """A server at one address, and what was last learnt of it.

    Raises:
        SettingsError: the address makes no sense, or is not on this machine and that is not allowed.
    """

    def __init__(self, url: str, settings: OllamaSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self.url = checked_url(url, settings.allow_remote)
        self.version = "?"
        self._wanted = settings.model
        self._clock = clock
        self._found: Found | None = None
        self._refusal: ModelUnreachableError | None = None
        self._rests_until = 0.0

    def find(self) -> Found:
        """The model of the settings, or the first installed one that writes, as it is on the server now.

        A server that did not answer is not asked again for ``REST_S`` seconds: its refusal is repeated.

        Raises:
            ModelUnreachableError: no server answers.
            ModelMissingError: the server does not have the model, or has none that writes.
            SettingsError: the model runs elsewhere, in a cloud.
        """
        if self._refusal is not None and self._clock() < self._rests_until:
            raise self._refusal
        try:
            with raised(self.url, self._wanted, looking=True):
                self._found = self._look_for()
        except ModelUnreachableError as error:
            self.rest(error)
            raise
        self._refusal = None
        return self._found

    def rest(self, error: ModelUnreachableError) -> None:
        """Leave the server alone for a while, after ``error``."""
        self._refusal, self._found = error, None
        self._rests_until = self._clock() + REST_S

    def loaded_window(self, name: str) -> int:
        """Tokens of the window with which ``name`` is in memory; 0 where it is not, or the server does not say."""
        try:
            with raised(self.url, name, looking=True):
                models = self._look("GET", "/api/ps").get("models") or []
        except ModelError:
            return 0  # To know spares a loading, no more.
        full = name if ":" in name else f"{name}:latest"
        return next((int(m.get("context_length") or 0) for m in models if m.get("model") == full), 0)

    @contextmanager
    def client(self, silence_s: float, line: Line | None = None) -> Iterator[ollama.Client]:
        """One connection a call: closing it is what tells Ollama to stop writing."""
        offline.apply()
        import httpx
        from ollama import Client

        timeout = httpx.Timeout(silence_s, connect=CONNECT_S)
        hooks = (line or Line()).hooks
        # Neither a proxy of the environment nor a redirection may take a question elsewhere.
        with Client(
            host=self.url, timeout=timeout, trust_env=False, follow_redirects=False, event_hooks=hooks
        ) as client:
            yield client

    def _look_for(self) -> Found:
        with self.client(LOOK_S) as client:
            models = [(model.model or "", model.digest or "") for model in client.list().models]
        known = self._found
        if known is not None and (_full(known.name), known.digest) in models:
            return known
        if self.version == "?" or known is None:
            self.version = str(self._look("GET", "/api/version").get("version", "?"))
        if self._wanted:
            digest = dict(models).get(_full(self._wanted))
            if digest is None:
                raise ModelMissingError("model.missing", url=self.url, name=self._wanted)
            return self._shown(self._wanted, digest)
        for name, digest in models:
            shown = {} if is_cloud(name) else self._look("POST", "/api/show", {"model": name})
            if shown and not _runs_elsewhere(shown) and "completion" in shown.get("capabilities", ["completion"]):
                return _described(name, digest, shown)
        raise ModelMissingError("model.none_installed", url=self.url)

    def _shown(self, name: str, digest: str) -> Found:
        shown = self._look("POST", "/api/show", {"model": name})
        if _runs_elsewhere(shown):
            # A copy under another name of a model that runs elsewhere.
            raise SettingsError("model.cloud", name=name)
        return _described(name, digest, shown)

    def _look(self, method: str, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        """What the official client has no call for (the version), or leaves out (where a model really runs)."""
        import httpx

        timeout = httpx.Timeout(LOOK_S, connect=CONNECT_S)
        with httpx.Client(trust_env=False, timeout=timeout) as client:
            found = client.request(method, self.url + path, json=body).raise_for_status().json()
        return found if isinstance(found, dict) else {}


def checked_url(url: str, allow_remote: bool) -> str:
    """A configured address, whole: never empty, or the client would take OLLAMA_HOST instead.

    Raises:
        SettingsError: it cannot be understood, or is not on this machine and ``allow_remote`` is not set.
    """
    whole = url.strip().rstrip("/")
    try:
        parts = urlsplit(whole)
        host = parts.hostname or ""
        parts.port  # noqa: B018  (raises when it is not a number)
    except ValueError as error:
        raise SettingsError("model.bad_url", url=url) from error
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.query or parts.fragment:
        raise SettingsError("model.bad_url", url=url)
    if not allow_remote and not _is_loopback(host):
        raise SettingsError("model.remote", url=whole)
    return whole


def is_cloud(name: str) -> bool:
    """Whether Ollama would hand the prompt to a model outside of the machine, by the names it gives those."""
    return name.endswith(("-cloud", ":cloud"))


@contextmanager
def raised(
    url: str, name: str, *, looking: bool = False, silent: Callable[[], ModelError] | None = None
) -> Iterator[None]:
    """Errors of the two clients as ours.

    Args:
        name: the model, for the sentence.
        looking: nothing is being written: whatever the server does wrong, there is none to speak to.
        silent: the error to raise when nothing came within the time allowed.

    Raises:
        ModelError: see its subclasses.
    """
    import httpx
    from ollama import ResponseError

    try:
        yield
    except ResponseError as error:
        if error.status_code == 404:
            raise ModelMissingError("model.missing", url=url, name=name) from error
        if error.status_code == -1:
            # An error line in mid-stream has no status of its own.
            raise ModelInterruptedError("model.interrupted", provider=name) from error
        raise ModelError("model.refused", provider=name or "Ollama", detail=error.error[:200]) from error
    except (httpx.ConnectError, httpx.ConnectTimeout, ConnectionError) as error:
        raise ModelUnreachableError("model.unreachable", url=url) from error
    except httpx.TimeoutException as error:
        if looking or silent is None:
            raise ModelUnreachableError("model.unreachable", url=url) from error
        raise silent() from error
    except (httpx.HTTPError, ValueError) as error:
        # ValueError: a line that is not JSON, or not what Ollama answers.
        if looking:
            raise ModelUnreachableError("model.unreachable", url=url) from error
        raise ModelInterruptedError("model.interrupted", provider=name) from error


def _full(name: str) -> str:
    return name if ":" in name else f"{name}:latest"


def _runs_elsewhere(shown: dict[str, Any]) -> bool:
    return bool(shown.get("remote_model") or shown.get("remote_host"))


def _described(name: str, digest: str, shown: dict[str, Any]) -> Found:
    # Ollama lowers a longer window to the one the model was trained for, without a word.
    lengths = [int(n) for key, n in (shown.get("model_info") or {}).items() if key.endswith(".context_length")]
    always = str((shown.get("details") or {}).get("family", "")) in _ALWAYS_THINKS
    return Found(name, digest, min(lengths, default=0), "low" if always else False)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
