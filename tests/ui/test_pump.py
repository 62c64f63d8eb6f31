"""A reader of a slow generator gets every item, every error, and can leave at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Generator
from contextlib import aclosing
from typing import Any

import pytest

from sourcier.app.ui.pump import pumped


def in_a_loop(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run in an event loop of its own thread: a browser test may keep one running in this one."""
    errors: list[BaseException] = []

    def body() -> None:
        try:
            asyncio.run(coroutine)
        except BaseException as error:  # noqa: BLE001 - raised again in the test
            errors.append(error)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join(60)
    if errors:
        raise errors[0]


def test_every_item_comes_in_order() -> None:
    async def read() -> None:
        assert [n async for n in pumped(n for n in range(50))] == list(range(50))

    in_a_loop(read())


def test_an_error_comes_after_what_was_yielded_before_it() -> None:
    def broken() -> Generator[int, None, None]:
        yield 1
        raise ValueError("cassé")

    async def read() -> None:
        items = pumped(broken())
        assert await anext(items) == 1
        with pytest.raises(ValueError, match="cassé"):
            await anext(items)

    in_a_loop(read())


def test_a_reader_leaves_in_mid_step_and_the_generator_is_closed_when_the_step_is_done() -> None:
    step_may_end, closed = threading.Event(), threading.Event()

    def slow() -> Generator[int, None, None]:
        try:
            yield 1
            step_may_end.wait(60)
            yield 2
            raise AssertionError("read on after the reader left")
        finally:
            closed.set()

    async def read() -> None:
        async with aclosing(pumped(slow())) as items:
            async for _ in items:
                break
        assert not closed.is_set()

    in_a_loop(read())
    step_may_end.set()
    assert closed.wait(60)


def test_a_cancelled_reader_leaves_at_once() -> None:
    never, closed = threading.Event(), threading.Event()

    def slow() -> Generator[int, None, None]:
        try:
            never.wait(60)
            yield 1
        finally:
            closed.set()

    async def read() -> None:
        async def first() -> int:
            return await anext(pumped(slow()))

        task = asyncio.ensure_future(first())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not closed.is_set()

    in_a_loop(read())
    never.set()
    assert closed.wait(60)
