"""A slow generator read from an event loop, so that whoever reads it can leave at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

from sourcier.app.models.cancelling import Cancellation, cancelled_by

__all__ = ["pumped"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _End:
    """The last thing in the queue, and the error that ended the generator."""

    error: BaseException | None


async def pumped(steps: Generator[T, None, None]) -> AsyncGenerator[T, None]:
    """What ``steps`` yields, run in a thread of its own.

    When the reader leaves, nothing more is read: a language model under way hangs up at once (``cancelling``), and the
    generator is closed, in its thread, as soon as the step that was waiting for it ends.
    """
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[T | _End] = asyncio.Queue()
    cancellation = Cancellation()

    def send(item: T | _End) -> None:
        # The loop is closed when the server has stopped: nobody reads any more.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(queue.put_nowait, item)

    def pump() -> None:
        error: BaseException | None = None
        try:
            with cancelled_by(cancellation):
                for step in steps:
                    if cancellation.asked:
                        break
                    send(step)
                steps.close()
        except BaseException as raised:  # noqa: BLE001 - raised again where the steps are read
            error = raised
        send(_End(error))

    threading.Thread(target=pump, daemon=True).start()
    try:
        while not isinstance(item := await queue.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        cancellation.ask()
