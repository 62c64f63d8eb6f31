"""Ollama, on this machine: its official client to look around, LlamaIndex's ``Ollama`` to write."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sourcier.app.models.firstword import option_probabilities
from sourcier.app.models.types import Turn, Usage
from sourcier.core import offline
from sourcier.core.errors import (
    ModelError,
    ModelInterruptedError,
    ModelMissingError,
    ModelUnreachableError,
    SettingsError,
)
from sourcier.core.settings import ModelSettings, OllamaSettings
from sourcier.core.types import ModelInfo

if TYPE_CHECKING:
    import ollama

CONNECT_S = 3.0
LOOK_S = 10.0  # To list models is quick even while one is being loaded.
TOP_TOKENS = 20  # The most that Ollama lists.

#: Characters that a token stands for, at least and at most. French is near 4 with the tokenizers of today's models.
LEAST_CHARACTERS, MOST_CHARACTERS = 3.0, 6.0
_MARGIN = 16  # Tokens of the template, which no turn holds.

_log = logging.getLogger(__name__)


class OllamaModel:
    """A model that an Ollama server holds.

    Raises:
        SettingsError: the address is not on this machine and that is not allowed, or the model runs in a cloud.
        ModelUnreachableError: no server answers there.
        ModelMissingError: the server does not have the model, or has none that writes.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings.ollama
        self._seed = settings.seed
        self._url = checked_url(settings.ollama)
        _refuse_cloud(settings.ollama.model)
        with self._errors_told(looking=True):
            name, digest = self._find()
            known = self._look("POST", "/api/show", {"model": name})
            self.server_version = str(self._look("GET", "/api/version").get("version", "?"))
        if known.get("remote_model") or known.get("remote_host"):
            # A copy under another name of a model that runs elsewhere.
            raise SettingsError("model.cloud", name=name)
        # Ollama lowers a longer window to the one the model was trained for, without a word.
        lengths = [int(n) for key, n in (known.get("model_info") or {}).items() if key.endswith(".context_length")]
        self.context = min([self._settings.context, *lengths])
        self.info = ModelInfo("ollama", name, digest)
        self.usage = Usage()

    def write(self, turns: Sequence[Turn], *, max_tokens: int, stop: Sequence[str] = ()) -> Iterator[str]:
        """See :class:`sourcier.app.models.LanguageModel`."""
        from llama_index.core.base.llms.types import ChatMessage
        from llama_index.llms.ollama import Ollama

        self._refuse_too_long(turns)
        self.usage = Usage()
        options = self._options(max_tokens, stop)
        with self._errors_told(), self._client(self._settings.timeout_s) as client:
            llm = Ollama(
                model=self.info.name,
                base_url=self._url,
                client=client,
                temperature=0.0,
                context_window=self.context,
                request_timeout=self._settings.timeout_s,
                keep_alive=self._settings.keep_alive,
                thinking=False,
                is_function_calling_model=False,
                additional_kwargs={name: value for name, value in options.items() if name != "temperature"},
            )
            done = False
            for response in llm.stream_chat([ChatMessage(role=turn.role, content=turn.text) for turn in turns]):
                if response.raw["done"]:
                    done = True
                    self._count(turns, response.raw)
                if response.delta:
                    yield response.delta
            if not done:
                raise ModelInterruptedError("model.interrupted", provider=self.info.name)

    def choose(self, turns: Sequence[Turn], options: Sequence[str]) -> dict[str, float] | None:
        """See :class:`sourcier.app.models.LanguageModel`. None from servers too old to say."""
        self._refuse_too_long(turns)
        with self._errors_told(), self._client(self._settings.timeout_s) as client:
            # LlamaIndex's class has no way to ask for probabilities: the official client does.
            response = client.chat(
                model=self.info.name,
                messages=[{"role": turn.role, "content": turn.text} for turn in turns],
                think=False,
                logprobs=True,
                top_logprobs=TOP_TOKENS,
                options=self._options(1, ()),
                keep_alive=self._settings.keep_alive,
            )
        self._count(turns, response)
        if not response.logprobs or not response.logprobs[0].top_logprobs:
            return None
        return option_probabilities([(top.token, top.logprob) for top in response.logprobs[0].top_logprobs], options)

    def close(self) -> None:
        """Nothing is held between calls; the server unloads the model by itself after ``keep_alive``."""

    @contextmanager
    def _client(self, silence_s: float) -> Iterator[ollama.Client]:
        """One connection a call: closing it is what tells Ollama to stop writing."""
        offline.apply()
        import httpx
        from ollama import Client

        timeout = httpx.Timeout(silence_s, connect=CONNECT_S)
        # Neither a proxy of the environment nor a redirection may take a question elsewhere.
        with Client(host=self._url, timeout=timeout, trust_env=False, follow_redirects=False) as client:
            yield client

    def _find(self) -> tuple[str, str]:
        """Name and digest of the model of the settings, or of the first installed one that writes."""
        with self._client(LOOK_S) as client:
            models = [(model.model or "", model.digest or "") for model in client.list().models]
        wanted = self._settings.model
        if wanted:
            names = {wanted} if ":" in wanted else {wanted, f"{wanted}:latest"}
            for name, digest in models:
                if name in names:
                    return wanted, digest
            raise ModelMissingError("model.missing", url=self._url, name=wanted)
        for name, digest in models:
            known = {} if is_cloud(name) else self._look("POST", "/api/show", {"model": name})
            if known and not known.get("remote_model") and "completion" in known.get("capabilities", ["completion"]):
                return name, digest
        raise ModelMissingError("model.none_installed", url=self._url)

    def _look(self, method: str, path: str, body: dict[str, str] | None = None) -> dict[str, Any]:
        """What the official client has no call for (the version), or leaves out (where a model really runs)."""
        import httpx

        timeout = httpx.Timeout(LOOK_S, connect=CONNECT_S)
        with httpx.Client(trust_env=False, timeout=timeout) as client:
            found = client.request(method, self._url + path, json=body).raise_for_status().json()
        return found if isinstance(found, dict) else {}

    def _options(self, max_tokens: int, stop: Sequence[str]) -> dict[str, Any]:
        options = {"temperature": 0.0, "seed": self._seed, "num_ctx": self.context, "num_predict": max_tokens}
        return options | ({"stop": list(stop)} if stop else {})

    def _refuse_too_long(self, turns: Sequence[Turn]) -> None:
        if _characters(turns) / MOST_CHARACTERS > self.context:
            raise ModelError("model.too_long", context=self.context)

    def _count(self, turns: Sequence[Turn], final: Any) -> None:
        """Keep the counts, and refuse an answer to a prompt that was cut, which Ollama does in silence.

        Depending on version and engine a prompt beyond the window is cut to the whole of it, to half of it, or loses
        its oldest turns. Some versions leave out of the count what was in their cache, so a low count alone proves
        nothing: it does for a text that could hardly have fitted.
        """
        read, written = final["prompt_eval_count"], final["eval_count"] or 0
        self.usage = Usage(prompt_tokens=read or 0, completion_tokens=written)
        if read is None:
            return
        characters = _characters(turns)
        dropped = characters / LEAST_CHARACTERS > self.context and read <= characters / MOST_CHARACTERS + _MARGIN
        if read >= self.context or read + written > self.context or dropped:
            raise ModelError("model.truncated", url=self._url, read=read, context=self.context)

    @contextmanager
    def _errors_told(self, *, looking: bool = False) -> Iterator[None]:
        import httpx
        from ollama import ResponseError

        name = self._settings.model if looking else self.info.name
        try:
            yield
        except ResponseError as error:
            if error.status_code == 404:
                raise ModelMissingError("model.missing", url=self._url, name=name) from error
            if error.status_code == -1:
                # An error line in mid-stream has no status of its own.
                raise ModelInterruptedError("model.interrupted", provider=name) from error
            raise ModelError("model.refused", provider=name or "Ollama", detail=error.error[:200]) from error
        except (httpx.ConnectError, httpx.ConnectTimeout, ConnectionError) as error:
            raise ModelUnreachableError("model.unreachable", url=self._url) from error
        except httpx.TimeoutException as error:
            if looking:
                raise ModelUnreachableError("model.unreachable", url=self._url) from error
            raise ModelInterruptedError("model.silent", provider=name, seconds=self._settings.timeout_s) from error
        except (httpx.HTTPError, ValueError) as error:
            # ValueError: a line that is not JSON, or not what Ollama answers.
            if looking:
                raise ModelUnreachableError("model.unreachable", url=self._url) from error
            raise ModelInterruptedError("model.interrupted", provider=name) from error


def checked_url(settings: OllamaSettings) -> str:
    """The configured address, whole: never empty, or the client would take OLLAMA_HOST instead.

    Raises:
        SettingsError: it cannot be understood, or is not on this machine and ``allow_remote`` is not set.
    """
    url = settings.url.strip().rstrip("/")
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        parts.port  # noqa: B018  (raises when it is not a number)
    except ValueError as error:
        raise SettingsError("model.bad_url", url=settings.url) from error
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.query or parts.fragment:
        raise SettingsError("model.bad_url", url=settings.url)
    if not settings.allow_remote and not _is_loopback(host):
        raise SettingsError("model.remote", url=url)
    return url


def is_cloud(name: str) -> bool:
    """Whether Ollama would hand the prompt to a model outside of the machine, by the names it gives those."""
    return name.endswith(("-cloud", ":cloud"))


def _refuse_cloud(name: str) -> None:
    if is_cloud(name):
        raise SettingsError("model.cloud", name=name)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _characters(turns: Sequence[Turn]) -> int:
    return sum(len(turn.text) for turn in turns)
