"""Ollama, on this machine: its official client to look around, LlamaIndex's ``Ollama`` to write."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sourcier.app.models.cancelling import Cancellation, current
from sourcier.app.models.firstword import option_probabilities
from sourcier.app.models.line import Line
from sourcier.app.models.ollama_host import Found, Host, is_cloud, raised
from sourcier.app.models.thoughts import Thoughts
from sourcier.app.models.tokens import at_least, at_most, window_for
from sourcier.app.models.types import Turn, Usage
from sourcier.core.errors import (
    ModelError,
    ModelInterruptedError,
    ModelMissingError,
    ModelUnreachableError,
    SettingsError,
)
from sourcier.core.settings import ModelSettings
from sourcier.core.types import ModelInfo

if TYPE_CHECKING:
    import ollama

TOP_TOKENS = 20  # The most that Ollama lists.
#: Tokens that a model which cannot be told not to think may spend on it, before those of its reply.
THINKING_TOKENS = 512
_MARGIN = 16  # Tokens of the template, which no turn holds.

_log = logging.getLogger(__name__)


class OllamaModel:
    """A model that an Ollama server holds; the first of the settings' servers that answers and has it.

    Before each reply the servers are looked at again, in their order: one that was down is asked again ten seconds
    later, and ``info`` has the digest of the weights that write.

    Args:
        lazily: look for the servers when one is needed, not now.

    Raises:
        SettingsError: an address is not on this machine and that is not allowed, or the model runs in a cloud.
        ModelUnreachableError: no server answers.
        ModelMissingError: a server answers and does not have the model, or has none that writes.
    """

    def __init__(self, settings: ModelSettings, *, lazily: bool = False) -> None:
        self._settings = settings.ollama
        self._seed = settings.seed
        if is_cloud(settings.ollama.model):
            raise SettingsError("model.cloud", name=settings.ollama.model)
        self._hosts = [Host(url, settings.ollama) for url in (settings.ollama.url, *settings.ollama.urls)]
        self._window = 0
        self.usage = Usage()
        self.info = ModelInfo("ollama", settings.ollama.model)
        self.context = settings.ollama.context
        self._host: Host = self._hosts[0]
        self._found = Found("", "")
        if not lazily:
            self._adopt(*self._reach())

    @property
    def url(self) -> str:
        """The server in use."""
        return self._host.url

    @property
    def server_version(self) -> str:
        """The version of Ollama in use."""
        return self._host.version

    def ready(self) -> bool:
        """See :class:`sourcier.app.models.LanguageModel`; ``info`` is then that of the weights that would write."""
        with suppress(ModelError):
            self.look()
        return True

    def look(self) -> None:
        """Look at the servers again, and take the first that answers and has the model, as it is now.

        Raises:
            ModelError: none does, or the model now runs elsewhere.
        """
        try:
            host, found = self._reach()
        except SettingsError as error:
            if not self._found.name:
                raise
            # The model has been replaced, since it was last looked at, by one that runs elsewhere.
            raise ModelError(error.key, **error.values) from error
        if (host, found) != (self._host, self._found):
            _log.info("Ollama at %s writes with %s %s", host.url, found.name, found.digest[:12])
            self._adopt(host, found)

    def write(self, turns: Sequence[Turn], *, max_tokens: int, stop: Sequence[str] = ()) -> Iterator[str]:
        """See :class:`sourcier.app.models.LanguageModel`."""
        from llama_index.core.base.llms.types import ChatMessage

        cancellation = current()
        self.usage = Usage()
        self.look()
        thinking = THINKING_TOKENS if self._found.thinking else 0
        window = self._sized(turns, max_tokens + thinking)
        options = self._options(window, max_tokens + thinking, stop)
        messages = [ChatMessage(role=turn.role, content=turn.text) for turn in turns]
        thoughts, done, pieces, seen = Thoughts(), False, 0, False
        with self._calling(cancellation) as (client, deadline):
            for response in self._llm(client, window, options).stream_chat(messages):
                cancellation.check()
                deadline.check()
                if response.raw["done"]:
                    done = True
                    self._count(turns, response.raw, window)
                text = thoughts.take(response.delta or "") + (thoughts.rest() if done else "")
                if text:
                    seen = seen or not text.isspace()
                    yield text
                    pieces += 1
                    if thinking and pieces >= max_tokens:
                        return  # The tokens set aside for thinking were not needed: the reply has no claim to them.
            if not done:
                raise ModelInterruptedError("model.interrupted", provider=self.info.name)
            if not seen and self.usage.completion_tokens >= max_tokens > 1:
                raise ModelError("model.only_thought", provider=self.info.name, tokens=max_tokens + thinking)

    def choose(self, turns: Sequence[Turn], options: Sequence[str]) -> dict[str, float] | None:
        """See :class:`sourcier.app.models.LanguageModel`. None from servers too old to say, or a model that thinks."""
        cancellation = current()
        self.look()
        if self._found.thinking:
            return None
        window = self._sized(turns, 1)
        with self._calling(cancellation) as (client, _):
            # LlamaIndex's class has no way to ask for probabilities: the official client does.
            response = client.chat(
                model=self.info.name,
                messages=[{"role": turn.role, "content": turn.text} for turn in turns],
                think=False,
                logprobs=True,
                top_logprobs=TOP_TOKENS,
                options=self._options(window, 1, ()),
                keep_alive=self._settings.keep_alive,
            )
        self._count(turns, response, window)
        first = _first_tokens(response)
        return option_probabilities(first, options) if first else None

    def close(self) -> None:
        """Nothing is held between calls; the server unloads the model by itself after ``keep_alive``."""

    def _reach(self) -> tuple[Host, Found]:
        """The first server that answers and has the model.

        Raises:
            ModelError: none does; a missing model is said rather than a server that is down.
        """
        told: list[ModelError] = []
        for host in self._hosts:
            try:
                return host, host.find()
            except (ModelUnreachableError, ModelMissingError) as error:
                told.append(error)
        raise next((error for error in told if isinstance(error, ModelMissingError)), told[0])

    def _adopt(self, host: Host, found: Found) -> None:
        self._host, self._found = host, found
        self.info = ModelInfo("ollama", found.name, found.digest)
        self.context = min(self._settings.context, found.trained or self._settings.context)
        # Someone else may have it loaded with a longer window: to ask for a shorter one would load it again.
        loaded = host.loaded_window(found.name)
        self._window = loaded if loaded <= self.context else 0

    def _sized(self, turns: Sequence[Turn], reply: int) -> int:
        """The window for these turns and ``reply`` tokens. It never shrinks: every change loads the model again."""
        if at_least(turns) + reply > self.context:
            raise ModelError("model.too_long", context=self.context)
        self._window = max(self._window, window_for(at_most(turns) + reply, self.context))
        return self._window

    def _options(self, window: int, max_tokens: int, stop: Sequence[str]) -> dict[str, Any]:
        options = {"temperature": 0.0, "seed": self._seed, "num_ctx": window, "num_predict": max_tokens}
        return options | ({"stop": list(stop)} if stop else {})

    def _llm(self, client: ollama.Client, window: int, options: dict[str, Any]) -> Any:
        from llama_index.llms.ollama import Ollama

        return Ollama(
            model=self.info.name,
            base_url=self._host.url,
            client=client,
            temperature=0.0,
            context_window=window,
            request_timeout=self._settings.timeout_s,
            keep_alive=self._settings.keep_alive,
            thinking=self._found.thinking,
            is_function_calling_model=False,
            additional_kwargs={name: value for name, value in options.items() if name != "temperature"},
        )

    @contextmanager
    def _calling(self, cancellation: Cancellation) -> Iterator[tuple[ollama.Client, _Deadline]]:
        """A client for one reply, which ends when the cancellation is asked for, and errors told as ours."""
        cancellation.check()
        line = Line(self._settings.idle_timeout_s)
        deadline = _Deadline(self._settings.total_timeout_s, self.info.name)
        try:
            with (
                raised(self._host.url, self.info.name, silent=lambda: self._silent(line)),
                cancellation.telling(line.hang_up),
                self._host.client(self._settings.timeout_s, line) as client,
            ):
                yield client, deadline
        except ModelUnreachableError as error:
            cancellation.check()
            self._host.rest(error)
            raise
        except ModelError:
            cancellation.check()
            raise

    def _silent(self, line: Line) -> ModelError:
        """What a silence beyond the limit means: in mid-reply, while reading the prompt, or while loading."""
        if line.answering:
            return ModelInterruptedError(
                "model.stalled", provider=self.info.name, seconds=self._settings.idle_timeout_s
            )
        loaded = self._host.loaded_window(self.info.name)
        key = "model.slow_reading" if loaded else "model.slow_loading"
        return ModelInterruptedError(key, provider=self.info.name, seconds=self._settings.timeout_s)

    def _count(self, turns: Sequence[Turn], final: Any, window: int) -> None:
        """Keep the counts, and refuse an answer to a prompt that was cut, which Ollama does in silence.

        Depending on version and engine a prompt beyond the window is cut to the whole of it, to half of it, or loses
        its oldest turns. Some versions leave out of the count what was in their cache, so a low count alone proves
        nothing: it does for a text that could hardly have fitted.
        """
        read, written = final["prompt_eval_count"], final["eval_count"] or 0
        self.usage = Usage(prompt_tokens=read or 0, completion_tokens=written)
        if read is None:
            return
        dropped = at_most(turns) > window and read <= at_least(turns) + _MARGIN
        if read >= window or read + written > window or dropped:
            raise ModelError("model.truncated", url=self._host.url, read=read, context=window)


class _Deadline:
    """How long a reply may take to write, counted from its first piece."""

    def __init__(self, seconds: float, provider: str) -> None:
        self._seconds, self._provider = seconds, provider
        self._ends: float | None = None

    def check(self) -> None:
        """Go on, unless the time is over.

        Raises:
            ModelInterruptedError: it is.
        """
        now = time.monotonic()
        if self._ends is None:
            self._ends = now + self._seconds
        elif now > self._ends:
            raise ModelInterruptedError("model.endless", provider=self._provider, seconds=self._seconds)


def _first_tokens(response: Any) -> list[tuple[str, float]]:
    logprobs = response.get("logprobs")
    return [(top.token, top.logprob) for top in logprobs[0].top_logprobs or ()] if logprobs else []
