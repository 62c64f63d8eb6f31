"""llama.cpp inside this process: one server per model file, shared by everyone in the process who asks for it.

It listens on a port of the loopback that the system picks, behind a key made for this run, so that another
account of the same machine can neither use it nor read what it was asked.
"""

from __future__ import annotations

import atexit
import logging
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sourcier.app.models.line import Line
from sourcier.core.errors import MissingExtraError, ModelInterruptedError, WeightsError

if TYPE_CHECKING:
    import httpx

#: States of former prompts kept in memory, so that two kinds of prompts that alternate both keep their prefix:
#: 28 KB a token for the default model, about 18,000 tokens.
PROMPT_CACHE_MIB = 512

#: Tokens of a prompt that are read at once. A call that was hung up is noticed between two such batches: with the
#: engine's own 2,048, a prompt was read to its end for nobody.
BATCH = 256

#: An answer takes up the words of its sources: the last two tokens written, where the prompt has them too, give the three
#: that may come next, read together with the one that does (llama.cpp reads four at once in little more than the time of
#: one). Same words, to the letter: on 16 development answers 25.4 tokens a second for 19.6 without, 24.0 after three
#: tokens, 23.8 for four to come, 22.4 for two, and 19.1 for ten (``python -m sourcier.eval.bench.writing``).
LOOKED_UP, FORESEEN = 2, 3

CONNECT_S = 5.0
INSTALL = "pip install 'sourcier[embedded]'"

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_running: dict[Engine, _Running] = {}


@dataclass(frozen=True, slots=True)
class Engine:
    """What makes two servers the same one."""

    weights: Path
    context: int
    threads: int
    states: Path
    """The folder that :func:`slot` reads and writes."""
    foreseen: int = FORESEEN
    """Tokens looked up in the prompt at once; 0 looks up nothing."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a server listens, and the key it asks for."""

    url: str
    key: str


@dataclass(slots=True)
class _Running:
    server: Any
    endpoint: Endpoint
    users: int = 0
    lines: set[Line] = field(default_factory=set)

    def stop(self) -> None:
        # The server ends only once it has written every answer it began, and holds the interpreter's lock meanwhile:
        # hanging up first makes it stop writing.
        for line in list(self.lines):
            line.hang_up()
        self.server = None


def acquire(engine: Engine) -> Endpoint:
    """Start the engine's server, or share the one that runs; every call is paired with one :func:`release`.

    Raises:
        MissingExtraError: llama.cpp is not installed.
        WeightsError: llama.cpp cannot use the file.
    """
    with _lock:
        running = _running.get(engine)
        if running is None:
            running = _running[engine] = _start(engine)
        running.users += 1
        return running.endpoint


def release(engine: Engine) -> None:
    """Give back what :func:`acquire` gave; the last one out stops the server and frees its memory."""
    with _lock:
        running = _running.get(engine)
        if running is None:
            return
        running.users -= 1
        if running.users <= 0:
            _running.pop(engine).stop()


@contextmanager
def connection(engine: Engine, timeout_s: float, line: Line | None = None) -> Iterator[httpx.Client]:
    """A client for one call to an engine that was acquired; leaving the block hangs up, which ends the writing.

    Args:
        timeout_s: silence, in seconds, after which the call fails.
        line: what can hang up from another thread.

    Raises:
        ModelInterruptedError: the engine has been released meanwhile.
    """
    import httpx

    with _lock:
        running = _running.get(engine)
    if running is None:
        raise ModelInterruptedError("model.interrupted", provider=engine.weights.stem)
    line = line or Line()
    timeout = httpx.Timeout(timeout_s, connect=CONNECT_S)
    # No proxy, whatever the environment says: this never leaves the machine.
    client = httpx.Client(trust_env=False, timeout=timeout, event_hooks=line.hooks)
    running.lines.add(line)
    try:
        with client:
            yield client
    finally:
        running.lines.discard(line)


def slot(engine: Engine, action: Literal["save", "restore"], name: str, timeout_s: float, line: Line) -> dict[str, Any]:
    """Write the state of what was read last to the file ``name`` of the engine's folder, or read it back.

    Returns:
        llama.cpp's own account: ``n_saved`` and ``n_restored`` in tokens, ``n_written`` and ``n_read`` in bytes.

    Raises:
        httpx.HTTPError: it could not be done.
        ModelInterruptedError: the engine has been released meanwhile.
    """
    with connection(engine, timeout_s, line) as client:
        with _lock:
            running = _running.get(engine)
        if running is None:
            raise ModelInterruptedError("model.interrupted", provider=engine.weights.stem)
        response = client.post(
            f"{running.endpoint.url}/slots/0",
            params={"action": action},
            json={"filename": name},
            headers={"Authorization": f"Bearer {running.endpoint.key}"},
        )
        account: dict[str, Any] = response.raise_for_status().json()
        return account


@atexit.register
def _stop_all() -> None:
    # The interpreter must not find native threads that still serve when it takes itself down.
    with _lock:
        while _running:
            _running.popitem()[1].stop()


def processors() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _import_engine() -> Any:
    """Import llama.cpp with threads that sleep, not spin, while they wait for one another.

    OpenMP reads its policy once, as it is loaded. Spinning threads starve as soon as anything else runs: with two
    threads on two busy cores, llama.cpp wrote 0.6 tokens a second by default and 5.3 with this.
    """
    mine = "OMP_WAIT_POLICY" not in os.environ
    if mine:
        os.environ["OMP_WAIT_POLICY"] = "passive"
    try:
        import xllamacpp
    except ImportError as error:
        raise MissingExtraError("model.engine_unusable", detail=error, command=INSTALL) from error
    finally:
        if mine:
            del os.environ["OMP_WAIT_POLICY"]
    return xllamacpp


def _start(engine: Engine) -> _Running:
    xllamacpp = _import_engine()
    key = secrets.token_urlsafe(32)
    params = xllamacpp.CommonParams()
    params.model.path = str(engine.weights)
    params.n_ctx = engine.context
    params.n_parallel = 1
    params.n_batch = params.n_ubatch = BATCH
    params.cpuparams.n_threads = engine.threads
    params.cpuparams_batch.n_threads = engine.threads
    params.n_gpu_layers = 0
    # The context is the one that was set, and a prompt beyond it is refused, never cut.
    params.fit_params = False
    params.ctx_shift = False
    if engine.foreseen:
        _look_up_in_prompt(xllamacpp, params, engine.foreseen)
    params.cache_prompt = True
    params.cache_ram_mib = PROMPT_CACHE_MIB
    engine.states.mkdir(mode=0o700, parents=True, exist_ok=True)
    params.slot_save_path = f"{engine.states}{os.sep}"
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.ui = False
    params.endpoint_slots = False
    params.endpoint_props = False
    params.endpoint_metrics = False
    params.offline = True
    # No keep-alive comments in the stream: silence beyond the timeout must be seen as silence.
    params.sse_ping_interval = -1
    # Native code would write its log straight to the command line's own output.
    params.verbosity = 0
    try:
        server = xllamacpp.Server(params)
    except RuntimeError as error:
        raise WeightsError("model.weights_unusable", path=engine.weights) from error
    _log.info("llama.cpp serves %s with %d threads", engine.weights.name, engine.threads)
    return _Running(server, Endpoint(server.listening_address, key))


def _look_up_in_prompt(xllamacpp: Any, params: Any, foreseen: int) -> None:
    """Speculative decoding by looking up in the prompt: no second model, and no other word than without it."""
    speculative = params.speculative
    speculative.types = [xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE]
    speculative.ngram_simple.size_n, speculative.ngram_simple.size_m = LOOKED_UP, foreseen
    params.speculative = speculative
