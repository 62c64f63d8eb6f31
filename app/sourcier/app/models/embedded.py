"""The embedded model: llama.cpp in this process, spoken to as any server with OpenAI's interface, by LlamaIndex."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sourcier.app.models import server
from sourcier.app.models.cancelling import Cancellation, current
from sourcier.app.models.firstword import option_probabilities
from sourcier.app.models.line import Line
from sourcier.app.models.prefixes import Prefixes, lasting_part
from sourcier.app.models.thoughts import Thoughts
from sourcier.app.models.types import Turn, Usage
from sourcier.app.models.weights import Progress, prepare
from sourcier.core.errors import MissingExtraError, ModelError, ModelInterruptedError
from sourcier.core.settings import ModelSettings
from sourcier.core.types import ModelInfo

if TYPE_CHECKING:
    from llama_index.llms.openai_like import OpenAILike

_log = logging.getLogger(__name__)
_ANOTHER = Turn("user", ".")
TOP_TOKENS = 20  # The most that OpenAI's interface allows.


class EmbeddedModel:
    """The weights of the settings, run by llama.cpp on this machine's processors.

    Weights are verified at once; the engine starts with the first call, so that a question that needs no model
    waits for none.

    Raises:
        MissingExtraError: llama.cpp or the packages of the weights are not installed.
        WeightsError: the weights are absent or not those that were pinned.
    """

    def __init__(self, settings: ModelSettings, home: Path, progress: Progress | None = None) -> None:
        if not installed():
            raise MissingExtraError("model.engine_missing", command=server.INSTALL)
        # At its most talkative this client logs whole requests, prompts included.
        logging.getLogger("openai").setLevel(logging.WARNING)
        weights = prepare(settings.embedded, home, progress)
        self.info = ModelInfo("embedded", weights.name, weights.sha256)
        self.context = settings.embedded.context
        self.usage = Usage()
        self._seed = settings.seed
        self._timeout = settings.embedded.timeout_s
        self._prefixes = Prefixes(home / "models" / "prefixes", (weights.sha256, self.context))
        threads = settings.embedded.threads or server.processors()
        self.engine = server.Engine(weights.path, self.context, threads, self._prefixes.folder)
        self._read: set[str] = set()
        self._endpoint: server.Endpoint | None = None
        self._lock = threading.Lock()

    def ready(self) -> bool:
        """See :class:`sourcier.app.models.LanguageModel`."""
        return True

    def write(self, turns: Sequence[Turn], *, max_tokens: int, stop: Sequence[str] = ()) -> Iterator[str]:
        """See :class:`sourcier.app.models.LanguageModel`."""
        cancellation = current()
        self._take_up(turns, cancellation)
        self.usage = Usage()
        thoughts, finished, seen = Thoughts(), False, False
        with self._errors_told(cancellation), self._llm(max_tokens, stop, cancellation) as llm:
            for response in llm.stream_chat(_messages(turns)):
                cancellation.check()
                self.usage = _usage(response.raw) or self.usage
                choices = response.raw.choices
                finished = finished or bool(choices and choices[0].finish_reason)
                if text := thoughts.take(response.delta or ""):
                    seen = seen or not text.isspace()
                    yield text
            if not finished:
                raise ModelInterruptedError("model.interrupted", provider=self.info.name)
            if rest := thoughts.rest():
                yield rest
            elif not seen and self.usage.completion_tokens >= max_tokens > 1:
                raise ModelError("model.only_thought", provider=self.info.name, tokens=max_tokens)

    def choose(self, turns: Sequence[Turn], options: Sequence[str]) -> dict[str, float] | None:
        """See :class:`sourcier.app.models.LanguageModel`."""
        cancellation = current()
        self._take_up(turns, cancellation)
        with (
            self._errors_told(cancellation),
            self._llm(1, (), cancellation, logprobs=True, top_logprobs=TOP_TOKENS) as llm,
        ):
            response = llm.chat(_messages(turns))
        self.usage = _usage(response.raw) or Usage()
        first = _first_tokens(response.raw)
        return option_probabilities(first, options) if first else None

    def start(self) -> server.Endpoint:
        """Start the engine if this has not been done: a second or two once the file is in the system's cache.

        Raises:
            WeightsError: llama.cpp cannot use the file.
        """
        with self._lock:
            if self._endpoint is None:
                self._endpoint = server.acquire(self.engine)
            return self._endpoint

    def close(self) -> None:
        """Give the engine back; the last user in this process stops it."""
        with self._lock:
            if self._endpoint is not None:
                self._endpoint = None
                server.release(self.engine)

    @contextmanager
    def in_llama_index(self, max_tokens: int) -> Iterator[OpenAILike]:
        """The same engine as LlamaIndex's own programs use a model, to compare them with ours; within a ``with``."""
        with self._errors_told(current()), self._llm(max_tokens, (), current()) as llm:
            yield llm

    def _take_up(self, turns: Sequence[Turn], cancellation: Cancellation) -> None:
        """Once for each beginning that lasts: have the engine take up what it read of it, or read it and keep that.

        Raises:
            CancelledAnswer: the cancellation was asked for.
            ModelError: as ``write``.
        """
        import httpx

        beginning = lasting_part(turns)
        if not beginning or (key := self._prefixes.key(beginning)) in self._read:
            return
        line = Line()
        name = self._prefixes.find(key)
        if name and self._read:
            # What is taken up takes the place of what was read last, which llama.cpp puts aside only for another prompt.
            for _ in self.write([_ANOTHER], max_tokens=1):
                pass
        with self._errors_told(cancellation), cancellation.telling(line.hang_up):
            cancellation.check()
            self.start()
            if name:
                try:
                    server.slot(self.engine, "restore", name, self._timeout, line)
                except httpx.HTTPStatusError as error:
                    _log.warning("llama.cpp does not take up what it had read: %s", error.response.text)
                    self._prefixes.forget(key)
                else:
                    self._read.add(key)
                    return
        for _ in self.write([replace(turn, lasting=False) for turn in beginning], max_tokens=1):
            pass
        self._read.add(key)
        name = self._prefixes.new()
        try:
            with self._errors_told(cancellation), cancellation.telling(line.hang_up):
                account = server.slot(self.engine, "save", name, self._timeout, line)
            # Another's prompt, read in between, is not what was to be kept.
            if account["n_saved"] == self.usage.prompt_tokens:
                self._prefixes.keep(key, name, account["n_written"])
        except (ModelError, OSError, KeyError) as error:
            _log.warning("what llama.cpp has read could not be kept: %s", error)
        finally:
            self._prefixes.drop(name)

    @contextmanager
    def _llm(
        self, max_tokens: int, stop: Sequence[str], cancellation: Cancellation, **extra: Any
    ) -> Iterator[OpenAILike]:
        """LlamaIndex's interface to the engine, for one call, which ends when the cancellation is asked for."""
        from llama_index.llms.openai_like import OpenAILike

        cancellation.check()
        endpoint = self.start()
        line = Line()
        with cancellation.telling(line.hang_up), server.connection(self.engine, self._timeout, line) as client:
            yield OpenAILike(
                model=self.info.name,
                api_base=f"{endpoint.url}/v1",
                api_key=endpoint.key,
                is_chat_model=True,
                context_window=self.context,
                max_tokens=max_tokens,
                temperature=0.0,
                max_retries=0,
                timeout=self._timeout,
                http_client=client,
                additional_kwargs={
                    "seed": self._seed,
                    # Counts come with every piece, so that they are known for a reply that is not read to its end.
                    "extra_body": {
                        "cache_prompt": True,
                        "timings_per_token": True,
                        # Weights of one's own may be those of a thinking model.
                        "chat_template_kwargs": {"enable_thinking": False},
                    },
                    **({"stop": list(stop)} if stop else {}),
                },
                **extra,
            )

    @contextmanager
    def _errors_told(self, cancellation: Cancellation) -> Iterator[None]:
        try:
            with self._errors_named():
                yield
        except ModelError:
            cancellation.check()
            raise

    @contextmanager
    def _errors_named(self) -> Iterator[None]:
        import httpx
        import openai

        try:
            yield
        except openai.APIStatusError as error:
            if "exceed_context_size" in error.message:
                raise ModelError("model.too_long", context=self.context) from error
            raise ModelError("model.refused", provider=self.info.name, detail=error.message) from error
        except (openai.APITimeoutError, httpx.TimeoutException) as error:
            raise ModelInterruptedError("model.silent", provider=self.info.name, seconds=self._timeout) from error
        except (openai.OpenAIError, httpx.HTTPError) as error:
            raise ModelInterruptedError("model.interrupted", provider=self.info.name) from error


def installed() -> bool:
    """Whether llama.cpp and what speaks to it are there, without importing them."""
    return all(find_spec(module) is not None for module in ("xllamacpp", "llama_index.llms.openai_like"))


def _messages(turns: Sequence[Turn]) -> list[Any]:
    from llama_index.core.base.llms.types import ChatMessage

    return [ChatMessage(role=turn.role, content=turn.text) for turn in turns]


def _usage(chunk: Any) -> Usage | None:
    """Counts from llama.cpp's own ``timings``: tokens read from the cache, tokens read anew, tokens written."""
    timings = (chunk.model_extra or {}).get("timings")
    if not timings:
        return None
    cached = int(timings.get("cache_n", 0))
    return Usage(cached + int(timings.get("prompt_n", 0)), cached, int(timings.get("predicted_n", 0)))


def _first_tokens(raw: Any) -> list[tuple[str, float]]:
    """The first token's alternatives with the logarithms of their probabilities; none where the engine lists none."""
    logprobs = raw.choices[0].logprobs if raw.choices else None
    return (
        [(top.token, top.logprob) for top in logprobs.content[0].top_logprobs] if logprobs and logprobs.content else []
    )
